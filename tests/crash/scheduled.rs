//! Killed while a schedule is due: each due time starts one workflow, and none is lost.

use crate::due::{CLOCK, NAME};
use crate::inside::POINT;
use crate::journal::Journal;
use crate::process::{Application, End, Said};
use crate::random;
use rand::Rng;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;
use tempfile::TempDir;
use wheelhouse_orchestrator::Point;

const HOUR: i64 = 60 * 60 * 1_000;
/// 1 January 2026, half an hour past a full hour.
const BEGINNING: i64 = 1_767_225_600_000 + HOUR / 2;
/// How late after a due time a life begins: well in time.
const SOON: i64 = 2_000;
/// Kills at random moments.
const KILLS: i64 = 16;

fn start(folder: &Path, clock: i64, point: Option<Point>) -> Application {
    let clock = clock.to_string();
    let mut variables = vec![(CLOCK, clock.as_str())];
    if let Some(point) = point {
        variables.push((POINT, point.as_str()));
    }
    Application::start_as(NAME, folder, &variables)
}

/// Shortly after the full hour of that number.
fn hour(number: i64) -> i64 {
    BEGINNING - HOUR / 2 + number * HOUR + SOON
}

/// What was due has one outcome each, each start has a workflow of its own, and every workflow has ended.
fn check(said: &Said, starts: usize) {
    let times: BTreeSet<i64> = said.due.iter().map(|(time, _, _)| *time).collect();
    assert_eq!(
        times.len(),
        said.due.len(),
        "each due time is used once: {said:?}"
    );
    let started: BTreeSet<u32> = said
        .due
        .iter()
        .filter(|(_, outcome, _)| outcome == "started")
        .map(|(_, _, workflow)| *workflow)
        .collect();
    assert_eq!(started.len(), starts, "{said:?}");
    assert!(!started.contains(&0), "{said:?}");
    let ended: BTreeSet<u32> = said.ended.iter().map(|(id, _)| *id).collect();
    assert_eq!(
        ended, started,
        "no workflow but those, and none is lost: {said:?}"
    );
    assert!(
        said.ended.iter().all(|(_, status)| status == "completed"),
        "{said:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_any_named_moment_of_a_due_start_starts_one_workflow() {
    let folder = TempDir::new().expect("a folder");
    check(&start(folder.path(), BEGINNING, None).finish(), 0);
    let moments = [
        Point::DueSeen,
        Point::DueMade,
        Point::DueWritten,
        Point::DueTakenUp,
    ];
    for (point, number) in moments.into_iter().zip(1..) {
        let mut application = start(folder.path(), hour(number), Some(point));
        application.until_stopped();
        let (end, said) = application.kill();
        assert_eq!((end, said.at.as_deref()), (End::Killed, Some(point.as_str())));
        let said = start(folder.path(), hour(number), None).finish();
        check(&said, usize::try_from(number).expect("few"));
        Journal::read(&folder.path().join("data")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_while_missed_times_are_recorded_forgets_none() {
    for point in [Point::OutcomeSeen, Point::OutcomeWritten, Point::DueMade] {
        let folder = TempDir::new().expect("a folder");
        check(&start(folder.path(), BEGINNING, None).finish(), 0);
        // Five are missed at once; the newest is made up for.
        let later = hour(5) + HOUR / 2;
        let mut application = start(folder.path(), later, Some(point));
        application.until_stopped();
        application.kill();
        let said = start(folder.path(), later, None).finish();
        check(&said, 1);
        assert!(
            said.due.iter().any(|(_, outcome, _)| outcome == "missed"),
            "{said:?}"
        );
        Journal::read(&folder.path().join("data")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_any_time_after_a_due_time_starts_one_workflow() {
    let (mut random, _) = random();
    let folder = TempDir::new().expect("a folder");
    check(&start(folder.path(), BEGINNING, None).finish(), 0);
    let began = Instant::now();
    check(&start(folder.path(), hour(1), None).finish(), 1);
    let length = began.elapsed();
    for number in 2..KILLS + 2 {
        let application = start(folder.path(), hour(number), None);
        // Not waiting for anything: the moment itself is random.
        tokio::time::sleep(length.mul_f64(random.random())).await;
        application.kill();
        let said = start(folder.path(), hour(number), None).finish();
        check(&said, usize::try_from(number).expect("few"));
    }
    Journal::read(&folder.path().join("data")).await;
}
