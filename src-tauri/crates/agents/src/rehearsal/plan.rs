//! The driver's plan: the task's own parts, a beginning and an end that its kind of work needs, and who does them.

use super::family::Family;
use super::grammar;
use super::outline::{Draft, outline};
use super::task::{Kind, Task, says_nothing};
use super::text::{capital, content_words, counted, ended, listed, shorten, small, words};
use std::collections::BTreeSet;
use wheelhouse_domain::{Brief, ClarifyingQuestion, Plan, SubTask};

/// More parts than this nobody reads, whatever is allowed.
const MOST: usize = 6;

/// A plan as JSON, or a question where nothing can be understood and nothing was asked yet.
pub(super) fn answer(brief: &Brief) -> String {
    if brief.clarifications.is_empty() && says_nothing(&brief.operator_task) {
        return json(&ClarifyingQuestion {
            question: question(&brief.operator_task),
        });
    }
    json(&plan(&Task::of(brief), brief.max_sub_tasks))
}

/// These forms are plain data; they always serialise.
pub(super) fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

fn question(said: &str) -> String {
    let said = super::text::inline(said);
    let verb = words(&said).into_iter().find(|word| grammar::is_action(word));
    let heard = if content_words(&said).is_empty() && verb.is_none() {
        "The task does not say what is to be done.".to_owned()
    } else {
        format!(
            "The task says “{}”, but not what it is about.",
            shorten(&said, 60)
        )
    };
    format!("{heard} What should the crew produce, on which subject, and for whom?")
}

/// The plan of `task` in at most `allowed` parts.
pub(super) fn plan(task: &Task, allowed: u32) -> Plan {
    let room = usize::try_from(allowed).unwrap_or(MOST).clamp(1, MOST);
    let drafts = fitted(task, room);
    let sub_tasks = finished(task, &drafts);
    Plan {
        summary: summary(task, &sub_tasks),
        research: research(task),
        sub_tasks,
    }
}

/// The drafts that fit: beginning and end stay, the middle gives way.
fn fitted(task: &Task, room: usize) -> Vec<Draft> {
    let outline = outline(task);
    if room == 1 {
        let text = format!(
            "Do all of this in one piece: {}",
            ended(&shorten(&task.said, 300))
        );
        let title = format!("Work out {}", task.full);
        return vec![
            Draft::new(title, text, outline.first.family).done("Everything that the task names is covered."),
        ];
    }
    let mut middle: Vec<Draft> = own_parts(task, outline.covers_parts);
    let wanted = room.saturating_sub(2);
    if middle.len() > wanted && wanted > 0 {
        let rest: Vec<String> = middle
            .drain(wanted - 1..)
            .map(|draft| small(&draft.title))
            .collect();
        let family = Family::usual(task.kind);
        let text = format!("Do each of these: {}.", rest.join("; "));
        middle.push(
            Draft::new(
                format!("Cover {} more points of {}", rest.len(), task.object),
                text,
                family,
            )
            .done("Each of these points is answered."),
        );
    }
    for draft in outline.middle {
        let same = middle
            .iter()
            .any(|one| one.family == draft.family && !draft.repeats);
        if middle.len() < wanted.min(if task.parts.is_empty() { 4 } else { 3 }) && !same {
            middle.push(draft);
        }
    }
    middle.truncate(wanted);
    let mut all = vec![outline.first];
    all.extend(middle);
    all.push(outline.last);
    all
}

/// One draft for each thing that the operator named.
fn own_parts(task: &Task, covered: bool) -> Vec<Draft> {
    if covered {
        return task.parts.iter().map(|part| own_part(task, part)).collect();
    }
    task.features
        .iter()
        .chain(&task.parts)
        .map(|part| own_part(task, part))
        .collect()
}

fn own_part(task: &Task, part: &str) -> Draft {
    let family = Family::called_by(part).unwrap_or_else(|| Family::usual(task.kind));
    let title = if part.ends_with('?') {
        format!("Answer “{part}”")
    } else if grammar::is_action(part) {
        capital(part)
    } else if grammar::is_clause(part) {
        format!("Make sure that {}", task.inside(part))
    } else {
        let verb = match task.kind {
            Kind::Software | Kind::Repair => "Specify",
            Kind::Writing => "Work out",
            Kind::Planning | Kind::General => "Settle",
            Kind::Review => "Check",
            Kind::Comparison | Kind::Research | Kind::Data => "Examine",
        };
        // A long part says by itself what it belongs to.
        if words(part).len() > 3 {
            format!("{verb} {}", task.inside(part))
        } else {
            format!("{verb} {} for {}", task.inside(part), task.object)
        }
    };
    let text = format!(
        "The task names this by itself: “{}”. Work it out for {}.",
        shorten(part, 140),
        task.full
    );
    Draft::new(title, text, family)
        .done("It can be acted on without asking again, or the open question is named.")
}

/// Drafts as sub-tasks, with ids and needs.
fn finished(task: &Task, drafts: &[Draft]) -> Vec<SubTask> {
    let mut ids: BTreeSet<String> = BTreeSet::new();
    let common = task.common();
    let names: Vec<String> = drafts
        .iter()
        .enumerate()
        .map(|(index, draft)| {
            let id = unique(&slug(&draft.title, &common, index), &ids);
            ids.insert(id.clone());
            id
        })
        .collect();
    let bounds = if task.limits.is_empty() {
        String::new()
    } else {
        format!(" Keep to: {}.", bounds(task))
    };
    let last = drafts.len() - 1;
    drafts
        .iter()
        .enumerate()
        .map(|(index, draft)| SubTask {
            id: names[index].clone(),
            title: shorten(&draft.title, 110),
            description: format!("{}{bounds}", ended(&draft.text)),
            role: draft.family.role().to_owned(),
            needs: match index {
                0 => Vec::new(),
                _ if index == last => names[..last].to_vec(),
                _ if draft.after_first => vec![names[0].clone()],
                _ => Vec::new(),
            },
            done_when: draft.done.clone(),
        })
        .collect()
}

fn bounds(task: &Task) -> String {
    task.limits
        .iter()
        .map(|one| small(one))
        .collect::<Vec<_>>()
        .join("; ")
}

/// A short name from the words of a title, without those of the object that every title has.
fn slug(title: &str, common: &[String], index: usize) -> String {
    let name = |skip: bool| {
        let picked: Vec<String> = content_words(title)
            .into_iter()
            .filter(|word| {
                word.chars().all(|c| c.is_ascii_alphanumeric()) && !(skip && common.contains(word))
            })
            .take(3)
            .collect();
        picked.join("-").chars().take(40).collect::<String>()
    };
    [name(true), name(false)]
        .into_iter()
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| format!("part-{}", index + 1))
}

fn unique(name: &str, taken: &BTreeSet<String>) -> String {
    (1..)
        .map(|count| {
            if count == 1 {
                name.to_owned()
            } else {
                format!("{name}-{count}")
            }
        })
        .find(|name| !taken.contains(name))
        .unwrap_or_default()
}

fn summary(task: &Task, parts: &[SubTask]) -> String {
    let what = match task.kind {
        Kind::Software => "something that runs",
        Kind::Writing => "a text",
        Kind::Comparison => "a choice",
        Kind::Research => "an answer from what is known",
        Kind::Planning => "a plan",
        Kind::Review => "a judgement of something that exists",
        Kind::Repair => "a cure for something that exists",
        Kind::Data => "an answer from figures",
        Kind::General => "a result whose form the task leaves open",
    };
    let subject = task.full.trim_end_matches('.');
    let mut lines = vec![match task.kind {
        _ if task.question.is_some() => format!("The task asks a question; what is sought is {subject}."),
        Kind::Comparison => format!("The task asks for {what} between {subject}."),
        _ => format!("The task asks for {what}: {subject}."),
    }];
    let named: Vec<String> = task
        .requirements()
        .iter()
        .map(|one| format!("“{}”", shorten(one, 60)))
        .collect();
    if !named.is_empty() {
        let shown = &named[..named.len().min(4)];
        lines.push(format!(
            "It names {}{}.",
            listed(shown),
            if named.len() > 4 { " and more" } else { "" }
        ));
    }
    if !task.limits.is_empty() {
        lines.push(format!("It sets bounds: {}.", bounds(task)));
    }
    let free = parts.iter().filter(|part| part.needs.is_empty()).count();
    lines.push(match parts.len() {
        1 => "It is done in one part.".to_owned(),
        all if free == 1 => format!(
            "It is divided into {}; the others build on the first.",
            counted(all, "part")
        ),
        all => format!(
            "It is divided into {}; {free} of them begin at once, and the last one brings them together.",
            counted(all, "part")
        ),
    });
    lines.join(" ")
}

/// The question for the knowledge: the task's own words of meaning.
fn research(task: &Task) -> String {
    if task.question.is_some() {
        return shorten(&task.said, 300);
    }
    let mut subject: Vec<String> = vec![task.full.clone()];
    subject.extend(task.options.iter().cloned());
    subject.extend(task.requirements().into_iter().take(5));
    let picked: Vec<String> = content_words(&subject.join(" ")).into_iter().take(18).collect();
    if picked.is_empty() {
        return shorten(&task.said, 200);
    }
    format!("What do the documents say about {}?", picked.join(" "))
}
