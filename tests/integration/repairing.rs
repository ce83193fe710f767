//! An answer that does not fit its form goes back once with the exact problem, and both calls are paid for.

use crate::common::{TASK, assert_completed};
use crate::providers::{add, use_for_all};
use std::sync::atomic::{AtomicBool, Ordering};
use wheelhouse_contract::{Operations, SavePrice};
use wheelhouse_domain::{CallKind, CallStatus, Millis, Money, Origin, Price, ProviderKind};
use wheelhouse_testkit::Workbench;
use wheelhouse_testkit::fake_models::{FakeModels, Reply, Turn, crew};

/// US dollars for a million tokens, so that each token costs a millionth of so many.
const DOLLARS: i64 = 2;

#[tokio::test]
async fn a_plan_that_does_not_fit_is_repaired_and_both_calls_are_on_its_task() {
    for kind in ProviderKind::ALL {
        let first = AtomicBool::new(true);
        let server = FakeModels::start(move |asked| {
            if first.swap(false, Ordering::SeqCst) {
                return Reply::text(r#"{"summary": "All at once", "sub_tasks": "none"}"#);
            }
            crew(asked)
        })
        .await;
        let bench = Workbench::open().await;
        add(&bench, "fake", kind, server.base_url(kind)).await;
        use_for_all(&bench, "fake/fake-large").await;
        let price = SavePrice {
            request_key: bench.key(),
            id: None,
            price: Price {
                kind,
                model: "fake-large".to_owned(),
                input: Money(DOLLARS * 1_000_000),
                output: Money(DOLLARS * 1_000_000),
                cached: None,
                cache_write: None,
                valid_from: Millis(0),
                note: String::new(),
            },
        };
        bench.api().save_price(price).await.expect("a price");
        let detail = bench.run(TASK).await;
        assert_completed(&detail);

        let analyse = bench.task_detail(detail.workflow.id, "analyse").await;
        let Some(Origin::Repaired { problem }) = &analyse.task.origin else {
            panic!("{kind:?}: {:?}", analyse.task.origin)
        };
        assert!(problem.contains("sub_tasks"), "{problem}");
        let calls: Vec<_> = analyse
            .calls
            .iter()
            .filter(|call| matches!(call.kind, CallKind::Model { .. }))
            .collect();
        assert_eq!(calls.len(), 2, "{kind:?}");
        assert!(calls.iter().all(|call| call.status == CallStatus::Finished));
        let spent: i64 = calls
            .iter()
            .map(|call| call.spent.expect("what it cost").money.0)
            .sum();
        let tokens: u32 = calls
            .iter()
            .map(|call| call.usage.input_tokens.unwrap_or(0) + call.usage.output_tokens.unwrap_or(0))
            .sum();
        assert_eq!(analyse.task.spent.money.0, spent);
        assert_eq!(spent, i64::from(tokens) * DOLLARS, "{kind:?}");
        // The very problem was said to the model.
        let second = &server.asked()[1];
        assert!(
            matches!(second.turns.last(), Some(Turn::User(text)) if text.contains(problem.as_str())),
            "{kind:?}: {:?}",
            second.turns.last()
        );
    }
}
