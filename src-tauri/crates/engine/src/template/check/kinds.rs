//! What each kind of step must have.

use super::super::answers::validator;
use super::document::LONGEST_S;
use super::reading::View;
use super::{Checker, Code};
use std::collections::BTreeSet;
use wheelhouse_domain::{
    AgentKind, AgentName, Case, Expression, Field, Outcome, QuestionTimeout, Step, StepId, StepKind,
    TemplateUid,
};

/// Items of a map at work at the same time.
const PARALLEL: u32 = 64;
/// Rounds of a loop.
const ROUNDS: u32 = 1_000;

impl<'a> Checker<'a> {
    pub(super) fn kind(&mut self, step: &'a Step, view: &View) {
        let id = Some(&step.id);
        if let Some(agent) = step.kind.agent() {
            self.agent(id, agent);
        }
        match &step.kind {
            StepKind::Agent {
                agent,
                model,
                tools,
                answer,
                ..
            } => {
                if let Some(model) = model {
                    self.model(id, "model", model);
                }
                self.tools_of(&step.id, agent, tools.as_deref().unwrap_or_default());
                if let Some(Err(message)) = answer.as_ref().map(|schema| validator(&schema.0)) {
                    let next_step = "Give a JSON Schema (draft 2020-12) that refers to nothing outside.";
                    self.add(id, "answer", Code::BadSchema, format!("{message}."), next_step);
                }
            }
            StepKind::Tool { tool, arguments } => {
                self.tool(id, "tool", tool);
                if !arguments.0.is_object() && !arguments.0.is_null() {
                    let message = "The arguments are no object.";
                    self.add(
                        id,
                        "arguments",
                        Code::WrongType,
                        message,
                        "Give an object with a name for each.",
                    );
                }
            }
            StepKind::Staff { plan, .. } => self.names_step(step, "plan", plan, "plan", view),
            StepKind::Expand { plan, staff, agent } => {
                self.expand(step, plan, staff.as_ref(), agent.as_ref(), view)
            }
            StepKind::Branch { cases, .. } => self.cases(&step.id, cases),
            StepKind::Map { parallel, .. } => self.range(id, "parallel", *parallel, 1, PARALLEL),
            StepKind::Loop { max, .. } => self.range(id, "max", *max, 1, ROUNDS),
            StepKind::Approval {
                outcomes,
                fields,
                expires,
                ..
            } => self.approval(&step.id, outcomes, fields, expires.as_ref()),
            StepKind::Input { fields, expires, .. } => self.input(&step.id, fields, expires.as_ref()),
            StepKind::Wait { seconds, until } => self.wait(&step.id, seconds.as_ref(), until.as_ref()),
            StepKind::Workflow {
                template,
                version,
                inputs,
            } => {
                self.template(&step.id, *template);
                if let Some(version) = version {
                    self.range(id, "version", *version, 1, u32::MAX);
                }
                self.given(&step.id, *template, inputs.keys());
            }
            StepKind::Plan { .. } | StepKind::Aggregate | StepKind::Transform { .. } => {}
        }
    }

    fn agent(&mut self, step: Option<&StepId>, agent: &AgentName) {
        let document = self.document;
        let is_crew = matches!(
            AgentKind::parse(agent.as_str()),
            Some(AgentKind::Driver | AgentKind::Creator | AgentKind::Generator)
        );
        let own = || document.agents.iter().map(|agent| agent.name.as_str());
        if !is_crew && !own().any(|name| name == agent.as_str()) {
            let mut names = vec!["driver", "creator", "generator"];
            names.extend(own());
            self.add(
                step,
                "agent",
                Code::UnknownAgent,
                format!("Nobody is called “{agent}”."),
                format!(
                    "There are {}. Others must stand in the template's agents.",
                    names.join(", ")
                ),
            );
        }
    }

    fn tools_of(&mut self, step: &StepId, agent: &AgentName, tools: &[String]) {
        let document = self.document;
        let own = document.agents.iter().find(|own| own.name == agent.as_str());
        for (index, tool) in tools.iter().enumerate() {
            let field = format!("tools[{index}]");
            self.tool(Some(step), &field, tool);
            if let Some(own) = own
                && self.known.has_tool(tool)
                && !own.tools.contains(tool)
            {
                let message = format!("{} has no tool called “{tool}”.", own.name);
                self.add(
                    Some(step),
                    &field,
                    Code::UnknownTool,
                    message,
                    "Give the tool to the agent first.",
                );
            }
        }
    }

    /// Another step that this one names, of a certain kind and surely ended before.
    fn names_step(&mut self, step: &Step, field: &str, named: &StepId, kind: &str, view: &View) {
        let found = wheelhouse_domain::all_steps(&self.document.steps)
            .into_iter()
            .find(|other| other.id == *named);
        let (code, message, next_step) = match found {
            None => (
                Code::UnknownStep,
                format!("There is no step called “{named}”."),
                format!("Name a {kind} step."),
            ),
            Some(other) if other.kind.as_str() != kind => (
                Code::UnknownStep,
                format!("The step “{named}” gives no {kind}."),
                format!("Name a {kind} step."),
            ),
            Some(_) if !view.steps.contains(named) => (
                Code::NotBefore,
                format!("The step “{named}” does not surely end before."),
                format!("Put “{named}” into the needs."),
            ),
            Some(_) => return,
        };
        self.add(Some(&step.id), field, code, message, next_step);
    }

    fn expand(
        &mut self,
        step: &Step,
        plan: &StepId,
        staff: Option<&StepId>,
        agent: Option<&AgentName>,
        view: &View,
    ) {
        self.names_step(step, "plan", plan, "plan", view);
        if staff.is_some() == agent.is_some() {
            self.add(
                Some(&step.id),
                "staff",
                Code::BadValue,
                "It must be told who does the parts, in one way.",
                "Give staff (a step that says who does what) or agent (who does every part), not both.",
            );
        }
        let Some(staff) = staff else { return };
        self.names_step(step, "staff", staff, "staff", view);
        let other = wheelhouse_domain::all_steps(&self.document.steps)
            .into_iter()
            .find_map(|other| match &other.kind {
                StepKind::Staff { plan, .. } if other.id == *staff => Some(plan),
                _ => None,
            });
        if other.is_some_and(|other| other != plan) {
            self.add(
                Some(&step.id),
                "staff",
                Code::BadValue,
                format!("The step “{staff}” staffs another plan."),
                format!("Name a step that staffs “{plan}”."),
            );
        }
    }

    fn cases(&mut self, step: &StepId, cases: &[Case]) {
        if cases.is_empty() {
            let message = "A branch needs at least one case.";
            self.add(Some(step), "cases", Code::BadValue, message, "Add one.");
        }
        let mut seen = BTreeSet::from(["else", "error"]);
        for (index, case) in cases.iter().enumerate() {
            let field = format!("cases[{index}].name");
            self.name(Some(step), &field, &case.name, b'_');
            if !seen.insert(&case.name) {
                let message = format!("The name “{}” is taken in this branch.", case.name);
                let next_step = "Give each case a name of its own; else and error are taken.";
                self.add(Some(step), &field, Code::Duplicate, message, next_step);
            }
        }
    }

    fn approval(
        &mut self,
        step: &StepId,
        outcomes: &[Outcome],
        fields: &[Field],
        expires: Option<&QuestionTimeout>,
    ) {
        self.fields(Some(step), "fields", fields);
        let mut names = BTreeSet::new();
        for (index, outcome) in outcomes.iter().enumerate() {
            let field = format!("outcomes[{index}]");
            self.name(Some(step), &format!("{field}.name"), &outcome.name, b'_');
            self.title(Some(step), &format!("{field}.title"), &outcome.title);
            if !names.insert(outcome.name.as_str()) {
                let message = format!("Two outcomes are called “{}”.", outcome.name);
                self.add(
                    Some(step),
                    &field,
                    Code::Duplicate,
                    message,
                    "Give each a name of its own.",
                );
            }
        }
        if outcomes.is_empty() {
            names.extend(["approved", "rejected"]);
        }
        if let Some(expires) = expires {
            self.range(Some(step), "expires.after_s", expires.after_s, 1, LONGEST_S);
            if let Some(outcome) = &expires.outcome {
                if !names.contains(outcome.as_str()) {
                    let known: Vec<&str> = names.into_iter().collect();
                    self.add(
                        Some(step),
                        "expires.outcome",
                        Code::BadValue,
                        format!("There is no outcome called “{outcome}”."),
                        format!("The outcomes are {}.", known.join(", ")),
                    );
                }
                self.defaults(step, fields);
            }
        }
    }

    /// When nobody answers, every required value must come from somewhere.
    fn defaults(&mut self, step: &StepId, fields: &[Field]) {
        for (index, field) in fields.iter().enumerate() {
            if field.required && field.default.is_none() {
                self.add(
                    Some(step),
                    &format!("fields[{index}].default"),
                    Code::Missing,
                    format!("When nobody answers, there is no value for “{}”.", field.title),
                    "Give a default, or do not require the field.",
                );
            }
        }
    }

    fn input(&mut self, step: &StepId, fields: &[Field], expires: Option<&QuestionTimeout>) {
        if fields.is_empty() {
            let message = "Nothing is asked for.";
            self.add(
                Some(step),
                "fields",
                Code::BadValue,
                message,
                "Add a field, or use an approval.",
            );
        }
        self.fields(Some(step), "fields", fields);
        if let Some(expires) = expires {
            self.range(Some(step), "expires.after_s", expires.after_s, 1, LONGEST_S);
            if expires.outcome.is_some() {
                self.defaults(step, fields);
            }
        }
    }

    fn wait(&mut self, step: &StepId, seconds: Option<&Expression>, until: Option<&Expression>) {
        if seconds.is_some() == until.is_some() {
            self.add(
                Some(step),
                "for",
                Code::BadValue,
                "It must be told how long to wait, in one way.",
                "Give for (seconds) or until (a time), not both.",
            );
        }
    }

    fn template(&mut self, step: &StepId, template: TemplateUid) {
        let own = self.document.uid;
        if template == own {
            let next_step = "For doing something again, use a loop.";
            return self.add(
                Some(step),
                "template",
                Code::Recursive,
                "The template runs itself.",
                next_step,
            );
        }
        let (mut seen, mut left) = (BTreeSet::new(), vec![template]);
        while let Some(next) = left.pop() {
            if seen.insert(next) {
                left.extend(self.known.templates.get(&next).into_iter().flatten());
            }
        }
        if !self.known.templates.contains_key(&template) {
            self.add(
                Some(step),
                "template",
                Code::UnknownTemplate,
                format!("There is no template with the uid {template}."),
                "Import it first, or name one that is there.",
            );
        } else if seen.contains(&own) {
            let message = "The template that it runs comes back to this one.";
            self.add(
                Some(step),
                "template",
                Code::Recursive,
                message,
                "Name another template.",
            );
        }
    }

    /// What a sub-workflow is given, where its inputs are known.
    fn given<'n>(&mut self, step: &StepId, template: TemplateUid, given: impl Iterator<Item = &'n String>) {
        let Some(inputs) = self.known.inputs.get(&template) else {
            return;
        };
        let given: BTreeSet<&String> = given.collect();
        for name in &given {
            if !inputs.iter().any(|input| input.name == **name) {
                let message = format!("The template has no input called “{name}”.");
                let known: Vec<&str> = inputs.iter().map(|input| input.name.as_str()).collect();
                let next_step = format!("Its inputs are {}.", known.join(", "));
                self.add(
                    Some(step),
                    &format!("inputs.{name}"),
                    Code::UnknownName,
                    message,
                    next_step,
                );
            }
        }
        for input in inputs {
            if input.required && input.default.is_none() && !given.contains(&input.name) {
                let message = format!("The template must be given “{}”.", input.name);
                self.add(
                    Some(step),
                    "inputs",
                    Code::Missing,
                    message,
                    "Add it to the inputs.",
                );
            }
        }
    }
}
