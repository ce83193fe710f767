//! What the models of a run may have seen that the operator did not write, and what the operator did write.
//!
//! The simplest sound rule: whatever was put before one model of a run counts as seen by all that come after it, because
//! results, hand-overs and shared files carry it on. It is folded from the journal alone, by the names of the tools whose
//! results are on record, so that journals of older programs say the same. What is not known to be the operator's is from
//! outside: another run's answer, what was said before in a conversation, an agent that a model designed.
//!
//! Deliberately absent: what follows from it (`wheelhouse_tools::judge`).

use crate::state::Run;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use wheelhouse_domain::{CallKey, CallKind, Event, EventBody, Outside, Setup, TaskKey};

/// What is in a run before anything was done. What a sub-workflow is given was made by the run above it.
pub(crate) fn at_first(setup: &Setup) -> BTreeSet<Outside> {
    let conversation = setup.conversation.as_ref();
    let found = [
        (
            setup.parent.is_some() || setup.forked_from.is_some() || setup.unsaid,
            Outside::Run,
        ),
        (
            conversation.is_some_and(|place| place.parent.is_some()),
            Outside::Conversation,
        ),
        (
            conversation.is_some_and(|place| !place.files.is_empty()),
            Outside::Attachments,
        ),
    ];
    let asker = setup.help.iter().flat_map(|help| help.seen.iter().copied());
    found
        .into_iter()
        .filter(|(is_there, _)| *is_there)
        .map(|(_, from)| from)
        .chain(asker)
        .collect()
}

/// What a run has seen that the operator did not write, as its journal says: the same as [`Run::seen`], for those who show
/// it and have no use for the run itself. With a task only what was seen until that task ended, if it has ended.
#[must_use]
pub fn read(events: &[Event], task: Option<&TaskKey>) -> BTreeSet<Outside> {
    let mut gives: BTreeMap<&CallKey, Option<Outside>> = BTreeMap::new();
    let mut read = BTreeSet::new();
    for event in until_ended(events, task) {
        match &event.body {
            EventBody::WorkflowCreated { setup, .. } => read.extend(at_first(setup)),
            EventBody::CallStarted { call, kind, sees, .. } => {
                read.extend(sees);
                gives.insert(call, of_call(kind));
            }
            EventBody::CallFinished { call, .. } => {
                read.extend(gives.get(call).copied().unwrap_or(Some(Outside::Tools)));
            }
            body => read.extend(of_others(body)),
        }
    }
    read
}

/// The events up to the end of a task; all of them where it goes on.
fn until_ended<'a>(events: &'a [Event], task: Option<&TaskKey>) -> &'a [Event] {
    let newest = events
        .iter()
        .rposition(|event| task.is_some() && event.body.task() == task);
    match newest {
        Some(place)
            if matches!(
                events[place].body,
                EventBody::TaskCompleted { .. }
                    | EventBody::TaskFailed { .. }
                    | EventBody::TaskSkipped { .. }
                    | EventBody::TaskCancelled { .. }
            ) =>
        {
            &events[..=place]
        }
        _ => events,
    }
}

/// Where what a call gives comes from, where the operator did not write it.
fn of_call(kind: &CallKind) -> Option<Outside> {
    match kind {
        CallKind::Model { .. } => None,
        CallKind::Tool { tool, .. } => Outside::of_tool(tool),
    }
}

/// Where comes from what was made in another run, or put together by whoever has another machine.
fn of_others(body: &EventBody) -> Vec<Outside> {
    match body {
        EventBody::TaskReused { .. } | EventBody::WorkflowArrived { .. } => vec![Outside::Run],
        // What it had read stands behind what it gave.
        EventBody::ChildEnded { end, .. } => [Outside::Run]
            .into_iter()
            .chain(end.seen.iter().copied())
            .collect(),
        _ => Vec::new(),
    }
}

impl Run {
    /// What the operator wrote for this run, beside answers with a form that no agent's call asked for. Nothing counts where
    /// somebody else may have written what the run was given (see [`Self::is_given_by_others`]), and nothing that a template
    /// says: neither what it gives for an input by itself, nor what it is for. Nor does a prompt that the operator changed: it
    /// begins with what the task was told before, which others worded.
    #[must_use]
    pub fn said(&self) -> Vec<&str> {
        if self.is_given_by_others() {
            return Vec::new();
        }
        let mut said = Vec::new();
        match &self.setup.inputs.0 {
            // A run of a template is described by its inputs or, where they say nothing, by the template.
            Value::Object(inputs) => {
                let written = inputs
                    .iter()
                    .filter(|(name, _)| !self.setup.preset.contains(name));
                written.for_each(|(_, value)| texts(value, &mut said));
            }
            _ => said.push(self.description.as_str()),
        }
        said.extend(self.answers().map(|(_, answer)| answer));
        said.extend(self.told_to_agents());
        said
    }

    /// Whether somebody else than the operator may have written what it is given: the run above it, the one that it was
    /// forked from, an agent whose message it was made of, or whoever made the file that it came in. Whatever is begun
    /// with the same is given by others as well.
    #[must_use]
    pub fn is_given_by_others(&self) -> bool {
        self.setup.parent.is_some()
            || self.setup.forked_from.is_some()
            || self.setup.unsaid
            || self.imported
            || self.has_arrived()
    }

    /// Whether it was at work in another store before.
    pub(crate) fn has_arrived(&self) -> bool {
        self.asked_elsewhere.is_some()
    }

    pub(crate) fn see(&mut self, from: &[Outside]) {
        if from.iter().any(|one| !self.seen.contains(one)) {
            Arc::make_mut(&mut self.seen).extend(from.iter().copied());
        }
    }

    /// The result of a call is there for all to see.
    pub(crate) fn see_result(&mut self, key: &CallKey) {
        let task = key.as_str().rsplit_once('#').map(|(task, _)| task);
        let task = task.and_then(|task| self.task(&task.into()));
        let call = task.and_then(|task| task.calls.iter().rev().find(|call| call.key == *key));
        let from = call.map_or(Some(Outside::Tools), |call| of_call(&call.kind));
        if let Some(from) = from {
            self.see(&[from]);
        }
    }

    /// An answer that was made in another run is there for all to see.
    pub(crate) fn see_answer(&mut self, body: &EventBody) {
        self.see(&of_others(body));
    }
}

/// All texts in a value.
fn texts<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => found.push(text),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| texts(field, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
