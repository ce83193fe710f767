//! What an agent may reach with its tools, and what of it unasked. What is not named here is not allowed.

use crate::{ContentHash, SourceUid, StaysHere};
use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::BTreeMap;
use std::path::PathBuf;
use uuid::Uuid;

/// Everything that one agent may reach. The default is nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default, deny_unknown_fields)]
pub struct Grant {
    /// Folders. Their names differ.
    pub folders: Vec<FolderGrant>,
    /// The web; none means no page at all.
    pub web: Option<WebGrant>,
    /// Programs; none means that nothing is run.
    pub commands: Option<CommandGrant>,
}

impl Grant {
    /// The folder that agents call `name`.
    #[must_use]
    pub fn folder(&self, name: &str) -> Option<&FolderGrant> {
        self.folders.iter().find(|folder| folder.name == name)
    }
}

/// What may be done in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// List, search and read.
    Read,
    /// Write too.
    Write,
}

/// A folder that an agent may use, and all that is beneath it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct FolderGrant {
    /// What agents call it; paths begin with it. No slash.
    pub name: String,
    /// Where it is: absolute and without links, as whoever grants it finds it.
    pub path: PathBuf,
    /// What may be done there.
    pub access: Access,
    /// Whether files with further names (hard links) are read: such a name may lie outside the folder.
    #[serde(default)]
    pub hard_links: bool,
    /// Whether its text stays on this machine: no model elsewhere is told of it.
    #[serde(default)]
    pub stays_here: bool,
}

impl FolderGrant {
    /// What marks text of this folder as staying on this machine; none unless the operator said so. The same folder is the
    /// same source, whoever it is granted to.
    #[must_use]
    pub fn source_that_stays(&self) -> Option<StaysHere> {
        self.stays_here.then(|| {
            let hash = ContentHash::of(&format!("granted folder\n{}", self.path.display()));
            let digits = hash.as_str().get(..32).unwrap_or_default();
            let uid = u128::from_str_radix(digits, 16).unwrap_or_default();
            StaysHere {
                source: SourceUid(Uuid::from_u128(uid)),
                name: self.name.clone(),
            }
        })
    }
}

/// Which machines may be asked for pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Hosts {
    /// Every public one.
    Public,
    /// These: `example.org` is exactly that one, `*.example.org` all beneath it.
    Only(Vec<String>),
}

/// What an agent may fetch from the web.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct WebGrant {
    /// Which machines.
    pub hosts: Hosts,
    /// Ports beside 80 and 443.
    #[serde(default)]
    pub ports: Vec<u16>,
    /// Whether this machine itself may be asked, over its loopback addresses. No other private address ever is.
    #[serde(default)]
    pub loopback: bool,
    /// Time for one page with all its redirects, in seconds.
    #[serde(default = "page_seconds")]
    pub seconds: u32,
}

impl WebGrant {
    /// Pages from `hosts`, on the usual ports and within the usual time.
    #[must_use]
    pub fn new(hosts: Hosts) -> Self {
        Self {
            hosts,
            ports: Vec::new(),
            loopback: false,
            seconds: page_seconds(),
        }
    }
}

fn page_seconds() -> u32 {
    30
}

/// Which programs may be run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Programs {
    /// Every one that is found.
    Any,
    /// These: by name (`git`), or by path as in the call (`./build.sh`).
    Only(Vec<String>),
}

/// What an agent may run, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct CommandGrant {
    /// Names of granted folders in which programs may be started.
    pub folders: Vec<String>,
    /// Which programs.
    pub programs: Programs,
    /// Where programs are looked for, best first. Absolute folders; empty means the system's usual ones.
    #[serde(default)]
    pub path: Vec<PathBuf>,
    /// What stands in the environment beside the bare necessities. Never keys.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// Folders beside the system's own and the granted ones in which programs may read, such as those of a compiler. Where
    /// the system can't keep programs to their folders, this changes nothing.
    #[serde(default)]
    pub readable: Vec<PathBuf>,
    /// Whether programs may open connections, those to services of this machine (databases, containers) included. Where the system can't keep them from it, the result says so.
    #[serde(default)]
    pub network: bool,
    /// How much one run may use.
    #[serde(default)]
    pub limits: CommandLimits,
}

/// How much one run of a program may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default, deny_unknown_fields)]
pub struct CommandLimits {
    /// Time until it is ended, in seconds.
    pub seconds: u32,
    /// Processor time of each process, in seconds.
    pub cpu_seconds: u32,
    /// Memory of each process, in MiB.
    pub memory_mib: u32,
    /// Size of each file that it writes, in MiB.
    pub file_mib: u32,
    /// How much is kept of what it writes to its output, and as much again of its errors, in bytes.
    pub output_bytes: u32,
}

impl Default for CommandLimits {
    fn default() -> Self {
        Self {
            seconds: 120,
            cpu_seconds: 120,
            memory_mib: 4_096,
            file_mib: 512,
            output_bytes: 32 * 1_024,
        }
    }
}

/// What happens when an agent calls a tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// The operator is asked.
    Ask,
    /// It is done unasked, as long as nothing from outside may have chosen what is touched or done.
    Allow,
    /// It is refused.
    Never,
}

/// One exact call: the same tool with the same values of all arguments that say what is touched or done. Of a tool server, it
/// may stand for all calls of a tool that is described as it was.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct ExactCall {
    /// Fits these values and no others.
    pub hash: String,
    /// The call in short, for people.
    pub shown: String,
}

/// What the operator said about calls of a tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct ToolRule {
    /// The tool.
    pub tool: String,
    /// What happens.
    pub standing: Standing,
    /// Only for this call, or for the tool of a server as it is described; none for all calls of the tool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<ExactCall>,
}

/// What an agent may reach, and what the operator said about its tools. The default is nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default, deny_unknown_fields)]
pub struct AgentGrant {
    /// What it may reach.
    pub reach: Grant,
    /// What the operator said about its tools. About a tool that is not named, the operator is asked if it does more than read.
    pub rules: Vec<ToolRule>,
}

impl AgentGrant {
    /// What was said about all calls of a tool.
    #[must_use]
    pub fn standing(&self, tool: &str) -> Option<Standing> {
        let mut said = self
            .rules
            .iter()
            .filter(|rule| rule.tool == tool && rule.only.is_none());
        said.next().map(|rule| rule.standing)
    }

    /// Whether that exact call is allowed.
    #[must_use]
    pub fn allows_exactly(&self, tool: &str, hash: &str) -> bool {
        self.rules.iter().any(|rule| {
            let is_it = rule.only.as_ref().is_some_and(|only| only.hash == hash);
            rule.tool == tool && rule.standing == Standing::Allow && is_it
        })
    }

    /// The same with `rule` in place of what was said before about the same calls.
    #[must_use]
    pub fn with(mut self, rule: ToolRule) -> Self {
        let hash = |rule: &ToolRule| rule.only.as_ref().map(|only| only.hash.clone());
        self.rules
            .retain(|old| old.tool != rule.tool || hash(old) != hash(&rule));
        self.rules.push(rule);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(standing: Standing, only: Option<&str>) -> ToolRule {
        ToolRule {
            tool: "write_file".to_owned(),
            standing,
            only: only.map(|hash| ExactCall {
                hash: hash.to_owned(),
                shown: hash.to_owned(),
            }),
        }
    }

    #[test]
    fn the_newest_word_about_the_same_calls_counts() {
        let grant = AgentGrant::default()
            .with(rule(Standing::Allow, None))
            .with(rule(Standing::Allow, Some("a")))
            .with(rule(Standing::Never, None));
        assert_eq!(grant.standing("write_file"), Some(Standing::Never));
        assert_eq!(grant.standing("fetch_page"), None);
        assert!(grant.allows_exactly("write_file", "a"));
        assert!(!grant.allows_exactly("write_file", "b"));
        assert!(!grant.allows_exactly("fetch_page", "a"));
        assert_eq!(grant.rules.len(), 2);
    }

    #[test]
    fn a_folder_that_stays_here_is_the_same_source_for_everybody() {
        let folder = |name: &str, path: &str, stays_here| FolderGrant {
            name: name.to_owned(),
            path: PathBuf::from(path),
            access: Access::Read,
            hard_links: false,
            stays_here,
        };
        assert_eq!(folder("a", "/one", false).source_that_stays(), None);
        let source = |name, path| {
            folder(name, path, true)
                .source_that_stays()
                .map(|found| found.source)
        };
        assert_eq!(source("a", "/one"), source("b", "/one"));
        assert_ne!(source("a", "/one"), source("a", "/two"));
    }
}
