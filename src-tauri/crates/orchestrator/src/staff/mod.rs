//! Agents of the operator's own: written, copied, from the starter set, from a file. And their trials.
//!
//! `file` is the form in which an agent is shared, `trials` lets one work on a sample task.
//!
//! Deliberately absent: agents that runs hire (the generator's staffing does that) and those that templates bring along
//! (`handle/create`).

mod file;
mod trials;

pub use file::{AgentExport, AgentFileError, AgentFound, LARGEST_AGENT_FILE};
pub use trials::{KEPT_TRIALS, NewTrial};

use crate::error::Error;
use crate::handle::{Handle, Wish};
use wheelhouse_domain::{
    AgentId, AgentKind, AgentOrigin, AgentText, AgentUid, ContentHash, DEFAULT_MODEL, HirePolicy, TaskId,
    Verdict, WorkflowId,
};
use wheelhouse_engine::starter;
use wheelhouse_store::{AddedAgent, AgentRow, Error as StoreError};

/// Longest name of an agent, in characters.
pub(crate) const LONGEST_NAME: usize = 80;

/// Said behind the name of a copy.
const COPY: &str = " (copy)";

/// Why something can't be done with an agent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StaffError {
    /// There is no such agent in the starter set.
    #[error("the starter set has no “{0}”")]
    NoStarter(String),
    /// One of the permanent crew has its place in every run and is there once.
    #[error("{0} belongs to the permanent crew")]
    Permanent(String),
    /// What the driver and the generator do makes sense in a whole run only.
    #[error("{0} works on whole workflows")]
    OnWholeRuns(String),
    /// The file is none of an agent, or can't be taken in.
    #[error(transparent)]
    File(#[from] AgentFileError),
}

impl Handle {
    /// Adds a specialist that the operator wrote. Gives it.
    ///
    /// # Errors
    /// [`Error::Store`] where it could not be written.
    pub async fn create_agent(&self, wish: Wish<'_>, text: AgentText) -> Result<AgentRow, Error> {
        self.add_agent(wish, new(wish, text, AgentOrigin::Operator)).await
    }

    /// Adds a specialist that is like another one. What marks the other's text as staying here marks the copy's too.
    ///
    /// # Errors
    /// [`StaffError::Permanent`], and [`Error::Store`] where there is no such agent.
    pub async fn duplicate_agent(&self, wish: Wish<'_>, id: AgentId) -> Result<AgentRow, Error> {
        let row = self.agent_row(id).await?;
        if row.kind != AgentKind::Specialist {
            return Err(StaffError::Permanent(row.name).into());
        }
        let origin = AgentOrigin::Copy {
            of: row.uid,
            name: row.name.clone(),
        };
        let text = AgentText {
            name: name_of_copy(&row.name),
            ..text_of(&row)
        };
        let copy = AddedAgent {
            stays_here: row.stays_here,
            ..new(wish, text, origin)
        };
        self.add_agent(wish, copy).await
    }

    /// Adds one of the starter set. It works with the model that is set for specialists.
    ///
    /// # Errors
    /// [`StaffError::NoStarter`].
    pub async fn add_starter(&self, wish: Wish<'_>, key: &str) -> Result<AgentRow, Error> {
        let starter = starter::all().into_iter().find(|one| one.key == key);
        let starter = starter.ok_or_else(|| StaffError::NoStarter(key.to_owned()))?;
        let origin = AgentOrigin::Starter { key: key.to_owned() };
        self.add_agent(wish, new(wish, starter.text, origin)).await
    }

    /// Sets when the generator may hire by itself.
    ///
    /// # Errors
    /// [`Error::Store`] where it could not be written.
    pub async fn save_hire_policy(&self, wish: Wish<'_>, policy: HirePolicy) -> Result<(), Error> {
        let (request, now) = self.arrangement(wish);
        let saved = self.store().save_hire_policy(policy, request, now).await;
        saved.or_else(|error| self.unless_known(wish, error))
    }

    /// Keeps what the operator says of what a task gave; none takes it back.
    ///
    /// # Errors
    /// [`Error::Store`] where there is no such task, or nothing to judge.
    pub async fn judge_task(
        &self,
        wish: Wish<'_>,
        workflow: WorkflowId,
        task: TaskId,
        verdict: Option<Verdict>,
    ) -> Result<(), Error> {
        let (request, now) = self.arrangement(wish);
        let place = (workflow, task);
        let judged = self.store().judge_task(place, verdict, request, now).await;
        judged.or_else(|error| self.unless_known(wish, error))
    }

    async fn add_agent(&self, wish: Wish<'_>, added: AddedAgent) -> Result<AgentRow, Error> {
        let agent = added.agent;
        let (request, now) = self.arrangement(wish);
        match self.store().add_agent(added, request, now).await {
            Ok(row) => Ok(row),
            Err(error) => {
                self.unless_known(wish, error)?;
                let row = self.store().agent_by_uid(agent).await?;
                row.ok_or(Error::Store(StoreError::AgentGone(agent)))
            }
        }
    }

    async fn agent_row(&self, id: AgentId) -> Result<AgentRow, Error> {
        let row = self.store().agent(id).await?;
        Ok(row.ok_or(StoreError::AgentNotFound(id))?)
    }
}

/// The specialist that a wish makes. The same wish makes the same one, so that it is added once.
fn new(wish: Wish<'_>, text: AgentText, origin: AgentOrigin) -> AddedAgent {
    AddedAgent {
        agent: uid_for(wish),
        text,
        origin,
        stays_here: Vec::new(),
    }
}

/// Identity of the agent that a wish makes.
fn uid_for(wish: Wish<'_>) -> AgentUid {
    let hash = ContentHash::of(&format!("{} {}", wish.operation, wish.key));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_str().as_bytes()[..16]);
    AgentUid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// What of an agent can be written down.
fn text_of(row: &AgentRow) -> AgentText {
    AgentText {
        name: row.name.clone(),
        role: row.role.clone(),
        instructions: row.instructions.clone(),
        model: row.model.clone(),
        tools: row.tools.clone(),
        fallbacks: row.fallbacks.clone(),
    }
}

fn name_of_copy(name: &str) -> String {
    let kept: String = name.chars().take(LONGEST_NAME - COPY.chars().count()).collect();
    format!("{}{COPY}", kept.trim_end())
}

/// Whether a model can be named on any machine.
fn is_everywhere(model: &str) -> bool {
    model == DEFAULT_MODEL || model == wheelhouse_domain::rehearsal_model()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_copy_says_so_within_bounds() {
        assert_eq!(name_of_copy("Wren"), "Wren (copy)");
        let long = name_of_copy(&"é".repeat(80));
        assert_eq!(long.chars().count(), LONGEST_NAME);
        assert!(long.ends_with("é (copy)"), "{long}");
    }

    #[test]
    fn a_wish_makes_one_agent() {
        let wish = |key| Wish {
            key,
            operation: "create_agent",
        };
        assert_eq!(uid_for(wish("a-key-of-mine")), uid_for(wish("a-key-of-mine")));
        assert_ne!(uid_for(wish("a-key-of-mine")), uid_for(wish("another-key")));
    }
}
