//! Which models a provider has, and whether it answers at all.

use super::endpoint::below;
use super::failure;
use super::site::Site;
use super::{CallOptions, Clients, Endpoint, model};
use crate::{Model, collect};
use futures::StreamExt;
use reqwest::{Response, Url};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use wheelhouse_domain::{AgentKind, Brief, Expects, Failure, ModelMessage, ModelRequest, ProviderKind};

/// Longest wait for a page of a list.
const LIST_TIMEOUT: Duration = Duration::from_secs(20);
/// Longest page that is read, in bytes.
const LONGEST_PAGE: usize = 8 * 1024 * 1024;
/// Pages that are read at most.
const MOST_PAGES: usize = 20;
/// Longest wait for a model's word, as long as it may take a server to load the model.
const WORD_TIMEOUT: Duration = Duration::from_secs(120);
/// Tokens for the word; models that think first need more than the word itself.
const WORD_TOKENS: u32 = 512;
/// Longest quotation of the word, in characters.
const WORD_LENGTH: usize = 120;

/// What a provider answered to a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// How long the answer took: the model's, where one was asked, else the list's.
    pub latency: Duration,
    /// Its models, where it gives a list.
    pub models: Option<Vec<String>>,
    /// What the asked model said.
    pub said: Option<String>,
}

/// Asks a provider whether it answers; with `model`, also that model for a word.
///
/// # Errors
/// Why it does not, with what to do. Nothing is tried again.
pub async fn check(endpoint: &Endpoint, model: Option<&str>, clients: &Clients) -> Result<Checked, Failure> {
    let begun = Instant::now();
    let listed = list_models(endpoint, clients).await;
    let Some(name) = model else {
        return Ok(Checked {
            latency: begun.elapsed(),
            models: Some(listed?),
            said: None,
        });
    };
    let begun = Instant::now();
    let said = word(endpoint, name, clients).await?;
    Ok(Checked {
        latency: begun.elapsed(),
        models: listed.ok(),
        said: Some(said),
    })
}

async fn word(endpoint: &Endpoint, name: &str, clients: &Clients) -> Result<String, Failure> {
    let options = CallOptions {
        idle_timeout: WORD_TIMEOUT,
        max_output_tokens: Some(WORD_TOKENS),
        ..CallOptions::default()
    };
    let asked = model(
        name.to_owned(),
        name.to_owned(),
        endpoint.clone(),
        clients.clone(),
        options,
    );
    let answer = collect(asked.stream(test_request(name)), |_| {});
    match tokio::time::timeout(WORD_TIMEOUT, answer).await {
        Ok(answer) => Ok(answer?.text.trim().chars().take(WORD_LENGTH).collect()),
        Err(_) => Err(failure::timed_out(&Site::new(name, name, endpoint))),
    }
}

fn test_request(model: &str) -> ModelRequest {
    let task = "Answer with the one word: ready";
    ModelRequest {
        model: model.to_owned(),
        system: "Somebody tests whether you can be reached.".to_owned(),
        messages: vec![ModelMessage::User {
            text: task.to_owned(),
        }],
        tools: Vec::new(),
        expects: Expects::Markdown,
        brief: Brief {
            operator_task: task.to_owned(),
            agent_name: String::new(),
            agent_kind: AgentKind::Driver,
            role: String::new(),
            instructions: String::new(),
            step: String::new(),
            title: String::new(),
            description: task.to_owned(),
            done_when: String::new(),
            inputs: Vec::new(),
            plan: None,
            candidates: Vec::new(),
            clarifications: Vec::new(),
            max_sub_tasks: 1,
            terms: None,
            answer: None,
            sources: Vec::new(),
            talk: None,
        },
    }
}

/// The models of a provider that can hold a conversation as far as it tells, in order, each once.
///
/// # Errors
/// Why there is no list, with what to do.
pub async fn list_models(endpoint: &Endpoint, clients: &Clients) -> Result<Vec<String>, Failure> {
    Ok(known_models(endpoint, clients).await?.into_keys().collect())
}

/// The same, each with the tokens that it reads in one call, where the list says it.
///
/// # Errors
/// Why there is no list, with what to do.
pub async fn known_models(
    endpoint: &Endpoint,
    clients: &Clients,
) -> Result<BTreeMap<String, Option<u32>>, Failure> {
    let client = clients.for_address(&endpoint.base_url);
    let site = Site::new("", "", endpoint);
    let mut known = BTreeMap::new();
    let mut next = first_page(endpoint)?;
    for _ in 0..MOST_PAGES {
        let page = page(&site, endpoint, client, next.clone()).await?;
        let more = page.following(endpoint.kind, &next);
        known.extend(page.models());
        match more {
            Some(url) => next = url,
            None => break,
        }
    }
    Ok(known)
}

fn first_page(endpoint: &Endpoint) -> Result<Url, Failure> {
    let root = endpoint.root()?;
    let mut url = match endpoint.kind {
        ProviderKind::Ollama => below(&root, &["api", "tags"]),
        _ => below(&root, &["models"]),
    };
    match endpoint.kind {
        ProviderKind::Anthropic => url.set_query(Some("limit=1000")),
        ProviderKind::Gemini => url.set_query(Some("pageSize=1000")),
        ProviderKind::OpenAi | ProviderKind::Ollama => {}
    }
    Ok(url)
}

async fn page(
    site: &Site<'_>,
    endpoint: &Endpoint,
    client: &reqwest::Client,
    url: Url,
) -> Result<Page, Failure> {
    let mut request = client.get(url).timeout(LIST_TIMEOUT);
    for (name, value) in endpoint.headers()? {
        request = request.header(name, value);
    }
    let response = request
        .send()
        .await
        .map_err(|error| failure::from_transport(site, &error))?;
    let (status, headers) = (response.status(), response.headers().clone());
    let body = body(site, response).await?;
    if !status.is_success() {
        let body = String::from_utf8_lossy(&body);
        return Err(failure::from_status(site, status, &body, &headers));
    }
    serde_json::from_slice(&body).map_err(|_| failure::not_the_form(site))
}

async fn body(site: &Site<'_>, response: Response) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    let mut pieces = response.bytes_stream();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|error| failure::from_transport(site, &error))?;
        if body.len().saturating_add(piece.len()) > LONGEST_PAGE {
            return Err(failure::not_the_form(site));
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

/// A page of any of the four forms: a list under `data` or under `models`.
#[derive(Deserialize)]
struct Page {
    #[serde(alias = "models")]
    data: Vec<Listed>,
    #[serde(default)]
    has_more: bool,
    #[serde(default)]
    last_id: Option<String>,
    #[serde(default, rename = "nextPageToken")]
    next_page_token: Option<String>,
}

#[derive(Deserialize)]
struct Listed {
    #[serde(alias = "name")]
    id: String,
    #[serde(default, rename = "supportedGenerationMethods")]
    methods: Option<Vec<String>>,
    /// Whatever else the server says of it: each has its own name for what the model reads.
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// Names for the tokens that a model reads in one call, as servers give them.
const WINDOWS: [&str; 6] = [
    "inputTokenLimit",
    "max_input_tokens",
    "context_length",
    "context_window",
    "max_model_len",
    "max_context_length",
];

impl Listed {
    fn window(&self) -> Option<u32> {
        let named = WINDOWS.iter().find_map(|name| self.rest.get(*name)?.as_u64());
        named
            .filter(|tokens| *tokens > 0)
            .and_then(|tokens| u32::try_from(tokens).ok())
    }
}

impl Page {
    fn following(&self, kind: ProviderKind, current: &Url) -> Option<Url> {
        let (name, value) = match kind {
            ProviderKind::Anthropic if self.has_more => ("after_id", self.last_id.as_deref()?),
            ProviderKind::Gemini => ("pageToken", self.next_page_token.as_deref()?),
            _ => return None,
        };
        if value.is_empty() {
            return None;
        }
        let kept: Vec<(String, String)> = current
            .query_pairs()
            .filter(|(known, _)| known != name)
            .map(|(known, value)| (known.into_owned(), value.into_owned()))
            .collect();
        let mut url = current.clone();
        url.query_pairs_mut()
            .clear()
            .extend_pairs(kept)
            .append_pair(name, value);
        Some(url)
    }

    fn models(self) -> impl Iterator<Item = (String, Option<u32>)> {
        self.data
            .into_iter()
            .filter(|one| {
                let methods = one.methods.as_ref();
                methods.is_none_or(|methods| methods.iter().any(|method| method == "generateContent"))
            })
            .map(|one| {
                let name = one.id.strip_prefix("models/").unwrap_or(&one.id);
                (name.to_owned(), one.window())
            })
            .filter(|(name, _)| !name.is_empty())
    }
}
