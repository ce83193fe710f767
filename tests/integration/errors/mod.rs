//! What is refused, and how it is said: every error has a code to act on, plain words and a next step.

mod states;
mod unknown;
mod unusable;

use crate::requests::list;
use std::fmt::Debug;
use wheelhouse_contract::{ApiError, ErrorCode, Operations};
use wheelhouse_domain::WorkflowId;
use wheelhouse_testkit::Workbench;

/// A workflow that is not there.
const NOBODY: WorkflowId = WorkflowId(4_711);

/// That this was refused with `code`, in words that help.
fn refused<T: Debug>(outcome: Result<T, ApiError>, code: ErrorCode) -> ApiError {
    let error = outcome.expect_err("this must be refused");
    assert_eq!(error.code, code, "{error:?}");
    assert!(
        error.message.len() > 10 && error.message.ends_with('.'),
        "{error:?}"
    );
    assert!(!error.message.contains('!'), "{error:?}");
    let next_step = error.details.next_step.as_deref().unwrap_or_default();
    assert!(next_step.len() > 5 && next_step.ends_with('.'), "{error:?}");
    error
}

/// That this was refused because of one field.
fn refused_field<T: Debug>(outcome: Result<T, ApiError>, field: &str) {
    let error = refused(outcome, ErrorCode::InvalidRequest);
    assert_eq!(error.details.field.as_deref(), Some(field), "{error:?}");
}

#[tokio::test]
async fn error_handling() {
    let bench = Workbench::open().await;
    unknown::things_that_are_read(&bench).await;
    unknown::things_that_are_changed(&bench).await;
    unusable::tasks_and_names(&bench).await;
    unusable::other_texts(&bench).await;
    unusable::keys(&bench).await;
    unusable::limits(&bench).await;
    let none = bench.api().list_workflows(list(200)).await;
    assert_eq!(
        none.expect("a list").matching,
        0,
        "what is refused leaves nothing behind"
    );
    states::wrong_for_what_is_asked(&bench).await;
}
