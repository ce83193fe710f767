//! Anything that waits for the operator.

use crate::RequestKey;
use serde::{Deserialize, Serialize};
use specta::Type;
use wheelhouse_domain::{Millis, QuestionId, QuestionKind, QuestionStatus, TaskId, WorkflowId};

/// Asks for the open questions of all workflows, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ListQuestions {}

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

/// A question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct QuestionView {
    /// Number in this store.
    pub id: QuestionId,
    /// Workflow that waits.
    pub workflow_id: WorkflowId,
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
}
