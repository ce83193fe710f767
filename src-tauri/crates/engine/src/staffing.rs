//! Which staffings can be used, and how choices become assignments.

use std::collections::BTreeMap;
use thiserror::Error;
use wheelhouse_domain::{
    AgentDesign, AgentUid, Assignment, Candidate, KNOWLEDGE_SEARCH, Plan, StaffingAnswer, StaffingChoice,
    SubTask,
};

/// Why a staffing can't be used. The words go back to who made it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StaffingProblem {
    /// A part has nobody.
    #[error("nobody was given the sub-task \"{0}\"")]
    Missing(String),
    /// A part has two.
    #[error("the sub-task \"{0}\" was given away twice")]
    Twice(String),
    /// A part is not in the plan.
    #[error("the plan has no sub-task \"{0}\"")]
    UnknownPart(String),
    /// Neither or both of agent and design.
    #[error("the sub-task \"{0}\" needs exactly one of \"agent\" and \"design\"")]
    NotOne(String),
    /// The agent is not there.
    #[error("the sub-task \"{0}\" was given to an agent that is not in the list")]
    UnknownAgent(String),
    /// The design lacks something.
    #[error("the design for the sub-task \"{0}\" needs a name, a role and instructions")]
    BlankDesign(String),
    /// The design asks for more than the generator may give by itself.
    #[error(
        "the design for the sub-task \"{part}\" asks for the tool \"{tool}\"; only {KNOWLEDGE_SEARCH} may be given"
    )]
    Tool {
        /// The part.
        part: String,
        /// The tool.
        tool: String,
    },
    /// The design wants a model that is not offered.
    #[error(
        "the design for the sub-task \"{part}\" asks for the model \"{model}\", which is not in the list; null is the \
         default one"
    )]
    Model {
        /// The part.
        part: String,
        /// The model.
        model: String,
    },
    /// The design has a budget below nothing.
    #[error("the design for the sub-task \"{0}\" has a budget below zero")]
    Budget(String),
}

/// Whether `answer` gives every part of `plan` to exactly one agent that is there or designed, and designs ask for `models`
/// only.
///
/// # Errors
/// The first [`StaffingProblem`] found.
pub fn check(
    answer: &StaffingAnswer,
    plan: &Plan,
    candidates: &[Candidate],
    models: &[String],
) -> Result<(), StaffingProblem> {
    let parts: Vec<&str> = answer
        .assignments
        .iter()
        .map(|choice| choice.sub_task.as_str())
        .collect();
    check_parts(&parts, plan)?;
    for choice in &answer.assignments {
        check_choice(choice, candidates, models)?;
    }
    Ok(())
}

/// Whether `parts` are the parts of `plan`, each once.
pub(crate) fn check_parts(parts: &[&str], plan: &Plan) -> Result<(), StaffingProblem> {
    for part in parts {
        if !plan.sub_tasks.iter().any(|sub| sub.id == *part) {
            return Err(StaffingProblem::UnknownPart((*part).to_owned()));
        }
        if parts.iter().filter(|other| *other == part).count() > 1 {
            return Err(StaffingProblem::Twice((*part).to_owned()));
        }
    }
    let missing = plan
        .sub_tasks
        .iter()
        .find(|sub| !parts.contains(&sub.id.as_str()));
    missing.map_or(Ok(()), |sub| Err(StaffingProblem::Missing(sub.id.clone())))
}

fn check_choice(
    choice: &StaffingChoice,
    candidates: &[Candidate],
    models: &[String],
) -> Result<(), StaffingProblem> {
    let part = || choice.sub_task.clone();
    match (&choice.agent, &choice.design) {
        (Some(uid), None) if candidates.iter().any(|candidate| candidate.uid == *uid) => Ok(()),
        (Some(_), None) => Err(StaffingProblem::UnknownAgent(part())),
        (None, Some(design)) => check_design(design, &choice.sub_task, models),
        _ => Err(StaffingProblem::NotOne(part())),
    }
}

fn check_design(design: &AgentDesign, part: &str, models: &[String]) -> Result<(), StaffingProblem> {
    if [&design.name, &design.role, &design.instructions]
        .iter()
        .any(|text| text.trim().is_empty())
    {
        return Err(StaffingProblem::BlankDesign(part.to_owned()));
    }
    if let Some(tool) = design.tools.iter().find(|tool| *tool != KNOWLEDGE_SEARCH) {
        return Err(StaffingProblem::Tool {
            part: part.to_owned(),
            tool: tool.clone(),
        });
    }
    if let Some(model) = design.model.as_ref().filter(|model| !models.contains(model)) {
        return Err(StaffingProblem::Model {
            part: part.to_owned(),
            model: model.clone(),
        });
    }
    let budget = design.budget.unwrap_or_default();
    let below =
        budget.money.is_some_and(|money| money.0 < 0) || budget.tokens.is_some_and(|tokens| tokens < 0);
    if below {
        return Err(StaffingProblem::Budget(part.to_owned()));
    }
    Ok(())
}

/// The simple staffing: one new agent for each role of the plan.
#[must_use]
pub fn fallback(plan: &Plan) -> StaffingAnswer {
    let choice = |sub: &SubTask| StaffingChoice {
        sub_task: sub.id.clone(),
        agent: None,
        design: Some(AgentDesign {
            name: sub.role.clone(),
            role: sub.role.clone(),
            instructions: format!(
                "You are a {}. Do the part that you are given, keep to what it asks for, name your sources and say \
                 what you could not find out.",
                sub.role
            ),
            why: "The generator's staffing could not be used.".to_owned(),
            tools: vec![KNOWLEDGE_SEARCH.to_owned()],
            model: None,
            budget: None,
        }),
        why: "Designed by rule for this role.".to_owned(),
    };
    StaffingAnswer {
        summary: "The generator's staffing could not be used, so each role of the plan gets one new agent."
            .to_owned(),
        assignments: plan.sub_tasks.iter().map(choice).collect(),
    }
}

/// Turns a checked answer into assignments. `new_uid` is asked once for each new role; designs of the same
/// role share one agent.
pub fn resolve(
    answer: &StaffingAnswer,
    candidates: &[Candidate],
    mut new_uid: impl FnMut() -> AgentUid,
) -> Vec<Assignment> {
    let mut hired: BTreeMap<String, (AgentUid, AgentDesign)> = BTreeMap::new();
    let mut assign = |choice: &StaffingChoice| -> Option<Assignment> {
        let (agent, agent_name, design) = match (&choice.agent, &choice.design) {
            (Some(uid), _) => {
                let candidate = candidates.iter().find(|candidate| candidate.uid == *uid)?;
                (*uid, candidate.name.clone(), None)
            }
            (None, Some(design)) => {
                let role = design.role.trim().to_lowercase();
                let (uid, design) = hired
                    .entry(role)
                    .or_insert_with(|| (new_uid(), design.clone()))
                    .clone();
                (uid, design.name.clone(), Some(design))
            }
            (None, None) => return None,
        };
        Some(Assignment {
            sub_task: choice.sub_task.clone(),
            agent,
            agent_name,
            why: choice.why.clone(),
            design,
            once: false,
        })
    };
    answer.assignments.iter().filter_map(&mut assign).collect()
}
