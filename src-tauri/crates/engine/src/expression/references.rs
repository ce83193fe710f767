//! What an expression reads. What can't be told counts as everything.

use super::error::ExpressionProblem as Problem;
use super::language;
use super::scan::{KEYWORDS, Tag, Token};
use std::collections::BTreeSet;
use wheelhouse_domain::StepId;

/// What an expression, a text or a step reads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct References {
    /// Steps.
    pub steps: BTreeSet<StepId>,
    /// Whether it may read any step: `steps` as a whole, or a step whose name is worked out.
    pub all_steps: bool,
    /// Inputs.
    pub inputs: BTreeSet<String>,
    /// Whether it may read any input.
    pub all_inputs: bool,
    /// Every other name, for example `item`, `round`, `error`.
    pub variables: BTreeSet<String>,
    pub(super) paths: BTreeSet<Vec<String>>,
}

impl References {
    /// Takes up what another one reads.
    pub fn extend(&mut self, other: Self) {
        self.steps.extend(other.steps);
        self.inputs.extend(other.inputs);
        self.variables.extend(other.variables);
        self.paths.extend(other.paths);
        self.all_steps |= other.all_steps;
        self.all_inputs |= other.all_inputs;
    }

    /// Whether it reads nothing, so that its value is always the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn add(&mut self, path: Vec<&str>) {
        match path.as_slice() {
            ["steps"] => self.all_steps = true,
            ["steps", step, ..] => {
                self.steps.insert((*step).into());
            }
            ["inputs"] => self.all_inputs = true,
            ["inputs", name, ..] => {
                self.inputs.insert((*name).to_owned());
            }
            [name, ..] => {
                self.variables.insert((*name).to_owned());
            }
            [] => return,
        }
        self.paths.insert(path.into_iter().map(str::to_owned).collect());
    }
}

/// What `tags` read.
///
/// # Errors
/// A statement, filter, test or function that does not exist, or a name of the scope that is set: with its line.
pub(super) fn of(tags: &[Tag<'_>]) -> Result<References, (usize, Problem)> {
    let mut locals = BTreeSet::new();
    for tag in tags.iter().filter(|tag| tag.is_statement) {
        let problem = statement(tag, &mut locals).err();
        if let Some(problem) = problem {
            return Err((tag.line, problem));
        }
    }
    let mut references = References::default();
    for tag in tags {
        let mut reader = Reader {
            tokens: &tag.tokens,
            locals: &locals,
            in_statement: tag.is_statement,
        };
        reader
            .read(&mut references)
            .map_err(|problem| (tag.line, problem))?;
    }
    Ok(references)
}

/// Checks the kind of a statement and takes up the names that it sets.
fn statement<'a>(tag: &Tag<'a>, locals: &mut BTreeSet<&'a str>) -> Result<(), Problem> {
    let Some(Token::Name(word)) = tag.tokens.first() else {
        return Err(Problem::Syntax("a statement begins with a word".to_owned()));
    };
    if !language::STATEMENTS.contains(word) {
        return Err(Problem::UnknownStatement((*word).to_owned()));
    }
    if *word == "for" {
        locals.insert("loop");
    }
    let mut depth = 0_usize;
    let mut names: Vec<&str> = Vec::new();
    for (index, token) in tag.tokens.iter().enumerate().skip(1) {
        let next = tag.tokens.get(index + 1);
        match (*word, token) {
            (_, Token::Sign("(" | "[" | "{")) => depth += 1,
            (_, Token::Sign(")" | "]" | "}")) => depth = depth.saturating_sub(1),
            ("for", Token::Name("in")) => break,
            ("for", Token::Name(name)) => names.push(name),
            ("set", Token::Sign("=" | "|")) => break,
            ("set", Token::Name(name)) => names.push(name),
            ("with", Token::Name(name)) if depth == 0 && next == Some(&Token::Sign("=")) => names.push(name),
            _ => {}
        }
    }
    match names.iter().find(|name| language::ROOTS.contains(name)) {
        Some(name) => Err(Problem::Reserved((*name).to_owned())),
        None => {
            locals.extend(names);
            Ok(())
        }
    }
}

struct Reader<'t, 'a> {
    tokens: &'t [Token<'a>],
    locals: &'t BTreeSet<&'a str>,
    in_statement: bool,
}

impl<'a> Reader<'_, 'a> {
    fn read(&mut self, references: &mut References) -> Result<(), Problem> {
        let begin = usize::from(self.in_statement);
        for index in begin..self.tokens.len() {
            if let Token::Name(name) = self.tokens[index] {
                self.name(index, name, references)?;
            }
        }
        Ok(())
    }

    fn before(&self, index: usize, steps: usize) -> Option<&Token<'a>> {
        index.checked_sub(steps).and_then(|at| self.tokens.get(at))
    }

    fn name(&self, index: usize, name: &'a str, references: &mut References) -> Result<(), Problem> {
        let (before, after) = (self.before(index, 1), self.tokens.get(index + 1));
        let is_test = before == Some(&Token::Name("is"))
            || (before == Some(&Token::Name("not")) && self.before(index, 2) == Some(&Token::Name("is")));
        if before == Some(&Token::Sign(".")) || (is_test && name == "not") {
            return Ok(());
        }
        if before == Some(&Token::Sign("|")) {
            return known(&language::FILTERS, name).ok_or_else(|| Problem::UnknownFilter(name.to_owned()));
        }
        if is_test {
            return known(&language::TESTS, name).ok_or_else(|| Problem::UnknownTest(name.to_owned()));
        }
        let is_argument = after == Some(&Token::Sign("="));
        if is_argument || KEYWORDS.contains(&name) || language::CONSTANTS.contains(&name) {
            return Ok(());
        }
        if after == Some(&Token::Sign("(")) {
            return known(&language::FUNCTIONS, name)
                .ok_or_else(|| Problem::UnknownFunction(name.to_owned()));
        }
        let is_word = self.in_statement && name == "recursive";
        if !is_word && !self.locals.contains(name) {
            references.add(self.path(index, name));
        }
        Ok(())
    }

    /// The names that follow a name, as far as they stand there in words.
    fn path(&self, mut index: usize, name: &'a str) -> Vec<&'a str> {
        let mut path = vec![name];
        loop {
            match self.tokens.get(index + 1..) {
                Some([Token::Sign("."), Token::Name(part) | Token::Number(part), ..]) => {
                    path.push(part);
                    index += 2;
                }
                Some(
                    [
                        Token::Sign("["),
                        Token::Quoted(Some(part)) | Token::Number(part),
                        Token::Sign("]"),
                        ..,
                    ],
                ) => {
                    path.push(part);
                    index += 3;
                }
                _ => return path,
            }
        }
    }
}

fn known(list: &[&str], name: &str) -> Option<()> {
    list.contains(&name).then_some(())
}
