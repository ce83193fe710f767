//! The form of a template's file, as data: what may stand where, and what it is for.
//!
//! The reader, the published JSON Schema and what editors show are made from this one table; tests hold it to the
//! types of the domain. It says nothing about sense, only about form.

mod table;

pub(super) use table::DOCUMENT;

/// What may stand at a place.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// A text.
    Text,
    /// An expression.
    Expression,
    /// A text with expressions in it.
    Template,
    /// A UUID.
    Uid,
    /// Yes or no.
    Boolean,
    /// A whole number in bounds.
    Whole(i64, i64),
    /// Any JSON.
    Any,
    /// A JSON Schema.
    Schema,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A list of these.
    List(&'static Shape),
    /// An object with any names, of these.
    Named(&'static Shape),
    /// An object with fixed names.
    Record(&'static Record),
    /// The same, for records that contain themselves.
    Later(fn() -> &'static Record),
}

/// One name of an object.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    pub(super) presence: Presence,
    /// What it is for, for people.
    pub(super) doc: &'static str,
}

/// Whether a name must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    /// It must.
    Required,
    /// It may be left out.
    Optional,
    /// It may be left out, and null means the same.
    Nullable,
}

/// An object with fixed names.
#[derive(Debug)]
pub(super) struct Record {
    /// Its name among the schema's definitions.
    pub(super) name: &'static str,
    pub(super) doc: &'static str,
    pub(super) entries: &'static [Entry],
    /// Whether an `id` names it as a step.
    pub(super) is_step: bool,
    /// Further names, by the word at another one.
    pub(super) variants: Option<Variants>,
}

/// Names that depend on a word.
#[derive(Debug)]
pub(super) struct Variants {
    /// Where the word stands.
    pub(super) tag: &'static str,
    pub(super) doc: &'static str,
    pub(super) of: &'static [Variant],
}

/// The names that belong to one word.
#[derive(Debug)]
pub(super) struct Variant {
    pub(super) word: &'static str,
    pub(super) doc: &'static str,
    pub(super) entries: &'static [Entry],
}

impl Record {
    /// The names that may stand beside `word`.
    pub(super) fn entries_with(&self, word: Option<&str>) -> impl Iterator<Item = &Entry> {
        let variant = self
            .variants
            .iter()
            .flat_map(|variants| variants.of)
            .find(|variant| Some(variant.word) == word);
        self.entries
            .iter()
            .chain(variant.into_iter().flat_map(|variant| variant.entries))
    }
}

impl Shape {
    /// What is taken, in words.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Text => "a text".to_owned(),
            Self::Expression => "an expression in quotes".to_owned(),
            Self::Template => "a text, which may have {{ expressions }} in it".to_owned(),
            Self::Uid => "a UUID, for example 0192f3c4-0000-7000-8000-000000000001".to_owned(),
            Self::Boolean => "true or false".to_owned(),
            Self::Whole(least, most) => format!("a whole number from {least} to {most}"),
            Self::Any => "any value".to_owned(),
            Self::Schema => "a JSON Schema: an object, true or false".to_owned(),
            Self::Word(words) => format!("one of {}", words.join(", ")),
            Self::List(item) => format!("a list; each item is {}", item.words()),
            Self::Named(_) | Self::Record(_) | Self::Later(_) => "an object".to_owned(),
        }
    }
}
