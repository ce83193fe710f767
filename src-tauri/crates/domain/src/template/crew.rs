//! The template that every installation has.

use super::{Budget, Document, Field, FieldKind, Limits, Step, StepKind, TEMPLATE_SCHEMA, Template};
use crate::{AgentKind, TemplateUid};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The crew's uid. A fixed one: every installation ships the same template.
pub const CREW: TemplateUid = TemplateUid(Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0001));

/// The built-in template `crew`: analyse, research, staff, work in parallel, aggregate, report.
#[must_use]
pub fn crew_template() -> Template {
    let agent = |kind: AgentKind| StepKind::Agent {
        agent: kind.into(),
        prompt: None,
        model: None,
        tools: None,
        answer: None,
    };
    let steps = vec![
        Step::new(
            "analyse",
            "Analyse and delegate",
            "Understand the task and divide it into parts for specialists.",
            StepKind::Plan {
                agent: AgentKind::Driver.into(),
                prompt: None,
            },
            &[],
        ),
        Step::new(
            "research",
            "Research the knowledge",
            "Find out what the knowledge says about the task, with sources.",
            agent(AgentKind::Creator),
            &["analyse"],
        ),
        Step::new(
            "staff",
            "Staff the plan",
            "Give each part to an agent that fits, and design the specialists that are missing.",
            StepKind::Staff {
                agent: AgentKind::Generator.into(),
                plan: "analyse".into(),
            },
            &["analyse", "research"],
        ),
        Step::new(
            "work",
            "Specialists at work",
            "Each specialist does its part.",
            StepKind::Expand {
                plan: "analyse".into(),
                staff: Some("staff".into()),
                agent: None,
            },
            &["research", "staff"],
        ),
        Step::new(
            "aggregate",
            "Aggregate the results",
            "Gather what everybody found into one place.",
            StepKind::Aggregate,
            &["research", "work"],
        ),
        Step::new(
            "report",
            "Report back",
            "Tell the operator what was done and found, with sources.",
            agent(AgentKind::Driver),
            &["analyse", "aggregate"],
        ),
    ];
    Template {
        version: 1,
        document: Document {
            schema: TEMPLATE_SCHEMA,
            uid: CREW,
            name: "crew".to_owned(),
            title: "Crew".to_owned(),
            description: "The driver divides the task, the creator finds what is known, the generator staffs the parts, \
                          specialists do them, and the driver reports back."
                .to_owned(),
            inputs: vec![Field {
                name: "task".to_owned(),
                title: "Task".to_owned(),
                kind: FieldKind::LongText,
                help: "What should be done, in your own words.".to_owned(),
                required: true,
                default: None,
                choices: Vec::new(),
                min: None,
                max: None,
            }],
            agents: Vec::new(),
            steps,
            output: BTreeMap::new(),
            limits: Limits::default(),
            budget: Budget::default(),
        },
    }
}
