//! What a script answers.

use super::fault::Fault;
use serde_json::Value;

/// How the bytes of an answer are split.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Chunking {
    /// A chunk for each frame, as most servers send.
    #[default]
    Frames,
    /// After every byte: in the middle of characters, of JSON and of line ends.
    Bytes,
    /// Between CR and LF, wherever there are any, and at a few odd places besides.
    LineEnds,
}

/// An answer.
#[derive(Debug, Clone, Default)]
pub struct Reply {
    /// The words, in the pieces that they are streamed in.
    pub pieces: Vec<String>,
    /// Tool calls: tool and arguments. Two or more are interleaved where the format can.
    pub calls: Vec<(String, Value)>,
    /// What it thinks before it answers, in the pieces that it is streamed in.
    pub thoughts: Vec<String>,
    /// Input and output tokens; nothing is reported without.
    pub usage: Option<(u32, u32)>,
    /// Of the input tokens, those that were kept from before and those that are kept from now on.
    pub cached: Option<(u32, u32)>,
    /// How long a refusal for lack of room asks to wait, in milliseconds; none for seven seconds.
    pub wait_ms: Option<u32>,
    /// How long an answer says that no further one is allowed, in milliseconds.
    pub used_up_ms: Option<u32>,
    /// A fault in place of the answer or on top of it.
    pub fault: Option<Fault>,
    /// Whether the body of an answer with a bad status breaks off in its middle.
    pub cut_body: bool,
    /// How the bytes are split.
    pub chunking: Chunking,
    /// Whether lines end with CRLF.
    pub crlf: bool,
    /// Whether the limit of output tokens is said to be reached.
    pub cut_short: bool,
    /// Whether the last marker is left out although the reason for finishing is given (OpenAI's `[DONE]`).
    pub no_last_marker: bool,
}

impl Reply {
    /// Answers with this text, word by word, and reports usage.
    #[must_use]
    pub fn text(text: impl AsRef<str>) -> Self {
        let text = text.as_ref();
        Self {
            pieces: text.split_inclusive(' ').map(str::to_owned).collect(),
            usage: Some((100, tokens(text))),
            ..Self::default()
        }
    }

    /// Wants tools called.
    #[must_use]
    pub fn calls<'a>(calls: impl IntoIterator<Item = (&'a str, Value)>) -> Self {
        Self {
            calls: calls
                .into_iter()
                .map(|(tool, arguments)| (tool.to_owned(), arguments))
                .collect(),
            usage: Some((100, 10)),
            ..Self::default()
        }
    }

    /// Fails. Faults in the middle of a stream happen to a short answer.
    #[must_use]
    pub fn fault(fault: Fault) -> Self {
        Self {
            fault: Some(fault),
            ..Self::text("The first words of an answer that goes on for a while.")
        }
    }

    /// The same, and on top of it a fault.
    #[must_use]
    pub fn failing(mut self, fault: Fault) -> Self {
        self.fault = Some(fault);
        self
    }

    /// The same with its bytes split in this way.
    #[must_use]
    pub fn chunked(mut self, chunking: Chunking) -> Self {
        self.chunking = chunking;
        self
    }

    /// The same after these thoughts, word by word.
    #[must_use]
    pub fn thinking(mut self, thoughts: &str) -> Self {
        self.thoughts = thoughts.split_inclusive(' ').map(str::to_owned).collect();
        self
    }

    /// Refuses for lack of room and asks to wait that long, in the way that each provider says it.
    #[must_use]
    pub fn later(milliseconds: u32) -> Self {
        Self {
            wait_ms: Some(milliseconds),
            ..Self::fault(Fault::RateLimited)
        }
    }

    /// The same, and says that it was the last answer for that long, in the way that each provider says it.
    #[must_use]
    pub fn last_for(mut self, milliseconds: u32) -> Self {
        self.used_up_ms = Some(milliseconds);
        self
    }

    /// The same, and where its status is bad its body breaks off.
    #[must_use]
    pub fn with_cut_body(mut self) -> Self {
        self.cut_body = true;
        self
    }

    /// The same with CRLF line ends.
    #[must_use]
    pub fn with_crlf(mut self) -> Self {
        self.crlf = true;
        self
    }

    /// The same without usage.
    #[must_use]
    pub fn without_usage(mut self) -> Self {
        self.usage = None;
        self
    }
}

/// About as many tokens as a text has.
fn tokens(text: &str) -> u32 {
    u32::try_from(text.len() / 4 + 1).unwrap_or(u32::MAX)
}
