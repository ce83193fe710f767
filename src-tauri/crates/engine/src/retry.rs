//! How long to wait before the next attempt.

use wheelhouse_domain::{ContentHash, Failure, Millis, TaskKey, WorkflowUid};

const LONGEST_MS: i64 = 60_000;

/// When the attempt after `failed_attempts` may begin: doubling waits with up to a quarter of jitter, never
/// earlier than the provider asked. The jitter is a hash of the place in the run, so that the same run always waits alike.
pub(crate) fn retry_at(
    now: Millis,
    failed_attempts: u32,
    base_ms: u32,
    failure: &Failure,
    run: WorkflowUid,
    task: &TaskKey,
) -> Millis {
    let doublings = failed_attempts.saturating_sub(1).min(16);
    let wait = i64::from(base_ms).saturating_mul(1 << doublings).min(LONGEST_MS);
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

    fn wait(attempts: u32, after: Option<u32>) -> i64 {
        let mut failure = Failure::passing(FailureCode::ModelUnavailable, "", "");
        failure.retry_after_ms = after;
        let uid = WorkflowUid(uuid::Uuid::nil());
        retry_at(Millis(0), attempts, 1_000, &failure, uid, &"a".into()).0
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
}
