//! Conversations between the operator and an agent.
//!
//! A message is one turn. Messages form a tree: another wording of what the operator said, and another reply to it, stand
//! beside the first one. A reply is a run of one step, so that it is as durable as any; its first event holds what it
//! answers, and everything that is shown of a conversation follows from these events.
//!
//! Deliberately absent: which way through the tree is shown (the store keeps the operator's choice).

use crate::{
    AgentKind, AgentUid, Budget, ContentHash, ConversationUid, Document, Limits, MessageUid, Step, StepKind,
    TEMPLATE_SCHEMA, Template, TemplateUid,
};
use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The uid of what every reply is a run of. A fixed one: it is nowhere listed and can't be changed.
pub const TALK: TemplateUid = TemplateUid(Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0100));

/// Who said a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// The operator.
    Operator,
    /// The agent.
    Agent,
}

impl Author {
    /// The word that code, database and interface use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Agent => "agent",
        }
    }

    /// The author that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Operator, Self::Agent]
            .into_iter()
            .find(|author| author.as_str() == word)
    }
}

/// A text file that the operator put beside a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageFile {
    /// What it is called, without a folder.
    pub name: String,
    /// Its length in bytes.
    pub bytes: u32,
    /// Its text.
    pub content: ContentHash,
}

/// What a run replies to. The words of the message are the run's description; the reply has the uid of the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InConversation {
    /// The conversation.
    pub conversation: ConversationUid,
    /// Who replies.
    pub agent: AgentUid,
    /// The operator's message that is replied to.
    pub message: MessageUid,
    /// The reply that the message follows; none where it begins the conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<MessageUid>,
    /// What the operator put beside the message.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<MessageFile>,
}

/// A text file beside a message, as an agent reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SaidFile {
    /// What it is called.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// An earlier message, as an agent reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Said {
    /// Who said it.
    pub by: Author,
    /// The words.
    pub text: String,
    /// What was put beside it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<SaidFile>,
}

/// What an agent is told of the conversation that it replies in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Talk {
    /// What was said before, oldest first. Empty once it stands among the messages of a request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<Said>,
    /// How many messages at the beginning of a request were said before the newest one.
    #[serde(default)]
    pub turns: u32,
    /// Older messages that the agent is not told, because there are too many of them.
    #[serde(default)]
    pub older: u32,
    /// What the operator put beside the newest message; once that stands in a request, the beginning of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<SaidFile>,
}

/// What a reply of an agent of this kind is a run of: one step.
#[must_use]
pub fn talk_template(kind: AgentKind) -> Template {
    let step = Step::new(
        "reply",
        "Reply",
        "Reply to the operator's newest message.",
        StepKind::Agent {
            agent: kind.into(),
            prompt: None,
            model: None,
            tools: None,
            answer: None,
        },
        &[],
    );
    Template {
        version: 1,
        document: Document {
            schema: TEMPLATE_SCHEMA,
            uid: TALK,
            name: "conversation".to_owned(),
            title: "Conversation".to_owned(),
            description: "An agent replies to the operator.".to_owned(),
            inputs: Vec::new(),
            agents: Vec::new(),
            steps: vec![step],
            output: BTreeMap::new(),
            limits: Limits::default(),
            budget: Budget::default(),
        },
    }
}
