//! 100,000 conversations that no client may have, and an honest client beside them.

use crate::{share, tell, unlimited};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use wheelhouse_api::remote::{Remote, Told};
use wheelhouse_contract::{CreateWorkflow, GetStatus, Operations, RequestKey};
use wheelhouse_testkit::{Malformed, Nonsense, Outcome, Setup};

const MALFORMED: u64 = 100_000;

/// At work at the same time.
const AT_ONCE: usize = 64;

/// The bar for an honest client.
const BAR: Duration = Duration::from_millis(250);

static PANICS: AtomicU64 = AtomicU64::new(0);

pub(crate) async fn measure() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        PANICS.fetch_add(1, Ordering::Relaxed);
        usual(info);
    }));
    let served = unlimited(Setup::default()).await;
    let (to, token) = (served.server().address(), served.token().to_owned());
    let honest = tokio::spawn(honest(served.remote()));
    let mut outcomes: BTreeMap<(Nonsense, &str), u64> = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut count = |malformed: &Malformed, outcome: Outcome| {
        let word = match &outcome {
            Outcome::Refused(_) => "refused",
            Outcome::Told => "told why",
            Outcome::Closed if malformed.nonsense.is_a_message() => "wrong",
            Outcome::Closed => "closed",
            Outcome::Wrong(_) => "wrong",
        };
        if word == "wrong" {
            wrong.push(format!("{malformed:?} gave {outcome:?}"));
        }
        *outcomes.entry((malformed.nonsense, word)).or_default() += 1;
    };
    let began = Instant::now();
    let mut left = JoinSet::new();
    for seed in 0..MALFORMED {
        let token = token.clone();
        left.spawn(async move {
            let malformed = Malformed::of(seed);
            let tried = malformed.try_on(to, &token, (seed % 200) as u32).await;
            let outcome = tried.unwrap_or_else(|error| Outcome::Wrong(error.to_string()));
            (malformed, outcome)
        });
        if left.len() >= AT_ONCE {
            let (malformed, outcome) = left.join_next().await.expect("one").expect("tried");
            count(&malformed, outcome);
        }
    }
    while let Some(done) = left.join_next().await {
        let (malformed, outcome) = done.expect("tried");
        count(&malformed, outcome);
    }
    let took = began.elapsed();
    for line in wrong.iter().take(5) {
        println!("{}", line.chars().take(600).collect::<String>());
    }
    report(&outcomes, took, wrong.len());
    honest.abort();
    let mut times = times().lock().expect("whole").clone();
    times.sort();
    let p99 = share(&times, 0.99);
    tell(
        "honest client beside malformed messages, p99",
        &format!(
            "{p99:.1?} for two requests and the frame of one, {} times",
            times.len()
        ),
        "250 ms",
        p99 <= BAR && times.len() > 100,
    );
}

fn report(outcomes: &BTreeMap<(Nonsense, &str), u64>, took: Duration, wrong: usize) {
    let of = |word: &str| -> u64 {
        let of_word = outcomes.iter().filter(|((_, outcome), _)| *outcome == word);
        of_word.map(|(_, count)| count).sum()
    };
    let all: u64 = outcomes.values().sum();
    let panics = PANICS.load(Ordering::Relaxed);
    tell(
        "malformed conversations",
        &format!(
            "{all} of {} kinds in {:.0} s: {} told why, {} closed, {} upgrades refused, {wrong} otherwise, {panics} panics",
            Nonsense::ALL.len(),
            took.as_secs_f64(),
            of("told why"),
            of("closed"),
            of("refused"),
        ),
        "100000, none otherwise, no panic, no status of 5xx",
        all >= MALFORMED && wrong == 0 && panics == 0,
    );
    for ((nonsense, outcome), count) in outcomes.iter().filter(|((_, outcome), _)| *outcome == "closed") {
        println!("  {nonsense:?}: {count} {outcome} without a word");
    }
}

fn times() -> &'static std::sync::Mutex<Vec<Duration>> {
    static TIMES: std::sync::Mutex<Vec<Duration>> = std::sync::Mutex::new(Vec::new());
    &TIMES
}

/// Asks, changes something and hears of it, over and over.
async fn honest(remote: Remote) {
    let mut feed = remote.subscribe(None).await.expect("subscribed");
    let mut beat = tokio::time::interval(Duration::from_millis(50));
    for number in 0.. {
        beat.tick().await;
        let began = Instant::now();
        remote.get_status(GetStatus {}).await.expect("an answer");
        let request = CreateWorkflow {
            request_key: RequestKey(format!("honest-key-{number:06}")),
            task: format!("Task {number}"),
            name: String::new(),
            made_of: None,
        };
        let id = remote.create_workflow(request).await.expect("created").id;
        loop {
            if let Told::Frame(frame) = feed.next().await.expect("the way holds") {
                feed.ack(frame.to);
                if frame.workflows.iter().any(|row| row.id == id) {
                    break;
                }
            }
        }
        times().lock().expect("whole").push(began.elapsed());
    }
}
