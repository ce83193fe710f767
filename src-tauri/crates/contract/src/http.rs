//! Where the parts of a request stand in HTTP: one rule for the server, the remote client and the document that
//! describes them.
//!
//! Parameters of the path come from the request's fields of the same name. The rest of a `GET` stands in the query, one
//! pair for each value of a list, and nothing for null; the rest of anything else is the body, as JSON.

use crate::{ApiError, ErrorCode, ErrorDetails, Operation};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Header that names a wish, for callers that do not put `request_key` into the body.
pub const KEY_HEADER: &str = "idempotency-key";

/// Header that names one exchange, in the answer and in the server's log.
pub const REQUEST_ID_HEADER: &str = "x-request-id";

/// Field of a changing request that names the wish.
pub const KEY_FIELD: &str = "request_key";

/// Rows that bring something into being: their answer has the status 201.
const CREATES: &[&str] = &[
    "create_workflow",
    "run_template",
    "run_again",
    "fork_workflow",
    "import_workflow",
    "duplicate_template",
    "import_template",
    "create_agent",
    "duplicate_agent",
    "add_starter",
    "import_agent",
    "try_agent",
    "add_source",
    "back_up",
    "begin_transfer",
    "send_message",
    "edit_message",
    "regenerate_reply",
];

/// Media type of a [`Problem`].
pub const PROBLEM_TYPE: &str = "application/problem+json";

/// The one error as HTTP tells it: problem details (RFC 9457) with the fields of [`ApiError`] beside them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Always `about:blank`: `code` says what it is.
    pub r#type: String,
    /// The code in words.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What happened, in plain words.
    pub detail: String,
    /// Kind.
    pub code: ErrorCode,
    /// What helps to mend it.
    pub details: ErrorDetails,
    /// Names the exchange in the server's log.
    pub request_id: String,
}

impl Problem {
    /// The problem that tells of `error`.
    #[must_use]
    pub fn new(error: ApiError, request_id: &str) -> Self {
        Self {
            r#type: "about:blank".to_owned(),
            title: title(error.code).to_owned(),
            status: status(error.code),
            detail: error.message,
            code: error.code,
            details: error.details,
            request_id: request_id.to_owned(),
        }
    }
}

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        Self {
            code: problem.code,
            message: problem.detail,
            details: problem.details,
        }
    }
}

/// HTTP status of an error.
#[must_use]
pub const fn status(code: ErrorCode) -> u16 {
    match code {
        ErrorCode::InvalidRequest => 400,
        ErrorCode::Unauthorized => 401,
        ErrorCode::Forbidden => 403,
        ErrorCode::NotFound => 404,
        ErrorCode::Conflict | ErrorCode::RequestKeyReused => 409,
        ErrorCode::TooLarge => 413,
        ErrorCode::Unreadable => 422,
        ErrorCode::KeysLocked => 423,
        ErrorCode::RateLimited => 429,
        ErrorCode::Internal => 500,
        ErrorCode::ProviderFailed => 502,
        ErrorCode::Unavailable => 503,
    }
}

const fn title(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::InvalidRequest => "The request is wrong",
        ErrorCode::Unauthorized => "Not known here",
        ErrorCode::Forbidden => "Not allowed",
        ErrorCode::NotFound => "Not found",
        ErrorCode::Conflict => "Not possible as things stand",
        ErrorCode::RequestKeyReused => "The key was used for another wish",
        ErrorCode::TooLarge => "Too large",
        ErrorCode::Unreadable => "Can't be read",
        ErrorCode::KeysLocked => "Keys are locked",
        ErrorCode::RateLimited => "Too many requests",
        ErrorCode::Internal => "A fault of the application",
        ErrorCode::ProviderFailed => "The provider failed",
        ErrorCode::Unavailable => "Not available now",
    }
}

/// A request, taken apart for HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The path, its parameters filled in.
    pub path: String,
    /// Pairs of the query, not encoded yet.
    pub query: Vec<(String, String)>,
    /// The body; none where there is none.
    pub body: Option<Value>,
}

/// Why a request can't be taken apart. Each is a fault of the table, not of whoever asks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// A request is always an object.
    #[error("the request is no object")]
    NoObject,
    /// A parameter of the path is missing or is more than one word.
    #[error("`{0}` can't stand in the path")]
    Parameter(String),
    /// A field of a `GET` is more than a word or a list of words.
    #[error("`{0}` can't stand in the query")]
    Query(String),
}

impl Operation {
    /// Names of the parameters in the path, in their order.
    pub fn parameters(&self) -> impl Iterator<Item = &'static str> {
        self.path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }

    /// Whether what does not stand in the path stands in the query.
    #[must_use]
    pub fn asks_by_query(&self) -> bool {
        self.method == "GET"
    }

    /// Whether it brings something into being.
    #[must_use]
    pub fn creates(&self) -> bool {
        CREATES.contains(&self.name)
    }

    /// Takes a request apart.
    ///
    /// # Errors
    /// [`PlaceError`] where a field has no place. A test goes through the whole table, so none has.
    pub fn place(&self, request: Value) -> Result<Placed, PlaceError> {
        let Value::Object(mut fields) = request else {
            return Err(PlaceError::NoObject);
        };
        let mut path = String::new();
        for part in self.path.split('/').skip(1) {
            path.push('/');
            match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
                None => path.push_str(part),
                Some(name) => {
                    let word = fields.remove(name).as_ref().and_then(word);
                    // Numbers and UUIDs need no encoding; anything else could change the path.
                    let fits = |word: &String| {
                        !word.is_empty()
                            && word
                                .bytes()
                                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                    };
                    let word = word.filter(fits);
                    path.push_str(&word.ok_or_else(|| PlaceError::Parameter(name.to_owned()))?);
                }
            }
        }
        if !self.asks_by_query() {
            let body = Some(Value::Object(fields));
            let query = Vec::new();
            return Ok(Placed { path, query, body });
        }
        let query = pairs(fields)?;
        Ok(Placed {
            path,
            query,
            body: None,
        })
    }

    /// Puts the parameters of the path back among the fields of a body. All digits are a number, everything else is
    /// a text, as ids and uids are.
    #[must_use]
    pub fn gather<'a>(
        &self,
        parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
        mut fields: Map<String, Value>,
    ) -> Value {
        for (name, word) in parameters {
            let value = word.parse::<i64>().map_or_else(|_| word.into(), Value::from);
            fields.insert(name.to_owned(), value);
        }
        Value::Object(fields)
    }
}

/// A value as one word; none where it is more.
fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(is) => Some(is.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn pairs(fields: Map<String, Value>) -> Result<Vec<(String, String)>, PlaceError> {
    let mut pairs = Vec::new();
    for (name, value) in fields {
        let values = match value {
            Value::Null => Vec::new(),
            Value::Array(values) => values,
            value => vec![value],
        };
        for value in values {
            let Some(word) = word(&value) else {
                return Err(PlaceError::Query(name));
            };
            pairs.push((name.clone(), word));
        }
    }
    // Whether a map keeps the order in which it was made is not this crate's to say.
    pairs.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TABLE;
    use serde_json::json;

    fn row(name: &str) -> &'static Operation {
        TABLE.iter().find(|row| row.name == name).expect("in the table")
    }

    #[test]
    fn what_creates_is_in_the_table() {
        for name in CREATES {
            assert_eq!(row(name).effect, "change", "{name}");
        }
    }

    #[test]
    fn a_get_stands_in_path_and_query() {
        let request = json!({"workflow_id": 7, "after": 0, "limit": 5});
        let placed = row("list_journal").place(request).expect("has places");
        assert_eq!(placed.path, "/api/workflows/7/journal");
        let expected = [("after", "0"), ("limit", "5")];
        let expected: Vec<_> = expected.map(|(a, b)| (a.to_owned(), b.to_owned())).into();
        assert_eq!((placed.query, placed.body), (expected, None));
    }

    #[test]
    fn lists_are_repeated_and_null_is_left_out() {
        let request = json!({"statuses": ["failed", "running"], "query": "", "before": null, "limit": 5});
        let placed = row("list_workflows").place(request).expect("has places");
        let names: Vec<_> = placed.query.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["limit", "query", "statuses", "statuses"]);
    }

    #[test]
    fn anything_else_has_a_body_without_what_is_in_the_path() {
        let request = json!({"request_key": "key-00000001", "id": 12});
        let placed = row("cancel_workflow").place(request).expect("has places");
        assert_eq!(placed.path, "/api/workflows/12/cancel");
        assert_eq!(placed.body, Some(json!({"request_key": "key-00000001"})));
        let Some(Value::Object(body)) = placed.body else {
            panic!("a body");
        };
        let back = row("cancel_workflow").gather([("id", "12")], body);
        assert_eq!(back, json!({"request_key": "key-00000001", "id": 12}));
    }

    #[test]
    fn a_path_can_t_be_led_elsewhere() {
        for uid in ["../keys", "a/b", "", "a%2fb", "a?b"] {
            let placed = row("get_template").place(json!({"uid": uid, "version": null}));
            assert_eq!(placed, Err(PlaceError::Parameter("uid".to_owned())), "{uid}");
        }
    }
}
