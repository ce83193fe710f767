//! An agent asks another one: what the piece of work begins with, and what the asker is told of it. Who can be
//! asked is in `circle`.
//!
//! Whoever helps has no tool, no grant and no model that those who wait for it have not; grants are looked at for each turn, so
//! that what the operator takes away from any of them counts at once. What a model wrote to it is not the operator's word.
//!
//! Deliberately absent: what of two grants is left and how often is asked (`wheelhouse_engine::help`), and looking after the
//! sub-workflow (`child`).

mod circle;

pub(super) use circle::{Circle, Unasked};

use super::asking::plain;
use super::failure::Stop;
use super::sight::content;
use crate::error::Error;
use crate::handle::name_of;
use crate::run::load;
use crate::service::Inner;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use wheelhouse_agents::Recorded;
use wheelhouse_domain::{
    ASK_AGENT, AgentGrant, AgentProfile, AgentUid, Budget, CallKey, ChildEnd, Citation, Event, Help, Json,
    Outside, Setup, StaysHere, TaskAnswer, TaskOf, ToolResponse, WorkflowUid, help_template,
};
use wheelhouse_engine::help::attenuated;
use wheelhouse_engine::{Input, Refusal, Run, Task, create, decide};
use wheelhouse_store::{AgentRow, GrantedRow};

/// Longest piece of work, in characters.
const LONGEST_TASK: usize = 8_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    agent: String,
    task: String,
}

/// Who asks, and what it is.
#[derive(Clone, Copy)]
pub(super) struct Asker<'a> {
    pub(super) run: &'a Run,
    pub(super) task: &'a Task,
    pub(super) agent: &'a AgentProfile,
    /// The models that it thinks with.
    pub(super) chain: &'a [String],
    /// Sources that stay here whose text it may know.
    pub(super) holds: &'a BTreeSet<StaysHere>,
}

/// Sources that stay here whose text an agent may know: by way of its run, of how it was designed, and of what tools told it
/// since it was last on record what the run holds.
pub(super) fn held(run: &Run, agent: &AgentProfile, recorded: &[Recorded]) -> BTreeSet<StaysHere> {
    let told = recorded.iter().flat_map(|record| match record {
        Recorded::Tool { response, .. } => response.stays_here(),
        Recorded::Model(_) => Vec::new(),
    });
    let known = run.stays_here.iter().chain(&agent.stays_here).cloned();
    known.chain(told).collect()
}

/// A piece of work that is to begin.
#[derive(Debug)]
pub(super) struct NewHelp {
    helper: AgentRow,
    words: String,
    here: bool,
}

/// Whether only models on this machine may learn what an asker knows: because it must not leave, or because the asker itself
/// can tell no other.
async fn stays(inner: &Inner, asker: Asker<'_>) -> Result<bool, Stop> {
    let bound = asker.run.setup.help.as_ref().is_some_and(|help| help.here);
    if bound || !asker.holds.is_empty() {
        return Ok(true);
    }
    let all = asker.chain.len();
    Ok(on_this_machine(inner, asker.chain.to_vec()).await?.len() == all)
}

/// Those of some models that are on this machine.
pub(super) async fn on_this_machine(inner: &Inner, chain: Vec<String>) -> Result<Vec<String>, Stop> {
    let mut kept = Vec::with_capacity(chain.len());
    for model in chain {
        if inner.models.run_here(&model).await? {
            kept.push(model);
        }
    }
    Ok(kept)
}

/// What an agent may reach in a run: what it was granted, as far as all who wait for it were granted it too.
pub(super) async fn reach_of(inner: &Inner, run: &Run, agent: AgentUid) -> Result<GrantedRow, Stop> {
    let mut granted = inner.store.granted_to(agent).await?;
    for asker in run.askers() {
        let theirs: AgentGrant = inner.store.granted_to(*asker).await?.grant;
        granted.grant = attenuated(&granted.grant, &theirs);
    }
    Ok(granted)
}

/// What becomes of a call that asks another agent.
pub(super) async fn ask(
    inner: &Inner,
    asker: Asker<'_>,
    arguments: &Value,
) -> Result<Result<NewHelp, Unasked>, Stop> {
    let given = match Arguments::deserialize(arguments) {
        Ok(given) => given,
        Err(error) => return Ok(Err(Unasked::Form(error.to_string()))),
    };
    let words = plain(&given.task, true);
    if words.is_empty() || words.chars().count() > LONGEST_TASK {
        return Ok(Err(Unasked::Task));
    }
    if asker.task.has_had_help_enough() {
        return Ok(Err(Unasked::Enough));
    }
    if !asker.run.may_ask_further() {
        return Ok(Err(Unasked::TooMany));
    }
    if !asker.run.may_nest(asker.task) {
        return Ok(Err(Unasked::TooDeep));
    }
    let circle = Circle::of(inner, asker).await?;
    let helper = match circle.named(&given.agent) {
        Ok(helper) => helper.clone(),
        Err(unasked) => return Ok(Err(unasked)),
    };
    Ok(Ok(NewHelp {
        helper,
        words,
        here: stays(inner, asker).await?,
    }))
}

/// What a piece of work begins with beside its words.
pub(super) struct Beginning {
    /// The call that asks.
    pub(super) call: CallKey,
    /// What the asker has seen that the operator did not write.
    pub(super) seen: Vec<Outside>,
    /// Whether its answer is told to a model on another machine.
    pub(super) told_elsewhere: bool,
}

impl NewHelp {
    /// The run that does it, with its first events.
    pub(super) fn begin(
        self,
        inner: &Inner,
        asker: Asker<'_>,
        beginning: Beginning,
    ) -> Result<(WorkflowUid, Vec<Event>), Stop> {
        let Asker { run, task, agent, .. } = asker;
        let now = inner.options.world.now();
        let name = name_of(&self.words);
        let template = help_template(self.helper.kind, &name, &self.words);
        let askers: Vec<AgentUid> = run.askers().iter().copied().chain([agent.uid]).collect();
        let stays_here: BTreeSet<StaysHere> = asker
            .holds
            .iter()
            .chain(&self.helper.stays_here)
            .cloned()
            .collect();
        let left = inner.accounts.left_today(&askers, now);
        let setup = Setup {
            budget: Budget {
                money: left.money,
                tokens: left.tokens,
                depth: run.depth_below(task),
                ..Budget::default()
            },
            parent: Some(TaskOf {
                workflow: run.uid,
                task: task.key.clone(),
            }),
            depth: run.setup.depth + 1,
            stays_here: stays_here.into_iter().collect(),
            help: Some(Help {
                call: beginning.call,
                asker: agent.name.clone(),
                askers,
                tools: agent.tools.clone(),
                here: self.here,
                told_elsewhere: beginning.told_elsewhere,
                seen: beginning.seen,
            }),
            ..Setup::default()
        };
        let uid = WorkflowUid(inner.options.world.new_uid());
        let crew = [(self.helper.kind.as_str().to_owned(), self.helper.uid)].into();
        let limits = inner.options.limits;
        let created = create(uid, name, self.words, &template, crew, limits, setup, now);
        let mut events = vec![created];
        let begun = Run::fold(&events).map_err(Refusal::Fold).map_err(Error::from)?;
        events.extend(decide(&begun, Input::Start, now).map_err(Error::from)?);
        Ok((uid, events))
    }
}

/// What came of help, as the result of the call that asked for it.
pub(super) async fn told(inner: &Inner, end: &ChildEnd) -> Result<ToolResponse, Stop> {
    let Some(report) = &end.report else {
        let why = end.failure.as_ref().map(|failure| failure.message.as_str());
        return Ok(ToolResponse::Refused {
            reason: format!(
                "The agent that you asked gave no answer. {} Do it yourself, ask another agent, or go on without it.",
                why.unwrap_or_default()
            ),
        });
    };
    let answer: TaskAnswer = serde_json::from_str(&content(inner, report).await?)?;
    let row = inner.store.workflow_by_uid(end.workflow).await?;
    let run = match row {
        Some(row) => Some(load(inner, row.id).await?),
        None => None,
    };
    let helper = run
        .as_ref()
        .and_then(|run| run.tasks.iter().find_map(|task| task.agent));
    let helper = match helper {
        Some(uid) => inner.store.profiles(&[uid]).await?.pop(),
        None => None,
    };
    let name = helper
        .as_ref()
        .map(|helper| helper.name.clone())
        .unwrap_or_default();
    let without: Vec<String> = match (&run, &helper) {
        (Some(run), Some(helper)) => helper
            .tools
            .iter()
            .filter(|tool| !run.lets_call(tool))
            .cloned()
            .collect(),
        _ => Vec::new(),
    };
    let mut text = format!("“{name}” answered:\n\n{}", answer.text);
    if !without.is_empty() {
        text.push_str(&format!(
            "\n\nIt worked without these tools, because you may not use them: {}.",
            without.join(", ")
        ));
    }
    Ok(ToolResponse::Done {
        tool: ASK_AGENT.to_owned(),
        text,
        data: Json(json!({ "agent": name, "without": without, "citations": answer.citations })),
        untrusted: true,
        checkpoint: None,
        stays: end.stays_here.clone(),
    })
}

/// The sources that an answer of another agent brings along.
pub(super) fn sources(response: &ToolResponse) -> Vec<Citation> {
    match response {
        ToolResponse::Done { tool, data, .. } if tool == ASK_AGENT => data
            .0
            .get("citations")
            .and_then(|found| Vec::<Citation>::deserialize(found).ok())
            .unwrap_or_default(),
        _ => Vec::new(),
    }
}
