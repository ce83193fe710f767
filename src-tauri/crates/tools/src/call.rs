//! What a call would do, and what it did.

use crate::fingerprint;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use wheelhouse_domain::{Checkpoint, Fingerprint};
pub use wheelhouse_domain::{FileChange as Change, ToolEffect as Effect};

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
    /// A call whose effect is known. Those of the tools that come with the program are worked out by [`crate::Toolbox`].
    ///
    /// # Errors
    ///
    /// The effect can't be written as JSON.
    pub fn new(tool: &str, arguments: Value, effect: Effect) -> Result<Self, serde_json::Error> {
        let fingerprint = fingerprint::of(tool, &arguments, &serde_json::to_value(bound(&effect))?);
        Ok(Self {
            tool: tool.to_owned(),
            arguments,
            effect,
            fingerprint,
        })
    }
}

/// What an approval is bound to. A diff follows from the two contents, and how it is cut may differ with the time at hand.
fn bound(effect: &Effect) -> Effect {
    let mut bound = effect.clone();
    if let Effect::Write {
        diff, added, removed, ..
    } = &mut bound
    {
        diff.clear();
        (*added, *removed) = (0, 0);
    }
    bound
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
