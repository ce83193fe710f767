//! Professions that say what must hold of things that run, and find out why it does not.

use super::software::singular;
use super::{Craft, Work, cell, facets, row, steps, table};
use crate::rehearsal::task::Kind;
use crate::rehearsal::text::with_article;

pub(super) fn security(work: &Work<'_>) -> Craft {
    let matter = work.matter();
    let sign_in = work.signs_in();
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
    let mut rows: Vec<Vec<String>> = Vec::new();
    for one in &work.named {
        let known = facets::of(one);
        rows.extend(known.iter().take(3).map(|facet| {
            vec![
                format!("{}: {}", cell(one), facet.name),
                "something is wrong, missing or not allowed".to_owned(),
                facet.refused.to_owned(),
            ]
        }));
        if known.is_empty() && *one != work.subject {
            rows.push(vec![
                cell(one),
                "missing, wrong and endless input".to_owned(),
                "each gets a reason, and nothing has changed".to_owned(),
            ]);
        }
    }
    for thing in work.things.iter().filter(|thing| *thing != "users").take(2) {
        rows.push(vec![
            format!("{}: one of them", cell(thing)),
            "created, then read by its maker and by a second person".to_owned(),
            format!(
                "the maker reads it back unchanged; the second cannot change {} of the first",
                with_article(&singular(thing))
            ),
        ]);
        rows.push(vec![
            format!("{}: many of them", cell(thing)),
            "ten thousand, read page by page".to_owned(),
            "none twice, none missing, and the page beyond the end is empty".to_owned(),
        ]);
    }
    if rows.is_empty() {
        rows.push(vec![
            cell(work.matter()),
            "what the task describes, from start to end".to_owned(),
            "it can be shown in one sitting; wrong input gets a reason and changes nothing".to_owned(),
        ]);
    }
    rows.truncate(8);
    Craft::new(
        format!(
            "Cases for {}, first those in which something must be refused: they are forgotten most easily.",
            work.subject
        ),
        "Cases",
        format!(
            "{}\n\nOrder: the rules alone first (fast, many), then the parts together, then a few ways through the whole. Every case also runs twice at once and once with empty input. A fault that was found becomes a case before it is mended.",
            table(&["Case", "Given", "Expected"], &rows),
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

pub(super) fn requirements(work: &Work<'_>) -> Craft {
    let who = work
        .task
        .audience()
        .unwrap_or_else(|| "the person who uses it".to_owned());
    let mut rows: Vec<Vec<String>> = Vec::new();
    for one in &work.named {
        let known = facets::of(one);
        let most = if work.named.len() == 1 { 4 } else { 2 };
        rows.extend(
            known
                .iter()
                .take(most)
                .map(|facet| vec![format!("{}: {}", cell(one), facet.name), facet.works.to_owned()]),
        );
        if known.is_empty() && work.named.len() > 1 {
            rows.push(vec![cell(one), format!("{who} can point to it in the result")]);
        }
    }
    if rows.is_empty() {
        let matter = work.matter();
        rows = vec![
            vec![
                "Reason".to_owned(),
                format!("one sentence says what {who} can do with {matter} that was not possible before"),
            ],
            vec![
                "Beginning".to_owned(),
                "the first use works with nothing prepared".to_owned(),
            ],
            vec![
                "End".to_owned(),
                format!("two people agree that {matter} is done"),
            ],
            row(&["Going wrong", "a wrong step gets a reason and can be taken back"]),
        ];
    }
    rows.truncate(7);
    let narrowed = if work.narrowed {
        work.matter()
    } else {
        work.subject
    };
    Craft::new(
        format!(
            "What must be true of {narrowed}, as statements that are either met or not, seen from {who}."
        ),
        "Statements",
        format!(
            "{}\n\nNot asked for, and left out until you say otherwise: other groups of people, other languages, and whatever the rows above do not need.",
            table(&["Wanted", "Met when"], &rows)
        ),
        &[
            format!(
                "Which of these must be there first, if {} could have only one?",
                work.subject
            ),
            format!("Who says that {narrowed} is good enough?"),
        ],
    )
}

pub(super) fn diagnosis(work: &Work<'_>) -> Craft {
    if work.task.kind != Kind::Repair {
        return causes(work);
    }
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
            "A path of checks for {}. Each rules something out, and the order is by what is cheapest to try.",
            work.task.full
        ),
        "Checks in order",
        steps(&items),
        &[
            format!("When was {subject} last seen working, and what changed since?"),
            "Does it fail every time, or only sometimes?".to_owned(),
        ],
    )
}

/// Why something is as it is, where nothing is broken.
fn causes(work: &Work<'_>) -> Craft {
    let subject = work.subject;
    let items = [
        format!("**See it.** Lay {subject} out over time and by part. Where exactly does it change, and since when?"),
        "**Rule out the measuring.** Did a definition, a form or a system change on that date? Then the figure moved, not the thing.".to_owned(),
        "**Split it.** By place, by kind, by who is concerned. A cause shows in one part and not in the others.".to_owned(),
        "**Ask who is close to it.** Three people who deal with it daily, separately, the same two questions.".to_owned(),
        "**Try to disprove.** What would have to be seen if the supposed cause were wrong? Look for that first.".to_owned(),
    ];
    Craft::new(
        format!(
            "A path to the cause behind “{}”. Each step rules something out; no cause is named before there is something to see.",
            work.title
        ),
        "Steps to the cause",
        steps(&items),
        &[
            "What changed shortly before, also outside?".to_owned(),
            format!("Who is closest to {subject} every day?"),
        ],
    )
}
