//! Staffings that can't be used: repaired once, then replaced by a rule that says so.

use crate::common::{TASK, assert_completed};
use std::sync::Arc;
use wheelhouse_contract::{ListAgents, Operations, WorkflowDetail};
use wheelhouse_domain::{
    AgentDesign, AgentKind, AgentUid, EventBody, KNOWLEDGE_SEARCH, Origin, StaffingChoice,
};
use wheelhouse_testkit::{Play, ScriptedModel, Workbench, part, plan, staffing};

fn design(role: &str, tools: &[&str]) -> AgentDesign {
    AgentDesign {
        name: format!("The {role}"),
        role: role.to_owned(),
        instructions: format!("Work as a {role} does."),
        why: "Nobody is there yet.".to_owned(),
        tools: tools.iter().map(|&tool| tool.to_owned()).collect(),
        model: None,
        budget: None,
    }
}

fn hire(sub_task: &str, design: AgentDesign) -> StaffingChoice {
    StaffingChoice {
        sub_task: sub_task.to_owned(),
        agent: None,
        design: Some(design),
        why: "It fits.".to_owned(),
    }
}

fn good() -> String {
    staffing(vec![
        hire("one", design("Writer", &[KNOWLEDGE_SEARCH])),
        hire("two", design("Editor", &[])),
    ])
}

/// Staffings that must not be used, and a word of what is wrong with each.
fn unusable() -> Vec<(&'static str, String, &'static str)> {
    let writer = || hire("one", design("Writer", &[]));
    let editor = || hire("two", design("Editor", &[]));
    let stranger = StaffingChoice {
        agent: Some(AgentUid(uuid::Uuid::from_u128(7))),
        design: None,
        ..editor()
    };
    let both = StaffingChoice {
        agent: Some(AgentUid(uuid::Uuid::from_u128(7))),
        ..editor()
    };
    let neither = StaffingChoice {
        design: None,
        ..editor()
    };
    let nameless = hire(
        "two",
        AgentDesign {
            name: String::new(),
            ..design("Editor", &[])
        },
    );
    vec![
        ("a part is missing", staffing(vec![writer()]), "nobody was given"),
        (
            "an unknown agent",
            staffing(vec![writer(), stranger]),
            "not in the list",
        ),
        (
            "an unknown part",
            staffing(vec![writer(), editor(), hire("six", design("Cook", &[]))]),
            "no sub-task",
        ),
        ("twice", staffing(vec![writer(), writer(), editor()]), "twice"),
        ("both", staffing(vec![writer(), both]), "exactly one"),
        ("neither", staffing(vec![writer(), neither]), "exactly one"),
        ("no name", staffing(vec![writer(), nameless]), "needs a name"),
        (
            "a tool above read",
            staffing(vec![writer(), hire("two", design("Editor", &["shell"]))]),
            "shell",
        ),
        ("malformed", "{\"assignments\": 7}".to_owned(), "form"),
    ]
}

async fn staffed(first: String, second: String) -> (Workbench, Arc<ScriptedModel>, WorkflowDetail) {
    let model = ScriptedModel::except(move |asked| match asked.step() {
        "analyse" => Some(Play::answer(plan(vec![
            part("one", "Writer"),
            part("two", "Editor"),
        ]))),
        "staff" if asked.is_repair() => Some(Play::answer(second.as_str())),
        "staff" => Some(Play::answer(first.as_str())),
        // Whatever the others say, it is about the staffing.
        _ => Some(Play::answer("Done.")),
    });
    let bench = Workbench::with(model.clone()).await;
    let done = bench.run(TASK).await;
    (bench, model, done)
}

async fn specialists(bench: &Workbench) -> Vec<String> {
    let agents = bench.api().list_agents(ListAgents {}).await.expect("agents");
    agents
        .into_iter()
        .filter(|agent| agent.kind == AgentKind::Specialist)
        .map(|agent| agent.name)
        .collect()
}

#[tokio::test]
async fn a_bad_staffing_is_sent_back_once_and_repaired() {
    for (name, bad, problem) in unusable() {
        let (bench, model, done) = staffed(bad, good()).await;
        assert_completed(&done);
        match bench.task(done.workflow.id, "staff").await.origin {
            Some(Origin::Repaired { problem: said }) => assert!(said.contains(problem), "{name}: {said}"),
            other => panic!("{name}: {other:?}"),
        }
        assert_eq!(model.asked_by("staff"), 2, "{name}");
        assert_eq!(specialists(&bench).await, ["The Writer", "The Editor"], "{name}");
    }
}

#[tokio::test]
async fn twice_bad_hires_one_agent_for_each_role_and_says_so() {
    for (name, bad, problem) in unusable() {
        let (bench, model, done) = staffed(bad.clone(), bad).await;
        assert_completed(&done);
        match bench.task(done.workflow.id, "staff").await.origin {
            Some(Origin::Fallback { problem: said }) => assert!(said.contains(problem), "{name}: {said}"),
            other => panic!("{name}: {other:?}"),
        }
        assert_eq!(model.asked_by("staff"), 2, "{name}");
        let told = bench
            .task_detail(done.workflow.id, "staff")
            .await
            .answer
            .expect("an answer");
        assert!(told.text.contains("could not be used"), "{name}: {}", told.text);
        assert_eq!(specialists(&bench).await, ["Writer", "Editor"], "{name}");
    }
}

#[tokio::test]
async fn parts_of_the_same_role_share_one_new_agent() {
    let same = staffing(vec![
        hire("one", design("Writer", &[])),
        hire("two", design("writer ", &[])),
    ]);
    let (bench, _, done) = staffed(same, String::new()).await;
    assert_completed(&done);
    assert_eq!(specialists(&bench).await, ["The Writer"]);
    let (one, two) = (
        bench.task(done.workflow.id, "work/one").await,
        bench.task(done.workflow.id, "work/two").await,
    );
    assert_eq!(one.assigned_to, two.assigned_to);
}

#[tokio::test]
async fn who_is_there_is_hired_again_by_identity() {
    let model = ScriptedModel::except(|asked| match asked.step() {
        "analyse" => Some(Play::answer(plan(vec![part("one", "Writer")]))),
        "staff" => {
            let there = asked.request.brief.candidates.first();
            let choice = match there {
                Some(candidate) => StaffingChoice {
                    agent: Some(candidate.uid),
                    design: None,
                    ..hire("one", design("Writer", &[]))
                },
                None => hire("one", design("Writer", &[])),
            };
            Some(Play::answer(staffing(vec![choice])))
        }
        _ => None,
    });
    let bench = Workbench::with(model).await;
    let (first, second) = (bench.run(TASK).await, bench.run(TASK).await);
    assert_completed(&second);
    assert_eq!(specialists(&bench).await.len(), 1, "nobody new was hired");
    let one = bench.task(first.workflow.id, "work/one").await.assigned_to;
    assert_eq!(one, bench.task(second.workflow.id, "work/one").await.assigned_to);
    let designed = bench.events(second.workflow.id).await.into_iter().any(|event| {
        matches!(event.body, EventBody::StaffAccepted { assignments, .. } if assignments.iter().any(|one| one.design.is_some()))
    });
    assert!(!designed);
}
