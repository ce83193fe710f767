//! The present exchange of a task, as the journal has it: the first request and everything recorded since.

use super::brief::brief;
use super::failure::Stop;
use super::tools::{is_repeatable, offered};
use crate::error::Error;
use crate::service::Inner;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use wheelhouse_agents::{Recorded, prompt};
use wheelhouse_domain::{
    AgentGrant, AgentProfile, BUILT_IN_TOOLS, CREW_TOOLS, CallKind, ContentHash, Expects, GRANTED_TOOLS,
    ModelRequest, Outside, QuestionKind, StepKind, ToolCall, ToolSpec, is_served,
};
use wheelhouse_engine::{Call, CallPlace, Fact, Run, Task};

/// An exchange under way.
pub(super) struct Conversation {
    /// What it began with.
    pub(super) first: ModelRequest,
    /// What was recorded since, in order.
    pub(super) recorded: Vec<Recorded>,
    first_turn: u32,
    /// Calls that have a place already, by turn: a repeated call keeps its place.
    places: Vec<(u32, u32, String)>,
}

impl Conversation {
    /// Reads the exchange of `task`, or begins one with the tools that are of use with a grant; `helpers` says whom the agent
    /// can ask.
    pub(super) async fn load(
        inner: &Inner,
        run: &Run,
        task: &Task,
        agent: &AgentProfile,
        (grant, helpers): (&AgentGrant, Option<&str>),
    ) -> Result<Self, Stop> {
        let began = task
            .calls
            .iter()
            .find(|call| call.turn == task.first_turn && call.index == 0);
        let first = match began {
            // The very request that was sent, so that the same conversation goes on; with the model that the
            // agent has now, so that choosing another one mends a model that does not answer.
            Some(call) => ModelRequest {
                model: agent.model.clone(),
                ..read(inner, &call.request).await?
            },
            None => {
                let brief = brief(inner, run, task, agent).await?;
                let given = inner.given_among(&agent.tools).await?;
                prompt::request(
                    brief,
                    &agent.model,
                    &offered(&agent.tools, grant, &given, helpers),
                    expects(run, task),
                )
            }
        };
        let mut recorded = Vec::new();
        for (call, response) in task.exchange() {
            recorded.push(match &call.kind {
                CallKind::Model { .. } => Recorded::Model(read(inner, response).await?),
                CallKind::Tool { tool, call_id, .. } => Recorded::Tool {
                    call_id: call_id.clone(),
                    tool: tool.clone(),
                    response: read(inner, response).await?,
                },
            });
        }
        let places = task.calls.iter().filter_map(place_of).collect();
        Ok(Self {
            first,
            recorded,
            first_turn: task.first_turn,
            places,
        })
    }

    /// What the operator did not write that the model reads by way of the agent: its own instructions where a model wrote
    /// them, those of the agents that it chooses from, and what tools that do not come with the program say of themselves.
    pub(super) fn sees(&self, is_designed: bool) -> Vec<Outside> {
        let ours = |tool: &ToolSpec| {
            let mut all = BUILT_IN_TOOLS.iter().chain(&CREW_TOOLS).chain(&GRANTED_TOOLS);
            all.any(|ours| *ours == tool.name)
        };
        let mut sees = Vec::new();
        if is_designed || !self.first.brief.candidates.is_empty() {
            sees.push(Outside::Design);
        }
        if !self.first.tools.iter().all(ours) {
            sees.push(Outside::Tools);
        }
        sees
    }

    /// Where the next model call stands: models take the even turns of an exchange, tools the odd ones.
    pub(super) fn model_place(&self) -> CallPlace {
        CallPlace {
            turn: self.first_turn + 2 * self.answers(),
            index: 0,
        }
    }

    /// Where calls of tools stand that the newest answer asked for.
    pub(super) fn tool_places(&mut self, calls: &[ToolCall]) -> Vec<CallPlace> {
        let turn = (self.first_turn + 2 * self.answers()).saturating_sub(1);
        calls
            .iter()
            .map(|call| CallPlace {
                turn,
                index: self.index_of(turn, &call.call_id),
            })
            .collect()
    }

    fn index_of(&mut self, turn: u32, call_id: &str) -> u32 {
        let in_turn = self.places.iter().filter(|(at, ..)| *at == turn);
        let known = in_turn
            .clone()
            .find(|(_, _, id)| id == call_id)
            .map(|(_, index, _)| *index);
        // The first that is free: a call that the operator was asked about keeps its place, though others of its turn were made.
        let taken: BTreeSet<u32> = in_turn.map(|(_, index, _)| *index).collect();
        let next = (0..).find(|index| !taken.contains(index)).unwrap_or(u32::MAX);
        known.unwrap_or_else(|| {
            self.places.push((turn, next, call_id.to_owned()));
            next
        })
    }

    fn answers(&self) -> u32 {
        let models = self
            .recorded
            .iter()
            .filter(|record| matches!(record, Recorded::Model(_)))
            .count();
        u32::try_from(models).unwrap_or(u32::MAX / 4)
    }
}

/// What must be recorded before a task goes on after the process ended in the middle of a call. A call that
/// may have had an effect is not repeated without the operator.
pub(super) fn interrupted(task: &Task) -> Vec<Fact> {
    let place = |call: &Call| CallPlace {
        turn: call.turn,
        index: call.index,
    };
    let mut facts: Vec<Fact> = task
        .in_flight()
        .map(|call| Fact::CallInterrupted { place: place(call) })
        .collect();
    let doubtful = task.in_flight().find_map(|call| match &call.kind {
        CallKind::Tool { tool, repeatable, .. } => {
            // What a tool of a server is was known when it was called.
            let is_safe = *repeatable && (is_served(tool) || is_repeatable(tool));
            (!is_safe).then_some(tool)
        }
        CallKind::Model { .. } => None,
    });
    facts.extend(doubtful.map(|tool| {
        in_doubt(&format!(
            "Wheelhouse was closed while the tool \"{tool}\" was at work, so nobody knows whether it did its work."
        ))
    }));
    facts
}

/// Asks the operator what became of a call. `what` is known of it, as sentences.
pub(super) fn in_doubt(what: &str) -> Fact {
    Fact::Asked {
        kind: QuestionKind::CallInDoubt,
        text: format!("{what} Look, and tell the agent what you found."),
        form: None,
    }
}

fn place_of(call: &Call) -> Option<(u32, u32, String)> {
    match &call.kind {
        CallKind::Tool { call_id, .. } => Some((call.turn, call.index, call_id.clone())),
        CallKind::Model { .. } => None,
    }
}

fn expects(run: &Run, task: &Task) -> Expects {
    match run.kind_of(task) {
        Some(StepKind::Plan { .. }) => Expects::Plan,
        Some(StepKind::Staff { .. }) => Expects::Staffing,
        Some(StepKind::Agent { answer: Some(_), .. }) => Expects::Data,
        _ => Expects::Markdown,
    }
}

async fn read<T: DeserializeOwned>(inner: &Inner, hash: &ContentHash) -> Result<T, Stop> {
    let missing = || {
        Error::Store(wheelhouse_store::Error::Unreadable {
            column: "contents.content",
            reason: format!("{} is not there", hash.as_str()),
        })
    };
    let content = inner.store.content(hash).await?.ok_or_else(missing)?;
    Ok(serde_json::from_str(&content)?)
}
