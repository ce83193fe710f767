//! What the operator is asked at a limit of tasks, time, levels or items.

use super::limits::Reached;
use crate::budget::{AGAIN, RAISE, STOP};
use crate::state::{Run, Task};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use wheelhouse_domain::{
    BudgetOf, Failure, FailureCode, Field, FieldKind, Form, FormAbout, Json, LimitKind, Millis, Outcome,
    TaskKey, TaskOf,
};

/// How many of those that used most are named.
const NAMED: usize = 3;

/// The failure of a task whose budget the operator did not raise.
pub(super) fn no_more() -> Failure {
    Failure::lasting(
        FailureCode::BudgetRefused,
        "Its budget was used up, and you gave no more.",
        "Raise the limit and retry the task.",
    )
}

/// What is asked for `task`.
pub(super) fn text(run: &Run, task: &Task, reached: &Reached, now: Millis) -> String {
    let (allowed, wanted) = (reached.allowed, reached.wanted);
    let whose = match reached.owner.as_ref().and_then(|key| run.task(key)) {
        Some(owner) => format!("the step “{}”", owner.title),
        None => "this workflow".to_owned(),
    };
    match reached.limit {
        LimitKind::Steps => format!(
            "The budget of {whose} lets {} begin, and {wanted} have begun.{} Next would be “{}”.",
            tasks(allowed),
            named("Most were in", begun_by(run, reached.owner.as_ref()), |count| {
                count.to_string()
            }),
            task.title
        ),
        LimitKind::Seconds => format!(
            "The budget of {whose} allows {} of work, and that is used up.{} What is in flight ends, and nothing new \
             begins before you answer.",
            span(i64::from(allowed).saturating_mul(1_000)),
            named(
                "Most went to",
                worked_by(run, reached.owner.as_ref(), now),
                |time| { span(time) }
            ),
        ),
        LimitKind::Depth => format!(
            "“{}” would start a workflow inside this one, and the budget of {whose} lets none nest deeper.",
            task.title
        ),
        LimitKind::FanOut => format!(
            "“{}” would become {}, and the budget of {whose} allows {allowed} for one step.",
            task.title,
            tasks(wanted)
        ),
    }
}

/// What the operator can answer.
pub(super) fn form(run: &Run, reached: &Reached) -> Form {
    let more = match reached.limit {
        LimitKind::Steps | LimitKind::Seconds => (reached.allowed / 2).max(1),
        LimitKind::Depth | LimitKind::FanOut => reached.wanted.saturating_sub(reached.allowed).max(1),
    };
    Form {
        outcomes: vec![
            outcome(RAISE, "Raise the limit"),
            outcome(AGAIN, "Try again"),
            outcome(STOP, "Stop"),
        ],
        fields: vec![Field {
            name: reached.limit.as_str().to_owned(),
            title: title(reached.limit).to_owned(),
            kind: FieldKind::Integer,
            help: String::new(),
            required: false,
            default: Some(Json(more.into())),
            choices: Vec::new(),
            min: Some(0),
            max: None,
        }],
        about: Some(FormAbout::Limit {
            whose: owner(run, reached.owner.as_ref()),
            limit: reached.limit,
        }),
        ..Form::default()
    }
}

fn title(limit: LimitKind) -> &'static str {
    match limit {
        LimitKind::Steps => "More tasks that may begin",
        LimitKind::Seconds => "More time, in seconds",
        LimitKind::Depth => "More levels",
        LimitKind::FanOut => "More tasks for one step",
    }
}

fn owner(run: &Run, key: Option<&TaskKey>) -> BudgetOf {
    match key {
        None => BudgetOf::Workflow { workflow: run.uid },
        Some(key) => BudgetOf::Task {
            task: TaskOf {
                workflow: run.uid,
                task: key.clone(),
            },
        },
    }
}

fn outcome(name: &str, title: &str) -> Outcome {
    Outcome {
        name: name.to_owned(),
        title: title.to_owned(),
    }
}

fn tasks(count: u32) -> String {
    match count {
        1 => "1 task".to_owned(),
        count => format!("{count} tasks"),
    }
}

fn named<T>(lead: &str, parts: Vec<(String, T)>, words: impl Fn(T) -> String) -> String {
    if parts.is_empty() {
        return String::new();
    }
    let parts: Vec<String> = parts
        .into_iter()
        .map(|(title, used)| format!("{title} {}", words(used)))
        .collect();
    format!(" {lead}: {}.", parts.join(", "))
}

/// The tasks that have begun below a budget, by what stands directly in it.
fn begun_by(run: &Run, owner: Option<&TaskKey>) -> Vec<(String, u32)> {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for task in run.tasks.iter().filter(|task| task.attempt > 0) {
        if let Some(part) = part_of(run, task, owner) {
            *counts.entry(part.title.as_str()).or_default() += 1;
        }
    }
    most(counts, |count| *count)
}

/// How long what stands directly in a budget's owner was at work.
fn worked_by(run: &Run, owner: Option<&TaskKey>, now: Millis) -> Vec<(String, i64)> {
    let mut times: BTreeMap<&str, i64> = BTreeMap::new();
    for task in run.tasks.iter().filter(|task| task.attempt > 0) {
        if part_of(run, task, owner).is_some_and(|part| part.key == task.key) {
            *times.entry(task.title.as_str()).or_default() += task.worked(now);
        }
    }
    most(times, |time| *time / 1_000)
}

/// What stands directly in `owner`, or at the top, and is or contains `task`.
fn part_of<'a>(run: &'a Run, task: &'a Task, owner: Option<&TaskKey>) -> Option<&'a Task> {
    let mut path = std::iter::once(task).chain(run.ancestors(task));
    path.find(|part| part.place.as_ref().map(|place| &place.container) == owner)
}

fn most<T: Ord + Default>(parts: BTreeMap<&str, T>, size: impl Fn(&T) -> T) -> Vec<(String, T)> {
    let mut parts: Vec<(String, T)> = parts
        .into_iter()
        .filter(|(_, used)| size(used) > T::default())
        .map(|(title, used)| (title.to_owned(), used))
        .collect();
    parts.sort_by(|(_, one), (_, other)| Reverse(one).cmp(&Reverse(other)));
    parts.truncate(NAMED);
    parts
}

/// A length of time in words, to the second below an hour and to the minute above.
fn span(ms: i64) -> String {
    let seconds = ms / 1_000;
    let (hours, minutes, rest) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes, rest) {
        (0, 0, rest) => format!("{rest} s"),
        (0, minutes, 0) => format!("{minutes} min"),
        (0, minutes, rest) => format!("{minutes} min {rest} s"),
        (hours, 0, _) => format!("{hours} h"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_said_in_words() {
        for (ms, words) in [
            (0, "0 s"),
            (59_999, "59 s"),
            (60_000, "1 min"),
            (90_000, "1 min 30 s"),
            (3_600_000, "1 h"),
            (3_660_500, "1 h 1 min"),
            (90_000_000, "25 h"),
        ] {
            assert_eq!(span(ms), words);
        }
    }
}
