//! One run under way: its journal, its clock, its operator, its crashes.

use super::laws::Book;
use crate::common::{START, created, hash};
use crate::world::Tape;
use serde_json::json;
use wheelhouse_domain::{
    Budget, BudgetOf, Event, EventBody, FormAbout, Json, LimitKind, Limits, Millis, Reply, TaskKey, Template,
    WorkflowStatus,
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
        for (place, event) in events.iter().enumerate() {
            self.book.enter(event);
            if !begins_only_to_be_caught(events.get(place + 1)) {
                self.book.check_limits(event);
                self.check_time(event);
            }
            self.run.apply(event).unwrap();
        }
        self.book.check_steps(&self.run);
        self.events.extend(events.iter().cloned());
        self.check(input);
        Ok(events.into_iter().map(|event| event.body).collect())
    }

    pub(super) fn must(&mut self, input: &Input) {
        if let Err(refusal) = self.input(input) {
            panic!("{input:?} was refused: {refusal}");
        }
    }

    /// Nothing begins where time is up, but for what ends a run that is failing, and what is done about a failure.
    fn check_time(&self, event: &Event) {
        let begins = matches!(
            event.body,
            EventBody::TaskStarted { .. } | EventBody::CallStarted { .. } | EventBody::ChildStarted { .. }
        );
        let Some(task) = event.body.task().and_then(|key| self.run.task(key)) else {
            return;
        };
        if !begins || self.run.is_failing() {
            return;
        }
        let is_late = |seconds: Option<u32>, worked: i64| {
            seconds.is_some_and(|seconds| worked >= i64::from(seconds) * 1_000)
        };
        assert!(
            !is_late(self.run.budget().seconds, self.run.worked(event.at)),
            "{event:?} after the run's time"
        );
        for above in self.run.ancestors(task).filter(|above| above.caught.is_none()) {
            assert!(
                !is_late(self.run.budget_of(above).seconds, above.worked(event.at)),
                "{event:?} after the time of {}",
                above.key
            );
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
                let rests = effects.iter().all(|effect| self.rests(effect));
                assert!(rests, "a run that waits has {effects:?} to do");
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

    /// Whether an effect is only to come back, or to look after a sub-workflow that does nothing itself.
    fn rests(&self, effect: &Effect) -> bool {
        match effect {
            Effect::Wake { .. } | Effect::RunChild { paused: true, .. } => true,
            Effect::RunChild { task, .. } => {
                self.run.task(task).is_some_and(|task| task.child_waits.is_some())
            }
            _ => false,
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
        let mut steps = 0;
        while !self.is_over() {
            steps += 1;
            assert!(
                steps < inputs_at_most * 10,
                "nothing is put in any more, {:?} is to be done, {:?} is asked: {}",
                outstanding(&self.run),
                self.open_question(),
                self.standing()
            );
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
        let works = effects.iter().any(|effect| !self.rests(effect));
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
        // A sub-workflow that rests keeps nobody from what is in flight beside it.
        let effects: Vec<Effect> = if works && self.tape.is_over() {
            effects.into_iter().filter(|effect| !self.rests(effect)).collect()
        } else {
            effects
        };
        let chosen = effects[self.tape.pick(effects.len())].clone();
        self.perform(&chosen);
    }

    pub(super) fn open_question(&self) -> Option<Question> {
        self.run.open_questions().next().cloned()
    }

    fn answer(&mut self, question: &Question) {
        let about = question.form.as_ref().and_then(|form| form.about.clone());
        let outcome = match about {
            Some(FormAbout::Limit { whose, limit }) => self.answer_limit(&whose, limit),
            _ => question
                .form
                .as_ref()
                .and_then(|form| form.outcomes.first())
                .map(|outcome| outcome.name.clone()),
        };
        let reply = question.form.as_ref().map(|_| Reply {
            outcome,
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

    /// More of a limit as a rule; nothing more, or another try with what there is, by luck.
    fn answer_limit(&mut self, whose: &BudgetOf, limit: LimitKind) -> Option<String> {
        let outcome = ["raise", "raise", "raise", "stop", "again"][self.tape.pick(5)];
        if outcome == "raise" {
            let task = match whose {
                BudgetOf::Task { task } => Some(task.task.clone()),
                _ => None,
            };
            let mut budget = match task.as_ref().and_then(|key| self.run.task(key)) {
                Some(task) => self.run.budget_of(task),
                None => self.run.budget(),
            };
            let height = match limit {
                LimitKind::Steps => &mut budget.steps,
                LimitKind::Seconds => &mut budget.seconds,
                LimitKind::Depth => &mut budget.depth,
                LimitKind::FanOut => &mut budget.fan_out,
            };
            *height = height.map(|height| height + 4);
            self.must(&Input::ChangeBudget { task, budget });
        }
        Some(outcome.to_owned())
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
        match self.tape.pick(10) {
            0 | 1 => Input::Advance,
            8 => Input::ChangeBudget {
                task: None,
                budget: Budget {
                    steps: Some(u32::try_from(self.tape.pick(30)).unwrap()),
                    seconds: Some(u32::try_from(self.tape.pick(30)).unwrap()),
                    ..Budget::default()
                },
            },
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

/// Whether a task began only so that its failure can be caught: what it then holds takes no place and no time of its own.
fn begins_only_to_be_caught(next: Option<&Event>) -> bool {
    matches!(next.map(|next| &next.body), Some(EventBody::TaskCaught { .. }))
}
