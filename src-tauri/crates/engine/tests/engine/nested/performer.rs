//! Does what is outstanding as an honest performer would, with random luck.

use super::documents::field;
use super::stage::Stage;
use crate::common::*;
use wheelhouse_domain::{
    ChildEnd, Form, OnError, Outcome, QuestionKind, Scope, StepKind, TaskKey, WaitsFor, WorkflowUid,
};
use wheelhouse_engine::{Effect, Fact, Input, Refusal};

impl Stage {
    pub(super) fn perform(&mut self, effect: &Effect) {
        match effect {
            Effect::Wake { at } => {
                self.now = self.now.max(*at);
                self.must(&Input::Advance);
                assert!(
                    !wheelhouse_engine::outstanding(&self.run).contains(effect),
                    "waking did not settle it"
                );
            }
            Effect::Stop { task } => self.stop(task),
            Effect::Finish => self.must(&Input::Finish {
                result: Ok(hash("the report")),
            }),
            Effect::Conclude { task, attempt } => {
                let fact = self.new_answer();
                self.tell(task, *attempt, vec![fact]);
            }
            Effect::Aggregate { task, attempt } | Effect::CallTool { task, attempt } => {
                let fact = self.answer_or_fail();
                self.tell(task, *attempt, vec![fact]);
            }
            Effect::Work { task, attempt, .. } => self.work(task, *attempt),
            Effect::RunChild {
                task,
                attempt,
                child,
                paused,
            } => self.run_child(task, *attempt, *child, *paused),
            Effect::Evaluate {
                task,
                attempt,
                scopes,
                caught,
            } => {
                let fact = self.evaluate(task, *scopes, *caught);
                self.tell(task, *attempt, vec![fact]);
            }
        }
    }

    fn tell(&mut self, task: &TaskKey, attempt: u32, facts: Vec<Fact>) {
        let task = task.clone();
        self.must(&Input::Report { task, attempt, facts });
    }

    fn new_answer(&mut self) -> Fact {
        self.outputs += 1;
        answered(&format!("answer {}", self.outputs))
    }

    fn answer_or_fail(&mut self) -> Fact {
        match self.tape.pick(8) {
            6 => Fact::Failed(passing()),
            7 => Fact::Failed(lasting()),
            _ => self.new_answer(),
        }
    }

    fn stop(&mut self, key: &TaskKey) {
        let child = self.run.task(key).unwrap().child;
        match child {
            Some(workflow) if self.tape.rarely(2) => self.must(&Input::ChildEnded {
                task: key.clone(),
                end: ChildEnd {
                    workflow,
                    report: None,
                    failure: None,
                    stays_here: Vec::new(),
                    seen: Vec::new(),
                },
            }),
            _ => self.must(&Input::Stopped { task: key.clone() }),
        }
    }

    fn run_child(&mut self, key: &TaskKey, attempt: u32, child: Option<WorkflowUid>, paused: bool) {
        let Some(workflow) = child else {
            self.outputs += 1;
            let child = WorkflowUid(uuid::Uuid::from_u128(u128::from(self.outputs)));
            return self.tell(key, attempt, vec![Fact::ChildStarted { child, call: None }]);
        };
        assert!(paused || !self.run.paused, "it rests with the run");
        if paused {
            self.tape.pick(1);
            return;
        }
        if self.tape.rarely(4) {
            let waits_for = [None, Some(WaitsFor::Operator), Some(WaitsFor::Time)][self.tape.pick(3)];
            return self.must(&Input::ChildWaits {
                task: key.clone(),
                child: workflow,
                waits_for,
            });
        }
        let failed = self.tape.rarely(5);
        let end = ChildEnd {
            workflow,
            report: (!failed).then(|| hash("the child's report")),
            failure: failed.then(lasting),
            stays_here: Vec::new(),
            seen: Vec::new(),
        };
        let input = Input::ChildEnded {
            task: key.clone(),
            end,
        };
        self.must(&input);
        // Told twice, it changes nothing, or comes too late.
        assert!(matches!(self.input(&input), Ok(_) | Err(Refusal::Stale { .. })));
    }

    fn work(&mut self, key: &TaskKey, attempt: u32) {
        let task = self.run.task(key).unwrap().clone();
        if let Some(call) = task.in_flight().next() {
            let fact = match self.tape.pick(5) {
                4 => call_failed(call.turn, call.index),
                _ => call_finished(call.turn, call.index),
            };
            if self.run.paused {
                let both = Input::Report {
                    task: key.clone(),
                    attempt,
                    facts: vec![fact.clone(), call_started(99, 0)],
                };
                assert_eq!(self.input(&both), Err(Refusal::Paused));
            }
            return self.tell(key, attempt, vec![fact]);
        }
        let turn = u32::try_from(task.calls.len()).unwrap().max(task.first_turn);
        let fact = match self.tape.pick(8) {
            0 | 1 if task.exchange().count() < 2 => call_started(turn, 0),
            5 => Fact::Failed(passing()),
            6 => Fact::Failed(lasting()),
            7 => asked("Which one?"),
            _ => self.success(&task),
        };
        self.tell(key, attempt, vec![fact]);
    }

    fn success(&mut self, task: &wheelhouse_engine::Task) -> Fact {
        match self.run.kind_of(task).unwrap() {
            StepKind::Plan { .. } => {
                let parts = 1 + self.tape.pick((self.run.limits.sub_tasks as usize).min(3));
                let part = |number: usize| sub_task(&format!("p{number}"), &[]);
                planned(plan((0..parts).map(part).collect()))
            }
            StepKind::Staff { .. } => {
                let plan = self.run.plan_for(task).cloned();
                let parts = plan.map(|plan| plan.sub_tasks).unwrap_or_default();
                let parts: Vec<&str> = parts.iter().map(|part| part.id.as_str()).collect();
                staffed(&parts)
            }
            _ => self.new_answer(),
        }
    }

    fn evaluate(&mut self, key: &TaskKey, scopes: u32, caught: bool) -> Fact {
        let task = self.run.task(key).unwrap().clone();
        let step = self.run.step_of(&task).unwrap().clone();
        assert_eq!(scopes as usize, self.run.phase_scopes(&task).len());
        if caught {
            return match step.on_error {
                OnError::Branch { .. } if scopes == 0 => opened(&["error"]),
                OnError::Stop => panic!("{key} is caught and stops"),
                _ => self.new_answer(),
            };
        }
        if scopes == 0 && step.when.is_some() && self.tape.rarely(4) {
            return Fact::Unneeded;
        }
        if self.tape.rarely(12) {
            return Fact::Failed(lasting());
        }
        self.evaluate_kind(&step.kind, scopes)
    }

    fn shape(&mut self) -> &mut crate::world::Tape {
        self.shape.as_mut().unwrap_or(&mut self.tape)
    }

    fn evaluate_kind(&mut self, kind: &StepKind, scopes: u32) -> Fact {
        let expires = |expires: &Option<wheelhouse_domain::QuestionTimeout>,
                       now: wheelhouse_domain::Millis| Form {
            outcomes: Vec::new(),
            fields: Vec::new(),
            show: None,
            about: None,
            expires_at: expires
                .as_ref()
                .map(|expires| now.plus(i64::from(expires.after_s) * 1_000)),
            expired_outcome: expires.as_ref().and_then(|expires| expires.outcome.clone()),
        };
        match kind {
            StepKind::Map { .. } if scopes == 0 => match self.shape().pick(5) {
                0 => self.new_answer(),
                items => opened(&vec!["each"; items]),
            },
            StepKind::Loop { max, .. } if scopes == 0 || (scopes < *max && self.shape().rarely(2)) => {
                opened(&["each"])
            }
            StepKind::Branch { otherwise, .. } if scopes == 0 => match self.shape().pick(3) {
                0 => opened(&["yes"]),
                1 if otherwise.is_some() => opened(&["else"]),
                _ => self.new_answer(),
            },
            StepKind::Map { .. }
            | StepKind::Loop { .. }
            | StepKind::Branch { .. }
            | StepKind::Transform { .. } => self.new_answer(),
            StepKind::Wait { .. } => Fact::Waits {
                until: self.now.plus(5_000),
            },
            StepKind::Approval { expires: timeout, .. } => {
                let mut form = expires(timeout, self.now);
                form.outcomes = ["approved", "rejected"].map(outcome).to_vec();
                form_asked(QuestionKind::Approval, form)
            }
            StepKind::Input { expires: timeout, .. } => {
                let mut form = expires(timeout, self.now);
                form.fields = vec![field()];
                form_asked(QuestionKind::Input, form)
            }
            _ => Fact::Prepared {
                prepared: Some(hash("prepared")),
            },
        }
    }
}

fn outcome(name: &str) -> Outcome {
    Outcome {
        name: name.to_owned(),
        title: name.to_owned(),
    }
}

fn form_asked(kind: QuestionKind, form: Form) -> Fact {
    Fact::Asked {
        kind,
        text: "Which?".to_owned(),
        form: Some(form),
    }
}

pub(super) fn opened(blocks: &[&str]) -> Fact {
    let scope = |(number, block): (usize, &&str)| Scope {
        block: (*block).to_owned(),
        label: format!("{block} {}", number + 1),
    };
    Fact::Opened {
        scopes: blocks.iter().enumerate().map(scope).collect(),
        values: Some(hash("values")),
    }
}
