//! The language of expressions: what of the template library's language is used here.
//!
//! Deliberately absent: macros, includes, imports, blocks, `do`, escaping for HTML, formatting by printf, printing
//! of the whole scope. What is listed here is documented in `src-tauri/schema/README.md`; a test holds the two
//! together.

use super::limits::{DEPTH, FUEL};
use super::value;
use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value, value::ValueKind};
use std::sync::LazyLock;

/// Names that a scope may have.
pub(super) const ROOTS: [&str; 9] = [
    "inputs", "steps", "item", "index", "round", "previous", "error", "now", "loop",
];
/// Names that are values.
pub(super) const CONSTANTS: [&str; 6] = ["true", "false", "none", "True", "False", "None"];
/// Words that a `{% … %}` may begin with.
pub(super) const STATEMENTS: [&str; 10] = [
    "for", "endfor", "if", "elif", "else", "endif", "set", "endset", "with", "endwith",
];
/// Functions.
pub(super) const FUNCTIONS: [&str; 2] = ["range", "dict"];
/// What may stand behind `|`.
pub(super) const FILTERS: [&str; 42] = [
    "abs",
    "attr",
    "batch",
    "bool",
    "capitalize",
    "chain",
    "count",
    "default",
    "dictsort",
    "first",
    "float",
    "groupby",
    "indent",
    "int",
    "items",
    "join",
    "json",
    "last",
    "length",
    "lines",
    "list",
    "lower",
    "map",
    "max",
    "min",
    "reject",
    "rejectattr",
    "replace",
    "reverse",
    "round",
    "select",
    "selectattr",
    "slice",
    "sort",
    "split",
    "string",
    "sum",
    "title",
    "trim",
    "unique",
    "upper",
    "zip",
];
/// What may stand behind `is`.
pub(super) const TESTS: [&str; 24] = [
    "boolean",
    "defined",
    "divisibleby",
    "endingwith",
    "eq",
    "even",
    "false",
    "float",
    "ge",
    "gt",
    "in",
    "integer",
    "iterable",
    "le",
    "lt",
    "mapping",
    "ne",
    "none",
    "number",
    "odd",
    "sequence",
    "startingwith",
    "string",
    "true",
];
/// What the library has beside these. Taken away, so that names that are worked out can't reach them either.
const FILTERS_AWAY: [&str; 8] = [
    "safe",
    "escape",
    "e",
    "d",
    "pprint",
    "format",
    "tojson",
    "urlencode",
];
const TESTS_AWAY: [&str; 19] = [
    "safe",
    "escaped",
    "undefined",
    "int",
    "lower",
    "upper",
    "sameas",
    "equalto",
    "==",
    "!=",
    "lessthan",
    "<",
    "<=",
    "greaterthan",
    ">",
    ">=",
    "filter",
    "test",
    "callable",
];
const FUNCTIONS_AWAY: [&str; 2] = ["debug", "namespace"];

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    FILTERS_AWAY
        .iter()
        .for_each(|name| environment.remove_filter(name));
    TESTS_AWAY.iter().for_each(|name| environment.remove_test(name));
    FUNCTIONS_AWAY
        .iter()
        .for_each(|name| environment.remove_global(name));
    environment.add_filter("json", json);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_recursion_limit(DEPTH);
    environment.set_fuel(Some(FUEL));
    environment.set_formatter(|out, _, value| {
        let text = match value.kind() {
            ValueKind::None => return Ok(()),
            ValueKind::Seq | ValueKind::Map | ValueKind::Iterable => json(value)?,
            _ => return Ok(write!(out, "{value}")?),
        };
        Ok(out.write_str(&text)?)
    });
    environment.set_syntax(lines());
    environment
});

/// A statement that has a line for itself leaves no empty line.
fn lines() -> SyntaxConfig {
    SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build()
        .unwrap_or_default()
}

fn json(value: &Value) -> Result<String, Error> {
    let failed =
        |problem: &dyn std::fmt::Display| Error::new(ErrorKind::InvalidOperation, problem.to_string());
    let json = value::to_json(value).map_err(|problem| failed(&problem))?;
    serde_json::to_string_pretty(&json).map_err(|problem| failed(&problem))
}

/// The library with exactly this language.
pub(super) fn environment() -> &'static Environment<'static> {
    &ENVIRONMENT
}
