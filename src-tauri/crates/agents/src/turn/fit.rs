//! Makes a request fit what its model reads in one call.
//!
//! What was said before in a conversation goes first, oldest first. Then the oldest results of tools go, because the model
//! can ask for them again; then whole turns, oldest first; then the older results of the newest turn. The instructions and
//! the task, which is the newest message of a conversation, are never left out, nor is the newest turn. What went is
//! counted, and the model is told.

use wheelhouse_domain::{LeftOut, ModelMessage, ModelRequest, ToolResponse};

/// Stands in the place of a result that was left out.
const RESULT_LEFT_OUT: &str = "This result was left out, because the exchange has grown longer than you can read at \
     once. Ask again for what you still need of it.";

/// Said under the instructions where turns were left out.
const TURNS_LEFT_OUT: &str =
    "\n\nOlder turns of this exchange were left out, because it has grown longer than you can read at once.";

/// A request that can't be made to fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLong {
    /// Tokens that it needs at least, by a careful estimate.
    pub needed: u32,
    /// Tokens that there is room for beside the answer.
    pub room: u32,
}

/// The request as it can be sent to a model that reads and writes `window` tokens in one call, of which `answer` are
/// wanted for the answer (a quarter of a small window at most), and what was left out of it. `count` says how many
/// tokens a request has.
///
/// # Errors
/// [`TooLong`] where instructions, task and newest turn alone are too much.
pub fn fit(
    request: ModelRequest,
    window: u32,
    answer: u32,
    count: &dyn Fn(&ModelRequest) -> u32,
) -> Result<(ModelRequest, Option<LeftOut>), TooLong> {
    let room = window - answer.min(window / 4);
    let before = count(&request);
    if before <= room {
        return Ok((request, None));
    }
    let mut cut = Cut {
        request,
        results: 0,
        turns: 0,
    };
    let fits = |cut: &Cut| count(&cut.request) <= room;
    let done = cut.leave_out_said(&fits)
        || cut.leave_out_old_results(&fits)
        || cut.leave_out_turns(&fits)
        || cut.leave_out_new_results(&fits);
    let after = count(&cut.request);
    if !done {
        return Err(TooLong { needed: after, room });
    }
    let left_out = LeftOut {
        results: cut.results,
        turns: cut.turns,
        tokens: before.saturating_sub(after),
        window,
    };
    Ok((cut.request, Some(left_out)))
}

/// A request that grows shorter.
struct Cut {
    request: ModelRequest,
    results: u32,
    turns: u32,
}

impl Cut {
    /// Where the newest turn begins; the end where there is none.
    fn newest_turn(&self) -> usize {
        let messages = &self.request.messages;
        let is_turn = |message: &ModelMessage| matches!(message, ModelMessage::Assistant { .. });
        messages.iter().rposition(is_turn).unwrap_or(messages.len())
    }

    /// What was said before the newest message of a conversation: a message of the operator with its reply at a time.
    fn leave_out_said(&mut self, fits: &dyn Fn(&Self) -> bool) -> bool {
        while self.drop_oldest_said() {
            if fits(self) {
                return true;
            }
        }
        false
    }

    fn drop_oldest_said(&mut self) -> bool {
        let Some(talk) = self.request.brief.talk.as_mut().filter(|talk| talk.turns > 0) else {
            return false;
        };
        let messages = &mut self.request.messages;
        let said = (talk.turns as usize).min(messages.len());
        let is_turn = |message: &ModelMessage| matches!(message, ModelMessage::Assistant { .. });
        let end = messages[..said]
            .iter()
            .position(is_turn)
            .map_or(said, |reply| reply + 1);
        messages.drain(..end);
        talk.turns = u32::try_from(said - end).unwrap_or(u32::MAX);
        self.count_turn();
        true
    }

    /// One turn more was left out.
    fn count_turn(&mut self) {
        if self.turns == 0 {
            self.request.system.push_str(TURNS_LEFT_OUT);
        }
        self.turns += 1;
    }

    fn leave_out_old_results(&mut self, fits: &dyn Fn(&Self) -> bool) -> bool {
        let end = self.newest_turn();
        self.leave_out_results(0..end, fits)
    }

    /// All but the last one.
    fn leave_out_new_results(&mut self, fits: &dyn Fn(&Self) -> bool) -> bool {
        let end = self.request.messages.len().saturating_sub(1);
        self.leave_out_results(self.newest_turn().min(end)..end, fits)
    }

    fn leave_out_results(&mut self, places: std::ops::Range<usize>, fits: &dyn Fn(&Self) -> bool) -> bool {
        for place in places {
            if let Some(ModelMessage::Tool { response, .. }) = self.request.messages.get_mut(place)
                && !is_left_out(response)
            {
                *response = ToolResponse::Refused {
                    reason: RESULT_LEFT_OUT.to_owned(),
                };
                self.results += 1;
                if fits(self) {
                    return true;
                }
            }
        }
        false
    }

    fn leave_out_turns(&mut self, fits: &dyn Fn(&Self) -> bool) -> bool {
        while self.drop_oldest_turn() {
            if fits(self) {
                return true;
            }
        }
        false
    }

    /// Drops the oldest turn with all that followed from it, unless it is the newest.
    fn drop_oldest_turn(&mut self) -> bool {
        let newest = self.newest_turn();
        let messages = &mut self.request.messages;
        let is_turn = |message: &ModelMessage| matches!(message, ModelMessage::Assistant { .. });
        let Some(begin) = messages.iter().position(is_turn).filter(|begin| *begin < newest) else {
            return false;
        };
        let length = messages[begin + 1..].iter().position(is_turn).unwrap_or_default() + 1;
        let gone = messages.drain(begin..begin + length);
        let results = gone.filter(
            |message| matches!(message, ModelMessage::Tool { response, .. } if is_left_out(response)),
        );
        // They are gone with their turn, and count once.
        self.results = self
            .results
            .saturating_sub(u32::try_from(results.count()).unwrap_or(u32::MAX));
        self.count_turn();
        true
    }
}

fn is_left_out(response: &ToolResponse) -> bool {
    matches!(response, ToolResponse::Refused { reason } if reason == RESULT_LEFT_OUT)
}
