//! What no client may say, and a client beside it that is served all the while. `npm run test:remote` says 100,000 such things.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::task::JoinSet;
use wheelhouse_api::remote::Told;
use wheelhouse_contract::{CreateWorkflow, Operations, RequestKey};
use wheelhouse_testkit::{Malformed, Nonsense, Outcome, Served, Setup, within};

const CONVERSATIONS: u64 = 1_500;
const AT_ONCE: usize = 32;

/// Counts panics of what serves: others of this process may be meant.
fn count_panics() -> Arc<AtomicUsize> {
    let (panics, usual) = (Arc::new(AtomicUsize::new(0)), std::panic::take_hook());
    let counted = Arc::clone(&panics);
    std::panic::set_hook(Box::new(move |info| {
        let file = info.location().map_or("", |location| location.file());
        if ["crates/server", "crates/api", "tungstenite", "hyper"]
            .iter()
            .any(|part| file.contains(part))
        {
            counted.fetch_add(1, Ordering::SeqCst);
        }
        usual(info);
    }));
    panics
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_said_to_it_a_server_refuses_it_clearly_and_serves_the_others() {
    let panics = count_panics();
    let served = Served::with(Setup::default(), |options| {
        options.limits.per_token.burst = 100_000.try_into().expect("not zero");
    })
    .await;
    let (to, token) = (served.server().address(), served.token().to_owned());
    let remote = served.remote();
    let mut feed = remote.subscribe(None).await.expect("subscribed");
    let mut conversations = JoinSet::new();
    let mut outcomes: BTreeMap<Nonsense, Vec<Outcome>> = BTreeMap::new();
    for seed in 0..CONVERSATIONS {
        let token = token.clone();
        conversations.spawn(async move {
            let malformed = Malformed::of(seed);
            let outcome = malformed.try_on(to, &token, (seed % 50) as u32).await;
            (malformed, outcome.expect("a connection"))
        });
        if conversations.len() >= AT_ONCE {
            let (malformed, outcome) = conversations.join_next().await.expect("one").expect("tried");
            judge(&malformed, &outcome);
            outcomes.entry(malformed.nonsense).or_default().push(outcome);
        }
        if seed % 100 == 0 {
            let request = CreateWorkflow {
                request_key: RequestKey(format!("honest-key-{seed:04}")),
                task: format!("Task {seed}"),
                name: String::new(),
                made_of: None,
            };
            let id = within("an answer", remote.create_workflow(request))
                .await
                .expect("created")
                .id;
            let heard = async {
                loop {
                    if let Told::Frame(frame) = feed.next().await.expect("the way holds") {
                        feed.ack(frame.to);
                        if frame.workflows.iter().any(|row| row.id == id) {
                            return;
                        }
                    }
                }
            };
            within("the honest client hears of its workflow", heard).await;
        }
    }
    for (malformed, outcome) in conversations.join_all().await {
        judge(&malformed, &outcome);
    }
    assert_eq!(outcomes.len(), Nonsense::ALL.len(), "all kinds came up");
    assert_eq!(panics.load(Ordering::SeqCst), 0);
}

fn judge(malformed: &Malformed, outcome: &Outcome) {
    let good = match (malformed.nonsense, outcome) {
        (Nonsense::Upgrade, Outcome::Refused(status)) => *status == 400,
        (nonsense, Outcome::Told) => nonsense != Nonsense::Upgrade,
        // What is no whole message may end the conversation without a word.
        (nonsense, Outcome::Closed) => nonsense != Nonsense::Upgrade && !nonsense.is_a_message(),
        (_, Outcome::Refused(_) | Outcome::Wrong(_)) => false,
    };
    assert!(good, "{malformed:?} gave {outcome:?}");
}
