//! The little grammar by which a task is read: how a sentence begins, what it demands, how a phrase is said.

use super::task::Kind;
use super::text::words;
use super::vocabulary::{Verb, noun_kind, verb};

/// Courtesies and wishes before the verb, in lower case.
const COURTESIES: &[&str] = &[
    "please",
    "kindly",
    "hi",
    "hello",
    "hey",
    "can you",
    "could you",
    "would you",
    "will you",
    "i want you to",
    "i want to",
    "i would like you to",
    "i would like to",
    "i'd like you to",
    "i'd like to",
    "i need you to",
    "i need to",
    "we need to",
    "we want to",
    "we have to",
    "we should",
    "we would like to",
    "we'd like to",
    "help me to",
    "help me",
    "help us to",
    "help us",
    "let's",
    "let us",
    "your task is to",
    "the task is to",
    "i need",
    "we need",
    "i want",
    "we want",
    "bitte",
    "also",
    "then",
    "and",
    "finally",
    "first",
    "second",
    "third",
    "next",
    "it should",
    "it must",
    "it needs to",
    "you should",
    "you must",
    "make sure to",
    "be sure to",
    "come up",
    "give me",
    "give us",
    "create me",
];

fn without_courtesies(sentence: &str) -> &str {
    let mut rest = sentence.trim();
    loop {
        let lower = rest.to_lowercase();
        // Lower case may change the length of some letters; then nothing is cut off.
        let Some(length) = COURTESIES
            .iter()
            .filter(|one| lower.starts_with(*one) && lower.len() == rest.len())
            .filter(|one| lower[one.len()..].starts_with([' ', ',', ':']))
            .map(|one| one.len())
            .max()
        else {
            return rest;
        };
        rest = rest[length..].trim_start_matches([' ', ',', ':']);
    }
}

/// How a sentence begins.
#[derive(Debug, Clone)]
pub(super) struct Lead {
    /// What it asks for.
    pub(super) verb: Verb,
    /// What follows the verb.
    pub(super) rest: String,
    /// The sentence without courtesies.
    pub(super) whole: String,
    /// Whether it is a question.
    pub(super) question: bool,
}

/// Reads the beginning of `sentence`.
pub(super) fn lead(sentence: &str) -> Lead {
    let polite = sentence.trim_end().ends_with('?');
    let whole = without_courtesies(sentence).trim();
    let first = words(whole)
        .first()
        .map(|word| word.to_lowercase())
        .unwrap_or_default();
    let asks = [
        "who", "what", "when", "where", "why", "how", "which", "whose", "is", "are", "does", "do", "did",
        "should", "was", "were", "wie", "warum", "welche", "was", "wo",
    ];
    let mut found = verb(&first);
    let question = asks.contains(&first.as_str()) || (polite && found == Verb::None);
    let mut rest = whole;
    if question {
        found = Verb::Explain;
    } else if found != Verb::None {
        rest = after_verbs(whole);
    }
    Lead {
        verb: found,
        rest: rest.trim_end_matches(['.', '!', '?', ' ']).to_owned(),
        whole: whole.to_owned(),
        question,
    }
}

/// What follows the leading verb, further verbs joined to it, and small words behind.
fn after_verbs(whole: &str) -> &str {
    let mut rest = skip_word(whole);
    loop {
        let mut next = words(rest).into_iter();
        let (one, two) = (next.next().unwrap_or(""), next.next().unwrap_or(""));
        rest = match one.to_lowercase().as_str() {
            "and" if verb(two) != Verb::None => skip_word(skip_word(rest)),
            "me" | "us" | "out" | "up" | "into" | "between" => skip_word(rest),
            _ => return rest,
        };
    }
}

fn skip_word(text: &str) -> &str {
    text.trim_start()
        .split_once(char::is_whitespace)
        .map_or("", |(_, rest)| rest.trim_start())
}

/// What kind of work a verb on an object is.
pub(super) fn kind(verb: Verb, object: &str, said: &str) -> Kind {
    let by_noun = noun_kind(object);
    let versus = words(said)
        .iter()
        .any(|word| matches!(word.to_lowercase().as_str(), "vs" | "versus"));
    match verb {
        _ if versus => Kind::Comparison,
        Verb::Write => match by_noun {
            Some(Kind::Software) => Kind::Software,
            Some(Kind::Planning) if object.to_lowercase().contains("plan") => Kind::Planning,
            _ => Kind::Writing,
        },
        Verb::Build => match by_noun {
            Some(kind @ (Kind::Writing | Kind::Planning)) => kind,
            _ => Kind::Software,
        },
        Verb::Compare => Kind::Comparison,
        Verb::Plan => Kind::Planning,
        Verb::Review => Kind::Review,
        Verb::Fix => Kind::Repair,
        Verb::Analyse | Verb::Explain if by_noun == Some(Kind::Data) => Kind::Data,
        Verb::Analyse | Verb::Explain => Kind::Research,
        Verb::Make | Verb::Also | Verb::None => by_noun.unwrap_or(Kind::General),
    }
}

/// `phrase` so that it can stand in a sentence: "a REST API" becomes "the REST API", "my book" "your book".
pub(super) fn definite(phrase: &str) -> String {
    let phrase = addressed(phrase);
    let phrase = phrase.trim();
    let Some((first, rest)) = phrase.split_once(' ') else {
        return if names_one(phrase) {
            format!("the {phrase}")
        } else {
            phrase.to_owned()
        };
    };
    match first.to_lowercase().as_str() {
        "a" | "an" | "some" | "the" | "this" => format!("the {rest}"),
        "my" | "our" => format!("your {rest}"),
        "ein" | "eine" | "einen" | "einem" | "einer" | "der" | "die" | "das" | "den" | "un" | "une"
        | "una" | "le" | "la" | "el" => rest.to_owned(),
        _ if names_one(phrase) => format!("the {phrase}"),
        _ => phrase.to_owned(),
    }
}

/// `phrase` as said to the operator: what is "ours" to them is "yours" to them when the crew says it.
pub(super) fn addressed(phrase: &str) -> String {
    format!(" {} ", phrase.trim())
        .replace(" our ", " your ")
        .replace(" my ", " your ")
        .trim()
        .to_owned()
}

/// Whether `phrase` ends in a noun of one thing that English would not leave without an article.
fn names_one(phrase: &str) -> bool {
    let last = words(phrase).last().copied().unwrap_or("");
    let lower = last.to_lowercase();
    let counted = "api app application service website script database schema cli server bot dashboard prototype guide report article letter \
        tutorial essay proposal plan schedule roadmap agenda event migration conference workshop campaign strategy party trip wedding launch meetup offsite retreat hackathon festival holiday question policy";
    counted.split_whitespace().any(|one| one == lower) && !phrase.contains('“')
}

/// What a further sentence demands, if it demands something.
pub(super) fn demand(sentence: &str) -> Option<String> {
    const MUSTS: [&str; 6] = [
        "it must ",
        "it should ",
        "it needs to ",
        "it has to ",
        "it shall ",
        "it can ",
    ];
    let lower = sentence.to_lowercase();
    if let Some(must) = MUSTS.iter().find(|must| lower.starts_with(*must)) {
        let rest = sentence.get(must.len()..)?.trim_end_matches(['.', '!', ' ']);
        return Some(format!("make it {rest}"));
    }
    let whole = without_courtesies(sentence).trim_end_matches(['.', '!', ' ']);
    let all: Vec<String> = words(whole).iter().map(|word| word.to_lowercase()).collect();
    let first = all.first()?;
    let modal = all.iter().take(6).any(|word| {
        matches!(
            word.as_str(),
            "must" | "should" | "can" | "need" | "needs" | "shall" | "muss" | "soll"
        )
    });
    (verb(first) != Verb::None || modal || sentence.ends_with('?')).then(|| whole.to_owned())
}

/// A further sentence that only sets a bound: "No external services." "The deadline is Friday."
pub(super) fn limit(sentence: &str) -> Option<String> {
    let lower = sentence.to_lowercase();
    let bound = [
        "no ",
        "do not ",
        "don't ",
        "avoid ",
        "not ",
        "only ",
        "at most ",
        "the deadline",
        "the budget",
        "budget ",
        "keep it ",
        "use ",
    ]
    .iter()
    .any(|start| lower.starts_with(start));
    bound.then(|| sentence.trim_end_matches(['.', '!', ' ']).to_owned())
}

/// Whether `object` is a text for readers rather than something that runs.
pub(super) fn is_text(object: &str) -> bool {
    noun_kind(object) == Some(Kind::Writing)
}

/// Whether `text` begins with a verb that asks for something.
pub(super) fn is_action(text: &str) -> bool {
    words(text).first().is_some_and(|word| verb(word) != Verb::None)
}

/// Whether `text` is a whole clause rather than a name of something: "users can post comments".
pub(super) fn is_clause(text: &str) -> bool {
    words(text).iter().take(6).any(|word| {
        matches!(
            word.to_lowercase().as_str(),
            "can"
                | "must"
                | "should"
                | "may"
                | "will"
                | "need"
                | "needs"
                | "is"
                | "are"
                | "has"
                | "have"
                | "muss"
                | "soll"
                | "kann"
        )
    })
}
