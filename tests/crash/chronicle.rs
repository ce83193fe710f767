//! The lives of the application on one folder, and what must hold from one to the next.

use crate::application::{FIRST, SECOND, book};
use crate::journal::Journal;
use crate::kinds::{BELOW, THIRD};
use crate::laws::Place;
use crate::process::{Application, Said};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use wheelhouse_domain::{CallKey, CallKind, ContentHash, EventBody, WorkflowId, WorkflowStatus};
use wheelhouse_engine::{Call, CallState};

/// A call of any run of the folder.
type AnyCall = (WorkflowId, CallKey);

/// What a model is asked, by where it stands in which run.
type Question = (WorkflowId, Place);

/// What is known of one folder.
pub(crate) struct Chronicle {
    folder: tempfile::TempDir,
    /// Lives begun so far.
    lives: u32,
    /// The journal as the newest life left it.
    newest: Option<Journal>,
    /// Calls that were in flight when a life ended. Their answers are lost.
    cut_off: BTreeSet<AnyCall>,
}

impl Chronicle {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            lives: 0,
            newest: None,
            cut_off: BTreeSet::new(),
        }
    }

    /// The application's data folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The journal as the newest life left it.
    pub(crate) fn journal(&self) -> &Journal {
        self.newest.as_ref().expect("a life has ended")
    }

    /// Position that the newest life left.
    pub(crate) fn position(&self) -> i64 {
        self.newest.as_ref().map_or(0, Journal::position)
    }

    /// Starts the next life. It wishes for its tasks where that is not on record yet, or `again` says so.
    pub(crate) fn start(&mut self, again: bool) -> Application {
        self.lives += 1;
        let known = self.newest.as_ref().is_some_and(Journal::has_every_wish);
        Application::start(self.folder.path(), self.lives, again || !known)
    }

    /// Looks at what the life that just ended has left.
    pub(crate) async fn ended(&mut self, said: &Said) {
        let journal = Journal::read(&self.data()).await;
        check_told(&journal, said);
        if let Some(before) = &self.newest {
            check_grown(before, &journal);
        }
        self.check_asked(&journal);
        for (id, history) in &journal.histories {
            let open = history.run.tasks.iter().flat_map(|task| &task.calls);
            let open = open.filter(|call| call.state == CallState::Started);
            self.cut_off.extend(open.map(|call| (*id, call.key.clone())));
        }
        self.newest = Some(journal);
    }

    /// Looks at what the last life has left, which was there until everything had ended.
    pub(crate) async fn whole(&mut self, said: &Said) {
        self.ended(said).await;
        let journal = self.journal();
        let mut tasks = Vec::new();
        for (id, history) in &journal.histories {
            let row = &history.row;
            assert_eq!(row.status, WorkflowStatus::Completed, "workflow {id}");
            assert!(said.ended.contains(&(id.0, "completed".to_owned())), "{said:?}");
            let report = history.report.as_ref().expect("a report");
            assert!(
                !report.text.trim().is_empty(),
                "the report of {id} says something"
            );
            tasks.push(row.description.as_str());
        }
        tasks.sort_unstable();
        let mut wished = [FIRST, SECOND, THIRD, BELOW];
        wished.sort_unstable();
        assert_eq!(
            tasks, wished,
            "each wish has made one workflow, and one of them another"
        );
        assert_eq!(
            interrupted(journal),
            self.cut_off,
            "the calls that count as interrupted are those that were in flight when a life ended"
        );
        self.check_sums(journal);
    }

    /// The intent of every question was on record before the model was asked, and no question was asked again whose
    /// answer was on record when the life began.
    fn check_asked(&self, journal: &Journal) {
        let questions = questions(journal);
        let before = self.newest.as_ref().map(answered).unwrap_or_default();
        for (life, request) in asked(self.folder.path()) {
            if life == self.lives {
                let question = questions.get(&request);
                let question = question.unwrap_or_else(|| panic!("{request:?} was asked unrecorded"));
                assert!(!before.contains(question), "{question:?} was answered before");
            }
        }
    }

    /// No question was asked more often than was intended, and none was answered that was not asked.
    fn check_sums(&self, journal: &Journal) {
        let questions = questions(journal);
        let mut sums: BTreeMap<&Question, usize> = BTreeMap::new();
        for (_, request) in asked(self.folder.path()) {
            *sums.entry(&questions[&request]).or_default() += 1;
        }
        for (question, intended) in intents(journal) {
            let sum = sums.get(&question).copied().unwrap_or_default();
            assert!((1..=intended).contains(&sum), "{sum} of {intended}: {question:?}");
        }
    }
}

/// Everything that the application was told of is there, as it was told.
fn check_told(journal: &Journal, said: &Said) {
    let facts: BTreeMap<i64, &str> = journal
        .facts
        .iter()
        .map(|fact| (fact.position.0, fact.kind.as_str()))
        .collect();
    for (position, kind) in &said.told {
        assert_eq!(
            facts.get(position),
            Some(&kind.as_str()),
            "fact {position} is lost"
        );
    }
    assert!(said.opened_at.is_none_or(|at| at <= journal.position()));
}

/// Nothing that was on record is gone or another.
fn check_grown(before: &Journal, after: &Journal) {
    assert!(before.facts.is_empty() || before.store == after.store);
    assert!(after.facts.starts_with(&before.facts), "the journal only grows");
    for (id, history) in &before.histories {
        let now = &after.histories.get(id).expect("a workflow stays").events;
        assert!(now.starts_with(&history.events), "the journal of {id} only grows");
    }
    for (key, record) in &before.wishes {
        assert_eq!(after.wishes.get(key), Some(record));
    }
}

/// Every intent to ask a model, with the address of its request.
fn to_models(journal: &Journal) -> Vec<(Question, &ContentHash)> {
    let mut found = Vec::new();
    for (id, history) in &journal.histories {
        for event in &history.events {
            if let EventBody::CallStarted {
                task,
                turn,
                index,
                kind: CallKind::Model { .. },
                request,
                ..
            } = &event.body
            {
                found.push(((*id, (task.clone(), *turn, *index)), request));
            }
        }
    }
    found
}

/// Which question a request belongs to. The tasks differ, so that no two share one.
fn questions(journal: &Journal) -> BTreeMap<ContentHash, Question> {
    to_models(journal)
        .into_iter()
        .map(|(question, request)| (request.clone(), question))
        .collect()
}

/// How often each question is on record as intended.
fn intents(journal: &Journal) -> BTreeMap<Question, usize> {
    let mut intents = BTreeMap::new();
    for (question, _) in to_models(journal) {
        *intents.entry(question).or_default() += 1;
    }
    intents
}

/// Questions whose answers are on record.
fn answered(journal: &Journal) -> BTreeSet<Question> {
    let mut answered = BTreeSet::new();
    for (id, history) in &journal.histories {
        for task in &history.run.tasks {
            let finished = |call: &&Call| matches!(call.state, CallState::Finished { .. });
            let calls = task.calls.iter().filter(finished);
            answered.extend(calls.map(|call| (*id, (task.key.clone(), call.turn, call.index))));
        }
    }
    answered
}

fn interrupted(journal: &Journal) -> BTreeSet<AnyCall> {
    let mut calls = BTreeSet::new();
    for (id, history) in &journal.histories {
        for event in &history.events {
            if let EventBody::CallInterrupted { call } = &event.body {
                calls.insert((*id, call.clone()));
            }
        }
    }
    calls
}

/// What the witness wrote: in which life which question was really asked.
fn asked(folder: &Path) -> Vec<(u32, ContentHash)> {
    // Killed early, it may not have begun.
    let book = std::fs::read_to_string(book(folder)).unwrap_or_default();
    let entry = |line: &str| {
        let (life, request) = line.split_once(' ').expect("a life and a question");
        (life.parse().expect("a life"), ContentHash(request.to_owned()))
    };
    book.lines().map(entry).collect()
}
