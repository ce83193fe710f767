//! Whether a document makes sense: everything that is wrong with it at once.
//!
//! An accepted document has no cycle, reads only what surely ended before, and names only what is there. Whether its
//! values and answers will be of the types that its expressions expect shows when it runs.

mod document;
mod graph;
mod kinds;
mod names;
mod reading;

use super::problem::{Found, problem};
use super::read::MOST;
use super::sources::blocks;
use graph::Order;
use reading::View;
use std::collections::{BTreeMap, BTreeSet};
use wheelhouse_domain::{
    BUILT_IN_TOOLS, Block, Document, Field, OnError, ProblemCode as Code, Step, StepId, StepKind,
    TemplateProblem, TemplateUid, all_steps,
};

/// Blocks that may stand in each other.
pub const BLOCK_DEPTH: usize = 12;
/// Steps of a template at most, those of blocks included.
pub const STEPS: usize = 500;

/// What steps may name that is not in their document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Tools beside the built-in ones, which are always known.
    pub tools: BTreeSet<String>,
    /// Templates, with the templates that each runs as sub-workflows.
    pub templates: BTreeMap<TemplateUid, BTreeSet<TemplateUid>>,
    /// Inputs of templates. What sub-workflows are given is checked for those that are listed.
    pub inputs: BTreeMap<TemplateUid, Vec<Field>>,
}

impl Known {
    fn has_tool(&self, tool: &str) -> bool {
        BUILT_IN_TOOLS.contains(&tool) || self.tools.contains(tool)
    }
}

/// Everything that is wrong with `document`, in the order of its parts. Empty: it can be run.
#[must_use]
pub fn check(document: &Document, known: &Known) -> Vec<TemplateProblem> {
    let mut checker = Checker {
        document,
        known,
        all: all_steps(&document.steps)
            .into_iter()
            .map(|step| &step.id)
            .collect(),
        found: Vec::new(),
    };
    if checker.all.len() > STEPS || depth(&document.steps) > BLOCK_DEPTH {
        checker.add(
            None,
            "steps",
            Code::BadValue,
            format!("A template has {STEPS} steps at most, in blocks that stand in each other {BLOCK_DEPTH} times at most."),
            "Divide it with workflow steps.",
        );
        return checker.found;
    }
    checker.whole();
    checker.unique();
    let view = checker.block(None, "", &document.steps, &View::default(), 0);
    checker.outputs(&view);
    checker.found
}

/// How deep blocks stand in each other. Goes no deeper than is allowed.
fn depth(steps: &[Step]) -> usize {
    let mut level: Vec<&Step> = steps.iter().collect();
    let mut depth = 0;
    while !level.is_empty() && depth <= BLOCK_DEPTH {
        depth += 1;
        level = level
            .into_iter()
            .flat_map(Step::blocks)
            .flat_map(|(_, block)| &block.steps)
            .collect();
    }
    depth
}

struct Checker<'a> {
    document: &'a Document,
    known: &'a Known,
    all: Vec<&'a StepId>,
    found: Vec<Found>,
}

impl<'a> Checker<'a> {
    fn add(
        &mut self,
        step: Option<&StepId>,
        field: &str,
        code: Code,
        message: impl Into<String>,
        next_step: impl Into<String>,
    ) {
        // More would not be read.
        if self.found.len() < MOST {
            self.found
                .push(problem(step.cloned(), field, code, message, next_step));
        }
    }

    /// Ids are used once in the whole document.
    fn unique(&mut self) {
        let mut seen = BTreeSet::new();
        for id in self.all.clone() {
            if !seen.insert(id) {
                self.add(
                    Some(id),
                    "id",
                    Code::Duplicate,
                    format!("Two steps are called “{id}”."),
                    "Give each step a name of its own, also across blocks.",
                );
            }
        }
    }

    /// One block of steps: what can be seen in it at its end.
    fn block(
        &mut self,
        container: Option<&StepId>,
        field: &str,
        steps: &'a [Step],
        outer: &View,
        depth: usize,
    ) -> View {
        if steps.is_empty() {
            self.add(
                container,
                &format!("{field}steps"),
                Code::BadValue,
                "There are no steps here.",
                "Put at least one step in.",
            );
        }
        let order = Order::of(steps);
        self.needs(steps, &order);
        for step in steps {
            let mut view = outer.clone();
            view.steps.extend(order.before(&step.id).cloned());
            self.step(step, &view, depth);
        }
        let mut end = outer.clone();
        end.steps.extend(steps.iter().map(|step| step.id.clone()));
        end
    }

    fn step(&mut self, step: &'a Step, view: &View, depth: usize) {
        self.step_names(step);
        self.policies(step);
        self.kind(step, view);
        for (field, block) in blocks(step) {
            let mut inner = view.clone();
            inner.variables.extend(variables(step, block));
            let end = self.block(Some(&step.id), &field, &block.steps, &inner, depth + 1);
            self.reads(step, Some(block), &end);
        }
        self.reads(step, None, view);
    }
}

/// What the steps of one of a step's blocks can read besides what the step can.
fn variables(step: &Step, block: &Block) -> &'static [&'static str] {
    if matches!(&step.on_error, OnError::Branch { block: caught } if std::ptr::eq(caught, block)) {
        return &["error"];
    }
    match step.kind {
        StepKind::Map { .. } => &["item", "index"],
        StepKind::Loop { .. } => &["round", "previous"],
        _ => &[],
    }
}
