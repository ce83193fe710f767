//! The two backends that a run moves between, and whoever carries it: processes of their own, so that each can be killed.
//! A backend is a server over its folder; the one that carries has nothing but the addresses of both.
//!
//! As `application`, they are tests that are never run as such.

use crate::inside::{self, say};
use rand::RngCore;
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use wheelhouse_agents::rehearsal::{Options as RehearsalOptions, Rehearsal};
use wheelhouse_agents::{Model, ModelRegistry, ModelStream};
use wheelhouse_api::remote::{Address, Remote, RemoteAddress, Token};
use wheelhouse_api::{LocalBackend, Mover, Progress, Side, Stage, Wish};
use wheelhouse_domain::{ContentHash, ModelRequest, WorkflowId};
use wheelhouse_orchestrator::keys::KeychainChoice;
use wheelhouse_orchestrator::{Options, Point, Points};
use wheelhouse_server::Server;

/// The test that is a backend.
pub(crate) const SERVES: &str = "sides::serves_as_a_process";
/// The test that is whoever carries a run.
pub(crate) const CARRIES: &str = "sides::carries_as_a_process";
/// The port that a backend is to have again.
pub(crate) const PORT: &str = "WHEELHOUSE_CRASH_PORT";
/// Address and token of the backend that a run leaves, with a blank between them.
pub(crate) const FROM: &str = "WHEELHOUSE_CRASH_FROM";
/// The same of the one that it goes to.
pub(crate) const TO: &str = "WHEELHOUSE_CRASH_TO";
/// Number of the run that is moved; none where everything that is not finished is gone on with.
pub(crate) const RUN: &str = "WHEELHOUSE_CRASH_RUN";
/// How many stages the carrier comes to before it stops; none where it goes on to the end.
pub(crate) const STAGES: &str = "WHEELHOUSE_CRASH_STAGES";

/// Pause between two pieces of text: long enough for a call to be in flight when a run leaves.
const PACE: Duration = Duration::from_millis(2);

/// Calls in flight when a run leaves get this long.
const CALLS_MAY_END: Duration = Duration::from_millis(150);

#[test]
#[ignore = "the other tests start it as a process of its own"]
fn serves_as_a_process() {
    let Some(folder) = inside::own_folder() else {
        return;
    };
    say("");
    // More than are needed, because whoever comes to a crash point stays there.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(8)
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(serve(&folder));
}

async fn serve(folder: &Path) {
    let armed: Arc<Mutex<Option<Point>>> = Arc::default();
    let models = ModelRegistry::new().with(Arc::new(Witness::new(folder)));
    let mut options = Options::new(folder.join("data"), models);
    options.keychain = KeychainChoice::Without;
    options.calls_may_end = CALLS_MAY_END;
    options.points = stop_where_armed(Arc::clone(&armed));
    let backend = LocalBackend::start(options).await.expect("the data folder opens");
    let mut at = wheelhouse_server::Options::local(folder.join("data"));
    at.port = std::env::var(PORT).expect("a port").parse().expect("a number");
    at.limits.per_token.per_minute = u32::MAX.try_into().expect("not zero");
    at.limits.per_token.burst = 100_000.try_into().expect("not zero");
    let mut server = Server::on(backend, at).await.expect("it listens");
    if let Some(first) = server.take_first() {
        std::fs::write(token_file(folder), first.token.token.expose()).expect("a token");
    }
    say(&format!("listens {}", server.address().port()));
    let obeyed = std::thread::spawn(move || obey(&armed));
    // The other end of standard input is the test's: where it goes, this goes.
    tokio::task::spawn_blocking(move || obeyed.join()).await.ok();
    std::process::exit(0);
}

/// Where a backend's token is, for the tests.
pub(crate) fn token_file(folder: &Path) -> PathBuf {
    folder.join("token.txt")
}

/// Takes the names of crash points from standard input, until nobody writes any more.
fn obey(armed: &Mutex<Option<Point>>) {
    for line in std::io::stdin().lock().lines() {
        let Ok(line) = line else { return };
        *armed.lock().expect("a point") = Point::parse(line.trim());
        say("armed");
    }
}

fn stop_where_armed(armed: Arc<Mutex<Option<Point>>>) -> Points {
    Points::with(move |reached| {
        let is_it = *armed.lock().expect("a point") == Some(reached);
        if is_it {
            say(&format!("at {}", reached.as_str()));
            loop {
                std::thread::park();
            }
        }
    })
}

#[test]
#[ignore = "the other tests start it as a process of its own"]
fn carries_as_a_process() {
    if let (Ok(from), Ok(to)) = (std::env::var(FROM), std::env::var(TO)) {
        inside::run(carry(&from, &to));
    }
}

async fn carry(from: &str, to: &str) {
    let one = Side::of(client(from), "one").await.expect("it answers");
    let other = Side::of(client(to), "other").await.expect("it answers");
    let mover = Mover::new(one, other);
    let mut left = std::env::var(STAGES)
        .ok()
        .map(|text| text.parse::<u32>().expect("a number"));
    let mut tell = |progress: Progress| {
        say(&format!("stage {}", word(progress.stage)));
        if let Some(left) = &mut left {
            if *left == 0 {
                say("at stage");
                loop {
                    std::thread::park();
                }
            }
            *left -= 1;
        }
        Wish::GoOn
    };
    let run = std::env::var(RUN)
        .ok()
        .map(|text| WorkflowId(text.parse().expect("a number")));
    match run {
        Some(id) => match mover.there(id, &mut tell).await {
            Ok(_) => say("carried"),
            Err(error) => say(&format!("waits {error}")),
        },
        None => match mover.resume(&mut tell).await {
            Ok(_) => say("carried"),
            Err(error) => say(&format!("waits {error}")),
        },
    }
}

fn word(stage: Stage) -> &'static str {
    match stage {
        Stage::Resting => "resting",
        Stage::Sending { .. } => "sending",
        Stage::Admitting => "admitting",
        Stage::Deciding => "deciding",
        Stage::Arrived => "arrived",
        Stage::Stayed => "stayed",
    }
}

/// A client of the backend whose address and token these are.
pub(crate) fn client(words: &str) -> Remote {
    let (url, token) = words.split_once(' ').expect("an address and a token");
    let address = RemoteAddress {
        url: Address::parse(url).expect("an address"),
        pinned: None,
        token: Token::parse(token.to_owned()).expect("a token"),
    };
    Remote::new(address).expect("a client")
}

/// Rehearsal that writes down what it is really asked, apart from the journal.
struct Witness {
    rehearsal: Rehearsal,
    book: Mutex<File>,
}

impl Witness {
    fn new(folder: &Path) -> Self {
        let book = OpenOptions::new().create(true).append(true).open(book(folder));
        Self {
            rehearsal: Rehearsal::new(RehearsalOptions { pace: PACE }),
            book: Mutex::new(book.expect("the witness's book")),
        }
    }
}

impl Model for Witness {
    fn name(&self) -> &str {
        self.rehearsal.name()
    }

    fn is_rehearsal(&self) -> bool {
        true
    }

    fn runs_here(&self) -> bool {
        true
    }

    fn stream(&self, request: ModelRequest) -> ModelStream {
        let address = ContentHash::of(&serde_json::to_string(&request).expect("a request"));
        let mut book = self.book.lock().expect("the witness's book");
        book.write_all(format!("{}\n", address.as_str()).as_bytes())
            .expect("the witness's book");
        self.rehearsal.stream(request)
    }
}

fn book(folder: &Path) -> PathBuf {
    folder.join("asked.txt")
}

/// How often a backend's model was really asked what.
pub(crate) fn asked(folder: &Path) -> BTreeMap<String, usize> {
    let mut asked = BTreeMap::new();
    // There is none where it was killed before it began.
    let book = std::fs::read_to_string(book(folder)).unwrap_or_default();
    for line in book.lines() {
        *asked.entry(line.to_owned()).or_default() += 1;
    }
    asked
}

/// A port that nobody has just now.
pub(crate) fn free_port() -> u16 {
    let socket = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    socket.local_addr().expect("an address").port()
}

/// A number that names a run.
pub(crate) fn name(random: &mut impl RngCore) -> String {
    format!("run {:08x}", random.next_u32())
}
