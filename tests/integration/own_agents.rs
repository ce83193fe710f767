//! Agents of the operator's own: written, copied, from the starter set, given away as a file, and tried on a sample task.

use std::collections::BTreeSet;
use wheelhouse_contract::{
    AddStarter, AgentView, CancelWorkflow, CreateAgent, DeleteWorkflow, DuplicateAgent, ErrorCode,
    ExportAgent, GetAgent, GetWorkflow, GetWorkflowStats, ImportAgent, InspectAgentFile, JudgeTask,
    ListAgents, ListStarters, ListTrials, ListWorkflows, MoveObstacleKind, Operations, PlanMove, RunAgain,
    TrialView, TryAgent, UpdateAgent,
};
use wheelhouse_domain::{
    AgentId, AgentKind, AgentOrigin, AgentText, CALCULATOR, KNOWLEDGE_SEARCH, ModelMessage, Verdict,
    WorkRecord, WorkflowStatus,
};
use wheelhouse_testkit::{Gate, Play, ScriptedModel, Workbench, part, plan, within};

fn wren(bench: &Workbench) -> CreateAgent {
    CreateAgent {
        request_key: bench.key(),
        name: "Wren".to_owned(),
        role: "Writer".to_owned(),
        instructions: "Write plainly.".to_owned(),
        model: "default".to_owned(),
        tools: vec![KNOWLEDGE_SEARCH.to_owned()],
        fallbacks: Vec::new(),
    }
}

async fn create(bench: &Workbench) -> AgentView {
    bench.api().create_agent(wren(bench)).await.expect("added")
}

fn text_of(agent: &AgentView) -> AgentText {
    AgentText {
        name: agent.name.clone(),
        role: agent.role.clone(),
        instructions: agent.instructions.clone(),
        model: agent.model.clone(),
        tools: agent.tools.clone(),
        fallbacks: agent.fallbacks.clone(),
    }
}

async fn all(bench: &Workbench) -> Vec<AgentView> {
    bench.api().list_agents(ListAgents {}).await.expect("agents")
}

async fn exported(bench: &Workbench, id: AgentId) -> String {
    let file = bench.api().export_agent(ExportAgent { id }).await;
    file.expect("a file").text
}

fn import(bench: &Workbench, text: &str) -> ImportAgent {
    ImportAgent {
        request_key: bench.key(),
        text: text.to_owned(),
    }
}

fn trial(bench: &Workbench, id: AgentId, tried: Option<AgentText>) -> TryAgent {
    TryAgent {
        request_key: bench.key(),
        id,
        task: "Say what a ferry is.\nIn one sentence.".to_owned(),
        tried,
    }
}

async fn trials(bench: &Workbench, id: AgentId) -> Vec<TrialView> {
    bench.api().list_trials(ListTrials { id }).await.expect("trials")
}

/// The newest trial, once it has ended.
async fn ended(bench: &Workbench, id: AgentId, begun: &TrialView) -> TrialView {
    bench.ended(begun.work.workflow_id).await;
    let newest = trials(bench, id).await.into_iter().next().expect("a trial");
    assert_eq!(newest.work.workflow_id, begun.work.workflow_id);
    newest
}

#[tokio::test]
async fn an_agent_that_the_operator_writes_is_there_once_and_after_a_restart() {
    let mut bench = Workbench::open().await;
    let request = wren(&bench);
    let once = bench.api().create_agent(request.clone()).await.expect("added");
    let again = bench.api().create_agent(request).await.expect("added before");
    assert_eq!(once, again);
    assert_eq!((once.kind, once.version), (AgentKind::Specialist, 1));
    assert_eq!(once.origin, Some(AgentOrigin::Operator));
    bench.reopen().await;
    let found: Vec<AgentView> = all(&bench).await;
    assert_eq!(found.iter().filter(|agent| agent.uid == once.uid).count(), 1);
    let blank = CreateAgent {
        name: " ".to_owned(),
        ..wren(&bench)
    };
    let refused = bench.api().create_agent(blank).await.expect_err("refused");
    assert_eq!(refused.details.field.as_deref(), Some("name"));
    let unknown = CreateAgent {
        tools: vec!["format_disk".to_owned()],
        ..wren(&bench)
    };
    let refused = bench.api().create_agent(unknown).await.expect_err("refused");
    assert_eq!(refused.details.field.as_deref(), Some("tools"));
}

#[tokio::test]
async fn a_copy_is_an_agent_of_its_own() {
    let bench = Workbench::open().await;
    let wren = create(&bench).await;
    let copy = DuplicateAgent {
        request_key: bench.key(),
        id: wren.id,
    };
    let copy = bench.api().duplicate_agent(copy).await.expect("copied");
    assert_eq!(copy.name, "Wren (copy)");
    assert_eq!(copy.instructions, wren.instructions);
    assert_ne!(copy.uid, wren.uid);
    let origin = AgentOrigin::Copy {
        of: wren.uid,
        name: "Wren".to_owned(),
    };
    assert_eq!(copy.origin, Some(origin));
    let edit = UpdateAgent {
        request_key: bench.key(),
        id: copy.id,
        version: 1,
        name: "Finch".to_owned(),
        role: copy.role.clone(),
        instructions: "Write little.".to_owned(),
        model: copy.model.clone(),
        tools: None,
        fallbacks: None,
    };
    bench.api().update_agent(edit).await.expect("changed");
    let before = bench.api().get_agent(GetAgent { id: wren.id }).await;
    assert_eq!(before.expect("there").agent.instructions, "Write plainly.");
    let driver = DuplicateAgent {
        request_key: bench.key(),
        id: AgentId(1),
    };
    let refused = bench.api().duplicate_agent(driver).await.expect_err("refused");
    assert_eq!(refused.code, ErrorCode::Conflict);
}

#[tokio::test]
async fn the_starter_set_is_offered_and_added_one_by_one() {
    let bench = Workbench::open().await;
    let starters = bench.api().list_starters(ListStarters {}).await.expect("six");
    assert_eq!(starters.len(), 6);
    assert!(
        starters.iter().all(|one| one.added.is_empty()),
        "none is there by itself"
    );
    let first = &starters[0];
    let add = AddStarter {
        request_key: bench.key(),
        key: first.key.clone(),
    };
    let added = bench.api().add_starter(add.clone()).await.expect("added");
    let again = bench.api().add_starter(add).await.expect("added before");
    assert_eq!(added.id, again.id);
    assert_eq!(text_of(&added), first.text);
    let starters = bench.api().list_starters(ListStarters {}).await.expect("six");
    assert_eq!(starters[0].added, [added.id]);
    let unknown = AddStarter {
        request_key: bench.key(),
        key: "pirate".to_owned(),
    };
    let refused = bench.api().add_starter(unknown).await.expect_err("refused");
    assert_eq!(refused.code, ErrorCode::NotFound);
}

#[tokio::test]
async fn a_file_brings_an_agent_to_another_store_and_never_replaces_one() {
    let (here, there) = (Workbench::open().await, Workbench::open().await);
    let wren = create(&here).await;
    let text = exported(&here, wren.id).await;
    let look = InspectAgentFile { text: text.clone() };
    let found = there.api().inspect_agent_file(look).await.expect("readable");
    assert_eq!((&found.agent, found.known_as), (&text_of(&wren), None));
    assert_eq!(all(&there).await.len(), 3, "looking changes nothing");

    let request = import(&there, &text);
    let taken = there.api().import_agent(request.clone()).await.expect("taken in");
    let again = there.api().import_agent(request).await.expect("taken in before");
    assert_eq!(
        (taken.uid, again.id),
        (wren.uid, taken.id),
        "it is the same agent"
    );
    assert_eq!(taken.origin, Some(AgentOrigin::File { of: wren.uid }));

    let look = InspectAgentFile { text: text.clone() };
    let found = there.api().inspect_agent_file(look).await.expect("readable");
    assert_eq!(found.known_as.as_deref(), Some("Wren"));
    let second = import(&there, &text);
    let other = there.api().import_agent(second.clone()).await.expect("taken in");
    let again = there.api().import_agent(second).await.expect("taken in before");
    assert_ne!(other.uid, wren.uid);
    assert_eq!(other.id, again.id);
    assert_eq!(all(&there).await.len(), 5);

    let template = import(&there, "{\"schema\": 1, \"steps\": []}");
    let refused = there.api().import_agent(template).await.expect_err("refused");
    assert_eq!(
        (refused.code, refused.details.field.as_deref()),
        (ErrorCode::InvalidRequest, Some("text"))
    );
}

#[tokio::test]
async fn what_agents_did_is_on_record_with_what_the_operator_says_and_whoever_staffs_is_told() {
    let model = ScriptedModel::except(|asked| match asked.step() {
        "analyse" => Some(Play::answer(plan(vec![part("one", "Writer")]))),
        "work" => Some(Play::answer("Done.")),
        _ => None,
    });
    let mut bench = Workbench::with(model.clone()).await;
    let done = bench.run(crate::common::TASK).await;
    let task = bench.task(done.workflow.id, "work/one").await;
    let who = task.assigned_to.expect("an agent");
    let judge = |key, verdict| JudgeTask {
        request_key: key,
        workflow_id: done.workflow.id,
        task_id: task.id,
        verdict,
    };
    let request = judge(bench.key(), Some(Verdict::Good));
    let judged = bench.api().judge_task(request.clone()).await.expect("kept");
    assert_eq!(judged.verdict, Some(Verdict::Good));
    bench.api().judge_task(request).await.expect("kept before");
    let record = |bench: &Workbench| {
        let asked = bench.api().clone();
        async move { asked.get_agent(GetAgent { id: who }).await.expect("there").record }
    };
    let before = record(&bench).await;
    let one_good = WorkRecord {
        completed: 1,
        failed: 0,
        good: 1,
        poor: 0,
    };
    assert_eq!(before.work, one_good);
    assert!(before.last_worked.is_some());
    bench.reopen().await;
    bench
        .api()
        .handle()
        .store()
        .rebuild_projections()
        .await
        .expect("made anew");
    assert_eq!(record(&bench).await, before, "it follows from the journal");

    bench.run(crate::common::TASK).await;
    let mut asked = model.requests().into_iter().rev();
    let staff = asked
        .find(|request| request.brief.step == "staff")
        .expect("staffed again");
    let told: Vec<WorkRecord> = staff.brief.candidates.iter().map(|one| one.record).collect();
    assert_eq!(told, [one_good]);
    let ModelMessage::User { text } = &staff.messages[0] else {
        panic!("one message")
    };
    assert!(
        text.contains("completed 1, failed 0; the operator called 1 good and 0 poor"),
        "{text}"
    );

    bench
        .api()
        .judge_task(judge(bench.key(), None))
        .await
        .expect("taken back");
    assert_eq!(record(&bench).await.work.good, 0);
    let nobody = bench.task(done.workflow.id, "aggregate").await;
    let refused = JudgeTask {
        task_id: nobody.id,
        ..judge(bench.key(), Some(Verdict::Poor))
    };
    let refused = bench.api().judge_task(refused).await.expect_err("nobody did it");
    assert_eq!(refused.code, ErrorCode::Conflict);
}

#[tokio::test]
async fn a_trial_works_with_what_is_written_and_counts_as_nothing_else() {
    let model = ScriptedModel::new(|asked| {
        let brief = &asked.request.brief;
        Play::answer(format!(
            "{} as {}: {}",
            brief.agent_name, brief.instructions, brief.description
        ))
    });
    let bench = Workbench::with(model.clone()).await;
    let wren = create(&bench).await;
    let begun = bench
        .api()
        .try_agent(trial(&bench, wren.id, None))
        .await
        .expect("begun");
    let done = ended(&bench, wren.id, &begun).await;
    assert_eq!(done.work.status, WorkflowStatus::Completed);
    assert_eq!(
        done.text,
        "Wren as Write plainly.: Say what a ferry is.\nIn one sentence."
    );
    assert_eq!(done.tried, text_of(&wren));

    let edited = AgentText {
        name: "Finch".to_owned(),
        instructions: "Write little.".to_owned(),
        tools: vec![CALCULATOR.to_owned()],
        ..text_of(&wren)
    };
    let begun = bench
        .api()
        .try_agent(trial(&bench, wren.id, Some(edited.clone())))
        .await;
    let done = ended(&bench, wren.id, &begun.expect("begun")).await;
    assert!(done.text.starts_with("Finch as Write little.: "), "{}", done.text);
    assert_eq!(done.tried, edited);
    let asked = model.requests().pop().expect("asked");
    let offered: Vec<&str> = asked.tools.iter().map(|tool| tool.name.as_str()).collect();
    assert_eq!(offered, [CALCULATOR]);

    let detail = bench
        .api()
        .get_agent(GetAgent { id: wren.id })
        .await
        .expect("there");
    assert_eq!((detail.agent.tasks_completed, detail.agent.tasks_failed), (0, 0));
    assert_eq!((detail.agent.version, detail.work.len()), (1, 0));
    let list = ListWorkflows {
        statuses: Vec::new(),
        query: String::new(),
        template: None,
        before: None,
        limit: 50,
    };
    assert_eq!(
        bench.api().list_workflows(list).await.expect("listed").matching,
        0
    );
    let stats = bench.api().get_workflow_stats(GetWorkflowStats::default()).await;
    assert_eq!(stats.expect("counted").total, 0);
}

#[tokio::test]
async fn a_trial_is_stopped_and_a_failed_one_says_why_without_marking_the_agent() {
    let model = ScriptedModel::new(|asked| match asked.nth {
        1 => Play::hang().after_saying("A ferry "),
        _ => Play::fail(crate::common::lasting()),
    });
    let bench = Workbench::with(model.clone()).await;
    let wren = create(&bench).await;
    let mut live = bench.api().handle().live().listen();
    let begun = bench
        .api()
        .try_agent(trial(&bench, wren.id, None))
        .await
        .expect("begun");
    within("the first words", live.recv()).await.expect("words");
    assert_eq!(trials(&bench, wren.id).await[0].text, "A ferry ");
    let stop = CancelWorkflow {
        request_key: bench.key(),
        id: begun.work.workflow_id,
    };
    bench.api().cancel_workflow(stop).await.expect("stopped");
    let stopped = ended(&bench, wren.id, &begun).await;
    assert_eq!(stopped.work.status, WorkflowStatus::Cancelled);
    let begun = bench
        .api()
        .try_agent(trial(&bench, wren.id, None))
        .await
        .expect("begun");
    let failed = ended(&bench, wren.id, &begun).await;
    assert_eq!(failed.work.status, WorkflowStatus::Failed);
    assert_eq!(
        failed.work.failure.expect("a reason").message,
        "The model refuses this."
    );
    let agent = bench
        .api()
        .get_agent(GetAgent { id: wren.id })
        .await
        .expect("there")
        .agent;
    assert_eq!(
        (agent.tasks_failed, agent.status),
        (0, wheelhouse_domain::AgentStatus::Idle)
    );
}

#[tokio::test]
async fn a_trial_goes_on_after_a_restart_with_the_form_that_it_began_with() {
    let gate = Gate::closed();
    let held = gate.clone();
    let model = ScriptedModel::new(move |asked| match asked.nth {
        1 => Play::hang(),
        _ => Play::answer(asked.request.brief.instructions.clone()).held(&held),
    });
    let mut bench = Workbench::with(model.clone()).await;
    let wren = create(&bench).await;
    let edited = AgentText {
        instructions: "Write little.".to_owned(),
        ..text_of(&wren)
    };
    let begun = bench
        .api()
        .try_agent(trial(&bench, wren.id, Some(edited)))
        .await
        .expect("begun");
    model.counter().until("asked", |tally| tally.asked == 1).await;
    bench.reopen().await;
    gate.open();
    let done = ended(&bench, wren.id, &begun).await;
    assert_eq!(done.text, "Write little.");
}

#[tokio::test]
async fn the_ten_newest_trials_are_kept_and_none_is_taken_elsewhere() {
    let model = ScriptedModel::new(|_| Play::answer("Done."));
    let bench = Workbench::with(model).await;
    let wren = create(&bench).await;
    let mut begun = Vec::new();
    for _ in 0..12 {
        let one = bench
            .api()
            .try_agent(trial(&bench, wren.id, None))
            .await
            .expect("begun");
        bench.ended(one.work.workflow_id).await;
        begun.push(one.work.workflow_id);
    }
    let kept: BTreeSet<_> = trials(&bench, wren.id)
        .await
        .into_iter()
        .map(|trial| trial.work.workflow_id)
        .collect();
    assert_eq!(kept, begun.iter().copied().skip(2).collect());
    let gone = bench.api().get_workflow(GetWorkflow { id: begun[0] }).await;
    assert_eq!(gone.expect_err("removed").code, ErrorCode::NotFound);

    let id = begun[11];
    let again = RunAgain {
        request_key: bench.key(),
        id,
    };
    assert_eq!(
        bench.api().run_again(again).await.expect_err("refused").code,
        ErrorCode::Conflict
    );
    let plan = bench.api().plan_move(PlanMove { id }).await.expect("planned");
    assert_eq!(plan.obstacles[0].kind, MoveObstacleKind::Trial);
    let delete = DeleteWorkflow {
        request_key: bench.key(),
        id,
    };
    assert!(
        bench
            .api()
            .delete_workflow(delete)
            .await
            .expect("removed")
            .removed
    );
    let refused = bench.api().try_agent(trial(&bench, AgentId(1), None)).await;
    assert_eq!(refused.expect_err("the driver").code, ErrorCode::Conflict);
}
