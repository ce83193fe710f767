//! The client against the real server: over ways that break, over a restart, and over TLS after pairing.

use crate::common::{TASK, assert_completed};
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::Path;
use std::time::Duration;
use tokio::sync::{oneshot, watch};
use wheelhouse_api::remote::{
    Address, Patience, Remote, RemoteAddress, RemoteFeed, Scope, Token, Told, pair,
};
use wheelhouse_contract::{
    ApiError, CreateWorkflow, ErrorCode, Frame, FrameKind, GetStatus, GetWorkflow, ListAgents, ListWorkflows,
    Operations, RequestKey, ResumeFrom, StartWorkflow, TaskView, WorkflowView,
};
use wheelhouse_domain::{Position, TaskId, WorkflowId};
use wheelhouse_server::security::{self, Clock, ServerAccess, Tls};
use wheelhouse_testkit::{Fault, FaultyWay, Rows, Served, Setup, within};

/// Variable with the number of followers. `npm run test:remote` raises it.
const FOLLOWERS: &str = "WHEELHOUSE_REMOTE_FOLLOWERS";

/// Followers of the ordinary tests.
const USUAL: u64 = 8;

/// Runs that are followed.
const RUNS: u32 = 4;

/// Connections of each follower that something happens to.
const STORM: usize = 8;

/// The waits between attempts, scaled from 3, 6, 9, 10 and 10 seconds.
const BACK_OFF: [u64; 5] = [3, 6, 9, 10, 10];

/// Short, but longer than a machine that does much else needs for a frame. The server's own sign of life comes more
/// seldom: a quiet follower connects again now and then, which must do no harm.
fn quick() -> Patience {
    Patience {
        connect: Duration::from_secs(2),
        answer: Duration::from_secs(2),
        long: Duration::from_secs(2),
        silence: Duration::from_secs(2),
    }
}

fn client(way: &FaultyWay, token: &str) -> Remote {
    let address = RemoteAddress {
        url: Address::parse(&format!("http://{}", way.address())).expect("an address"),
        pinned: None,
        token: Token::parse(token.to_owned()).expect("a token"),
    };
    Remote::with_patience(address, quick()).expect("a client")
}

/// Does something until it is answered, as a person does who sees that the connection broke.
async fn until_answered<T, F: Future<Output = Result<T, ApiError>>>(what: impl Fn() -> F) -> T {
    let mut tries = 0;
    loop {
        match what().await {
            Ok(answer) => return answer,
            Err(error) => assert_eq!(error.code, ErrorCode::Unavailable, "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(BACK_OFF[tries % BACK_OFF.len()])).await;
        tries += 1;
    }
}

/// What one follower holds at the end.
struct Followed {
    rows: Rows,
    /// How often each fact was told.
    told: BTreeMap<Position, u32>,
    subscriptions: u32,
}

/// Follows until everything up to `target` is known. Says by `begun` that it knows how things stand.
async fn follow(
    remote: Remote,
    mut target: watch::Receiver<Option<Position>>,
    begun: oneshot::Sender<()>,
) -> Followed {
    let mut begun = Some(begun);
    let mut followed = Followed {
        rows: Rows::default(),
        told: BTreeMap::new(),
        subscriptions: 0,
    };
    let mut resume = None;
    loop {
        let mut feed = until_answered(|| remote.subscribe(resume.clone())).await;
        followed.subscriptions += 1;
        loop {
            if target.borrow().is_some_and(|target| followed.rows.at >= target) {
                return followed;
            }
            let told = tokio::select! {
                told = feed.next() => told,
                changed = target.changed() => {
                    changed.expect("the test tells the end");
                    continue;
                }
            };
            match told {
                Ok(Told::Frame(frame)) => {
                    followed.apply(&frame);
                    resume = Some(after(&frame));
                    feed.ack(frame.to);
                    if let Some(begun) = begun.take() {
                        begun.send(()).expect("the test waits");
                    }
                }
                Ok(Told::Signals(_)) => {}
                Err(error) => {
                    assert_eq!(error.code, ErrorCode::Unavailable, "{error}");
                    break;
                }
            }
        }
    }
}

fn after(frame: &Frame) -> ResumeFrom {
    ResumeFrom {
        store: frame.store,
        epoch: frame.epoch,
        position: frame.to,
    }
}

impl Followed {
    fn apply(&mut self, frame: &Frame) {
        // Holds the frame to where the last one ended.
        self.rows.apply(frame);
        for event in &frame.events {
            *self.told.entry(event.position).or_default() += 1;
        }
    }
}

/// Waits for the end of a run and gives it with its tasks.
async fn ended(served: &Served, id: WorkflowId) -> (WorkflowView, Vec<TaskView>) {
    let wait = served.api().handle().wait(id);
    within("a run ends", wait).await.expect("it is known");
    let detail = served
        .api()
        .get_workflow(GetWorkflow { id })
        .await
        .expect("it is known");
    assert_completed(&detail);
    (detail.workflow, detail.tasks)
}

/// Creates and starts a run by a way that breaks, under one key for each wish.
async fn begin(remote: &Remote, number: u32) -> WorkflowId {
    let create = CreateWorkflow {
        request_key: RequestKey(format!("create-{number:04}")),
        task: TASK.to_owned(),
        name: String::new(),
        made_of: None,
    };
    let created = until_answered(|| remote.create_workflow(create.clone())).await;
    let start = StartWorkflow {
        request_key: RequestKey(format!("start-{number:05}")),
        id: created.id,
    };
    until_answered(|| remote.start_workflow(start.clone())).await.id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn runs_are_followed_over_ways_that_break_and_a_restart() {
    let followers = std::env::var(FOLLOWERS).map_or(USUAL, |count| count.parse().expect("a number"));
    // Nothing is there yet. The server must know by what names it is called.
    let nowhere = "127.0.0.1:9".parse().expect("an address");
    let mut ways = Vec::new();
    for seed in 0..=followers {
        ways.push(FaultyWay::to(nowhere, without_doubles(seed)).await);
    }
    let mut served = Served::with(Setup::default(), |options| {
        options.names = ways.iter().map(|way| way.address().to_string()).collect();
        options.limits.connections_per_address = 4096;
        options.limits.per_token = security::Rate {
            per_minute: NonZeroU32::MAX,
            burst: NonZeroU32::MAX,
        };
    })
    .await;
    for way in &ways {
        way.lead_to(served.server().address());
    }
    let (end, target) = watch::channel(None);
    let clients: Vec<Remote> = ways.iter().map(|way| client(way, served.token())).collect();
    let (hand, eyes) = clients.split_first().expect("one at least");
    let (following, beginnings): (Vec<_>, Vec<_>) = eyes
        .iter()
        .map(|remote| {
            let (begun, beginning) = oneshot::channel();
            let following = tokio::spawn(follow(remote.clone(), target.clone(), begun));
            (following, beginning)
        })
        .unzip();
    // Who comes when a run has ended is told of the run, and not of its tasks.
    for beginning in beginnings {
        within("a follower begins", beginning).await.expect("it begins");
    }

    let mut runs = Vec::new();
    for number in 0..RUNS {
        runs.push(begin(hand, number).await);
        if number == RUNS / 2 {
            served.start().await;
        }
    }
    let mut workflows = BTreeMap::new();
    let mut tasks: BTreeMap<TaskId, TaskView> = BTreeMap::new();
    for id in runs {
        let (workflow, of_it) = ended(&served, id).await;
        workflows.insert(workflow.id, workflow);
        tasks.extend(of_it.into_iter().map(|task| (task.id, task)));
    }
    assert_eq!(workflows.len() as u32, RUNS, "each wish was carried out once");
    let listed = served
        .api()
        .list_workflows(ListWorkflows {
            limit: 200,
            ..ListWorkflows::default()
        })
        .await;
    assert_eq!(
        listed.expect("a list").workflows.len() as u32,
        RUNS,
        "and not twice"
    );
    let agents = served.api().list_agents(ListAgents {}).await.expect("agents");
    let position = served.api().handle().store().position();
    end.send_replace(Some(position));

    let mut subscriptions = 0;
    for (seed, following) in following.into_iter().enumerate() {
        let followed = within("a follower arrives", following).await.expect("it holds");
        assert_eq!(followed.rows.at, position, "seed {seed}");
        assert_eq!(followed.rows.workflows, workflows, "seed {seed}");
        assert_eq!(followed.rows.tasks, tasks, "seed {seed}");
        let seen: Vec<_> = followed.rows.agents.values().cloned().collect();
        assert_eq!(seen, agents, "seed {seed}");
        let first = *followed.told.keys().next().expect("facts");
        let expected: Vec<_> = (first.0..=position.0).map(|at| (Position(at), 1)).collect();
        assert_eq!(
            followed.told.into_iter().collect::<Vec<_>>(),
            expected,
            "seed {seed}"
        );
        subscriptions += followed.subscriptions;
    }
    println!(
        "{followers} followers, {subscriptions} subscriptions, {} facts each",
        position.0
    );
    assert!(u64::from(subscriptions) > followers, "the ways did break");
    served.stop().await;
}

/// A storm in which nothing comes twice: a doubled answer would be taken for that of the next request, which TCP never
/// does. The tests of the client by itself have doubled frames.
fn without_doubles(seed: u64) -> impl FnMut() -> Fault + Send + 'static {
    let mut storm = Fault::storm(seed, STORM);
    move || match storm() {
        Fault::Double(after) => Fault::Cut(after),
        other => other,
    }
}

/// Codes and tokens of a running server, as its command line has them.
fn access(folder: &Path) -> ServerAccess {
    ServerAccess::open(folder, Clock::system()).expect("the server's folder")
}

async fn served_with_tls() -> (Served, Address) {
    let served = Served::with(Setup::default(), |options| {
        options.tls = Some(Tls::SelfSigned {
            names: vec!["127.0.0.1".to_owned()],
        });
    })
    .await;
    let url = format!("https://{}", served.server().address());
    (served, Address::parse(&url).expect("an address"))
}

#[tokio::test]
async fn a_machine_is_paired_over_tls_and_works_until_its_token_is_revoked() {
    let (mut served, url) = served_with_tls().await;
    let access = access(served.folder());
    let code = access.pairing().make(security::Scope::Operator).expect("a code");
    let code = code.shown(served.server().fingerprint());
    let paired = within("pairing", pair(&url, &code, "Anna's laptop"))
        .await
        .expect("paired");
    let fingerprint = served.server().fingerprint().expect("a certificate").to_string();
    assert_eq!(paired.pinned.map(|pinned| pinned.to_string()), Some(fingerprint));
    assert_eq!(
        (paired.name.as_str(), paired.scope),
        ("Anna's laptop", Scope::Operator)
    );
    assert_eq!(paired.server, "Workshop");
    assert_eq!(paired.store, served.api().handle().store().identity().uid);

    let remote = Remote::new(RemoteAddress {
        url: paired.url,
        pinned: paired.pinned,
        token: paired.token,
    });
    let remote = remote.expect("a client");
    let status = remote.get_status(GetStatus {}).await.expect("the server's state");
    assert_eq!(status.store, paired.store);
    let mut feed = remote.subscribe(None).await.expect("a subscription");
    assert_eq!(first_frame(&mut feed).await.kind, FrameKind::Snapshot);

    access.tokens().revoke("Anna's laptop").expect("revoked");
    let error = end(&mut feed).await;
    assert_eq!(error.code, ErrorCode::Unauthorized, "{error}");
    let error = remote.get_status(GetStatus {}).await.expect_err("revoked");
    assert_eq!(error.code, ErrorCode::Unauthorized, "{error}");
    assert!(error.details.next_step.is_some(), "{error}");
    let error = remote.subscribe(None).await.expect_err("revoked");
    assert_eq!(error.code, ErrorCode::Unauthorized, "{error}");
    served.stop().await;
}

#[tokio::test]
async fn a_code_is_good_once_and_only_as_it_was_shown() {
    let (mut served, url) = served_with_tls().await;
    let access = access(served.folder());
    let code = access.pairing().make(security::Scope::Viewer).expect("a code");
    let code = code.shown(served.server().fingerprint());
    // Another secret with the same certificate.
    let wrong = format!("{}7777-7777", code.get(..20).expect("a long code"));
    let error = pair(&url, &wrong, "here").await.expect_err("another secret");
    assert_eq!(
        (error.code, error.details.field.as_deref()),
        (ErrorCode::Unauthorized, Some("code")),
        "{error}"
    );
    // Another certificate with the same secret.
    let wrong = format!("0000{}", code.get(4..).expect("a long code"));
    let error = pair(&url, &wrong, "here").await.expect_err("another certificate");
    assert!(error.message.contains("Nothing was sent"), "{error}");
    let paired = pair(&url, &code.to_lowercase(), "here").await.expect("paired");
    assert_eq!(paired.scope, Scope::Viewer);
    let error = pair(&url, &code, "there").await.expect_err("used");
    assert_eq!(
        (error.code, error.details.field.as_deref()),
        (ErrorCode::Unauthorized, Some("code")),
        "{error}"
    );
    served.stop().await;
}

#[tokio::test]
async fn a_machine_that_leaves_gives_back_its_own_token_only() {
    let (mut served, url) = served_with_tls().await;
    let access = access(served.folder());
    let mut remotes = Vec::new();
    for scope in [security::Scope::Viewer, security::Scope::Operator] {
        let code = access.pairing().make(scope).expect("a code");
        let code = code.shown(served.server().fingerprint());
        let paired = pair(&url, &code, "Anna's laptop").await.expect("paired");
        remotes.push(Remote::new(RemoteAddress {
            url: paired.url,
            pinned: paired.pinned,
            token: paired.token,
        }));
    }
    let remotes: Vec<Remote> = remotes
        .into_iter()
        .map(|remote| remote.expect("a client"))
        .collect();
    let left = within("leaving", remotes[0].leave()).await.expect("left");
    assert_eq!(left.as_deref(), Some("Anna's laptop"));
    let error = remotes[0].get_status(GetStatus {}).await.expect_err("left");
    assert_eq!(error.code, ErrorCode::Unauthorized, "{error}");
    assert_eq!(remotes[0].leave().await.expect("left before"), None);
    remotes[1]
        .get_status(GetStatus {})
        .await
        .expect("the other stays");
    served.stop().await;
    let error = remotes[1].leave().await.expect_err("nobody answers");
    assert_eq!(error.code, ErrorCode::Unavailable, "{error}");
}

async fn first_frame(feed: &mut RemoteFeed) -> Box<Frame> {
    loop {
        if let Told::Frame(frame) = within("a frame", feed.next()).await.expect("the feed goes on") {
            return frame;
        }
    }
}

async fn end(feed: &mut RemoteFeed) -> ApiError {
    loop {
        if let Err(error) = within("the end", feed.next()).await {
            return error;
        }
    }
}
