//! What belongs to the whole document, and what holds for any step.

use super::names::is_name;
use super::reading::View;
use super::{Checker, Code};
use crate::expression::references;
use std::collections::BTreeSet;
use wheelhouse_domain::{
    AgentKind, BUILT_IN_TOOLS, Budget, DEFAULT_MODEL, Step, StepId, TEMPLATE_SCHEMA, rehearsal_model,
};

/// Attempts of one task at most.
const ATTEMPTS: u32 = 20;
/// Longest wait between attempts, in milliseconds: a day.
const LONGEST_WAIT_MS: u32 = 86_400_000;
/// Longest time of one attempt or of a question, in seconds: a year.
pub(super) const LONGEST_S: u32 = 366 * 86_400;

impl<'a> Checker<'a> {
    pub(super) fn whole(&mut self) {
        let document = self.document;
        if document.schema != TEMPLATE_SCHEMA {
            let message = format!("The form {} is not known.", document.schema);
            self.add(
                None,
                "schema",
                Code::NewerSchema,
                message,
                format!("Give {TEMPLATE_SCHEMA}."),
            );
        }
        self.name(None, "name", &document.name, b'-');
        self.title(None, "title", &document.title);
        self.fields(None, "inputs", &document.inputs);
        self.agents();
        self.limits();
        self.budget(None, "budget", &document.budget);
    }

    fn agents(&mut self) {
        let document = self.document;
        let mut seen = BTreeSet::new();
        for (index, agent) in document.agents.iter().enumerate() {
            let at = |own: &str| format!("agents[{index}].{own}");
            let is_kind = AgentKind::parse(&agent.name).is_some();
            if is_kind || agent.name.trim() != agent.name || agent.name.is_empty() || agent.name.len() > 60 {
                self.add(
                    None,
                    &at("name"),
                    Code::BadName,
                    format!("“{}” can't be the name of an agent of a template.", agent.name),
                    "Give 1 to 60 characters; the names of the crew's kinds are taken.",
                );
            } else if !seen.insert(&agent.name) {
                let message = format!("Two agents are called “{}”.", agent.name);
                self.add(
                    None,
                    &at("name"),
                    Code::Duplicate,
                    message,
                    "Give each a name of its own.",
                );
            }
            for (field, text) in [("role", &agent.role), ("instructions", &agent.instructions)] {
                if text.trim().is_empty() {
                    let next_step = "Say what the agent is and how it should work.";
                    self.add(None, &at(field), Code::Missing, "This is empty.", next_step);
                }
            }
            self.model(None, &at("model"), &agent.model);
            for (place, tool) in agent.tools.iter().enumerate() {
                self.tool(None, &format!("agents[{index}].tools[{place}]"), tool);
            }
        }
    }

    pub(super) fn model(&mut self, step: Option<&StepId>, field: &str, model: &str) {
        let of_provider = model
            .split_once('/')
            .is_some_and(|(provider, name)| !provider.trim().is_empty() && !name.trim().is_empty());
        if !of_provider && model != DEFAULT_MODEL && model != rehearsal_model() {
            self.add(
                step,
                field,
                Code::BadValue,
                format!("“{model}” names no model."),
                "Give default, rehearsal or <provider>/<model>.",
            );
        }
    }

    pub(super) fn tool(&mut self, step: Option<&StepId>, field: &str, tool: &str) {
        if !self.known.has_tool(tool) {
            let mut tools: Vec<&str> = self.known.tools.iter().map(String::as_str).collect();
            let built_in = BUILT_IN_TOOLS.into_iter();
            tools.extend(built_in.filter(|built_in| !self.known.tools.contains(*built_in)));
            self.add(
                step,
                field,
                Code::UnknownTool,
                format!("There is no tool called “{tool}”."),
                format!("The tools are {}.", tools.join(", ")),
            );
        }
    }

    pub(super) fn range(&mut self, step: Option<&StepId>, field: &str, number: u32, least: u32, most: u32) {
        if !(least..=most).contains(&number) {
            self.add(
                step,
                field,
                Code::BadValue,
                format!("{number} can't be used here."),
                format!("Give a whole number from {least} to {most}."),
            );
        }
    }

    fn limits(&mut self) {
        let limits = self.document.limits;
        self.range(None, "limits.parallel_tasks", limits.parallel_tasks, 1, 64);
        self.range(None, "limits.attempts", limits.attempts, 1, ATTEMPTS);
        self.range(None, "limits.sub_tasks", limits.sub_tasks, 1, 100);
        self.range(
            None,
            "limits.retry_base_ms",
            limits.retry_base_ms,
            0,
            LONGEST_WAIT_MS,
        );
    }

    fn budget(&mut self, step: Option<&StepId>, field: &str, budget: &Budget) {
        let numbers = [
            ("money", budget.money.map(|money| money.0), 0),
            ("tokens", budget.tokens, 1),
            ("steps", budget.steps.map(i64::from), 1),
            ("seconds", budget.seconds.map(i64::from), 1),
            ("depth", budget.depth.map(i64::from), 0),
            ("fan_out", budget.fan_out.map(i64::from), 1),
        ];
        for (name, number, least) in numbers {
            if number.is_some_and(|number| number < least) {
                self.add(
                    step,
                    &format!("{field}.{name}"),
                    Code::BadValue,
                    "With this, nothing could be done.",
                    format!("Give {least} or more, or leave it out."),
                );
            }
        }
    }

    /// What holds for any step: retry, timeout, budget.
    pub(super) fn policies(&mut self, step: &Step) {
        let id = Some(&step.id);
        if let Some(retry) = step.retry {
            self.range(id, "retry.attempts", retry.attempts, 1, ATTEMPTS);
            self.range(id, "retry.max_ms", retry.max_ms, 0, LONGEST_WAIT_MS);
            self.range(
                id,
                "retry.base_ms",
                retry.base_ms,
                0,
                retry.max_ms.min(LONGEST_WAIT_MS),
            );
        }
        if let Some(timeout) = step.timeout_s {
            self.range(id, "timeout_s", timeout, 1, LONGEST_S);
        }
        self.budget(id, "budget", &step.budget);
    }

    /// What the workflow gives.
    pub(super) fn outputs(&mut self, view: &View) {
        for (name, expression) in &self.document.output {
            let field = format!("output.{name}");
            if !is_name(name, b'_') {
                self.name(None, &field, name, b'_');
            }
            match references(expression) {
                Err(error) => {
                    let next_step = "See the description of expressions.";
                    self.add(None, &field, Code::BadExpression, error.to_string(), next_step);
                }
                Ok(references) => self.sees(None, &field, &references, view),
            }
        }
    }
}
