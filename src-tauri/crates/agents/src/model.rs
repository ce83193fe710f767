//! What every model can do, and who is there by which name.
//!
//! Deliberately absent: retries. A stream that failed half-way may have been shown to somebody; who decides
//! to try again must know that.

use futures::StreamExt;
use futures::stream::BoxStream;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use wheelhouse_domain::{Failure, FailureCode, ModelRequest, ModelResponse};

/// One thing that a model says while it answers.
#[derive(Debug, Clone, PartialEq)]
pub enum ModelEvent {
    /// The next few characters of the text, to show as they come. Never the record.
    Delta(String),
    /// The next few characters of what it thinks before. Never part of the answer.
    Thought(String),
    /// Its provider answers, and says that no further call of this model is allowed before this long.
    UsedUp(Duration),
    /// The whole answer. The last event.
    Done(ModelResponse),
}

/// A model's answer as it comes. Dropping it cancels the request.
pub type ModelStream = BoxStream<'static, Result<ModelEvent, Failure>>;

/// Something that answers requests.
pub trait Model: Send + Sync {
    /// The name that agents ask for it by.
    fn name(&self) -> &str;

    /// Whether this is the rule-based stand-in, which must be said wherever its work is shown.
    fn is_rehearsal(&self) -> bool;

    /// Whether it runs on this machine, so that nothing that it is told leaves it.
    fn runs_here(&self) -> bool;

    /// Begins to answer. A failure is an item of the stream; a stream that ends without
    /// [`ModelEvent::Done`] has failed too, see [`collect`].
    fn stream(&self, request: ModelRequest) -> ModelStream;
}

/// A piece of what a model says, as it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Of the answer.
    Text(&'a str),
    /// Of what it thinks before.
    Thought(&'a str),
    /// Nothing of it: how long its provider allows no further call of it.
    UsedUp(Duration),
}

/// Reads `stream` to its end, handing each piece to `on_piece`.
///
/// # Errors
/// The stream's own failure, or a passing `ModelUnavailable` when it ends before the answer is whole.
pub async fn collect(
    mut stream: ModelStream,
    mut on_piece: impl FnMut(Piece<'_>) + Send,
) -> Result<ModelResponse, Failure> {
    while let Some(event) = stream.next().await {
        match event? {
            ModelEvent::Delta(text) => on_piece(Piece::Text(&text)),
            ModelEvent::Thought(text) => on_piece(Piece::Thought(&text)),
            ModelEvent::UsedUp(wait) => on_piece(Piece::UsedUp(wait)),
            ModelEvent::Done(response) => return Ok(response),
        }
    }
    Err(Failure::passing(
        FailureCode::ModelUnavailable,
        "The model broke off before its answer was whole.",
        "Nothing to do: it is tried again. If it keeps breaking off, choose another model for this agent.",
    )
    .for_another_model())
}

/// The models at hand, by name.
#[derive(Clone, Default)]
pub struct ModelRegistry {
    models: BTreeMap<String, Arc<dyn Model>>,
}

impl ModelRegistry {
    /// A registry that knows no model.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a model under its own name; one of the same name gives way.
    #[must_use]
    pub fn with(mut self, model: Arc<dyn Model>) -> Self {
        self.models.insert(model.name().to_owned(), model);
        self
    }

    /// The names of all models, in order.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        self.models.keys().map(String::as_str).collect()
    }

    /// The model called `name`.
    ///
    /// # Errors
    /// A lasting `AgentMissing` that names the models there are.
    pub fn get(&self, name: &str) -> Result<Arc<dyn Model>, Failure> {
        self.models.get(name).cloned().ok_or_else(|| {
            let known = match self.names().as_slice() {
                [] => "No model is set up.".to_owned(),
                names => format!("There are: {}.", names.join(", ")),
            };
            Failure::lasting(
                FailureCode::AgentMissing,
                format!("There is no model called “{name}”. {known}"),
                "Choose one of the models that are there for this agent, then retry the task.",
            )
            .for_another_model()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;
    use futures::stream;

    fn finished<T>(future: impl Future<Output = T>) -> T {
        future.now_or_never().expect("nothing here has to be waited for")
    }

    #[test]
    fn the_answer_is_what_done_carries_and_deltas_are_passed_on() {
        let response = ModelResponse {
            text: "one two".to_owned(),
            ..ModelResponse::default()
        };
        let events = vec![
            Ok(ModelEvent::Thought("Hm.".to_owned())),
            Ok(ModelEvent::Delta("one ".to_owned())),
            Ok(ModelEvent::Delta("two".to_owned())),
            Ok(ModelEvent::Done(response.clone())),
        ];
        let mut shown = String::new();
        let got = finished(collect(stream::iter(events).boxed(), |piece| {
            if let Piece::Text(text) = piece {
                shown.push_str(text);
            }
        }));
        assert_eq!(got, Ok(response));
        assert_eq!(shown, "one two");
    }

    #[test]
    fn a_stream_that_ends_early_is_a_passing_failure() {
        let events = vec![Ok(ModelEvent::Delta("half".to_owned()))];
        let failure = finished(collect(stream::iter(events).boxed(), |_| {})).expect_err("no Done came");
        assert_eq!(failure.code, FailureCode::ModelUnavailable);
        assert!(failure.retryable);
    }

    #[test]
    fn an_unknown_model_is_named_with_what_there_is() {
        let registry = ModelRegistry::new().with(Arc::new(crate::rehearsal::Rehearsal::new(
            crate::rehearsal::Options::instant(),
        )));
        assert!(registry.get("rehearsal").is_ok());
        let failure = registry.get("gpt").err().expect("there is none");
        assert_eq!(failure.code, FailureCode::AgentMissing);
        assert!(failure.message.contains("“gpt”") && failure.message.contains("rehearsal"));
        assert!(!failure.retryable);
    }
}
