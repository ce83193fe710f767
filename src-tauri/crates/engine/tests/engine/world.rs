//! A world around one run: its journal, a clock, an operator, crashes, and choices from a tape.
//!
//! The tape makes a failing case small: proptest shortens it, and after its end every choice is the first one,
//! which is always the harmless one, so that a run comes to its end.

use crate::common::{START, created};
use crate::laws::{End, Ledger, Standing};
use crate::templates::Graph;
use std::collections::BTreeSet;
use wheelhouse_domain::{CallKey, Event, Limits, Millis, TaskStatus, WorkflowStatus};
use wheelhouse_engine::{Effect, Input, Refusal, Run, decide, outstanding};

/// Choices that were made beforehand.
#[derive(Clone)]
pub(crate) struct Tape {
    choices: std::vec::IntoIter<u16>,
}

/// On one line, so that a failing case can be read.
impl std::fmt::Debug for Tape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tape {:?}", self.choices.as_slice())
    }
}

impl From<Vec<u16>> for Tape {
    fn from(choices: Vec<u16>) -> Self {
        Self {
            choices: choices.into_iter(),
        }
    }
}

impl Tape {
    /// One of `options`, which must not be none; the first after the end of the tape.
    pub(crate) fn pick(&mut self, options: usize) -> usize {
        usize::from(self.choices.next().unwrap_or(0)) % options
    }

    /// Yes about once in `odds`; never after the end of the tape.
    pub(crate) fn rarely(&mut self, odds: usize) -> bool {
        self.pick(odds) == odds - 1
    }

    pub(crate) fn is_over(&self) -> bool {
        self.choices.len() == 0
    }
}

/// What the operator does when asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Answers,
    IsAway,
}

pub(crate) struct World {
    pub(crate) run: Run,
    events: Vec<Event>,
    pub(crate) ledger: Ledger,
    pub(crate) tape: Tape,
    pub(crate) now: Millis,
    operator: Operator,
    /// Calls that were in flight when the process died: their results never come.
    pub(crate) lost: BTreeSet<CallKey>,
    pub(crate) inputs: u32,
    /// Numbers the outputs, so that no two are alike.
    pub(crate) outputs: u32,
}

impl World {
    pub(crate) fn new(graph: &Graph, limits: Limits, tape: Tape, operator: Operator) -> Self {
        let first = created(&graph.template, limits);
        Self {
            run: Run::fold([&first]).unwrap(),
            ledger: Ledger::open(&first, &graph.sink),
            events: vec![first],
            tape,
            now: START,
            operator,
            lost: BTreeSet::new(),
            inputs: 0,
            outputs: 0,
        }
    }

    /// Hands `input` to the engine, and checks every law on what follows.
    pub(crate) fn input(&mut self, input: &Input) -> Result<usize, Refusal> {
        self.inputs += 1;
        let decided = decide(&self.run, input.clone(), self.now);
        if let Err(Refusal::Fold(fault)) = &decided {
            panic!("the engine's own events do not fold: {fault}, after {input:?}");
        }
        let events = decided?;
        for event in &events {
            assert_eq!(event.at, self.now);
            self.ledger.enter(event);
            self.run.apply(event).unwrap();
        }
        self.events.extend(events.iter().cloned());
        self.check_state();
        Ok(events.len())
    }

    pub(crate) fn must(&mut self, input: &Input) {
        if let Err(refusal) = self.input(input) {
            panic!("{input:?} was refused: {refusal}");
        }
    }

    /// The state says the same as the ledger, and there is always something to do or somebody to ask.
    fn check_state(&self) {
        assert_eq!(Run::fold(&self.events).as_ref(), Ok(&self.run));
        for task in &self.run.tasks {
            let entry = &self.ledger.tasks[&task.key];
            assert_eq!(
                task.output, entry.output,
                "the output of {} is not what was recorded",
                task.key
            );
            assert_eq!(
                task.status == TaskStatus::Running,
                entry.standing == Standing::Running
            );
        }
        let expected = match self.ledger.end {
            Some(End::Completed) => Some(WorkflowStatus::Completed),
            Some(End::Failed) => Some(WorkflowStatus::Failed),
            Some(End::Cancelled) => Some(WorkflowStatus::Cancelled),
            None => None,
        };
        let status = self.run.status();
        match expected {
            Some(expected) => assert_eq!(status, expected),
            None => assert!(!status.is_final(), "the run ended without an event"),
        }
        let idle = outstanding(&self.run).is_empty();
        let stuck = idle && status == WorkflowStatus::Running;
        assert!(!stuck, "the run goes on but nothing is to be done");
        if status == WorkflowStatus::Waiting {
            assert!(idle, "a run that waits has nothing to do");
            assert!(
                !self.ledger.open_questions.is_empty(),
                "a run that waits has an open question"
            );
        }
    }

    /// The process dies and comes back: all that is left is the journal.
    pub(crate) fn crash(&mut self) {
        let recovered = Run::fold(&self.events).unwrap();
        assert_eq!(outstanding(&recovered), outstanding(&self.run));
        let in_flight = recovered.tasks.iter().flat_map(|task| task.in_flight());
        self.lost = in_flight.map(|call| call.key.clone()).collect();
        self.run = recovered;
        self.must(&Input::Advance);
    }

    /// Lives on until the run has ended for good, or waits for an operator who is away.
    pub(crate) fn live(&mut self, inputs_at_most: u32) {
        self.must(&Input::Start);
        while !self.is_over() {
            assert!(self.inputs < inputs_at_most, "the run does not come to its end");
            self.step();
        }
    }

    fn is_over(&mut self) -> bool {
        match self.run.status() {
            WorkflowStatus::Completed => true,
            WorkflowStatus::Failed | WorkflowStatus::Cancelled => self.tape.is_over(),
            WorkflowStatus::Waiting => self.operator == Operator::IsAway && self.tape.is_over(),
            _ => false,
        }
    }

    fn step(&mut self) {
        if self.run.status().is_final() {
            return self.after_the_end();
        }
        if self.tape.rarely(40) {
            return self.must(&Input::Cancel);
        }
        if self.tape.rarely(12) {
            return self.crash();
        }
        if self.tape.rarely(6) {
            return self.mischief();
        }
        if self.tape.rarely(8) {
            self.now = self.now.plus(500);
            return self.must(&Input::Advance);
        }
        let effects = outstanding(&self.run);
        let asks = !self.ledger.open_questions.is_empty();
        if asks && (effects.is_empty() || self.tape.rarely(4)) {
            return self.answer();
        }
        if effects.is_empty() {
            // Only an operator who is away leaves a run without anything to do, and the tape then just runs out.
            return;
        }
        let chosen = self.tape.pick(effects.len());
        self.perform(&effects[chosen]);
    }

    fn after_the_end(&mut self) {
        if self.tape.rarely(3) {
            self.must(&Input::Retry);
        } else {
            self.mischief();
        }
    }

    fn answer(&mut self) {
        let cancelling = self.run.cancelling;
        if self.operator == Operator::IsAway || cancelling {
            // The choice is used up, so that the tape comes to its end.
            self.tape.pick(1);
            return;
        }
        let open: Vec<_> = self.ledger.open_questions.keys().cloned().collect();
        let question = open[self.tape.pick(open.len())].clone();
        let answer = "The operator's answer".to_owned();
        self.must(&Input::Answer {
            question,
            answer,
            reply: None,
        });
    }

    pub(crate) fn wake(&mut self, at: Millis) {
        self.now = self.now.max(at);
        self.must(&Input::Advance);
        let again = Effect::Wake { at };
        assert!(
            !outstanding(&self.run).contains(&again),
            "waking at its time did not settle it"
        );
    }
}
