//! Where a step has expressions, and what they read.

use crate::expression::{ExpressionError, References, references, references_of_text};
use serde_json::Value;
use wheelhouse_domain::{Block, Expression, OnError, Step, StepId, StepKind, Text};

/// What an expression of a step can see.
#[derive(Clone, Copy)]
pub(super) enum Sees<'a> {
    /// What has ended before the step begins.
    Before,
    /// Also the steps of one of its blocks.
    Inside(&'a Block),
}

/// An expression, or a text with expressions.
#[derive(Clone, Copy)]
pub(super) enum Source<'a> {
    Expression(&'a Expression),
    Text(&'a str),
}

impl Source<'_> {
    pub(super) fn references(&self) -> Result<References, ExpressionError> {
        match self {
            Self::Expression(expression) => references(expression),
            Self::Text(text) => references_of_text(&Text((*text).to_owned())),
        }
    }
}

/// An expression of a step, and where in the step it stands.
pub(super) struct Place<'a> {
    pub(super) field: String,
    pub(super) source: Source<'a>,
    pub(super) sees: Sees<'a>,
}

/// What the expressions of `step` read, and the steps that it names besides what it needs. Its blocks are not looked
/// into, but what they give is. An expression that can't be understood counts as reading everything.
#[must_use]
pub fn references_of(step: &Step) -> References {
    let mut all = References::default();
    for place in places(step) {
        match place.source.references() {
            Ok(found) => all.extend(found),
            Err(_) => (all.all_steps, all.all_inputs) = (true, true),
        }
    }
    match &step.kind {
        StepKind::Staff { plan, .. } => all.steps.extend([plan.clone()]),
        StepKind::Expand { plan, staff, .. } => {
            all.steps.extend(std::iter::once(plan).chain(staff).cloned());
        }
        _ => {}
    }
    all
}

/// As [`references_of`], with everything that stands in its blocks. Steps of the blocks themselves are left out.
#[must_use]
pub fn references_within(step: &Step) -> References {
    let mut all = references_of(step);
    for (_, block) in step.blocks() {
        for inner in &block.steps {
            all.extend(references_within(inner));
        }
    }
    let own: Vec<StepId> = step
        .blocks()
        .into_iter()
        .flat_map(|(_, block)| wheelhouse_domain::all_steps(&block.steps))
        .map(|inner| inner.id.clone())
        .collect();
    all.steps.retain(|id| !own.contains(id));
    all
}

/// The expressions of `step`, without those of the steps in its blocks.
pub(super) fn places(step: &Step) -> Vec<Place<'_>> {
    let mut places = Vec::new();
    let mut add = |field: &str, source| {
        places.push(Place {
            field: field.to_owned(),
            source,
            sees: Sees::Before,
        });
    };
    if let Some(when) = &step.when {
        add("when", Source::Expression(when));
    }
    match &step.kind {
        StepKind::Agent { prompt, .. } | StepKind::Plan { prompt, .. } => {
            if let Some(prompt) = prompt {
                add("prompt", Source::Text(prompt.as_str()));
            }
        }
        StepKind::Tool { arguments, .. } => texts("arguments", &arguments.0, &mut add),
        StepKind::Map { over, .. } => add("over", Source::Expression(over)),
        StepKind::Approval { text, show, .. } => {
            add("text", Source::Text(text.as_str()));
            if let Some(show) = show {
                add("show", Source::Text(show.as_str()));
            }
        }
        StepKind::Input { text, .. } => add("text", Source::Text(text.as_str())),
        StepKind::Wait { seconds, until } => {
            for (field, expression) in [("for", seconds), ("until", until)] {
                if let Some(expression) = expression {
                    add(field, Source::Expression(expression));
                }
            }
        }
        StepKind::Workflow { inputs, .. } => {
            for (name, expression) in inputs {
                add(&format!("inputs.{name}"), Source::Expression(expression));
            }
        }
        StepKind::Transform { value } => add("value", Source::Expression(value)),
        StepKind::Branch { cases, .. } => {
            for (index, case) in cases.iter().enumerate() {
                add(&format!("cases[{index}].when"), Source::Expression(&case.when));
            }
        }
        StepKind::Loop { .. } | StepKind::Staff { .. } | StepKind::Expand { .. } | StepKind::Aggregate => {}
    }
    places.extend(inside(step));
    places
}

/// The expressions that read what the step's blocks did.
fn inside(step: &Step) -> Vec<Place<'_>> {
    let mut places = Vec::new();
    if let StepKind::Loop { until, block, .. } = &step.kind {
        places.push(Place {
            field: "until".to_owned(),
            source: Source::Expression(until),
            sees: Sees::Inside(block),
        });
    }
    for (field, block) in blocks(step) {
        if let Some(output) = &block.output {
            places.push(Place {
                field: format!("{field}output"),
                source: Source::Expression(output),
                sees: Sees::Inside(block),
            });
        }
    }
    places
}

/// The blocks of `step` with where they stand in it, for example `cases[0].`.
pub(super) fn blocks(step: &Step) -> Vec<(String, &Block)> {
    let mut blocks = match &step.kind {
        StepKind::Branch { cases, otherwise } => cases
            .iter()
            .enumerate()
            .map(|(index, case)| (format!("cases[{index}]."), &case.block))
            .chain(otherwise.iter().map(|block| ("else.".to_owned(), block)))
            .collect(),
        StepKind::Map { block, .. } | StepKind::Loop { block, .. } => vec![(String::new(), block)],
        _ => Vec::new(),
    };
    if let OnError::Branch { block } = &step.on_error {
        blocks.push(("on_error.block.".to_owned(), block));
    }
    blocks
}

fn texts<'a>(field: &str, value: &'a Value, add: &mut impl FnMut(&str, Source<'a>)) {
    match value {
        Value::String(text) => add(field, Source::Text(text)),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                texts(&format!("{field}[{index}]"), item, add);
            }
        }
        Value::Object(fields) => {
            for (name, item) in fields {
                texts(&format!("{field}.{name}"), item, add);
            }
        }
        _ => {}
    }
}
