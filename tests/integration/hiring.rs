//! Hiring: unasked within the operator's rule, else a job offer that is answered once and for all restarts; and nobody new
//! ever has more than the crew.

use crate::common::{TASK, assert_calls_made_once, assert_completed};
use std::collections::BTreeMap;
use std::sync::Arc;
use wheelhouse_contract::{
    AgentView, ErrorCode, GetHiring, JudgeTask, ListAgents, ListPoorRecords, ListQuestions, Operations,
    QuestionView, ReplyToQuestion, SaveBudgets, SaveHiring, SetAgentEnabled, TaskView,
};
use wheelhouse_domain::{
    AgentDesign, AgentId, AgentKind, AgentStatus, BudgetOf, DayLimit, FormAbout, HirePolicy, Json,
    KNOWLEDGE_SEARCH, PartBudget, QuestionKind, StaffingChoice, TaskStatus, Verdict, WorkflowId,
    WorkflowStatus,
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
            model: None,
            budget: None,
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

fn most(most: u32) -> HirePolicy {
    HirePolicy::WithinLimits {
        most,
        each: PartBudget::default(),
    }
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
    rule(&bench, most(1)).await;
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

    rule(&bench, most(2)).await;
    assert_completed(&bench.run(TASK).await);
    let many = SaveHiring {
        request_key: bench.key(),
        policy: most(101),
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
    let without = bench.change_agent(researcher.id, |agent| agent.tools = Some(Vec::new()));
    without.await.expect("changed");
    assert_completed(&bench.run(TASK).await);
    assert!(
        specialists(&bench)
            .await
            .iter()
            .all(|agent| agent.tools.is_empty())
    );
}

/// One new agent for two parts, who wants this model and may spend so many tokens on each.
fn wants(model: Option<&'static str>, tokens: Option<i64>) -> Arc<ScriptedModel> {
    let hire = move |part: &str| {
        let mut choice = hire(part, "Writer");
        if let Some(design) = &mut choice.design {
            design.model = model.map(str::to_owned);
            design.budget = tokens.map(of_tokens);
        }
        choice
    };
    ScriptedModel::except(move |asked| match asked.step() {
        "analyse" => Some(Play::answer(plan(vec![
            part("one", "Writer"),
            part("two", "Writer"),
        ]))),
        "staff" => Some(Play::answer(staffing(vec![hire("one"), hire("two")]))),
        _ => Some(Play::answer("Done.")),
    })
}

fn of_tokens(tokens: i64) -> PartBudget {
    PartBudget {
        money: None,
        tokens: Some(tokens),
    }
}

/// What every new workflow may spend.
async fn limit_workflows(bench: &Workbench, tokens: i64) {
    let request = SaveBudgets {
        request_key: bench.key(),
        day: DayLimit::default(),
        agent_day: DayLimit::default(),
        agents: BTreeMap::new(),
        workflow: DayLimit {
            money: None,
            tokens: Some(tokens),
        },
    };
    bench.api().save_budgets(request).await.expect("saved");
}

async fn tokens_for(bench: &Workbench, id: WorkflowId, part: &str) -> Option<i64> {
    bench.task(id, &format!("work/{part}")).await.budget?.tokens
}

#[tokio::test]
async fn who_is_hired_gets_the_model_and_the_budget_of_the_offer_and_no_more() {
    let mut bench = Workbench::with(wants(Some("rehearsal"), Some(40))).await;
    rule(&bench, HirePolicy::AskAlways).await;
    let (id, question) = asked(&bench).await;
    let shown = question.form.clone().and_then(|form| form.show).expect("offers");
    for words in [
        "- Model: rehearsal. *the same as the crew has*",
        "- Budget for each part: 40 tokens. *less than the crew has: as its workflow allows*",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    reply(&bench, &question, "hire_and_keep").await;
    // The workflow says that it waits when nothing of it is at work any more.
    bench
        .until(id, "both parts ask", |detail| {
            let asking = detail
                .tasks
                .iter()
                .filter(|task| task.status == TaskStatus::Waiting);
            asking.count() == 2 && detail.workflow.status == WorkflowStatus::Waiting
        })
        .await;
    assert_eq!(specialists(&bench).await[0].model, "rehearsal");
    assert_eq!(tokens_for(&bench, id, "one").await, Some(40));
    bench.reopen().await;
    let open = bench
        .api()
        .list_questions(ListQuestions {})
        .await
        .expect("questions");
    assert_eq!(open.len(), 2, "each part has a budget of its own");
    for question in open {
        let about = question.form.as_ref().and_then(|form| form.about.clone());
        let Some(FormAbout::Budget {
            whose: BudgetOf::Task { task },
        }) = about
        else {
            panic!("the budget of a part: {about:?}")
        };
        assert!(task.task.as_str().starts_with("work/"), "{task:?}");
        let more = ReplyToQuestion {
            request_key: bench.key(),
            id: question.id,
            outcome: Some("raise".to_owned()),
            fields: Json(serde_json::json!({ "tokens": 1_000_000 })),
        };
        bench.api().reply_to_question(more).await.expect("answered");
    }
    let done = bench.until_final(id).await;
    assert_completed(&done);
    assert_eq!(tokens_for(&bench, id, "two").await, Some(1_000_040));
    let rebuilt = bench.api().handle().store().rebuild_projections().await;
    rebuilt.expect("made anew");
    assert_eq!(tokens_for(&bench, id, "two").await, Some(1_000_040));
    assert_eq!(specialists(&bench).await[0].model, "rehearsal");
}

#[tokio::test]
async fn nobody_new_gets_more_than_the_workflow_has_left() {
    let bench = Workbench::with(wants(None, Some(9_000_000))).await;
    limit_workflows(&bench, 1_000_000).await;
    let done = bench.run(TASK).await;
    assert_completed(&done);
    let given = tokens_for(&bench, done.workflow.id, "one")
        .await
        .expect("a budget");
    assert!(
        0 < given && given < 1_000_000,
        "what was spent before is not left: {given}"
    );
}

#[tokio::test]
async fn within_the_rule_is_who_wants_no_more_for_a_part() {
    let bench = Workbench::with(wants(None, None)).await;
    let rule_of = |each| HirePolicy::WithinLimits { most: 12, each };
    rule(&bench, rule_of(of_tokens(500_000))).await;
    let done = bench.run(TASK).await;
    assert_completed(&done);
    assert_eq!(
        tokens_for(&bench, done.workflow.id, "one").await,
        Some(500_000),
        "who names no budget gets that of the rule"
    );

    let bench = Workbench::with(wants(None, Some(500_001))).await;
    rule(&bench, rule_of(of_tokens(500_000))).await;
    let (_, question) = asked(&bench).await;
    let shown = question.form.and_then(|form| form.show).expect("offers");
    assert!(shown.contains("500001 tokens"), "{shown}");
    let nothing = SaveHiring {
        request_key: bench.key(),
        policy: rule_of(of_tokens(0)),
    };
    let refused = bench.api().save_hiring(nothing).await.expect_err("nothing");
    assert_eq!(refused.code, ErrorCode::InvalidRequest);
}

#[tokio::test]
async fn a_model_that_the_crew_does_not_have_is_given_to_nobody() {
    let model = wants(Some("elsewhere/dear"), None);
    let bench = Workbench::with(model.clone()).await;
    assert_completed(&bench.run(TASK).await);
    assert_eq!(model.asked_by("staff"), 2, "it is told what is wrong once");
    assert!(
        specialists(&bench)
            .await
            .iter()
            .all(|agent| agent.model == "default")
    );
}

#[tokio::test]
async fn a_poor_record_is_a_reason_to_retire_and_retires_nobody() {
    // One agent does both parts.
    let bench = Workbench::with(wants(None, None)).await;
    let poor = async || {
        let found = bench.api().list_poor_records(ListPoorRecords {}).await;
        found.expect("records")
    };
    let done = bench.run(TASK).await;
    assert_completed(&done);
    assert_eq!(poor().await, []);
    let writer = bench
        .task(done.workflow.id, "work/one")
        .await
        .assigned_to
        .expect("a writer");
    judge(
        &bench,
        &bench.task(done.workflow.id, "work/one").await,
        Verdict::Poor,
    )
    .await;
    assert_eq!(poor().await, [], "one poor result speaks against nobody");
    judge(
        &bench,
        &bench.task(done.workflow.id, "work/two").await,
        Verdict::Poor,
    )
    .await;
    let found = poor().await;
    let [record] = found[..] else { panic!("{found:?}") };
    assert_eq!((record.agent, record.work.poor), (writer, 2));
    let still = specialists(&bench).await;
    assert!(still.iter().all(|agent| agent.status != AgentStatus::Disabled));
    let retire = SetAgentEnabled {
        request_key: bench.key(),
        id: writer,
        enabled: false,
    };
    bench.api().set_agent_enabled(retire).await.expect("retired");
    assert_eq!(poor().await, [], "who is retired is not suggested again");
}

async fn judge(bench: &Workbench, task: &TaskView, verdict: Verdict) {
    let request = JudgeTask {
        request_key: bench.key(),
        workflow_id: task.workflow_id,
        task_id: task.id,
        verdict: Some(verdict),
    };
    bench.api().judge_task(request).await.expect("judged");
}
