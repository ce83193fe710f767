//! What the models of a run may have seen that the operator did not write, and what the operator did write.
//!
//! The simplest sound rule: whatever was put before one model of a run counts as seen by all that come after it, because
//! results, hand-overs and shared files carry it on. It is folded from the journal alone, by the names of the tools whose
//! results are on record, so that journals of older programs say the same. What is not known to be the operator's is from
//! outside: another run's answer, what was said before in a conversation, an agent that a model designed.
//!
//! Deliberately absent: what follows from it (`wheelhouse_tools::judge`).

use crate::state::{Run, Task};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use wheelhouse_domain::{CallKey, CallKind, EventBody, Outside, Setup};

/// What is in a run before anything was done. What a sub-workflow is given was made by the run above it.
pub(crate) fn at_first(setup: &Setup) -> BTreeSet<Outside> {
    let conversation = setup.conversation.as_ref();
    let found = [
        (
            setup.parent.is_some() || setup.forked_from.is_some(),
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
    found
        .into_iter()
        .filter(|(is_there, _)| *is_there)
        .map(|(_, from)| from)
        .collect()
}

impl Run {
    /// What the operator wrote for this run, beside answers with a form that no agent's call asked for. Nothing where somebody else may have: in
    /// sub-workflows and forks, and in runs that came from elsewhere.
    #[must_use]
    pub fn said<'a>(&'a self, task: &'a Task) -> Vec<&'a str> {
        if self.setup.parent.is_some()
            || self.setup.forked_from.is_some()
            || self.imported
            || self.has_arrived()
        {
            return Vec::new();
        }
        let mut said = vec![self.description.as_str()];
        texts(&self.setup.inputs.0, &mut said);
        said.extend(self.answers().map(|(_, answer)| answer));
        said.extend(self.told_to_agents());
        said.extend(task.told.as_deref());
        said
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
        let from = match call.map(|call| &call.kind) {
            Some(CallKind::Model { .. }) => None,
            Some(CallKind::Tool { tool, .. }) => Outside::of_tool(tool),
            None => Some(Outside::Tools),
        };
        if let Some(from) = from {
            self.see(&[from]);
        }
    }

    /// An answer that was made in another run is there for all to see.
    pub(crate) fn see_answer(&mut self, body: &EventBody) {
        if matches!(body, EventBody::TaskReused { .. } | EventBody::ChildEnded { .. }) {
            self.see(&[Outside::Run]);
        }
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
