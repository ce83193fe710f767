//! What an answer by HTTP means. Only a server that answers as Wheelhouse does is believed.

use super::trouble::Trouble;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use wheelhouse_contract::http::{PROBLEM_TYPE, Problem, status};
use wheelhouse_contract::{ApiError, ErrorCode};

/// Media type of every answer that is no problem.
const JSON: &str = "application/json";

/// An answer, wherever it came from.
#[derive(Debug)]
pub(super) struct Answer {
    /// HTTP status.
    pub(super) status: u16,
    /// Media type, without what stands after a semicolon.
    pub(super) media_type: String,
    /// The body.
    pub(super) body: Vec<u8>,
}

/// Enough of a problem to tell of one whose code is not known here.
#[derive(Deserialize)]
struct Detail {
    detail: String,
}

impl Answer {
    /// The value of a header that tells a media type, as [`Answer::media_type`] has it.
    pub(super) fn media_type(header: Option<&[u8]>) -> String {
        let header = String::from_utf8_lossy(header.unwrap_or_default()).into_owned();
        let name = header.split(';').next().unwrap_or_default();
        name.trim().to_ascii_lowercase()
    }

    /// What was asked for.
    ///
    /// # Errors
    /// [`Trouble`] where the server refused, or where this is no answer of one.
    pub(super) fn read<A: DeserializeOwned>(&self) -> Result<A, Trouble> {
        if !(200..300).contains(&self.status) {
            return Err(self.refusal());
        }
        if self.media_type != JSON {
            return Err(Trouble::Foreign);
        }
        serde_json::from_slice(&self.body).map_err(|error| match error.is_data() {
            // JSON with other fields: the same program at another time.
            true => Trouble::OtherVersion,
            false => Trouble::Foreign,
        })
    }

    /// Why the server refused.
    pub(super) fn refusal(&self) -> Trouble {
        if self.media_type != PROBLEM_TYPE {
            return match self.status {
                502..=504 => Trouble::Behind,
                _ => Trouble::Foreign,
            };
        }
        if let Ok(problem) = serde_json::from_slice::<Problem>(&self.body) {
            return Trouble::Said(problem.into());
        }
        let code = code(self.status);
        match serde_json::from_slice::<Detail>(&self.body) {
            Ok(Detail { detail }) => Trouble::Said(ApiError::new(code, detail)),
            // The answer to a WebSocket's request may have been cut off after its head.
            Err(_) => Trouble::Said(in_words(code)),
        }
    }
}

/// The code that goes with an HTTP status, where there is one; a fault of the server otherwise.
fn code(given: u16) -> ErrorCode {
    [
        ErrorCode::InvalidRequest,
        ErrorCode::Unauthorized,
        ErrorCode::Forbidden,
        ErrorCode::NotFound,
        ErrorCode::Conflict,
        ErrorCode::TooLarge,
        ErrorCode::Unreadable,
        ErrorCode::KeysLocked,
        ErrorCode::RateLimited,
        ErrorCode::ProviderFailed,
        ErrorCode::Unavailable,
    ]
    .into_iter()
    .find(|code| status(*code) == given)
    .unwrap_or(ErrorCode::Internal)
}

fn in_words(code: ErrorCode) -> ApiError {
    let (message, next_step) = match code {
        ErrorCode::Unauthorized => (
            "The server does not know this machine, or not any more.",
            "Pair with the server again.",
        ),
        ErrorCode::Forbidden => (
            "The server does not allow this.",
            "Ask who runs the server for a wider token.",
        ),
        ErrorCode::RateLimited => (
            "The server was asked too much in too short a time.",
            "Wait a little and try again.",
        ),
        ErrorCode::Unavailable => (
            "The server is not ready or is closing down.",
            "Wait a little and try again.",
        ),
        _ => (
            "The server refused and did not say why.",
            "Look into the server's log.",
        ),
    };
    ApiError::new(code, message).next_step(next_step)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, media_type: &str, body: &str) -> Answer {
        Answer {
            status,
            media_type: Answer::media_type(Some(media_type.as_bytes())),
            body: body.as_bytes().to_vec(),
        }
    }

    #[test]
    fn what_was_asked_for_is_read() {
        let read = answer(200, "Application/JSON; charset=utf-8", "[1,2]").read::<Vec<u8>>();
        assert_eq!(read.expect("numbers"), [1, 2]);
    }

    #[test]
    fn a_problem_is_the_error_in_it() {
        let error = ApiError::new(ErrorCode::Conflict, "It runs already.")
            .field("id")
            .next_step("Cancel it first.");
        let problem = serde_json::to_string(&Problem::new(error.clone(), "r-1")).expect("plain data");
        let trouble = answer(409, PROBLEM_TYPE, &problem)
            .read::<u8>()
            .expect_err("refused");
        assert!(
            matches!(&trouble, Trouble::Said(said) if *said == error),
            "{trouble:?}"
        );
    }

    #[test]
    fn a_code_of_later_times_keeps_its_words() {
        let body = r#"{"status":403,"detail":"Only on Sundays.","code":"sunday"}"#;
        let trouble = answer(403, PROBLEM_TYPE, body).refusal();
        assert!(
            matches!(&trouble, Trouble::Said(said) if said.code == ErrorCode::Forbidden && said.message == "Only on Sundays."),
            "{trouble:?}"
        );
    }

    #[test]
    fn a_refusal_that_was_cut_off_is_told_by_its_status() {
        let statuses = [
            (401, ErrorCode::Unauthorized),
            (403, ErrorCode::Forbidden),
            (429, ErrorCode::RateLimited),
            (503, ErrorCode::Unavailable),
            (418, ErrorCode::Internal),
        ];
        for (status, code) in statuses {
            let Trouble::Said(said) = answer(status, PROBLEM_TYPE, r#"{"detail":"The to"#).refusal() else {
                panic!("{status} is said by the server");
            };
            assert_eq!(said.code, code);
            assert!(said.details.next_step.is_some());
        }
    }

    #[test]
    fn others_are_not_believed() {
        let foreign = [
            (200, "text/html", "<html>"),
            (200, JSON, "<html>"),
            (200, JSON, "[1,"),
            (301, "text/html", ""),
            (401, "text/html", "Who are you?"),
            (404, JSON, r#"{"detail":"Not Found"}"#),
            (500, "", ""),
        ];
        for (status, media_type, body) in foreign {
            let trouble = answer(status, media_type, body)
                .read::<Vec<u8>>()
                .expect_err("no server");
            assert!(
                matches!(trouble, Trouble::Foreign),
                "{status} {body}: {trouble:?}"
            );
        }
        let trouble = answer(502, "text/html", "").read::<u8>().expect_err("no server");
        assert!(matches!(trouble, Trouble::Behind), "{trouble:?}");
    }

    #[test]
    fn other_fields_are_of_another_version() {
        let trouble = answer(200, JSON, r#"{"a":1}"#)
            .read::<Vec<u8>>()
            .expect_err("another form");
        assert!(matches!(trouble, Trouble::OtherVersion), "{trouble:?}");
    }
}
