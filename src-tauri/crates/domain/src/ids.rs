//! Names of things.
//!
//! A *uid* stays the same when a thing is exported, shared or moved. A *key* is unique within one run and is
//! made by the engine. An integer *id* exists only in the projections of one store and is what people see.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use specta::Type;
use std::fmt;
use uuid::Uuid;

macro_rules! row_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
        #[serde(transparent)]
        pub struct $name(pub u32);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

row_id! {
    /// Number of a workflow in one store: small and readable (`workflow 12`).
    WorkflowId,
    /// Number of a task in one store.
    TaskId,
    /// Number of an agent in one store.
    AgentId,
    /// Number of a provider in one store.
    ProviderId,
    /// Number of a question in one store.
    QuestionId,
    /// Number of a knowledge source in one store.
    SourceId,
    /// Number of a document in one store's knowledge.
    DocumentId,
    /// Number of a schedule in one store.
    ScheduleId,
    /// Number of a price in one store.
    PriceId,
    /// Number of a tool server in one store.
    ToolServerId,
}

macro_rules! uid {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

uid! {
    /// A workflow, wherever it is kept (UUIDv7).
    WorkflowUid,
    /// An agent, wherever it works (UUIDv7).
    AgentUid,
    /// A provider. Keys are kept under it.
    ProviderUid,
    /// A template, wherever it is shared (UUIDv7).
    TemplateUid,
    /// One store. A subscriber resumes from (store uid, epoch, position).
    StoreUid,
    /// A knowledge source, whatever its number.
    SourceUid,
    /// A tool server, whatever its number.
    ToolServerUid,
    /// A schedule, whatever its number.
    ScheduleUid,
    /// One move of a run from a store to another: both know it by this.
    MoveUid,
    /// A file on its way between a backend and whoever speaks to it (UUIDv7).
    TransferUid,
    /// A conversation between the operator and an agent (UUIDv7).
    ConversationUid,
    /// One turn of a conversation (UUIDv7). A reply has the uid of the run that makes it.
    MessageUid,
}

/// Bytes in each part of a file on its way; the last part has what is left.
pub const TRANSFER_PART: u32 = 256 * 1024;

macro_rules! key {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The key as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

key! {
    /// A step of a template.
    StepId,
    /// A task of one run: the step's id, or `step/item` where a step was expanded.
    TaskKey,
    /// A call of one run: `task#attempt.turn.index`, with `~n` when it was repeated after an interruption.
    CallKey,
    /// A question of one run.
    QuestionKey,
}

impl TaskKey {
    /// The task of one step in a scope of `container`: `container/scope/step`.
    #[must_use]
    pub fn nested(container: &Self, scope: u32, step: &StepId) -> Self {
        Self(format!("{container}/{scope}/{step}"))
    }

    /// The task of one sub-task of an expanded step.
    #[must_use]
    pub fn expanded(step: &StepId, item: &str) -> Self {
        Self(format!("{step}/{item}"))
    }

    /// The task of `step` in a scope, or at the top of the run.
    #[must_use]
    pub fn of_step(place: Option<&crate::Place>, step: &StepId) -> Self {
        match place {
            Some(place) => Self::nested(&place.container, place.scope, step),
            None => Self(step.0.clone()),
        }
    }

    /// The task of one sub-task of the expanded step that `self` names.
    #[must_use]
    pub fn part(&self, item: &str) -> Self {
        Self(format!("{self}/{item}"))
    }
}

impl CallKey {
    /// Names a call by where it stands in its run. `repetition` counts interruptions of the same call, from 0.
    #[must_use]
    pub fn new(task: &TaskKey, attempt: u32, turn: u32, index: u32, repetition: u32) -> Self {
        let base = format!("{task}#{attempt}.{turn}.{index}");
        Self(if repetition == 0 {
            base
        } else {
            format!("{base}~{repetition}")
        })
    }
}

/// Content address of a stored text: SHA-256 in lower-case hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(transparent)]
pub struct ContentHash(pub String);

impl ContentHash {
    /// Address of `content`.
    #[must_use]
    pub fn of(content: &str) -> Self {
        let digest = Sha256::digest(content.as_bytes());
        Self(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Place of an event among all events of one store. Gap-free, from 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(transparent)]
pub struct Position(#[specta(type = specta_typescript::Number)] pub i64);

/// Place of an event in its run. Gap-free, from 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(transparent)]
pub struct Seq(pub u32);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_hash_is_sha256() {
        // Test vector of FIPS 180-2, appendix B.1.
        assert_eq!(
            ContentHash::of("abc").as_str(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn call_keys_tell_repetitions_apart() {
        let task = TaskKey::expanded(&"work".into(), "design");
        assert_eq!(CallKey::new(&task, 1, 2, 0, 0).as_str(), "work/design#1.2.0");
        assert_eq!(CallKey::new(&task, 1, 2, 0, 3).as_str(), "work/design#1.2.0~3");
    }
}
