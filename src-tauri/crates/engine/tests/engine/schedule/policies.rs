//! What happens with a due time while an earlier run has not ended.

use super::{at, busy, idle, policy, table, with_line};
use wheelhouse_domain::{CatchUp, Due, DueOutcome, Millis, Overlap, SkipReason, WorkflowId};
use wheelhouse_engine::schedule::{
    LINE_MOST, ScheduleState, ScheduleStep, WaitingDue, consider, run_by_hand,
};

const HOURLY: &str = "0 * * * *";

fn look(overlap: Overlap, state: &ScheduleState, now: Millis) -> Vec<ScheduleStep> {
    consider(
        &table(HOURLY, "UTC"),
        policy(overlap, CatchUp::Nothing),
        state,
        now,
    )
}

fn record(at: Millis, outcome: DueOutcome) -> ScheduleStep {
    ScheduleStep::Record {
        due: Due::one(at),
        outcome,
    }
}

fn nine() -> Millis {
    at("2026-01-05T09:00:00Z")
}

fn before_nine() -> Millis {
    at("2026-01-05T08:30:00Z")
}

#[test]
fn nothing_is_done_before_the_time_and_once_at_it() {
    for overlap in Overlap::ALL {
        assert_eq!(look(overlap, &idle(before_nine()), nine().plus(-1)), []);
        let start = ScheduleStep::Start {
            at: nine(),
            late: false,
        };
        assert_eq!(look(overlap, &idle(before_nine()), nine()), vec![start.clone()]);
        assert_eq!(look(overlap, &idle(before_nine()), nine().plus(29_000)), [start]);
        assert_eq!(look(overlap, &idle(nine()), nine().plus(29_000)), []);
    }
}

#[test]
fn skip_lets_it_go_and_says_what_was_running() {
    let reason = SkipReason::Overlap {
        running: WorkflowId(7),
    };
    assert_eq!(
        look(Overlap::Skip, &busy(before_nine()), nine()),
        [record(nine(), DueOutcome::Skipped { reason })]
    );
}

#[test]
fn queue_waits_in_line_and_starts_in_turn() {
    assert_eq!(
        look(Overlap::Queue, &busy(before_nine()), nine()),
        [record(
            nine(),
            DueOutcome::Waiting {
                late: false,
                by_hand: false
            }
        )]
    );
    let ten = nine().plus(3_600_000);
    let line = [nine(), ten];
    // While it runs, nothing happens.
    assert_eq!(
        look(Overlap::Queue, &with_line(busy(ten), &line), ten.plus(1)),
        []
    );
    // When it has ended, the oldest starts, and nothing else before that is on record.
    assert_eq!(
        look(Overlap::Queue, &with_line(idle(ten), &line), ten.plus(1)),
        [ScheduleStep::Start {
            at: nine(),
            late: false
        }]
    );
}

#[test]
fn a_full_line_takes_no_more() {
    let line: Vec<Millis> = (1..=LINE_MOST as i64)
        .map(|back| nine().plus(-back * 3_600_000))
        .collect();
    assert_eq!(
        look(Overlap::Queue, &with_line(busy(before_nine()), &line), nine()),
        [record(
            nine(),
            DueOutcome::Skipped {
                reason: SkipReason::LineFull
            }
        )]
    );
}

#[test]
fn cancel_previous_waits_for_the_cancelled_run_and_the_newest_wins() {
    let cancel = ScheduleStep::Cancel {
        workflow: WorkflowId(7),
    };
    assert_eq!(
        look(Overlap::CancelPrevious, &busy(before_nine()), nine()),
        [
            record(
                nine(),
                DueOutcome::Waiting {
                    late: false,
                    by_hand: false
                }
            ),
            cancel.clone()
        ]
    );
    let waits = with_line(busy(nine()), &[nine()]);
    // Wanted until it has ended, also after a crash.
    assert_eq!(
        look(Overlap::CancelPrevious, &waits, nine().plus(1)),
        vec![cancel.clone()]
    );
    let ten = nine().plus(3_600_000);
    assert_eq!(
        look(Overlap::CancelPrevious, &waits, ten),
        [
            record(
                nine(),
                DueOutcome::Skipped {
                    reason: SkipReason::Superseded
                }
            ),
            record(
                ten,
                DueOutcome::Waiting {
                    late: false,
                    by_hand: false
                }
            ),
            cancel,
        ]
    );
    assert_eq!(
        look(
            Overlap::CancelPrevious,
            &with_line(idle(nine()), &[nine()]),
            nine().plus(1)
        ),
        [ScheduleStep::Start {
            at: nine(),
            late: false
        }]
    );
}

#[test]
fn a_run_by_hand_follows_the_way_with_overlaps_but_a_skip_is_only_told() {
    let now = nine().plus(123);
    let by_hand = |overlap, state: &ScheduleState| run_by_hand(policy(overlap, CatchUp::Nothing), state, now);
    let waiting = record(
        now,
        DueOutcome::Waiting {
            late: false,
            by_hand: true,
        },
    );
    for overlap in Overlap::ALL {
        let start = ScheduleStep::Start { at: now, late: false };
        assert_eq!(by_hand(overlap, &idle(nine())), Ok(vec![start]));
    }
    let busy = busy(nine());
    let running = WorkflowId(7);
    assert_eq!(
        by_hand(Overlap::Skip, &busy),
        Err(SkipReason::Overlap { running })
    );
    assert_eq!(by_hand(Overlap::Queue, &busy), Ok(vec![waiting.clone()]));
    assert_eq!(
        by_hand(Overlap::CancelPrevious, &busy),
        Ok(vec![waiting, ScheduleStep::Cancel { workflow: running }])
    );
    let full = ScheduleState {
        waiting: vec![
            WaitingDue {
                at: nine(),
                late: false
            };
            LINE_MOST
        ],
        ..busy
    };
    assert_eq!(by_hand(Overlap::Queue, &full), Err(SkipReason::LineFull));
}
