//! Before a run is moved: what it needs, what keeps it here, and what another machine lacks.

use serde::{Deserialize, Serialize};
use specta::Type;
use wheelhouse_domain::{Lack, MoveNeeds, StaysHere, WorkflowId, WorkflowUid};

/// Asks whether a run could be moved to another backend, and what it needs there. Changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PlanMove {
    /// Which one.
    pub id: WorkflowId,
}

/// Why a run can't be moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum MoveObstacleKind {
    /// It has ended: it is exported, not moved.
    Ended,
    /// It was taken in from a file and does not go on.
    Imported,
    /// It is a reply in a conversation, which stays where it is held.
    Reply,
    /// It is a trial of an agent of this store.
    Trial,
    /// It was started by another run, and goes where that one goes.
    PartOfAnother,
    /// It was shown text that stays on this machine.
    StaysHere,
}

/// What keeps a run where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct MoveObstacle {
    /// Kind.
    pub kind: MoveObstacleKind,
    /// What it is, in plain words.
    pub text: String,
    /// What the operator can do.
    pub next_step: String,
    /// The outermost run above it, where it is a part of another.
    pub root: Option<WorkflowId>,
    /// The sources whose text it was shown, where that stays here.
    pub sources: Vec<StaysHere>,
}

/// Whether a run could be moved, and what it needs where it goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct MovePlan {
    /// The run.
    pub workflow: WorkflowUid,
    /// What people call it.
    pub name: String,
    /// Sub-workflows that go with it.
    pub sub_workflows: u32,
    /// What keeps it here; empty where it could go.
    pub obstacles: Vec<MoveObstacle>,
    /// What it needs where it goes; send it to the other backend's `check_move`.
    pub needs: MoveNeeds,
}

/// Asks what a run would lack here that another backend would send. Changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CheckMove {
    /// What it needs, as the other backend said in its plan.
    pub needs: MoveNeeds,
}

/// What a run would find here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct MoveCheck {
    /// The run, where this backend knows it: it was here before, or was imported.
    pub here: Option<WorkflowId>,
    /// What is lacking, what tasks fail without first. Empty where everything is there.
    pub lacks: Vec<Lack>,
}
