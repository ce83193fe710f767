//! Which plans can be carried out, and the simple one that takes the place of one that can't.

use petgraph::{algo::tarjan_scc, graph::DiGraph};
use std::collections::BTreeMap;
use thiserror::Error;
use wheelhouse_domain::{Limits, Plan, SubTask};

/// Why a plan can't be carried out. The words go back to who made it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PlanProblem {
    /// Nothing is delegated.
    #[error("the plan has no sub-tasks")]
    Empty,
    /// More than the run allows.
    #[error("the plan has {found} sub-tasks, at most {allowed} are allowed")]
    TooMany {
        /// How many there are.
        found: usize,
        /// How many there may be.
        allowed: u32,
    },
    /// An id is not of the right form.
    #[error("\"{0}\" is not a usable id: use 1 to 40 lower-case letters, digits and \"-\"")]
    BadId(String),
    /// Two parts have the same id.
    #[error("the id \"{0}\" is used twice")]
    DuplicateId(String),
    /// A part has no title or no description.
    #[error("the sub-task \"{0}\" has no title or no description")]
    Blank(String),
    /// A part has no role, so nobody can be found for it.
    #[error("the sub-task \"{0}\" names no role, so nobody can do it")]
    Unstaffed(String),
    /// A part needs one that is not there.
    #[error("the sub-task \"{id}\" needs \"{need}\", which is not in the plan")]
    UnknownNeed {
        /// The part.
        id: String,
        /// What it needs.
        need: String,
    },
    /// Parts wait for each other.
    #[error("the sub-tasks {} wait for each other", .0.join(", "))]
    Cycle(Vec<String>),
}

/// Whether `plan` can be carried out.
///
/// # Errors
/// The first [`PlanProblem`] found.
pub fn check(plan: &Plan, limits: Limits) -> Result<(), PlanProblem> {
    let parts = &plan.sub_tasks;
    if parts.is_empty() {
        return Err(PlanProblem::Empty);
    }
    if parts.len() > limits.sub_tasks as usize {
        return Err(PlanProblem::TooMany {
            found: parts.len(),
            allowed: limits.sub_tasks,
        });
    }
    parts.iter().try_for_each(check_part)?;
    check_needs(parts)
}

fn check_part(part: &SubTask) -> Result<(), PlanProblem> {
    let right_form = (1..=40).contains(&part.id.len())
        && part
            .id
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if !right_form {
        return Err(PlanProblem::BadId(part.id.clone()));
    }
    if part.title.trim().is_empty() || part.description.trim().is_empty() {
        return Err(PlanProblem::Blank(part.id.clone()));
    }
    if part.role.trim().is_empty() {
        return Err(PlanProblem::Unstaffed(part.id.clone()));
    }
    Ok(())
}

fn check_needs(parts: &[SubTask]) -> Result<(), PlanProblem> {
    let mut graph = DiGraph::<&str, ()>::new();
    let mut nodes = BTreeMap::new();
    for part in parts {
        let node = graph.add_node(part.id.as_str());
        if nodes.insert(part.id.as_str(), node).is_some() {
            return Err(PlanProblem::DuplicateId(part.id.clone()));
        }
    }
    for part in parts {
        for need in &part.needs {
            match (nodes.get(need.as_str()), nodes.get(part.id.as_str())) {
                (Some(&from), Some(&to)) if from == to => {
                    return Err(PlanProblem::Cycle(vec![part.id.clone()]));
                }
                (Some(&from), Some(&to)) => {
                    graph.add_edge(from, to, ());
                }
                _ => {
                    return Err(PlanProblem::UnknownNeed {
                        id: part.id.clone(),
                        need: need.clone(),
                    });
                }
            }
        }
    }
    match tarjan_scc(&graph)
        .into_iter()
        .find(|component| component.len() > 1)
    {
        Some(cycle) => Err(PlanProblem::Cycle(
            cycle.into_iter().map(|node| graph[node].to_owned()).collect(),
        )),
        None => Ok(()),
    }
}

/// The stated simple plan: one generalist does the task and, where the run allows two sub-tasks, one reviewer looks at
/// the result.
#[must_use]
pub fn fallback(task: &str, limits: Limits) -> Plan {
    let part =
        |id: &str, title: &str, description: String, role: &str, needs: &[&str], done_when: &str| SubTask {
            id: id.to_owned(),
            title: title.to_owned(),
            description,
            role: role.to_owned(),
            needs: needs.iter().map(|&need| need.to_owned()).collect(),
            done_when: done_when.to_owned(),
        };
    let carry_out = part(
        "carry-out",
        "Carry out the task",
        format!("Carry out the whole task: {task}"),
        "Generalist",
        &[],
        "The result answers the whole task.",
    );
    let review = part(
        "review",
        "Review the result",
        "Compare the result with the task and name what is missing or wrong.".to_owned(),
        "Reviewer",
        &["carry-out"],
        "Every part of the task was looked at.",
    );
    let (sub_tasks, how) = if limits.sub_tasks > 1 {
        (
            vec![carry_out, review],
            "does the whole task and one reviewer looks at the result",
        )
    } else {
        (vec![carry_out], "does the whole task")
    };
    Plan {
        summary: format!(
            "The driver's plan could not be used, so this simple one takes its place: one generalist {how}."
        ),
        research: task.to_owned(),
        sub_tasks,
    }
}
