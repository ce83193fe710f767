//! What holds for the facts of one run at any time, however often the application was killed meanwhile. Told from
//! the facts alone, so that the engine is not its own witness.

use std::collections::{BTreeMap, BTreeSet};
use wheelhouse_domain::{CallKey, ContentHash, Event, EventBody, TaskKey, WhySkipped};

/// Where a call stands: task, turn, and place in its turn. An exchange that begins anew has turns of its own.
pub(crate) type Place = (TaskKey, u32, u32);

/// How the newest call of a place ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Newest {
    InFlight,
    Finished,
    Interrupted,
}

/// Checks the facts of one run.
pub(crate) fn check(events: &[Event]) {
    let places: Vec<u32> = events.iter().map(|event| event.seq.0).collect();
    let whole: Vec<u32> = (1..).take(events.len()).collect();
    assert_eq!(places, whole, "places in a run have no gap");
    check_calls(events);
    check_tasks(events);
}

/// A call is made again only where the one before was interrupted: never while it is in flight, and never when its
/// result is on record.
fn check_calls(events: &[Event]) {
    let mut newest: BTreeMap<Place, Newest> = BTreeMap::new();
    let mut places: BTreeMap<CallKey, Place> = BTreeMap::new();
    for event in events {
        let (call, now) = match &event.body {
            EventBody::CallStarted {
                call,
                task,
                turn,
                index,
                ..
            } => {
                let place = (task.clone(), *turn, *index);
                let before = newest.get(&place).copied();
                assert!(
                    matches!(before, None | Some(Newest::Interrupted)),
                    "{call:?} begins, but the call there is {before:?}"
                );
                assert!(
                    places.insert(call.clone(), place).is_none(),
                    "{call:?} begins twice"
                );
                (call, Newest::InFlight)
            }
            EventBody::CallFinished { call, .. } => (call, Newest::Finished),
            EventBody::CallInterrupted { call } => (call, Newest::Interrupted),
            _ => continue,
        };
        let place = places.get(call).expect("a call begins before it ends").clone();
        let before = newest.insert(place, now);
        assert!(
            now == Newest::InFlight || before == Some(Newest::InFlight),
            "{call:?} ends twice"
        );
    }
}

/// A task begins and ends once: an application that was killed costs no attempt, and fails nothing.
fn check_tasks(events: &[Event]) {
    let mut began = BTreeSet::new();
    let mut ended = BTreeSet::new();
    let mut children = BTreeSet::new();
    for event in events {
        match &event.body {
            EventBody::TaskStarted { task, .. } => assert!(began.insert(task), "{task} begins twice"),
            EventBody::TaskCompleted { task, .. } => {
                assert!(began.contains(task), "{task} ends before it begins");
                assert!(ended.insert(task), "{task} ends twice");
            }
            EventBody::CallFailed { .. }
            | EventBody::TaskAttemptFailed { .. }
            | EventBody::TaskFailed { .. }
            | EventBody::WorkflowFailed { .. } => panic!("nothing fails here: {event:?}"),
            EventBody::TaskSkipped { reason, .. } => {
                assert_eq!(
                    *reason,
                    WhySkipped::Condition,
                    "nothing becomes impossible here: {event:?}"
                );
            }
            EventBody::ChildStarted { task, .. } => {
                assert!(children.insert(task), "{task} starts two sub-workflows");
            }
            _ => {}
        }
    }
}

/// The different requests of each place, models and tools alike.
pub(crate) fn requests(events: &[Event]) -> BTreeMap<Place, BTreeSet<&ContentHash>> {
    let mut requests: BTreeMap<Place, BTreeSet<&ContentHash>> = BTreeMap::new();
    for event in events {
        if let EventBody::CallStarted {
            task,
            turn,
            index,
            request,
            ..
        } = &event.body
        {
            let place = (task.clone(), *turn, *index);
            requests.entry(place).or_default().insert(request);
        }
    }
    requests
}

/// That the laws are not empty: each is broken once.
mod broken {
    use super::check;
    use serde_json::{Value, json};
    use wheelhouse_domain::Event;

    fn events(bodies: &[Value]) -> Vec<Event> {
        let event = |(index, body): (usize, &Value)| {
            let event = json!({ "v": 1, "seq": index + 1, "at": 1, "body": body });
            serde_json::from_value(event).expect("an event")
        };
        bodies.iter().enumerate().map(event).collect()
    }

    fn began(call: &str) -> Value {
        json!({
            "type": "call_started", "call": call, "task": "a", "attempt": 1, "turn": 0, "index": 0,
            "kind": { "kind": "model", "model": "rehearsal" }, "request": "r",
        })
    }

    fn ended(call: &str) -> Value {
        let usage = json!({ "input_tokens": null, "output_tokens": null });
        json!({ "type": "call_finished", "call": call, "response": "r", "usage": usage })
    }

    fn interrupted(call: &str) -> Value {
        json!({ "type": "call_interrupted", "call": call })
    }

    #[test]
    fn a_call_may_be_made_again_after_an_interruption() {
        check(&events(&[
            began("a"),
            interrupted("a"),
            began("a~1"),
            ended("a~1"),
        ]));
    }

    #[test]
    #[should_panic = "begins, but the call there is Some(Finished)"]
    fn a_call_with_its_result_on_record_may_not() {
        check(&events(&[began("a"), ended("a"), began("a~1")]));
    }

    #[test]
    #[should_panic = "begins, but the call there is Some(InFlight)"]
    fn a_call_in_flight_may_not() {
        check(&events(&[began("a"), began("a~1")]));
    }

    #[test]
    #[should_panic = "a ends twice"]
    fn a_task_ends_once() {
        let start = json!({ "type": "task_started", "task": "a", "attempt": 1 });
        let end = json!({ "type": "task_completed", "task": "a", "output": "o" });
        check(&events(&[start, end.clone(), end]));
    }

    #[test]
    #[should_panic = "places in a run have no gap"]
    fn no_fact_is_missing() {
        check(&events(&[began("a"), ended("a")])[1..]);
    }
}
