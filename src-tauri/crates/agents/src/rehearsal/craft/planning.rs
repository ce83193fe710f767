//! Professions that make things happen.

use super::{Craft, Work, cell, facets, row, table};
use crate::rehearsal::text::{capital, listed, small};

pub(super) fn order(work: &Work<'_>) -> Craft {
    let own = work.narrowed.then(|| span(work.matter())).flatten();
    // Where another part is about the time, this one is about the order.
    let elsewhere = work.task.requirements().iter().any(|one| span(one).is_some());
    match own.or_else(|| if elsewhere { None } else { span(&work.task.said) }) {
        Some((count, unit)) => timeline(work, count, &unit),
        None => sequence(work),
    }
}

/// A length of time that is named in weeks, days or months.
fn span(text: &str) -> Option<(u32, String)> {
    const NUMBERS: [&str; 12] = [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    ];
    let told: Vec<String> = text
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase())
        .collect();
    told.windows(2).find_map(|pair| {
        let (number, unit) = (pair.first()?, pair.get(1)?.strip_suffix('s')?);
        let count = NUMBERS
            .iter()
            .position(|name| name == number)
            .and_then(|index| u32::try_from(index + 1).ok())
            .or_else(|| number.parse().ok())?;
        (["week", "day", "month"].contains(&unit)
            && (if unit == "day" { 5 } else { 2 }..=104).contains(&count))
        .then(|| (count, unit.to_owned()))
    })
}

/// Steps on the time that the operator named, the end first thought of.
fn timeline(work: &Work<'_>, count: u32, unit: &str) -> Craft {
    let subject = work.subject;
    let named: Vec<String> = work
        .task
        .requirements()
        .into_iter()
        .filter(|one| span(one).is_none() && one != subject)
        .take(3)
        .collect();
    let begins = if named.is_empty() {
        "the work itself begins, the most uncertain piece first".to_owned()
    } else {
        format!("work begins on {}", listed(&named))
    };
    let at = |share: u32| {
        let number = 1 + (count - 1) * share / 100;
        format!("{} {number}", capital(unit))
    };
    let mut rows = vec![
        vec![
            at(0),
            format!("agree the aim of {subject} and name who decides"),
            "one sentence that everybody signs".to_owned(),
        ],
        vec![at(15), begins, "each piece has one owner".to_owned()],
        row(&[
            &at(50),
            "settle what is in and what is out",
            "nothing is added without taking something out",
        ]),
        row(&[
            &at(75),
            "everything is there once, even if rough",
            "somebody from outside has seen it",
        ]),
        row(&[
            &at(88),
            "rehearse the whole, mend what fails",
            "a list of faults, and none of them stops it",
        ]),
        vec![
            at(100),
            format!("go or no go, then {subject}"),
            "a decision with its reason; afterwards three things to keep and three to change".to_owned(),
        ],
    ];
    rows.dedup_by(|later, earlier| later.first() == earlier.first());
    Craft::new(
        format!(
            "The {count} {unit}s of {}, thought from the end. The last tenth is slack and stays free until it is needed.",
            work.task.full
        ),
        "Timeline",
        table(&["When", "Step", "Done when"], &rows),
        &[
            format!("On which date do the {count} {unit}s end, and is that date fixed?"),
            "Who can say no at the last moment?".to_owned(),
        ],
    )
}

fn sequence(work: &Work<'_>) -> Craft {
    let subject = work.subject;
    let mut rows = vec![
        vec![
            "1".to_owned(),
            format!("Agree what {subject} is to achieve"),
            "nothing".to_owned(),
            "one sentence that everybody signs".to_owned(),
        ],
        row(&[
            "2",
            "Name who decides, who does and who must know",
            "1",
            "a name beside each",
        ]),
    ];
    for one in work
        .task
        .requirements()
        .iter()
        .filter(|one| *one != subject)
        .take(4)
    {
        let number = rows.len() + 1;
        let sign = facets::of(one)
            .first()
            .map_or("somebody else has looked at it and agrees", |facet| facet.works);
        rows.push(vec![
            number.to_string(),
            cell(one),
            "2".to_owned(),
            sign.to_owned(),
        ]);
    }
    let number = rows.len() + 1;
    rows.push(vec![
        number.to_string(),
        "Rehearse the whole once, with what is there".to_owned(),
        format!("all up to {}", number - 1),
        "a list of what went wrong".to_owned(),
    ]);
    rows.push(vec![
        (number + 1).to_string(),
        format!("Go or no go for {subject}"),
        number.to_string(),
        "a decision, with its reason".to_owned(),
    ]);
    rows.push(vec![
        (number + 2).to_string(),
        "Carry it out, then look back within a week".to_owned(),
        (number + 1).to_string(),
        "three things to keep, three to change".to_owned(),
    ]);
    Craft::new(
        format!(
            "The steps of {}, each with what it needs and the sign that it is done. Steps that need the same number can run at the same time.",
            work.task.full
        ),
        "Steps in order",
        table(&["No.", "Step", "Needs", "Done when"], &rows),
        &[
            format!("By which date must {subject} be over, and what happens if it is not?"),
            "Who can say no at the last moment?".to_owned(),
        ],
    )
}

pub(super) fn risks(work: &Work<'_>) -> Craft {
    let subject = work.subject;
    let known = facets::of(work.matter());
    if work.narrowed && !known.is_empty() {
        return one_risk(work, known);
    }
    let mut rows: Vec<Vec<String>> = work
        .named
        .iter()
        .filter(|one| *one != subject)
        .take(3)
        .map(|one| {
            vec![
                format!("Late: {}", small(one)),
                "its first result is a week late".to_owned(),
                "go without it, or move the date: decide now which".to_owned(),
            ]
        })
        .collect();
    rows.extend([
        row(&[
            "A key person is away",
            "nobody else has done it once",
            "a second person does it once before",
        ]),
        vec![
            format!("{} reaches nobody", capital(subject)),
            "few reactions to the first message".to_owned(),
            "ask five people directly, then change the message".to_owned(),
        ],
        row(&[
            "Something outside fails on the day",
            "no answer from a supplier",
            "the second choice, with its number at hand",
        ]),
        row(&[
            "It costs more than thought",
            "a third is spent before a third is done",
            "cut the least useful part first",
        ]),
    ]);
    rows.truncate(6);
    Craft::new(
        format!(
            "What can go wrong with {}, how that shows early, and the answer that is agreed beforehand.",
            work.task.full
        ),
        "Risks",
        table(&["Risk", "Early sign", "Answer"], &rows),
        &[
            "Which of these would make you stop altogether?".to_owned(),
            "What went wrong the last time you did something like it?".to_owned(),
        ],
    )
}

pub(super) fn logistics(work: &Work<'_>) -> Craft {
    let guests = work
        .task
        .audience()
        .unwrap_or_else(|| "those who take part".to_owned());
    let mut rows = vec![
        vec![
            "Place".to_owned(),
            format!("room for {guests}, reachable, with a quiet corner"),
            "number of people and the date".to_owned(),
            "a second place on hold".to_owned(),
        ],
        row(&[
            "People",
            "somebody for the door, for questions and for the technology",
            "length of the day",
            "one spare person",
        ]),
        row(&[
            "Food and drink",
            "enough, with what nobody may eat marked",
            "final number, a week before",
            "a shop nearby",
        ]),
        row(&[
            "Equipment",
            "tried in the room the day before",
            "what is shown or played",
            "a second device with the same files",
        ]),
    ];
    for one in work.named.iter().filter(|one| *one != work.subject).take(3) {
        rows.push(vec![
            cell(one),
            "one person answers for it".to_owned(),
            "what exactly is expected".to_owned(),
            "agreed when everything else is booked".to_owned(),
        ]);
    }
    Craft::new(
        format!(
            "What has to be there for {}, and what must be known before it can be booked.",
            work.subject
        ),
        "Arrangements",
        table(&["What", "Needed", "Depends on", "In reserve"], &rows),
        &[
            "How many people come at most, and at least?".to_owned(),
            "Which date is fixed, and what may it cost?".to_owned(),
        ],
    )
}

pub(super) fn communication(work: &Work<'_>) -> Craft {
    let subject = work.subject;
    let outside = work
        .task
        .audience()
        .unwrap_or_else(|| "those it is made for".to_owned());
    let rows = vec![
        vec![
            "Your own people".to_owned(),
            format!("what {subject} changes for their work"),
            "answer questions".to_owned(),
            "first, before anybody outside".to_owned(),
        ],
        row(&[
            "Those who help others with it",
            "the ten questions that will come, with answers",
            "use the same words",
            "a few days before",
        ]),
        vec![
            capital(&outside),
            format!("what {subject} lets them do that they could not before"),
            "try one thing".to_owned(),
            "on the day".to_owned(),
        ],
        row(&[
            "Those who said yes early",
            "thanks, and what became of their advice",
            "tell one other person",
            "on the day, personally",
        ]),
        row(&[
            "Everybody else",
            "one sentence and one place to read more",
            "nothing",
            "after the first reactions",
        ]),
    ];
    Craft::new(
        format!(
            "Who hears what about {}, in an order in which nobody learns it from the wrong side.",
            work.task.full
        ),
        "Messages",
        table(&["Who", "The one point", "What they should do", "When"], &rows),
        &[
            format!("What may not be said yet about {subject}?"),
            "Who answers when somebody from outside asks?".to_owned(),
        ],
    )
}

/// One risk that the operator named.
fn one_risk(work: &Work<'_>, known: &[facets::Facet]) -> Craft {
    let matter = work.matter();
    let rows: Vec<Vec<String>> = known
        .iter()
        .map(|facet| {
            vec![
                capital(facet.name),
                facet.works.to_owned(),
                facet.refused.to_owned(),
                "to be named".to_owned(),
            ]
        })
        .collect();
    Craft::new(
        format!(
            "On “{matter}”: what must hold at each moment, and what must not happen. It is tried once on purpose before {}.",
            work.subject
        ),
        "When it happens",
        table(
            &["Moment", "Must hold", "Must not happen", "Who answers for it"],
            &rows,
        ),
        &[
            format!("How long may it last before {} has to stop?", work.subject),
            "Who may be woken for it, and by whom?".to_owned(),
        ],
    )
}
