//! When workflows start by themselves.

mod clocks;
mod expressions;
mod policies;
mod sleeping;

use chrono::DateTime;
use wheelhouse_domain::{CatchUp, Millis, Overlap, SchedulePolicy, WorkflowId};
use wheelhouse_engine::schedule::{ScheduleState, Timetable, WaitingDue};

/// A time as `2026-03-29T00:30:00Z`.
fn at(text: &str) -> Millis {
    Millis(
        DateTime::parse_from_rfc3339(text)
            .expect("a time")
            .timestamp_millis(),
    )
}

fn table(cron: &str, zone: &str) -> Timetable {
    Timetable::parse(cron, zone).expect("an expression")
}

/// Due times after `from` as they are in UTC, without seconds.
fn due(cron: &str, zone: &str, from: &str, count: usize) -> Vec<String> {
    let times = table(cron, zone).next(at(from), count);
    times.into_iter().map(utc).collect()
}

fn utc(time: Millis) -> String {
    let time = DateTime::from_timestamp_millis(time.0).expect("in the calendar");
    time.format("%Y-%m-%d %H:%M").to_string()
}

/// A policy with a window of an hour.
fn policy(overlap: Overlap, catch_up: CatchUp) -> SchedulePolicy {
    SchedulePolicy {
        overlap,
        catch_up,
        window_minutes: 60,
    }
}

/// A schedule with nothing behind it.
fn idle(considered: Millis) -> ScheduleState {
    ScheduleState {
        considered,
        ..ScheduleState::default()
    }
}

/// The same with a run that has not ended.
fn busy(considered: Millis) -> ScheduleState {
    ScheduleState {
        running: vec![WorkflowId(7)],
        ..idle(considered)
    }
}

/// The same with due times in line.
fn with_line(state: ScheduleState, line: &[Millis]) -> ScheduleState {
    let waiting = line.iter().map(|&at| WaitingDue { at, late: false }).collect();
    ScheduleState { waiting, ..state }
}
