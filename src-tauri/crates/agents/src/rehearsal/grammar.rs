//! The little grammar by which a task is read: its verb, its object and the clauses behind.

use super::task::Kind;
use super::text::{inline, shorten, stem, words};

/// What a task's verb asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    /// To make something; its noun tells what kind of work that is.
    Make,
    /// To make something that runs.
    Build,
    /// To write.
    Write,
    /// To choose or compare.
    Compare,
    /// To explain or find out.
    Explain,
    /// To work on figures.
    Analyse,
    /// To plan or organise.
    Plan,
    /// To judge.
    Review,
    /// To mend.
    Fix,
    /// A demand that only makes sense beside another one.
    Also,
    /// None.
    None,
}

const VERBS: &[(Verb, &str)] = &[
    (
        Verb::Make,
        "create make design prepare produce set define propose draw crée créer crea crear erstelle erstellen entwirf",
    ),
    (
        Verb::Build,
        "build implement develop code program refactor port deploy automate integrate baue bauen entwickle entwickeln implementiere implementieren développe desarrolla",
    ),
    (
        Verb::Write,
        "write draft compose document rewrite translate summarise summarize edit schreibe schreiben verfasse verfassen écris rédige escribe redacta",
    ),
    (
        Verb::Compare,
        "compare choose decide evaluate pick recommend select weigh vergleiche vergleichen compara",
    ),
    (
        Verb::Explain,
        "research explain investigate describe find explore study learn understand tell show answer explore clarify outline erkläre erklären explique explica",
    ),
    (
        Verb::Analyse,
        "analyse analyze measure calculate forecast visualise visualize analysiere analysieren",
    ),
    (
        Verb::Plan,
        "plan organise organize schedule launch arrange migrate move host prioritise prioritize plane planen organisiere organisieren planifie organiza planifica",
    ),
    (
        Verb::Review,
        "review audit check assess inspect critique proofread verify prüfe prüfen überprüfe überprüfen vérifie revisa",
    ),
    (
        Verb::Fix,
        "fix debug repair solve troubleshoot improve optimise optimize behebe repariere",
    ),
    (
        Verb::Also,
        "add include cover test list name state note keep use ensure specify give suggest estimate mention support consider provide collect identify",
    ),
];

const SOFTWARE: &str = "api app application service microservice website site web backend frontend script library database schema \
    cli server bot function module component pipeline plugin extension game code codebase program software endpoint parser crawler \
    scraper compiler algorithm query sdk daemon dashboard prototype class package crate tests unit login";
const WRITING: &str = "guide report post blog article email mail letter documentation docs doc tutorial readme summary essay newsletter \
    presentation proposal page policy manual release speech story announcement handbook faq text poem paper memo brief copy \
    description introduction overview note notes chapter book slides talk pitch cv resume toast";
const PLANNING: &str = "plan schedule roadmap agenda launch event migration trip conference workshop meetup party timeline itinerary campaign \
    offsite retreat wedding rollout hackathon festival meeting onboarding curriculum sprint strategy move holiday journey hochzeit reise veranstaltung";
const DATA: &str = "data dataset csv metrics figures sales numbers statistics spreadsheet survey results logs revenue trends chart kpi daten";
const PEOPLE: &str = "user users customer customers reader readers beginner beginners developer developers team teams employee employees \
    student students people person manager managers operator operators client clients staff child children kids parents adults seniors guest guests \
    colleague colleagues member members engineers designers newcomer newcomers starter starters hire hires joiners company school family";
const FILLER: &str = "asdf asdfg asdfgh qwer qwert qwerty qwertz jkl jklö foo bar baz blah bla lorem ipsum xxx yyy zzz todo tbd \
    hello hi hey ok okay thanks thank now asap quick quickly fast today go start run work try begin continue next again task job \
    hallo danke bonjour hola gracias merci";

/// What stands behind a word like these belongs to a clause of its own.
const MARKERS: &[(&str, Clause)] = &[
    ("with", Clause::Feature),
    ("including", Clause::Feature),
    ("featuring", Clause::Feature),
    ("mit", Clause::Feature),
    ("avec", Clause::Feature),
    ("con", Clause::Feature),
    ("for", Clause::Purpose),
    ("about", Clause::Purpose),
    ("für", Clause::Purpose),
    ("über", Clause::Purpose),
    ("pour", Clause::Purpose),
    ("para", Clause::Purpose),
    ("from", Clause::Purpose),
    ("to", Clause::Purpose),
    ("at", Clause::Purpose),
    ("that", Clause::Purpose),
    ("which", Clause::Purpose),
    ("without", Clause::Limit),
    ("using", Clause::Limit),
    ("in", Clause::Limit),
    ("by", Clause::Limit),
    ("before", Clause::Limit),
    ("within", Clause::Limit),
    ("under", Clause::Limit),
    ("until", Clause::Limit),
    ("on", Clause::Limit),
    ("ohne", Clause::Limit),
    ("sans", Clause::Limit),
    ("sin", Clause::Limit),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Clause {
    Object,
    Feature,
    Purpose,
    Limit,
}

fn has(list: &str, word: &str) -> bool {
    let (word, stemmed) = (word.to_lowercase(), stem(word));
    list.split_whitespace()
        .any(|one| one == word || (one.len() > 3 && stem(one) == stemmed))
}

/// Whether `word` names people.
pub(super) fn is_people(word: &str) -> bool {
    has(PEOPLE, word)
}

/// Whether `word` alone gives nothing to plan from.
pub(super) fn is_filler(word: &str) -> bool {
    let letters = word.chars().all(|c| c.is_ascii_alphabetic());
    let mashed = letters && word.len() >= 4 && !word.contains(['a', 'e', 'i', 'o', 'u', 'y']);
    let digits = !word.chars().any(char::is_alphabetic);
    mashed || digits || verb(word) != Verb::None || FILLER.split_whitespace().any(|one| one == word)
}

fn verb(word: &str) -> Verb {
    let word = word.to_lowercase();
    VERBS
        .iter()
        .find(|(_, list)| list.split_whitespace().any(|one| one == word))
        .map_or(Verb::None, |(verb, _)| *verb)
}

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

fn noun_kind(object: &str) -> Option<Kind> {
    // "the launch of our app" is a launch: the noun before "of" leads.
    let lower = object.to_lowercase();
    let lead = [" of ", " for ", " from ", " to "]
        .iter()
        .filter_map(|mark| lower.find(mark))
        .min();
    let head = lead.and_then(|at| object.get(..at)).unwrap_or(object);
    noun_kind_within(head).or_else(|| noun_kind_within(object))
}

fn noun_kind_within(phrase: &str) -> Option<Kind> {
    words(&phrase.replace('-', " ")).iter().rev().find_map(|word| {
        [
            (PLANNING, Kind::Planning),
            (WRITING, Kind::Writing),
            (SOFTWARE, Kind::Software),
            (DATA, Kind::Data),
        ]
        .into_iter()
        .find(|(list, _)| has(list, word))
        .map(|(_, kind)| kind)
    })
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

/// The clauses behind a verb.
#[derive(Debug, Clone, Default)]
pub(super) struct Clauses {
    /// What the verb acts on.
    pub(super) object: String,
    /// What it is for or about, with its first word.
    pub(super) purpose: String,
    /// What it must have.
    pub(super) features: Vec<String>,
    /// Bounds, with their first word.
    pub(super) limits: Vec<String>,
    /// Further demands that were joined with "and".
    pub(super) actions: Vec<String>,
}

impl Clauses {
    /// Reads what follows a verb.
    pub(super) fn of(rest: &str) -> Self {
        let mut clauses = Self::default();
        let (rest, actions) = split_actions(rest);
        clauses.actions = actions;
        let (mut kind, mut piece): (Clause, Vec<&str>) = (Clause::Object, Vec::new());
        let tokens: Vec<&str> = rest.split_whitespace().collect();
        for (index, token) in tokens.iter().copied().enumerate() {
            let bare = token.trim_matches([',', ';', '(', ')', ':']).to_lowercase();
            let marker = MARKERS
                .iter()
                .find(|(word, _)| *word == bare)
                .map(|(_, kind)| *kind);
            // "in Python" is a bound; "in the portal" says which one is meant.
            let next = tokens
                .get(index + 1)
                .map(|next| next.to_lowercase())
                .unwrap_or_default();
            let placed = matches!(bare.as_str(), "in" | "on")
                && matches!(next.as_str(), "the" | "a" | "an" | "our" | "my");
            let marker = if placed { Some(Clause::Purpose) } else { marker };
            match marker {
                // "in" and "to" inside of a feature or a purpose are part of it.
                Some(next)
                    if !(piece.is_empty()
                        || kind == Clause::Purpose
                            && next != Clause::Feature
                            && bare != "without"
                            && bare != "using"
                            && bare != "by") =>
                {
                    clauses.close(kind, &piece);
                    piece.clear();
                    kind = next;
                    if next != Clause::Feature {
                        piece.push(token);
                    }
                }
                _ => piece.push(token),
            }
        }
        clauses.close(kind, &piece);
        clauses
    }

    fn close(&mut self, kind: Clause, piece: &[&str]) {
        let text = piece.join(" ");
        let text = inline(&text)
            .trim_matches([',', ';', ':', '.', '(', ')', '-', ' ', '"', '“', '”'])
            .to_owned();
        if words(&text).is_empty() {
            return;
        }
        match kind {
            Clause::Object => self.object = text,
            Clause::Feature => self.features.extend(enumerated(&text)),
            Clause::Purpose if self.purpose.is_empty() => self.purpose = text,
            Clause::Purpose | Clause::Limit => self.limits.push(text),
        }
    }
}

/// Cuts off demands like ", and write tests for it" or "; add a search".
fn split_actions(rest: &str) -> (String, Vec<String>) {
    let tokens: Vec<&str> = rest.split_whitespace().collect();
    let mut actions: Vec<String> = Vec::new();
    let mut main: Vec<&str> = Vec::new();
    let mut current: Option<Vec<&str>> = None;
    let mut index = 0;
    while index < tokens.len() {
        let joins = matches!(
            tokens[index].trim_matches(',').to_lowercase().as_str(),
            "and" | "then" | "&"
        );
        let after_comma = index > 0 && tokens[index - 1].ends_with([',', ';']);
        let verb_at = if joins { index + 1 } else { index };
        let is_verb = tokens.get(verb_at).is_some_and(|token| verb(token.trim_matches(',')) != Verb::None)
            // "plan and report" are nouns unless something is acted on.
            && tokens.len() > verb_at + 1;
        if is_verb && (joins || after_comma) && index > 0 {
            actions.extend(current.take().map(|words| words.join(" ")));
            current = Some(Vec::new());
            index = verb_at;
        }
        current.as_mut().unwrap_or(&mut main).push(tokens[index]);
        index += 1;
    }
    actions.extend(current.map(|words| words.join(" ")));
    let clean = |text: &str| inline(text).trim_end_matches([',', ';', ' ']).to_owned();
    (
        clean(&main.join(" ")),
        actions.iter().map(|action| clean(action)).collect(),
    )
}

/// "a, b and c" as its items.
pub(super) fn enumerated(text: &str) -> Vec<String> {
    text.replace(", and ", ", ")
        .replace(" and ", ", ")
        .replace(" und ", ", ")
        .replace(" & ", ", ")
        .replace("; ", ", ")
        .split(", ")
        .map(|item| item.trim_matches([',', ';', '.', ' ']).to_owned())
        .filter(|item| !words(item).is_empty())
        .map(|item| shorten(&item, 60))
        .collect()
}

/// The options of a comparison and what they are for.
pub(super) fn options(rest: &str) -> (Vec<String>, String) {
    let mut text = inline(rest);
    let mut purpose = String::new();
    for mark in [
        " for ",
        " as ",
        " to ",
        " in terms of ",
        " für ",
        " when ",
        " if ",
    ] {
        if let Some(at) = text.find(mark) {
            let tail = text[at..].trim().to_owned();
            text.truncate(at);
            purpose = if purpose.is_empty() {
                tail
            } else {
                format!("{tail} {purpose}")
            };
        }
    }
    for joint in [
        " versus ",
        " vs. ",
        " vs ",
        " or ",
        " with ",
        " against ",
        " und ",
        " oder ",
        " mit ",
    ] {
        text = text.replace(joint, ", ");
    }
    let found = enumerated(&text)
        .into_iter()
        .map(|one| {
            one.trim_start_matches("between ")
                .trim_start_matches("whether ")
                .to_owned()
        })
        .collect();
    (found, purpose)
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
