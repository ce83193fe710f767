//! What figures are told apart by. Every value is a word of this program.

use prometheus_client::encoding::EncodeLabelSet;
use wheelhouse_contract::ErrorCode;

/// Why a request was refused; put into its answer, and read by the meters on its way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Because(pub(crate) &'static str);

impl From<ErrorCode> for Because {
    fn from(code: ErrorCode) -> Self {
        Self(match code {
            ErrorCode::InvalidRequest => "invalid_request",
            ErrorCode::NotFound => "not_found",
            ErrorCode::Conflict => "conflict",
            ErrorCode::RequestKeyReused => "request_key_reused",
            ErrorCode::Unreadable => "unreadable",
            ErrorCode::ProviderFailed => "provider_failed",
            ErrorCode::KeysLocked => "keys_locked",
            ErrorCode::Unauthorized => "unauthorized",
            ErrorCode::Forbidden => "forbidden",
            ErrorCode::RateLimited => "rate_limited",
            ErrorCode::TooLarge => "too_large",
            ErrorCode::Unavailable => "unavailable",
            ErrorCode::Internal => "internal",
        })
    }
}

/// What became of a connection that somebody opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It was taken.
    Served,
    /// There were as many as there may be.
    Full,
    /// Its address had as many as it may have.
    AddressFull,
    /// Encryption could not be agreed on in time.
    NoHandshake,
}

impl Taken {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Served => "served",
            Self::Full => "full",
            Self::AddressFull => "address_full",
            Self::NoHandshake => "no_handshake",
        }
    }
}

/// By operation and class of status.
#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct Answered {
    pub(super) operation: &'static str,
    pub(super) status: &'static str,
}

/// By operation.
#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct Operation {
    pub(super) operation: &'static str,
}

/// By reason.
#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct Reason {
    pub(super) reason: &'static str,
}

/// By how it went.
#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct Outcome {
    pub(super) outcome: &'static str,
}

/// By kind.
#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct Kind {
    pub(super) kind: &'static str,
}

/// By status.
#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct Status {
    pub(super) status: &'static str,
}

/// By part.
#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct Part {
    pub(super) part: &'static str,
}

/// By version.
#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct Build {
    pub(super) version: &'static str,
}

/// Calls by what is called, the form of the provider (`none` for tools), and how it went.
#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct Call {
    pub(super) kind: &'static str,
    pub(super) provider: &'static str,
    pub(super) outcome: &'static str,
}

/// Calls by what is called and the form of the provider.
#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct Called {
    pub(super) kind: &'static str,
    pub(super) provider: &'static str,
}

/// Tokens by the form of the provider, and which way they went.
#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct Tokens {
    pub(super) provider: &'static str,
    pub(super) direction: &'static str,
}
