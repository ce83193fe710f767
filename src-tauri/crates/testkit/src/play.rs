//! What a scripted model does with one request.

use crate::gate::Gate;
use futures::{StreamExt, stream};
use std::collections::VecDeque;
use wheelhouse_agents::{ModelEvent, ModelStream, rehearsal};
use wheelhouse_domain::{Failure, ModelRequest, ModelResponse, ToolCall, Usage};

/// One thing after the other.
#[derive(Debug, Clone, Default)]
pub struct Play {
    scenes: VecDeque<Scene>,
}

#[derive(Debug, Clone)]
enum Scene {
    Wait(Gate),
    Say(String),
    /// Becomes what `rehearsal` would say and answer.
    Rehearse,
    Answer(ModelResponse),
    Fail(Failure),
    Hang,
    Panic,
}

impl Play {
    /// Answers as `rehearsal` would.
    #[must_use]
    pub fn rehearsal() -> Self {
        Self::of([Scene::Rehearse])
    }

    /// Answers with this text.
    #[must_use]
    pub fn answer(text: impl Into<String>) -> Self {
        let text = text.into();
        Self::pieces(&[text.as_str()])
    }

    /// Says these pieces one by one and answers with what they add up to.
    #[must_use]
    pub fn pieces(pieces: &[&str]) -> Self {
        let said = pieces.iter().map(|piece| Scene::Say((*piece).to_owned()));
        Self::of(said.chain([Scene::Answer(response(pieces.concat(), Vec::new()))]))
    }

    /// Wants tools called.
    #[must_use]
    pub fn tools(calls: Vec<ToolCall>) -> Self {
        Self::of([Scene::Answer(response(String::new(), calls))])
    }

    /// Fails.
    #[must_use]
    pub fn fail(failure: Failure) -> Self {
        Self::of([Scene::Fail(failure)])
    }

    /// Ends in the middle, without an answer and without saying why.
    #[must_use]
    pub fn break_off() -> Self {
        Self::default()
    }

    /// Never ends by itself.
    #[must_use]
    pub fn hang() -> Self {
        Self::of([Scene::Hang])
    }

    /// Panics, as a fault in a model's own code would.
    #[must_use]
    pub fn panic() -> Self {
        Self::of([Scene::Panic])
    }

    /// The same after `gate` was opened.
    #[must_use]
    pub fn held(mut self, gate: &Gate) -> Self {
        self.scenes.push_front(Scene::Wait(gate.clone()));
        self
    }

    /// The same after saying `text`.
    #[must_use]
    pub fn after_saying(mut self, text: &str) -> Self {
        self.scenes.push_front(Scene::Say(text.to_owned()));
        self
    }

    fn of(scenes: impl IntoIterator<Item = Scene>) -> Self {
        Self {
            scenes: scenes.into_iter().collect(),
        }
    }

    /// The play as a model's stream.
    pub(crate) fn perform(self, request: ModelRequest) -> ModelStream {
        let scenes = self.scenes;
        stream::unfold((scenes, request), |(mut scenes, request)| async move {
            loop {
                let event = match scenes.pop_front()? {
                    Scene::Wait(gate) => {
                        gate.opened().await;
                        continue;
                    }
                    Scene::Rehearse => {
                        scenes = rehearsed(&request).chain(scenes).collect();
                        continue;
                    }
                    Scene::Say(text) => Ok(ModelEvent::Delta(text)),
                    Scene::Answer(response) => Ok(ModelEvent::Done(response)),
                    Scene::Fail(failure) => Err(failure),
                    Scene::Hang => std::future::pending().await,
                    Scene::Panic => panic!("the script says so"),
                };
                return Some((event, (scenes, request)));
            }
        })
        .boxed()
    }
}

fn rehearsed(request: &ModelRequest) -> impl Iterator<Item = Scene> + use<> {
    let response = rehearsal::respond(request);
    let words: Vec<Scene> = response
        .text
        .split_inclusive(' ')
        .map(|word| Scene::Say(word.to_owned()))
        .collect();
    words.into_iter().chain([Scene::Answer(response)])
}

fn response(text: String, tool_calls: Vec<ToolCall>) -> ModelResponse {
    ModelResponse {
        text,
        tool_calls,
        thoughts: None,
        usage: Usage {
            input_tokens: Some(1),
            output_tokens: Some(1),
            cached_tokens: None,
            cache_written_tokens: None,
        },
    }
}
