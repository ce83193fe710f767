//! One run under way: its journal, its clock, its operator, its crashes.

use super::laws::Book;
use crate::common::{START, created, hash};
use crate::world::Tape;
use serde_json::json;
use wheelhouse_domain::{
    Event, EventBody, Json, Limits, Millis, Reply, TaskKey, TaskStatus, Template, WorkflowStatus,
};
use wheelhouse_engine::{Effect, Input, Question, Refusal, Run, decide, outstanding};

pub(super) struct Stage {
    pub(super) run: Run,
    pub(super) events: Vec<Event>,
    pub(super) tape: Tape,
    /// How many items, rounds and ways there are, where that is not a matter of luck.
    pub(super) shape: Option<Tape>,
    pub(super) now: Millis,
    pub(super) outputs: u32,
    book: Book,
    pub(super) inputs: u32,
}

impl Stage {
    pub(super) fn new(template: &Template, limits: Limits, tape: Tape) -> Self {
        let first = created(template, limits);
        Self {
            run: Run::fold([&first]).unwrap(),
            book: Book::open(&first),
            events: vec![first],
            tape,
            shape: None,
            now: START,
            outputs: 0,
            inputs: 0,
        }
    }

    /// A run that begins with what was taken over from another.
    pub(super) fn forked(events: Vec<Event>, tape: Tape, now: Millis) -> Self {
        let run = Run::fold(&events).unwrap();
        let mut book = Book::open(&events[0]);
        book.take_over(&run);
        Self {
            run,
            book,
            events,
            tape,
            shape: None,
            now,
            outputs: 1_000,
            inputs: 0,
        }
    }

    /// Hands `input` to the engine and checks every law on what follows.
    pub(super) fn input(&mut self, input: &Input) -> Result<Vec<EventBody>, Refusal> {
        self.inputs += 1;
        let decided = decide(&self.run, input.clone(), self.now);
        if let Err(Refusal::Fold(fault)) = &decided {
            panic!("the engine's own events do not fold: {fault}, after {input:?}");
        }
        let events = decided?;
        for event in &events {
            self.book.enter(event);
            self.run.apply(event).unwrap();
        }
        self.events.extend(events.iter().cloned());
        self.check(input);
        Ok(events.into_iter().map(|event| event.body).collect())
    }

    pub(super) fn must(&mut self, input: &Input) {
        if let Err(refusal) = self.input(input) {
            panic!("{input:?} was refused: {refusal}");
        }
    }

    fn check(&self, input: &Input) {
        for task in &self.run.tasks {
            assert!(
                self.book.agrees(task),
                "{} is {:?} after {input:?}",
                task.key,
                task.status
            );
        }
        let effects = outstanding(&self.run);
        let asks = self.open_question().is_some();
        match self.run.status() {
            WorkflowStatus::Running => {
                assert!(
                    !effects.is_empty(),
                    "nothing is to be done after {input:?}: {}",
                    self.standing()
                );
            }
            WorkflowStatus::Waiting => {
                let wakes = effects.iter().all(|effect| matches!(effect, Effect::Wake { .. }));
                assert!(wakes, "a run that waits has {effects:?} to do");
                assert!(
                    asks || !effects.is_empty(),
                    "it waits for nothing after {input:?}"
                );
            }
            WorkflowStatus::Paused => {
                let quiet = effects
                    .iter()
                    .all(|effect| matches!(effect, Effect::RunChild { paused: true, .. }));
                assert!(quiet, "a paused run has {effects:?} to do");
            }
            status => assert_eq!(effects, [], "a {} run has something to do", status.as_str()),
        }
    }

    /// Where every task stands, for who reads a failing case.
    fn standing(&self) -> String {
        let line = |task: &wheelhouse_engine::Task| {
            let kind = self.run.kind_of(task).map_or("", |kind| kind.as_str());
            format!("\n{} ({kind}) {:?} needs {:?}", task.key, task.status, task.needs)
        };
        self.run.tasks.iter().map(line).collect()
    }

    /// The process dies and comes back: all that is left is the journal.
    fn crash(&mut self) {
        let recovered = Run::fold(&self.events).unwrap();
        assert_eq!(recovered, self.run, "the journal gives another run");
        self.run = recovered;
        if !self.run.status().is_final() {
            self.must(&Input::Advance);
        }
    }

    pub(super) fn live(&mut self, inputs_at_most: u32) {
        self.must(&Input::Start);
        self.live_on(inputs_at_most);
    }

    pub(super) fn live_on(&mut self, inputs_at_most: u32) {
        while !self.is_over() {
            assert!(
                self.inputs < inputs_at_most,
                "the run does not come to its end: {:?}",
                outstanding(&self.run)
            );
            self.step();
        }
        assert_eq!(Run::fold(&self.events).as_ref(), Ok(&self.run));
    }

    fn is_over(&self) -> bool {
        self.run.status().is_final() && self.tape.is_over()
    }

    fn step(&mut self) {
        if self.tape.rarely(10) {
            return self.crash();
        }
        if self.run.status().is_final() || self.tape.rarely(8) {
            return self.steer();
        }
        if self.run.paused && !self.run.cancelling && (self.tape.is_over() || self.tape.rarely(3)) {
            return self.must(&Input::Resume);
        }
        if self.tape.rarely(8) {
            self.now = self.now.plus(700);
            return self.must(&Input::Advance);
        }
        let effects = outstanding(&self.run);
        let works = effects
            .iter()
            .any(|effect| !matches!(effect, Effect::Wake { .. }));
        if let Some(question) = self.open_question()
            && (!works || self.tape.rarely(4))
            && !self.run.cancelling
        {
            return self.answer(&question);
        }
        if effects.is_empty() {
            self.tape.pick(1);
            return;
        }
        let chosen = effects[self.tape.pick(effects.len())].clone();
        self.perform(&chosen);
    }

    pub(super) fn open_question(&self) -> Option<Question> {
        self.run
            .open_tasks()
            .filter(|task| task.status == TaskStatus::Waiting)
            .filter_map(|task| self.run.question_of(task))
            .find(|question| question.answer.is_none())
            .cloned()
    }

    fn answer(&mut self, question: &Question) {
        let reply = question.form.as_ref().map(|form| Reply {
            outcome: form.outcomes.first().map(|outcome| outcome.name.clone()),
            fields: Json(json!({})),
            expired: false,
        });
        if reply.is_some() {
            let without = Input::Answer {
                question: question.key.clone(),
                answer: String::new(),
                reply: None,
            };
            assert!(matches!(self.input(&without), Err(Refusal::Form(_))));
        }
        self.must(&Input::Answer {
            question: question.key.clone(),
            answer: "The operator's answer".to_owned(),
            reply,
        });
    }

    /// The operator does something, whether it is possible or not.
    fn steer(&mut self) {
        let input = self.any_wish();
        let before = self.run.clone();
        let taken = self.input(&input);
        if taken.is_err() {
            assert_eq!(self.run, before);
        }
        if matches!(input, Input::Retry) {
            let may = matches!(
                before.status(),
                WorkflowStatus::Failed | WorkflowStatus::Cancelled
            );
            assert_eq!(taken.is_ok(), may);
        }
    }

    fn any_wish(&mut self) -> Input {
        let count = self.run.tasks.len();
        let task = match count {
            0 => TaskKey("s1".to_owned()),
            _ => self.run.tasks[self.tape.pick(count)].key.clone(),
        };
        self.outputs += 1;
        match self.tape.pick(9) {
            0 | 1 => Input::Advance,
            2 => Input::Pause,
            3 => Input::RetryTask { task },
            4 => Input::SkipTask { task },
            5 => Input::Override {
                task,
                output: hash(&format!("override {}", self.outputs)),
            },
            6 => Input::Edit {
                task,
                prompt: Some("Do it otherwise".to_owned()),
                model: None,
            },
            7 => Input::Retry,
            _ if self.tape.rarely(4) => Input::Cancel,
            _ => Input::Resume,
        }
    }
}
