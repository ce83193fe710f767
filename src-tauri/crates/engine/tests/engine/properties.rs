//! The laws hold in every run: any graph, any luck, any order, crashes, cancels and retries.

use crate::laws::{End, Standing};
use crate::templates::{graphs, limits};
use crate::world::{Operator, Tape, World};
use proptest::prelude::*;
use wheelhouse_domain::WorkflowStatus;

/// Far more than any run of twelve steps needs: each input but the first few moves a call or a task.
const INPUTS_AT_MOST: u32 = 4_000;

fn luck(choices: usize) -> impl Strategy<Value = Tape> {
    proptest::collection::vec(any::<u16>(), 0..choices).prop_map(Tape::from)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_run_keeps_the_laws_and_comes_to_its_end(
        graph in graphs(), limits in limits(), tape in luck(600),
    ) {
        let mut world = World::new(&graph, limits, tape, Operator::Answers);
        world.live(INPUTS_AT_MOST);
        prop_assert!(world.run.status().is_final());
    }

    #[test]
    fn without_an_operator_a_run_ends_or_waits_with_an_open_question(
        graph in graphs(), limits in limits(), tape in luck(300),
    ) {
        let mut world = World::new(&graph, limits, tape, Operator::IsAway);
        world.live(INPUTS_AT_MOST);
        let waits = world.run.status() == WorkflowStatus::Waiting;
        prop_assert_eq!(waits, !world.ledger.open_questions.is_empty());
        prop_assert!(waits || world.run.status().is_final());
    }

    #[test]
    fn with_good_luck_every_task_is_done_once_and_the_run_completes(
        graph in graphs(), limits in limits(),
    ) {
        let mut world = World::new(&graph, limits, Vec::new().into(), Operator::Answers);
        world.live(INPUTS_AT_MOST);
        prop_assert_eq!(world.ledger.end, Some(End::Completed));
        prop_assert_eq!(world.ledger.standing(Standing::Completed), world.ledger.tasks.len());
        prop_assert!(world.ledger.tasks.values().all(|entry| entry.attempt == 1));
    }
}
