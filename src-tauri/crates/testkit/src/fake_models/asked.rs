//! A request as a script sees it, the same for every format.

use serde_json::Value;
use wheelhouse_domain::ProviderKind;

/// A tool call in the exchange so far.
#[derive(Debug, Clone, PartialEq)]
pub struct CallSeen {
    /// Its name, where the format has one.
    pub id: Option<String>,
    /// The tool.
    pub tool: String,
    /// The arguments.
    pub arguments: Value,
}

/// A tool result in the exchange so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultSeen {
    /// The call that it answers, where the format says so.
    pub id: Option<String>,
    /// The tool, where the format says so.
    pub tool: Option<String>,
    /// What it gave.
    pub text: String,
}

/// One turn of the exchange so far.
#[derive(Debug, Clone, PartialEq)]
pub enum Turn {
    /// From the client.
    User(String),
    /// From the model.
    Assistant {
        /// The words.
        text: String,
        /// The tools that it wanted called.
        calls: Vec<CallSeen>,
    },
    /// Results of tools. Those that come one by one are put together.
    Results(Vec<ResultSeen>),
}

/// A request in neutral form.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// Format that it came in.
    pub format: ProviderKind,
    /// The model that it names.
    pub model: String,
    /// Who the model should be.
    pub system: String,
    /// The exchange so far.
    pub turns: Vec<Turn>,
    /// Names of the tools that are offered.
    pub tools: Vec<String>,
    /// Whether the format of the request holds the answer to JSON.
    pub expects_json: bool,
    /// What it gives back of a model's thoughts: words and seals, in order.
    pub given_back: Vec<String>,
    /// Which request of an answer it is, from 1.
    pub nth: usize,
}

impl Asked {
    /// The latest words of the client.
    #[must_use]
    pub fn last_user(&self) -> &str {
        self.turns
            .iter()
            .rev()
            .find_map(|turn| match turn {
                Turn::User(text) => Some(text.as_str()),
                _ => None,
            })
            .unwrap_or_default()
    }

    /// The first words of the client.
    #[must_use]
    pub fn first_user(&self) -> &str {
        self.turns
            .iter()
            .find_map(|turn| match turn {
                Turn::User(text) => Some(text.as_str()),
                _ => None,
            })
            .unwrap_or_default()
    }

    /// Every tool result so far, oldest first.
    pub fn results(&self) -> impl Iterator<Item = &ResultSeen> {
        self.turns.iter().flat_map(|turn| match turn {
            Turn::Results(results) => results.as_slice(),
            _ => &[],
        })
    }

    /// What is wrong with the tool results: each must answer a call of the turn right before it, and each call must
    /// have its result.
    #[must_use]
    pub fn problem(&self) -> Option<String> {
        let mut open: &[CallSeen] = &[];
        for turn in &self.turns {
            match turn {
                Turn::Results(results) => {
                    if let Some(problem) = unmatched(open, results) {
                        return Some(problem);
                    }
                    open = &[];
                }
                _ if !open.is_empty() => return Some(format!("{} calls have no result", open.len())),
                Turn::Assistant { calls, .. } => open = calls,
                Turn::User(_) => {}
            }
        }
        (!open.is_empty()).then(|| format!("{} calls have no result", open.len()))
    }
}

fn unmatched(calls: &[CallSeen], results: &[ResultSeen]) -> Option<String> {
    if calls.len() != results.len() {
        return Some(format!("{} results for {} calls", results.len(), calls.len()));
    }
    results.iter().enumerate().find_map(|(index, result)| {
        let call = match &result.id {
            Some(id) => calls.iter().find(|call| call.id.as_ref() == Some(id)),
            // Without names the order pairs them.
            None => calls.get(index).filter(|call| call.id.is_none()),
        };
        let Some(call) = call else {
            return Some(format!("result {:?} answers no call", result.id));
        };
        let differs = result.tool.as_ref().is_some_and(|tool| *tool != call.tool);
        differs.then(|| format!("a result of {:?} answers a call of {}", result.tool, call.tool))
    })
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Captured {
    /// Method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Headers with lower-case names, in order.
    pub headers: Vec<(String, String)>,
    /// The body; null where there was none.
    pub body: Value,
    /// The neutral form, for requests of an answer.
    pub asked: Option<Asked>,
}

impl Captured {
    /// The value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(turns: Vec<Turn>) -> Asked {
        Asked {
            format: ProviderKind::OpenAi,
            model: String::new(),
            system: String::new(),
            turns,
            tools: Vec::new(),
            expects_json: false,
            given_back: Vec::new(),
            nth: 1,
        }
    }

    fn calls(ids: &[&str]) -> Turn {
        let calls = ids.iter().map(|id| CallSeen {
            id: Some((*id).to_owned()),
            tool: "look".to_owned(),
            arguments: Value::Null,
        });
        Turn::Assistant {
            text: String::new(),
            calls: calls.collect(),
        }
    }

    fn results(ids: &[&str]) -> Turn {
        Turn::Results(
            ids.iter()
                .map(|id| ResultSeen {
                    id: Some((*id).to_owned()),
                    tool: None,
                    text: String::new(),
                })
                .collect(),
        )
    }

    #[test]
    fn results_must_answer_the_calls_before_them() {
        assert_eq!(
            asked(vec![calls(&["a", "b"]), results(&["b", "a"])]).problem(),
            None
        );
        assert!(
            asked(vec![calls(&["a", "b"]), results(&["a"])])
                .problem()
                .is_some()
        );
        assert!(asked(vec![calls(&["a"]), results(&["c"])]).problem().is_some());
        assert!(asked(vec![results(&["a"])]).problem().is_some());
        assert!(
            asked(vec![calls(&["a"]), Turn::User("on".to_owned())])
                .problem()
                .is_some()
        );
        assert!(asked(vec![calls(&["a"])]).problem().is_some());
    }
}
