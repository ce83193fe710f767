//! The part of the store that a run comes to. It believes nothing of what comes, and makes it its own only when the other
//! store has decided.

use super::pack::not_for_here;
use crate::error::Error;
use crate::handle::Handle;
use crate::points::Point;
use crate::run_file::{FileMove, Meant, RunFile, RunFileError, open, read};
use std::fs;
use std::path::Path;
use tracing::info;
use wheelhouse_domain::{
    ContentHash, EventBody, MoveUid, StoreUid, TransferUid, WorkflowId, WorkflowUid, all_steps,
};
use wheelhouse_engine::template;
use wheelhouse_store::{
    Admission, ArrivalRow, ArrivedAgent, ArrivingRun, Completion, MoveFault, Newcomer, OtherStore,
};

/// Longest name of a store, in bytes.
const LONGEST_NAME: usize = 400;

impl Handle {
    /// The same with a whole transfer. The transfer stays.
    ///
    /// # Errors
    /// As [`Handle::admit`]; [`Error::Transfer`] where it is not whole.
    pub async fn admit_transfer(&self, uid: TransferUid) -> Result<ArrivalRow, Error> {
        let path = self.transfers().whole(uid).await?;
        self.admit(&path).await
    }

    /// Reads the file of a run that moves here, and keeps it until the move is decided. Nothing of it is shown or done
    /// before.
    ///
    /// # Errors
    /// [`Error::RunFile`] where it does not fit together, [`Error::Store`] where it could not become this store's. Then
    /// nothing of it is kept.
    pub async fn admit(&self, path: &Path) -> Result<ArrivalRow, Error> {
        let (from, here) = (path.to_owned(), self.store().identity().uid);
        let read = tokio::task::spawn_blocking(move || {
            let fault = |source| RunFileError::File {
                path: from.clone(),
                source,
            };
            let (newcomer, _) = newcomer(open(&from, Meant::Moved)?, here)?;
            let bundle = fs::read(&from).map_err(fault)?;
            Ok::<_, RunFileError>(Admission { newcomer, bundle })
        });
        let admission = read.await.map_err(|_| Error::ShuttingDown)??;
        let points = &self.inner().options.points;
        points.reach(Point::ArrivalRead);
        let row = self
            .store()
            .admit(admission, self.inner().options.world.now())
            .await?;
        points.reach(Point::ArrivalKept);
        Ok(row)
    }

    /// Makes a run this store's and goes on with it. Timers that came due meanwhile fire; calls that were in flight when it
    /// left are treated as after a crash.
    ///
    /// # Errors
    /// [`Error::Store`] where the receipt is not the one that the other store tells when it has decided.
    pub async fn complete_arrival(&self, move_uid: MoveUid, receipt: &str) -> Result<ArrivalRow, Error> {
        let (handle, receipt) = (self.clone(), receipt.to_owned());
        self.to_the_end(async move {
            let arrived = handle.take_over(move_uid, receipt).await?;
            handle.inner().options.points.reach(Point::ArrivalWritten);
            handle
                .inner()
                .accounts
                .stand_for(handle.store().agent_aliases().await?);
            handle.take_up(&arrived).await?;
            handle.arrival(move_uid).await
        })
        .await
    }

    async fn take_over(&self, move_uid: MoveUid, receipt: String) -> Result<Vec<WorkflowId>, Error> {
        let Some(bundle) = self.store().arrived_bundle(move_uid).await? else {
            // Decided, or never heard of.
            return match self.arrival(move_uid).await?.state {
                wheelhouse_store::ArrivalState::Here => Ok(Vec::new()),
                _ => Err(wheelhouse_store::Error::from(MoveFault::Dropped(move_uid)).into()),
            };
        };
        let here = self.store().identity().uid;
        let unpacked =
            tokio::task::spawn_blocking(move || newcomer(read(bundle.as_slice(), Meant::Moved)?, here));
        let (newcomer, seal) = unpacked.await.map_err(|_| Error::ShuttingDown)??;
        self.inner().options.points.reach(Point::ArrivalTold);
        let (name, from) = (newcomer.name.clone(), newcomer.from.name.clone());
        let completion = Completion {
            newcomer,
            seal,
            receipt,
        };
        let now = self.inner().options.world.now();
        let arrived = self.store().complete_arrival(completion, now).await?;
        info!(name, from, "arrived");
        Ok(arrived)
    }

    async fn arrival(&self, move_uid: MoveUid) -> Result<ArrivalRow, Error> {
        let row = self.store().arrival(move_uid).await?;
        Ok(row.ok_or_else(|| wheelhouse_store::Error::from(MoveFault::Unknown(move_uid)))?)
    }
}

/// What stands in a file, as the store takes it in, and the address of its secret.
fn newcomer(file: RunFile, here: StoreUid) -> Result<(Newcomer, ContentHash), RunFileError> {
    let RunFile {
        manifest,
        runs,
        contents,
    } = file;
    let moving = manifest.moving.ok_or(RunFileError::NotMoving)?;
    let root = manifest.workflows.first().ok_or(RunFileError::NotARun)?;
    if moving.to != here {
        return Err(not_for_here(root.uid));
    }
    let template = match runs.first().and_then(|run| run.first()).map(|event| &event.body) {
        Some(EventBody::WorkflowCreated { template, .. }) => template.uid,
        _ => return Err(RunFileError::NotARun),
    };
    check_told(root.uid, &moving)?;
    let agents = manifest.agents.into_iter().map(|agent| ArrivedAgent {
        uid: agent.uid,
        name: agent.name,
        kind: agent.kind,
        role: agent.role,
        instructions: agent.instructions,
        model: agent.model,
        tools: agent.tools,
        version: agent.version.max(1),
        why: format!("It works in a workflow that came from {}.", moving.from_name),
    });
    let newcomer = Newcomer {
        move_uid: moving.move_uid,
        name: root.name.clone(),
        agents: agents.collect(),
        from: OtherStore {
            uid: moving.from,
            name: moving.from_name,
        },
        to_name: moving.to_name,
        hand: moving.hand,
        template,
        runs: manifest
            .workflows
            .iter()
            .zip(runs)
            .map(|(told, events)| ArrivingRun {
                uid: told.uid,
                events,
            })
            .collect(),
        contents,
        templates: moving.templates,
    };
    Ok((newcomer, moving.seal))
}

/// Names are short, and templates are such as could be saved here.
fn check_told(workflow: WorkflowUid, moving: &FileMove) -> Result<(), RunFileError> {
    let wrong = |what| RunFileError::Inconsistent { workflow, what };
    if moving.from_name.len() > LONGEST_NAME || moving.to_name.len() > LONGEST_NAME {
        return Err(wrong("the name of a store is longer than any"));
    }
    if moving.hand < 2 || moving.from == moving.to {
        return Err(wrong("it never left the store that it comes from"));
    }
    for one in &moving.templates {
        let text = template::write(&one.document);
        let steps = all_steps(&one.document.steps).len();
        let fits = one.version > 0
            && (1..=template::STEPS).contains(&steps)
            && template::read(&text).is_ok_and(|document| document == one.document);
        if !fits {
            return Err(wrong("one of its templates can't be used"));
        }
    }
    Ok(())
}
