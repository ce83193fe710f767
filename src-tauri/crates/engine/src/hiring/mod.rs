//! Hiring: what a new agent may have, what the operator is shown of it, and what follows from the answer.
//!
//! Deliberately absent: who decides when to ask (the operator's policy), and designs themselves (`staffing` checks those).

mod capability;
mod offer;

pub use capability::{Capability, Compared, Difference};
pub use offer::{KEEP, ONCE, Offer, REFUSE, form, offers, text};

use wheelhouse_domain::{Candidate, StaffingAnswer, StaffingChoice};

/// The same staffing with new agents that get nothing that whoever asks for them does not have.
#[must_use]
pub fn attenuated(answer: &StaffingAnswer, requester: &Capability) -> StaffingAnswer {
    let mut answer = answer.clone();
    for design in answer
        .assignments
        .iter_mut()
        .filter_map(|choice| choice.design.as_mut())
    {
        design.tools.retain(|tool| requester.tools.contains(tool));
    }
    answer
}

/// The same staffing with nobody new: each part of a refused agent goes to whoever of `candidates` has its profession, else
/// to `stand_in`.
#[must_use]
pub fn refused(answer: &StaffingAnswer, candidates: &[Candidate], stand_in: &Candidate) -> StaffingAnswer {
    let mut answer = answer.clone();
    for choice in &mut answer.assignments {
        if let Some(design) = choice.design.take() {
            let same = |one: &&Candidate| one.role.trim().eq_ignore_ascii_case(design.role.trim());
            let taker = candidates.iter().find(same).unwrap_or(stand_in);
            choice.agent = Some(taker.uid);
            choice.why = format!(
                "You refused to hire {} for this part, so {} does it.",
                design.name, taker.name
            );
        }
    }
    answer.summary = format!(
        "{} Nobody new was hired, because you refused.",
        answer.summary.trim()
    );
    answer
}

/// How many new agents a staffing has. Designs of the same profession are one.
#[must_use]
pub fn new_agents(answer: &StaffingAnswer) -> usize {
    let role = |choice: &StaffingChoice| {
        choice
            .design
            .as_ref()
            .map(|design| design.role.trim().to_lowercase())
    };
    let roles: std::collections::BTreeSet<String> = answer.assignments.iter().filter_map(role).collect();
    roles.len()
}
