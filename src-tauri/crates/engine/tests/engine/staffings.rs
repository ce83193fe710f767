//! Which staffings can be used, and how choices become assignments.

use crate::common::*;
use wheelhouse_domain::{
    AgentDesign, Candidate, KNOWLEDGE_SEARCH, PartBudget, Plan, StaffingAnswer, StaffingChoice,
};
use wheelhouse_engine::staffing::{StaffingProblem, check, fallback, resolve};

fn two_parts() -> Plan {
    plan(vec![sub_task("one", &[]), sub_task("two", &[])])
}

fn models() -> Vec<String> {
    vec!["one/large".to_owned()]
}

fn candidates() -> Vec<Candidate> {
    vec![Candidate {
        uid: agent_uid(50),
        name: "Ada".to_owned(),
        role: "Analyst".to_owned(),
        instructions: "Analyse.".to_owned(),
        record: wheelhouse_domain::WorkRecord::default(),
    }]
}

fn choice(part: &str, agent: Option<u128>, design: Option<AgentDesign>) -> StaffingChoice {
    StaffingChoice {
        sub_task: part.to_owned(),
        agent: agent.map(agent_uid),
        design,
        why: format!("Why for {part}"),
    }
}

fn answer(assignments: Vec<StaffingChoice>) -> StaffingAnswer {
    StaffingAnswer {
        summary: "Everybody has a part.".to_owned(),
        assignments,
    }
}

fn verdict(choices: Vec<StaffingChoice>) -> Result<(), StaffingProblem> {
    check(&answer(choices), &two_parts(), &candidates(), &models())
}

fn ada(part: &str) -> StaffingChoice {
    choice(part, Some(50), None)
}

fn designed(part: &str, role: &str) -> StaffingChoice {
    choice(part, None, Some(design(role)))
}

/// The verdict when the second part gets `second`.
fn with(second: StaffingChoice) -> StaffingProblem {
    verdict(vec![ada("one"), second]).unwrap_err()
}

#[test]
fn every_part_needs_somebody_exactly_once() {
    let part = || "two".to_owned();
    assert_eq!(verdict(vec![ada("one"), ada("two")]), Ok(()));
    assert_eq!(verdict(vec![ada("one")]), Err(StaffingProblem::Missing(part())));
    assert_eq!(verdict(vec![]), Err(StaffingProblem::Missing("one".to_owned())));
    assert_eq!(
        verdict(vec![ada("one"), ada("two"), designed("two", "Writer")]),
        Err(StaffingProblem::Twice(part()))
    );
    assert_eq!(
        with(ada("three")),
        StaffingProblem::UnknownPart("three".to_owned())
    );
}

#[test]
fn a_choice_is_an_agent_that_is_there_or_a_design() {
    let part = || "two".to_owned();
    assert_eq!(with(choice("two", None, None)), StaffingProblem::NotOne(part()));
    let both = choice("two", Some(50), Some(design("Writer")));
    assert_eq!(with(both), StaffingProblem::NotOne(part()));
    let stranger = choice("two", Some(51), None);
    assert_eq!(with(stranger), StaffingProblem::UnknownAgent(part()));
}

#[test]
fn a_design_must_say_who_it_is() {
    let blanks: [fn(&mut AgentDesign); 3] = [
        |design| design.name = " ".into(),
        |design| design.role = String::new(),
        |design| design.instructions = "\t".into(),
    ];
    for blank in blanks {
        let mut second = designed("two", "Writer");
        blank(second.design.as_mut().unwrap());
        assert_eq!(with(second), StaffingProblem::BlankDesign("two".to_owned()));
    }
}

#[test]
fn a_design_may_have_the_knowledge_and_nothing_more() {
    let with_tool = |tool: &str| {
        let mut choice = designed("two", "Writer");
        choice.design.as_mut().unwrap().tools = vec![tool.to_owned()];
        choice
    };
    assert_eq!(verdict(vec![ada("one"), with_tool(KNOWLEDGE_SEARCH)]), Ok(()));
    let problem = StaffingProblem::Tool {
        part: "two".to_owned(),
        tool: "run_command".to_owned(),
    };
    assert_eq!(with(with_tool("run_command")), problem);
}

#[test]
fn designs_of_the_same_role_share_one_new_agent() {
    let choices = vec![
        designed("one", "Writer"),
        designed("two", " writer "),
        designed("three", "Tester"),
    ];
    let mut numbers = 200..;
    let assignments = resolve(&answer(choices), &[], || agent_uid(numbers.next().unwrap()));
    let agents: Vec<_> = assignments.iter().map(|assignment| assignment.agent).collect();
    assert_eq!(agents, [agent_uid(200), agent_uid(200), agent_uid(201)]);
    assert_eq!(assignments[1].agent_name, "The Writer");
    assert_eq!(assignments[0].design, assignments[1].design);
    assert_eq!(numbers.next(), Some(202), "no further uid was asked for");
}

#[test]
fn an_agent_that_is_there_is_taken_as_it_is() {
    let assignments = resolve(&answer(vec![ada("one")]), &candidates(), || {
        panic!("nobody is new")
    });
    assert_eq!(assignments[0].agent, agent_uid(50));
    assert_eq!(assignments[0].agent_name, "Ada");
    assert_eq!(assignments[0].why, "Why for one");
    assert_eq!(assignments[0].design, None);
}

#[test]
fn the_simple_staffing_can_be_used() {
    assert_eq!(check(&fallback(&two_parts()), &two_parts(), &[], &[]), Ok(()));
}

#[test]
fn a_design_names_a_model_of_the_list_and_a_budget_that_can_be() {
    let with = |model: Option<&str>, tokens: Option<i64>| {
        let mut second = designed("two", "Writer");
        let design = second.design.as_mut().unwrap();
        design.model = model.map(str::to_owned);
        design.budget = tokens.map(|tokens| PartBudget {
            money: None,
            tokens: Some(tokens),
        });
        verdict(vec![designed("one", "Cook"), second])
    };
    assert_eq!(with(None, None), Ok(()));
    assert_eq!(with(Some("one/large"), Some(0)), Ok(()));
    let part = "two".to_owned();
    let model = "two/dear".to_owned();
    assert_eq!(
        with(Some("two/dear"), None),
        Err(StaffingProblem::Model {
            part: part.clone(),
            model
        })
    );
    assert_eq!(with(None, Some(-1)), Err(StaffingProblem::Budget(part)));
}
