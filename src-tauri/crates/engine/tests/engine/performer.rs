//! A simulated performer: it does what is outstanding as an honest one would, with random luck, and now and
//! then tells things that it must not be believed.

use crate::common::*;
use crate::world::World;
use wheelhouse_domain::{AgentKind, Plan, StepKind, SubTask, TaskKey};
use wheelhouse_engine::{CallPlace, CallState, Effect, Fact, Input, Refusal, Task};

/// Turns of one exchange, at most.
const TURNS: u32 = 2;

impl World {
    pub(crate) fn perform(&mut self, effect: &Effect) {
        match effect {
            Effect::Wake { at } => self.wake(*at),
            Effect::Stop { task } => self.must(&Input::Stopped { task: task.clone() }),
            Effect::Aggregate { task, attempt } => {
                let fact = match self.tape.rarely(10) {
                    true => Fact::Failed(passing()),
                    false => self.new_answer(),
                };
                self.tell(task, *attempt, vec![fact]);
            }
            Effect::Work { task, attempt, .. } => self.work(task, *attempt),
            other => panic!("a graph of agents asks for {other:?}"),
        }
    }

    fn tell(&mut self, task: &TaskKey, attempt: u32, facts: Vec<Fact>) {
        let (task, facts) = (task.clone(), facts);
        self.must(&Input::Report { task, attempt, facts });
    }

    fn work(&mut self, key: &TaskKey, attempt: u32) {
        let task = self.run.task(key).unwrap().clone();
        let lost = self.lost_of(&task);
        if !lost.is_empty() {
            return self.tell(key, attempt, lost);
        }
        let open = in_flight(&task);
        let next = next_places(&task);
        if !open.is_empty() && (next.is_empty() || !self.tape.rarely(3)) {
            return self.end_call(key, attempt, &open);
        }
        if next.is_empty() {
            return self.conclude(&task, attempt);
        }
        let chosen = next[self.tape.pick(next.len())];
        self.tell(key, attempt, vec![call_started(chosen.turn, chosen.index)]);
    }

    fn lost_of(&mut self, task: &Task) -> Vec<Fact> {
        let lost = task.in_flight().filter(|call| self.lost.contains(&call.key));
        lost.map(|call| Fact::CallInterrupted {
            place: place(call.turn, call.index),
        })
        .collect()
    }

    fn end_call(&mut self, task: &TaskKey, attempt: u32, open: &[CallPlace]) {
        let CallPlace { turn, index } = open[self.tape.pick(open.len())];
        let facts = match self.tape.pick(10) {
            7 => vec![call_failed(turn, index), Fact::Failed(passing())],
            8 => vec![call_failed(turn, index)],
            9 if self.tape.rarely(3) => vec![call_failed(turn, index), Fact::Failed(lasting())],
            _ => vec![call_finished(turn, index)],
        };
        self.tell(task, attempt, facts);
    }

    fn conclude(&mut self, task: &Task, attempt: u32) {
        let fact = match self.tape.pick(12) {
            9 => asked("Which one?"),
            10 => Fact::Failed(unusable()),
            11 if self.tape.rarely(3) => Fact::Failed(lasting()),
            _ => self.success(task),
        };
        self.tell(&task.key, attempt, vec![fact]);
    }

    fn success(&mut self, task: &Task) -> Fact {
        match self.run.kind_of(task).unwrap() {
            StepKind::Plan { .. } => {
                let plan = self.random_plan();
                planned(plan)
            }
            StepKind::Staff { .. } => {
                let plan = self.run.plan_for(task).unwrap();
                let parts: Vec<&str> = plan.sub_tasks.iter().map(|sub| sub.id.as_str()).collect();
                staffed(&parts)
            }
            _ => self.new_answer(),
        }
    }

    fn new_answer(&mut self) -> Fact {
        self.outputs += 1;
        answered(&format!("answer {}", self.outputs))
    }

    fn random_plan(&mut self) -> Plan {
        let parts = 1 + self.tape.pick(self.run.limits.sub_tasks as usize);
        let name = |number: usize| format!("p{number}");
        let sub_tasks = (0..parts).map(|number| {
            let needs = (0..number).filter(|_| self.tape.rarely(3)).map(name).collect();
            SubTask {
                needs,
                ..sub_task(&name(number), &[])
            }
        });
        plan(sub_tasks.collect())
    }

    /// Something that an honest performer would not tell, or would tell too late.
    pub(crate) fn mischief(&mut self) {
        let tasks = self.run.tasks.clone();
        if tasks.is_empty() {
            self.tape.pick(1);
            return;
        }
        let task = &tasks[self.tape.pick(tasks.len())];
        match self.tape.pick(5) {
            0 => self.stale_report(task),
            1 => self.unusable_plan(task),
            2 => {
                let confirmed = self.input(&Input::Stopped {
                    task: task.key.clone(),
                });
                assert!(self.run.cancelling || self.run.status().is_final() || confirmed.is_err());
            }
            3 => self.late_answers(),
            _ => self.anything(task),
        }
    }

    /// Answers to questions that were answered or withdrawn.
    fn late_answers(&mut self) {
        let questions: Vec<_> = self
            .run
            .questions
            .iter()
            .map(|question| question.key.clone())
            .collect();
        let open = self.ledger.open_questions.clone();
        for question in questions.into_iter().filter(|key| !open.contains_key(key)) {
            let answer = "too late".to_owned();
            let refused = self.input(&Input::Answer {
                question,
                answer,
                reply: None,
            });
            assert_eq!(refused, Err(Refusal::QuestionNotOpen));
        }
    }

    fn stale_report(&mut self, task: &Task) {
        let other = match self.tape.pick(2) {
            0 => task.attempt.wrapping_sub(1),
            _ => task.attempt + 1,
        };
        let fact = self.any_fact();
        let report = Input::Report {
            task: task.key.clone(),
            attempt: other,
            facts: vec![fact],
        };
        let key = task.key.clone();
        assert_eq!(
            self.input(&report),
            Err(Refusal::Stale {
                task: key,
                attempt: other
            })
        );
    }

    fn unusable_plan(&mut self, task: &Task) {
        let before = self.run.clone();
        let circle = plan(vec![sub_task("x", &["y"]), sub_task("y", &["x"])]);
        let unusable = [plan(vec![]), circle, plan(vec![sub_task("A b", &[])])];
        let chosen = unusable[self.tape.pick(unusable.len())].clone();
        let report = Input::Report {
            task: task.key.clone(),
            attempt: task.attempt,
            facts: vec![planned(chosen)],
        };
        let refused = self.input(&report);
        assert!(
            matches!(refused, Err(Refusal::Unusable(_) | Refusal::Stale { .. })),
            "{refused:?}"
        );
        assert_eq!(self.run, before);
    }

    /// Whatever it is, the laws must hold, whether it is taken or not.
    fn anything(&mut self, task: &Task) {
        let facts = (0..=self.tape.pick(3)).map(|_| self.any_fact()).collect();
        let before = self.run.clone();
        let taken = self.input(&Input::Report {
            task: task.key.clone(),
            attempt: task.attempt,
            facts,
        });
        if taken.is_err() {
            assert_eq!(self.run, before);
        }
    }

    fn any_fact(&mut self) -> Fact {
        let turn = u32::try_from(self.tape.pick(3)).unwrap();
        let index = u32::try_from(self.tape.pick(2)).unwrap();
        match self.tape.pick(10) {
            0 => call_started(turn, index),
            1 => call_finished(turn, index),
            2 => call_failed(turn, index),
            3 => Fact::CallInterrupted {
                place: place(turn, index),
            },
            4 => self.new_answer(),
            5 => planned(self.random_plan()),
            6 => staffed(&["p0", "p1"][..=self.tape.pick(2)]),
            7 => asked("What?"),
            8 => Fact::Failed(passing()),
            _ => Fact::Failed(unusable()),
        }
    }
}

fn in_flight(task: &Task) -> Vec<CallPlace> {
    task.in_flight()
        .map(|call| place(call.turn, call.index))
        .collect()
}

/// Where a call may begin: the places of the first turn whose results are not all on record. None where a turn
/// is under way in full, or where the exchange has had all its turns.
fn next_places(task: &Task) -> Vec<CallPlace> {
    // Specialists call two tools in their second turn.
    let width = |turn: u32| {
        if turn == 1 && task.agent_kind == Some(AgentKind::Specialist) {
            2
        } else {
            1
        }
    };
    for turn in 0..TURNS {
        let places = (0..width(turn)).map(|index| place(task.first_turn + turn, index));
        let missing: Vec<CallPlace> = places.filter(|place| !has_result(task, *place)).collect();
        if !missing.is_empty() {
            let open = in_flight(task);
            return missing
                .into_iter()
                .filter(|place| !open.contains(place))
                .collect();
        }
    }
    Vec::new()
}

fn has_result(task: &Task, place: CallPlace) -> bool {
    task.call_at(place.turn, place.index)
        .is_some_and(|call| matches!(call.state, CallState::Finished { .. }))
}
