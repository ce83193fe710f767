//! The tools as they are offered to models, and what may fill which of their arguments.

mod crew;
mod elsewhere;
mod files;

use crew::{ask_agent, ask_operator};
use elsewhere::{calculator, date, fetch_page, run_command};
use files::{list_folder, read_file, search_files, write_file};
use serde_json::{Value, json};
use wheelhouse_domain::Risk;

pub use wheelhouse_domain::{
    ASK_AGENT, ASK_OPERATOR, CALCULATOR, DATE, FETCH_PAGE, LIST_FOLDER, READ_FILE, RUN_COMMAND, SEARCH_FILES,
    WRITE_FILE,
};

/// What an argument decides about. Untrusted text may fill `Content` only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// What is touched: which file, which address.
    Target,
    /// What is done: which program, with what, or in which manner.
    Command,
    /// What is carried, and decides nothing.
    Content,
}

/// One argument and what it decides about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argument {
    /// Name.
    pub name: &'static str,
    /// What it decides about.
    pub role: Role,
}

/// A tool as the orchestrator and models need to know it.
#[derive(Debug, Clone, PartialEq)]
pub struct Description {
    /// Name.
    pub name: &'static str,
    /// What it is good for, for a model. It names the limits.
    pub purpose: &'static str,
    /// JSON Schema of its arguments.
    pub parameters: Value,
    /// What each argument decides about. Every argument of the schema is here.
    pub arguments: &'static [Argument],
    /// How much one call may do, for people.
    pub limits: &'static str,
    /// What a call may bring about.
    pub risk: Risk,
    /// Whether a call whose answer was lost may be made again unasked.
    pub repeatable: bool,
    /// Whether what it gives may have been written by someone else.
    pub untrusted: bool,
}

impl Description {
    /// What the argument called `name` decides about. What is not known decides everything.
    #[must_use]
    pub fn role(&self, name: &str) -> Role {
        let known = self.arguments.iter().find(|argument| argument.name == name);
        known.map_or(Role::Command, |argument| argument.role)
    }
}

/// All tools, in the order in which they are offered.
#[must_use]
pub fn descriptions() -> Vec<Description> {
    vec![
        read_file(),
        list_folder(),
        search_files(),
        write_file(),
        fetch_page(),
        run_command(),
        calculator(),
        date(),
        ask_operator(),
        ask_agent(),
    ]
}

/// The tool called `name`.
#[must_use]
pub fn description(name: &str) -> Option<Description> {
    descriptions().into_iter().find(|tool| tool.name == name)
}

pub(super) const fn argument(name: &'static str, role: Role) -> Argument {
    Argument { name, role }
}

pub(super) fn schema(required: &[&str], properties: &Value) -> Value {
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false
    })
}

pub(super) fn path(what: &str) -> Value {
    json!({ "type": "string", "description": what, "maxLength": 1024 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_argument_of_every_schema_has_a_role_and_nothing_else_has() {
        for tool in descriptions() {
            let named: BTreeSet<&str> = tool.arguments.iter().map(|argument| argument.name).collect();
            let properties = tool.parameters["properties"].as_object().unwrap();
            let schema: BTreeSet<&str> = properties.keys().map(String::as_str).collect();
            assert_eq!(named, schema, "{}", tool.name);
            assert_eq!(tool.parameters["additionalProperties"], false);
            assert!(
                jsonschema::validator_for(&tool.parameters).is_ok(),
                "{}",
                tool.name
            );
        }
    }

    #[test]
    fn what_is_not_known_decides_everything() {
        let tool = description(READ_FILE).unwrap();
        assert_eq!(tool.role("path"), Role::Target);
        assert_eq!(tool.role("first_line"), Role::Content);
        assert_eq!(tool.role("no_such_argument"), Role::Command);
        assert_eq!(description("no_such_tool"), None);
    }

    #[test]
    fn only_what_reads_may_be_offered_without_a_word() {
        let above: Vec<&str> = descriptions()
            .iter()
            .filter(|tool| tool.risk > Risk::Read)
            .map(|tool| tool.name)
            .collect();
        assert_eq!(above, [WRITE_FILE, FETCH_PAGE, RUN_COMMAND]);
    }
}
