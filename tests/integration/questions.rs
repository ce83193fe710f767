//! Only the operator can say what is meant: the run waits, and goes on with the answer.

use crate::common::{TASK, assert_calls_made_once, assert_completed, count, status_of};
use wheelhouse_contract::{
    AnswerQuestion, CancelWorkflow, ErrorCode, ExecuteWorkflow, GetAgent, ListAnsweredQuestions,
    ListQuestions, Operations, QuestionView, RetryWorkflow,
};
use wheelhouse_domain::{
    AgentId, AgentStatus, Origin, QuestionKind, QuestionStatus, TaskStatus, WorkflowStatus,
};
use wheelhouse_testkit::{Play, ScriptedModel, Workbench, within};

const VAGUE: &str = "Please do it";

async fn open_questions(bench: &Workbench) -> Vec<QuestionView> {
    bench
        .api()
        .list_questions(ListQuestions {})
        .await
        .expect("questions")
}

fn answer(bench: &Workbench, question: &QuestionView, answer: &str) -> AnswerQuestion {
    AnswerQuestion {
        request_key: bench.key(),
        id: question.id,
        answer: answer.to_owned(),
    }
}

#[tokio::test]
async fn a_vague_task_waits_for_an_answer_and_completes_with_it() {
    let bench = Workbench::open().await;
    let request = ExecuteWorkflow {
        request_key: bench.key(),
        task: VAGUE.to_owned(),
    };
    let execution = within("the question", bench.api().execute_workflow(request))
        .await
        .expect("answered");
    assert_eq!(
        (execution.status, execution.steps.len()),
        (WorkflowStatus::Waiting, 0)
    );

    let id = execution.workflow_id;
    let waiting = bench.detail(id).await;
    assert_eq!(status_of(&waiting, "analyse"), TaskStatus::Waiting);
    let questions = open_questions(&bench).await;
    assert_eq!(questions.len(), 1);
    let question = &questions[0];
    assert_eq!((question.workflow_id, question.kind), (id, QuestionKind::Input));
    assert_eq!(
        (question.status, question.agent_name.as_deref()),
        (QuestionStatus::Open, Some("Driver"))
    );
    assert!(question.text.ends_with('?'), "{}", question.text);
    let driver = bench
        .api()
        .get_agent(GetAgent { id: AgentId(1) })
        .await
        .expect("the driver")
        .agent;
    assert_eq!(driver.status, AgentStatus::Waiting);

    let request = answer(&bench, question, &format!("  {TASK}  "));
    let answered = bench.api().answer_question(request.clone()).await.expect("taken");
    assert_eq!(
        (answered.status, answered.answer.as_deref()),
        (QuestionStatus::Answered, Some(TASK))
    );
    let done = bench.ended(id).await;
    assert_completed(&done);
    assert!(open_questions(&bench).await.is_empty());
    let summary = done.plan.expect("a plan").summary.to_lowercase();
    assert!(summary.contains("blog"), "the answer counts: {summary}");

    // The same wish again is the same; another answer comes too late.
    bench
        .api()
        .answer_question(request)
        .await
        .expect("carried out before");
    let late = bench
        .api()
        .answer_question(answer(&bench, question, "Something else"))
        .await;
    assert_eq!(late.expect_err("too late").code, ErrorCode::Conflict);
    let events = bench.events(id).await;
    assert_eq!(count(&events, "question_answered"), 1);
    assert_calls_made_once(&events);
}

#[tokio::test]
async fn a_question_outlives_the_process() {
    let mut bench = Workbench::open().await;
    let waiting = bench.run(VAGUE).await;
    assert_eq!(waiting.workflow.status, WorkflowStatus::Waiting);
    let before = open_questions(&bench).await;
    bench.reopen().await;
    assert_eq!(open_questions(&bench).await, before);
    bench
        .api()
        .answer_question(answer(&bench, &before[0], TASK))
        .await
        .expect("taken");
    let done = bench.ended(waiting.workflow.id).await;
    assert_completed(&done);
    assert_calls_made_once(&bench.events(done.workflow.id).await);
}

#[tokio::test]
async fn a_cancelled_run_withdraws_its_question_and_asks_anew_when_it_is_taken_up() {
    let bench = Workbench::open().await;
    let id = bench.run(VAGUE).await.workflow.id;
    let question = open_questions(&bench).await.remove(0);
    let cancel = CancelWorkflow {
        request_key: bench.key(),
        id,
    };
    bench.api().cancel_workflow(cancel).await.expect("cancelled");
    assert_eq!(bench.ended(id).await.workflow.status, WorkflowStatus::Cancelled);
    assert!(open_questions(&bench).await.is_empty());
    let late = bench.api().answer_question(answer(&bench, &question, TASK)).await;
    assert_eq!(late.expect_err("withdrawn").code, ErrorCode::Conflict);

    let retry = RetryWorkflow {
        request_key: bench.key(),
        id,
    };
    bench.api().retry_workflow(retry).await.expect("taken up");
    bench
        .until(id, "it asks again", |detail| {
            detail.workflow.status == WorkflowStatus::Waiting
        })
        .await;
    let again = open_questions(&bench).await.remove(0);
    assert_ne!(again.id, question.id);
    bench
        .api()
        .answer_question(answer(&bench, &again, TASK))
        .await
        .expect("taken");
    assert_completed(&bench.ended(id).await);
}

#[tokio::test]
async fn who_was_answered_and_asks_again_is_sent_back() {
    let model = ScriptedModel::except(|asked| {
        let asks = asked.step() == "analyse" && !asked.is_repair();
        asks.then(|| Play::answer(r#"{"question": "Which blog do you mean?"}"#))
    });
    let bench = Workbench::with(model.clone()).await;
    let id = bench.run(TASK).await.workflow.id;
    let question = open_questions(&bench).await.remove(0);
    assert_eq!(question.text, "Which blog do you mean?");
    bench
        .api()
        .answer_question(answer(&bench, &question, "Mine"))
        .await
        .expect("taken");
    let done = bench.ended(id).await;
    assert_completed(&done);
    let origin = bench.task(id, "analyse").await.origin;
    assert!(
        matches!(&origin, Some(Origin::Repaired { problem }) if problem.contains("answered already")),
        "{origin:?}"
    );
    assert_eq!(model.asked_by("analyse"), 3);
    let clarified = &model
        .requests()
        .into_iter()
        .filter(|request| request.brief.step == "analyse")
        .nth(1)
        .expect("asked")
        .brief;
    assert_eq!(clarified.clarifications[0].answer, "Mine");
}

#[tokio::test]
async fn other_workflows_go_on_while_one_waits() {
    let bench = Workbench::open().await;
    let waiting = bench.run(VAGUE).await;
    assert_completed(&bench.run(TASK).await);
    let still = bench.detail(waiting.workflow.id).await;
    assert_eq!(still.workflow.status, WorkflowStatus::Waiting);
}

async fn answered_lately(bench: &Workbench, limit: u32) -> Vec<QuestionView> {
    let request = ListAnsweredQuestions { limit };
    bench
        .api()
        .list_answered_questions(request)
        .await
        .expect("a list")
}

#[tokio::test]
async fn what_was_answered_lately_is_there_after_coming_back() {
    let mut bench = Workbench::open().await;
    for words in [TASK, "Compare two backup tools"] {
        let id = bench.begin(VAGUE).await;
        bench.ended(id).await;
        let open = open_questions(&bench).await;
        let request = answer(&bench, &open[0], words);
        bench.api().answer_question(request).await.expect("taken");
        bench.ended(id).await;
    }
    let unanswered = bench.begin(VAGUE).await;
    bench.ended(unanswered).await;
    bench.reopen().await;
    let lately = answered_lately(&bench, 10).await;
    let said: Vec<Option<&str>> = lately.iter().map(|question| question.answer.as_deref()).collect();
    assert_eq!(said, [Some("Compare two backup tools"), Some(TASK)]);
    assert_eq!(answered_lately(&bench, 1).await, lately[..1]);
    let none = ListAnsweredQuestions { limit: 0 };
    let refused = bench.api().list_answered_questions(none).await;
    assert_eq!(refused.expect_err("none").code, ErrorCode::InvalidRequest);
}
