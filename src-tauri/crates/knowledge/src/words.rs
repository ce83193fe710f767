//! What a term is: the unit that the index, the query and the ranking compare.
//!
//! A word is a run of letters and digits, without case and accents. English endings are removed, so that
//! `designing` finds `design`; other words stay whole. Scripts that write no spaces between words (Chinese,
//! Japanese) give one term for each character and one for each pair of neighbours.

use rust_stemmers::{Algorithm, Stemmer};
use std::collections::BTreeSet;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The words of a text, folded but not stemmed, in order.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut word = String::new();
    for letter in text.nfkd().filter(|&letter| !is_combining_mark(letter)) {
        if stands_alone(letter) {
            push_word(&mut found, &mut word);
            found.push(letter.to_string());
        } else if letter.is_alphanumeric() {
            word.extend(letter.to_lowercase().filter(|folded| folded.is_alphanumeric()));
        } else {
            push_word(&mut found, &mut word);
        }
    }
    push_word(&mut found, &mut word);
    found
}

fn push_word(found: &mut Vec<String>, word: &mut String) {
    if !word.is_empty() {
        found.push(std::mem::take(word));
    }
}

/// Whether `letter` is of a script without spaces between words.
fn stands_alone(letter: char) -> bool {
    matches!(u32::from(letter), 0x3041..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0x2_0000..=0x3_FFFF)
}

pub(crate) fn is_single_ideograph(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(stands_alone) && letters.next().is_none()
}

/// Turns words into terms. Keep one for a whole text: it is costly to make.
pub(crate) struct Terms {
    stemmer: Stemmer,
}

impl Terms {
    pub(crate) fn new() -> Self {
        Self {
            stemmer: Stemmer::create(Algorithm::English),
        }
    }

    /// The term of one folded word.
    pub(crate) fn of_word(&self, word: &str) -> String {
        if word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_lowercase()) {
            self.stemmer.stem(word).into_owned()
        } else {
            word.to_owned()
        }
    }

    /// The terms of `text` in order, with the parts of `camelCase` names after their whole.
    pub(crate) fn of_text(&self, text: &str) -> Vec<String> {
        let mut terms: Vec<String> = words(text).iter().map(|word| self.of_word(word)).collect();
        for part in camel_parts(text) {
            terms.extend(words(part).iter().map(|word| self.of_word(word)));
        }
        terms
    }

    /// What `text` can be asked for.
    pub(crate) fn bag(&self, text: &str) -> Bag {
        let terms = self.of_text(text);
        let pairs = terms
            .windows(2)
            .filter(|pair| pair.iter().all(|term| is_single_ideograph(term)))
            .map(|pair| pair.join(" "));
        let mut set: BTreeSet<String> = pairs.collect();
        set.extend(terms);
        Bag(set)
    }
}

/// The parts of names such as `readDocument`: `read`, `Document`.
fn camel_parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|name| {
            let bytes = name.as_bytes();
            bytes
                .windows(2)
                .any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
        })
        .flat_map(|name| {
            let cuts = name
                .as_bytes()
                .windows(2)
                .enumerate()
                .filter(|(_, pair)| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
                .map(|(index, _)| index + 1);
            let mut parts = Vec::new();
            let mut from = 0;
            for cut in cuts {
                parts.push(&name[from..cut]);
                from = cut;
            }
            parts.push(&name[from..]);
            parts
        })
}

/// The distinct terms of a text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bag(BTreeSet<String>);

impl Bag {
    pub(crate) fn has(&self, term: &str) -> bool {
        self.0.contains(term)
    }

    pub(crate) fn has_prefix(&self, prefix: &str) -> bool {
        let mut from_there = self
            .0
            .range::<str, _>((std::ops::Bound::Included(prefix), std::ops::Bound::Unbounded));
        from_there.next().is_some_and(|term| term.starts_with(prefix))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lose_case_accents_and_punctuation() {
        assert_eq!(words("Café-Crème, ISO-9001!"), ["cafe", "creme", "iso", "9001"]);
        assert_eq!(words("知識 base"), ["知", "識", "base"]);
        assert_eq!(words("***"), Vec::<String>::new());
    }

    #[test]
    fn forms_of_a_word_share_a_term() {
        let terms = Terms::new();
        for (one, other) in [
            ("designing", "designs"),
            ("authentication", "authenticate"),
            ("crashes", "crash"),
        ] {
            assert_eq!(terms.of_word(one), terms.of_word(other), "{one} {other}");
        }
    }

    #[test]
    fn parts_of_names_and_pairs_of_ideographs_are_found() {
        let bag = Terms::new().bag("fn readDocument() 知識ベース");
        assert!(bag.has("read") && bag.has("document") && bag.has("知 識"));
        assert!(bag.has_prefix("readdoc") && !bag.has_prefix("zz"));
    }
}
