//! Killed while a run moves from one backend to another: the backend that it leaves, the one that it goes to, or whoever
//! carries it, at every named moment and at any other. At no moment both have it; once both run again and somebody has gone
//! on with what was interrupted, exactly one has it, and it ends once, with no call made again whose result was on record.

use crate::laws;
use crate::random;
use crate::sides::{self, CARRIES, FROM, PORT, RUN, SERVES, STAGES, TO, asked, client, free_port, token_file};
use crate::{application::FOLDER, journal};
use rand::Rng;
use rand::rngs::StdRng;
use serde_json::json;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use wheelhouse_api::remote::Remote;
use wheelhouse_api::{Mover, Side, Wish};
use wheelhouse_contract::{
    GetWorkflow, ListMoves, ListQuestions, ListWorkflows, Operations, ReplyToQuestion, RequestKey, RunTemplate,
    SaveTemplate, WorkflowDetail,
};
use wheelhouse_domain::{Event, EventBody, Json, TemplateUid, WorkflowId, WorkflowStatus, WorkflowUid};
use wheelhouse_orchestrator::Point;

/// Kills in an ordinary run of the tests.
const KILLS: usize = 12;

/// Longest silence of a process that is alive and well, on a machine with much else to do.
const SILENCE: Duration = Duration::from_secs(60);

const UID: &str = "01920000-0000-7000-8000-00000000cccc";

/// The moments of the backend that a run leaves.
const LEAVING: [Point; 3] = [
    Point::DepartureRests,
    Point::DepartureWritten,
    Point::DepartureDecided,
];

/// The moments of the one that it goes to.
const ARRIVING: [Point; 4] = [
    Point::ArrivalRead,
    Point::ArrivalKept,
    Point::ArrivalTold,
    Point::ArrivalWritten,
];

/// Stages that whoever carries a run comes to: rest, sent nothing, sent all, admit, decide, arrived.
const STAGES_OF_A_MOVE: u32 = 6;

/// A process that says lines. Killed when dropped.
struct Process {
    child: Child,
    lines: Receiver<String>,
}

impl Process {
    fn start(name: &str, variables: &[(&str, String)]) -> Self {
        let program = std::env::current_exe().expect("this test program");
        let mut command = Command::new(program);
        command
            .args(["--ignored", "--exact", name, "--nocapture"])
            .envs(variables.iter().map(|(name, value)| (*name, value.as_str())))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let out = child.stdout.take().expect("a pipe");
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines() {
                // Both ends may go first: the process, and the test that has heard enough.
                let Ok(line) = line else { return };
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Self { child, lines }
    }

    /// The rest of the first line that begins so; none where it ended before.
    fn until(&self, begins: &str) -> Option<String> {
        loop {
            match self.lines.recv_timeout(SILENCE) {
                Ok(line) => {
                    if let Some(rest) = line.strip_prefix(begins) {
                        return Some(rest.trim().to_owned());
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => panic!("it hangs before it says {begins:?}"),
            }
        }
    }

    fn tell(&mut self, line: &str) {
        let pipe = self.child.stdin.as_mut().expect("a pipe");
        pipe.write_all(format!("{line}\n").as_bytes()).expect("a reader");
        pipe.flush().expect("a reader");
    }

    /// SIGKILL, and what that leaves is there.
    fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        self.child.wait().expect("it has ended");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A backend with its folder, which outlives every process on it.
struct Backend {
    folder: TempDir,
    port: u16,
    process: Process,
}

impl Backend {
    fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        let port = free_port();
        let process = serve(folder.path(), port);
        Self {
            folder,
            port,
            process,
        }
    }

    fn start_again(&mut self) {
        self.process.kill();
        self.process = serve(self.folder.path(), self.port);
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Address and token.
    fn words(&self) -> String {
        let token = std::fs::read_to_string(token_file(self.folder.path())).expect("a token");
        format!("http://127.0.0.1:{} {token}", self.port)
    }

    fn client(&self) -> Remote {
        client(&self.words())
    }

    fn arm(&mut self, point: Option<Point>) {
        self.process.tell(point.map_or("none", Point::as_str));
        self.process.until("armed").expect("it obeys");
    }
}

fn serve(folder: &Path, port: u16) -> Process {
    let variables = [(FOLDER, folder.display().to_string()), (PORT, port.to_string())];
    let process = Process::start(SERVES, &variables);
    process.until("listens ").expect("it listens");
    process
}

/// Who is killed, and when.
#[derive(Debug, Clone, Copy)]
enum Blow {
    /// The backend that the run leaves, at a named moment.
    Source(Point),
    /// The one that it goes to.
    Target(Point),
    /// Whoever carries it, before a stage.
    Carrier(u32),
    /// One of the three, after a part of the time that a move takes.
    Any(u8, f64),
}

/// Every named moment once, then others.
fn blow(number: usize, random: &mut StdRng) -> Blow {
    let named = LEAVING.len() + ARRIVING.len() + 1;
    match number % (2 * named) {
        at if at < LEAVING.len() => Blow::Source(LEAVING[at]),
        at if at < LEAVING.len() + ARRIVING.len() => Blow::Target(ARRIVING[at - LEAVING.len()]),
        at if at + 1 == named => Blow::Carrier(random.random_range(0..STAGES_OF_A_MOVE)),
        at if at % 3 == 0 => Blow::Carrier(random.random_range(0..STAGES_OF_A_MOVE)),
        at => Blow::Any(u8::try_from(at % 3).expect("small"), random.random()),
    }
}

/// A run as it is on one side's disk.
struct OnDisk {
    owner: bool,
    events: Vec<Event>,
    status: WorkflowStatus,
}

/// Reads a copy, so that looking changes nothing.
async fn on_disk(data: &Path, run: WorkflowUid) -> Option<OnDisk> {
    let copy = journal::copy(data);
    let path = copy.path().join(journal::DATABASE);
    let mut conn = SqliteConnectOptions::new()
        .filename(&path)
        .connect()
        .await
        .expect("what a killed process leaves can be opened");
    let place: Option<String> = sqlx::query_scalar("SELECT place FROM owners WHERE workflow = ?1")
        .bind(run.to_string())
        .fetch_optional(&mut conn)
        .await
        .expect("readable");
    conn.close().await.expect("closed");
    let options = wheelhouse_store::Options {
        folder: copy.path().to_owned(),
        now: wheelhouse_domain::Millis(1),
        file_layer: None,
    };
    let store = wheelhouse_store::Store::open(options).await.expect("it opens");
    let row = store.workflow_by_uid(run).await.expect("readable");
    let found = match row {
        Some(row) => Some(OnDisk {
            owner: place.is_none_or(|place| place == "here"),
            events: store.all_events(row.id).await.expect("events"),
            status: row.status,
        }),
        None => None,
    };
    store.close().await.expect("closed");
    found
}

/// Looks at both sides. Gives how many own the run, which is never more than one.
async fn owners(one: &Backend, other: &Backend, run: WorkflowUid, what: &str) -> usize {
    // The one where it may have arrived first: looked at the other way round, a run that changes hands in between
    // would be seen twice.
    let mut count = 0;
    for side in [one, other] {
        count += usize::from(on_disk(&side.data(), run).await.is_some_and(|found| found.owner));
    }
    assert!(count <= 1, "two own the run, {what}");
    count
}

/// A template that works, asks, and works on.
async fn keep_template(remote: &Remote) {
    let agent = |id: &str, needs: &[&str]| {
        json!({"id": id, "title": id, "kind": "agent", "agent": "driver", "needs": needs, "tools": [],
            "prompt": "Write about {{ inputs.topic }}."})
    };
    let ask = json!({"id": "ask", "title": "Ask", "kind": "approval", "text": "Go on?", "needs": ["first"]});
    let document = json!({
        "schema": 1, "uid": UID, "name": "moving", "title": "Moving",
        "inputs": [{"name": "topic", "title": "Topic", "type": "text", "default": "ferries"}],
        "steps": [agent("first", &[]), ask, agent("beside", &["first"]), agent("last", &["ask", "beside"])]
    });
    let save = SaveTemplate {
        request_key: RequestKey("crash-keep-moving".to_owned()),
        text: document.to_string(),
        expected_version: 0,
    };
    remote.save_template(save).await.expect("a fit template");
}

async fn begin(remote: &Remote, topic: &str) -> (WorkflowId, WorkflowUid) {
    let request = RunTemplate {
        request_key: RequestKey(format!("crash-{}", topic.replace(' ', "-"))),
        uid: TemplateUid(UID.parse().expect("a uid")),
        version: None,
        inputs: Json(json!({ "topic": topic })),
        name: topic.to_owned(),
        start: true,
    };
    let view = remote.run_template(request).await.expect("it begins");
    (view.id, view.uid)
}

/// Goes on with what was interrupted, until nothing is left to do.
async fn settle(one: &Backend, other: &Backend) {
    let here = Side::of(one.client(), "one").await.expect("it answers");
    let there = Side::of(other.client(), "other").await.expect("it answers");
    let mover = Mover::new(here, there);
    for _ in 0..5 {
        let ended = mover.resume(&mut |_| Wish::GoOn).await.expect("both answer");
        assert!(ended.iter().all(|(_, end)| end.is_ok()), "{ended:?}");
        let mut open = 0;
        for side in [one, other] {
            let moves = side.client().list_moves(ListMoves {}).await.expect("moves");
            open += moves.departures.iter().filter(|one| !one.finished).count();
            let arriving = wheelhouse_contract::ArrivalState::Arriving;
            open += moves.arrivals.iter().filter(|one| one.state == arriving).count();
        }
        if open == 0 {
            return;
        }
    }
    panic!("a move is never finished");
}

/// The run where it is, answered and waited for.
async fn finish(owner: &Backend, run: WorkflowUid) -> WorkflowDetail {
    let remote = owner.client();
    let began = Instant::now();
    loop {
        assert!(began.elapsed() < SILENCE, "it never ends");
        let all = ListWorkflows {
            limit: 200,
            ..ListWorkflows::default()
        };
        let listed = remote.list_workflows(all).await.expect("a list").workflows;
        let view = listed.iter().find(|one| one.uid == run).expect("it is there");
        if view.status.is_final() {
            let detail = remote.get_workflow(GetWorkflow { id: view.id }).await;
            return detail.expect("it is there");
        }
        let questions = remote.list_questions(ListQuestions {}).await.expect("questions");
        if let Some(question) = questions.into_iter().find(|one| one.workflow_id == view.id) {
            let reply = ReplyToQuestion {
                request_key: RequestKey(format!("crash-answer-{}", question.id)),
                id: question.id,
                outcome: Some("approved".to_owned()),
                fields: Json(json!({})),
            };
            remote.reply_to_question(reply).await.expect("taken");
        }
        // Told when anything changes there, however that came about.
        changed(&remote).await;
    }
}

/// Waits for the next frame, or a moment: the change may have come before anybody listened.
async fn changed(remote: &Remote) {
    let Ok(mut feed) = remote.subscribe(None).await else {
        return;
    };
    let next = async {
        // The first is how things stand.
        for _ in 0..2 {
            let _ = feed.next().await;
        }
    };
    let _ = tokio::time::timeout(Duration::from_millis(100), next).await;
}

/// One run, one move, one blow.
async fn journey(source: &mut Backend, target: &mut Backend, number: usize, took: Duration, random: &mut StdRng) {
    let blow = blow(number, random);
    let (id, run) = begin(&source.client(), &sides::name(random)).await;
    match blow {
        Blow::Source(point) => source.arm(Some(point)),
        Blow::Target(point) => target.arm(Some(point)),
        Blow::Carrier(_) | Blow::Any(..) => {}
    }
    let mut variables = vec![
        (FROM, source.words()),
        (TO, target.words()),
        (RUN, id.to_string()),
    ];
    if let Blow::Carrier(stages) = blow {
        variables.push((STAGES, stages.to_string()));
    }
    let mut carrier = Process::start(CARRIES, &variables);
    let what = format!("kill {number}: {blow:?}");
    match blow {
        Blow::Source(_) => {
            source.process.until("at ").expect("it comes there");
            source.process.kill();
        }
        Blow::Target(_) => {
            target.process.until("at ").expect("it comes there");
            target.process.kill();
        }
        Blow::Carrier(_) => {
            // A run that ends before it has left is not moved.
            let _ = carrier.until("at stage");
            carrier.kill();
        }
        Blow::Any(who, part) => {
            carrier.until("stage resting");
            // Not waiting for anything: the moment itself is random.
            tokio::time::sleep(took.mul_f64(part)).await;
            match who {
                0 => carrier.kill(),
                1 => source.process.kill(),
                _ => target.process.kill(),
            }
        }
    }
    owners(target, source, run, &format!("{what}, after it")).await;
    carrier.kill();
    source.start_again();
    target.start_again();
    owners(target, source, run, &format!("{what}, both run again")).await;
    settle(source, target).await;
    assert_eq!(owners(target, source, run, &what).await, 1, "nobody owns the run, {what}");
    check_end(source, target, run, &what).await;
}

/// It ends where it is, once, and on no record of the other side.
async fn check_end(source: &Backend, target: &Backend, run: WorkflowUid, what: &str) {
    let is_there = on_disk(&target.data(), run).await.is_some_and(|found| found.owner);
    let (owner, other) = if is_there { (target, source) } else { (source, target) };
    let detail = finish(owner, run).await;
    assert_eq!(detail.workflow.status, WorkflowStatus::Completed, "{what}");
    let kept = on_disk(&owner.data(), run).await.expect("it is there");
    laws::check(&kept.events);
    if let Some(left) = on_disk(&other.data(), run).await {
        assert!(!left.owner, "{what}");
        assert!(!left.status.is_final(), "it ended twice, {what}");
        assert!(kept.events.starts_with(&left.events), "two histories, {what}");
    }
    let mut intended = std::collections::BTreeMap::<String, usize>::new();
    for event in &kept.events {
        if let EventBody::CallStarted { request, .. } = &event.body {
            *intended.entry(request.as_str().to_owned()).or_default() += 1;
        }
    }
    for (request, times) in &intended {
        let really: usize = [owner, other]
            .iter()
            .map(|side| asked(side.folder.path()).get(request).copied().unwrap_or_default())
            .sum();
        assert!(really <= *times, "a call was made {really} times and recorded {times} times, {what}");
    }
    let completed = kept
        .events
        .iter()
        .filter(|event| event.body.kind() == "workflow_completed")
        .count();
    assert_eq!(completed, 1, "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_killed_while_a_run_moves_one_side_has_it_and_it_ends_once() {
    let (mut random, _) = random();
    let wanted = std::env::var("WHEELHOUSE_CRASH_MOVES").ok();
    let kills = wanted.map_or(KILLS, |text| text.parse().expect("how many kills"));
    let (mut one, mut other) = (Backend::new(), Backend::new());
    keep_template(&one.client()).await;
    keep_template(&other.client()).await;
    // How long a move takes that nobody disturbs, in each direction.
    let began = Instant::now();
    undisturbed(&one, &other, &mut random).await;
    undisturbed(&other, &one, &mut random).await;
    let took = began.elapsed() / 2;
    // The named moments first where there is time for few.
    let first = if kills < 16 { random.random_range(0..16) } else { 0 };
    for number in first..first + kills {
        if random.random() {
            journey(&mut one, &mut other, number, took, &mut random).await;
        } else {
            journey(&mut other, &mut one, number, took, &mut random).await;
        }
    }
    for side in [&one, &other] {
        journal::Journal::read(&side.data()).await;
    }
    println!("kills while a run moves: {kills}, none with two owners, none lost, none done twice");
}

async fn undisturbed(source: &Backend, target: &Backend, random: &mut StdRng) {
    let (id, run) = begin(&source.client(), &sides::name(random)).await;
    let variables = [
        (FROM, source.words()),
        (TO, target.words()),
        (RUN, id.to_string()),
    ];
    let carrier = Process::start(CARRIES, &variables);
    assert!(carrier.until("carried").is_some(), "it moves");
    assert_eq!(owners(target, source, run, "undisturbed").await, 1);
    check_end(source, target, run, "undisturbed").await;
    assert!(on_disk(&target.data(), run).await.is_some_and(|found| found.owner));
}
