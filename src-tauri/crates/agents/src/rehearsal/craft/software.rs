//! Professions that make things that run.

use super::{Craft, Work, cell, row, steps, table};
use crate::rehearsal::text::{capital, listed, words};

fn proposed(work: &Work<'_>) -> &'static str {
    if work.things_proposed {
        " The resource names are usual ones for this kind of system, not taken from the task."
    } else {
        ""
    }
}

fn noun(thing: &str) -> String {
    thing.replace(' ', "-")
}

fn singular(thing: &str) -> String {
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
            let path = noun(thing);
            let decide = if thing == "users" {
                "who may register, and who sees an address".to_owned()
            } else {
                format!(
                    "who may change {} of somebody else",
                    crate::rehearsal::text::with_article(&singular(thing))
                )
            };
            vec![
                format!("`/{path}`"),
                "GET (paged), POST".to_owned(),
                format!("`/{path}/{{id}}`: GET, PATCH, DELETE"),
                decide,
            ]
        })
        .collect();
    if words(&work.task.said).iter().any(|word| {
        matches!(
            word.to_lowercase().as_str(),
            "authentication" | "login" | "auth" | "session"
        )
    }) {
        rows.push(row(&[
            "`/sessions`",
            "POST to sign in",
            "`/sessions/current`: GET, DELETE to sign out",
            "how long a session lasts",
        ]));
    }
    let body = format!(
        "{}\n\n- **Errors**: one form everywhere, a code for programs and a sentence for people; 401 for nobody signed in, 403 for not allowed, 404 also for what must not be known, 409 for a conflict, 422 for a wrong field.\n- **Lists**: a limit and a cursor; a list without a limit does not exist.\n- **Repeats**: POST takes a key from the caller, so that a repeated request makes nothing twice.",
        table(&["Resource", "All of them", "One of them", "To decide"], &rows)
    );
    Craft::new(
        format!(
            "{} resources carry {}. Each has the same five operations, so that only the rules differ.{}",
            capital(&number(rows.len())),
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

fn number(count: usize) -> String {
    let names = ["no", "one", "two", "three", "four", "five", "six"];
    names
        .get(count)
        .map_or_else(|| count.to_string(), |name| (*name).to_owned())
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

pub(super) fn security(work: &Work<'_>) -> Craft {
    let matter = work.matter();
    let lower = work.named.join(" ").to_lowercase() + &work.title.to_lowercase();
    let sign_in = ["auth", "login", "password", "sign", "account", "session"]
        .iter()
        .any(|word| lower.contains(word));
    let mut rows = Vec::new();
    if sign_in {
        rows.extend([
            row(&[
                "Passwords are guessed or tried from a leak",
                "slow hash, limit on attempts by account and by address",
                "the eleventh wrong attempt is refused",
            ]),
            row(&[
                "A session or token is stolen",
                "short life, bound to the device, revocable",
                "a revoked session gets 401 at once",
            ]),
            row(&[
                "Recovery is easier than sign-in",
                "one-time link, short life, notice to the owner",
                "a used link does nothing",
            ]),
        ]);
    }
    let thing = work
        .things
        .iter()
        .find(|one| *one != "users")
        .cloned()
        .unwrap_or_else(|| "records".to_owned());
    rows.extend([
        vec![
            format!("Somebody reads or changes {thing} of others"),
            "check the owner in one place, for each request".to_owned(),
            format!("a second user gets 404 for the {thing} of the first"),
        ],
        row(&[
            "Hostile input reaches a query, a page or a path",
            "parameters instead of joined text; escape on output",
            "a list of known attacks stays without effect",
        ]),
        row(&[
            "Secrets end up in logs or errors",
            "log names, never values",
            "a search of the logs for a known secret finds nothing",
        ]),
        row(&[
            "Something was misused and nobody can tell",
            "record who did what and when",
            "an attempt shows up in the record",
        ]),
    ]);
    rows.truncate(6);
    Craft::new(
        format!(
            "Threats to {matter} in {}, likely and harmful ones first. Each has a guard and a proof, so that a test can be made of it.",
            work.subject
        ),
        "Threats and guards",
        table(&["Threat", "Guard", "Proof"], &rows),
        &[
            if sign_in {
                "Do you run the sign-in yourselves, or does a provider that you trust?".to_owned()
            } else {
                format!("What would the worst person do with {}?", work.subject)
            },
            "Which data may nobody outside ever see, and for how long is it kept?".to_owned(),
        ],
    )
}

pub(super) fn testing(work: &Work<'_>) -> Craft {
    let rows: Vec<Vec<String>> = work
        .named
        .iter()
        .take(4)
        .flat_map(|one| {
            [
                vec![
                    cell(one),
                    "normal".to_owned(),
                    "everything as it should be".to_owned(),
                    "works, and the result can be read back".to_owned(),
                ],
                vec![
                    cell(one),
                    "refused".to_owned(),
                    "wrong or missing input, or not allowed".to_owned(),
                    "a clear refusal; nothing has changed".to_owned(),
                ],
                vec![
                    cell(one),
                    "extreme".to_owned(),
                    "empty, very long, twice at once".to_owned(),
                    "a stated limit; no half result".to_owned(),
                ],
            ]
        })
        .take(9)
        .collect();
    Craft::new(
        format!(
            "Cases for {}: each requirement gets a normal, a refused and an extreme one.{}",
            work.subject,
            work.bounds()
        ),
        "Cases",
        format!(
            "{}\n\nOrder: rules alone first (fast, many), then the parts together, then a few ways through the whole of {}. A fault that was found becomes a case before it is mended.",
            table(&["Requirement", "Case", "Given", "Expected"], &rows),
            work.subject
        ),
        &[
            format!(
                "Which failure of {} would hurt most? It gets the most cases.",
                work.subject
            ),
            "Is there real data that may be used for tests?".to_owned(),
        ],
    )
}

pub(super) fn operations(work: &Work<'_>) -> Craft {
    let subject = work.subject;
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
            "{} goes step by step. Each step has a sign that it worked, and until the last one there is a way back.{}",
            capital(subject),
            work.bounds()
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
        rows.push(vec![
            cell(one),
            format!("the rules of {one}, without input or output"),
            "storage, through an interface".to_owned(),
        ]);
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
    Craft::new(
        format!(
            "{} is divided so that each part can be changed and tested alone.{}",
            capital(&work.task.full),
            work.bounds()
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

pub(super) fn requirements(work: &Work<'_>) -> Craft {
    let who = work.task.audience().unwrap_or_else(|| "who uses it".to_owned());
    let rows: Vec<Vec<String>> = work
        .named
        .iter()
        .take(5)
        .map(|one| {
            vec![
                cell(one),
                "can be shown from start to end in one sitting".to_owned(),
                "says that there is nothing yet, and what to do".to_owned(),
                "is refused with the reason; nothing is lost".to_owned(),
            ]
        })
        .collect();
    let narrowed = if work.narrowed {
        format!("for {}", work.matter())
    } else {
        format!("of {}", work.subject)
    };
    Craft::new(
        format!(
            "Statements {narrowed} that are either met or not, seen from {who}.{}",
            work.bounds()
        ),
        "What must be true",
        format!(
            "{}\n\nNot asked for, and therefore left out until you say otherwise: other audiences, other languages, and anything that the rows above do not need.",
            table(&["Wanted", "Normal case", "Empty case", "Wrong case"], &rows)
        ),
        &[
            format!(
                "Which of these must be there first, if {} could have only one?",
                work.subject
            ),
            format!("Who says that {} is good enough?", work.matter()),
        ],
    )
}

pub(super) fn diagnosis(work: &Work<'_>) -> Craft {
    let subject = work.subject;
    let items = [
        format!("**Make it happen.** Write down the exact steps, input and version with which {subject} fails. Without that, no later step proves anything."),
        "**Find the last good state.** Which version, machine or input still works? Halve the distance between good and bad until one change is left.".to_owned(),
        "**Look before changing.** Read the first error in the log, not the last. Note what was expected at that point and what was there.".to_owned(),
        "**Rule out the surroundings.** Same fault with empty data, with another user, on another machine? Each answer halves the field.".to_owned(),
        "**Name one cause and try to disprove it.** If removing the cause removes the fault, and putting it back brings the fault back, it is found.".to_owned(),
    ];
    Craft::new(
        format!(
            "A path of checks for {}. Each rules something out, and the order is by what is cheapest to try.{}",
            work.task.full,
            work.bounds()
        ),
        "Checks in order",
        steps(&items),
        &[
            format!("When was {subject} last seen working, and what changed since?"),
            "Does it fail every time, or only sometimes?".to_owned(),
        ],
    )
}
