//! Conversations between the operator and an agent.
//!
//! Messages form a tree: another wording of a message, and another reply to it, stand beside the first one. A reply is made
//! by a workflow of its own that stands in no list; its text comes as the text of that workflow's task.

use crate::RequestKey;
use crate::page;
use serde::{Deserialize, Serialize};
use specta::Type;
use wheelhouse_domain::{
    AgentId, AgentKind, Author, Citation, ConversationUid, Failure, LeftOut, MessageUid, Millis, Outside,
    PassedOver, ProviderWait, QuestionId, StaysHere, Tally, TaskId, TransferUid, WorkflowId, WorkflowStatus,
};

/// Asks for conversations, those in which something was said last first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ListConversations {
    /// Only those with this agent; none for all.
    #[serde(default)]
    pub agent: Option<AgentId>,
    /// How many of the newest are passed over.
    #[serde(default)]
    pub offset: u32,
    /// How many at most, 1 to 200.
    #[serde(default = "page::usual")]
    pub limit: u32,
}

/// A page of conversations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ConversationPage {
    /// Those in which something was said last first.
    pub conversations: Vec<ConversationView>,
    /// Whether another page follows.
    pub more: bool,
}

/// A conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ConversationView {
    /// Identity.
    pub uid: ConversationUid,
    /// With whom.
    pub agent_id: AgentId,
    /// What that agent is called.
    pub agent_name: String,
    /// What kind of agent it is.
    pub agent_kind: AgentKind,
    /// What the conversation is called.
    pub title: String,
    /// When it began.
    pub created_at: Millis,
    /// When something was said last.
    pub updated_at: Millis,
    /// Messages of the operator in it, all branches together.
    pub messages: u32,
    /// Whether a reply is being made.
    pub replying: bool,
}

/// Asks for the messages of a conversation that are shown: the newest, or those before, after or around one of them. Where
/// that one is not shown, the newest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct GetConversation {
    /// Which one.
    pub uid: ConversationUid,
    /// Those before this message.
    #[serde(default)]
    pub before: Option<MessageUid>,
    /// Those after this message.
    #[serde(default)]
    pub after: Option<MessageUid>,
    /// This message in the middle.
    #[serde(default)]
    pub around: Option<MessageUid>,
    /// How many at most, 1 to 200.
    #[serde(default = "page::usual")]
    pub limit: u32,
}

/// A conversation with its messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ConversationDetail {
    /// The conversation.
    pub conversation: ConversationView,
    /// The messages that are shown, oldest first: at each place the one that was chosen, else the newest.
    pub messages: Vec<MessageView>,
    /// Whether there are older ones.
    pub more: bool,
    /// Whether there are newer ones.
    #[serde(default)]
    pub newer: bool,
    /// The newest message that is shown, be it among these or not; none where nothing was said.
    #[serde(default)]
    pub end: Option<MessageUid>,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct MessageView {
    /// Identity.
    pub uid: MessageUid,
    /// Where it was said.
    pub conversation: ConversationUid,
    /// The message that it follows; none for the first.
    pub parent: Option<MessageUid>,
    /// Who said it.
    pub author: Author,
    /// The words, as Markdown where an agent wrote them. While a reply is being made, what is written so far.
    pub text: String,
    /// The passages that the words refer to.
    pub citations: Vec<Citation>,
    /// What was put beside it.
    pub files: Vec<AttachedFile>,
    /// When it was said, or the reply was begun.
    pub created_at: Millis,
    /// The messages that stand in the same place, itself among them, oldest first.
    pub siblings: Vec<MessageUid>,
    /// How a reply is made; none for what the operator said.
    pub reply: Option<ReplyView>,
}

/// A text file beside a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AttachedFile {
    /// What it is called.
    pub name: String,
    /// Its length in bytes.
    pub bytes: u32,
}

/// How a reply is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReplyView {
    /// The workflow that makes it.
    pub workflow_id: WorkflowId,
    /// Its task; none for a moment.
    pub task_id: Option<TaskId>,
    /// The attempt.
    pub attempt: u32,
    /// Where it stands. `cancelled` means that the operator stopped it.
    pub status: WorkflowStatus,
    /// Whether it is being stopped.
    pub stopping: bool,
    /// When it ended.
    pub ended_at: Option<Millis>,
    /// Why it failed.
    pub failure: Option<Failure>,
    /// The model that was asked last.
    pub model: Option<String>,
    /// Whether that is the rule-based stand-in.
    pub rehearsal: bool,
    /// Models that were asked before it, or not asked at all, and why.
    pub passed_over: Vec<PassedOver>,
    /// What was left out because the model reads no more at once.
    pub left_out: Option<LeftOut>,
    /// What it has cost.
    pub spent: Tally,
    /// Whom it waits for.
    pub waits_for: Option<ProviderWait>,
    /// The question that it waits for the answer of.
    pub question: Option<QuestionId>,
    /// What its models have read that the operator did not write.
    #[serde(default)]
    pub has_read: Vec<Outside>,
    /// Sources that stay here whose text it holds.
    #[serde(default)]
    pub stays_here: Vec<StaysHere>,
}

/// A file that is put beside a message: text, at most 128 KiB, sent as a transfer before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AttachFile {
    /// The transfer; it is whole.
    pub transfer: TransferUid,
    /// What the file is called, without a folder.
    pub name: String,
}

/// Says something to an agent, which replies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SendMessage {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Where; none begins a conversation.
    #[serde(default)]
    pub conversation: Option<ConversationUid>,
    /// To whom. In a conversation that is there its agent replies.
    pub agent: AgentId,
    /// The reply that this follows; none where it is the first message.
    #[serde(default)]
    pub parent: Option<MessageUid>,
    /// The words.
    pub text: String,
    /// Text files beside it, at most four.
    #[serde(default)]
    pub files: Vec<AttachFile>,
}

/// What was said, and the reply that was begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SentMessage {
    /// Where.
    pub conversation: ConversationView,
    /// What the operator said.
    pub message: MessageView,
    /// The reply.
    pub reply: MessageView,
}

/// Says what the operator said in other words, beside the first wording. The agent replies to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct EditMessage {
    /// Names this wish.
    pub request_key: RequestKey,
    /// The message of the operator.
    pub uid: MessageUid,
    /// The words.
    pub text: String,
}

/// Lets the agent reply anew, beside the reply that is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RegenerateReply {
    /// Names this wish.
    pub request_key: RequestKey,
    /// The reply.
    pub uid: MessageUid,
}

/// Stops a reply. What was said so far stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct StopReply {
    /// Names this wish.
    pub request_key: RequestKey,
    /// The reply.
    pub uid: MessageUid,
}

/// Shows a message, what it follows from and what follows from it, of those that stand in the same places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ChooseBranch {
    /// Names this wish.
    pub request_key: RequestKey,
    /// The message.
    pub uid: MessageUid,
}

/// Gives a conversation another title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RenameConversation {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which one.
    pub uid: ConversationUid,
    /// What it is called from now on.
    pub title: String,
}

/// Removes a conversation with all that was said in it. A reply that is being made is stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RemoveConversation {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which one.
    pub uid: ConversationUid,
}

/// Searches everything that was said in conversations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SearchMessages {
    /// Words; each must be there, or begin a word that is.
    pub query: String,
    /// How many at most, 1 to 50.
    #[serde(default = "page::few")]
    pub limit: u32,
}

/// A message that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct MessageFound {
    /// Where it was said.
    pub conversation: ConversationUid,
    /// What that is called.
    pub title: String,
    /// The message.
    pub message: MessageUid,
    /// Who said it.
    pub author: Author,
    /// With whom the conversation is.
    pub agent_id: AgentId,
    /// What that agent is called.
    pub agent_name: String,
    /// When it was said.
    pub created_at: Millis,
    /// The words around what was found, as plain text.
    pub excerpt: String,
}
