//! Tools of tool servers as agents have them: what the operator allowed, by the names that models call it.
//!
//! Everything here is about the definition that was allowed. Whether the server still describes the tool so is looked at
//! when it is called (`call`).

use crate::error::Error;
use crate::service::Inner;
use serde_json::Value;
use thiserror::Error as ThisError;
use wheelhouse_domain::{ExactCall, Json, Risk, ToolEffect, ToolServerPlace, ToolSpec};
use wheelhouse_mcp::{Definition, hidden_characters, is_on_this_machine, offered_name};
use wheelhouse_store::{AllowedToolRow, Store, ToolServerRow};
use wheelhouse_tools::{Preview, canonical};

/// Longest arguments of one call, in bytes as JSON: nobody reads more before allowing it.
const MOST_ARGUMENTS: usize = 64 * 1_024;

/// A tool of a server that agents may be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenTool {
    /// What models and agents call it.
    pub name: String,
    /// Its server.
    pub server: ToolServerRow,
    /// What was allowed.
    pub allowed: AllowedToolRow,
    /// The definition that was allowed.
    pub definition: Definition,
}

/// Why a call can't be understood, in words for the model.
#[derive(Debug, ThisError)]
pub(crate) enum Misunderstood {
    /// Tools are given an object.
    #[error("Give the arguments of {0} as an object.")]
    NoObject(String),
    /// Nobody would read them.
    #[error(
        "The arguments of {tool} have {bytes} bytes as JSON, and {MOST_ARGUMENTS} are possible. Give it less."
    )]
    TooLong {
        /// The tool.
        tool: String,
        /// How long they are.
        bytes: usize,
    },
    /// The effect could not be written as JSON.
    #[error("The call could not be written down. This is a fault of the application. {0}")]
    Form(#[from] serde_json::Error),
}

impl GivenTool {
    /// Whether its server is on another machine. A program is here, whatever it speaks to.
    #[must_use]
    pub fn is_elsewhere(&self) -> bool {
        match &self.server.form.place {
            ToolServerPlace::Program { .. } => false,
            ToolServerPlace::Address { url } => !is_on_this_machine(url),
        }
    }

    /// What a call of it may bring about. Only the operator's word makes it less than the most that it could be, and what is
    /// told to another machine has left this one in any case.
    #[must_use]
    pub fn risk(&self) -> Risk {
        if self.allowed.read_only && !self.is_elsewhere() {
            Risk::Read
        } else {
            Risk::Network
        }
    }

    /// What stands for all its calls, as it is described.
    #[must_use]
    pub fn as_described(&self) -> ExactCall {
        let server = &self.server;
        ExactCall::of_served(
            &server.form.name,
            server.uid,
            &self.allowed.tool,
            &self.allowed.hash,
        )
    }

    /// As it is offered to a model.
    pub(crate) fn spec(&self) -> ToolSpec {
        let said = self
            .definition
            .description
            .as_deref()
            .or(self.definition.title.as_deref());
        ToolSpec {
            name: self.name.clone(),
            description: format!(
                "From the tool server “{}”. {}",
                self.server.form.name,
                said.unwrap_or_default()
            ),
            parameters: Json(self.definition.input.clone()),
        }
    }

    /// What a call of it would do, exactly.
    pub(crate) fn preview(&self, arguments: &Value) -> Result<Preview, Misunderstood> {
        if !arguments.is_object() {
            return Err(Misunderstood::NoObject(self.name.clone()));
        }
        let text = canonical(arguments);
        if text.len() > MOST_ARGUMENTS {
            return Err(Misunderstood::TooLong {
                tool: self.name.clone(),
                bytes: text.len(),
            });
        }
        let effect = ToolEffect::Served {
            server: self.server.form.name.clone(),
            uid: self.server.uid,
            place: self.server.form.place.clone(),
            elsewhere: self.is_elsewhere(),
            tool: self.allowed.tool.clone(),
            arguments: Json(arguments.clone()),
            invisible: u32::try_from(hidden_in(arguments)).unwrap_or(u32::MAX),
            definition: self.allowed.hash.clone(),
            read_only: self.allowed.read_only,
        };
        Ok(Preview::new(&self.name, arguments.clone(), effect)?)
    }
}

/// Letters in all texts of a value, names of fields included, that a reader does not see.
fn hidden_in(value: &Value) -> usize {
    match value {
        Value::String(text) => hidden_characters(text),
        Value::Array(items) => items.iter().map(hidden_in).sum(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| hidden_characters(name) + hidden_in(value))
            .sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

/// All tools that agents may be given, by server and name. What does not fit its hash, or has no name of its own, is not
/// among them.
pub(crate) async fn given_tools(store: &Store) -> Result<Vec<GivenTool>, Error> {
    let servers = store.tool_servers().await?;
    let mut found: Vec<GivenTool> = Vec::new();
    for allowed in store.allowed_tools().await? {
        let Some(server) = servers.iter().find(|row| row.uid == allowed.server) else {
            continue;
        };
        let definition = serde_json::from_str::<Definition>(&allowed.definition).ok();
        let Some(definition) = definition.filter(|one| one.hash() == allowed.hash) else {
            continue;
        };
        found.push(GivenTool {
            name: offered_name(&server.form.name, &allowed.tool),
            server: server.clone(),
            definition,
            allowed,
        });
    }
    let names: Vec<String> = found.iter().map(|tool| tool.name.clone()).collect();
    found.retain(|tool| names.iter().filter(|name| **name == tool.name).count() == 1);
    found.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(found)
}

impl Inner {
    /// The tools of tool servers that agents may be given; nothing is read where none of `names` is of one.
    pub(crate) async fn given_among(&self, names: &[String]) -> Result<Vec<GivenTool>, Error> {
        if !names.iter().any(|name| wheelhouse_domain::is_served(name)) {
            return Ok(Vec::new());
        }
        given_tools(&self.store).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use uuid::Uuid;
    use wheelhouse_domain::{Millis, ToolServerForm, ToolServerId, ToolServerUid};

    fn tool(place: ToolServerPlace, read_only: bool) -> GivenTool {
        let uid = ToolServerUid(Uuid::from_u128(7));
        let definition: Definition = serde_json::from_value(json!({
            "name": "echo", "description": "Says it.", "input": {"type": "object"}
        }))
        .unwrap();
        GivenTool {
            name: offered_name("fake", "echo"),
            server: ToolServerRow {
                id: ToolServerId(1),
                uid,
                form: ToolServerForm {
                    name: "fake".to_owned(),
                    place,
                    secrets: Vec::new(),
                },
                created_at: Millis(1),
            },
            allowed: AllowedToolRow {
                server: uid,
                tool: "echo".to_owned(),
                hash: definition.hash(),
                definition: serde_json::to_string(&definition).unwrap(),
                read_only,
                allowed_at: Millis(1),
            },
            definition,
        }
    }

    fn address(url: &str) -> ToolServerPlace {
        ToolServerPlace::Address { url: url.to_owned() }
    }

    fn program() -> ToolServerPlace {
        ToolServerPlace::Program {
            command: "sh".to_owned(),
            arguments: Vec::new(),
            folder: None,
        }
    }

    #[test]
    fn only_the_operator_s_word_about_a_server_on_this_machine_makes_a_tool_read() {
        assert_eq!(tool(program(), true).risk(), Risk::Read);
        assert_eq!(tool(address("http://127.0.0.1:7/mcp"), true).risk(), Risk::Read);
        for place in [
            address("https://example.org/mcp"),
            address("https://127.0.0.1.example.org/"),
            address("nonsense"),
        ] {
            assert_eq!(tool(place, true).risk(), Risk::Network);
        }
        assert_eq!(tool(program(), false).risk(), Risk::Network);
    }

    #[test]
    fn a_preview_fits_one_call_of_one_tool_as_it_is_described() {
        let one = tool(program(), false);
        let of = |tool: &GivenTool, value: &Value| tool.preview(value).unwrap().fingerprint;
        let arguments = json!({"text": "a", "more": [1]});
        let first = of(&one, &arguments);
        assert_eq!(first, of(&one, &json!({"more": [1], "text": "a"})));
        let mut others = vec![
            of(&one, &json!({"text": "b", "more": [1]})),
            of(&one, &json!({"text": "a", "more": [1, 1]})),
            of(&tool(program(), true), &arguments),
            of(&tool(address("http://localhost/"), false), &arguments),
        ];
        let mut changed = one.clone();
        changed.allowed.hash.push('0');
        others.push(of(&changed, &arguments));
        let mut moved = one.clone();
        moved.server.uid = ToolServerUid(Uuid::from_u128(8));
        others.push(of(&moved, &arguments));
        assert!(others.iter().all(|other| *other != first));
        assert_ne!(changed.as_described(), one.as_described());
        assert_ne!(moved.as_described(), one.as_described());
    }

    #[test]
    fn what_nobody_could_read_is_not_asked_about() {
        let one = tool(program(), false);
        for no_object in [json!(null), json!("a"), json!([1])] {
            assert!(matches!(one.preview(&no_object), Err(Misunderstood::NoObject(_))));
        }
        let long = json!({"text": "x".repeat(MOST_ARGUMENTS)});
        assert!(matches!(one.preview(&long), Err(Misunderstood::TooLong { .. })));
        let hidden = one.preview(&json!({"te\u{200b}xt": ["a\u{202e}b"]})).unwrap();
        assert!(matches!(hidden.effect, ToolEffect::Served { invisible: 2, .. }));
    }
}
