//! One call: from the request to a stream of what the model says, with everything checked on the way.

use super::answer::{Ending, calls};
use super::failure::{self, Blamed};
use super::quiet::Quiet;
use super::relay::Carried;
use super::request::{self, Thinker};
use super::schema;
use super::site::Site;
use super::target::target;
use super::thinking::Thinking;
use super::watch::Watch;
use super::{CallOptions, Clients, Endpoint};
use crate::{ModelEvent, ModelStream};
use futures::StreamExt;
use futures::stream;
use genai::Client;
use genai::chat::{ChatStream, ChatStreamEvent, StreamEnd, ToolCall};
use std::collections::VecDeque;
use std::sync::Arc;
use wheelhouse_domain::{
    Expects, Failure, FailureCode, KeptThought, ModelRequest, ModelResponse, ProviderKind, Thoughts,
};

/// Longest text of one answer, in bytes. More is a server gone wrong.
const LONGEST_TEXT: usize = 4 * 1024 * 1024;

/// Said under prose that the limit of output tokens cut off.
const CUT_SHORT: &str = "\n\n*The model reached its limit of output here; the answer is not whole.*";

/// Everything that the calls of one model share.
pub(super) struct Call {
    pub(super) name: String,
    pub(super) model: String,
    pub(super) endpoint: Endpoint,
    pub(super) clients: Clients,
    pub(super) options: CallOptions,
}

impl Call {
    fn site(&self) -> Site<'_> {
        Site::new(&self.name, &self.model, &self.endpoint)
    }

    fn thinker(&self) -> Thinker {
        Thinker {
            model: self.name.clone(),
            place: self.site().place(),
        }
    }
}

/// Asks. Nothing is sent before the stream is read, and dropping it cancels the request.
pub(super) fn stream(call: Arc<Call>, request: ModelRequest) -> ModelStream {
    stream::unfold(Exchange::new(call, request), |mut exchange| async move {
        let event = exchange.next().await?;
        Some((event, exchange))
    })
    .boxed()
}

/// A call in progress.
struct Exchange {
    call: Arc<Call>,
    request: ModelRequest,
    live: Option<Live>,
    /// Whether the form of the answer is left to the prompt alone, because the server knows no schemas.
    plainly: bool,
    /// Whether thoughts are not asked for, because the model does not know them.
    silently: bool,
    text: String,
    thinking: Thinking,
    thoughts: String,
    /// Tool calls as they grow; what the library gives at the end takes their place.
    growing: Vec<ToolCall>,
    ready: VecDeque<ModelEvent>,
    /// Why it failed, to be said after what is ready.
    failed: Option<Failure>,
    over: bool,
}

struct Live {
    stream: Quiet<ChatStream>,
    watch: Arc<Watch>,
    carried: Carried,
}

impl Exchange {
    fn new(call: Arc<Call>, request: ModelRequest) -> Self {
        Self {
            call,
            request,
            live: None,
            plainly: false,
            silently: false,
            text: String::new(),
            thinking: Thinking::default(),
            thoughts: String::new(),
            growing: Vec::new(),
            ready: VecDeque::new(),
            failed: None,
            over: false,
        }
    }

    async fn next(&mut self) -> Option<Result<ModelEvent, Failure>> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(Ok(event));
            }
            if let Some(failure) = self.failed.take() {
                return Some(Err(failure));
            }
            if self.over {
                return None;
            }
            if let Err(blamed) = self.step().await {
                if self.may_ask_silently(&blamed) {
                    self.silently = true;
                    self.live = None;
                    continue;
                }
                if self.may_ask_plainly(&blamed) {
                    self.plainly = true;
                    self.live = None;
                    continue;
                }
                self.end();
                self.failed = Some(blamed.failure);
            }
        }
    }

    /// Ends the call; the connection is closed with it.
    fn end(&mut self) {
        self.over = true;
        self.live = None;
    }

    /// Whether the server only objects to being asked for thoughts, as older models of Gemini do.
    fn may_ask_silently(&self, blamed: &Blamed) -> bool {
        let objected = blamed.status.is_some_and(|status| status.as_u16() == 400);
        let body = blamed.body.to_ascii_lowercase();
        !self.silently
            && self.call.endpoint.kind == ProviderKind::Gemini
            && objected
            && self.text.is_empty()
            && ["thinking", "thought"].iter().any(|word| body.contains(word))
    }

    /// Whether the server only objects to the schema. Nothing was shown yet, so asking again shows nothing twice.
    fn may_ask_plainly(&self, blamed: &Blamed) -> bool {
        let kind = self.call.endpoint.kind;
        let held = !self.plainly && request::format(kind, &self.request).is_some();
        let objected = blamed
            .status
            .is_some_and(|status| matches!(status.as_u16(), 400 | 422));
        let body = blamed.body.to_ascii_lowercase();
        held && objected
            && self.text.is_empty()
            && [
                "response_format",
                "schema",
                "output_config",
                "response_mime",
                "format",
            ]
            .iter()
            .any(|word| body.contains(word))
    }

    async fn step(&mut self) -> Result<(), Blamed> {
        let Some(live) = self.live.as_mut() else {
            self.live = Some(self.open().await?);
            return Ok(());
        };
        let event = live.stream.next().await;
        if let Some(wait) = live.carried.used_up() {
            self.ready.push_back(ModelEvent::UsedUp(wait));
        }
        let seen = live.watch.seen();
        if seen.garbled {
            return Err(failure::garbled(&self.call.site()).into());
        }
        match event {
            Some(Ok(event)) => self.take(event),
            Some(Err(error)) => Err(match live.carried.error() {
                Some(cause) => failure::from_broken(&self.call.site(), &error, &cause),
                None => failure::from_library(&self.call.site(), &error),
            }),
            // Some servers close after the reason for finishing, without the last marker.
            None => self.conclude(StreamEnd::default()),
        }
    }

    // Not `&self`: a reference shared across the wait would want the library's stream to be `Sync`.
    async fn open(&mut self) -> Result<Live, Blamed> {
        let call = Arc::clone(&self.call);
        let kind = call.endpoint.kind;
        let carried = call.clients.carry(&call.endpoint, &call.model).await?;
        let target = target(kind, &call.model, &carried);
        let watch = Arc::new(Watch::new(kind));
        let asking = request::Asking {
            model: &call.model,
            plainly: self.plainly,
            silently: self.silently,
        };
        let options = request::options(kind, &self.request, &call.options, &asking, &watch);
        let chat = request::chat(kind, &self.request, &call.thinker());
        let opened = async {
            let client = Client::builder().with_reqwest(carried.client()).build()?;
            client.exec_chat_stream(target, chat, Some(&options)).await
        };
        match opened.await {
            Ok(response) => Ok(Live {
                stream: Quiet(response.stream),
                watch,
                carried,
            }),
            Err(error) => Err(failure::from_library(&call.site(), &error)),
        }
    }

    fn take(&mut self, event: ChatStreamEvent) -> Result<(), Blamed> {
        match event {
            ChatStreamEvent::Chunk(chunk) => {
                let told = self.thinking.take(&chunk.content);
                self.think(told.thought)?;
                self.say(told.answer)
            }
            ChatStreamEvent::ToolCallChunk(chunk) => {
                self.grow(chunk.tool_call);
                Ok(())
            }
            ChatStreamEvent::End(end) => self.conclude(end),
            ChatStreamEvent::ReasoningChunk(chunk) => self.think(chunk.content),
            ChatStreamEvent::Start
            | ChatStreamEvent::Heartbeat
            | ChatStreamEvent::ThoughtSignatureChunk(_) => Ok(()),
        }
    }

    fn never_ending(&self) -> Blamed {
        Failure::lasting(
            FailureCode::AnswerInvalid,
            format!("{} does not stop writing.", self.call.site().who()),
            "Choose another model for this agent, then retry.",
        )
        .into()
    }

    fn think(&mut self, text: String) -> Result<(), Blamed> {
        if self.thoughts.len().saturating_add(text.len()) > LONGEST_TEXT {
            return Err(self.never_ending());
        }
        if !text.is_empty() {
            self.thoughts.push_str(&text);
            self.ready.push_back(ModelEvent::Thought(text));
        }
        Ok(())
    }

    fn say(&mut self, text: String) -> Result<(), Blamed> {
        if self.text.len().saturating_add(text.len()) > LONGEST_TEXT {
            return Err(self.never_ending());
        }
        if !text.is_empty() {
            self.text.push_str(&text);
            self.ready.push_back(ModelEvent::Delta(text));
        }
        Ok(())
    }

    fn grow(&mut self, call: ToolCall) {
        match self
            .growing
            .iter_mut()
            .find(|known| known.call_id == call.call_id)
        {
            Some(known) => *known = call,
            None => self.growing.push(call),
        }
    }

    fn conclude(&mut self, end: StreamEnd) -> Result<(), Blamed> {
        let kind = self.call.endpoint.kind;
        let seen = self
            .live
            .as_ref()
            .map(|live| live.watch.seen())
            .unwrap_or_default();
        if !seen.finished || seen.error.is_some() {
            return Err(failure::broken_off(&self.call.site(), &seen).into());
        }
        let mut ending = Ending::of(kind, end);
        if ending.tool_calls.is_empty() {
            let (calls, seals) = calls(kind, std::mem::take(&mut self.growing));
            ending.tool_calls = calls;
            ending.kept.extend(seals);
        }
        if seen.takes_thoughts_back && !self.thoughts.is_empty() {
            ending.kept.push(KeptThought::Plain {
                text: self.thoughts.clone(),
            });
        }
        let (usage, other) = (&mut ending.usage, seen.usage);
        usage.input_tokens = usage.input_tokens.or(other.input_tokens);
        usage.output_tokens = usage.output_tokens.or(other.output_tokens);
        usage.cached_tokens = usage.cached_tokens.or(other.cached_tokens);
        usage.cache_written_tokens = usage.cache_written_tokens.or(other.cache_written_tokens);
        let rest = self.thinking.rest();
        self.say(rest)?;
        let silent = self.text.trim().is_empty() && ending.tool_calls.is_empty();
        if ending.withheld && silent {
            return Err(failure::withheld(&self.call.site()).into());
        }
        if ending.cut_short && ending.tool_calls.is_empty() && !silent && request::is_prose(&self.request) {
            self.say(CUT_SHORT.to_owned())?;
        }
        self.done(ending);
        Ok(())
    }

    fn done(&mut self, ending: Ending) {
        let Thinker { model, place } = self.call.thinker();
        let text = std::mem::take(&mut self.thoughts);
        let thoughts = (!text.is_empty() || !ending.kept.is_empty()).then_some(Thoughts {
            text,
            model,
            place,
            kept: ending.kept,
        });
        let text = std::mem::take(&mut self.text);
        let text = match self.request.expects {
            Expects::Markdown => text,
            expects => schema::tidied(text, expects),
        };
        self.ready.push_back(ModelEvent::Done(ModelResponse {
            text,
            tool_calls: ending.tool_calls,
            usage: ending.usage,
            thoughts: thoughts.map(Box::new),
        }));
        self.end();
    }
}
