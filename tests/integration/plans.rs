//! Plans that can't be used: repaired once, then replaced by a simple one that says what it is.

use crate::common::{TASK, assert_completed, count, status_of};
use wheelhouse_contract::WorkflowDetail;
use wheelhouse_domain::{FailureCode, ModelMessage, Origin, SubTask, TaskStatus, WorkflowStatus};
use wheelhouse_testkit::{Asked, Play, ScriptedModel, Setup, Workbench, needing, part, parts, plan};

fn plans(
    first: impl Into<String>,
    second: impl Into<String>,
) -> impl Fn(&Asked<'_>) -> Option<Play> + Send + Sync + 'static {
    let (first, second) = (first.into(), second.into());
    move |asked| {
        (asked.step() == "analyse")
            .then(|| Play::answer(if asked.is_repair() { &second } else { &first }.as_str()))
    }
}

fn cyclic() -> Vec<SubTask> {
    vec![
        needing(part("one", "Writer"), &["three"]),
        needing(part("two", "Editor"), &["one"]),
        needing(part("three", "Reviewer"), &["two"]),
    ]
}

/// Plans that must not be used, and a word of what is wrong with each.
fn unusable() -> Vec<(&'static str, String, &'static str)> {
    let mut nameless = part("one", "Writer");
    nameless.title = " ".to_owned();
    vec![
        (
            "no JSON",
            "I would rather talk about it.".to_owned(),
            "no JSON object",
        ),
        (
            "malformed",
            r#"{"summary": "half", "sub_tasks": [{"id": "one""#.to_owned(),
            "not valid JSON",
        ),
        ("another form", r#"{"steps": ["one", "two"]}"#.to_owned(), "form"),
        ("empty", plan(vec![]), "no sub-tasks"),
        ("cyclic", plan(cyclic()), "wait for each other"),
        (
            "its own need",
            plan(vec![needing(part("one", "Writer"), &["one"])]),
            "wait for each other",
        ),
        (
            "an unknown need",
            plan(vec![needing(part("one", "Writer"), &["zero"])]),
            "not in the plan",
        ),
        ("unstaffed", plan(vec![part("one", " ")]), "names no role"),
        ("too many", plan(parts(13)), "at most 12"),
        (
            "twice the same",
            plan(vec![part("one", "Writer"), part("one", "Editor")]),
            "used twice",
        ),
        (
            "a bad id",
            plan(vec![part("Part One", "Writer")]),
            "not a usable id",
        ),
        ("no title", plan(vec![nameless]), "no title"),
    ]
}

async fn analysed(first: &str, second: &str) -> (Workbench, std::sync::Arc<ScriptedModel>, WorkflowDetail) {
    let model = ScriptedModel::except(plans(first, second));
    let bench = Workbench::with(model.clone()).await;
    let done = bench.run(TASK).await;
    (bench, model, done)
}

#[tokio::test]
async fn a_bad_plan_is_sent_back_once_and_repaired() {
    let good = plan(vec![
        part("draft", "Writer"),
        needing(part("check", "Reviewer"), &["draft"]),
    ]);
    for (name, bad, problem) in unusable() {
        let (bench, model, done) = analysed(&bad, &good).await;
        assert_completed(&done);
        let task = bench.task(done.workflow.id, "analyse").await;
        match task.origin {
            Some(Origin::Repaired { problem: said }) => assert!(said.contains(problem), "{name}: {said}"),
            other => panic!("{name}: {other:?}"),
        }
        assert_eq!(task.attempt, 1, "{name}: a repair is not another attempt");
        assert_eq!(model.asked_by("analyse"), 2, "{name}");
        let ids: Vec<String> = done
            .plan
            .expect("a plan")
            .sub_tasks
            .into_iter()
            .map(|part| part.id)
            .collect();
        assert_eq!(ids, ["draft", "check"], "{name}");

        let repair = model
            .requests()
            .into_iter()
            .filter(|request| request.brief.step == "analyse")
            .nth(1);
        let messages = repair.expect("a second request").messages;
        assert!(
            matches!(messages.last(), Some(ModelMessage::User { text }) if text.contains(problem)),
            "{name}: the model reads what was wrong: {messages:?}"
        );
    }
}

#[tokio::test]
async fn twice_bad_becomes_a_simple_plan_that_says_so_and_the_run_completes() {
    for (name, bad, problem) in unusable() {
        let (bench, model, done) = analysed(&bad, &bad).await;
        assert_completed(&done);
        let task = bench.task(done.workflow.id, "analyse").await;
        match task.origin {
            Some(Origin::Fallback { problem: said }) => assert!(said.contains(problem), "{name}: {said}"),
            other => panic!("{name}: {other:?}"),
        }
        assert_eq!(
            model.asked_by("analyse"),
            2,
            "{name}: sent back once, not for ever"
        );
        let made = done.plan.expect("a plan");
        assert!(
            made.summary.contains("could not be used"),
            "{name}: {}",
            made.summary
        );
        assert_eq!(made.sub_tasks.len(), 2, "{name}");
        let told = bench
            .task_detail(done.workflow.id, "analyse")
            .await
            .answer
            .expect("an answer");
        assert!(
            told.text.contains("simple one takes its place"),
            "{name}: {}",
            told.text
        );
    }
}

#[tokio::test]
async fn a_plan_in_a_fence_with_words_around_it_is_read() {
    let good = plan(parts(2));
    let (bench, model, done) = analysed(&format!("Here it is:\n```json\n{good}\n```\nGood luck."), "").await;
    assert_completed(&done);
    assert_eq!(
        bench.task(done.workflow.id, "analyse").await.origin,
        Some(Origin::Answered)
    );
    assert_eq!(model.asked_by("analyse"), 1);
}

#[tokio::test]
async fn the_limit_of_sub_tasks_is_the_workflow_s_own() {
    let model = ScriptedModel::except(plans(plan(parts(3)), plan(parts(2))));
    let bench = Setup::default()
        .model(model)
        .limits(|limits| limits.sub_tasks = 2)
        .open()
        .await;
    let done = bench.run(TASK).await;
    assert_completed(&done);
    assert_eq!(done.plan.expect("a plan").sub_tasks.len(), 2);
}

#[tokio::test]
async fn parts_wait_for_what_they_need() {
    let chain = vec![
        needing(part("last", "Reviewer"), &["middle"]),
        needing(part("middle", "Editor"), &["first"]),
        part("first", "Writer"),
    ];
    let (bench, model, done) = analysed(&plan(chain), "").await;
    assert_completed(&done);
    let work = model
        .requests()
        .into_iter()
        .filter(|request| request.brief.step == "work" && request.messages.len() == 1);
    let titles: Vec<String> = work.map(|request| request.brief.title).collect();
    assert_eq!(titles, ["Part first", "Part middle", "Part last"]);
    let events = bench.events(done.workflow.id).await;
    assert_eq!(count(&events, "plan_accepted"), 1);
    let last = model
        .requests()
        .into_iter()
        .find(|request| request.brief.title == "Part last")
        .expect("asked");
    assert!(
        last.brief.inputs.iter().any(|input| input.title == "Part middle"),
        "it was given what it builds on"
    );
    assert_eq!(status_of(&done, "work/last"), TaskStatus::Completed);
}

#[tokio::test]
async fn where_no_answer_fits_the_run_it_fails_and_does_not_ask_for_ever() {
    let model = ScriptedModel::except(plans(plan(parts(1)), plan(parts(1))));
    let bench = Setup::default()
        .model(model.clone())
        .limits(|limits| limits.sub_tasks = 0)
        .open()
        .await;
    let failed = bench.run(TASK).await;
    assert_eq!(failed.workflow.status, WorkflowStatus::Failed);
    let failure = failed.workflow.failure.expect("a reason");
    assert_eq!(
        (failure.task.as_str(), failure.failure.code),
        ("analyse", FailureCode::AnswerInvalid)
    );
    assert!(
        failure.failure.message.contains("at most 0"),
        "{}",
        failure.failure.message
    );
    assert_eq!(model.asked_by("analyse"), 2);
    let events = bench.events(failed.workflow.id).await;
    assert_eq!(
        count(&events, "call_finished"),
        2,
        "what was paid for is on record"
    );
}
