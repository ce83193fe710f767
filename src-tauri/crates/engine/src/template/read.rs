//! From a file's text to a document, with everything that is wrong with its form at once.

use super::form::{DOCUMENT, Entry, Presence, Record, Shape};
use super::problem::{Found, problem};
use serde_json::{Map, Value};
use uuid::Uuid;
use wheelhouse_domain::{Document, ProblemCode as Code, StepId, TEMPLATE_SCHEMA, TemplateProblem};

/// Largest file, in bytes.
pub const FILE_SIZE: usize = 1 << 20;
/// Lists and objects of a file that may stand in each other.
pub const FILE_DEPTH: usize = 96;
/// Problems that are told at most: more would not be read.
pub(super) const MOST: usize = 200;

/// The document that `text` holds.
///
/// # Errors
/// What is wrong with its form: all of it, as far as it can be read. Whether it makes sense is [`super::check`]'s.
pub fn read(text: &str) -> Result<Document, Vec<TemplateProblem>> {
    let value = parsed(text).map_err(|found| vec![found])?;
    if let Some(newer) = newer(&value) {
        return Err(vec![newer]);
    }
    let mut reader = Reader {
        step: None,
        path: String::new(),
        found: Vec::new(),
    };
    reader.shape(&Shape::Record(&DOCUMENT), &value);
    if !reader.found.is_empty() {
        reader.found.truncate(MOST);
        return Err(reader.found);
    }
    serde_json::from_value(value).map_err(|error| {
        vec![problem(
            None,
            "",
            Code::Unreadable,
            format!("The file can't be read as a template: {error}."),
            "Compare it with the description of the format.",
        )]
    })
}

/// `document` as a file: pretty JSON whose order is always the same.
#[must_use]
pub fn write(document: &Document) -> String {
    // A document holds nothing that could not be written: texts, numbers and JSON.
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}

fn parsed(text: &str) -> Result<Value, TemplateProblem> {
    let unreadable =
        |message: String, next_step: &str| problem(None, "", Code::Unreadable, message, next_step);
    if text.len() > FILE_SIZE {
        return Err(unreadable(
            format!(
                "The file has {} bytes; {FILE_SIZE} are the most that is read.",
                text.len()
            ),
            "Move long texts into documents of the knowledge, or divide the template with workflow steps.",
        ));
    }
    if depth(text) > FILE_DEPTH {
        return Err(unreadable(
            format!("Lists and objects stand in each other more than {FILE_DEPTH} times."),
            "Divide the template with workflow steps.",
        ));
    }
    serde_json::from_str(text).map_err(|error| {
        unreadable(
            format!(
                "Line {}, column {} is no JSON: {error}.",
                error.line(),
                error.column()
            ),
            "Look there for a missing comma, quote or bracket.",
        )
    })
}

/// How deep brackets stand in each other, outside of texts.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

fn newer(value: &Value) -> Option<TemplateProblem> {
    let schema = value.get("schema")?.as_u64()?;
    (schema > u64::from(TEMPLATE_SCHEMA)).then(|| {
        problem(
            None,
            "schema",
            Code::NewerSchema,
            format!("The file has form {schema}; this program reads up to {TEMPLATE_SCHEMA}."),
            "Update Wheelhouse, or ask for the template in the older form.",
        )
    })
}

struct Reader {
    step: Option<StepId>,
    path: String,
    found: Vec<Found>,
}

impl Reader {
    fn add(&mut self, code: Code, message: String, next_step: impl Into<String>) {
        if self.found.len() < MOST {
            self.found
                .push(problem(self.step.clone(), &self.path, code, message, next_step));
        }
    }

    /// Does `inside` one place further in.
    fn at(&mut self, piece: &str, inside: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        if !self.path.is_empty() && !piece.starts_with('[') {
            self.path.push('.');
        }
        self.path.push_str(piece);
        inside(self);
        self.path.truncate(length);
    }

    fn shape(&mut self, shape: &Shape, value: &Value) {
        let fits = match shape {
            Shape::Any => true,
            Shape::Text | Shape::Expression | Shape::Template => value.is_string(),
            Shape::Uid => value.as_str().is_some_and(|text| Uuid::parse_str(text).is_ok()),
            Shape::Boolean => value.is_boolean(),
            Shape::Whole(least, most) => value
                .as_i64()
                .is_some_and(|number| (*least..=*most).contains(&number)),
            Shape::Schema => value.is_object() || value.is_boolean(),
            Shape::Word(words) => value.as_str().is_some_and(|text| words.contains(&text)),
            Shape::List(_) => value.is_array(),
            Shape::Named(_) | Shape::Record(_) | Shape::Later(_) => value.is_object(),
        };
        if !fits {
            let message = format!("{} stands here.", shown(value));
            return self.add(Code::WrongType, message, format!("Give {}.", shape.words()));
        }
        match (shape, value) {
            (Shape::List(item), Value::Array(items)) => {
                for (index, value) in items.iter().enumerate() {
                    self.at(&format!("[{index}]"), |reader| reader.shape(item, value));
                }
            }
            (Shape::Named(item), Value::Object(fields)) => {
                for (name, value) in fields {
                    self.at(name, |reader| reader.shape(item, value));
                }
            }
            (Shape::Record(record), Value::Object(fields)) => self.record(record, fields),
            (Shape::Later(record), Value::Object(fields)) => self.record(record(), fields),
            _ => {}
        }
    }

    /// An object with fixed names. Problems of a step are told under its id.
    fn record(&mut self, record: &Record, fields: &Map<String, Value>) {
        let id = fields
            .get("id")
            .and_then(Value::as_str)
            .filter(|_| record.is_step);
        let outer = id.map(|id| {
            let path = std::mem::take(&mut self.path);
            (self.step.replace(id.into()), path)
        });
        let word = self.word(record, fields);
        for entry in record.entries_with(word) {
            self.entry(entry, fields.get(entry.name));
        }
        let tag = record.variants.as_ref().map(|variants| variants.tag);
        let unknown = |name: &&String| {
            Some(name.as_str()) != tag && !record.entries_with(word).any(|entry| entry.name == name.as_str())
        };
        // Without a word that is known, it can't be told which names belong here.
        if tag.is_none() || word.is_some() {
            for name in fields.keys().filter(unknown) {
                let known: Vec<&str> = record.entries_with(word).map(|entry| entry.name).collect();
                let what = word.map_or_else(
                    || record.name.to_owned(),
                    |word| format!("{word} {}", record.name),
                );
                self.at(name, |reader| {
                    reader.add(
                        Code::UnknownField,
                        format!("“{name}” does not belong to a {}.", what.replace('_', " ")),
                        format!("Known here: {}.", known.join(", ")),
                    );
                });
            }
        }
        if let Some((step, path)) = outer {
            (self.step, self.path) = (step, path);
        }
    }

    /// The word that says which names belong here.
    fn word<'a>(&mut self, record: &Record, fields: &'a Map<String, Value>) -> Option<&'a str> {
        let variants = record.variants.as_ref()?;
        let word = fields.get(variants.tag).and_then(Value::as_str);
        let words: Vec<&str> = variants.of.iter().map(|variant| variant.word).collect();
        let known = word.filter(|word| words.contains(word));
        if known.is_none() {
            let (code, message) = match fields.get(variants.tag) {
                None => (Code::Missing, format!("“{}” is missing.", variants.tag)),
                Some(value) => (Code::WrongType, format!("{} stands here.", shown(value))),
            };
            self.at(variants.tag, |reader| {
                reader.add(code, message, format!("Give one of {}.", words.join(", ")));
            });
        }
        known
    }

    fn entry(&mut self, entry: &Entry, value: Option<&Value>) {
        self.at(entry.name, |reader| match (value, entry.presence) {
            (None, Presence::Required) => reader.add(
                Code::Missing,
                format!("“{}” is missing. {}", entry.name, entry.doc),
                format!("Give {}.", entry.shape.words()),
            ),
            (None, _) | (Some(Value::Null), Presence::Nullable) => {}
            (Some(value), _) => reader.shape(&entry.shape, value),
        });
    }
}

/// A value in a few words.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "Nothing (null)".to_owned(),
        Value::Bool(value) => format!("“{value}”"),
        Value::Number(number) => format!("The number {number}"),
        Value::String(text) => format!("The text “{}”", text.chars().take(40).collect::<String>()),
        Value::Array(_) => "A list".to_owned(),
        Value::Object(_) => "An object".to_owned(),
    }
}
