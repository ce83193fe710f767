use super::*;
use crate::arguments::read;
use proptest::prelude::*;

/// Monday, 2026-11-23 13:30 UTC.
const NOW: Millis = Millis(1_795_440_600_000);

fn call(arguments: &Value) -> Result<Done, DateError> {
    date(&read("date", arguments).unwrap(), NOW)
}

fn moved(date: &str, amount: i64, unit: &str, zone: &str) -> Result<String, DateError> {
    let arguments =
        json!({"operation": "add", "date": date, "amount": amount, "unit": unit, "time_zone": zone});
    call(&arguments).map(|done| {
        let time = done.data["time"]
            .as_str()
            .map(|time| format!("T{time}"))
            .unwrap_or_default();
        format!("{}{time}", done.data["date"].as_str().unwrap())
    })
}

#[test]
fn the_time_is_the_callers() {
    let done = call(&json!({"operation": "now"})).unwrap();
    assert_eq!(done.text, "It is Monday, 2026-11-23 13:30:00 (+00:00) in UTC.");
    let there = call(&json!({"operation": "now", "time_zone": "Asia/Kolkata"})).unwrap();
    assert_eq!(there.data["time"], "19:00:00");
    assert_eq!(there.data["week"], 48);
}

#[test]
fn dates_move_by_the_calendar_and_moments_by_the_clock() {
    assert_eq!(moved("2024-01-31", 1, "months", "UTC").unwrap(), "2024-02-29");
    assert_eq!(moved("2024-02-29", -1, "years", "UTC").unwrap(), "2023-02-28");
    assert_eq!(moved("2026-11-20", 1, "weekdays", "UTC").unwrap(), "2026-11-23");
    assert_eq!(moved("2026-11-21", 5, "weekdays", "UTC").unwrap(), "2026-11-27");
    assert_eq!(moved("2026-11-23", -1, "weekdays", "UTC").unwrap(), "2026-11-20");
    assert_eq!(moved("2026-11-23", 52, "weeks", "UTC").unwrap(), "2027-11-22");
    // The clocks go forward in the night to 29 March 2026.
    let before = "2026-03-28T12:00";
    assert_eq!(
        moved(before, 1, "days", "Europe/Berlin").unwrap(),
        "2026-03-29T12:00:00"
    );
    assert_eq!(
        moved(before, 24, "hours", "Europe/Berlin").unwrap(),
        "2026-03-29T13:00:00"
    );
    let gap = moved("2026-03-28T02:30", 1, "days", "Europe/Berlin");
    assert!(matches!(gap, Err(DateError::Skipped(_))));
}

#[test]
fn differences_are_told_in_days_or_to_the_second() {
    let days = call(&json!({"operation": "difference", "from": "2026-11-20", "to": "2026-11-23"})).unwrap();
    assert_eq!(days.data, json!({"days": 3, "weekdays": 1}));
    let exact =
        json!({"operation": "difference", "from": "2026-11-23T14:30+01:00", "to": "2026-11-23T13:00Z"});
    assert_eq!(call(&exact).unwrap().data["seconds"], -1_800);
}

#[test]
fn what_is_no_date_is_refused_in_words() {
    for text in [
        "",
        "yesterday",
        "2026-13-01",
        "2026-02-30",
        "23.11.2026",
        "2026-11-23T25:00",
    ] {
        assert!(
            matches!(moved(text, 1, "days", "UTC"), Err(DateError::NoDate(_))),
            "{text}"
        );
    }
    assert!(matches!(
        moved("2026-01-01", 1, "days", "Mars/Olympus"),
        Err(DateError::NoZone(_))
    ));
    for (amount, unit) in [
        (9_000, "years"),
        (-3_000, "years"),
        (i64::MAX, "seconds"),
        (i64::MIN + 1, "weekdays"),
    ] {
        assert_eq!(
            moved("2026-01-01", amount, unit, "UTC"),
            Err(DateError::OutOfRange),
            "{amount} {unit}"
        );
    }
    let missing = call(&json!({"operation": "add", "date": "2026-01-01"}));
    assert_eq!(
        missing.unwrap_err(),
        DateError::Missing {
            operation: "add",
            argument: "amount"
        }
    );
}

proptest! {
    #[test]
    fn weekdays_there_and_counted_agree(start in 0_i64..20_000, amount in -400_i64..400) {
        let from = NaiveDate::from_ymd_opt(1990, 1, 1).unwrap() + TimeDelta::days(start);
        prop_assume!(!is_weekend(from.weekday()));
        let to: NaiveDate = moved(&from.to_string(), amount, "weekdays", "UTC").unwrap().parse().unwrap();
        prop_assert!(!is_weekend(to.weekday()));
        let counted = weekdays_between(from.min(to), from.max(to));
        prop_assert_eq!(counted, amount.abs());
    }

    #[test]
    fn no_text_breaks_it(text in ".{0,40}", amount in any::<i64>(), unit in 0..8_usize) {
        let unit = ["seconds", "minutes", "hours", "days", "weekdays", "weeks", "months", "years"][unit];
        prop_assert!(moved(&text, amount, unit, "Europe/Berlin").is_err());
    }
}
