//! The words by which a task is read: which verb asks for what, which noun belongs to which kind of work.

use super::task::Kind;
use super::text::{stem, words};

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
pub(super) const MARKERS: &[(&str, Clause)] = &[
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

/// A part of a sentence behind its verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clause {
    /// What the verb acts on.
    Object,
    /// What it must have.
    Feature,
    /// What it is for or about.
    Purpose,
    /// A bound.
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

/// What `word` asks for as a verb.
pub(super) fn verb(word: &str) -> Verb {
    let word = word.to_lowercase();
    VERBS
        .iter()
        .find(|(_, list)| list.split_whitespace().any(|one| one == word))
        .map_or(Verb::None, |(verb, _)| *verb)
}

/// The kind of work that the nouns of `object` belong to.
pub(super) fn noun_kind(object: &str) -> Option<Kind> {
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
