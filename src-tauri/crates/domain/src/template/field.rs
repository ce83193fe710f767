//! What a template must be given, and what a form asks for. One kind of field for both.

use crate::Json;
use serde::{Deserialize, Serialize};
use specta::Type;

/// What kind of value a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// One line of text.
    Text,
    /// Text of any length.
    LongText,
    /// A number.
    Number,
    /// A whole number.
    Integer,
    /// Yes or no.
    Boolean,
    /// One of `choices`.
    Choice,
    /// A list of texts.
    List,
}

/// One value that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Field {
    /// Name in expressions: a lower-case letter, then lower-case letters, digits and `_`.
    pub name: String,
    /// What people read.
    pub title: String,
    /// What kind of value.
    #[serde(rename = "type")]
    pub kind: FieldKind,
    /// Explains it in a sentence.
    #[serde(default)]
    pub help: String,
    /// Whether it must be given.
    #[serde(default)]
    pub required: bool,
    /// Taken when nothing is given.
    #[serde(default)]
    pub default: Option<Json>,
    /// What can be chosen, for [`FieldKind::Choice`].
    #[serde(default)]
    pub choices: Vec<String>,
    /// Least value of a number, least length of a text in characters, or of a list in items.
    #[serde(default)]
    pub min: Option<i32>,
    /// Greatest value of a number, greatest length of a text in characters, or of a list in items.
    #[serde(default)]
    pub max: Option<i32>,
}
