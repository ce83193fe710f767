//! The file that carries a run from one store to the other: a run's file whose run has not ended, and what must travel
//! beside it.

use crate::error::Error;
use crate::handle::Handle;
use crate::run_file::{FileMove, Meant, RunFileError, write};
use crate::transfers::Made;
use std::collections::BTreeSet;
use std::io::BufWriter;
use wheelhouse_domain::{ContentHash, Event, EventBody, StepKind, Template, TemplateUid, all_steps};
use wheelhouse_store::{DepartureRow, MoveFault};

/// A template, and its version where one is named.
type Named = (TemplateUid, Option<u32>);

impl Handle {
    /// Writes what leaves into a file, the same each time.
    pub(super) async fn pack(&self, row: &DepartureRow, from_name: &str) -> Result<Made, Error> {
        let root = self.store().workflow_by_uid(row.workflow).await?;
        let root = root.ok_or_else(|| wheelhouse_store::Error::from(MoveFault::Unknown(row.move_uid)))?;
        let mut file = self.run_file(root, Meant::Moved).await?;
        file.manifest.at = row.departed_at;
        file.manifest.moving = Some(FileMove {
            move_uid: row.move_uid,
            from: self.store().identity().uid,
            from_name: from_name.to_owned(),
            to: row.to.uid,
            to_name: row.to.name.clone(),
            hand: row.hand,
            seal: ContentHash::of(&row.secret),
            templates: self.templates_of(&file.runs).await?,
        });
        let made = self.transfers().make(move |to| {
            write(&file, BufWriter::new(to)).map_err(|source| Error::from(RunFileError::Write(source)))
        });
        made.await
    }

    /// The templates of the runs, and those that their steps run, at any depth.
    async fn templates_of(&self, runs: &[Vec<Event>]) -> Result<Vec<Template>, Error> {
        let mut wanted: Vec<Named> = runs
            .iter()
            .filter_map(|run| run.first())
            .flat_map(named_by)
            .collect();
        let mut seen = BTreeSet::new();
        let mut found = Vec::new();
        while let Some((uid, version)) = wanted.pop() {
            let template = match version {
                Some(version) => self
                    .store()
                    .template_version(uid, version)
                    .await?
                    .map(|row| row.template),
                None => self.store().template(uid).await?.map(|row| row.newest),
            };
            // What is not here is missing there too, and said so by the step that wants it.
            let Some(template) = template else { continue };
            if seen.insert((uid, template.version)) {
                wanted.extend(steps_run(&template.document.steps));
                found.push(template);
            }
        }
        Ok(found)
    }
}

fn named_by(event: &Event) -> Vec<Named> {
    let EventBody::WorkflowCreated { template, steps, .. } = &event.body else {
        return Vec::new();
    };
    let mut named = steps_run(steps);
    named.push((template.uid, Some(template.version)));
    named
}

fn steps_run(steps: &[wheelhouse_domain::Step]) -> Vec<Named> {
    all_steps(steps)
        .into_iter()
        .filter_map(|step| match &step.kind {
            StepKind::Workflow {
                template, version, ..
            } => Some((*template, *version)),
            _ => None,
        })
        .collect()
}

/// Only a file that is meant for this store is taken in.
pub(super) fn not_for_here(workflow: wheelhouse_domain::WorkflowUid) -> RunFileError {
    RunFileError::Inconsistent {
        workflow,
        what: "it is on its way to another store",
    }
}
