//! Due times that passed while nobody was there.

use super::{at, busy, idle, policy, table};
use proptest::prelude::*;
use std::collections::BTreeSet;
use wheelhouse_domain::{CatchUp, Due, DueOutcome, Millis, MissReason, Overlap, SchedulePolicy, WorkflowId};
use wheelhouse_engine::schedule::{
    COUNTED_MOST, LINE_MOST, ScheduleState, ScheduleStep, Timetable, WaitingDue, consider,
};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

fn quarters() -> Timetable {
    table("*/15 * * * *", "UTC")
}

/// Slept from 09:00 until 12:10: 09:15 to 12:00 were due, of which 11:15 to 12:00 are within an hour.
fn asleep() -> (Millis, Millis) {
    (at("2026-01-05T09:00:00Z"), at("2026-01-05T12:10:00Z"))
}

fn missed(first: &str, last: &str, times: u32, because: MissReason) -> ScheduleStep {
    let due = Due {
        at: at(last),
        first: at(first),
        times,
        more: false,
    };
    ScheduleStep::Record {
        due,
        outcome: DueOutcome::Missed { because },
    }
}

#[test]
fn no_catch_up_records_them_all_as_missed() {
    let (from, now) = asleep();
    assert_eq!(
        consider(
            &quarters(),
            policy(Overlap::Skip, CatchUp::Nothing),
            &idle(from),
            now
        ),
        [missed(
            "2026-01-05T09:15:00Z",
            "2026-01-05T12:00:00Z",
            12,
            MissReason::NoCatchUp
        )]
    );
}

#[test]
fn the_newest_is_made_up_for_and_the_others_are_told() {
    let (from, now) = asleep();
    assert_eq!(
        consider(
            &quarters(),
            policy(Overlap::Skip, CatchUp::Newest),
            &idle(from),
            now
        ),
        [
            missed(
                "2026-01-05T09:15:00Z",
                "2026-01-05T11:00:00Z",
                8,
                MissReason::OutsideWindow
            ),
            missed(
                "2026-01-05T11:15:00Z",
                "2026-01-05T11:45:00Z",
                3,
                MissReason::NewerTaken
            ),
            ScheduleStep::Start {
                at: at("2026-01-05T12:00:00Z"),
                late: true
            },
        ]
    );
}

#[test]
fn a_due_time_of_now_is_the_newest() {
    let (from, _) = asleep();
    let steps = consider(
        &quarters(),
        policy(Overlap::Skip, CatchUp::Newest),
        &idle(from),
        at("2026-01-05T10:00:20Z"),
    );
    assert_eq!(
        steps,
        [
            missed(
                "2026-01-05T09:15:00Z",
                "2026-01-05T09:45:00Z",
                3,
                MissReason::NewerTaken
            ),
            ScheduleStep::Start {
                at: at("2026-01-05T10:00:00Z"),
                late: false
            },
        ]
    );
}

#[test]
fn all_are_made_up_for_one_after_another_even_where_overlaps_are_skipped() {
    let (from, now) = asleep();
    let all = policy(Overlap::Skip, CatchUp::All);
    assert_eq!(
        consider(&quarters(), all, &idle(from), now),
        [
            missed(
                "2026-01-05T09:15:00Z",
                "2026-01-05T11:00:00Z",
                8,
                MissReason::OutsideWindow
            ),
            ScheduleStep::Start {
                at: at("2026-01-05T11:15:00Z"),
                late: true
            },
        ]
    );
    // The look after that start.
    let waiting = |text: &str| ScheduleStep::Record {
        due: Due::one(at(text)),
        outcome: DueOutcome::Waiting {
            late: true,
            by_hand: false,
        },
    };
    assert_eq!(
        consider(&quarters(), all, &busy(at("2026-01-05T11:15:00Z")), now),
        [
            waiting("2026-01-05T11:30:00Z"),
            waiting("2026-01-05T11:45:00Z"),
            waiting("2026-01-05T12:00:00Z"),
        ]
    );
}

#[test]
fn where_each_would_cancel_the_one_before_only_the_newest_is_made_up_for() {
    let (from, now) = asleep();
    let steps = consider(
        &quarters(),
        policy(Overlap::CancelPrevious, CatchUp::All),
        &idle(from),
        now,
    );
    assert_eq!(
        steps.last(),
        Some(&ScheduleStep::Start {
            at: at("2026-01-05T12:00:00Z"),
            late: true
        })
    );
    assert_eq!(steps.len(), 3);
}

#[test]
fn more_than_can_wait_are_missed_and_counted() {
    let everything = SchedulePolicy {
        overlap: Overlap::Queue,
        catch_up: CatchUp::All,
        window_minutes: 24 * 60,
    };
    let from = at("2026-01-05T00:00:00Z");
    let now = from.plus(10 * HOUR + 30_000);
    let each_minute = table("* * * * *", "UTC");
    let steps = consider(&each_minute, everything, &busy(from), now);
    let lines = steps.iter().filter(|step| {
        matches!(
            step,
            ScheduleStep::Record {
                outcome: DueOutcome::Waiting {
                    late: true,
                    by_hand: false
                },
                ..
            }
        )
    });
    assert_eq!(lines.count(), LINE_MOST);
    let Some(ScheduleStep::Record {
        due,
        outcome: DueOutcome::Missed {
            because: MissReason::TooMany,
        },
    }) = steps.first()
    else {
        panic!("{:?}", steps.first());
    };
    // The one of now finds no room.
    assert_eq!(due.times as usize + LINE_MOST + 1, 600);
}

#[test]
fn a_year_away_is_one_record_and_is_not_counted_to_the_end() {
    let from = at("2026-01-05T00:00:00Z");
    let now = from.plus(365 * 24 * HOUR + 10 * MINUTE);
    let steps = consider(
        &table("* * * * *", "UTC"),
        policy(Overlap::Skip, CatchUp::Nothing),
        &idle(from),
        now,
    );
    let due = Due {
        at: now.plus(-2 * MINUTE),
        first: from.plus(MINUTE),
        times: COUNTED_MOST,
        more: true,
    };
    // What was due up to a minute ago is not missed yet.
    assert_eq!(steps.len(), 2);
    assert_eq!(
        steps[0],
        ScheduleStep::Record {
            due,
            outcome: DueOutcome::Missed {
                because: MissReason::NoCatchUp
            }
        }
    );
    assert_eq!(
        steps[1],
        ScheduleStep::Start {
            at: now.plus(-MINUTE),
            late: false
        }
    );
}

#[test]
fn a_clock_that_goes_back_a_little_repeats_nothing_and_a_lot_begins_anew() {
    let considered = at("2026-01-05T12:00:00Z");
    let policy = policy(Overlap::Skip, CatchUp::Newest);
    assert_eq!(
        consider(&quarters(), policy, &idle(considered), considered.plus(-HOUR)),
        []
    );
    let back = considered.plus(-30 * 24 * HOUR);
    assert_eq!(
        consider(&quarters(), policy, &idle(considered), back),
        [ScheduleStep::SetBack { to: back }]
    );
    // From then on, what has a record is not used a second time.
    let next = quarters().after(back).expect("a due time");
    let state = ScheduleState {
        used: BTreeSet::from([next]),
        ..idle(back)
    };
    assert_eq!(consider(&quarters(), policy, &state, next), []);
}

/// Performs the steps as the orchestrator does, and may be killed between any two of them.
#[derive(Default)]
struct World {
    state: ScheduleState,
    started: Vec<Millis>,
    decided: Vec<Due>,
}

impl World {
    fn perform(&mut self, step: ScheduleStep) {
        match step {
            ScheduleStep::Start { at, .. } => {
                self.state.waiting.retain(|due| due.at != at);
                self.state.considered = self.state.considered.max(at);
                self.state.running.push(WorkflowId(self.started.len() as u32));
                self.started.push(at);
            }
            ScheduleStep::Record { due, outcome } => {
                self.state.waiting.retain(|waiting| waiting.at != due.at);
                if let DueOutcome::Waiting { late, .. } = outcome {
                    self.state.waiting.push(WaitingDue { at: due.at, late });
                } else {
                    self.decided.push(due);
                }
                self.state.considered = self.state.considered.max(due.at);
            }
            ScheduleStep::Cancel { workflow } => self.state.running.retain(|running| *running != workflow),
            ScheduleStep::SetBack { to } => self.state.considered = to,
        }
    }
}

fn any_policy() -> impl Strategy<Value = SchedulePolicy> {
    (
        prop::sample::select(Overlap::ALL.to_vec()),
        prop::sample::select(CatchUp::ALL.to_vec()),
        0..300_u32,
    )
        .prop_map(|(overlap, catch_up, window_minutes)| SchedulePolicy {
            overlap,
            catch_up,
            window_minutes,
        })
}

proptest! {
    /// Whatever the pauses between looks, wherever it is killed between two steps, however long runs take: each due
    /// time is decided about exactly once.
    #[test]
    fn each_due_time_has_one_outcome(
        policy in any_policy(),
        looks in prop::collection::vec((1..100_i64, 0..6_usize, any::<bool>()), 1..30),
    ) {
        let table = table("*/7 * * * *", "Europe/Berlin");
        let from = at("2026-03-29T00:00:00Z");
        let mut now = from;
        let mut world = World { state: idle(from), ..World::default() };
        for (minutes, survived, ends) in looks {
            now = now.plus(minutes * MINUTE);
            if ends {
                world.state.running.clear();
            }
            for step in consider(&table, policy, &world.state, now).into_iter().take(survived) {
                world.perform(step);
            }
        }
        // In the end everything is looked at to the end.
        loop {
            world.state.running.clear();
            let steps = consider(&table, policy, &world.state, now);
            if steps.is_empty() {
                break;
            }
            for step in steps {
                world.perform(step);
            }
        }
        let due = table.next(from, 10_000).into_iter().take_while(|at| *at <= now).count();
        let decided: u32 = world.decided.iter().map(|due| due.times).sum();
        prop_assert_eq!(world.started.len() + decided as usize, due);
        let unique: BTreeSet<_> = world.started.iter().collect();
        prop_assert_eq!(unique.len(), world.started.len());
        prop_assert!(world.state.waiting.is_empty());
    }
}
