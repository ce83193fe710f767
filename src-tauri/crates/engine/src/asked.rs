//! What agents ask the operator in the middle of their work, and what of the answers is the operator's own.
//!
//! Such a question belongs to one call, at one place of a task, and is asked once: what is on record at that place is the
//! call's answer. What the operator typed is the operator's. A choice was worded by a model, so it counts as the operator's
//! only where nothing from outside could have worded it.
//!
//! Deliberately absent: the words of the questions, and how an answer is told to a model (the orchestrator's `asking`).

use crate::state::{Question, Run};
use serde_json::Value;
use wheelhouse_domain::{AgentQuestion, TaskKey};

/// The outcome that answers.
pub const ANSWER: &str = "answer";
/// The outcome that lets the agent go on without an answer.
pub const WITHOUT: &str = "without";
/// The field of the answer that was chosen.
pub const CHOICE: &str = "choice";
/// The field of the operator's own words.
pub const WORDS: &str = "words";
/// How many questions a task may ask in this way.
pub const MOST_QUESTIONS: usize = 3;

/// What the operator said to an agent's question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told<'a> {
    /// An answer: a choice, words, or both.
    Answer {
        /// What was chosen of what the agent offered.
        choice: Option<&'a str>,
        /// The operator's own words.
        words: Option<&'a str>,
    },
    /// To go on without an answer.
    Nothing,
}

impl Question {
    /// What an agent asks with it.
    #[must_use]
    pub fn asked(&self) -> Option<&AgentQuestion> {
        self.form.as_ref()?.asked()
    }

    /// What the operator said to it; none while it is open, and where it is no agent's question.
    #[must_use]
    pub fn told(&self) -> Option<Told<'_>> {
        self.asked()?;
        let reply = self.reply.as_ref()?;
        if reply.outcome.as_deref() != Some(ANSWER) {
            return Some(Told::Nothing);
        }
        Some(Told::Answer {
            choice: text(&reply.fields.0, CHOICE),
            words: text(&reply.fields.0, WORDS),
        })
    }

    /// What of the answer nobody but the operator can have worded.
    fn own_words(&self) -> impl Iterator<Item = &str> {
        let unswayed = self.asked().is_some_and(|asked| asked.from.is_empty());
        let (choice, words) = match self.told() {
            Some(Told::Answer { choice, words }) => (choice.filter(|_| unswayed), words),
            Some(Told::Nothing) | None => (None, None),
        };
        choice.into_iter().chain(words)
    }
}

/// What was said under a name. Nothing but spaces says nothing.
pub(crate) fn text<'a>(fields: &'a Value, name: &str) -> Option<&'a str> {
    let text = fields.get(name)?.as_str()?.trim();
    (!text.is_empty()).then_some(text)
}

impl Run {
    /// The answered question of a task for a call at that place, or for another one that asked the same.
    #[must_use]
    pub fn asked_before(&self, task: &TaskKey, wanted: &AgentQuestion) -> Option<&Question> {
        let is_it = |asked: &AgentQuestion| {
            let same_place = (asked.turn, asked.index) == (wanted.turn, wanted.index);
            same_place || (asked.question == wanted.question && asked.choices == wanted.choices)
        };
        let mut answered = self.answered_by(task);
        answered.find(|question| question.asked().is_some_and(is_it))
    }

    /// Whether a task has asked as much as it may. What was withdrawn with an attempt was no bother.
    #[must_use]
    pub fn has_asked_enough(&self, task: &TaskKey) -> bool {
        self.answered_by(task).count() >= MOST_QUESTIONS
    }

    /// What the operator told the agents of this run, in words that nobody else can have chosen.
    pub(crate) fn told_to_agents(&self) -> impl Iterator<Item = &str> {
        self.questions.iter().flat_map(|question| question.own_words())
    }

    /// What the operator answered to the agents of a task, the newest first.
    fn answered_by(&self, task: &TaskKey) -> impl Iterator<Item = &Question> {
        let of_task = self
            .questions
            .iter()
            .rev()
            .filter(move |question| question.task == *task);
        of_task
            .map(AsRef::as_ref)
            .filter(|question| question.told().is_some())
    }
}
