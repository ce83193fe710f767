//! The laws hold in every run of every document.

use super::documents::grow;
use super::stage::Stage;
use crate::templates::limits;
use crate::world::Tape;
use proptest::prelude::*;
use wheelhouse_domain::{TaskStatus, WorkflowStatus};

/// Far more than any of these runs needs.
const INPUTS_AT_MOST: u32 = 6_000;

fn choices(most: usize) -> impl Strategy<Value = Tape> {
    proptest::collection::vec(any::<u16>(), 0..most).prop_map(Tape::from)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_document_with_any_luck_and_any_operator_keeps_the_laws_and_ends(
        seed in choices(160), limits in limits(), tape in choices(500),
    ) {
        let mut stage = Stage::new(&grow(seed, true), limits, tape);
        stage.live(INPUTS_AT_MOST);
        prop_assert!(stage.run.status().is_final());
        prop_assert!(stage.run.tasks.iter().all(|task| task.in_flight().next().is_none()));
    }

    #[test]
    fn with_good_luck_every_document_completes(seed in choices(160), limits in limits()) {
        let mut stage = Stage::new(&grow(seed, false), limits, Vec::new().into());
        stage.live(INPUTS_AT_MOST);
        prop_assert_eq!(stage.run.status(), WorkflowStatus::Completed);
        let done = stage.run.tasks.iter().all(|task| task.status == TaskStatus::Completed);
        prop_assert!(done);
    }
}
