//! What a call would do, and what it did.

use crate::command::ProgramSeen;
use crate::files::Checkpoint;
use crate::fingerprint::Fingerprint;
use crate::grant::CommandLimits;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a call would do, exactly: what an approval shows and is bound to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// The tool.
    pub tool: String,
    /// Its arguments as they were understood, with what was left out filled in.
    pub arguments: Value,
    /// What would happen.
    pub effect: Effect,
    /// Fits this call and no other. It changes with the arguments and with what they would meet.
    pub fingerprint: Fingerprint,
}

impl Preview {
    pub(crate) fn new(tool: &str, arguments: Value, effect: Effect) -> Result<Self, serde_json::Error> {
        let fingerprint = Fingerprint::of(tool, &arguments, &serde_json::to_value(effect.bound())?);
        Ok(Self {
            tool: tool.to_owned(),
            arguments,
            effect,
            fingerprint,
        })
    }
}

/// How a file would change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It is not there yet.
    Create,
    /// It is there and gets another text.
    Replace,
    /// It has that text already.
    Nothing,
}

/// What would happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    /// A file is read.
    Read {
        /// Path as agents write it, the granted folder's name first.
        path: String,
    },
    /// A folder is listed.
    List {
        /// Path; empty for the list of what is granted.
        path: String,
    },
    /// The files beneath a folder are searched.
    Search {
        /// Path of the folder.
        path: String,
        /// What is looked for.
        pattern: String,
    },
    /// A file is written.
    Write {
        /// Path.
        path: String,
        /// How it changes.
        change: Change,
        /// The change as a unified diff.
        diff: String,
        /// Lines that come.
        added: u32,
        /// Lines that go.
        removed: u32,
        /// Letters that come and can't be seen, or turn the direction of writing: the diff may look other than it is.
        invisible: u32,
        /// SHA-256 of what is there, if anything is.
        before: Option<String>,
        /// SHA-256 of what will be there.
        after: String,
        /// Folders that have to be made for it.
        new_folders: Vec<String>,
    },
    /// A page is fetched.
    Fetch {
        /// The address, as it is asked for.
        url: String,
        /// The machine.
        host: String,
        /// The port.
        port: u16,
    },
    /// A program is run.
    Run {
        /// Which program, exactly.
        program: ProgramSeen,
        /// What it is given, one by one. No shell reads this.
        arguments: Vec<String>,
        /// The folder that it is started in, as agents write it.
        folder: String,
        /// The whole as one would type it.
        shown: String,
        /// Whether it may open connections.
        network: bool,
        /// Whether the system can keep it to its folders, and from the network if that is not granted. If not, the program
        /// can read what its user can, and only the operator's approval stands in front of it.
        confined: bool,
        /// What it may use.
        limits: CommandLimits,
    },
    /// Something is worked out, and nothing outside is touched.
    Compute,
}

impl Effect {
    /// What an approval is bound to. A diff follows from the two contents, and how it is cut may differ with the time at hand.
    fn bound(&self) -> Self {
        let mut bound = self.clone();
        if let Self::Write {
            diff, added, removed, ..
        } = &mut bound
        {
            diff.clear();
            (*added, *removed) = (0, 0);
        }
        bound
    }
}

/// What a call gave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Done {
    /// In words, for the model.
    pub text: String,
    /// The same as data.
    pub data: Value,
    /// Whether someone else may have written what is in it. Such text may never decide what happens next.
    pub untrusted: bool,
    /// How to undo it, where a file was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<Checkpoint>,
}
