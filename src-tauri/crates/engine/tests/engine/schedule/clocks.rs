//! Days on which the clock is changed, in zones that do it differently.

use super::due;

#[test]
fn berlin_forward_runs_at_the_end_of_the_gap_once() {
    // On 29 March 2026 at 02:00 (01:00 UTC) it becomes 03:00.
    assert_eq!(
        due("30 2 * * *", "Europe/Berlin", "2026-03-27T12:00:00Z", 3),
        ["2026-03-28 01:30", "2026-03-29 01:00", "2026-03-30 00:30"]
    );
    // 02:00 does not exist and 03:00 does: both fall on the same instant, which is one run.
    assert_eq!(
        due("0 2,3 * * *", "Europe/Berlin", "2026-03-29T00:00:00Z", 2),
        ["2026-03-29 01:00", "2026-03-30 00:00"]
    );
    // The hour before the gap is an hour like any other.
    assert_eq!(
        due("0 1 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", 2),
        ["2026-03-29 00:00", "2026-03-29 23:00"]
    );
}

#[test]
fn berlin_back_runs_at_the_first_of_two_once() {
    // On 25 October 2026 at 03:00 (01:00 UTC) it becomes 02:00 again.
    assert_eq!(
        due("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", 2),
        ["2026-10-25 00:30", "2026-10-26 01:30"]
    );
    // From between the two it does not come again.
    assert_eq!(
        due("30 2 * * *", "Europe/Berlin", "2026-10-25T01:00:00Z", 1),
        ["2026-10-26 01:30"]
    );
}

#[test]
fn what_has_a_rhythm_keeps_it() {
    assert_eq!(
        due("0 * * * *", "Europe/Berlin", "2026-03-28T23:30:00Z", 4),
        [
            "2026-03-29 00:00",
            "2026-03-29 01:00",
            "2026-03-29 02:00",
            "2026-03-29 03:00"
        ]
    );
    assert_eq!(
        due("0 * * * *", "Europe/Berlin", "2026-10-24T23:30:00Z", 4),
        [
            "2026-10-25 00:00",
            "2026-10-25 01:00",
            "2026-10-25 02:00",
            "2026-10-25 03:00"
        ]
    );
}

#[test]
fn new_york_both_ways() {
    // Forward on 8 March 2026 at 07:00 UTC, back on 1 November 2026 at 06:00 UTC.
    assert_eq!(
        due("15 2 * * *", "America/New_York", "2026-03-07T12:00:00Z", 2),
        ["2026-03-08 07:00", "2026-03-09 06:15"]
    );
    assert_eq!(
        due("15 1 * * *", "America/New_York", "2026-10-31T12:00:00Z", 2),
        ["2026-11-01 05:15", "2026-11-02 06:15"]
    );
}

#[test]
fn lord_howe_changes_by_half_an_hour() {
    // Forward on 4 October 2026: 02:00 (+10:30) becomes 02:30 (+11), at 15:30 UTC of the day before.
    assert_eq!(
        due("15 2 * * *", "Australia/Lord_Howe", "2026-10-02T16:00:00Z", 2),
        ["2026-10-03 15:30", "2026-10-04 15:15"]
    );
    assert_eq!(
        due("45 2 * * *", "Australia/Lord_Howe", "2026-10-02T16:30:00Z", 1),
        ["2026-10-03 15:45"]
    );
    // Back on 5 April 2026: 02:00 (+11) becomes 01:30 (+10:30), at 15:00 UTC of the day before.
    assert_eq!(
        due("45 1 * * *", "Australia/Lord_Howe", "2026-04-04T00:00:00Z", 2),
        ["2026-04-04 14:45", "2026-04-05 15:15"]
    );
}

#[test]
fn kathmandu_is_at_a_quarter_and_never_changes() {
    assert_eq!(
        due("0 9 * * *", "Asia/Kathmandu", "2026-03-28T00:00:00Z", 3),
        ["2026-03-28 03:15", "2026-03-29 03:15", "2026-03-30 03:15"]
    );
}

#[test]
fn midnight_does_not_exist_in_beirut_in_spring() {
    // On 29 March 2026 at 00:00 it becomes 01:00, at 22:00 UTC of the day before.
    assert_eq!(
        due("0 0 * * *", "Asia/Beirut", "2026-03-28T12:00:00Z", 2),
        ["2026-03-28 22:00", "2026-03-29 21:00"]
    );
}
