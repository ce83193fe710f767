//! Hiring: what a new agent may have, what the operator is shown of it, and what follows from the answer.
//!
//! Deliberately absent: who decides when to ask (the operator's policy), and designs themselves (`staffing` checks those).

mod capability;
mod offer;

pub use capability::{Capability, Compared, Difference};
pub use offer::{KEEP, ONCE, Offer, REFUSE, form, offers, text};

use std::collections::BTreeMap;
use wheelhouse_domain::{AgentDesign, Candidate, PartBudget, StaffingAnswer};

/// The same staffing with new agents that get nothing that whoever asks for them does not have, and `usually` as their
/// budget where their designs name none.
#[must_use]
pub fn attenuated(answer: &StaffingAnswer, requester: &Capability, usually: PartBudget) -> StaffingAnswer {
    let mut answer = answer.clone();
    for design in designs(&mut answer) {
        design.tools.retain(|tool| requester.tools.contains(tool));
        design.model = design
            .model
            .take()
            .filter(|model| requester.models.contains(model));
        let wanted = design.budget.unwrap_or_default().or(usually);
        design.budget = (!wanted.is_unlimited()).then_some(wanted);
    }
    limited(&answer, requester.part)
}

/// The same staffing with budgets of new agents that allow no more than `left`. Where a design has no limit it needs none:
/// what its workflow has left holds it anyway, also where that becomes more.
#[must_use]
pub fn limited(answer: &StaffingAnswer, left: PartBudget) -> StaffingAnswer {
    let mut answer = answer.clone();
    for budget in designs(&mut answer).filter_map(|design| design.budget.as_mut()) {
        *budget = PartBudget {
            money: budget
                .money
                .map(|own| left.money.map_or(own, |left| own.min(left))),
            tokens: budget
                .tokens
                .map(|own| left.tokens.map_or(own, |left| own.min(left))),
        };
    }
    answer
}

fn designs(answer: &mut StaffingAnswer) -> impl Iterator<Item = &mut AgentDesign> {
    answer
        .assignments
        .iter_mut()
        .filter_map(|choice| choice.design.as_mut())
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

/// What each new agent of a staffing may spend on a part. Designs of the same profession are one, and the first of them
/// counts.
#[must_use]
pub fn new_agents(answer: &StaffingAnswer) -> Vec<PartBudget> {
    let mut budgets: BTreeMap<String, PartBudget> = BTreeMap::new();
    for design in answer
        .assignments
        .iter()
        .filter_map(|choice| choice.design.as_ref())
    {
        let role = design.role.trim().to_lowercase();
        budgets
            .entry(role)
            .or_insert_with(|| design.budget.unwrap_or_default());
    }
    budgets.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use wheelhouse_domain::{Money, StaffingChoice};

    fn budget() -> impl Strategy<Value = PartBudget> {
        let money = prop::option::of((0_i64..50).prop_map(Money));
        let tokens = prop::option::of(0_i64..50);
        (money, tokens).prop_map(|(money, tokens)| PartBudget { money, tokens })
    }

    fn staffing(model: Option<&str>, budget: Option<PartBudget>) -> StaffingAnswer {
        let design = AgentDesign {
            name: "Wren".to_owned(),
            role: "Writer".to_owned(),
            instructions: "Write.".to_owned(),
            why: "Nobody writes.".to_owned(),
            tools: Vec::new(),
            model: model.map(str::to_owned),
            budget,
        };
        StaffingAnswer {
            summary: String::new(),
            assignments: vec![StaffingChoice {
                sub_task: "one".to_owned(),
                agent: None,
                design: Some(design),
                why: String::new(),
            }],
        }
    }

    fn design(answer: &StaffingAnswer) -> &AgentDesign {
        answer.assignments[0].design.as_ref().expect("a design")
    }

    #[test]
    fn a_model_that_the_crew_does_not_have_is_taken_away() {
        let crew = Capability {
            models: ["one/large".to_owned()].into(),
            ..Capability::default()
        };
        let of = |model| attenuated(&staffing(Some(model), None), &crew, PartBudget::default());
        assert_eq!(design(&of("one/large")).model.as_deref(), Some("one/large"));
        assert_eq!(design(&of("two/dear")).model, None);
    }

    proptest! {
        #[test]
        fn no_limit_of_a_new_agent_is_above_what_is_left(wish in prop::option::of(budget()), usually in budget(), left in budget()) {
            let crew = Capability { part: left, ..Capability::default() };
            let hired = attenuated(&staffing(None, wish), &crew, usually);
            let own = design(&hired).budget.unwrap_or_default();
            prop_assert!(own.money.is_none_or(|own| left.money.is_none_or(|left| own <= left)));
            prop_assert!(own.tokens.is_none_or(|own| left.tokens.is_none_or(|left| own <= left)));
            // What holds it is its own limit and all above.
            prop_assert!(own.attenuated(left).is_within(left));
            prop_assert!(own.attenuated(left).is_within(wish.unwrap_or_default().or(usually)));
            prop_assert_eq!(new_agents(&hired), vec![own]);
        }
    }
}
