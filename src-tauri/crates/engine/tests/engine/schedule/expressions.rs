use super::{at, due, table};
use proptest::prelude::*;
use wheelhouse_domain::Millis;
use wheelhouse_engine::schedule::{Timetable, TimetableError};

fn wrong(cron: &str) -> String {
    match Timetable::parse(cron, "UTC") {
        Err(error) => {
            assert!(!error.is_about_zone(), "{cron}: {error}");
            error.to_string()
        }
        Ok(_) => panic!("{cron} was taken"),
    }
}

#[test]
fn an_error_names_the_part_that_is_wrong() {
    for (cron, part) in [
        ("61 * * * *", "The minute \"61\""),
        ("0 25 * * *", "The hour \"25\""),
        ("0 9 32 * *", "The day of the month \"32\""),
        ("0 9 * 13 *", "The month \"13\""),
        ("0 9 * * 8", "The day of the week \"8\""),
        ("*/0 9 * * 1", "The minute \"*/0\""),
        ("0 9 * *", "five fields"),
        ("0 0 9 * * *", "five fields"),
        ("a b c", "five fields"),
        ("@sometimes", "\"@sometimes\" is not a short name"),
        ("", "Write when it should run"),
        ("0 0 30 2 *", "No date fits"),
    ] {
        let said = wrong(cron);
        assert!(said.contains(part), "{cron}: {said}");
    }
    assert!(wrong(&"1,".repeat(200)).contains("longer than"));
}

#[test]
fn a_zone_that_does_not_exist_is_named() {
    let error = Timetable::parse("0 9 * * *", "Europe/Entenhausen").expect_err("no such zone");
    assert!(error.is_about_zone());
    assert_eq!(error, TimetableError::Zone("Europe/Entenhausen".to_owned()));
}

#[test]
fn short_names_and_names_of_days_are_read() {
    assert_eq!(
        due("@daily", "UTC", "2026-01-01T00:00:00Z", 2),
        ["2026-01-02 00:00", "2026-01-03 00:00"]
    );
    assert_eq!(
        due("0 9 * * mon-fri", "UTC", "2026-01-02T09:00:00Z", 2),
        ["2026-01-05 09:00", "2026-01-06 09:00"]
    );
    assert_eq!(
        due("0 9 L * *", "UTC", "2026-01-15T00:00:00Z", 2),
        ["2026-01-31 09:00", "2026-02-28 09:00"]
    );
}

#[test]
fn the_leap_day_comes_every_four_years_and_not_in_2100() {
    assert_eq!(
        due("0 12 29 2 *", "UTC", "2026-01-01T00:00:00Z", 2),
        ["2028-02-29 12:00", "2032-02-29 12:00"]
    );
    assert_eq!(
        due("0 12 29 2 *", "UTC", "2096-03-01T00:00:00Z", 1),
        ["2104-02-29 12:00"]
    );
}

#[test]
fn expressions_come_out_in_words() {
    assert_eq!(table("*/15 * * * *", "UTC").describe(), "Every 15 minutes");
    assert_eq!(table("30 9 * * 1", "UTC").describe(), "At 09:30, on Monday");
}

#[test]
fn what_is_due_at_a_time_is_not_after_it_and_not_before_it() {
    let nine = at("2026-01-05T09:00:00Z");
    let daily = table("0 9 * * *", "UTC");
    assert_eq!(daily.after(nine.plus(-1)), Some(nine));
    assert_eq!(daily.after(nine), Some(at("2026-01-06T09:00:00Z")));
    assert_eq!(daily.after(nine.plus(1)), Some(at("2026-01-06T09:00:00Z")));
    assert_eq!(daily.before(nine), Some(at("2026-01-04T09:00:00Z")));
    assert_eq!(daily.before(nine.plus(1)), Some(nine));
}

proptest! {
    #[test]
    fn hostile_expressions_are_refused_without_harm(
        cron in "[0-9*/,\\-LW#?+@A-Za-zß ]{0,40}",
        zone in "(UTC|Europe/Berlin|[A-Za-z/]{0,12})",
    ) {
        if let Ok(table) = Timetable::parse(&cron, &zone) {
            let next = table.after(at("2026-01-01T00:00:00Z"));
            prop_assert!(next.is_some());
        }
    }

    #[test]
    fn due_times_grow_and_come_the_same_from_behind(
        minute in 0..60_u32, step in 1..24_u32, day in 1..29_u32,
        zone in prop::sample::select(vec!["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"]),
        from in 1_700_000_000_000_i64..1_900_000_000_000,
    ) {
        let table = table(&format!("{minute} */{step} {day} * *"), zone);
        let times = table.next(Millis(from), 4);
        prop_assert_eq!(times.len(), 4);
        prop_assert!(times.windows(2).all(|pair| pair[0] < pair[1]));
        prop_assert!(times[0] > Millis(from));
        prop_assert_eq!(table.before(times[1]), Some(times[0]));
    }
}
