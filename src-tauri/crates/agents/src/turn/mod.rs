//! The agent loop as a pure state machine: from the first request and everything recorded since, what is next.
//!
//! It remembers nothing. Called again with the same records it says the same, so a run that was broken off
//! goes on where its journal ends. Whether a tool exists and its arguments fit is the executor's business:
//! it answers `Refused`, and the model reads why.

mod answer;
mod fit;
#[cfg(test)]
mod tests;

pub use answer::{Answer, Unfit};
pub use fit::{TooLong, fit};
use std::collections::{BTreeMap, BTreeSet};
use wheelhouse_domain::{
    Expects, Failure, FailureCode, ModelMessage, ModelRequest, ModelResponse, Origin, ToolCall, ToolResponse,
};

/// Bounds of one attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoopLimits {
    /// Answers of the model, those with tool calls and the repaired one included.
    pub model_turns: u32,
    /// Tool calls that are made of one answer; the rest of them is dropped.
    pub tool_calls: u32,
}

impl Default for LoopLimits {
    fn default() -> Self {
        Self {
            model_turns: 8,
            tool_calls: 8,
        }
    }
}

/// One result on record, in the order of the record.
#[derive(Debug, Clone, PartialEq)]
pub enum Recorded {
    /// The model answered.
    Model(ModelResponse),
    /// A tool answered.
    Tool {
        /// Which call of the latest answer.
        call_id: String,
        /// The tool.
        tool: String,
        /// What came back.
        response: ToolResponse,
    },
}

/// What is to be done next.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "one is made at a time and used at once; a box would only be in the way"
)]
pub enum Turn {
    /// Ask the model.
    Model(ModelRequest),
    /// Call these tools: all of the latest answer's calls that have no recorded result, in order.
    Tools(Vec<ToolCall>),
    /// The agent is done.
    Done {
        /// Its answer.
        answer: Answer,
        /// Whether it had to be sent back once.
        origin: Origin,
    },
    /// Both structured answers are unusable; who asked may fall back to something simple.
    Unusable {
        /// What is wrong with the second.
        problem: String,
        /// The second answer as it came.
        last_text: String,
    },
    /// The attempt failed.
    Failed(Failure),
}

/// Says what is next. `check` looks at an answer that has the right form and says in plain words what is
/// wrong with its content, if anything is; those words go to the model.
///
/// An answer is final when it calls no tool, whatever reason the provider gave for stopping.
pub fn next_turn(
    first: &ModelRequest,
    recorded: &[Recorded],
    limits: LoopLimits,
    check: &dyn Fn(&Answer) -> Result<(), Unfit>,
) -> Turn {
    let mut exchange = Exchange::new(first, limits);
    let mut records = recorded.iter();
    loop {
        let Some(response) = records.find_map(|record| match record {
            Recorded::Model(response) => Some(response),
            // Answers of tools are taken together with the turn that asked for them.
            Recorded::Tool { .. } => None,
        }) else {
            return Turn::Model(exchange.request);
        };
        if let Some(turn) = exchange.take(response, &answers(records.as_slice()), check) {
            return turn;
        }
    }
}

/// The tool results up to the model's next answer, by call. The first result of a call counts.
fn answers(records: &[Recorded]) -> BTreeMap<&str, (&str, &ToolResponse)> {
    let mut found = BTreeMap::new();
    for record in records {
        match record {
            Recorded::Model(_) => break,
            Recorded::Tool {
                call_id,
                tool,
                response,
            } => {
                found.entry(call_id.as_str()).or_insert((tool.as_str(), response));
            }
        }
    }
    found
}

/// The exchange as it grows while the records are read.
struct Exchange {
    request: ModelRequest,
    limits: LoopLimits,
    turns: u32,
    problem: Option<String>,
}

impl Exchange {
    fn new(first: &ModelRequest, limits: LoopLimits) -> Self {
        Self {
            request: first.clone(),
            limits,
            turns: 0,
            problem: None,
        }
    }

    /// Takes one answer of the model; gives the next turn unless the records may go on.
    fn take(
        &mut self,
        response: &ModelResponse,
        answers: &BTreeMap<&str, (&str, &ToolResponse)>,
        check: &dyn Fn(&Answer) -> Result<(), Unfit>,
    ) -> Option<Turn> {
        self.turns += 1;
        let calls = self.calls(response);
        self.request.messages.push(ModelMessage::Assistant {
            text: response.text.clone(),
            // A provider wants them back with the results of tools and not later.
            thoughts: response.thoughts.clone().filter(|_| !calls.is_empty()),
            tool_calls: calls.clone(),
        });
        if calls.is_empty() {
            return self.conclude(&response.text, check);
        }
        if self.turns >= self.limits.model_turns {
            return Some(Turn::Failed(self.too_many_turns()));
        }
        self.answer_calls(calls, answers)
    }

    /// The calls of one answer, at most as many as allowed, each with a name of its own.
    fn calls(&self, response: &ModelResponse) -> Vec<ToolCall> {
        let mut names = BTreeSet::new();
        let limit = usize::try_from(self.limits.tool_calls).unwrap_or(usize::MAX);
        let mut calls: Vec<ToolCall> = response.tool_calls.iter().take(limit).cloned().collect();
        for (index, call) in calls.iter_mut().enumerate() {
            // Some providers send no name, or the same one twice; results could not be told apart.
            while call.call_id.is_empty() || !names.insert(call.call_id.clone()) {
                call.call_id = format!("{}~{index}", call.call_id);
            }
        }
        calls
    }

    fn answer_calls(
        &mut self,
        calls: Vec<ToolCall>,
        answers: &BTreeMap<&str, (&str, &ToolResponse)>,
    ) -> Option<Turn> {
        let open: Vec<ToolCall> = calls
            .iter()
            .filter(|call| !answers.contains_key(call.call_id.as_str()))
            .cloned()
            .collect();
        if !open.is_empty() {
            return Some(Turn::Tools(open));
        }
        for call in calls {
            if let Some((tool, response)) = answers.get(call.call_id.as_str()) {
                self.request.messages.push(ModelMessage::Tool {
                    call_id: call.call_id,
                    tool: (*tool).to_owned(),
                    response: (*response).clone(),
                });
            }
        }
        None
    }

    fn conclude(&mut self, text: &str, check: &dyn Fn(&Answer) -> Result<(), Unfit>) -> Option<Turn> {
        let read = answer::read(text, self.request.expects).and_then(|answer| {
            check(&answer)?;
            Ok(answer)
        });
        let problem = match read {
            Ok(answer) => {
                let origin = self
                    .problem
                    .take()
                    .map_or(Origin::Answered, |problem| Origin::Repaired { problem });
                return Some(Turn::Done { answer, origin });
            }
            Err(Unfit(problem)) => problem,
        };
        if self.problem.is_some() || self.turns >= self.limits.model_turns {
            return Some(self.give_up(problem, text));
        }
        self.request.messages.push(ModelMessage::User {
            text: repair(&problem, self.request.expects),
        });
        self.problem = Some(problem);
        None
    }

    fn give_up(&self, problem: String, text: &str) -> Turn {
        match self.request.expects {
            Expects::Plan | Expects::Staffing => Turn::Unusable {
                problem,
                last_text: text.to_owned(),
            },
            Expects::Markdown | Expects::Data => Turn::Failed(Failure::lasting(
                FailureCode::AnswerInvalid,
                format!("The answer could not be used, also after it was sent back once. {problem}"),
                "Retry the task. If it happens again, choose another model for this agent.",
            )),
        }
    }

    fn too_many_turns(&self) -> Failure {
        Failure::lasting(
            FailureCode::TooManyTurns,
            format!(
                "The agent called tools in each of its {} turns and gave no answer.",
                self.turns
            ),
            "Make the task smaller or more precise, or choose another model for this agent, then retry.",
        )
    }
}

/// What is said to the model about an answer that cannot be used.
fn repair(problem: &str, expects: Expects) -> String {
    let again = match expects {
        Expects::Markdown => "Give the whole answer again as Markdown.",
        Expects::Data => {
            "Give the whole answer again: one JSON value that fits the schema, and nothing else."
        }
        Expects::Plan | Expects::Staffing => {
            "Give the whole answer again: one JSON object in the form that was asked for, and nothing else."
        }
    };
    format!("This answer cannot be used. {problem} {again}")
}
