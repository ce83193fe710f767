//! Takes runs out of the store into files, and in from files.

use super::{
    FORMAT, FileAgent, FileWorkflow, LARGEST_FILE, Manifest, Meant, RunFile, RunFileError, VERSION, agents,
    read, write,
};
use crate::error::Error;
use crate::handle::{Handle, Wish, own_request, refuse_aside};
use crate::transfers::Made;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};
use wheelhouse_domain::{
    AgentKind, AgentProfile, AgentUid, ContentHash, EVENT_VERSION, Event, EventBody, Millis, Seq,
    TemplateAgent, TransferUid, WorkflowId, WorkflowUid,
};
use wheelhouse_store::{Commit, RunCommit, Target, TemplateHire, WorkflowRow};

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// Where.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// Workflows in it, sub-workflows included.
    pub workflows: u32,
}

/// A run that was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Imported {
    /// The workflow.
    pub id: WorkflowId,
    /// Whether it was here before, so that nothing was done.
    pub known: bool,
}

impl Handle {
    /// Writes an ended workflow with its sub-workflows into a file. What is at `path` is replaced once the new file is
    /// whole.
    ///
    /// # Errors
    /// [`Error::WorkflowNotFound`], [`Error::RunFile`] where it has not ended or the file can't be written.
    pub async fn export_workflow(&self, id: WorkflowId, path: &Path) -> Result<Exported, Error> {
        let file = self.ended_run_file(id).await?;
        let workflows = file.workflows();
        let path = path.to_owned();
        let written = tokio::task::spawn_blocking(move || {
            let bytes = keep(&file, &path)?;
            Ok::<_, RunFileError>(Exported {
                path,
                bytes,
                workflows,
            })
        });
        Ok(written.await.map_err(|_| Error::ShuttingDown)??)
    }

    /// Makes the same file among the transfers, to be fetched. Gives it, and how many workflows are in it.
    ///
    /// # Errors
    /// As [`Handle::export_workflow`]; [`Error::Transfer`] where there is no room for it.
    pub async fn send_workflow(&self, id: WorkflowId) -> Result<(Made, u32), Error> {
        let file = self.ended_run_file(id).await?;
        let workflows = file.workflows();
        let made = self.transfers().make(move |to| {
            write(&file, BufWriter::new(to)).map_err(|source| Error::from(RunFileError::Write(source)))
        });
        Ok((made.await?, workflows))
    }

    /// Takes in a run from a whole transfer. The transfer stays.
    ///
    /// # Errors
    /// As [`Handle::import_workflow`]; [`Error::Transfer`] where it is not whole.
    pub async fn receive_workflow(&self, wish: Wish<'_>, uid: TransferUid) -> Result<Imported, Error> {
        let path = self.transfers().whole(uid).await?;
        self.import_workflow(wish, &path).await
    }

    /// Takes in a run from a file. It is history: it does not go on, but can be looked at and forked.
    ///
    /// # Errors
    /// [`Error::RunFile`] with the place where the file does not fit. Then nothing of it is taken in.
    pub async fn import_workflow(&self, wish: Wish<'_>, path: &Path) -> Result<Imported, Error> {
        let from = path.to_owned();
        let read = tokio::task::spawn_blocking(move || open(&from, Meant::Kept));
        let file = read.await.map_err(|_| Error::ShuttingDown)??;
        if let Some(known) = self.here_already(&file).await? {
            return Ok(known);
        }
        let now = self.inner().options.world.now();
        let others = self.other_agents(&file, now).await?;
        let runs = file.runs.into_iter().map(|mut events| {
            agents::replace(&mut events, &others);
            let seq = events.last().map_or(0, |event| event.seq.0) + 1;
            events.push(Event {
                v: EVENT_VERSION,
                seq: Seq(seq),
                at: now,
                body: EventBody::WorkflowImported {},
            });
            RunCommit {
                target: Target::New,
                events,
            }
        });
        let (request, _) = self.arrangement(wish);
        let commit = Commit {
            runs: runs.collect(),
            contents: file.contents,
            request: Some(request),
        };
        let committed = self.inner().store.commit(commit).await?;
        let id = committed.workflow_ids.first().copied();
        let id = id.ok_or_else(|| Error::RequestKeyReused(wish.operation.to_owned()))?;
        Ok(Imported { id, known: false })
    }

    async fn here_already(&self, file: &RunFile) -> Result<Option<Imported>, Error> {
        for (number, workflow) in file.manifest.workflows.iter().enumerate() {
            match self.inner().store.workflow_by_uid(workflow.uid).await? {
                Some(row) if number == 0 => {
                    return Ok(Some(Imported {
                        id: row.id,
                        known: true,
                    }));
                }
                Some(_) => return Err(RunFileError::PartKnown.into()),
                None => {}
            }
            if !self.inner().store.child_workflows(workflow.uid).await?.is_empty() {
                return Err(RunFileError::PartKnown.into());
            }
        }
        match file.runs.first().and_then(|events| above(events)) {
            Some(above) if self.inner().store.workflow_by_uid(above).await?.is_some() => {
                Err(RunFileError::NotAPart.into())
            }
            _ => Ok(None),
        }
    }

    /// Who of this store stands for whom of the file. The permanent crew stands for the permanent crew; who is not here
    /// and comes with no staffing is hired as it was.
    async fn other_agents(&self, file: &RunFile, now: Millis) -> Result<BTreeMap<AgentUid, AgentUid>, Error> {
        let here = self.inner().store.agents().await?;
        let designed: BTreeSet<AgentUid> = designed(&file.runs);
        let mut others = BTreeMap::new();
        for agent in &file.manifest.agents {
            if here.iter().any(|known| known.uid == agent.uid) {
                continue;
            }
            if agent.kind != AgentKind::Specialist {
                let same = here.iter().find(|known| known.kind == agent.kind);
                let same = same.ok_or(Error::CrewIncomplete(agent.kind.as_str()))?;
                others.insert(agent.uid, same.uid);
            } else if !designed.contains(&agent.uid) {
                others.insert(agent.uid, self.hire(file, agent, now).await?);
            }
        }
        Ok(others)
    }

    async fn hire(&self, file: &RunFile, agent: &FileAgent, now: Millis) -> Result<AgentUid, Error> {
        let Some(EventBody::WorkflowCreated { template, .. }) = file
            .runs
            .first()
            .and_then(|run| run.first())
            .map(|event| &event.body)
        else {
            return Err(RunFileError::NotARun.into());
        };
        let hire = TemplateHire {
            template: template.uid,
            agent: agent.uid,
            form: TemplateAgent {
                name: agent.name.clone(),
                role: agent.role.clone(),
                instructions: agent.instructions.clone(),
                model: agent.model.clone(),
                tools: agent.tools.clone(),
            },
            why: "It took part in a workflow that was imported.".to_owned(),
        };
        let request = own_request(self.inner(), "hire_for_import", now);
        Ok(self.inner().store.hire_for_template(hire, request, now).await?)
    }

    async fn ended_run_file(&self, id: WorkflowId) -> Result<RunFile, Error> {
        let root = self.inner().store.workflow(id).await?;
        let root = root.ok_or(Error::WorkflowNotFound(id))?;
        self.run_file(root, Meant::Kept).await
    }

    /// A workflow with its sub-workflows as a file.
    pub(crate) async fn run_file(&self, root: WorkflowRow, meant: Meant) -> Result<RunFile, Error> {
        let store = &self.inner().store;
        refuse_aside(&root)?;
        let document = store
            .template_version(root.template.uid, root.template.version)
            .await?;
        let mut rows = vec![root];
        let mut next = 0;
        while let Some(uid) = rows.get(next).map(|row| row.uid) {
            rows.extend(store.child_workflows(uid).await?);
            next += 1;
        }
        let (mut workflows, mut runs) = (Vec::new(), Vec::new());
        for row in &rows {
            let events = self.history(row, meant).await?;
            workflows.push(FileWorkflow {
                uid: row.uid,
                name: row.name.clone(),
                events: u32::try_from(events.len()).unwrap_or(u32::MAX),
            });
            runs.push(events);
        }
        let contents = self.texts(&runs).await?;
        let used: Vec<AgentUid> = agents::used(&runs).into_iter().collect();
        let agents = store.profiles(&used).await?;
        let manifest = Manifest {
            format: FORMAT.to_owned(),
            version: VERSION,
            at: self.inner().options.world.now(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            workflows,
            contents: u32::try_from(contents.len()).unwrap_or(u32::MAX),
            template: document.map(|row| row.template.document),
            agents: agents.into_iter().map(described).collect(),
            moving: None,
        };
        Ok(RunFile {
            manifest,
            runs,
            contents,
        })
    }

    /// The events of a run, as it was before it was taken in here.
    async fn history(&self, row: &WorkflowRow, meant: Meant) -> Result<Vec<Event>, Error> {
        if meant == Meant::Kept && !row.status.is_final() {
            return Err(RunFileError::NotEnded(row.name.clone()).into());
        }
        let mut events = self.inner().store.all_events(row.id).await?;
        events.retain(|event| !matches!(event.body, EventBody::WorkflowImported { .. }));
        Ok(events)
    }

    async fn texts(&self, runs: &[Vec<Event>]) -> Result<Vec<String>, Error> {
        let hashes: BTreeSet<&ContentHash> = runs
            .iter()
            .flatten()
            .filter_map(|event| event.body.content())
            .collect();
        let hashes: Vec<ContentHash> = hashes.into_iter().cloned().collect();
        let mut found = self.inner().store.contents(&hashes).await?;
        let text = |hash: &ContentHash| {
            let text = found.remove(hash);
            text.ok_or_else(|| RunFileError::MissingText(hash.clone()))
        };
        Ok(hashes.iter().map(text).collect::<Result<_, _>>()?)
    }
}

/// The workflow that a run was started for.
pub(super) fn above(events: &[Event]) -> Option<WorkflowUid> {
    match &events.first()?.body {
        EventBody::WorkflowCreated { setup, .. } => setup.parent.as_ref().map(|parent| parent.workflow),
        _ => None,
    }
}

/// Whom a staffing of the file brings along.
fn designed(runs: &[Vec<Event>]) -> BTreeSet<AgentUid> {
    let staffings = runs.iter().flatten().filter_map(|event| match &event.body {
        EventBody::StaffAccepted { assignments, .. } => Some(assignments),
        _ => None,
    });
    let designed = staffings.flatten().filter(|one| one.design.is_some());
    designed.map(|one| one.agent).collect()
}

fn described(agent: AgentProfile) -> FileAgent {
    FileAgent {
        uid: agent.uid,
        name: agent.name,
        kind: agent.kind,
        role: agent.role,
        instructions: agent.instructions,
        model: agent.model,
        tools: agent.tools,
        version: agent.version,
    }
}

/// Writes beside, then names: a file of that name is whole.
fn keep(file: &RunFile, path: &Path) -> Result<u64, RunFileError> {
    let fault = |source| RunFileError::File {
        path: path.to_owned(),
        source,
    };
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let mut beside = tempfile::NamedTempFile::new_in(folder).map_err(fault)?;
    write(file, BufWriter::new(beside.as_file_mut())).map_err(fault)?;
    beside.as_file().sync_all().map_err(fault)?;
    let kept = beside.persist(path).map_err(|error| fault(error.error))?;
    Ok(kept.metadata().map_err(fault)?.len())
}

/// Reads a file that anybody may have made.
pub(crate) fn open(path: &Path, meant: Meant) -> Result<RunFile, RunFileError> {
    let fault = |source| RunFileError::File {
        path: path.to_owned(),
        source,
    };
    let size = fs::metadata(path).map_err(fault)?;
    if !size.is_file() {
        return Err(RunFileError::NotARun);
    }
    if size.len() > LARGEST_FILE {
        return Err(RunFileError::TooLarge { limit: LARGEST_FILE });
    }
    read(BufReader::new(File::open(path).map_err(fault)?), meant)
}
