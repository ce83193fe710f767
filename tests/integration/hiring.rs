//! Hiring: unasked within the operator's rule, else a job offer that is answered once and for all restarts; and nobody new
//! ever has more than the crew.

use crate::common::{TASK, assert_calls_made_once, assert_completed};
use std::sync::Arc;
use wheelhouse_contract::{
    AgentView, ErrorCode, GetHiring, ListAgents, ListQuestions, Operations, QuestionView, ReplyToQuestion,
    SaveHiring, UpdateAgent,
};
use wheelhouse_domain::{
    AgentDesign, AgentId, AgentKind, AgentStatus, HirePolicy, Json, KNOWLEDGE_SEARCH, QuestionKind,
    StaffingChoice, WorkflowId, WorkflowStatus,
};
use wheelhouse_testkit::{Play, ScriptedModel, Workbench, part, plan, staffing, within};

fn hire(sub_task: &str, role: &str) -> StaffingChoice {
    StaffingChoice {
        sub_task: sub_task.to_owned(),
        agent: None,
        design: Some(AgentDesign {
            name: format!("The {role}"),
            role: role.to_owned(),
            instructions: format!("Work as a {role} does."),
            why: "Nobody is there yet.".to_owned(),
            tools: vec![KNOWLEDGE_SEARCH.to_owned()],
        }),
        why: "It fits.".to_owned(),
    }
}

/// A writer and an editor for two parts.
fn two() -> Arc<ScriptedModel> {
    ScriptedModel::except(|asked| match asked.step() {
        "analyse" => Some(Play::answer(plan(vec![
            part("one", "Writer"),
            part("two", "Editor"),
        ]))),
        "staff" => Some(Play::answer(staffing(vec![
            hire("one", "Writer"),
            hire("two", "Editor"),
        ]))),
        _ => Some(Play::answer("Done.")),
    })
}

async fn rule(bench: &Workbench, policy: HirePolicy) {
    let request = SaveHiring {
        request_key: bench.key(),
        policy,
    };
    let saved = bench.api().save_hiring(request).await.expect("kept");
    assert_eq!(saved.policy, policy);
}

async fn specialists(bench: &Workbench) -> Vec<AgentView> {
    let agents = bench.api().list_agents(ListAgents {}).await.expect("agents");
    agents
        .into_iter()
        .filter(|agent| agent.kind == AgentKind::Specialist)
        .collect()
}

/// The workflow, once it waits, and the offer that it waits for.
async fn asked(bench: &Workbench) -> (WorkflowId, QuestionView) {
    let id = bench.begin(TASK).await;
    let status = within("the question", bench.api().handle().wait(id)).await;
    assert_eq!(status.expect("there"), WorkflowStatus::Waiting);
    let open = bench.api().list_questions(ListQuestions {}).await;
    let [question] = <[QuestionView; 1]>::try_from(open.expect("questions")).expect("one question");
    assert_eq!(
        (question.workflow_id, question.kind),
        (id, QuestionKind::Approval)
    );
    (id, question)
}

async fn reply(bench: &Workbench, question: &QuestionView, outcome: &str) {
    let reply = ReplyToQuestion {
        request_key: bench.key(),
        id: question.id,
        outcome: Some(outcome.to_owned()),
        fields: Json(serde_json::json!({})),
    };
    bench.api().reply_to_question(reply).await.expect("answered");
}

#[tokio::test]
async fn within_the_rule_nobody_is_asked_and_beyond_it_all_are_asked_for_together() {
    let model = two();
    let mut bench = Workbench::with(model.clone()).await;
    let fresh = bench.api().get_hiring(GetHiring {}).await.expect("a rule");
    assert_eq!(fresh.policy, HirePolicy::default());
    rule(&bench, HirePolicy::WithinLimits { most: 1 }).await;
    let (id, question) = asked(&bench).await;
    assert_eq!(question.text, "The generator wants to hire 2 new agents.");
    let form = question.form.clone().expect("a form");
    let shown = form.show.expect("offers");
    for words in [
        "**The Writer** for “",
        "**The Editor** for “",
        "Nobody is there yet.",
        "- Tools: knowledge search. *the same as the crew has*",
        "Work as a Writer does.",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert!(
        specialists(&bench).await.is_empty(),
        "nobody is hired before the answer"
    );
    bench.reopen().await;
    reply(&bench, &question, "hire_and_keep").await;
    let done = bench.ended(id).await;
    assert_completed(&done);
    assert_eq!(model.asked_by("staff"), 1, "the same staffing is carried out");
    assert_calls_made_once(&bench.events(id).await);
    let hired = specialists(&bench).await;
    assert_eq!(hired.len(), 2);
    assert!(hired.iter().all(|agent| agent.status != AgentStatus::Disabled));

    rule(&bench, HirePolicy::WithinLimits { most: 2 }).await;
    assert_completed(&bench.run(TASK).await);
    let many = SaveHiring {
        request_key: bench.key(),
        policy: HirePolicy::WithinLimits { most: 101 },
    };
    let refused = bench.api().save_hiring(many).await.expect_err("too many");
    assert_eq!(refused.code, ErrorCode::InvalidRequest);
}

#[tokio::test]
async fn who_is_hired_once_works_here_and_is_chosen_by_no_other_workflow() {
    let bench = Workbench::with(two()).await;
    rule(&bench, HirePolicy::AskAlways).await;
    let (id, question) = asked(&bench).await;
    reply(&bench, &question, "hire_once").await;
    assert_completed(&bench.ended(id).await);
    let hired = specialists(&bench).await;
    assert_eq!(hired.len(), 2);
    assert!(hired.iter().all(|agent| agent.status == AgentStatus::Disabled));
    assert!(hired.iter().all(|agent| agent.tasks_completed == 1));
    let rebuilt = bench.api().handle().store().rebuild_projections().await;
    rebuilt.expect("made anew");
    let again = specialists(&bench).await;
    assert!(again.iter().all(|agent| agent.status == AgentStatus::Disabled));
}

#[tokio::test]
async fn what_is_refused_goes_to_who_is_there() {
    let bench = Workbench::with(two()).await;
    rule(&bench, HirePolicy::AskAlways).await;
    let (id, question) = asked(&bench).await;
    reply(&bench, &question, "refuse").await;
    let done = bench.ended(id).await;
    assert_completed(&done);
    assert!(specialists(&bench).await.is_empty());
    let researcher = AgentId(2);
    assert_eq!(bench.task(id, "work/one").await.assigned_to, Some(researcher));
    let told = bench.task_detail(id, "staff").await.answer.expect("an answer");
    assert!(
        told.text.contains("You refused to hire The Writer"),
        "{}",
        told.text
    );
}

#[tokio::test]
async fn nobody_new_gets_a_tool_that_the_crew_does_not_have() {
    let bench = Workbench::with(two()).await;
    let crew = bench.api().list_agents(ListAgents {}).await.expect("agents");
    let researcher = crew
        .into_iter()
        .find(|agent| agent.kind == AgentKind::Creator)
        .expect("there");
    let without = UpdateAgent {
        request_key: bench.key(),
        id: researcher.id,
        version: researcher.version,
        name: researcher.name,
        role: researcher.role,
        instructions: researcher.instructions,
        model: researcher.model,
        tools: Some(Vec::new()),
    };
    bench.api().update_agent(without).await.expect("changed");
    assert_completed(&bench.run(TASK).await);
    assert!(
        specialists(&bench)
            .await
            .iter()
            .all(|agent| agent.tools.is_empty())
    );
}
