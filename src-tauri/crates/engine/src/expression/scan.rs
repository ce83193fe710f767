//! Reads the words of an expression before the template library does: what it refers to, and whether it is harmless
//! to parse.
//!
//! The library's own list of variables leaves some out (what is sliced, for example), and its parser goes as deep as
//! the source does. Here nothing recurses, and what is not understood counts as a reference to everything.

use super::error::ExpressionProblem as Problem;
use super::limits::{CHAIN, DEPTH, EXPRESSION_LENGTH, TAGS};

/// A word of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A name or a keyword.
    Name(&'a str),
    /// A text in quotes; none where it has escapes.
    Quoted(Option<&'a str>),
    /// A number.
    Number(&'a str),
    /// Anything else, for example `==`.
    Sign(&'a str),
}

impl Token<'_> {
    /// Whether a value ends with it, so that a sign behind it stands between two values.
    fn ends_value(&self) -> bool {
        match self {
            Self::Name(name) => !KEYWORDS.contains(name),
            Self::Quoted(_) | Self::Number(_) => true,
            Self::Sign(sign) => matches!(*sign, ")" | "]" | "}"),
        }
    }
}

/// A piece of a text that is not plain: `{{ … }}` or `{% … %}`; or a whole expression.
#[derive(Debug)]
pub(super) struct Tag<'a> {
    /// Its line, from 1.
    pub(super) line: usize,
    /// Whether it is a statement.
    pub(super) is_statement: bool,
    /// Its words.
    pub(super) tokens: Vec<Token<'a>>,
}

/// Why something can't be scanned, and in which line.
pub(super) type Bad = (usize, Problem);

/// Names that stand between values.
pub(super) const KEYWORDS: [&str; 8] = ["and", "or", "not", "in", "is", "if", "else", "elif"];

const DOUBLE: [&str; 6] = ["==", "!=", "<=", ">=", "//", "**"];

/// The words of an expression.
pub(super) fn expression(source: &str) -> Result<Tag<'_>, Bad> {
    let mut scanner = Scanner::new(source);
    let tokens = scanner.tokens(None)?;
    Ok(Tag {
        line: 1,
        is_statement: false,
        tokens,
    })
}

/// The tags of a text.
pub(super) fn text(source: &str) -> Result<Vec<Tag<'_>>, Bad> {
    let mut scanner = Scanner::new(source);
    let mut tags = Vec::new();
    let mut open = Open::default();
    while let Some(at) = scanner.rest().find('{') {
        scanner.skip(at);
        let rest = scanner.rest();
        let line = scanner.line;
        let bad = |problem| (line, problem);
        if rest.starts_with("{#") {
            let end = rest
                .find("#}")
                .ok_or_else(|| bad(Problem::Syntax("a comment “{#” has no end".to_owned())))?;
            scanner.skip(end + 2);
        } else if let Some(length) = raw(rest) {
            scanner.skip(length.ok_or_else(|| bad(Problem::Syntax("“raw” has no “endraw”".to_owned())))?);
        } else if rest.starts_with("{{") || rest.starts_with("{%") {
            let is_statement = rest.starts_with("{%");
            scanner.skip(2);
            if scanner.rest().starts_with(['-', '+']) {
                scanner.skip(1);
            }
            let tokens = scanner.tokens(Some(if is_statement { "%}" } else { "}}" }))?;
            if is_statement {
                open.pass(&tokens);
            }
            tags.push(Tag {
                line,
                is_statement,
                tokens,
            });
            if tags.len() > TAGS {
                return Err(bad(Problem::TooMany));
            }
            if open.depth() > DEPTH {
                return Err(bad(Problem::TooDeep));
            }
        } else {
            scanner.skip(1);
        }
    }
    Ok(tags)
}

/// The statements that are open. Each `elif` is parsed inside of the one before, so that it counts as one more.
#[derive(Default)]
struct Open(Vec<usize>);

impl Open {
    fn pass(&mut self, statement: &[Token<'_>]) {
        match statement.first() {
            Some(Token::Name("for" | "if" | "with")) => self.0.push(1),
            Some(Token::Name("set")) if !statement.contains(&Token::Sign("=")) => self.0.push(1),
            Some(Token::Name("elif")) => {
                if let Some(last) = self.0.last_mut() {
                    *last += 1;
                }
            }
            Some(Token::Name(name)) if name.starts_with("end") => {
                self.0.pop();
            }
            _ => {}
        }
    }

    fn depth(&self) -> usize {
        self.0.iter().sum()
    }
}

/// How deep the parser stands at a word: brackets, signs before a value, and what stands behind an `else`; and how
/// many operators are chained, because each holds the ones before in it.
#[derive(Default)]
struct Nesting {
    /// Depth and chain before each open bracket.
    brackets: Vec<(usize, usize)>,
    outer: usize,
    elses: usize,
    signs: usize,
    links: usize,
}

impl Nesting {
    fn depth(&self) -> usize {
        self.outer + self.elses + self.signs
    }

    fn is_too_deep(&self) -> bool {
        self.depth() > DEPTH || self.links > CHAIN
    }

    fn pass(&mut self, before: Option<&Token<'_>>, token: &Token<'_>) {
        match token {
            Token::Sign(",") => self.links = self.brackets.last().map_or(0, |(_, links)| *links),
            Token::Sign(")" | "]" | "}" | ":") => {}
            Token::Sign(_) => self.links += 1,
            Token::Name(name) => self.links += usize::from(KEYWORDS.contains(name)),
            Token::Quoted(_) | Token::Number(_) => {}
        }
        match token {
            Token::Sign("(" | "[" | "{") => {
                self.brackets.push((self.depth(), self.links));
                (self.outer, self.elses, self.signs) = (self.depth() + 1, 0, 0);
            }
            Token::Sign(")" | "]" | "}") => {
                self.outer = self.brackets.pop().map_or(0, |(depth, _)| depth);
                (self.elses, self.signs) = (0, 0);
            }
            Token::Sign("," | ":") => (self.elses, self.signs) = (0, 0),
            Token::Sign("-") | Token::Name("not") if !before.is_some_and(Token::ends_value) => {
                self.signs += 1
            }
            Token::Name("else") => self.elses += 1,
            token if token.ends_value() => self.signs = 0,
            _ => {}
        }
    }
}

/// Length of a `{% raw %}` block with its end, where one begins here; none inside where it does not end.
fn raw(rest: &str) -> Option<Option<usize>> {
    let inner = rest.strip_prefix("{%")?;
    let inner = inner.strip_prefix(['-', '+']).unwrap_or(inner).trim_start();
    let inner = inner.strip_prefix("raw")?.trim_start();
    let inner = inner.strip_prefix(['-', '+']).unwrap_or(inner);
    let body = inner.strip_prefix("%}")?;
    let begun = rest.len() - body.len();
    let mut at = 0;
    while let Some(found) = body[at..].find("{%") {
        at += found + 2;
        let end = &body[at..];
        let end = end.strip_prefix(['-', '+']).unwrap_or(end).trim_start();
        if let Some(end) = end.strip_prefix("endraw") {
            let end = end.trim_start();
            let end = end.strip_prefix(['-', '+']).unwrap_or(end);
            if let Some(after) = end.strip_prefix("%}") {
                return Some(Some(begun + body.len() - after.len()));
            }
        }
    }
    Some(None)
}

struct Scanner<'a> {
    source: &'a str,
    at: usize,
    line: usize,
}

impl<'a> Scanner<'a> {
    fn new(source: &'a str) -> Self {
        Self {
            source,
            at: 0,
            line: 1,
        }
    }

    fn rest(&self) -> &'a str {
        &self.source[self.at..]
    }

    fn skip(&mut self, bytes: usize) -> &'a str {
        let skipped = &self.rest()[..bytes];
        self.line += skipped.matches('\n').count();
        self.at += bytes;
        skipped
    }

    /// The words up to `end`, which is skipped; up to the end of the source where there is none.
    fn tokens(&mut self, end: Option<&str>) -> Result<Vec<Token<'a>>, Bad> {
        let mut tokens: Vec<Token<'a>> = Vec::new();
        let (begun, mut nesting) = (self.at, Nesting::default());
        loop {
            let blank = self.rest().len() - self.rest().trim_start().len();
            self.skip(blank);
            let rest = self.rest();
            if self.source[begun..self.at].chars().count() > EXPRESSION_LENGTH {
                return Err((self.line, Problem::TooLong));
            }
            let Some(first) = rest.chars().next() else {
                return match end {
                    None => Ok(tokens),
                    Some(end) => Err((self.line, Problem::Syntax(format!("“{end}” is missing")))),
                };
            };
            if nesting.brackets.is_empty()
                && let Some(end) = end
            {
                let sign = usize::from(rest.starts_with(['-', '+']));
                if rest[sign..].starts_with(end) {
                    self.skip(sign + end.len());
                    return Ok(tokens);
                }
            }
            let token = self.token(first, tokens.last() == Some(&Token::Sign(".")))?;
            nesting.pass(tokens.last(), &token);
            if nesting.is_too_deep() {
                return Err((self.line, Problem::TooDeep));
            }
            tokens.push(token);
        }
    }

    fn token(&mut self, first: char, after_dot: bool) -> Result<Token<'a>, Bad> {
        let rest = self.rest();
        let run = |fits: fn(char) -> bool| rest.find(|c| !fits(c)).unwrap_or(rest.len());
        if first.is_alphabetic() || first == '_' {
            let length = run(|c| c.is_alphanumeric() || c == '_');
            return Ok(Token::Name(self.skip(length)));
        }
        if first.is_ascii_digit() {
            let mut length = run(|c| c.is_ascii_alphanumeric() || c == '_');
            // `a.1.b` reads an item; `1.5` is a number.
            if !after_dot && rest[length..].starts_with('.') {
                let fraction = &rest[length + 1..];
                let digits = fraction
                    .find(|c: char| !c.is_ascii_alphanumeric())
                    .unwrap_or(fraction.len());
                if fraction.starts_with(|c: char| c.is_ascii_digit()) || digits == 0 {
                    length += 1 + digits;
                }
            }
            return Ok(Token::Number(self.skip(length)));
        }
        if first == '"' || first == '\'' {
            return self.quoted(first);
        }
        let length = DOUBLE
            .iter()
            .find(|sign| rest.starts_with(**sign))
            .map_or_else(|| first.len_utf8(), |sign| sign.len());
        Ok(Token::Sign(self.skip(length)))
    }

    fn quoted(&mut self, quote: char) -> Result<Token<'a>, Bad> {
        let line = self.line;
        let (mut escaped, mut has_escapes) = (false, false);
        for (at, c) in self.rest().char_indices().skip(1) {
            if escaped {
                escaped = false;
            } else if c == '\\' {
                (escaped, has_escapes) = (true, true);
            } else if c == quote {
                let whole = self.skip(at + 1);
                return Ok(Token::Quoted((!has_escapes).then(|| &whole[1..at])));
            }
        }
        Err((line, Problem::Syntax("a text in quotes has no end".to_owned())))
    }
}
