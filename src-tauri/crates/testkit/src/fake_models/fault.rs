//! What can go wrong with a server, on demand.

use std::fmt;

/// A fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// 401: the key is not accepted. The answer repeats the key, as careless servers do.
    Unauthorized,
    /// 404: no such model.
    NoSuchModel,
    /// 429 with `Retry-After` in seconds.
    RateLimited,
    /// 500.
    ServerError,
    /// 400 for everything.
    BadRequest,
    /// 400 for requests that hold the answer to a schema, as servers do that know none.
    NoSchemas,
    /// 400 for requests that ask for thoughts, as models do that have none (Gemini).
    NoThoughts,
    /// 302 to another place.
    Redirect,
    /// Nothing is sent at all.
    HangBeforeHeaders,
    /// The first pieces are sent, then nothing.
    HangMidStream,
    /// The connection is cut after the first pieces.
    CutMidStream,
    /// The answer is whole but for its finish marker, and the connection closes as if all was well.
    NoFinish,
    /// A piece in the middle is no JSON.
    MalformedJson,
    /// An error in the format's own words in the middle of the stream.
    ErrorMidStream,
    /// A page for people instead of an answer.
    WebPage,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Self; 15] = [
        Self::Unauthorized,
        Self::NoSuchModel,
        Self::RateLimited,
        Self::ServerError,
        Self::BadRequest,
        Self::NoSchemas,
        Self::NoThoughts,
        Self::Redirect,
        Self::HangBeforeHeaders,
        Self::HangMidStream,
        Self::CutMidStream,
        Self::NoFinish,
        Self::MalformedJson,
        Self::ErrorMidStream,
        Self::WebPage,
    ];

    /// Its name on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unauthorized => "unauthorized",
            Self::NoSuchModel => "no-such-model",
            Self::RateLimited => "rate-limited",
            Self::ServerError => "server-error",
            Self::BadRequest => "bad-request",
            Self::NoSchemas => "no-schemas",
            Self::NoThoughts => "no-thoughts",
            Self::Redirect => "redirect",
            Self::HangBeforeHeaders => "hang-before-headers",
            Self::HangMidStream => "hang-mid-stream",
            Self::CutMidStream => "cut-mid-stream",
            Self::NoFinish => "no-finish",
            Self::MalformedJson => "malformed-json",
            Self::ErrorMidStream => "error-mid-stream",
            Self::WebPage => "web-page",
        }
    }

    /// The fault that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.as_str() == word)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
