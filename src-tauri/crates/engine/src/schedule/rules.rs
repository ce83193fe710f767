//! What follows from due times: what starts, waits, is let go or was missed.

use super::Timetable;
use std::collections::{BTreeSet, VecDeque};
use wheelhouse_domain::{
    CatchUp, Due, DueOutcome, Millis, MissReason, Overlap, SchedulePolicy, SkipReason, WorkflowId,
};

/// A due time that passed longer ago than this was missed, in milliseconds. Longer than the time between two looks.
pub const GRACE_MS: i64 = 60_000;

/// Due times of one schedule that can wait in line.
pub const LINE_MOST: usize = 50;

/// Missed due times that are counted one by one. Of more it is said that there were more.
pub const COUNTED_MOST: u32 = 10_000;

/// Longest time that missed due times can be made up for, in minutes: 31 days.
pub const WINDOW_MOST_MINUTES: u32 = 31 * 24 * 60;

/// A clock that was set back by more than this is believed, and the schedule goes on from there, in milliseconds.
const SET_BACK_MS: i64 = 24 * 60 * 60 * 1_000;

/// A due time that waits in line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitingDue {
    /// The time.
    pub at: Millis,
    /// Whether it had been missed.
    pub late: bool,
}

/// What is on record about a schedule that is not paused.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScheduleState {
    /// Everything that was due until then has an outcome.
    pub considered: Millis,
    /// Its workflows that have not ended.
    pub running: Vec<WorkflowId>,
    /// The line, oldest first.
    pub waiting: Vec<WaitingDue>,
    /// Due times after `considered` that have an outcome all the same, from before the clock was set back.
    pub used: BTreeSet<Millis>,
}

/// Something to be done about a schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScheduleStep {
    /// Start a workflow for this due time. Always the last step: what follows depends on what came of it.
    Start {
        /// The due time.
        at: Millis,
        /// Whether it had been missed.
        late: bool,
    },
    /// Write down what became of a due time.
    Record {
        /// Which.
        due: Due,
        /// What.
        outcome: DueOutcome,
    },
    /// Cancel a workflow that is in the way. Wanted until it has ended.
    Cancel {
        /// Which one.
        workflow: WorkflowId,
    },
    /// The clock was set back: go on from there.
    SetBack {
        /// Now.
        to: Millis,
    },
}

/// What is to be done at `now`, in order. Each step can be written down by itself: a look after a crash between two of
/// them finds the rest. After a [`ScheduleStep::Start`] look again.
///
/// Missed due times that a schedule makes up for one after another ([`CatchUp::All`]) wait in line also where it skips
/// overlaps, because otherwise only the first would ever start. Where it cancels the previous run, only the newest is
/// made up for, because each would cancel the one before.
#[must_use]
pub fn consider(
    table: &Timetable,
    policy: SchedulePolicy,
    state: &ScheduleState,
    now: Millis,
) -> Vec<ScheduleStep> {
    let mut look = Look {
        policy,
        by_hand: false,
        running: state.running.clone(),
        line: state.waiting.iter().copied().collect(),
        steps: Vec::new(),
        now,
    };
    let from = look.believe_clock(state.considered);
    if look.running.is_empty()
        && let Some(first) = look.line.pop_front()
    {
        look.start(first.at, first.late);
        return look.steps;
    }
    for due in look.taken(table, from, &state.used) {
        if !look.take(due) {
            return look.steps;
        }
    }
    look.cancel_what_is_in_the_way();
    look.steps
}

/// What is to be done when the operator wants a run at `now`, at no due time. The schedule's way with overlaps holds for
/// it as for a due time.
///
/// # Errors
/// Why nothing can start or wait. It is told, not written down.
pub fn run_by_hand(
    policy: SchedulePolicy,
    state: &ScheduleState,
    now: Millis,
) -> Result<Vec<ScheduleStep>, SkipReason> {
    let mut look = Look {
        policy,
        by_hand: true,
        running: state.running.clone(),
        line: state.waiting.iter().copied().collect(),
        steps: Vec::new(),
        now,
    };
    look.take(WaitingDue { at: now, late: false });
    look.cancel_what_is_in_the_way();
    let refused = look.steps.iter().find_map(|step| match step {
        ScheduleStep::Record {
            due,
            outcome: DueOutcome::Skipped { reason },
        } if due.at == now => Some(*reason),
        _ => None,
    });
    refused.map_or(Ok(look.steps), Err)
}

/// One look, under way.
struct Look {
    policy: SchedulePolicy,
    /// Whether it is the operator who wants a run.
    by_hand: bool,
    running: Vec<WorkflowId>,
    line: VecDeque<WaitingDue>,
    steps: Vec<ScheduleStep>,
    now: Millis,
}

impl Look {
    /// Where due times count from.
    fn believe_clock(&mut self, considered: Millis) -> Millis {
        if considered.0.saturating_sub(self.now.0) <= SET_BACK_MS {
            return considered;
        }
        self.steps.push(ScheduleStep::SetBack { to: self.now });
        self.now
    }

    /// The due times after `from` that something happens for. Those that were missed for good are written down.
    fn taken(&mut self, table: &Timetable, from: Millis, used: &BTreeSet<Millis>) -> Vec<WaitingDue> {
        let reach = match self.policy.catch_up {
            CatchUp::Nothing => GRACE_MS,
            CatchUp::Newest | CatchUp::All => self.window().max(GRACE_MS),
        };
        let oldest = self.now.plus(-reach);
        let from = self.miss_before(table, from, oldest);
        let unused = DueTimes {
            table,
            last: from,
            until: self.now,
        }
        .filter(|at| !used.contains(at));
        let mut late = Gathered::default();
        let mut taken = Vec::new();
        for at in unused {
            if self.now.0 - at.0 > GRACE_MS {
                late.add(at, self.kept_late());
            } else {
                taken.push(WaitingDue { at, late: false });
            }
        }
        if !taken.is_empty() && self.makes_up_for_one() {
            late.drop_all();
        }
        let because = if self.makes_up_for_one() {
            MissReason::NewerTaken
        } else {
            MissReason::TooMany
        };
        if let Some(due) = late.dropped {
            self.record(due, DueOutcome::Missed { because });
        }
        let made_up = late.kept.into_iter().map(|at| WaitingDue { at, late: true });
        made_up.chain(taken).collect()
    }

    /// Writes down what passed before `oldest` as missed, as one. Gives where to go on.
    fn miss_before(&mut self, table: &Timetable, from: Millis, oldest: Millis) -> Millis {
        let mut missed: Option<Due> = None;
        let too_old = DueTimes {
            table,
            last: from,
            until: oldest.plus(-1),
        };
        for at in too_old {
            let due = missed.get_or_insert_with(|| Due {
                times: 0,
                ..Due::one(at)
            });
            if due.times == COUNTED_MOST {
                due.more = true;
                due.at = table.before(oldest).unwrap_or(at);
                break;
            }
            due.times += 1;
            due.at = at;
        }
        let Some(due) = missed else { return from };
        let because = match self.policy.catch_up {
            CatchUp::Nothing => MissReason::NoCatchUp,
            CatchUp::Newest | CatchUp::All => MissReason::OutsideWindow,
        };
        self.record(due, DueOutcome::Missed { because });
        due.at
    }

    /// Whether at most one missed due time is made up for.
    fn makes_up_for_one(&self) -> bool {
        self.policy.catch_up != CatchUp::All || self.policy.overlap == Overlap::CancelPrevious
    }

    fn kept_late(&self) -> usize {
        if self.makes_up_for_one() {
            1
        } else {
            LINE_MOST.saturating_sub(self.line.len())
        }
    }

    fn window(&self) -> i64 {
        i64::from(self.policy.window_minutes.min(WINDOW_MOST_MINUTES)) * 60_000
    }

    /// Does what the policy says about a due time. Gives whether more can be looked at now.
    fn take(&mut self, due: WaitingDue) -> bool {
        if self.running.is_empty() && self.line.is_empty() {
            self.start(due.at, due.late);
            return false;
        }
        let one_after_another = due.late && !self.makes_up_for_one();
        match self.policy.overlap {
            Overlap::Skip if !one_after_another => self.skip(due.at),
            Overlap::Skip | Overlap::Queue => self.line_up(due),
            Overlap::CancelPrevious => {
                while let Some(older) = self.line.pop_front() {
                    self.record(Due::one(older.at), skipped(SkipReason::Superseded));
                }
                self.line_up(due);
            }
        }
        true
    }

    fn skip(&mut self, at: Millis) {
        let reason = match self.running.first() {
            Some(running) => SkipReason::Overlap { running: *running },
            None => SkipReason::LineFull,
        };
        self.record(Due::one(at), skipped(reason));
    }

    fn line_up(&mut self, due: WaitingDue) {
        if self.line.len() >= LINE_MOST {
            self.record(Due::one(due.at), skipped(SkipReason::LineFull));
            return;
        }
        self.line.push_back(due);
        let outcome = DueOutcome::Waiting {
            late: due.late,
            by_hand: self.by_hand,
        };
        self.record(Due::one(due.at), outcome);
    }

    fn cancel_what_is_in_the_way(&mut self) {
        if self.policy.overlap == Overlap::CancelPrevious && !self.line.is_empty() {
            let cancel = |workflow: &WorkflowId| ScheduleStep::Cancel { workflow: *workflow };
            self.steps.extend(self.running.iter().map(cancel));
        }
    }

    fn start(&mut self, at: Millis, late: bool) {
        self.steps.push(ScheduleStep::Start { at, late });
    }

    fn record(&mut self, due: Due, outcome: DueOutcome) {
        self.steps.push(ScheduleStep::Record { due, outcome });
    }
}

fn skipped(reason: SkipReason) -> DueOutcome {
    DueOutcome::Skipped { reason }
}

/// The newest of many due times, and those that had to make room for them, as one.
#[derive(Default)]
struct Gathered {
    kept: VecDeque<Millis>,
    dropped: Option<Due>,
}

impl Gathered {
    fn add(&mut self, at: Millis, most: usize) {
        self.kept.push_back(at);
        if self.kept.len() > most {
            self.drop_oldest();
        }
    }

    fn drop_all(&mut self) {
        while !self.kept.is_empty() {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        if let Some(at) = self.kept.pop_front() {
            let due = self.dropped.get_or_insert_with(|| Due {
                times: 0,
                ..Due::one(at)
            });
            due.times += 1;
            due.at = at;
        }
    }
}

/// Due times after `last`, up to and with `until`.
struct DueTimes<'a> {
    table: &'a Timetable,
    last: Millis,
    until: Millis,
}

impl Iterator for DueTimes<'_> {
    type Item = Millis;

    fn next(&mut self) -> Option<Millis> {
        let at = self.table.after(self.last).filter(|at| *at <= self.until)?;
        self.last = at;
        Some(at)
    }
}
