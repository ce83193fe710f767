//! Professions that make things that run.

use super::{Craft, Work, cell, facets, row, table};
use crate::rehearsal::task::Kind;
use crate::rehearsal::text::{capital, listed, with_article};

fn proposed(work: &Work<'_>) -> &'static str {
    if work.things_proposed {
        " The names of things are usual ones for this kind of system, not taken from the task."
    } else {
        ""
    }
}

fn noun(thing: &str) -> String {
    thing.replace(' ', "-")
}

/// One of `thing`.
pub(super) fn singular(thing: &str) -> String {
    match thing {
        "copies" => "copy".to_owned(),
        "categories" => "category".to_owned(),
        "people" => "person".to_owned(),
        "series" => thing.to_owned(),
        _ => thing.strip_suffix('s').unwrap_or(thing).to_owned(),
    }
}

pub(super) fn api(work: &Work<'_>) -> Craft {
    let things = if work.things.is_empty() {
        vec!["items".to_owned()]
    } else {
        work.things.clone()
    };
    let mut rows: Vec<Vec<String>> = things
        .iter()
        .take(5)
        .map(|thing| {
            let decide = facets::decision(thing).map_or_else(
                || {
                    format!(
                        "who may change {} of somebody else",
                        with_article(&singular(thing))
                    )
                },
                str::to_owned,
            );
            vec![
                format!("`/{}`", noun(thing)),
                "list, create, read, change, remove".to_owned(),
                decide,
            ]
        })
        .collect();
    if work.signs_in() {
        rows.push(row(&[
            "`/sessions`",
            "create to sign in, remove to sign out",
            "how long a session lasts unused",
        ]));
    }
    let body = format!(
        "{}\n\n- **Operations**: list and create on `/{thing}`, read, change and remove on `/{thing}/{{id}}`; the same for every resource.\n\
         - **Errors**: one form everywhere, a code for programs and a sentence for people. 401 for nobody signed in, 403 for not allowed, 409 for a conflict, 422 for a wrong field.\n\
         - **Lists**: a limit and a cursor; a list without a limit does not exist.\n\
         - **Repeats**: a creation takes a key from the caller, so that a repeated request makes nothing twice.",
        table(&["Resource", "Operations", "To decide"], &rows),
        thing = things.first().map(|thing| noun(thing)).unwrap_or_default(),
    );
    Craft::new(
        format!(
            "{} carry {}. All work in the same way, so that only their rules differ.{}",
            capital(&counted_word(rows.len(), "resource")),
            work.task.full,
            proposed(work)
        ),
        "Resources and operations",
        body,
        &[
            format!(
                "Is {} open to anybody, or only to programs that you know?",
                work.subject
            ),
            format!(
                "Which of {} must survive when their owner is deleted?",
                listed(&things)
            ),
            "Which operation will be called most, and how fast must it be?".to_owned(),
        ],
    )
}

fn counted_word(count: usize, noun: &str) -> String {
    let names = ["no", "one", "two", "three", "four", "five", "six"];
    let number = names
        .get(count)
        .map_or_else(|| count.to_string(), |name| (*name).to_owned());
    format!("{number} {noun}{}", if count == 1 { "" } else { "s" })
}

pub(super) fn data(work: &Work<'_>) -> Craft {
    let things = if work.things.is_empty() {
        vec!["records".to_owned()]
    } else {
        work.things.clone()
    };
    let owner = things.first().cloned().unwrap_or_default();
    let rows: Vec<Vec<String>> = things
        .iter()
        .take(5)
        .map(|thing| {
            let belongs = if *thing == owner {
                "nothing; it stands alone".to_owned()
            } else {
                format!("one of {owner}, to be confirmed")
            };
            vec![
                cell(thing),
                "a number of its own, never reused".to_owned(),
                belongs,
                format!("what makes two {thing} the same"),
            ]
        })
        .collect();
    Craft::new(
        format!(
            "The data of {} is laid out from the things it deals with. Fields come after that, because a wrong owner costs more than a wrong field.{}",
            work.subject,
            proposed(work)
        ),
        "Entities",
        format!(
            "{}\n\nRules that the data itself should keep for {}: no row without its owner; times in UTC; money and amounts as whole numbers of the smallest unit; a deletion says what goes with it. Every change of form is a numbered migration that was tried on a copy first.",
            table(&["Entity", "Identified by", "Belongs to", "To decide"], &rows),
            work.matter()
        ),
        &[
            format!(
                "How many {} will there be after a year, roughly?",
                things.last().cloned().unwrap_or_default()
            ),
            "What must be kept for legal reasons, and what must be deleted on request?".to_owned(),
        ],
    )
}

pub(super) fn interface(work: &Work<'_>) -> Craft {
    let mut rows: Vec<Vec<String>> = work
        .named
        .iter()
        .take(4)
        .map(|one| {
            vec![
                cell(one),
                format!("get {one} done without leaving the screen"),
                "says what is missing and how to begin".to_owned(),
                "keeps what was typed".to_owned(),
            ]
        })
        .collect();
    for thing in work.things.iter().take(3) {
        rows.push(vec![
            format!("List of {thing}"),
            format!("find one of the {thing}"),
            format!("offers to add the first {}", singular(thing)),
            "keeps the old list on show".to_owned(),
        ]);
    }
    Craft::new(
        format!(
            "The screens of {} follow what somebody wants to get done. Each has its empty and its error state from the start.",
            work.subject
        ),
        "Screens",
        format!(
            "{}\n\nEverywhere: one main action a screen; reachable and operable by keyboard; nothing jumps while it loads; words instead of bare icons.",
            table(&["Screen", "Made for", "When empty", "When it fails"], &rows)
        ),
        &[
            format!("On which devices is {} used most?", work.subject),
            "Which one thing must a newcomer manage in the first minute?".to_owned(),
        ],
    )
}

pub(super) fn operations(work: &Work<'_>) -> Craft {
    let change = format!("the change of {}", work.subject);
    let subject = if work.task.kind == Kind::Planning {
        work.subject
    } else {
        change.as_str()
    };
    let rows = [
        row(&[
            "Copy what exists and restore the copy elsewhere",
            "the restored copy answers the same queries",
            "nothing was touched yet",
        ]),
        vec![
            format!("Run {subject} once on the copy"),
            "counts and samples agree before and after".to_owned(),
            "throw the copy away".to_owned(),
        ],
        row(&[
            "Announce the window and stop writing",
            "no new entries arrive",
            "allow writing again",
        ]),
        vec![
            format!("Carry out {subject}"),
            "each step prints what it did".to_owned(),
            "restore the copy".to_owned(),
        ],
        row(&[
            "Let a few people in first",
            "no errors for the agreed time",
            "lead them back to the old way",
        ]),
        row(&[
            "Let everybody in, keep the old way for a while",
            "nobody needs it any more",
            "switch back",
        ]),
    ];
    Craft::new(
        format!(
            "{} goes step by step. Each step has a sign that it worked, and until the last one there is a way back.",
            capital(subject)
        ),
        "Steps with their way back",
        table(&["Step", "It worked when", "Way back"], &rows),
        &[
            format!("How long may {subject} be out of use, and at what hour?"),
            "Who decides on the day to go on or to turn back?".to_owned(),
        ],
    )
}

pub(super) fn architecture(work: &Work<'_>) -> Craft {
    let mut rows = vec![row(&[
        "Entry",
        "takes requests, checks their form, answers",
        "the rules",
    ])];
    for one in work.named.iter().filter(|one| *one != work.subject).take(4) {
        let names: Vec<String> = facets::of(one)
            .iter()
            .map(|facet| facet.name.to_owned())
            .collect();
        let does = if names.is_empty() {
            format!("decides everything about {one}, without input or output")
        } else {
            listed(&names)
        };
        rows.push(vec![cell(one), does, "storage, through an interface".to_owned()]);
    }
    if rows.len() == 1 {
        rows.push(vec![
            "Rules".to_owned(),
            format!("what {} decides, without input or output", work.subject),
            "storage, through an interface".to_owned(),
        ]);
    }
    let stored = if work.things.is_empty() {
        "what has to last".to_owned()
    } else {
        listed(&work.things)
    };
    rows.push(vec![
        "Storage".to_owned(),
        format!("keeps {stored}"),
        "nobody".to_owned(),
    ]);
    let whole = if work.narrowed {
        format!("{} in {}", work.matter(), work.subject)
    } else {
        work.task.full.clone()
    };
    Craft::new(
        format!(
            "{} is divided so that each part can be changed and tested alone.{}",
            capital(&whole),
            proposed(work)
        ),
        "Parts",
        format!(
            "{}\n\nTo decide early, because it is expensive later: what {} does when two things happen at once; what it does after a crash in the middle; which part owns each piece of data. Everything else can wait until the first way through works.",
            table(&["Part", "Does", "May use"], &rows),
            work.subject
        ),
        &[
            format!("Who runs {}, and on what machines?", work.subject),
            "Which existing systems must it work with?".to_owned(),
            "What is the smallest version that would already be of use?".to_owned(),
        ],
    )
}
