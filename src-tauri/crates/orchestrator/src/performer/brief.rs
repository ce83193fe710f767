//! What an agent is told about its task.

use super::failure::Stop;
use crate::error::Error;
use crate::service::Inner;
use wheelhouse_domain::{
    AgentKind, AgentProfile, AgentStatus, Brief, BriefInput, Candidate, Clarification, Failure, FailureCode,
    StepKind, TaskAnswer,
};
use wheelhouse_engine::{Run, Task};
use wheelhouse_store::AgentRow;

/// The agent that does `task`, with the model that it thinks with now.
pub(super) async fn agent_of(inner: &Inner, task: &Task) -> Result<AgentProfile, Stop> {
    let missing = || {
        Failure::lasting(
            FailureCode::AgentMissing,
            "The agent that this task was given to is not there any more.",
            "Run the task again as a new workflow, so that it is staffed anew.",
        )
    };
    let uid = task.agent.ok_or_else(missing)?;
    let row = inner.store.agent_by_uid(uid).await?.ok_or_else(missing)?;
    let mut profile = row.profile();
    let defaults = inner.store.default_models().await?;
    profile.model = defaults.resolve(profile.kind, &profile.model).to_owned();
    Ok(profile)
}

/// Everything that `agent` is told about `task`.
pub(super) async fn brief(
    inner: &Inner,
    run: &Run,
    task: &Task,
    agent: &AgentProfile,
) -> Result<Brief, Stop> {
    Ok(Brief {
        operator_task: run.description.clone(),
        agent_name: agent.name.clone(),
        agent_kind: agent.kind,
        role: agent.role.clone(),
        instructions: agent.instructions.clone(),
        step: task.step.to_string(),
        title: task.title.clone(),
        description: task.description.clone(),
        done_when: task.done_when.clone(),
        inputs: inputs(inner, run, task).await?,
        plan: run.plan_for(task).cloned(),
        candidates: candidates(inner, run, task).await?,
        clarifications: run
            .answers()
            .map(|(question, answer)| Clarification {
                question: question.to_owned(),
                answer: answer.to_owned(),
            })
            .collect(),
        max_sub_tasks: run.limits.sub_tasks,
    })
}

/// The results to build on. A gathering stands for what it gathered, so that each result keeps its author.
pub(super) async fn inputs(inner: &Inner, run: &Run, task: &Task) -> Result<Vec<BriefInput>, Stop> {
    let mut sources: Vec<&Task> = Vec::new();
    for input in run.inputs_of(task) {
        let gathers = matches!(run.kind_of(input), Some(StepKind::Aggregate));
        let found: Vec<&Task> = if gathers {
            run.inputs_of(input).collect()
        } else {
            vec![input]
        };
        for source in found {
            if !sources.iter().any(|known| known.key == source.key) {
                sources.push(source);
            }
        }
    }
    let mut inputs = Vec::with_capacity(sources.len());
    for source in sources {
        let answer = read_answer(inner, source).await?;
        let author = agent_of(inner, source).await.ok();
        inputs.push(BriefInput {
            task: source.key.clone(),
            title: source.title.clone(),
            agent_name: author
                .as_ref()
                .map(|agent| agent.name.clone())
                .unwrap_or_default(),
            role: author.map(|agent| agent.role).unwrap_or_default(),
            text: answer.text,
            citations: answer.citations,
        });
    }
    Ok(inputs)
}

/// Who could take a part: the specialists that are there. Only who staffs needs to know.
async fn candidates(inner: &Inner, run: &Run, task: &Task) -> Result<Vec<Candidate>, Stop> {
    if !matches!(run.kind_of(task), Some(StepKind::Staff { .. })) {
        return Ok(Vec::new());
    }
    let agents = inner.store.agents().await?;
    let usable = agents
        .into_iter()
        .filter(|agent| agent.kind == AgentKind::Specialist && agent.status != AgentStatus::Disabled);
    let candidate = |agent: AgentRow| Candidate {
        uid: agent.uid,
        name: agent.name,
        role: agent.role,
        instructions: agent.instructions,
    };
    Ok(usable.map(candidate).collect())
}

/// The answer of a finished task.
async fn read_answer(inner: &Inner, task: &Task) -> Result<TaskAnswer, Stop> {
    let missing = || {
        Error::Store(wheelhouse_store::Error::Unreadable {
            column: "contents.content",
            reason: format!("the answer of {} is not there", task.key),
        })
    };
    let hash = task.output.as_ref().ok_or_else(missing)?;
    let content = inner.store.content(hash).await?.ok_or_else(missing)?;
    Ok(serde_json::from_str(&content)?)
}
