//! An agent asks another one: who can be asked, what the piece of work begins with, and what the asker is told of it.
//!
//! Whoever helps has no tool, no grant and no model that those who wait for it have not; grants are looked at for each turn, so
//! that what the operator takes away from any of them counts at once. What a model wrote to it is not the operator's word.
//!
//! Deliberately absent: what of two grants is left and how often is asked (`wheelhouse_engine::help`), and looking after the
//! sub-workflow (`child`).

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
use thiserror::Error as ThisError;
use wheelhouse_agents::Recorded;
use wheelhouse_domain::{
    ASK_AGENT, AgentGrant, AgentId, AgentKind, AgentProfile, AgentStatus, AgentUid, Budget, CallKey,
    ChildEnd, Citation, Event, Help, Json, Outside, Setup, StaysHere, TaskAnswer, TaskOf, ToolResponse,
    WorkflowUid, help_template,
};
use wheelhouse_engine::help::{MOST_ASKERS, MOST_HELP, attenuated};
use wheelhouse_engine::{Input, Refusal, Run, Task, create, decide};
use wheelhouse_store::{AgentRow, GrantedRow};

/// Longest piece of work, in characters.
const LONGEST_TASK: usize = 8_000;
/// Most agents that are named to a model. Others can be asked too, by whoever knows their names.
const MOST_NAMED: usize = 40;
/// Most letters of a name or a profession that are told to a model.
const MOST_LETTERS: usize = 80;

/// Why nobody is asked, in words for the model that wants to.
#[derive(Debug, Clone, PartialEq, Eq, ThisError)]
pub(super) enum Unasked {
    /// The arguments do not have their form.
    #[error("The arguments can't be used: {0}.")]
    Form(String),
    /// There is no piece of work, or too much of it.
    #[error("Give \"task\" as a text of 1 to {LONGEST_TASK} characters.")]
    Task,
    /// The task has asked as often as it may.
    #[error(
        "You have asked other agents {MOST_HELP} times in this task, which is as often as you may. Do the rest yourself."
    )]
    Enough,
    /// Too many wait for one another.
    #[error(
        "{MOST_ASKERS} agents wait for one another here, and no more may. Do this yourself, or say in your result what is \
         missing."
    )]
    TooMany,
    /// A budget or the machine lets no more workflows stand in one another.
    #[error("No workflow may begin below this one. Do this yourself, or say in your result what is missing.")]
    TooDeep,
    /// Nobody of that name can be asked.
    #[error("There is no agent called “{name}” that you could ask. {others}")]
    Unknown {
        /// The name.
        name: String,
        /// Who can be asked.
        others: String,
    },
    /// Several have that name.
    #[error("Several agents are called “{name}”. Give the name with its number. {others}")]
    Several {
        /// The name.
        name: String,
        /// Who can be asked.
        others: String,
    },
    /// It is the one that asks.
    #[error("You can't ask yourself. Do it yourself. {0}")]
    Yourself(String),
    /// It waits for this very work.
    #[error("“{name}” waits for what you are doing, so it can't be asked. Do it yourself. {others}")]
    Waits {
        /// Its name.
        name: String,
        /// Who can be asked.
        others: String,
    },
    /// It may not work.
    #[error("“{name}” is retired and does no work. {others}")]
    Retired {
        /// Its name.
        name: String,
        /// Who can be asked.
        others: String,
    },
    /// It works on another machine, and what it would be told must not go there.
    #[error("“{name}” does not work on this machine, and what you know must stay here. {others}")]
    Elsewhere {
        /// Its name.
        name: String,
        /// Who can be asked.
        others: String,
    },
}

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

/// Who can be asked, and why others can't.
pub(super) struct Circle {
    agents: Vec<(AgentRow, Standing)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Free,
    Oneself,
    Waits,
    Retired,
    Elsewhere,
    /// It is nobody's business here that it is there.
    Unfit,
}

impl Circle {
    /// As `asker` sees it now. Nobody, where no more may be asked at all.
    pub(super) async fn of(inner: &Inner, asker: Asker<'_>) -> Result<Self, Stop> {
        let Asker { run, task, agent, .. } = asker;
        if !run.may_ask_further() || !run.may_nest(task) {
            return Ok(Self { agents: Vec::new() });
        }
        let waiting: BTreeSet<AgentId> = ids(inner, run.askers()).await?;
        let here = stays(inner, asker).await?;
        let carries = !asker.holds.is_empty();
        let defaults = inner.store.default_models().await?;
        let mut agents = Vec::new();
        for row in inner.store.agents().await? {
            let works = matches!(row.kind, AgentKind::Creator | AgentKind::Specialist);
            let chain = defaults.chain(row.kind, &row.model, &row.fallbacks);
            let standing = if row.id == agent.id {
                Standing::Oneself
            } else if !works || (!row.stays_here.is_empty() && !carries) {
                Standing::Unfit
            } else if waiting.contains(&row.id) {
                Standing::Waits
            } else if row.status == AgentStatus::Disabled {
                Standing::Retired
            } else if here && on_this_machine(inner, chain).await?.is_empty() {
                Standing::Elsewhere
            } else {
                Standing::Free
            };
            agents.push((row, standing));
        }
        Ok(Self { agents })
    }

    fn free(&self) -> impl Iterator<Item = &AgentRow> {
        let free = self
            .agents
            .iter()
            .filter(|(_, standing)| *standing == Standing::Free);
        free.map(|(row, _)| row)
    }

    /// What tells a model whom it can ask; none where it can ask nobody.
    pub(super) fn offer(&self) -> Option<String> {
        let all: Vec<String> = self
            .free()
            .take(MOST_NAMED)
            .map(|row| format!("“{}” ({})", self.name_of(row), short(&row.role)))
            .collect();
        let more = self.free().count().saturating_sub(MOST_NAMED);
        let more = (more > 0).then(|| format!(" There are {more} more."));
        (!all.is_empty()).then(|| format!("You can ask: {}.{}", all.join(", "), more.unwrap_or_default()))
    }

    /// Whether a model wrote how one of those works that can be asked, and so perhaps what they are called.
    pub(super) async fn is_designed(&self, inner: &Inner) -> Result<bool, Stop> {
        for row in self.free() {
            if inner.store.granted_to(row.uid).await?.is_designed {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A name that means one agent: with its number, where others have the same.
    fn name_of(&self, row: &AgentRow) -> String {
        let name = short(&row.name);
        let same = self
            .agents
            .iter()
            .filter(|(other, _)| is_called(other, &name))
            .count();
        if same > 1 {
            format!("{name} #{}", row.id.0)
        } else {
            name
        }
    }

    /// The agent that is meant by a name.
    fn named(&self, name: &str) -> Result<&AgentRow, Unasked> {
        let others = || {
            self.offer()
                .unwrap_or_else(|| "There is nobody whom you could ask.".to_owned())
        };
        let name = short(name);
        let numbered = |row: &AgentRow| {
            let (called, number) = name.rsplit_once('#').unwrap_or((&name, ""));
            is_called(row, called.trim()) && number.trim() == row.id.0.to_string()
        };
        let known = self
            .agents
            .iter()
            .filter(|(_, standing)| *standing != Standing::Unfit);
        let found: Vec<&(AgentRow, Standing)> = known
            .filter(|(row, _)| is_called(row, &name) || numbered(row))
            .collect();
        let free: Vec<&&(AgentRow, Standing)> =
            found.iter().filter(|(_, is)| *is == Standing::Free).collect();
        match (found.as_slice(), free.as_slice()) {
            (_, [(row, _)]) => Ok(row),
            ([], _) => Err(Unasked::Unknown {
                name,
                others: others(),
            }),
            ([(_, standing)], []) => Err(match standing {
                Standing::Oneself => Unasked::Yourself(others()),
                Standing::Waits => Unasked::Waits {
                    name,
                    others: others(),
                },
                Standing::Retired => Unasked::Retired {
                    name,
                    others: others(),
                },
                Standing::Free | Standing::Elsewhere | Standing::Unfit => Unasked::Elsewhere {
                    name,
                    others: others(),
                },
            }),
            _ => Err(Unasked::Several {
                name,
                others: others(),
            }),
        }
    }
}

fn short(text: &str) -> String {
    plain(text, false).chars().take(MOST_LETTERS).collect()
}

fn is_called(row: &AgentRow, name: &str) -> bool {
    short(&row.name).to_lowercase() == name.to_lowercase()
}

async fn ids(inner: &Inner, uids: &[AgentUid]) -> Result<BTreeSet<AgentId>, Stop> {
    let profiles = inner.store.profiles(uids).await?;
    Ok(profiles.into_iter().map(|profile| profile.id).collect())
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
            stays_here: stays_here.into_iter().chain(self.helper.stays_here).collect(),
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
