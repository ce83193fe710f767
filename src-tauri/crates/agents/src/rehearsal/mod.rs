//! `rehearsal`: a rule-based stand-in for a model, so that the whole application works with no key and no network.
//!
//! It is not a language model and never says that it is one. It states as a fact only what it extracted from
//! passages, with their labels; the rest restates the operator's words or is method. The same request always
//! gives the same answer, byte for byte.
//!
//! Deliberately absent: randomness, clocks (but for the pace of its typing), and any memory between requests.

mod clauses;
mod craft;
mod data;
mod evidence;
mod family;
mod grammar;
mod outline;
mod plan;
mod prose;
mod report;
mod research;
mod specialist;
mod staffing;
mod talk;
mod task;
mod text;
mod told;
mod vocabulary;

use crate::model::{Model, ModelEvent, ModelStream};
use evidence::Evidence;
use futures::{StreamExt, stream};
use serde_json::json;
use std::time::Duration;
use wheelhouse_domain::{
    AgentKind, Expects, Json, KNOWLEDGE_SEARCH, ModelMessage, ModelRequest, ModelResponse, ToolCall, Usage,
    rehearsal_model,
};

/// How it appears to work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Time between two deltas of two to four words. Zero: as fast as they are taken.
    pub pace: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            pace: Duration::from_millis(10),
        }
    }
}

impl Options {
    /// Without any pause, for tests and for who only wants the result.
    #[must_use]
    pub fn instant() -> Self {
        Self { pace: Duration::ZERO }
    }
}

/// The stand-in as a model.
#[derive(Debug, Clone)]
pub struct Rehearsal {
    name: String,
    options: Options,
}

impl Rehearsal {
    /// A stand-in under its usual name.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self {
            name: rehearsal_model(),
            options,
        }
    }
}

impl Model for Rehearsal {
    fn name(&self) -> &str {
        &self.name
    }

    fn is_rehearsal(&self) -> bool {
        true
    }

    fn runs_here(&self) -> bool {
        true
    }

    fn stream(&self, request: ModelRequest) -> ModelStream {
        // Nobody reads along where the answer is for a program.
        let read_along = request.expects == Expects::Markdown;
        let pace = if read_along {
            self.options.pace
        } else {
            self.options.pace / 4
        };
        // Lazy: nothing is worked out before somebody listens.
        stream::once(async move { respond(&request) })
            .flat_map(move |response| {
                let deltas = deltas(&response.text).into_iter().map(ModelEvent::Delta);
                let events: Vec<ModelEvent> = deltas.chain([ModelEvent::Done(response)]).collect();
                stream::iter(events).then(move |event| async move {
                    if !pace.is_zero() && matches!(event, ModelEvent::Delta(_)) {
                        tokio::time::sleep(pace).await;
                    }
                    Ok(event)
                })
            })
            .boxed()
    }
}

/// The whole answer to `request`. Pure.
#[must_use]
pub fn respond(request: &ModelRequest) -> ModelResponse {
    let searches = searches(request);
    let text = if searches.is_empty() {
        text(request)
    } else {
        String::new()
    };
    let arguments: String = searches.iter().map(|call| call.arguments.0.to_string()).collect();
    ModelResponse {
        usage: Usage {
            input_tokens: Some(read_tokens(request)),
            output_tokens: Some(text::tokens(&text) + text::tokens(&arguments)),
            cached_tokens: None,
            cache_written_tokens: None,
        },
        text,
        tool_calls: searches,
        thoughts: None,
    }
}

/// What to search for before answering; nothing when it was searched already or cannot be.
fn searches(request: &ModelRequest) -> Vec<ToolCall> {
    let can = request.tools.iter().any(|tool| tool.name == KNOWLEDGE_SEARCH);
    let did = request
        .messages
        .iter()
        .any(|message| matches!(message, ModelMessage::Tool { .. }));
    if !can || did || !matches!(request.expects, Expects::Markdown | Expects::Data) {
        return Vec::new();
    }
    let queries = match request.brief.agent_kind {
        _ if request.brief.talk.is_some() => talk::queries(request),
        AgentKind::Creator => research::queries(&request.brief),
        AgentKind::Specialist | AgentKind::Generator => {
            let told = told::query(&request.brief);
            vec![told.unwrap_or_else(|| specialist::query(&request.brief))]
        }
        AgentKind::Driver => Vec::new(),
    };
    queries
        .into_iter()
        .filter(|query| !query.trim().is_empty())
        .enumerate()
        .map(|(index, query)| ToolCall {
            call_id: format!("search-{}", index + 1),
            tool: KNOWLEDGE_SEARCH.to_owned(),
            arguments: Json(json!({ "query": query })),
        })
        .collect()
}

fn text(request: &ModelRequest) -> String {
    let brief = &request.brief;
    if brief.talk.is_some() {
        return evidence::only_known(&talk::answer(request), &evidence::known_labels(request));
    }
    let told = match (request.expects, brief.agent_kind) {
        (Expects::Markdown, AgentKind::Driver | AgentKind::Specialist | AgentKind::Generator) => {
            told::answer(request)
        }
        _ => None,
    };
    if let Some(told) = told {
        return evidence::only_known(&told, &evidence::known_labels(request));
    }
    let text = match (request.expects, brief.agent_kind) {
        (Expects::Plan, _) => plan::answer(brief),
        (Expects::Staffing, _) => staffing::answer(brief),
        // A value's texts keep only known labels already; its JSON must not be touched.
        (Expects::Data, _) => return data::answer(request),
        (Expects::Markdown, AgentKind::Driver) => report::answer(brief),
        (Expects::Markdown, AgentKind::Creator) => research::answer(brief, &Evidence::of(request)),
        (Expects::Markdown, AgentKind::Specialist | AgentKind::Generator) => {
            specialist::answer(brief, &Evidence::of(request).with_inputs(&brief.inputs))
        }
    };
    evidence::only_known(&text, &evidence::known_labels(request))
}

fn read_tokens(request: &ModelRequest) -> u32 {
    let messages: u32 = request
        .messages
        .iter()
        .map(|message| match message {
            ModelMessage::User { text } | ModelMessage::Assistant { text, .. } => text::tokens(text),
            ModelMessage::Tool { response, .. } => text::tokens(&crate::prompt::tool_text(response)),
        })
        .sum();
    text::tokens(&request.system) + messages
}

/// `text` in pieces of two to four words that add up to it exactly.
fn deltas(text: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut piece = String::new();
    let mut count = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        piece.push_str(word);
        count += 1;
        if count >= 2 + pieces.len() % 3 {
            pieces.push(std::mem::take(&mut piece));
            count = 0;
        }
    }
    if !piece.is_empty() {
        pieces.push(piece);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;
    use proptest::prelude::*;

    #[test]
    fn what_is_streamed_adds_up_to_the_answer() {
        let brief = wheelhouse_domain::Brief {
            operator_task: "Plan a launch".to_owned(),
            agent_name: "Driver".to_owned(),
            agent_kind: AgentKind::Driver,
            role: "CEO".to_owned(),
            instructions: String::new(),
            step: "analyse".to_owned(),
            title: String::new(),
            description: String::new(),
            done_when: String::new(),
            inputs: Vec::new(),
            plan: None,
            candidates: Vec::new(),
            clarifications: Vec::new(),
            max_sub_tasks: 12,
            terms: None,
            answer: None,
            sources: Vec::new(),
            talk: None,
        };
        let request = crate::prompt::request(brief, "rehearsal", &[], Expects::Plan);
        let model = Rehearsal::new(Options::instant());
        let mut shown = String::new();
        let response = crate::collect(model.stream(request.clone()), |piece| {
            if let crate::Piece::Text(text) = piece {
                shown.push_str(text);
            }
        })
        .now_or_never()
        .expect("nothing to wait for")
        .expect("an answer");
        assert_eq!(shown, response.text);
        assert_eq!(response, respond(&request));
        assert!(response.usage.input_tokens.is_some_and(|tokens| tokens > 100));
    }

    proptest! {
        #[test]
        fn deltas_add_up(text in any::<String>()) {
            prop_assert_eq!(deltas(&text).concat(), text);
        }
    }
}
