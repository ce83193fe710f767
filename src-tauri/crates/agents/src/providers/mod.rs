//! Models that run somewhere else: OpenAI-compatible servers, Anthropic, Gemini and Ollama, all over one
//! library whose types no other module sees.
//!
//! Every call names its target completely: form, address, key and model. Nothing is guessed from the name of a
//! model or read from the environment. A failure says what happened and what to do next, and never contains
//! a key.
//!
//! Deliberately absent: retries (a stream that failed half-way may have been shown), where keys are kept, and
//! what a call costs.

mod answer;
mod client;
mod endpoint;
mod exchange;
mod failure;
mod models;
mod place;
mod quiet;
mod relay;
mod request;
mod retry_after;
mod schema;
mod site;
mod target;
mod thinking;
mod watch;

pub use client::{CallOptions, Clients};
pub use endpoint::Endpoint;
pub use models::{Checked, check, known_models, list_models};
pub use place::{is_on_this_machine, runs_here};
pub use secrecy::SecretString as Secret;

use crate::{Model, ModelStream};
use exchange::Call;
use std::sync::Arc;
use wheelhouse_domain::ModelRequest;

/// A model at a provider.
pub struct ProviderModel {
    call: Arc<Call>,
}

/// The model `model` of a provider. `name` is what agents and failures call it, such as `local/llama3`.
#[must_use]
pub fn model(
    name: String,
    model: String,
    endpoint: Endpoint,
    clients: Clients,
    options: CallOptions,
) -> ProviderModel {
    ProviderModel {
        call: Arc::new(Call {
            name,
            model,
            endpoint,
            clients,
            options,
        }),
    }
}

impl Model for ProviderModel {
    fn name(&self) -> &str {
        &self.call.name
    }

    fn is_rehearsal(&self) -> bool {
        false
    }

    fn runs_here(&self) -> bool {
        runs_here(&self.call.endpoint.base_url, &self.call.model)
    }

    fn stream(&self, request: ModelRequest) -> ModelStream {
        exchange::stream(Arc::clone(&self.call), request)
    }
}
