//! Killed at random moments over the whole length of a run.

use crate::chronicle::Chronicle;
use crate::process::End;
use crate::random;
use rand::Rng;
use rand::rngs::StdRng;
use std::time::{Duration, Instant};

/// Kills in the whole test.
const KILLS: usize = 200;
/// Kills of one folder at most, before it is left alone until everything has ended.
const KILLS_IN_A_ROW: usize = 8;
/// Share of kills that fall while it opens and takes up what it finds.
const KILLS_AT_THE_BEGINNING: f64 = 0.2;

/// How long things take on this machine at this moment, so that kills fall everywhere.
struct Measure {
    /// From the start of the process until it is open.
    opening: Duration,
    /// Between two facts, on average.
    between: Duration,
    /// Facts of a whole folder.
    facts: i64,
}

/// Where a kill fell: the newest fact that was left, and its kind.
type Kill = (i64, String);

#[tokio::test(flavor = "multi_thread")]
async fn survives_sigkill_at_200_random_moments() {
    let (mut random, _) = random();
    let measure = undisturbed().await;
    let mut kills: Vec<Kill> = Vec::new();
    while kills.len() < KILLS {
        let mut chronicle = Chronicle::new();
        for moment in moments(&mut random, &measure, KILLS - kills.len()) {
            match life(&mut chronicle, &mut random, &measure, moment).await {
                Some(kill) => kills.push(kill),
                None => break,
            }
        }
        let said = chronicle.start(random.random()).finish();
        chronicle.whole(&said).await;
    }
    kills.sort();
    println!("killed after {kills:?}");
}

/// A whole run without any kill.
async fn undisturbed() -> Measure {
    let mut chronicle = Chronicle::new();
    let began = Instant::now();
    let mut application = chronicle.start(true);
    application.until_open();
    let opening = began.elapsed();
    let said = application.finish();
    let running = began.elapsed().saturating_sub(opening);
    chronicle.whole(&said).await;
    let facts = chronicle.position();
    println!("{facts} facts in {running:?}, opened in {opening:?}");
    Measure {
        opening,
        between: running.div_f64(facts as f64),
        facts,
    }
}

/// Facts after which to kill, in order.
fn moments(random: &mut StdRng, measure: &Measure, left: usize) -> Vec<i64> {
    let count = random.random_range(1..=left.min(KILLS_IN_A_ROW));
    let mut moments: Vec<i64> = (0..count)
        .map(|_| random.random_range(0..measure.facts))
        .collect();
    moments.sort_unstable();
    moments
}

/// One life that is killed. Gives where, unless it ended by itself before.
async fn life(
    chronicle: &mut Chronicle,
    random: &mut StdRng,
    measure: &Measure,
    moment: i64,
) -> Option<Kill> {
    let mut application = chronicle.start(random.random());
    let behind = moment <= chronicle.position();
    let longest = if behind || random.random_bool(KILLS_AT_THE_BEGINNING) {
        measure.opening * 2
    } else {
        application.until(moment);
        measure.between * 4
    };
    // Not waiting for anything: the moment itself is random.
    tokio::time::sleep(longest.mul_f64(random.random())).await;
    let (end, said) = application.kill();
    chronicle.ended(&said).await;
    let newest = chronicle.journal().facts.last();
    let kill = newest.map_or_else(Default::default, |fact| (fact.position.0, fact.kind.clone()));
    (end == End::Killed).then_some(kill)
}
