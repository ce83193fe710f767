//! Professions that measure, compare, judge and decide.

use super::{Craft, Work, cell, points, row, steps, table};
use crate::rehearsal::evidence::Finding;
use crate::rehearsal::task::Kind;
use crate::rehearsal::text::{capital, listed, shorten, small};

fn options(work: &Work<'_>) -> Vec<String> {
    if work.task.options.is_empty() {
        work.named.clone()
    } else {
        work.task.options.clone()
    }
}

fn purpose(work: &Work<'_>) -> String {
    if work.task.purpose.is_empty() {
        "the aim".to_owned()
    } else {
        work.task.purpose.trim_start_matches("for ").to_owned()
    }
}

pub(super) fn criteria(work: &Work<'_>) -> Craft {
    let aim = purpose(work);
    let mut rows = vec![vec![
        format!("Fit for {}", shorten(&aim, 70)),
        "does it do the two most frequent things without a detour?".to_owned(),
        "operator".to_owned(),
    ]];
    for limit in work.task.limits.iter().take(2) {
        rows.push(vec![
            cell(limit),
            "kept or not kept; no middle".to_owned(),
            "excludes an option".to_owned(),
        ]);
    }
    rows.extend([
        row(&[
            "Cost over three years",
            "buying, running, learning and leaving",
            "who pays",
        ]),
        row(&[
            "Effort to begin",
            "days until the first useful result",
            "who does the work",
        ]),
        row(&[
            "Way out",
            "what it takes to change to another option later",
            "operator",
        ]),
        row(&[
            "Trust",
            "who keeps it going, and how faults are dealt with",
            "who runs it",
        ]),
        row(&[
            "Known by the people",
            "how many have used it already",
            "who does the work",
        ]),
    ]);
    rows.truncate(6);
    Craft::new(
        format!(
            "What the choice between {} for {} depends on. The weights are set before anybody looks at the options again.",
            listed(&options(work)),
            small(&aim)
        ),
        "Criteria",
        table(&["Criterion", "How it is judged", "Weight is set by"], &rows),
        &[
            "Which criterion alone would exclude an option?".to_owned(),
            format!(
                "Who has to live with the choice {} longest?",
                if work.task.purpose.is_empty() {
                    ""
                } else {
                    &work.task.purpose
                }
            )
            .replace("  ", " "),
        ],
    )
}

pub(super) fn option(work: &Work<'_>) -> Craft {
    let title = work.title.to_lowercase();
    let one = options(work)
        .into_iter()
        .find(|option| title.contains(&option.to_lowercase()))
        .unwrap_or_else(|| work.matter().to_owned());
    let aim = purpose(work);
    let others: Vec<String> = options(work).into_iter().filter(|other| *other != one).collect();
    let evidence = said_of(work, &one).map_or_else(
        || format!("No passage found names {one}; what is said for or against it needs a source first."),
        |said| format!("The documents say: {said}"),
    );
    let against = if others.is_empty() {
        "the present way".to_owned()
    } else {
        listed(&others)
    };
    let items = [
        format!("**Evidence.** {evidence}"),
        format!(
            "**To ask of {one}.** Does it do what {} needs every day? What happens at ten times the size? Who helps when it fails at night?",
            shorten(&aim, 70)
        ),
        format!(
            "**Doubt to clear up first.** The one thing that would exclude {one}: look for it before anything else, because it ends the examination."
        ),
        format!(
            "**Trial.** Take one real case of {}, do it with {one} and with {against}, and note time, faults and what had to be looked up. Half a day is enough.",
            shorten(&aim, 70)
        ),
        format!("**Way out.** Export what the trial made with {one}, and open it elsewhere."),
    ];
    Craft::new(
        format!(
            "{} looked at alone, as if it were to be used tomorrow {}.",
            capital(&one),
            if work.task.purpose.is_empty() {
                ""
            } else {
                &work.task.purpose
            }
        )
        .replace(" .", "."),
        "Evidence, doubts and a trial",
        points(&items),
        &[
            format!("Has anybody in your circle used {one} for this?"),
            format!("What do you already dislike about {one}?"),
        ],
    )
}

/// The best sentence that names `option`, with its source; one that names no other option goes first.
fn said_of(work: &Work<'_>, option: &str) -> Option<String> {
    let names =
        |finding: &Finding, option: &str| finding.text.to_lowercase().contains(&option.to_lowercase());
    let alone = |finding: &&Finding| {
        options(work)
            .iter()
            .all(|other| other == option || !names(finding, other))
    };
    let mut named = work.findings.iter().filter(|finding| names(finding, option));
    named
        .clone()
        .find(alone)
        .or_else(|| named.next())
        .map(Finding::cited)
}

pub(super) fn decision(work: &Work<'_>) -> Craft {
    let all = options(work);
    if work.task.options.is_empty() {
        return ranking(work);
    }
    let rows: Vec<Vec<String>> = all
        .iter()
        .take(4)
        .map(|one| {
            let said = said_of(work, one).unwrap_or_else(|| "nothing that was found".to_owned());
            vec![cell(one), format!("no excluding criterion forbids it, and in the trial {} does no better on the heaviest criterion", others(&all, one)), said.replace('|', "/")]
        })
        .collect();
    Craft::new(
        format!(
            "A rule for deciding between {}. No winner is named, because the findings alone do not carry one; the rule says what is missing.",
            listed(&all)
        ),
        "Rule for the decision",
        format!(
            "{}\n\nIn this order: strike out what an excluding criterion forbids; if two remain, make the same trial with both; if they are still even, take the one that is easier to leave. Write down in one line why, so that the question is not opened again without a new fact.",
            table(&["Choose", "If", "The documents say"], &rows)
        ),
        &[
            "Until when must it be decided, and what does waiting cost?".to_owned(),
            "Which result of the trial would change your mind?".to_owned(),
        ],
    )
}

fn others(all: &[String], one: &str) -> String {
    let rest: Vec<String> = all.iter().filter(|other| *other != one).cloned().collect();
    if rest.is_empty() {
        "nothing else".to_owned()
    } else {
        listed(&rest).replace(" and ", " or ")
    }
}

fn ranking(work: &Work<'_>) -> Craft {
    let subject = work.subject;
    let rows = [
        vec![
            "Must change".to_owned(),
            format!("{subject} fails its aim or does harm as it is"),
            "at once, before anything else".to_owned(),
        ],
        row(&[
            "Should change",
            "many stumble over it, or it gets dearer with time",
            "with the next revision",
        ]),
        row(&[
            "May change",
            "taste, or a gain that few notice",
            "when somebody is there anyway",
        ]),
        row(&[
            "Stays",
            "it was questioned and found right",
            "note the reason once",
        ]),
    ];
    Craft::new(
        format!(
            "A ranking for what is found on {}. Two people who use it put a finding into the same row.",
            work.task.full
        ),
        "Ranks",
        format!(
            "{}\n\nEach finding gets a place, one sentence and a rank. More than seven under “Must change” means that {} needs a new attempt rather than mending.",
            table(&["Rank", "When", "Done"], &rows),
            subject
        ),
        &[
            format!("What is {subject} for, in one sentence?"),
            "Who carries the changes out, and by when?".to_owned(),
        ],
    )
}

pub(super) fn review(work: &Work<'_>) -> Craft {
    let subject = work.subject;
    let mut items = vec![format!(
        "Does {} do what it is there for? Point to the place that shows it.",
        subject
    )];
    items.extend(
        work.named
            .iter()
            .filter(|one| *one != subject)
            .take(4)
            .map(|one| {
                format!(
                    "{}: is it there, complete, and does it agree with the rest?",
                    capital(one)
                )
            }),
    );
    items.extend([
        "Which statement has neither a source nor a reason?".to_owned(),
        "What is said twice, and do both say the same?".to_owned(),
        "What would somebody new misread?".to_owned(),
        "What is missing that a reader would look for?".to_owned(),
    ]);
    items.extend(
        work.task
            .limits
            .iter()
            .take(2)
            .map(|limit| format!("Is this bound kept: {limit}?")),
    );
    Craft::new(
        format!(
            "Questions by which {} is judged, written before it is read. Each is answered with a place and a yes or no.",
            work.task.full
        ),
        "Checklist",
        steps(&items),
        &[
            format!("Which version of {subject} counts, and where is it kept?"),
            "Is a remark that costs time now welcome, or only what stops it?".to_owned(),
        ],
    )
}

pub(super) fn measures(work: &Work<'_>) -> Craft {
    let subject = work.subject;
    let mut rows: Vec<Vec<String>> = work
        .named
        .iter()
        .filter(|one| *one != subject)
        .take(3)
        .map(|one| {
            vec![
                format!("Is {one} reached?"),
                "share of all cases, by week".to_owned(),
                "to be named".to_owned(),
                "below the value agreed beforehand".to_owned(),
            ]
        })
        .collect();
    if work.task.kind == Kind::Data {
        rows.extend([
            row(&[
                "Since when?",
                "the value by week, beside the same week a year before",
                "dated records",
                "the gap lasts four weeks",
            ]),
            row(&[
                "Where?",
                "the value by place, kind and channel",
                "the same records, split",
                "one part makes more than half of the change",
            ]),
            row(&[
                "For whom?",
                "new against known, large against small",
                "records with a name",
                "the groups move apart",
            ]),
            row(&[
                "What else changed then?",
                "prices, rules, suppliers, forms, on one line of time",
                "people who were there",
                "a date agrees with the first row",
            ]),
        ]);
    } else {
        rows.extend([
            vec![
                format!("Does {subject} reach those it is for?"),
                "people who used it, out of those who could".to_owned(),
                "a list of both".to_owned(),
                "it stops growing before half".to_owned(),
            ],
            row(&[
                "Do they come back?",
                "people in week four, out of those in week one",
                "dated records",
                "fewer than before",
            ]),
            row(&[
                "What does it cost?",
                "hours and money for one result",
                "time sheets, bills",
                "it rises twice in a row",
            ]),
        ]);
    }
    rows.truncate(5);
    Craft::new(
        format!(
            "Few measures for {}, each tied to a question and to what would be done about it.",
            work.task.full
        ),
        "Measures",
        format!(
            "{}\n\nBefore believing any of them: count rows and empty fields, look at the ten largest and ten smallest values, and compute one number by hand.",
            table(&["Question", "Measure", "From", "Act when"], &rows)
        ),
        &[
            format!("Which decision will the figures on {subject} change?"),
            "Since when are there records, and what changed in how they are made?".to_owned(),
        ],
    )
}

pub(super) fn general(work: &Work<'_>) -> Craft {
    let matter = work.matter();
    let items = [
        format!(
            "**Aim.** In one sentence: what is different once “{}” is done.",
            work.title
        ),
        format!("**Given.** {}", shorten(&work.task.said, 200)),
        format!("**Named.** {}", listed(&work.named)),
        format!(
            "**First piece.** The smallest part of {matter} that somebody can look at and judge. It comes before everything else."
        ),
        "**Check.** Somebody who did not do it compares it with the operator's words, line by line."
            .to_owned(),
    ];
    Craft::new(
        format!("A way to take on {matter}, from the aim to the check."),
        "Approach",
        points(&items),
        &[
            format!(
                "What would you do with the result of “{}” on the next day?",
                work.title
            ),
            "What must not happen?".to_owned(),
        ],
    )
}
