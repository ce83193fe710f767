//! What waits for what in one block.

use super::{Checker, Code, STEPS};
use petgraph::algo::tarjan_scc;
use petgraph::graph::DiGraph;
use std::collections::{BTreeMap, BTreeSet};
use wheelhouse_domain::{Step, StepId};

/// The order that the needs of a block's steps make.
#[derive(Debug, Default)]
pub(super) struct Order {
    /// What has ended before each step begins. Only of steps that can begin.
    before: BTreeMap<StepId, BTreeSet<StepId>>,
    /// Steps that wait for each other.
    pub(super) cycles: Vec<Vec<StepId>>,
}

impl Order {
    pub(super) fn of(steps: &[Step]) -> Self {
        let ids: BTreeSet<&StepId> = steps.iter().map(|step| &step.id).collect();
        let mut order = Self {
            before: BTreeMap::new(),
            cycles: cycles(steps),
        };
        // Each pass takes the steps whose needs are all done; it ends when none is left that could be.
        let mut left: Vec<&Step> = steps.iter().collect();
        loop {
            let count = left.len();
            left.retain(|step| {
                let needs: Vec<&StepId> = step.needs.iter().filter(|need| ids.contains(need)).collect();
                if !needs.iter().all(|need| order.before.contains_key(*need)) {
                    return true;
                }
                let mut before = BTreeSet::new();
                for need in needs {
                    before.extend(order.before.get(need).into_iter().flatten().cloned());
                    before.insert(need.clone());
                }
                order.before.insert(step.id.clone(), before);
                false
            });
            if left.is_empty() || left.len() == count {
                return order;
            }
        }
    }

    /// The steps of the block that have surely ended before `step` begins.
    pub(super) fn before(&self, step: &StepId) -> impl Iterator<Item = &StepId> {
        self.before.get(step).into_iter().flatten()
    }

    fn can_begin(&self, step: &StepId) -> bool {
        self.before.contains_key(step)
    }
}

fn cycles(steps: &[Step]) -> Vec<Vec<StepId>> {
    let mut graph = DiGraph::<&StepId, ()>::new();
    let nodes: BTreeMap<&StepId, _> = steps
        .iter()
        .map(|step| (&step.id, graph.add_node(&step.id)))
        .collect();
    for step in steps {
        for need in &step.needs {
            if let (Some(from), Some(to)) = (nodes.get(need), nodes.get(&step.id)) {
                graph.add_edge(*from, *to, ());
            }
        }
    }
    tarjan_scc(&graph)
        .into_iter()
        .filter(|group| group.len() > 1 || group.iter().any(|node| graph.contains_edge(*node, *node)))
        .map(|group| {
            let mut names: Vec<StepId> = group.into_iter().map(|node| graph[node].clone()).collect();
            names.sort();
            names
        })
        .collect()
}

impl<'a> Checker<'a> {
    /// Needs are in the same block, named once, and nobody waits for himself.
    pub(super) fn needs(&mut self, steps: &'a [Step], order: &Order) {
        for step in steps {
            let mut named = BTreeSet::new();
            // Twice as many as there can be are enough to see what is wrong.
            for (index, need) in step.needs.iter().enumerate().take(2 * STEPS) {
                let field = format!("needs[{index}]");
                if !named.insert(need) {
                    self.add(
                        Some(&step.id),
                        &field,
                        Code::Duplicate,
                        format!("“{need}” is named twice."),
                        "Name it once.",
                    );
                } else if !steps.iter().any(|other| other.id == *need) {
                    self.unknown_need(step, &field, need, steps);
                }
            }
            let in_cycle = order.cycles.iter().any(|cycle| cycle.contains(&step.id));
            if !in_cycle && !order.can_begin(&step.id) {
                self.add(
                    Some(&step.id),
                    "needs",
                    Code::Unreachable,
                    "It can never begin: it waits for steps that wait for each other.",
                    "Mend those steps.",
                );
            }
        }
        for cycle in &order.cycles {
            let names: Vec<&str> = cycle.iter().map(StepId::as_str).collect();
            self.add(
                cycle.first(),
                "needs",
                Code::Cycle,
                format!("The steps {} wait for each other.", names.join(", ")),
                "Take one of these needs away. For doing something again, use a loop.",
            );
        }
    }

    fn unknown_need(&mut self, step: &'a Step, field: &str, need: &StepId, steps: &[Step]) {
        let (message, next_step) = if self.all.contains(&need) {
            (
                format!("“{need}” is in another block."),
                "A step needs steps of its own block; need the step that contains it.".to_owned(),
            )
        } else {
            let others: Vec<&str> = steps
                .iter()
                .filter(|other| other.id != step.id)
                .map(|other| other.id.as_str())
                .take(20)
                .collect();
            (
                format!("There is no step called “{need}”."),
                if others.is_empty() {
                    "There is no other step in this block.".to_owned()
                } else {
                    format!("In this block there are {}.", others.join(", "))
                },
            )
        };
        self.add(Some(&step.id), field, Code::UnknownStep, message, next_step);
    }
}
