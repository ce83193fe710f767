//! What an agent may reach with its tools. What is not named here is not allowed.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// Everything that one agent may reach. The default is nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// List, search and read.
    Read,
    /// Write too.
    Write,
}

/// A folder that an agent may use, and all that is beneath it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FolderGrant {
    /// What agents call it; paths begin with it. No slash.
    pub name: String,
    /// Where it is: absolute and without links, as [`FolderGrant::new`] makes it.
    pub path: PathBuf,
    /// What may be done there.
    pub access: Access,
    /// Whether files with further names (hard links) are read: such a name may lie outside the folder.
    #[serde(default)]
    pub hard_links: bool,
}

impl FolderGrant {
    /// A grant of the folder that `path` leads to now. If a link takes its place later, the grant fits no more.
    ///
    /// # Errors
    ///
    /// The folder can't be found.
    pub fn new(name: &str, path: &Path, access: Access) -> io::Result<Self> {
        Ok(Self {
            name: name.to_owned(),
            path: path.canonicalize()?,
            access,
            hard_links: false,
        })
    }
}

/// Which machines may be asked for pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hosts {
    /// Every public one.
    Public,
    /// These: `example.org` is exactly that one, `*.example.org` all beneath it.
    Only(Vec<String>),
}

/// What an agent may fetch from the web.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Programs {
    /// Every one that is found.
    Any,
    /// These: by name (`git`), or by path as in the call (`./build.sh`).
    Only(Vec<String>),
}

/// What an agent may run, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
