//! A run step by step, from its record.

use crate::check;
use crate::error::{Wrapped, not_found};
use crate::local::Local;
use wheelhouse_contract::{
    ApiError, ReplayDifference, ReplayPage, ReplayPosition, ReplayTask, ReplayWorkflow,
};
use wheelhouse_orchestrator::Error;
use wheelhouse_orchestrator::replay::{Position, Shot, replay};

/// Most events of one page.
const MOST: u32 = 1_000;

impl Local {
    pub(crate) async fn step_through(&self, request: ReplayWorkflow) -> Result<ReplayPage, ApiError> {
        let limit = check::limit(request.limit, MOST)?;
        let id = request.id;
        let events = self
            .handle()
            .store()
            .all_events(id)
            .await
            .map_err(Wrapped::from)?;
        if events.is_empty() {
            return Err(not_found(&format!("There is no workflow {id}.")));
        }
        let replay = replay(&events).map_err(|source| Wrapped::from(Error::Journal { id, source }))?;
        let words = |kinds: Vec<&'static str>| kinds.into_iter().map(str::to_owned).collect();
        Ok(ReplayPage {
            total: u32::try_from(replay.positions.len()).unwrap_or(u32::MAX),
            positions: replay
                .positions
                .into_iter()
                .filter(|position| position.seq > request.after)
                .take(limit as usize)
                .map(position)
                .collect(),
            differences: replay
                .differences
                .into_iter()
                .map(|one| ReplayDifference {
                    seq: one.seq,
                    recorded: words(one.recorded),
                    now: words(one.now),
                })
                .collect(),
            confirmed: replay.confirmed,
            unchecked: replay.unchecked,
        })
    }
}

fn position(position: Position) -> ReplayPosition {
    ReplayPosition {
        seq: position.seq,
        at: position.at,
        kind: position.kind.to_owned(),
        task: position.task,
        status: position.status,
        changed: position.changed.into_iter().map(task).collect(),
    }
}

fn task(shot: Shot) -> ReplayTask {
    ReplayTask {
        key: shot.task,
        title: shot.title,
        place: shot.place,
        needs: shot.needs,
        status: shot.status,
        attempt: shot.attempt,
        calls: shot.calls,
        answered: shot.output.is_some(),
        reused: shot.reused_from.is_some(),
    }
}
