//! What an expression may cost. Expressions come from people, from models and from files of strangers.

/// Longest expression, in characters; also the longest `{{ … }}` or `{% … %}` of a text. Below what overflows the
/// stack of a worker thread while it is parsed.
pub const EXPRESSION_LENGTH: usize = 2_000;
/// Longest text with expressions in it, in characters.
pub const TEXT_LENGTH: usize = 64_000;
/// Expressions and statements in one text.
pub const TAGS: usize = 500;
/// Brackets, statements and signs before a value that may stand in each other.
pub const DEPTH: usize = 32;
/// Operators, dots and filters that may follow each other in one value.
pub const CHAIN: usize = 200;
/// Work of one evaluation: about one for each operation and one for each 64 bytes that are made.
pub const FUEL: u64 = 200_000;
/// Largest value that an expression gives, in bytes of JSON, roughly.
pub const VALUE_LENGTH: usize = 4_000_000;
/// Longest text that comes out of a text with expressions, in bytes.
pub const RENDERED_LENGTH: usize = 1_000_000;
/// Lists and objects in a value that may stand in each other.
pub const VALUE_DEPTH: usize = 64;
