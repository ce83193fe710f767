//! Reads a run from a stream that anybody may have made, and believes nothing.

use super::bounds::{Values, check_work};
use super::lines::Lines;
use super::{
    FORMAT, Line, MOST_AGENTS, MOST_ENTRIES, MOST_WORKFLOWS, Manifest, Meant, RunFile, RunFileError, VERSION,
};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, ErrorKind, Read};
use wheelhouse_domain::{AgentUid, ContentHash, EVENT_VERSION, Event, EventBody, WorkflowUid};
use wheelhouse_engine::Run;

/// How a packed stream begins.
const PACKED: [u8; 2] = [0x1f, 0x8b];

/// Largest number of an attempt, a turn or a call in a turn.
const LARGEST_NUMBER: u32 = 1_000_000;

/// What stands in `file`, if all of it fits together.
pub(crate) fn read(file: impl Read, meant: Meant) -> Result<RunFile, RunFileError> {
    let mut file = BufReader::new(file);
    let begins_packed = file.fill_buf().is_ok_and(|bytes| bytes.starts_with(&PACKED));
    if !begins_packed {
        return Err(RunFileError::NotARun);
    }
    let mut lines = Lines::new(file);
    let mut values = Values::default();
    let manifest = manifest(&mut lines, &mut values)?;
    let mut found = RunFile {
        runs: vec![Vec::new(); manifest.workflows.len()],
        contents: Vec::new(),
        manifest,
    };
    let mut hashes: BTreeMap<ContentHash, usize> = BTreeMap::new();
    loop {
        let Some(text) = lines.next()? else {
            return Err(RunFileError::Cut { line: lines.number });
        };
        let line = lines.number;
        values.count(line, &text)?;
        let read: Line = serde_json::from_str(&text).map_err(|source| RunFileError::Line { line, source })?;
        if meant == Meant::Moved && !matches!(read, Line::Content(_)) {
            check_understood(&text, line, &read)?;
        }
        match read {
            Line::Event(number, event) => take_event(&mut found, line, number, event)?,
            Line::Content(content) => {
                hashes.insert(ContentHash::of(&content), line);
                found.contents.push(content);
                if found.contents.len() > MOST_ENTRIES {
                    return Err(too_many("texts", MOST_ENTRIES));
                }
            }
            Line::Sum(sum) if sum == lines.sum() => break,
            Line::Sum(_) => return Err(RunFileError::Changed),
        }
        lines.count(&text);
    }
    if lines.next()?.is_some() {
        return Err(RunFileError::Cut { line: lines.number });
    }
    check_counts(&found)?;
    check_work(&found)?;
    check_runs(&found, meant)?;
    check_texts(&found, &hashes)?;
    check_agents(&found)?;
    Ok(found)
}

fn too_many(what: &'static str, limit: usize) -> RunFileError {
    RunFileError::TooMany { what, limit }
}

/// What every version of the form begins with.
#[derive(Deserialize)]
struct Head {
    format: String,
    version: u32,
}

fn manifest<R: Read>(lines: &mut Lines<R>, values: &mut Values) -> Result<Manifest, RunFileError> {
    let first = lines.next().map_err(|error| match error {
        RunFileError::Unpack { line, source } if source.kind() == ErrorKind::UnexpectedEof => {
            RunFileError::Cut { line }
        }
        // What holds no lines of text is no such file either.
        RunFileError::Unpack { .. } | RunFileError::Cut { .. } => RunFileError::NotARun,
        error => error,
    })?;
    let text = first.ok_or(RunFileError::NotARun)?;
    let head: Head = serde_json::from_str(&text).map_err(|_| RunFileError::NotARun)?;
    if head.format != FORMAT {
        return Err(RunFileError::NotARun);
    }
    if head.version > VERSION {
        return Err(RunFileError::Newer { found: head.version });
    }
    values.count(1, &text)?;
    let manifest: Manifest =
        serde_json::from_str(&text).map_err(|source| RunFileError::Line { line: 1, source })?;
    lines.count(&text);
    if manifest.workflows.len() > MOST_WORKFLOWS {
        return Err(too_many("workflows", MOST_WORKFLOWS));
    }
    if manifest.agents.len() > MOST_AGENTS {
        return Err(too_many("agents", MOST_AGENTS));
    }
    if manifest.workflows.is_empty() {
        return Err(RunFileError::NotARun);
    }
    Ok(manifest)
}

/// A run that goes on here loses nothing that it knew: what this program would not write again it must not take over.
fn check_understood(text: &str, line: usize, read: &Line) -> Result<(), RunFileError> {
    let fault = |source| RunFileError::Line { line, source };
    let told: Value = serde_json::from_str(text).map_err(fault)?;
    let understood = serde_json::to_value(read).map_err(fault)?;
    if says(&understood, &told) {
        Ok(())
    } else {
        Err(RunFileError::Unknown { line })
    }
}

/// Whether `all` says at least what `part` says.
fn says(all: &Value, part: &Value) -> bool {
    match (all, part) {
        (Value::Object(all), Value::Object(part)) => part.iter().all(|(name, value)| match all.get(name) {
            Some(own) => says(own, value),
            None => value.is_null(),
        }),
        (Value::Array(all), Value::Array(part)) => {
            all.len() == part.len() && all.iter().zip(part).all(|(own, value)| says(own, value))
        }
        (own, value) => own == value,
    }
}

fn take_event(file: &mut RunFile, line: usize, number: usize, event: Event) -> Result<(), RunFileError> {
    let workflow = file.manifest.workflows.get(number).map(|one| one.uid);
    let (Some(workflow), Some(run)) = (workflow, file.runs.get_mut(number)) else {
        return Err(RunFileError::Cut { line });
    };
    if event.v > EVENT_VERSION {
        return Err(RunFileError::Newer {
            found: u32::from(event.v),
        });
    }
    let previous = run.last().map_or(0, |event| event.seq.0);
    if event.seq.0 != previous + 1 {
        return Err(RunFileError::Order {
            line,
            workflow,
            previous,
            found: event.seq.0,
        });
    }
    if run.len() >= MOST_ENTRIES {
        return Err(too_many("events", MOST_ENTRIES));
    }
    run.push(event);
    Ok(())
}

fn check_counts(file: &RunFile) -> Result<(), RunFileError> {
    let told = file.manifest.workflows.iter().map(|one| one.events as usize);
    let fits = told.eq(file.runs.iter().map(Vec::len));
    if !fits || file.manifest.contents as usize != file.contents.len() {
        return Err(RunFileError::Changed);
    }
    if file.runs.iter().map(Vec::len).sum::<usize>() > MOST_ENTRIES {
        return Err(too_many("events", MOST_ENTRIES));
    }
    Ok(())
}

/// Each workflow folds, has ended, is what the manifest says, and stands after the one that it was started for.
fn check_runs(file: &RunFile, meant: Meant) -> Result<(), RunFileError> {
    if meant == Meant::Moved && file.manifest.moving.is_none() {
        return Err(RunFileError::NotMoving);
    }
    let mut known: BTreeSet<WorkflowUid> = BTreeSet::new();
    for (told, events) in file.manifest.workflows.iter().zip(&file.runs) {
        let workflow = told.uid;
        let wrong = |what| RunFileError::Inconsistent { workflow, what };
        // Before folding, which goes from each task to what contains it until there is nothing above.
        check_tasks(events).map_err(wrong)?;
        let run = Run::fold(events).map_err(|source| RunFileError::Fold { workflow, source })?;
        if run.uid != workflow {
            return Err(wrong("its events are of another workflow"));
        }
        if events
            .iter()
            .any(|event| matches!(event.body, EventBody::WorkflowImported { .. }))
        {
            return Err(wrong("it says that it was imported"));
        }
        if meant == Meant::Kept && !run.status().is_final() {
            return Err(RunFileError::NotEnded(told.name.clone()));
        }
        if meant == Meant::Moved && known.is_empty() && run.status().is_final() {
            return Err(wrong("it has ended, so that there is nothing to hand over"));
        }
        // None leaves where it was said or tried, so that here nobody would have said it.
        if meant == Meant::Moved && (run.setup.conversation.is_some() || run.setup.trial.is_some()) {
            return Err(wrong(
                "it is a reply in a conversation or a trial, which stay where they are",
            ));
        }
        let parent = run.setup.parent.as_ref().map(|parent| parent.workflow);
        let is_below = parent.is_some_and(|parent| known.contains(&parent));
        if meant == Meant::Moved && known.is_empty() && parent.is_some() {
            return Err(wrong(
                "it was started for another workflow, and goes where that one goes",
            ));
        }
        let in_file = |uid| file.manifest.workflows.iter().any(|one| one.uid == uid);
        if known.is_empty() && parent.is_some_and(in_file) {
            return Err(wrong("it was started for a workflow that stands below it"));
        }
        if !known.is_empty() && !is_below {
            return Err(wrong(
                "the workflow that it was started for does not stand before it",
            ));
        }
        if !known.insert(workflow) {
            return Err(wrong("it is there twice"));
        }
    }
    Ok(())
}

/// Every task is there once and stands in one that was there before; numbers are such as runs have.
fn check_tasks(events: &[Event]) -> Result<(), &'static str> {
    let mut known = BTreeSet::new();
    for event in events {
        match &event.body {
            EventBody::TaskAdded { task, place, .. } => {
                if place
                    .as_ref()
                    .is_some_and(|place| !known.contains(&place.container))
                {
                    return Err("a task stands in one that is not there");
                }
                if !known.insert(task) {
                    return Err("a task is there twice");
                }
            }
            EventBody::TaskStarted { attempt, .. } if *attempt > LARGEST_NUMBER => {
                return Err("a task has more attempts than there can be");
            }
            EventBody::CallStarted { turn, index, .. }
                if *turn > LARGEST_NUMBER || *index > LARGEST_NUMBER =>
            {
                return Err("a task has more turns than there can be");
            }
            _ => {}
        }
    }
    Ok(())
}

fn check_texts(file: &RunFile, hashes: &BTreeMap<ContentHash, usize>) -> Result<(), RunFileError> {
    let wanted: BTreeSet<&ContentHash> = file
        .runs
        .iter()
        .flatten()
        .filter_map(|event| event.body.content())
        .collect();
    if let Some(missing) = wanted.iter().find(|hash| !hashes.contains_key(**hash)) {
        return Err(RunFileError::MissingText((*missing).clone()));
    }
    match hashes.iter().find(|(hash, _)| !wanted.contains(hash)) {
        Some((_, line)) => Err(RunFileError::StrayText { line: *line }),
        None => Ok(()),
    }
}

fn check_agents(file: &RunFile) -> Result<(), RunFileError> {
    let known: BTreeSet<AgentUid> = file.manifest.agents.iter().map(|agent| agent.uid).collect();
    let used = super::agents::used(&file.runs);
    match used.into_iter().find(|uid| !known.contains(uid)) {
        Some(missing) => Err(RunFileError::MissingAgent(missing)),
        None => Ok(()),
    }
}
