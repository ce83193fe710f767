//! Forms of names.

use super::{Checker, Code};
use std::collections::BTreeSet;
use wheelhouse_domain::{Field, FieldKind, Step, StepId};

/// Longest name, in characters.
const NAME: usize = 64;
/// Longest title, in characters.
pub(super) const TITLE: usize = 200;

/// A lower-case letter, then lower-case letters, digits and `joint`.
pub(super) fn is_name(text: &str, joint: u8) -> bool {
    text.len() <= NAME
        && text
            .bytes()
            .next()
            .is_some_and(|first| first.is_ascii_lowercase())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == joint)
}

impl Checker<'_> {
    pub(super) fn name(&mut self, step: Option<&StepId>, field: &str, text: &str, joint: u8) {
        if !is_name(text, joint) {
            let joint = if joint == b'-' { "hyphens" } else { "underscores" };
            self.add(
                step,
                field,
                Code::BadName,
                format!("“{text}” can't be a name here."),
                format!(
                    "Use a lower-case letter, then lower-case letters, digits and {joint}; {NAME} characters at most."
                ),
            );
        }
    }

    pub(super) fn title(&mut self, step: Option<&StepId>, field: &str, text: &str) {
        if text.trim().is_empty() || text.chars().count() > TITLE {
            self.add(
                step,
                field,
                Code::BadValue,
                "There is no title, or it is too long.",
                format!("Give a title of 1 to {TITLE} characters."),
            );
        }
    }

    pub(super) fn step_names(&mut self, step: &Step) {
        self.name(Some(&step.id), "id", step.id.as_str(), b'_');
        self.title(Some(&step.id), "title", &step.title);
    }

    /// Fields of a template's inputs or of a form. `path` is where their list stands.
    pub(super) fn fields(&mut self, step: Option<&StepId>, path: &str, fields: &[Field]) {
        let mut seen = BTreeSet::new();
        for (index, field) in fields.iter().enumerate() {
            let at = |own: &str| format!("{path}[{index}].{own}");
            self.name(step, &at("name"), &field.name, b'_');
            self.title(step, &at("title"), &field.title);
            if !seen.insert(&field.name) {
                self.add(
                    step,
                    &at("name"),
                    Code::Duplicate,
                    format!("Two fields are called “{}”.", field.name),
                    "Give each a name of its own.",
                );
            }
            self.field_values(step, &at, field);
        }
    }

    fn field_values(&mut self, step: Option<&StepId>, at: &dyn Fn(&str) -> String, field: &Field) {
        let is_choice = field.kind == FieldKind::Choice;
        let choices: BTreeSet<&String> = field.choices.iter().collect();
        if is_choice && (choices.is_empty() || choices.len() < field.choices.len()) {
            let message = "A choice needs something to choose from, each once.";
            self.add(step, &at("choices"), Code::BadValue, message, "List the choices.");
        }
        if !is_choice && !choices.is_empty() {
            let message = "Choices are only for fields of the type choice.";
            self.add(
                step,
                &at("choices"),
                Code::BadValue,
                message,
                "Take them away or change the type.",
            );
        }
        let bounded = !matches!(field.kind, FieldKind::Boolean | FieldKind::Choice);
        for (name, bound) in [("min", field.min), ("max", field.max)] {
            if bound.is_some() && !bounded {
                let message = "A field of this type has no least and no greatest value.";
                self.add(step, &at(name), Code::BadValue, message, "Take it away.");
            }
        }
        if let (Some(min), Some(max)) = (field.min, field.max)
            && min > max
        {
            let message = format!("The least, {min}, is more than the greatest, {max}.");
            self.add(step, &at("max"), Code::BadValue, message, "Swap them.");
        }
        if let Some(default) = &field.default
            && let Err(why) = super::super::fields::fits(field, &default.0)
        {
            let message = format!("The default {why}.");
            self.add(
                step,
                &at("default"),
                Code::BadValue,
                message,
                "Give one that could be typed in.",
            );
        }
    }
}
