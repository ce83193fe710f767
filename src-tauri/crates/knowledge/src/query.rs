//! From what someone asks to what the index is asked.

use crate::words::{Bag, Terms, is_single_ideograph, words};

/// Terms that a query has at most; further ones are ignored.
const MAX_TERMS: usize = 32;
/// Letters from which a term also finds longer words that begin with it.
const PREFIX_FROM: usize = 4;
/// How much a longer word counts.
const PREFIX_STRENGTH: f64 = 0.5;

/// English words that say nothing about what is asked, and the verbs that only say that something is asked.
const STOP_WORDS: &[&str] = &[
    "a", "about", "above", "after", "again", "all", "also", "am", "an", "and", "any", "are", "as", "at",
    "be", "because", "been", "before", "being", "below", "between", "both", "but", "by", "can", "could",
    "did", "do", "does", "doing", "don", "down", "during", "each", "etc", "every", "explain", "few", "find",
    "for", "from", "further", "get", "give", "had", "has", "have", "having", "he", "her", "here", "hers",
    "him", "his", "how", "i", "if", "in", "into", "is", "it", "its", "just", "know", "let", "ll", "make",
    "may", "many", "me", "might", "more", "most", "much", "must", "my", "need", "no", "nor", "not", "now",
    "of", "off", "on", "once", "only", "or", "other", "our", "ours", "out", "over", "own", "please", "re",
    "same", "shall", "she", "should", "so", "some", "such", "tell", "than", "that", "the", "their", "theirs",
    "them", "then", "there", "these", "they", "this", "those", "through", "to", "too", "under", "until",
    "up", "us", "ve", "very", "want", "was", "we", "were", "what", "when", "where", "whether", "which",
    "while", "who", "whom", "whose", "why", "will", "with", "without", "would", "yet", "you", "your",
    "yours",
];

/// One thing that is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    text: String,
    prefix: bool,
}

impl Term {
    /// The term as the index keeps it: letters, digits and, between two ideographs, a space.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    fn expression(&self) -> String {
        let star = if self.prefix { "*" } else { "" };
        format!("\"{}\"{star}", self.text)
    }

    /// How well `bag` matches: 1 for the term, less for a longer word, 0 for nothing.
    pub(crate) fn strength(&self, bag: &Bag) -> f64 {
        if bag.has(&self.text) {
            1.0
        } else if self.prefix && bag.has_prefix(&self.text) {
            PREFIX_STRENGTH
        } else {
            0.0
        }
    }
}

/// What is looked for: distinct terms, in the order of the question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    terms: Vec<Term>,
}

impl Query {
    /// Takes the terms out of a question. None when it holds no word with a meaning of its own.
    #[must_use]
    pub fn parse(question: &str) -> Option<Self> {
        let stems = Terms::new();
        let words = words(question);
        let mut terms: Vec<Term> = Vec::new();
        for (index, word) in words.iter().enumerate() {
            let Some(term) = term_at(&stems, &words, index, word) else {
                continue;
            };
            if terms.len() < MAX_TERMS && !terms.contains(&term) {
                terms.push(term);
            }
        }
        (!terms.is_empty()).then_some(Self { terms })
    }

    /// The terms.
    #[must_use]
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// An expression for FTS5 `MATCH` that wants every term. Whatever the question was, its syntax is right.
    #[must_use]
    pub fn match_all(&self) -> String {
        self.joined(" AND ")
    }

    /// An expression for FTS5 `MATCH` that wants any of the terms.
    #[must_use]
    pub fn match_any(&self) -> String {
        self.joined(" OR ")
    }

    fn joined(&self, operator: &str) -> String {
        let terms: Vec<String> = self.terms.iter().map(Term::expression).collect();
        terms.join(operator)
    }
}

fn term_at(stems: &Terms, words: &[String], index: usize, word: &str) -> Option<Term> {
    if is_single_ideograph(word) {
        return ideographs(words, index, word);
    }
    if STOP_WORDS.contains(&word) || (word.chars().count() == 1 && words.len() > 1) {
        return None;
    }
    let text = stems.of_word(word);
    let prefix = text.chars().count() >= PREFIX_FROM;
    Some(Term { text, prefix })
}

/// A pair of neighbours; the character alone only where it has none.
fn ideographs(words: &[String], index: usize, word: &str) -> Option<Term> {
    let neighbour = |at: Option<usize>| {
        at.and_then(|at| words.get(at))
            .filter(|next| is_single_ideograph(next))
    };
    let text = match (neighbour(index.checked_sub(1)), neighbour(Some(index + 1))) {
        (_, Some(next)) => format!("{word} {next}"),
        (None, None) => word.to_owned(),
        (Some(_), None) => return None,
    };
    Some(Term { text, prefix: false })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_of(question: &str) -> Option<String> {
        Query::parse(question).map(|query| query.match_any())
    }

    #[test]
    fn words_without_meaning_are_dropped() {
        assert_eq!(any_of("How do I find the agents?").as_deref(), Some("\"agent\"*"));
        assert_eq!(any_of("what is it"), None);
        assert_eq!(any_of("???"), None);
    }

    #[test]
    fn syntax_of_the_index_is_only_words() {
        assert_eq!(
            any_of("title:foo* NEAR(\"a b\", 2) -NOT ^x").as_deref(),
            Some("\"titl\"* OR \"foo\" OR \"near\"*")
        );
    }

    #[test]
    fn other_languages_are_kept() {
        assert_eq!(any_of("Überprüfung").as_deref(), Some("\"uberprufung\"*"));
        assert_eq!(
            any_of("知識検索").as_deref(),
            Some("\"知 識\" OR \"識 検\" OR \"検 索\"")
        );
    }

    proptest! {
        #[test]
        fn an_expression_holds_nothing_but_quoted_words(question in any::<String>()) {
            if let Some(query) = Query::parse(&question) {
                prop_assert!(query.terms().len() <= MAX_TERMS);
                for term in query.terms() {
                    prop_assert!(!term.text().is_empty());
                    prop_assert!(term.text().chars().all(|c| c.is_alphanumeric() || c == ' '));
                }
            }
        }
    }
}
