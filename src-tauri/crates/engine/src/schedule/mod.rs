//! When workflows start by themselves: what an expression means, and what follows from a due time.
//!
//! [`Timetable`] knows the due times of a cron expression in a time zone; [`consider`] says what is to be done about
//! those that came since the last look, given what runs and what waits.
//!
//! Deliberately absent: clocks, timers and what was recorded before. Each comes in from outside, so that a machine that
//! slept for a week is a test like any other.

mod cron_text;
mod rules;
mod timetable;

pub use cron_text::CronProblem;
pub use rules::{
    COUNTED_MOST, GRACE_MS, LINE_MOST, ScheduleState, ScheduleStep, WINDOW_MOST_MINUTES, WaitingDue,
    consider, run_by_hand,
};
pub use timetable::{Timetable, TimetableError};
