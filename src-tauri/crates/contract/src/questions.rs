//! Anything that waits for the operator.

use crate::RequestKey;
use serde::{Deserialize, Serialize};
use specta::Type;
use wheelhouse_domain::{
    AgentId, ConversationUid, Form, Json, Millis, QuestionId, QuestionKind, QuestionStatus, Reply, TaskId,
    WorkflowId,
};

/// Asks for the open questions of all workflows, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ListQuestions {}

/// Asks for the questions that were answered lately, the newest answer first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ListAnsweredQuestions {
    /// 1 to 200.
    #[serde(default = "crate::page::usual")]
    pub limit: u32,
}

/// Answers a question. The workflow goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AnswerQuestion {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which question.
    pub id: QuestionId,
    /// The answer, 1 to 20,000 characters.
    pub answer: String,
}

/// Answers a question that has a form. The workflow goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReplyToQuestion {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which question.
    pub id: QuestionId,
    /// The outcome that was chosen; none where the form has none.
    pub outcome: Option<String>,
    /// The values by name: an object. What is missing gets its default.
    pub fields: Json,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct QuestionView {
    /// Number in this store.
    pub id: QuestionId,
    /// Workflow that waits.
    pub workflow_id: WorkflowId,
    /// The conversation that this workflow is a reply in; none for others.
    #[serde(default)]
    pub conversation: Option<ConversationUid>,
    /// The agent that this workflow tries; none for others.
    #[serde(default)]
    pub trial: Option<AgentId>,
    /// Its name.
    pub workflow_name: String,
    /// Task that waits.
    pub task_id: TaskId,
    /// Its title.
    pub task_title: String,
    /// Who asks; none where no agent does the task.
    pub agent_name: Option<String>,
    /// What it is about.
    pub kind: QuestionKind,
    /// The question.
    pub text: String,
    /// Where it stands.
    pub status: QuestionStatus,
    /// The answer, once given.
    pub answer: Option<String>,
    /// When it was asked.
    pub asked_at: Millis,
    /// When it was answered.
    pub answered_at: Option<Millis>,
    /// What it asks for beside words. Where there is a form, a reply answers it; else words do.
    pub form: Option<Form>,
    /// The structured answer, once given.
    pub reply: Option<Reply>,
}
