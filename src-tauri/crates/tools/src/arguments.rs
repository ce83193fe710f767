//! What a model gave a tool, read strictly: what is not known or of another form is refused.

use crate::error::ToolError;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReadFile {
    pub(crate) path: String,
    #[serde(default)]
    pub(crate) first_line: Option<u64>,
    #[serde(default)]
    pub(crate) last_line: Option<u64>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListFolder {
    #[serde(default)]
    pub(crate) path: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SearchFiles {
    pub(crate) path: String,
    pub(crate) pattern: String,
    #[serde(default)]
    pub(crate) regex: Option<bool>,
    #[serde(default)]
    pub(crate) ignore_case: Option<bool>,
    #[serde(default)]
    pub(crate) files: Option<String>,
    #[serde(default)]
    pub(crate) most: Option<u64>,
}

/// A passage and what takes its place.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Edit {
    pub(crate) old: String,
    pub(crate) new: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WriteFile {
    pub(crate) path: String,
    #[serde(default)]
    pub(crate) text: Option<String>,
    #[serde(default)]
    pub(crate) edits: Option<Vec<Edit>>,
    #[serde(default)]
    pub(crate) create_only: Option<bool>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FetchPage {
    pub(crate) url: String,
    #[serde(default)]
    pub(crate) start: Option<u64>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RunCommand {
    pub(crate) program: String,
    #[serde(default)]
    pub(crate) arguments: Vec<String>,
    pub(crate) folder: String,
    #[serde(default)]
    pub(crate) seconds: Option<u32>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Calculator {
    pub(crate) expression: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DateOperation {
    Now,
    Difference,
    Add,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DateUnit {
    Seconds,
    Minutes,
    Hours,
    Days,
    Weekdays,
    Weeks,
    Months,
    Years,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Date {
    pub(crate) operation: DateOperation,
    #[serde(default)]
    pub(crate) time_zone: Option<String>,
    #[serde(default)]
    pub(crate) from: Option<String>,
    #[serde(default)]
    pub(crate) to: Option<String>,
    #[serde(default)]
    pub(crate) date: Option<String>,
    #[serde(default)]
    pub(crate) amount: Option<i64>,
    #[serde(default)]
    pub(crate) unit: Option<DateUnit>,
}

/// The arguments of `tool` in their form.
pub(crate) fn read<T: DeserializeOwned>(tool: &'static str, arguments: &Value) -> Result<T, ToolError> {
    let wrong = |problem: String| ToolError::Arguments { tool, problem };
    // A list would be read, too, each of its items as the next argument.
    if !arguments.is_object() {
        return Err(wrong("they must be an object with named arguments".to_owned()));
    }
    T::deserialize(arguments).map_err(|error| wrong(error.to_string()))
}
