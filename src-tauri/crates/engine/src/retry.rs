//! How long to wait before the next attempt.

use wheelhouse_domain::{Backoff, ContentHash, Failure, Limits, Millis, Retry, TaskKey, WorkflowUid};

const LONGEST_MS: u32 = 60_000;

/// How often a task is tried and how long it waits in between.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    pub(crate) attempts: u32,
    base_ms: u32,
    max_ms: u32,
    backoff: Backoff,
}

impl Patience {
    /// What the step says, else what the workflow's limits say.
    pub(crate) fn of(step: Option<Retry>, limits: Limits) -> Self {
        match step {
            Some(retry) => Self {
                attempts: retry.attempts,
                base_ms: retry.base_ms,
                max_ms: retry.max_ms,
                backoff: retry.backoff,
            },
            None => Self {
                attempts: limits.attempts,
                base_ms: limits.retry_base_ms,
                max_ms: LONGEST_MS,
                backoff: Backoff::Doubling,
            },
        }
    }
}

/// When the attempt after `failed_attempts` may begin: waits that grow, with up to a quarter of jitter, never earlier
/// than the provider asked. The jitter is a hash of the place in the run, so that the same run always waits alike.
pub(crate) fn retry_at(
    now: Millis,
    failed_attempts: u32,
    patience: Patience,
    failure: &Failure,
    run: WorkflowUid,
    task: &TaskKey,
) -> Millis {
    let doublings = match patience.backoff {
        Backoff::Fixed => 0,
        Backoff::Doubling => failed_attempts.saturating_sub(1).min(16),
    };
    let wait = i64::from(patience.base_ms)
        .saturating_mul(1 << doublings)
        .min(i64::from(patience.max_ms));
    let hash = ContentHash::of(&format!("{run}/{task}/{failed_attempts}"));
    let spread = i64::from_str_radix(&hash.as_str()[..4], 16).unwrap_or(0);
    let jittered = wait + wait * spread / (4 * 0x1_0000);
    let asked = i64::from(failure.retry_after_ms.unwrap_or(0));
    now.plus(jittered.max(asked))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wheelhouse_domain::FailureCode;

    fn wait_of(patience: Patience, attempts: u32, failure: &Failure) -> i64 {
        let uid = WorkflowUid(uuid::Uuid::nil());
        retry_at(Millis(0), attempts, patience, failure, uid, &"a".into()).0
    }

    fn wait(attempts: u32, after: Option<u32>) -> i64 {
        let mut failure = Failure::passing(FailureCode::ModelUnavailable, "", "");
        failure.retry_after_ms = after;
        wait_of(Patience::of(None, Limits::default()), attempts, &failure)
    }

    #[test]
    fn waits_double_up_to_a_minute_with_a_quarter_of_jitter() {
        for (attempts, base) in [(1, 1_000), (2, 2_000), (3, 4_000), (30, 60_000)] {
            let waited = wait(attempts, None);
            assert!(
                (base..=base + base / 4).contains(&waited),
                "attempt {attempts} waited {waited}"
            );
        }
    }

    #[test]
    fn what_the_provider_asks_for_is_kept() {
        assert_eq!(wait(1, Some(90_000)), 90_000);
    }

    #[test]
    fn what_the_step_says_holds_in_place_of_the_limits() {
        let failure = Failure::passing(FailureCode::ModelUnavailable, "", "");
        let retry = Retry {
            attempts: 9,
            base_ms: 100,
            max_ms: 300,
            backoff: Backoff::Fixed,
        };
        let fixed = wait_of(Patience::of(Some(retry), Limits::default()), 8, &failure);
        assert!((100..=125).contains(&fixed), "{fixed}");
        let retry = Retry {
            backoff: Backoff::Doubling,
            ..retry
        };
        let capped = wait_of(Patience::of(Some(retry), Limits::default()), 8, &failure);
        assert!((300..=375).contains(&capped), "{capped}");
    }
}
