//! Every run can be gone through again, with nothing but its record.

use super::documents::grow;
use super::stage::Stage;
use crate::templates::limits;
use crate::world::Tape;
use proptest::prelude::*;
use std::collections::BTreeMap;
use wheelhouse_domain::{EventBody, FormAbout};
use wheelhouse_engine::replay::{Shot, replay};

const INPUTS_AT_MOST: u32 = 6_000;

fn choices(most: usize) -> impl Strategy<Value = Tape> {
    proptest::collection::vec(any::<u16>(), 0..most).prop_map(Tape::from)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_replay_ends_where_the_run_did_and_is_the_same_each_time(
        seed in choices(160), limits in limits(), tape in choices(400),
    ) {
        let mut stage = Stage::new(&grow(seed, true), limits, tape);
        stage.live(INPUTS_AT_MOST);
        let first = replay(&stage.events).unwrap();
        prop_assert_eq!(first.positions.len(), stage.events.len());
        let again = replay(&stage.events).unwrap();
        prop_assert_eq!(serde_json::to_string(&first).unwrap(), serde_json::to_string(&again).unwrap());
        let mut seen: BTreeMap<_, Shot> = BTreeMap::new();
        for shot in first.positions.iter().flat_map(|position| position.changed.clone()) {
            seen.insert(shot.task.clone(), shot);
        }
        prop_assert_eq!(seen.len(), stage.run.tasks.len());
        for task in &stage.run.tasks {
            let shot = &seen[&task.key];
            prop_assert_eq!((shot.status, &shot.output, shot.attempt), (task.status, &task.output, task.attempt));
        }
        prop_assert_eq!(first.positions.last().unwrap().status, stage.run.status());
    }

    #[test]
    fn where_the_record_tells_what_was_put_in_the_same_follows(
        seed in choices(160), limits in limits(), shape in choices(60),
    ) {
        let mut stage = Stage::new(&grow(seed, false), limits, Vec::new().into());
        stage.shape = Some(shape);
        stage.live(INPUTS_AT_MOST);
        let replay = replay(&stage.events).unwrap();
        prop_assert_eq!(&replay.differences, &[]);
        // What would have gone beyond a limit was told, and is not on record.
        let asked = stage.events.iter().filter(|event| is_about_a_limit(&event.body)).count();
        prop_assert_eq!(replay.unchecked as usize, asked);
        prop_assert_eq!(replay.confirmed as usize, stage.events.len() - 1 - asked);
    }
}

fn is_about_a_limit(body: &EventBody) -> bool {
    let EventBody::QuestionAsked { form: Some(form), .. } = body else {
        return false;
    };
    form.holds_back().is_none() && matches!(form.about, Some(FormAbout::Limit { .. }))
}

#[test]
fn what_this_engine_would_choose_otherwise_is_told_and_changes_nothing() {
    let mut stage = Stage::new(
        &grow(Vec::new().into(), false),
        wheelhouse_domain::Limits::default(),
        Vec::new().into(),
    );
    stage.live(INPUTS_AT_MOST);
    // The run began before the operator started it, as far as this engine can tell.
    let mut events = stage.events.clone();
    let at = events
        .iter()
        .position(|event| event.body.kind() == "task_started")
        .unwrap();
    if let EventBody::TaskStarted { attempt, .. } = &mut events[at].body {
        *attempt = 2;
    }
    let told = replay(&events).unwrap();
    assert!(!told.differences.is_empty());
    assert_eq!(told.positions.len(), events.len());
}
