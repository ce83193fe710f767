//! What expressions may read where they stand.

use super::super::sources::{Place, Sees, Source, places};
use super::{Checker, Code};
use crate::expression::{References, Scope, VARIABLES, holds};
use std::collections::BTreeSet;
use wheelhouse_domain::{Block, Json, Step, StepId, StepKind};

/// What can be read at a place.
#[derive(Debug, Clone, Default)]
pub(super) struct View {
    /// Steps that have surely ended.
    pub(super) steps: BTreeSet<StepId>,
    /// Names beside `inputs`, `steps` and `now`.
    pub(super) variables: BTreeSet<&'static str>,
}

impl<'a> Checker<'a> {
    /// The expressions of `step` that see `inside`, or what was before where that is none.
    pub(super) fn reads(&mut self, step: &'a Step, inside: Option<&Block>, view: &View) {
        for place in places(step) {
            let here = match (place.sees, inside) {
                (Sees::Before, None) => true,
                (Sees::Inside(block), Some(inside)) => std::ptr::eq(block, inside),
                _ => false,
            };
            if here {
                self.place(step, &place, view);
            }
        }
        if inside.is_none() {
            self.reachable(step);
        }
    }

    fn place(&mut self, step: &Step, place: &Place<'_>, view: &View) {
        if let Source::Expression(expression) = place.source
            && expression.as_str().trim().is_empty()
        {
            return self.add(
                Some(&step.id),
                &place.field,
                Code::Missing,
                "There is no expression.",
                "Give one, for example steps.draft.text.",
            );
        }
        match place.source.references() {
            Err(error) => self.add(
                Some(&step.id),
                &place.field,
                Code::BadExpression,
                error.to_string(),
                "See the description of expressions.",
            ),
            Ok(references) => self.sees(Some(&step.id), &place.field, &references, view),
        }
    }

    /// Whether everything that is read can be seen.
    pub(super) fn sees(&mut self, step: Option<&StepId>, field: &str, references: &References, view: &View) {
        for read in references.steps.difference(&view.steps) {
            let (code, message, next_step) = if Some(read) == step {
                (
                    Code::NotBefore,
                    format!("The step “{read}” reads its own answer."),
                    "In a loop, read previous.".to_owned(),
                )
            } else if self.all.contains(&read) {
                (
                    Code::NotBefore,
                    format!("It reads the step “{read}”, which does not surely end before."),
                    format!(
                        "Put “{read}” into the needs; or, where it is inside of another step, need and read that one."
                    ),
                )
            } else {
                let known: Vec<&str> = view.steps.iter().map(StepId::as_str).take(20).collect();
                (
                    Code::UnknownStep,
                    format!("It reads the step “{read}”, which does not exist."),
                    if known.is_empty() {
                        "No step ends before this one.".to_owned()
                    } else {
                        format!("It can read {}.", known.join(", "))
                    },
                )
            };
            self.add(step, field, code, message, next_step);
        }
        self.inputs_seen(step, field, references);
        for name in &references.variables {
            if name != "now" && !view.variables.contains(name.as_str()) {
                let next_step = match name.as_str() {
                    "item" | "index" => "It can be read by the steps in a map.",
                    "round" | "previous" => "It can be read by the steps in a loop.",
                    "error" => "It can be read by the steps of on_error.",
                    _ => {
                        "What can be read are inputs.<name>, steps.<id> and, in blocks, what the block gives."
                    }
                };
                let message = if VARIABLES.contains(&name.as_str()) {
                    format!("“{name}” can't be read here.")
                } else {
                    format!("“{name}” does not exist.")
                };
                self.add(step, field, Code::UnknownName, message, next_step);
            }
        }
    }

    fn inputs_seen(&mut self, step: Option<&StepId>, field: &str, references: &References) {
        let document = self.document;
        for name in &references.inputs {
            if !document.inputs.iter().any(|input| input.name == *name) {
                let known: Vec<&str> = document.inputs.iter().map(|input| input.name.as_str()).collect();
                let next_step = if known.is_empty() {
                    "The template has no inputs; add it to them.".to_owned()
                } else {
                    format!("The inputs are {}.", known.join(", "))
                };
                self.add(
                    step,
                    field,
                    Code::UnknownName,
                    format!("There is no input called “{name}”."),
                    next_step,
                );
            }
        }
    }

    /// Conditions that read nothing are always the same.
    fn reachable(&mut self, step: &Step) {
        let constant = |expression| match crate::expression::references(expression) {
            Ok(references) if references.is_empty() => holds(expression, &Scope::new(&Json::default())).ok(),
            _ => None,
        };
        if step.when.as_ref().and_then(constant) == Some(false) {
            self.add(
                Some(&step.id),
                "when",
                Code::Unreachable,
                "This is never true, so the step is never done.",
                "Take the step or its condition away.",
            );
        }
        let StepKind::Branch { cases, otherwise } = &step.kind else {
            return;
        };
        let always = cases.iter().position(|case| constant(&case.when) == Some(true));
        for (index, case) in cases.iter().enumerate() {
            let behind = always.is_some_and(|always| index > always);
            if behind || constant(&case.when) == Some(false) {
                self.add(
                    Some(&step.id),
                    &format!("cases[{index}]"),
                    Code::Unreachable,
                    format!("The case “{}” is never taken.", case.name),
                    "Take it away, or change what stands in when.",
                );
            }
        }
        if always.is_some() && otherwise.is_some() {
            self.add(
                Some(&step.id),
                "else",
                Code::Unreachable,
                "This is never done: a case before it is always taken.",
                "Take it away, or change the case.",
            );
        }
    }
}
