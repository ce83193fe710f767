//! What a run would meet on another backend, asked of both sides before anything is moved.

use crate::backends::{BackendId, Backends, way_to};
use crate::state::Backend;
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::State;
use wheelhouse_api::{Local, Reached};
use wheelhouse_contract::domain::WorkflowId;
use wheelhouse_contract::{ApiError, CheckMove, ErrorCode, MoveCheck, MovePlan, Operations, PlanMove};

/// Asks what a run that the window shows would meet elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub(crate) struct LookAhead {
    /// Which one, on the backend that the window talks to.
    pub(crate) workflow: WorkflowId,
    /// Where to; none for this machine.
    pub(crate) to: Option<BackendId>,
}

/// What a move would mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub(crate) struct MoveOutlook {
    /// What keeps it where it is, and what it needs.
    pub(crate) plan: MovePlan,
    /// What is lacking there; none where it can't go, because then nobody there was asked.
    pub(crate) check: Option<MoveCheck>,
}

/// Asks both sides what a move would mean. Changes nothing.
#[tauri::command]
#[specta::specta]
pub(crate) async fn look_ahead_of_move(
    backend: State<'_, Backend>,
    backends: State<'_, Backends>,
    request: LookAhead,
) -> Result<MoveOutlook, ApiError> {
    let local = backend.local().await?;
    look_ahead(&local, &backends, request).await
}

async fn look_ahead(local: &Local, backends: &Backends, request: LookAhead) -> Result<MoveOutlook, ApiError> {
    let LookAhead { workflow, to } = request;
    if backends.chosen().map(|chosen| chosen.id) == to {
        return Err(there_already());
    }
    let from = backends.reached(local.clone()).await?;
    let plan = from.plan_move(PlanMove { id: workflow }).await?;
    if !plan.obstacles.is_empty() {
        return Ok(MoveOutlook { plan, check: None });
    }
    let to = match to {
        None => Reached::Local(local.clone()),
        Some(id) => Reached::Remote(way_to(local, &backends.get(id)?).await?),
    };
    let needs = plan.needs.clone();
    let check = to.check_move(CheckMove { needs }).await?;
    let check = Some(check);
    Ok(MoveOutlook { plan, check })
}

fn there_already() -> ApiError {
    ApiError::new(ErrorCode::InvalidRequest, "The run is on that backend already.")
        .field("to")
        .next_step("Choose another one.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use wheelhouse_contract::MoveObstacleKind;
    use wheelhouse_testkit::Workbench;

    #[tokio::test]
    async fn a_run_that_can_t_go_is_told_of_without_asking_the_other_side() {
        let bench = Workbench::open().await;
        let done = bench.run("Compare two ways to store dates").await;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let backends = Backends::open(folder.path());
        let id = backends.change(|saved| {
            let studio = crate::backends::a_backend("Studio");
            let id = studio.id;
            saved.backends.push(studio);
            Ok(id)
        });
        let id = id.await.expect("written");
        let workflow = done.workflow.id;
        let ahead = |to| LookAhead { workflow, to };
        let outlook = look_ahead(bench.api(), &backends, ahead(Some(id)))
            .await
            .expect("an outlook");
        assert_eq!(outlook.check, None);
        let kinds: Vec<_> = outlook.plan.obstacles.iter().map(|one| one.kind).collect();
        assert_eq!(kinds, [MoveObstacleKind::Ended]);
        let error = look_ahead(bench.api(), &backends, ahead(None))
            .await
            .expect_err("it is here");
        assert_eq!(error.details.field.as_deref(), Some("to"));
    }
}
