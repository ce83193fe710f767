//! A template as a file to share.
//!
//! There are no secrets in a template: keys are never in it. What tells of its owner are the names of their
//! providers, so they are taken out.

use super::read::write;
use wheelhouse_domain::{DEFAULT_MODEL, Document, Step, StepKind, rehearsal_model};

/// A template as a file, and what was taken out of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// The file's text.
    pub text: String,
    /// Names of models that `default` took the place of, each once.
    pub replaced: Vec<String>,
}

/// `document` as a file to share: models of the operator's own providers become `default`.
#[must_use]
pub fn export(document: &Document) -> Export {
    let mut document = document.clone();
    let mut replaced = Vec::new();
    for agent in &mut document.agents {
        replace(&mut agent.model, &mut replaced);
    }
    replace_in(&mut document.steps, &mut replaced);
    Export {
        text: write(&document),
        replaced,
    }
}

fn replace(model: &mut String, replaced: &mut Vec<String>) {
    if *model != DEFAULT_MODEL && *model != rehearsal_model() {
        let name = std::mem::replace(model, DEFAULT_MODEL.to_owned());
        if !replaced.contains(&name) {
            replaced.push(name);
        }
    }
}

fn replace_in(steps: &mut [Step], replaced: &mut Vec<String>) {
    for step in steps {
        if let StepKind::Agent {
            model: Some(model), ..
        } = &mut step.kind
        {
            replace(model, replaced);
        }
        for block in super::difference::blocks_mut(step) {
            replace_in(&mut block.steps, replaced);
        }
    }
}
