//! A model that does as it is told.

use crate::counter::Counter;
use crate::play::Play;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use wheelhouse_agents::{Model, ModelStream};
use wheelhouse_domain::{ModelMessage, ModelRequest, rehearsal_model};

/// A request as a script sees it.
#[derive(Debug)]
pub struct Asked<'a> {
    /// The request.
    pub request: &'a ModelRequest,
    /// How often this task of this workflow asked so far, this time included: from 1.
    pub nth: u32,
}

impl Asked<'_> {
    /// Step of the template: `analyse`, `research`, `staff`, `work` or `report`.
    #[must_use]
    pub fn step(&self) -> &str {
        &self.request.brief.step
    }

    /// Whether an answer was sent back as unusable.
    #[must_use]
    pub fn is_repair(&self) -> bool {
        let messages = &self.request.messages;
        messages.len() > 1 && matches!(messages.last(), Some(ModelMessage::User { .. }))
    }
}

type Script = dyn Fn(&Asked<'_>) -> Play + Send + Sync;

/// Plays what its script says for each request, counts, and remembers what it was asked.
///
/// It is called `rehearsal` unless told otherwise, because that is whom the permanent crew asks.
pub struct ScriptedModel {
    name: String,
    script: Box<Script>,
    requests: Mutex<Vec<ModelRequest>>,
    places: Mutex<HashMap<(String, String, String), u32>>,
    counter: Counter,
}

impl fmt::Debug for ScriptedModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScriptedModel")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl ScriptedModel {
    /// A model that plays what `script` says.
    #[must_use]
    pub fn new(script: impl Fn(&Asked<'_>) -> Play + Send + Sync + 'static) -> Arc<Self> {
        Self::named(&rehearsal_model(), script)
    }

    /// The same under another name.
    #[must_use]
    pub fn named(name: &str, script: impl Fn(&Asked<'_>) -> Play + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self {
            name: name.to_owned(),
            script: Box::new(script),
            requests: Mutex::default(),
            places: Mutex::default(),
            counter: Counter::default(),
        })
    }

    /// A model that does what `rehearsal` does, but for what `script` says about some requests.
    #[must_use]
    pub fn except(script: impl Fn(&Asked<'_>) -> Option<Play> + Send + Sync + 'static) -> Arc<Self> {
        Self::new(move |asked| script(asked).unwrap_or_else(Play::rehearsal))
    }

    /// The counter.
    #[must_use]
    pub fn counter(&self) -> &Counter {
        &self.counter
    }

    /// Every request so far, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<ModelRequest> {
        self.requests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// How often a step asked so far.
    #[must_use]
    pub fn asked_by(&self, step: &str) -> usize {
        self.requests()
            .iter()
            .filter(|request| request.brief.step == step)
            .count()
    }

    fn count(&self, request: &ModelRequest) -> u32 {
        let brief = &request.brief;
        let place = (
            brief.operator_task.clone(),
            brief.step.clone(),
            brief.title.clone(),
        );
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let nth = places.entry(place).or_default();
        *nth += 1;
        *nth
    }
}

impl Model for ScriptedModel {
    fn name(&self) -> &str {
        &self.name
    }

    fn is_rehearsal(&self) -> bool {
        false
    }

    fn runs_here(&self) -> bool {
        true
    }

    fn stream(&self, request: ModelRequest) -> ModelStream {
        let nth = self.count(&request);
        self.requests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(request.clone());
        let play = (self.script)(&Asked {
            request: &request,
            nth,
        });
        self.counter.counted(play.perform(request))
    }
}
