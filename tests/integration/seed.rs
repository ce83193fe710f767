//! The six tests of the seed, against the whole backend. The sixth, `error_handling`, is long and stands in
//! `errors`.

use crate::common::{TASK, assert_completed, order_of_kinds};
use std::collections::BTreeSet;
use wheelhouse_contract::{
    CreateWorkflow, ExecuteWorkflow, GetAgent, GetStatus, GetWorkflowStats, GetWorkflowStatus, ListAgents,
    ListWorkflows, Operations, StartWorkflow, WorkflowStats,
};
use wheelhouse_domain::{AgentKind, AgentStatus, EventBody, TaskStatus, WorkflowStatus};
use wheelhouse_testkit::{Gate, Play, ScriptedModel, Workbench, within};

#[tokio::test]
async fn system_status() {
    let bench = Workbench::open().await;
    let status = bench.api().get_status(GetStatus {}).await.expect("a status");
    assert_eq!(status.status, "ok");
    assert_eq!(
        (status.backend.as_str(), status.model.as_str()),
        ("local", "rehearsal")
    );
    assert!(status.rehearsal, "the stand-in says what it is");
    assert!(!status.version.is_empty());
    assert_eq!(status.data_folder, bench.folder().display().to_string());
    assert_eq!((status.agents, status.open_questions), (3, 0));
    assert_eq!(status.workflows, WorkflowStats::default());
    assert_eq!(
        status.knowledge.sources, 1,
        "the handbook is there from the start"
    );
    assert!(status.knowledge.documents > 5 && status.knowledge.chunks > status.knowledge.documents);

    bench.run(TASK).await;
    let after = bench.api().get_status(GetStatus {}).await.expect("a status");
    assert_eq!((after.workflows.total, after.workflows.completed), (1, 1));
    assert!(after.position > status.position);
    assert_eq!((after.store, after.epoch), (status.store, status.epoch));
    assert!(after.agents > 3, "specialists were hired");
}

#[tokio::test]
async fn list_agents() {
    let bench = Workbench::open().await;
    let agents = bench.api().list_agents(ListAgents {}).await.expect("agents");
    let kinds: Vec<AgentKind> = agents.iter().map(|agent| agent.kind).collect();
    assert_eq!(
        kinds,
        [AgentKind::Driver, AgentKind::Creator, AgentKind::Generator]
    );
    for agent in &agents {
        assert_eq!(agent.status, AgentStatus::Idle);
        assert!(!agent.name.is_empty() && !agent.role.is_empty() && !agent.instructions.is_empty());
        let detail = bench
            .api()
            .get_agent(GetAgent { id: agent.id })
            .await
            .expect("an agent");
        assert_eq!((&detail.agent, detail.work.len()), (agent, 0));
    }

    let done = bench.run(TASK).await;
    let driver = bench
        .api()
        .get_agent(GetAgent { id: agents[0].id })
        .await
        .expect("an agent");
    let titles: Vec<&str> = driver.work.iter().map(|work| work.title.as_str()).collect();
    assert_eq!(titles, ["Report back", "Analyse and delegate"], "newest first");
    assert!(
        driver
            .work
            .iter()
            .all(|work| work.workflow_id == done.workflow.id)
    );
    assert_eq!((driver.agent.tasks_completed, driver.agent.tasks_failed), (2, 0));
    assert_eq!(driver.agent.status, AgentStatus::Idle);
}

#[tokio::test]
async fn workflow_creation() {
    let gate = Gate::closed();
    let held = gate.clone();
    let model = ScriptedModel::except(move |asked| {
        (asked.step() == "analyse").then(|| Play::rehearsal().held(&held))
    });
    let bench = Workbench::with(model).await;
    let request = CreateWorkflow {
        request_key: bench.key(),
        task: format!("  {TASK}\n"),
        name: "  Blog  ".to_owned(),
        made_of: None,
    };
    let created = bench.api().create_workflow(request).await.expect("created");
    assert_eq!(
        (created.name.as_str(), created.description.as_str()),
        ("Blog", TASK)
    );
    assert_eq!(created.status, WorkflowStatus::Pending);
    assert_eq!(
        (created.started_at, created.completed_at, created.tasks_total),
        (None, None, 0)
    );
    assert!(!created.has_report);

    let unnamed = bench.create(TASK).await;
    let listed = bench
        .api()
        .list_workflows(ListWorkflows {
            limit: 10,
            ..ListWorkflows::default()
        })
        .await;
    let listed = listed.expect("a list");
    assert_eq!((listed.matching, listed.more), (2, false));
    let ids: Vec<_> = listed.workflows.iter().map(|workflow| workflow.id).collect();
    assert_eq!(ids, [unnamed, created.id], "newest first");
    assert_eq!(listed.workflows[0].name, TASK, "a short task is its own name");

    let start = StartWorkflow {
        request_key: bench.key(),
        id: created.id,
    };
    let started = bench.api().start_workflow(start).await.expect("started");
    assert_eq!(started.status, WorkflowStatus::Running);
    assert!(started.started_at.is_some() && started.tasks_total == 5);
    gate.open();
    bench.ended(created.id).await;
    let stats = bench
        .api()
        .get_workflow_stats(GetWorkflowStats {})
        .await
        .expect("counts");
    assert_eq!(
        (stats.total, stats.active, stats.completed, stats.failed),
        (2, 1, 1, 0)
    );
}

#[tokio::test]
async fn complete_workflow_execution() {
    let bench = Workbench::open().await;
    let request = ExecuteWorkflow {
        request_key: bench.key(),
        task: TASK.to_owned(),
    };
    let execution = within("the execution", bench.api().execute_workflow(request))
        .await
        .expect("executed");
    assert_eq!(execution.status, WorkflowStatus::Completed);
    let numbers: Vec<u32> = execution.steps.iter().map(|step| step.step).collect();
    let expected: Vec<u32> = (1..=u32::try_from(numbers.len()).unwrap()).collect();
    assert_eq!(numbers, expected);
    assert!(execution.steps.iter().all(|step| step.agent == step.result.agent));
    assert!(
        execution
            .steps
            .iter()
            .all(|step| !step.result.response.trim().is_empty())
    );

    let id = execution.workflow_id;
    let status = bench
        .api()
        .get_workflow_status(GetWorkflowStatus { id })
        .await
        .expect("a status");
    assert_completed(&status);
    assert_eq!(status.tasks.len(), execution.steps.len());
    assert_eq!(status.workflow.tasks_completed, status.workflow.tasks_total);
    assert!(status.workflow.completed_at > status.workflow.started_at);
    let report = status.report.expect("a report");
    assert_eq!(
        execution.steps.last().expect("a step").result.response,
        report.text
    );
    let plan = status.plan.expect("a plan");
    assert!(
        plan.summary.to_lowercase().contains("blog"),
        "the plan speaks of the task: {}",
        plan.summary
    );
}

#[tokio::test]
async fn agent_collaboration() {
    let bench = Workbench::open().await;
    let first = bench.run(TASK).await;
    assert_completed(&first);
    let events = bench.events(first.workflow.id).await;
    assert_eq!(
        order_of_kinds(&events),
        [
            AgentKind::Driver,
            AgentKind::Creator,
            AgentKind::Generator,
            AgentKind::Specialist,
            AgentKind::Driver
        ]
    );

    // The delegation is to be seen: each part of the plan is a task, given to somebody by name.
    let plan = first.plan.as_ref().expect("a plan");
    assert!(plan.sub_tasks.len() >= 2);
    for part in &plan.sub_tasks {
        let task = bench.task(first.workflow.id, &format!("work/{}", part.id)).await;
        assert_eq!(
            (&task.title, task.agent_kind),
            (&part.title, Some(AgentKind::Specialist))
        );
        assert!(task.agent_name.is_some() && task.assigned_to.is_some());
        assert_eq!(task.status, TaskStatus::Completed);
    }
    let specialists: BTreeSet<_> = first
        .tasks
        .iter()
        .filter(|task| task.agent_kind == Some(AgentKind::Specialist))
        .filter_map(|task| task.assigned_to)
        .collect();
    assert!(
        specialists.len() >= 2,
        "the parts are done by different specialists"
    );
    let agents = bench.api().list_agents(ListAgents {}).await.expect("agents");
    let hired: Vec<_> = agents
        .iter()
        .filter(|agent| agent.kind == AgentKind::Specialist)
        .collect();
    let instructions: BTreeSet<&str> = hired.iter().map(|agent| agent.instructions.as_str()).collect();
    assert_eq!(
        instructions.len(),
        hired.len(),
        "specialists differ by what they were hired for"
    );
    assert!(
        hired
            .iter()
            .all(|agent| agent.hired_in == Some(first.workflow.id) && agent.why.is_some())
    );

    // Each result reaches who builds on it: the driver was given every specialist's answer.
    let report = bench.task_detail(first.workflow.id, "report").await;
    let wheelhouse_domain::ModelMessage::User { text } = &report.prompt[0] else {
        panic!("a prompt begins with the user")
    };
    for part in &plan.sub_tasks {
        assert!(
            text.contains(&part.title),
            "the driver reads the result of {}",
            part.id
        );
    }

    // A similar task finds the same specialists again.
    let second = bench
        .run("Design a small REST API for a blog platform with posts, comments and likes")
        .await;
    assert_completed(&second);
    let events = bench.events(second.workflow.id).await;
    let assignments = events.iter().find_map(|event| match &event.body {
        EventBody::StaffAccepted { assignments, .. } => Some(assignments),
        _ => None,
    });
    let again = assignments
        .expect("staffed")
        .iter()
        .filter(|one| one.design.is_none())
        .count();
    assert!(again >= 1, "somebody is hired again");
    let staffed = bench
        .task_detail(second.workflow.id, "staff")
        .await
        .answer
        .expect("an answer");
    let reused = hired
        .iter()
        .filter(|agent| staffed.text.contains(&agent.name))
        .count();
    assert!(
        reused >= 1,
        "the staffing names who is hired again: {}",
        staffed.text
    );
}
