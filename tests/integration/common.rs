//! Short words for what several tests look at.

use std::collections::BTreeMap;
use wheelhouse_contract::WorkflowDetail;
use wheelhouse_domain::{
    AgentKind, CallKey, ContentHash, Event, EventBody, Failure, FailureCode, TaskKey, TaskStatus,
    WorkflowStatus,
};

/// A task that `rehearsal` can plan and that the handbook says something about.
pub(crate) const TASK: &str = "Design a small REST API for a blog platform with posts, comments and tags";

/// A failure that may pass.
pub(crate) fn passing() -> Failure {
    Failure::passing(FailureCode::ModelUnavailable, "The model is away.", "Wait.")
}

/// A failure that stays.
pub(crate) fn lasting() -> Failure {
    Failure::lasting(
        FailureCode::ModelRefused,
        "The model refuses this.",
        "Choose another model for this agent.",
    )
}

/// What a status is of a task with this key.
pub(crate) fn status_of(detail: &WorkflowDetail, key: &str) -> TaskStatus {
    let found = detail.tasks.iter().find(|task| task.key == TaskKey::from(key));
    found.unwrap_or_else(|| panic!("there is no task {key}")).status
}

/// That a workflow ended with a report.
pub(crate) fn assert_completed(detail: &WorkflowDetail) {
    assert_eq!(
        (detail.workflow.status, &detail.workflow.failure),
        (WorkflowStatus::Completed, &None)
    );
    assert!(
        detail
            .tasks
            .iter()
            .all(|task| task.status == TaskStatus::Completed)
    );
    let report = detail.report.as_ref().expect("a report");
    assert!(!report.text.trim().is_empty());
}

/// How many facts of this kind a journal has.
pub(crate) fn count(events: &[Event], kind: &str) -> usize {
    events.iter().filter(|event| event.body.kind() == kind).count()
}

/// The kinds of agents that began a task, in the order of their first beginning, each run of the same kind once.
pub(crate) fn order_of_kinds(events: &[Event]) -> Vec<AgentKind> {
    let mut kinds = BTreeMap::new();
    let mut order = Vec::new();
    for event in events {
        match &event.body {
            EventBody::TaskAdded {
                task,
                agent_kind: Some(kind),
                ..
            } => {
                kinds.insert(task.clone(), *kind);
            }
            EventBody::TaskStarted { task, .. } => order.extend(kinds.get(task).copied()),
            _ => {}
        }
    }
    order.dedup();
    order
}

/// That no call was made again after its result was on record, and that no task was completed twice.
pub(crate) fn assert_calls_made_once(events: &[Event]) {
    let mut places: BTreeMap<CallKey, (TaskKey, u32, u32)> = BTreeMap::new();
    let mut finished: BTreeMap<(TaskKey, u32, u32), CallKey> = BTreeMap::new();
    let mut completed: Vec<TaskKey> = Vec::new();
    for event in events {
        match &event.body {
            EventBody::CallStarted {
                call,
                task,
                turn,
                index,
                ..
            } => {
                let place = (task.clone(), *turn, *index);
                let before = finished.get(&place);
                assert_eq!(before, None, "{call} is made though its result is on record");
                places.insert(call.clone(), place);
            }
            EventBody::CallFinished { call, .. } => {
                let place = places.get(call).expect("a call begins before it ends").clone();
                assert_eq!(finished.insert(place, call.clone()), None, "{call} ended twice");
            }
            EventBody::TaskCompleted { task, .. } => {
                assert!(!completed.contains(task), "{task} was completed twice");
                completed.push(task.clone());
            }
            _ => {}
        }
    }
}

/// The outputs of the tasks that a journal completed.
pub(crate) fn outputs(events: &[Event]) -> BTreeMap<TaskKey, ContentHash> {
    let output = |event: &Event| match &event.body {
        EventBody::TaskCompleted { task, output } => Some((task.clone(), output.clone())),
        _ => None,
    };
    events.iter().filter_map(output).collect()
}
