//! Whatever the way to a server does: after going on from the last position that was applied, nothing is missed and
//! nothing comes twice; and each wish arrives under its own key, whole, as often as it was sent and no more.

use crate::fake::{next_frame, remote, serve, store};
use crate::journal::Journal;
use futures::{StreamExt, stream};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use wheelhouse_api::remote::{Remote, Told};
use wheelhouse_contract::{Frame, FrameKind, Operations, RemoveSource, RequestKey, ResumeFrom};
use wheelhouse_domain::{Position, SourceId};
use wheelhouse_testkit::{Fault, FaultyWay, within};

/// Variable with the number of scenarios. `npm run test:remote` raises it.
const SCENARIOS: &str = "WHEELHOUSE_REMOTE_SCENARIOS";

/// Scenarios of the ordinary tests.
const USUAL: u64 = 60;

/// Scenarios at the same time. They mostly wait.
const TOGETHER: usize = 20;

/// Facts that each scenario is about.
const FACTS: i64 = 600;

/// Connections that something happens to.
const STORM: usize = 12;

/// Wishes in each scenario.
const WISHES: u32 = 15;

/// What a subscriber has applied.
#[derive(Default)]
struct Held {
    resume: Option<ResumeFrom>,
    snapshots: u32,
    changes: u32,
}

impl Held {
    fn at(&self) -> i64 {
        self.resume.as_ref().map_or(0, |from| from.position.0)
    }

    fn apply(&mut self, seed: u64, frame: &Frame) {
        match frame.kind {
            FrameKind::Snapshot => self.snapshots += 1,
            FrameKind::Changes => {
                assert_eq!(
                    frame.from.0,
                    self.at(),
                    "seed {seed}: nothing missed, nothing twice"
                );
                let told: Vec<_> = frame.events.iter().map(|event| event.position.0).collect();
                let expected: Vec<_> = (frame.from.0 + 1..=frame.to.0).collect();
                assert_eq!(told, expected, "seed {seed}: every fact, once");
                self.changes += 1;
            }
        }
        assert!(frame.to.0 >= self.at(), "seed {seed}: time does not go back");
        self.resume = Some(ResumeFrom {
            store: frame.store,
            epoch: frame.epoch,
            position: frame.to,
        });
    }
}

/// Follows until everything is known, connecting again as often as it takes.
async fn follow(seed: u64, remote: &Remote, journal: &Journal) -> (Held, u32) {
    let mut dice = StdRng::seed_from_u64(seed ^ 0x5eed);
    let mut held = Held::default();
    let mut tries = 0;
    while held.at() < FACTS {
        tries += 1;
        let Ok(mut feed) = remote.subscribe(held.resume.clone()).await else {
            grow(journal, dice.random_range(0..60));
            continue;
        };
        while held.at() < FACTS {
            match feed.next().await {
                Ok(Told::Frame(frame)) => {
                    held.apply(seed, &frame);
                    feed.ack(frame.to);
                    grow(journal, dice.random_range(1..24));
                }
                Ok(Told::Signals(signals)) => assert!(!signals.is_empty(), "seed {seed}"),
                Err(_) => break,
            }
        }
        // What happens while nobody listens: sometimes more than is told one by one.
        grow(journal, dice.random_range(0..200));
    }
    (held, tries)
}

fn grow(journal: &Journal, by: i64) {
    journal.grow(by.min(FACTS - journal.head()));
}

/// Sends each wish until there is an answer, as the window does, and gives how often that was.
async fn wish(seed: u64, remote: &Remote) -> u32 {
    let mut calls = 0;
    for id in 0..WISHES {
        let request_key = RequestKey(format!("wish-{seed}-{id}"));
        let wish = RemoveSource {
            request_key,
            id: SourceId(id),
        };
        loop {
            calls += 1;
            match remote.remove_source(wish.clone()).await {
                Ok(answer) => {
                    assert!(answer.removed, "seed {seed}");
                    break;
                }
                Err(error) => assert!(error.details.next_step.is_some(), "seed {seed}: {error}"),
            }
        }
    }
    calls
}

async fn scenario(seed: u64) -> u32 {
    let journal = Journal::new();
    let server = serve(journal.router()).await;
    let way = FaultyWay::to(server.address, Fault::storm(seed, STORM)).await;
    let remote = remote(way.address());
    let both = async { tokio::join!(follow(seed, &remote, &journal), wish(seed, &remote)) };
    let ((held, tries), calls) = within(&format!("seed {seed} ends"), both).await;
    assert_eq!(held.at(), FACTS, "seed {seed}");
    assert!(held.snapshots > 0 && held.changes > 0, "seed {seed}");
    let arrived = journal.wishes();
    for id in 0..WISHES {
        let wish = format!("wish-{seed}-{id} on {id}");
        assert!(arrived.contains_key(&wish), "seed {seed}: {wish}");
    }
    assert_eq!(arrived.len() as u32, WISHES, "seed {seed}: {arrived:?}");
    // Once more by itself where the connection broke, and never more.
    let sent: u32 = arrived.values().sum();
    assert!(sent <= 2 * calls, "seed {seed}: {sent} arrived of {calls} calls");
    tries
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_missed_and_nothing_comes_twice() {
    let scenarios = std::env::var(SCENARIOS).map_or(USUAL, |count| count.parse().expect("a number"));
    let tries: Vec<u32> = stream::iter(0..scenarios)
        .map(|seed| tokio::spawn(scenario(seed)))
        .buffer_unordered(TOGETHER)
        .map(|tries| tries.expect("the scenario holds"))
        .collect()
        .await;
    let connections: u32 = tries.iter().sum();
    println!("{scenarios} scenarios, {connections} subscriptions, nothing missed, nothing doubled");
    assert_eq!(tries.len() as u64, scenarios);
    assert!(u64::from(connections) > 2 * scenarios, "the way did break");
}

#[tokio::test]
async fn a_restored_store_is_followed_from_its_snapshot() {
    let journal = Journal::new();
    journal.grow(50);
    let first = serve(journal.router()).await;
    let way = FaultyWay::calm(first.address).await;
    let remote = remote(way.address());
    let mut feed = remote.subscribe(None).await.expect("a subscription");
    let mut held = Held::default();
    held.apply(0, &next_frame(&mut feed).await);
    assert_eq!(held.at(), 51);

    let restored = journal.restored(20);
    let second = serve(restored.router()).await;
    way.lead_to(second.address);
    way.cut();
    let error = loop {
        match within("the end", feed.next()).await {
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    assert!(error.message.contains("broke"), "{error}");
    let mut feed = remote
        .subscribe(held.resume.clone())
        .await
        .expect("a subscription");
    let snapshot = next_frame(&mut feed).await;
    assert_eq!(
        (snapshot.kind, snapshot.epoch, snapshot.store, snapshot.to),
        (FrameKind::Snapshot, 1, store(), Position(20))
    );
    feed.ack(snapshot.to);
    restored.grow(3);
    let changes = next_frame(&mut feed).await;
    assert_eq!((changes.from, changes.to), (Position(20), Position(23)));
}
