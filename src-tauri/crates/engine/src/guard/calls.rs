//! Repetition in one conversation.

use crate::state::{Call, CallState, Task};
use std::collections::HashMap;
use wheelhouse_domain::{CallKind, ContentHash};

/// Calls of a tool with the same arguments and the same answer. Asking twice can be carelessness of a model, which the
/// second answer usually ends; whoever asks a third time has learnt nothing from two. What is polled may be called as
/// often as it takes, as long as its answer changes now and then.
const SAME_CALLS: usize = 3;

/// Answers in a row with the same words and the same wishes. A repaired answer may equal the first; a third does not come
/// from thinking.
const SAME_ANSWERS: usize = 3;

/// What was done again and again.
pub(super) struct Repeated<'a> {
    pub(super) what: What<'a>,
    pub(super) times: usize,
    /// The turn in which it was done first.
    pub(super) turn: u32,
}

/// What kind of thing that is.
pub(super) enum What<'a> {
    Tool(&'a str),
    Answer,
}

/// The call of a tool that was made too often with the same answer, in the present exchange: a new attempt may look at
/// the same things again.
pub(super) fn same_call(task: &Task) -> Option<Repeated<'_>> {
    let mut seen: HashMap<(&str, &ContentHash, &ContentHash), (usize, u32)> = HashMap::new();
    for (call, response) in task.exchange() {
        let CallKind::Tool { tool, .. } = &call.kind else {
            continue;
        };
        let (times, turn) = seen
            .entry((tool, &call.request, response))
            .or_insert((0, call.turn));
        *times += 1;
        if *times >= SAME_CALLS {
            return Some(Repeated {
                what: What::Tool(tool),
                times: *times,
                turn: *turn,
            });
        }
    }
    None
}

/// The answer that the model gave too often in a row, though what it was told in between was the same too: a model that
/// polls says the same each time and is right to, as long as it is told something new.
pub(super) fn same_answer(task: &Task) -> Option<Repeated<'_>> {
    let answers: Vec<(&Call, &ContentHash)> = task
        .exchange()
        .filter_map(|(call, _)| call.gist.as_ref().map(|gist| (call, &gist.hash)))
        .collect();
    let last = answers.get(answers.len().checked_sub(SAME_ANSWERS)?..)?;
    let (first, gist) = last.first()?;
    let same = last.iter().all(|(_, other)| other == gist);
    let told = |call: &Call| -> Vec<&ContentHash> {
        let after = task.calls.iter().filter(|other| other.turn == call.turn + 1);
        after.filter_map(response_of).collect()
    };
    let before_last = last.get(..SAME_ANSWERS - 1)?;
    let told_same = before_last.iter().all(|(call, _)| told(call) == told(first));
    (same && told_same).then_some(Repeated {
        what: What::Answer,
        times: SAME_ANSWERS,
        turn: first.turn,
    })
}

fn response_of(call: &Call) -> Option<&ContentHash> {
    match &call.state {
        CallState::Finished { response } => Some(response),
        _ => None,
    }
}
