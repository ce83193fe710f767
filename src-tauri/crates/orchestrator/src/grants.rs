//! What the operator grants to agents, and takes away.
//!
//! Folders are kept as they are found when they are granted, without links. What belongs to the application itself is never
//! granted: its data folder holds the journal and maybe keys.

use crate::error::Error;
use crate::handle::{Handle, Wish};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use thiserror::Error as ThisError;
use wheelhouse_domain::{
    AgentGrant, AgentId, CallKey, CommandGrant, FolderGrant, GRANTED_TOOLS, Hosts, Programs, Reply, Standing,
    TaskId, ToolApproval, ToolResponse, ToolRule, WebGrant, WorkflowId, is_served,
};
use wheelhouse_engine::leave::{BY_AGENT, NEVER};
use wheelhouse_store::{GrantEdit, QuestionRow};
use wheelhouse_tools::{ToolError, granted_folder};

/// Most folders, hosts, programs or words about tools in one grant.
const MOST: usize = 100;
/// Longest name of a folder, host or program, in characters.
const MOST_LETTERS: usize = 200;

/// Why something can't be granted.
#[derive(Debug, ThisError)]
pub enum GrantError {
    /// A folder's name would not stand for itself in a path.
    #[error("“{0}” can't be the name of a folder. Use letters, digits, “-”, “_” or “.”, at most 40 of them")]
    FolderName(String),
    /// Two folders have the same name.
    #[error("two folders are called “{0}”")]
    FolderTwice(String),
    /// It is not an absolute path of a folder.
    #[error("there is no folder at {path}")]
    FolderMissing {
        /// What was given.
        path: String,
    },
    /// It holds what belongs to the application, or lies in it.
    #[error("{path} holds what Wheelhouse itself keeps, or lies in it")]
    OwnFolder {
        /// Which folder.
        path: String,
    },
    /// Not the name of a machine.
    #[error(
        "“{0}” is not the name of a site. Write it like example.org, or *.example.org for all beneath it"
    )]
    Host(String),
    /// Not the name of a program.
    #[error(
        "“{0}” is not the name of a program. Write it like git, or like ./build.sh for one in the folder"
    )]
    Program(String),
    /// Programs are to be started in a folder that is not granted.
    #[error("“{0}” is none of the folders that are granted")]
    CommandFolder(String),
    /// Nothing says where programs may be started.
    #[error("say in which folder programs may be started")]
    NoCommandFolder,
    /// A word about a tool that is not there.
    #[error("there is no tool called “{0}” that needs a word")]
    Tool(String),
    /// More than anybody oversees.
    #[error("these are too many {0}")]
    TooMany(&'static str),
}

impl Handle {
    /// Lets an agent reach what `edit` says, and nothing else.
    ///
    /// # Errors
    /// [`Error::Grant`] where something in it can't be granted, [`Error::Store`] where somebody else changed it since it was
    /// read.
    pub async fn set_agent_grant(&self, wish: Wish<'_>, edit: GrantEdit) -> Result<(), Error> {
        let present = self.store().agent_grant(edit.id).await?.grant;
        let grant = self.checked(edit.grant, &present).await?;
        let (request, now) = self.arrangement(wish);
        let edit = GrantEdit { grant, ..edit };
        let set = self.store().set_agent_grant(edit, request, now).await;
        set.map(drop).or_else(|error| self.unless_known(wish, error))
    }

    /// Words about tools of servers may be about those that agents may be given, and about those that were spoken of before.
    async fn checked(&self, grant: AgentGrant, present: &AgentGrant) -> Result<AgentGrant, Error> {
        let own = self.options().data_folder.clone();
        let mut served: BTreeSet<String> = present.rules.iter().map(|rule| rule.tool.clone()).collect();
        served.extend(self.given_tools().await?.into_iter().map(|tool| tool.name));
        let checking = tokio::task::spawn_blocking(move || checked(grant, &own, &served));
        Ok(checking.await.map_err(|_| Error::ShuttingDown)??)
    }

    /// Keeps what an answer about a call says of all such calls of the agent.
    ///
    /// # Errors
    /// [`Error::Store`] where it could not be written; the question is open still.
    pub(crate) async fn keep_rule(
        &self,
        wish: Wish<'_>,
        question: &QuestionRow,
        approval: &ToolApproval,
        reply: &Reply,
    ) -> Result<(), Error> {
        let Some(rule) = rule_of(approval, reply.outcome.as_deref()) else {
            return Ok(());
        };
        let Some(agent) = self.asker(question).await? else {
            return Ok(());
        };
        let (request, now) = self.arrangement(wish);
        let set = self.store().set_tool_rule(agent, rule, request, now).await;
        set.or_else(|error| self.unless_known(wish, error))
    }

    async fn asker(&self, question: &QuestionRow) -> Result<Option<AgentId>, Error> {
        let task = self.store().task(question.workflow_id, question.task_id).await?;
        Ok(task.and_then(|task| task.agent_id))
    }

    /// Sets a file back to what stood in it before a call of an agent wrote it. Where it is so already, nothing happens.
    /// Gives the file's path, as agents write it.
    ///
    /// # Errors
    /// [`Error::Undo`] where the file was changed since, or its folder is not granted for writing any more.
    pub async fn undo_write(
        &self,
        workflow: WorkflowId,
        task: TaskId,
        call: &CallKey,
    ) -> Result<String, Error> {
        let missing = || Error::NothingToUndo(call.clone());
        let row = self.store().task(workflow, task).await?;
        let row = row.ok_or(Error::TaskNotFound { workflow, task })?;
        let calls = self.store().calls(row.id).await?;
        let found = calls
            .into_iter()
            .find(|found| found.key == *call)
            .ok_or_else(missing)?;
        let response = match found.response {
            Some(hash) => self.store().content(&hash).await?,
            None => None,
        };
        let response: ToolResponse = serde_json::from_str(&response.ok_or_else(missing)?)?;
        let ToolResponse::Done {
            checkpoint: Some(checkpoint),
            ..
        } = response
        else {
            return Err(missing());
        };
        let agent = row.agent_id.ok_or_else(missing)?;
        let granted = self.store().agent_grant(agent).await?;
        let undone = self.inner().toolbox.undo(&granted.grant.reach, &checkpoint).await;
        undone.map_err(|error: ToolError| Error::Undo(Box::new(error)))?;
        Ok(checkpoint.path)
    }
}

/// What an answer says of later calls.
fn rule_of(approval: &ToolApproval, outcome: Option<&str>) -> Option<ToolRule> {
    let (standing, only) = match outcome? {
        BY_AGENT => (Standing::Allow, approval.holds_for()),
        NEVER => (Standing::Never, None),
        _ => return None,
    };
    Some(ToolRule {
        tool: approval.tool.clone(),
        standing,
        only,
    })
}

/// The grant with its folders as they are found now. `served` are tools of tool servers that may be spoken of. Blocks on the
/// file system.
fn checked(mut grant: AgentGrant, own: &Path, served: &BTreeSet<String>) -> Result<AgentGrant, GrantError> {
    let counts = [
        (grant.reach.folders.len(), "folders"),
        (grant.rules.len(), "words about tools"),
    ];
    if let Some((_, what)) = counts.into_iter().find(|(count, _)| *count > MOST) {
        return Err(GrantError::TooMany(what));
    }
    let mut names = BTreeSet::new();
    for folder in &mut grant.reach.folders {
        *folder = found(folder, own)?;
        if !names.insert(folder.name.clone()) {
            return Err(GrantError::FolderTwice(folder.name.clone()));
        }
    }
    if let Some(web) = &mut grant.reach.web {
        check_hosts(web)?;
    }
    if let Some(commands) = &grant.reach.commands {
        check_commands(commands, &names)?;
    }
    let known = |rule: &ToolRule| {
        GRANTED_TOOLS.contains(&rule.tool.as_str()) || (is_served(&rule.tool) && served.contains(&rule.tool))
    };
    match grant.rules.iter().find(|rule| !known(rule)) {
        Some(rule) => Err(GrantError::Tool(rule.tool.clone())),
        None => Ok(grant),
    }
}

fn found(folder: &FolderGrant, own: &Path) -> Result<FolderGrant, GrantError> {
    let name = folder.name.trim();
    let fits = |letter: char| letter.is_alphanumeric() || "-_.".contains(letter);
    if name.is_empty() || name.chars().count() > 40 || name.starts_with('.') || !name.chars().all(fits) {
        return Err(GrantError::FolderName(name.to_owned()));
    }
    let path = || folder.path.display().to_string();
    if !folder.path.is_absolute() {
        return Err(GrantError::FolderMissing { path: path() });
    }
    let granted = granted_folder(name, &folder.path, folder.access)
        .map_err(|_| GrantError::FolderMissing { path: path() })?;
    let own = own.canonicalize().unwrap_or_else(|_| PathBuf::from(own));
    if own.starts_with(&granted.path) || granted.path.starts_with(&own) {
        return Err(GrantError::OwnFolder { path: path() });
    }
    Ok(FolderGrant {
        hard_links: folder.hard_links,
        stays_here: folder.stays_here,
        ..granted
    })
}

fn check_hosts(web: &mut WebGrant) -> Result<(), GrantError> {
    web.seconds = web.seconds.clamp(1, 300);
    let Hosts::Only(hosts) = &mut web.hosts else {
        return Ok(());
    };
    if hosts.len() > MOST {
        return Err(GrantError::TooMany("sites"));
    }
    for host in hosts {
        let plain = host.trim().trim_end_matches('.').to_lowercase();
        let name = plain.strip_prefix("*.").unwrap_or(&plain);
        let fits = |letter: char| letter.is_alphanumeric() || "-.:[]".contains(letter);
        if name.is_empty() || name.len() > MOST_LETTERS || !name.chars().all(fits) {
            return Err(GrantError::Host(host.clone()));
        }
        *host = plain;
    }
    Ok(())
}

fn check_commands(commands: &CommandGrant, folders: &BTreeSet<String>) -> Result<(), GrantError> {
    if commands.folders.is_empty() {
        return Err(GrantError::NoCommandFolder);
    }
    if let Some(unknown) = commands.folders.iter().find(|name| !folders.contains(*name)) {
        return Err(GrantError::CommandFolder(unknown.clone()));
    }
    let Programs::Only(programs) = &commands.programs else {
        return Ok(());
    };
    if programs.len() > MOST {
        return Err(GrantError::TooMany("programs"));
    }
    let fits = |program: &String| {
        let in_folder = program.strip_prefix("./");
        let is_name = in_folder.is_some() || !program.contains('/');
        is_name && !program.is_empty() && program.len() <= MOST_LETTERS && !program.contains(char::is_control)
    };
    match programs.iter().find(|program| !fits(program)) {
        Some(program) => Err(GrantError::Program(program.clone())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wheelhouse_domain::{Access, Grant};

    fn folder(name: &str, path: &Path) -> FolderGrant {
        FolderGrant {
            name: name.to_owned(),
            path: path.to_owned(),
            access: Access::Read,
            hard_links: false,
            stays_here: false,
        }
    }

    fn none() -> BTreeSet<String> {
        BTreeSet::new()
    }

    #[test]
    fn a_word_is_about_a_tool_that_is_there() {
        let of = |tool: &str| AgentGrant {
            rules: vec![ToolRule {
                tool: tool.to_owned(),
                standing: Standing::Allow,
                only: None,
            }],
            ..AgentGrant::default()
        };
        let own = Path::new("/nowhere/own");
        let served = BTreeSet::from(["mcp_fake_echo".to_owned(), "knowledge_search".to_owned()]);
        for known in ["write_file", "mcp_fake_echo"] {
            assert!(checked(of(known), own, &served).is_ok(), "{known}");
        }
        for unknown in ["mcp_fake_other", "knowledge_search", "rm"] {
            let refused = checked(of(unknown), own, &served);
            assert!(matches!(refused, Err(GrantError::Tool(_))), "{unknown}");
        }
    }

    fn of_folders(folders: Vec<FolderGrant>) -> AgentGrant {
        AgentGrant {
            reach: Grant {
                folders,
                ..Grant::default()
            },
            rules: Vec::new(),
        }
    }

    #[test]
    fn what_belongs_to_the_application_is_never_granted() {
        let place = tempfile::tempdir().unwrap();
        let own = place.path().join("own");
        let inside = own.join("backups");
        std::fs::create_dir_all(&inside).unwrap();
        let beside = place.path().join("beside");
        std::fs::create_dir(&beside).unwrap();
        for path in [place.path(), &own, &inside, Path::new("/")] {
            let refused = checked(of_folders(vec![folder("a", path)]), &own, &none());
            assert!(
                matches!(refused, Err(GrantError::OwnFolder { .. })),
                "{}",
                path.display()
            );
        }
        let granted = checked(of_folders(vec![folder("a", &beside)]), &own, &none()).unwrap();
        assert_eq!(granted.reach.folders[0].path, beside.canonicalize().unwrap());
    }

    #[test]
    fn names_stand_for_themselves_and_for_one_folder() {
        let place = tempfile::tempdir().unwrap();
        let own = place.path().join("own");
        let path = place.path().join("a");
        std::fs::create_dir_all(&path).unwrap();
        for name in ["", "..", ".git", "a/b", "a b", "a\nb", &"a".repeat(41)] {
            let refused = checked(of_folders(vec![folder(name, &path)]), &own, &none());
            assert!(matches!(refused, Err(GrantError::FolderName(_))), "{name}");
        }
        let twice = of_folders(vec![folder("a", &path), folder("a", &path)]);
        assert!(matches!(
            checked(twice, &own, &none()),
            Err(GrantError::FolderTwice(_))
        ));
        let file = place.path().join("file");
        std::fs::write(&file, "x").unwrap();
        for path in [place.path().join("gone"), PathBuf::from("relative"), file] {
            let refused = checked(of_folders(vec![folder("a", &path)]), &own, &none());
            assert!(
                matches!(refused, Err(GrantError::FolderMissing { .. })),
                "{}",
                path.display()
            );
        }
    }

    #[test]
    fn hosts_and_programs_are_names() {
        let own = Path::new("/nowhere/own");
        let web = |host: &str| AgentGrant {
            reach: Grant {
                web: Some(WebGrant::new(Hosts::Only(vec![host.to_owned()]))),
                ..Grant::default()
            },
            rules: Vec::new(),
        };
        let granted = checked(web(" *.Example.org. "), own, &none())
            .unwrap()
            .reach
            .web
            .unwrap();
        assert_eq!(granted.hosts, Hosts::Only(vec!["*.example.org".to_owned()]));
        for host in ["", "https://example.org", "example.org/a", "a b", "*"] {
            assert!(
                matches!(checked(web(host), own, &none()), Err(GrantError::Host(_))),
                "{host}"
            );
        }
    }
}
