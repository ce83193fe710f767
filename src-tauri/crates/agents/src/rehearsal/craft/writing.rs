//! Professions that work on texts and knowledge.

use super::{Craft, Work, cell, facets, points, row, steps, table};
use crate::rehearsal::text::{capital, shorten};

/// Where a section's material comes from.
fn material(work: &Work<'_>, index: usize) -> String {
    work.findings.get(index).map_or_else(
        || "to be supplied by the operator".to_owned(),
        |finding| {
            format!(
                "{} [{}]",
                shorten(&finding.text.replace('|', "/"), 110),
                finding.label
            )
        },
    )
}

pub(super) fn outline(work: &Work<'_>) -> Craft {
    let readers = work.task.audience().unwrap_or_else(|| "the reader".to_owned());
    let mut rows = vec![vec![
        "Opening".to_owned(),
        format!("why {} is worth the time of {readers}", work.subject),
        material(work, 0),
    ]];
    let body: Vec<&String> = work
        .named
        .iter()
        .filter(|one| *one != work.subject)
        .take(4)
        .collect();
    if body.is_empty() {
        rows.push(vec![
            "The matter itself".to_owned(),
            format!("the one point of {}", work.task.full),
            material(work, 1),
        ]);
        rows.push(vec![
            "How it works or goes on".to_owned(),
            "what happens step by step".to_owned(),
            material(work, 2),
        ]);
        rows.push(row(&[
            "Limits",
            "where it does not hold",
            "to be supplied by the operator",
        ]));
    }
    for (index, one) in body.into_iter().enumerate() {
        rows.push(vec![
            cell(one),
            format!("what to know of {one}"),
            material(work, index + 1),
        ]);
    }
    rows.push(vec![
        "Close".to_owned(),
        format!("the next step for {readers}"),
        "one action, named".to_owned(),
    ]);
    Craft::new(
        format!(
            "An order for {} in which each section has one point and its material.",
            work.task.full
        ),
        "Outline",
        format!(
            "{}\n\nWrite the close first: it decides what the other sections must prepare. A section without material is cut, not padded.",
            table(&["Section", "Its one point", "Material"], &rows)
        ),
        &[
            format!(
                "What should {readers} do or think after reading {}?",
                work.subject
            ),
            "How long may it be, and where does it appear?".to_owned(),
        ],
    )
}

pub(super) fn audience(work: &Work<'_>) -> Craft {
    let readers = work.task.audience().unwrap_or_else(|| "the readers".to_owned());
    let mut items = vec![
        format!(
            "**Is this for me?** Say in the first lines who {} is for.",
            work.subject
        ),
        "**What do I get from it?** One sentence, before any background.".to_owned(),
    ];
    items.extend(
        work.named
            .iter()
            .filter(|one| *one != work.subject)
            .take(3)
            .map(|one| format!("**What about {one}?** It was named in the task, so it is expected.")),
    );
    items.extend([
        "**What do I do first?** One step that works within five minutes.".to_owned(),
        "**What if it goes wrong?** Where to turn, and what nobody will be blamed for.".to_owned(),
    ]);
    Craft::new(
        format!(
            "The questions of {readers}, in the order in which they arise. {} answers them in this order or says why not.",
            capital(work.subject)
        ),
        "Readers' questions",
        steps(&items),
        &[
            format!("What do {readers} know already?"),
            "Have any of them asked something lately that belongs in here?".to_owned(),
        ],
    )
}

pub(super) fn editing(work: &Work<'_>) -> Craft {
    let mut items = vec![format!(
        "**For sense.** After one reading, say in a sentence what {} wants. If two people say different things, it is not ready.",
        work.subject
    )];
    items.extend(
        work.named
            .iter()
            .filter(|one| *one != work.subject)
            .take(3)
            .map(|one| format!("**{}** is there, under a heading that names it.", capital(one))),
    );
    items.extend([
        "**For order.** Read only the headings and first sentences: they must tell the whole.".to_owned(),
        "**For words.** Each term once explained and never varied; no sentence of more than 25 words without need; no empty praise.".to_owned(),
        "**For truth.** Each number, name and date has a source that the editor has opened.".to_owned(),
        "**Aloud.** Where one stumbles, the sentence is split.".to_owned(),
    ]);
    let bounds = work.bounds();
    if !bounds.is_empty() {
        items.push(format!("**For bounds.** {bounds}"));
    }
    Craft::new(
        format!(
            "Checks for {}, to be carried out in this order by somebody who did not write it.",
            work.subject
        ),
        "Passes",
        steps(&items),
        &[
            format!("Who has the last word on {}?", work.subject),
            "Is there a house style to keep to?".to_owned(),
        ],
    )
}

pub(super) fn facts(work: &Work<'_>) -> Craft {
    let checks = [
        "is it still current?",
        "does another document say the same?",
        "does it hold without exception?",
        "who wrote it, and when?",
    ];
    let mut rows: Vec<Vec<String>> = work
        .findings
        .iter()
        .zip(checks)
        .map(|(finding, check)| {
            vec![
                finding.text.replace('|', "/"),
                format!("[{}]", finding.label),
                check.to_owned(),
            ]
        })
        .collect();
    match work.task.question.as_ref() {
        Some(question) => rows.push(vec![
            format!("the rest of “{}”", shorten(question, 80)),
            "none".to_owned(),
            "what would a full answer have to add?".to_owned(),
        ]),
        None => rows.extend(work.named.iter().take(4).map(|one| {
            vec![
                format!("what holds for {one}"),
                "none yet".to_owned(),
                "who would know, and which document would show it?".to_owned(),
            ]
        })),
    }
    let known = match work.findings.len() {
        0 => "No statement has a source so far",
        1 => "One statement has a source so far",
        _ => "The statements below have a source",
    };
    Craft::new(
        format!(
            "{known}; the last rows say what is still to be borne out for {}.",
            work.task.full
        ),
        "What is known and what is not",
        format!(
            "{}\n\nA row without a source is an assumption, whoever says it. Statements that disagree stay side by side until somebody decides.",
            table(&["Statement", "Source", "Still to check"], &rows)
        ),
        &[
            format!(
                "Which documents that bear on {} are not in the knowledge yet?",
                work.task.full
            ),
            "How old may a source be and still count?".to_owned(),
        ],
    )
}

pub(super) fn explaining(work: &Work<'_>) -> Craft {
    let matter = work.matter();
    let mut items = vec![format!(
        "**Why.** Before any detail: what goes wrong for somebody who does not know {matter}?"
    )];
    // A question is explained from what was found, not from a checklist.
    let known = if work.task.question.is_some() {
        &[]
    } else {
        facets::of(matter)
    };
    items.extend(known.iter().map(|facet| {
        format!(
            "**{}.** To reach: {}. To avoid: {}.",
            capital(facet.name),
            facet.works,
            facet.refused
        )
    }));
    let steps = if work.findings.is_empty() {
        ["What it is", "How it goes", "What follows from it"]
    } else {
        ["First", "Then", "Also"]
    };
    let method = [
        "one sentence without a word that one would have to look up",
        "three to five steps, each beginning with a verb",
        "one example from start to end, with real names",
    ];
    for (index, (name, method)) in
        steps
            .iter()
            .zip(method)
            .enumerate()
            .take(if known.is_empty() { 3 } else { 0 })
    {
        items.push(match work.findings.get(index) {
            Some(finding) => format!("**{name}.** The documents say: {}", finding.cited()),
            None => format!("**{name}.** No source yet. Form: {method}."),
        });
    }
    items.push(
        "**Where it ends.** One case in which this does not hold, or the plain words that none is known."
            .to_owned(),
    );
    Craft::new(
        format!(
            "A path to {matter} for somebody who is new to it, in an order in which no step needs a later one."
        ),
        "Path",
        points(&items),
        &[
            format!("Who has to understand {matter}, and what do they know already?"),
            "Is there an example from your own work?".to_owned(),
        ],
    )
}
