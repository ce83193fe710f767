//! Random documents: blocks in blocks, each step with some of what a step may have.

use crate::common::{agent_kind, step, template};
use crate::world::Tape;
use serde_json::json;
use std::collections::BTreeMap;
use wheelhouse_domain::{
    AgentKind, Block, Budget, Case, Field, FieldKind, Json, MapFailure, OnError, QuestionTimeout, Retry,
    Step, StepKind, Template, TemplateUid,
};

/// Steps of a document, at most: nesting stops when they are used up.
const STEPS: usize = 24;

struct Grower {
    tape: Tape,
    /// Whether anything may take too long.
    hurries: bool,
    steps: usize,
}

pub(super) fn grow(tape: Tape, hurries: bool) -> Template {
    let mut grower = Grower {
        tape,
        hurries,
        steps: 0,
    };
    let steps = grower.block(3);
    template(steps)
}

impl Grower {
    fn name(&mut self) -> String {
        self.steps += 1;
        format!("s{}", self.steps)
    }

    fn block(&mut self, depth: usize) -> Vec<Step> {
        let mut steps: Vec<Step> = Vec::new();
        for _ in 0..=self.tape.pick(3) {
            if self.tape.rarely(6) {
                self.chain(&mut steps);
            } else {
                let next = self.step(depth, &steps);
                steps.push(next);
            }
        }
        steps
    }

    /// A plan, who does it, and its parts.
    fn chain(&mut self, steps: &mut Vec<Step>) {
        let (plan, staff, work) = (self.name(), self.name(), self.name());
        let driver = AgentKind::Driver;
        let kind = StepKind::Plan {
            agent: driver.into(),
            prompt: None,
        };
        let mut first = step(&plan, kind, &[]);
        self.adorn(&mut first, 0);
        steps.push(first);
        if self.tape.rarely(3) {
            let kind = StepKind::Expand {
                plan: plan.as_str().into(),
                staff: None,
                agent: Some(driver.into()),
            };
            steps.push(step(&work, kind, &[&plan]));
            return;
        }
        let kind = StepKind::Staff {
            agent: driver.into(),
            plan: plan.as_str().into(),
        };
        let mut second = step(&staff, kind, &[&plan]);
        self.adorn(&mut second, 0);
        steps.push(second);
        let kind = StepKind::Expand {
            plan: plan.as_str().into(),
            staff: Some(staff.as_str().into()),
            agent: None,
        };
        steps.push(step(&work, kind, &[&staff]));
    }

    fn step(&mut self, depth: usize, before: &[Step]) -> Step {
        let id = self.name();
        let needs: Vec<String> = before
            .iter()
            .filter(|_| self.tape.rarely(2))
            .map(|step| step.id.0.clone())
            .collect();
        let needs: Vec<&str> = needs.iter().map(String::as_str).collect();
        let may_nest = depth > 0 && self.steps < STEPS;
        let kind = if may_nest && self.tape.rarely(2) {
            self.holder(depth - 1)
        } else {
            self.leaf()
        };
        let mut grown = step(&id, kind, &needs);
        self.adorn(&mut grown, if may_nest { depth - 1 } else { 0 });
        grown
    }

    fn adorn(&mut self, step: &mut Step, depth: usize) {
        if self.tape.rarely(5) {
            step.when = Some("inputs.wanted".into());
        }
        if self.tape.rarely(5) {
            step.retry = Some(Retry {
                attempts: 2,
                base_ms: 200,
                max_ms: 1_000,
                backoff: wheelhouse_domain::Backoff::Fixed,
            });
        }
        if self.tape.rarely(6) && self.hurries {
            step.timeout_s = Some(1 + u32::try_from(self.tape.pick(20)).unwrap());
        }
        if self.tape.rarely(5) {
            step.budget = self.budget();
        }
        step.on_error = match self.tape.pick(8) {
            6 => OnError::Default {
                value: Json(json!("instead")),
            },
            7 if depth > 0 => OnError::Branch {
                block: self.inner(depth - 1),
            },
            _ => OnError::Stop,
        };
    }

    fn budget(&mut self) -> Budget {
        let mut limit = |most: usize| {
            let height = u32::try_from(self.tape.pick(most)).unwrap();
            self.tape.rarely(2).then_some(height)
        };
        Budget {
            steps: limit(5),
            fan_out: limit(4),
            depth: limit(2),
            seconds: limit(12).filter(|_| self.hurries).map(|seconds| seconds + 1),
            ..Budget::default()
        }
    }

    fn inner(&mut self, depth: usize) -> Block {
        Block {
            steps: self.block(depth),
            output: None,
        }
    }

    fn holder(&mut self, depth: usize) -> StepKind {
        match self.tape.pick(3) {
            0 => StepKind::Map {
                over: "inputs.items".into(),
                parallel: 1 + u32::try_from(self.tape.pick(3)).unwrap(),
                on_failure: [MapFailure::Stop, MapFailure::Skip, MapFailure::Collect][self.tape.pick(3)],
                block: self.inner(depth),
            },
            1 => StepKind::Loop {
                until: "round > 1".into(),
                max: 1 + u32::try_from(self.tape.pick(3)).unwrap(),
                block: self.inner(depth),
            },
            _ => StepKind::Branch {
                cases: vec![Case {
                    name: "yes".to_owned(),
                    when: "true".into(),
                    block: self.inner(depth),
                }],
                otherwise: self.tape.rarely(2).then(|| self.inner(depth)),
            },
        }
    }

    fn leaf(&mut self) -> StepKind {
        let text = "Which?".into();
        match self.tape.pick(9) {
            0 => agent_kind(AgentKind::Creator),
            1 => StepKind::Agent {
                agent: AgentKind::Creator.into(),
                prompt: Some("{{ inputs.task }}".into()),
                model: None,
                tools: None,
                answer: None,
            },
            2 => StepKind::Tool {
                tool: "knowledge_search".to_owned(),
                arguments: Json(json!({"query": "{{ inputs.task }}"})),
            },
            3 => StepKind::Transform {
                value: "1 + 1".into(),
            },
            4 => StepKind::Wait {
                seconds: Some("5".into()),
                until: None,
            },
            5 => StepKind::Approval {
                text,
                show: None,
                outcomes: Vec::new(),
                fields: Vec::new(),
                expires: self.expiry(),
            },
            6 => StepKind::Input {
                text,
                fields: vec![field()],
                expires: self.expiry(),
            },
            7 => StepKind::Workflow {
                template: TemplateUid(uuid::Uuid::from_u128(5)),
                version: None,
                inputs: BTreeMap::new(),
            },
            _ => StepKind::Aggregate,
        }
    }

    fn expiry(&mut self) -> Option<QuestionTimeout> {
        match self.tape.pick(4) {
            2 if self.hurries => Some(QuestionTimeout {
                after_s: 10,
                outcome: Some("approved".to_owned()),
            }),
            3 if self.hurries => Some(QuestionTimeout {
                after_s: 10,
                outcome: None,
            }),
            _ => None,
        }
    }
}

pub(super) fn field() -> Field {
    Field {
        name: "amount".to_owned(),
        title: "Amount".to_owned(),
        kind: FieldKind::Integer,
        help: String::new(),
        required: true,
        default: Some(Json(json!(3))),
        choices: Vec::new(),
        min: Some(1),
        max: Some(9),
    }
}
