//! Whom an agent can ask: who does single pieces of work, is not retired, does not wait for this very work, and may learn what
//! the asker knows.

use super::{Asker, LONGEST_TASK, on_this_machine, stays};
use crate::performer::asking::plain;
use crate::performer::failure::Stop;
use crate::service::Inner;
use std::collections::BTreeSet;
use thiserror::Error;
use wheelhouse_domain::{AgentId, AgentKind, AgentStatus, AgentUid};
use wheelhouse_engine::help::{MOST_ASKERS, MOST_HELP};
use wheelhouse_store::AgentRow;

/// Most agents that are named to a model. Others can be asked too, by whoever knows their names.
const MOST_NAMED: usize = 40;
/// Most letters of a name or a profession that are told to a model.
const MOST_LETTERS: usize = 80;

/// Why nobody is asked, in words for the model that wants to.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(in crate::performer) enum Unasked {
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

/// Who can be asked, and why others can't.
pub(in crate::performer) struct Circle {
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
    pub(in crate::performer) async fn of(inner: &Inner, asker: Asker<'_>) -> Result<Self, Stop> {
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
    pub(in crate::performer) fn offer(&self) -> Option<String> {
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
    pub(in crate::performer) async fn is_designed(&self, inner: &Inner) -> Result<bool, Stop> {
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
    pub(super) fn named(&self, name: &str) -> Result<&AgentRow, Unasked> {
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
