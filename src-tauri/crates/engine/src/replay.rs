//! A run step by step from its record, with nothing but the record.
//!
//! Each [`Position`] says what one event changed. Beside it the choices are made once more: where an event tells what
//! was put in, [`crate::decide`] is asked what follows, and the answer is compared with what is on record. A newer
//! engine may choose otherwise; that is told and changes nothing, because a record is folded and never decided again.
//!
//! Deliberately absent: clocks, models, contents. The same events give the same replay, byte for byte.

mod given;

use crate::{FoldError, Run, Task, decide};
use serde::Serialize;
use wheelhouse_domain::{
    AgentUid, ContentHash, Event, Millis, Place, Seq, TaskKey, TaskOf, TaskStatus, WorkflowStatus,
};

/// A whole run, replayed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Replay {
    /// One for each event, in order.
    pub positions: Vec<Position>,
    /// Where this engine would have chosen otherwise.
    pub differences: Vec<Difference>,
    /// Events that follow from what came before, and were found to.
    pub confirmed: u32,
    /// Events of which the record does not say what was put in: what the operator wanted of single tasks, what was
    /// taken over from another run.
    pub unchecked: u32,
}

/// What one event changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Position {
    /// Place of the event.
    pub seq: Seq,
    /// When it was recorded.
    pub at: Millis,
    /// What kind of fact.
    pub kind: &'static str,
    /// The task that it is about.
    pub task: Option<TaskKey>,
    /// Where the run stands after it.
    pub status: WorkflowStatus,
    /// The tasks that are otherwise after it.
    pub changed: Vec<Shot>,
}

/// A task at one moment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shot {
    /// Name in the run.
    pub task: TaskKey,
    /// What people read.
    pub title: String,
    /// Where it stands in the task that contains it.
    pub place: Option<Place>,
    /// What it needs.
    pub needs: Vec<TaskKey>,
    /// Who does it.
    pub agent: Option<AgentUid>,
    /// Where it stands.
    pub status: TaskStatus,
    /// Number of its newest attempt.
    pub attempt: u32,
    /// Its calls so far.
    pub calls: u32,
    /// Its answer.
    pub output: Option<ContentHash>,
    /// Where its answer was made, when not in this run.
    pub reused_from: Option<TaskOf>,
}

/// What this engine would have chosen, and what is on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The first event that is otherwise.
    pub seq: Seq,
    /// What is on record, by kind.
    pub recorded: Vec<&'static str>,
    /// What would follow now, by kind. Empty where the input would be refused.
    pub now: Vec<&'static str>,
}

/// Replays a run from its events.
///
/// # Errors
/// [`FoldError`] where they make no sense.
pub fn replay(events: &[Event]) -> Result<Replay, FoldError> {
    let first = events.first().ok_or(FoldError::NotCreated)?;
    let mut run = Run::fold([first])?;
    let mut replay = Replay {
        positions: vec![position(first, &run, Vec::new())],
        differences: Vec::new(),
        confirmed: 0,
        unchecked: 0,
    };
    let mut next = 1;
    while let Some(rest) = events.get(next..).filter(|rest| !rest.is_empty()) {
        let followed = replay.check(&run, rest).max(1);
        for event in rest.iter().take(followed) {
            let before = run.clone();
            run.apply(event)?;
            replay
                .positions
                .push(position(event, &run, changes(&before, &run)));
        }
        next += followed;
    }
    Ok(replay)
}

impl Replay {
    /// Makes the next choice once more and gives how many events it accounts for; 0 where it can't be told.
    fn check(&mut self, run: &Run, rest: &[Event]) -> usize {
        let Some((input, at)) = given::input(run, rest) else {
            self.unchecked += 1;
            return 0;
        };
        let now = decide(run, input, at).unwrap_or_default();
        let same = now.iter().zip(rest).take_while(|(now, then)| now == then).count();
        if same == now.len() && same > 0 {
            self.confirmed += u32::try_from(same).unwrap_or(u32::MAX);
            return same;
        }
        self.differences.push(Difference {
            seq: rest
                .get(same)
                .or_else(|| rest.first())
                .map(|event| event.seq)
                .unwrap_or_default(),
            recorded: rest
                .iter()
                .skip(same)
                .take(3)
                .map(|event| event.body.kind())
                .collect(),
            now: now
                .iter()
                .skip(same)
                .take(3)
                .map(|event| event.body.kind())
                .collect(),
        });
        same
    }
}

fn position(event: &Event, run: &Run, changed: Vec<Shot>) -> Position {
    Position {
        seq: event.seq,
        at: event.at,
        kind: event.body.kind(),
        task: event.body.task().cloned(),
        status: run.status(),
        changed,
    }
}

/// The tasks that differ. Copies of a run share what did not change, so that this looks at little.
fn changes(before: &Run, after: &Run) -> Vec<Shot> {
    let changed = after.tasks.changed_since(&before.tasks);
    changed
        .filter(|task| before.task(&task.key).map(shot).as_ref() != Some(&shot(task)))
        .map(shot)
        .collect()
}

fn shot(task: &Task) -> Shot {
    Shot {
        task: task.key.clone(),
        title: task.title.clone(),
        place: task.place.clone(),
        needs: task.needs.clone(),
        agent: task.agent,
        status: task.status,
        attempt: task.attempt,
        calls: u32::try_from(task.calls.len()).unwrap_or(u32::MAX),
        output: task.output.clone(),
        reused_from: task.reused_from.clone(),
    }
}
