//! Before a run is moved: what it needs, what keeps it here, and what is lacking.

use crate::error::{Wrapped, keeps_here};
use crate::local::Local;
use wheelhouse_contract::{
    ApiError, CheckMove, MoveCheck, MoveObstacle, MoveObstacleKind, MovePlan, PlanMove,
};
use wheelhouse_orchestrator::Obstacle;

impl Local {
    pub(crate) async fn plan_of_move(&self, request: PlanMove) -> Result<MovePlan, ApiError> {
        let plan = self.handle().plan_move(request.id).await.map_err(Wrapped::from)?;
        Ok(MovePlan {
            workflow: plan.row.uid,
            name: plan.row.name,
            sub_workflows: plan.sub_workflows,
            obstacles: plan.obstacles.into_iter().map(obstacle).collect(),
            needs: plan.needs,
        })
    }

    pub(crate) async fn lacks_of_move(&self, request: CheckMove) -> Result<MoveCheck, ApiError> {
        let check = self.handle().check_move(&request.needs).await;
        let check = check.map_err(Wrapped::from)?;
        Ok(MoveCheck {
            here: check.here,
            lacks: check.lacks,
        })
    }
}

fn obstacle(obstacle: Obstacle) -> MoveObstacle {
    let (text, next_step) = keeps_here(&obstacle);
    let (kind, root, sources) = match obstacle {
        Obstacle::Ended(_) => (MoveObstacleKind::Ended, None, Vec::new()),
        Obstacle::Imported => (MoveObstacleKind::Imported, None, Vec::new()),
        Obstacle::Reply => (MoveObstacleKind::Reply, None, Vec::new()),
        Obstacle::Trial => (MoveObstacleKind::Trial, None, Vec::new()),
        Obstacle::PartOf { root, .. } => (MoveObstacleKind::PartOfAnother, Some(root), Vec::new()),
        Obstacle::StaysHere(sources) => (MoveObstacleKind::StaysHere, None, sources),
    };
    MoveObstacle {
        kind,
        text,
        next_step,
        root,
        sources,
    }
}
