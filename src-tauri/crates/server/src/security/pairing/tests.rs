//! Codes as somebody with bad intentions would try them.

use super::code::work;
use super::*;
use crate::security::testing::Hand;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use std::fs;
use tempfile::TempDir;
use tower::ServiceExt;

const MINUTE: i64 = 60_000;

struct Room {
    data: TempDir,
    hand: Hand,
    pairing: Pairing,
}

impl Room {
    fn new() -> Self {
        let data = tempfile::tempdir().expect("a temporary folder");
        let hand = Hand::default();
        let pairing = open(&data, &hand);
        Self { data, hand, pairing }
    }

    fn code(&self) -> String {
        let code = self.pairing.make(Scope::Operator).expect("made");
        code.shown(None).to_string()
    }

    fn tries(&self, code: &str) -> Result<Issued, PairRefusal> {
        self.pairing.redeem(code, "laptop")
    }

    fn is_not_valid(&self, code: &str) -> bool {
        matches!(self.tries(code), Err(PairRefusal::NotValid))
    }
}

fn open(data: &TempDir, hand: &Hand) -> Pairing {
    let folder = Folder::open(data.path()).expect("opened");
    let tokens = Tokens::open(folder.clone(), hand.clock()).expect("opened");
    Pairing::new(folder, hand.clock(), tokens)
}

/// A code that is certainly another one.
fn wrong(code: &str) -> String {
    let last = if code.ends_with('0') { '1' } else { '0' };
    let mut wrong = code[..code.len() - 1].to_owned();
    wrong.push(last);
    wrong
}

#[test]
fn a_code_gives_a_token_once() {
    let room = Room::new();
    let code = room.code();
    let issued = room
        .pairing
        .redeem(&code.to_lowercase(), " Anna's laptop ")
        .expect("taken");
    assert_eq!(
        (issued.row.name.as_str(), issued.row.scope),
        ("Anna's laptop", Scope::Operator)
    );
    assert_eq!(issued.row.expires_at, None);
    let caller = room
        .pairing
        .tokens
        .check(Some(issued.token.expose()))
        .expect("known");
    assert_eq!(caller.id, issued.row.id);
    assert!(room.is_not_valid(&code));
}

#[test]
fn a_code_is_good_for_ten_minutes() {
    let room = Room::new();
    let code = room.code();
    room.hand.go_on(CODE_MINUTES * MINUTE - 1);
    room.tries(&code).expect("at the last moment");
    let code = room.code();
    room.hand.go_on(CODE_MINUTES * MINUTE);
    assert!(room.is_not_valid(&code));
    assert_eq!(room.pairing.open_until().expect("read"), None);
}

#[test]
fn a_clock_that_is_set_back_makes_no_code_good_again() {
    let room = Room::new();
    let code = room.code();
    room.hand.go_on(-1);
    assert!(room.is_not_valid(&code));
}

#[test]
fn five_wrong_tries_end_a_code_also_over_a_restart() {
    let room = Room::new();
    let code = room.code();
    let wrong = wrong(&code);
    for _ in 1..TRIES {
        assert!(room.is_not_valid(&wrong));
    }
    room.tries(&code).expect("after four wrong tries");
    let (code, other) = (room.code(), room.code());
    for _ in 0..TRIES {
        let after_restart = open(&room.data, &room.hand);
        assert!(matches!(
            after_restart.redeem(&wrong, "x"),
            Err(PairRefusal::NotValid)
        ));
    }
    assert!(room.is_not_valid(&code));
    assert!(
        room.is_not_valid(&other),
        "a wrong try counts for every code that is open"
    );
}

#[test]
fn what_is_no_code_or_no_name_is_no_try() {
    let room = Room::new();
    let code = room.code();
    for _ in 0..2 * TRIES {
        assert!(matches!(room.tries("ABCD-234"), Err(PairRefusal::Form)));
        let unnamed = room.pairing.redeem(&code, " \n ");
        assert!(matches!(unnamed, Err(PairRefusal::Access(AccessError::Name(_)))));
    }
    room.tries(&code).expect("still good");
}

#[test]
fn every_try_costs_the_same() {
    let room = Room::new();
    work::take();
    assert!(room.is_not_valid("0000-0000"));
    assert_eq!(work::take(), 1, "where there never was a code");
    let code = room.code();
    room.code();
    work::take();
    assert!(room.is_not_valid(&wrong(&code)));
    assert_eq!(work::take(), 1, "wrong");
    room.tries(&code).expect("taken");
    assert_eq!(work::take(), 1, "right");
    assert!(room.is_not_valid(&code));
    assert_eq!(work::take(), 1, "used");
    room.hand.go_on(CODE_MINUTES * MINUTE);
    assert!(room.is_not_valid(&code));
    assert_eq!(work::take(), 1, "too old");
}

#[test]
fn devices_of_one_name_are_told_apart() {
    let room = Room::new();
    let names = [(); 3].map(|()| room.tries(&room.code()).expect("taken").row.name);
    assert_eq!(names, ["laptop", "laptop 2", "laptop 3"]);
}

#[test]
fn at_most_eight_codes_are_open() {
    let room = Room::new();
    let first = room.code();
    let others: Vec<String> = (0..MOST_OPEN).map(|_| room.code()).collect();
    room.tries(others.last().expect("made")).expect("the newest");
    assert!(room.is_not_valid(&first));
    room.tries(&others[0]).expect("the second");
}

#[test]
fn the_file_holds_no_code_and_only_its_owner_may_read_it() {
    let room = Room::new();
    let code = room.code();
    let path = room.data.path().join("server").join("pairing.json");
    let written = fs::read_to_string(&path).expect("written");
    assert!(
        !written.contains(&code) && !written.contains(&code.replace('-', "")),
        "{written}"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&path).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    for damaged in ["", "{\"version\":1,\"salt\":\"00\",\"codes\":[]}"] {
        fs::write(&path, damaged).expect("written");
        let made = room.pairing.make(Scope::Operator);
        assert!(matches!(made, Err(AccessError::Damaged { .. })), "{made:?}");
        let tried = room.tries(&code);
        assert!(
            matches!(tried, Err(PairRefusal::Access(AccessError::Damaged { .. }))),
            "{tried:?}"
        );
    }
}

#[test]
fn of_two_at_the_same_time_one_is_let_in() {
    let room = Room::new();
    let code = room.code();
    let tries = [(); 4].map(|()| {
        let (pairing, code) = (open(&room.data, &room.hand), code.clone());
        std::thread::spawn(move || pairing.redeem(&code, "laptop").is_ok())
    });
    let let_in = tries.map(|one| one.join().expect("ended"));
    assert_eq!(let_in.iter().filter(|is_in| **is_in).count(), 1);
    assert_eq!(room.pairing.tokens.list().expect("listed").len(), 1);
}

async fn asked(room: &Room, content: &str, body: impl Into<Body>) -> (Response, String) {
    let routes = pairing_routes(PairingDesk {
        pairing: room.pairing.clone(),
        server: "cellar".to_owned(),
        store: "uid".to_owned(),
    });
    let request = Request::post("/pair")
        .header(header::CONTENT_TYPE, content)
        .body(body.into());
    let response = routes
        .oneshot(request.expect("a request"))
        .await
        .expect("an answer");
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, 100_000).await.expect("a body");
    let text = String::from_utf8(bytes.to_vec()).expect("text");
    (Response::from_parts(parts, Body::empty()), text)
}

#[tokio::test]
async fn the_route_answers_as_agreed() {
    let room = Room::new();
    let code = room.code();
    let wish = serde_json::json!({"secret": code.replace('-', ""), "name": "laptop"}).to_string();
    let (response, text) = asked(&room, "application/json; charset=utf-8", wish.clone()).await;
    assert_eq!(response.status(), StatusCode::OK, "{text}");
    assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    let answer: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let token = answer["token"].as_str().expect("a token");
    room.pairing.tokens.check(Some(token)).expect("known");
    let rest = serde_json::json!({"token": token, "name": "laptop", "scope": "operator", "server": "cellar", "store": "uid"});
    assert_eq!(answer, rest);
    let (response, text) = asked(&room, "application/json", wish).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    let problem: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(problem["code"], "unauthorized");
    let next_step = problem["details"]["next_step"].as_str().expect("words");
    assert!(next_step.contains("wheelhouse-server pair"), "{next_step}");
}

#[tokio::test]
async fn the_route_refuses_other_forms_and_repeats_nothing() {
    let room = Room::new();
    let code = room.code().replace('-', "");
    let whole = format!("{{\"secret\":\"{code}\",\"name\":\"a\"}}");
    let wrong = [
        ("text/plain", whole.clone(), 400),
        ("application/x-www-form-urlencoded", whole.clone(), 400),
        ("application/json", format!("{{\"secret\":\"{code}\""), 400),
        (
            "application/json",
            format!("{{\"secret\":[\"{code}\"],\"name\":\"a\"}}"),
            400,
        ),
        (
            "application/json",
            format!("{{\"secret\":\"{code}\",\"name\":\"\"}}"),
            400,
        ),
        (
            "application/json",
            format!("{{\"secret\":\"{code}x\",\"name\":\"a\"}}"),
            400,
        ),
        ("application/json", whole + &" ".repeat(5000), 413),
    ];
    for (content, body, status) in wrong {
        let (response, text) = asked(&room, content, body.clone()).await;
        assert_eq!(response.status().as_u16(), status, "{body}");
        assert_eq!(
            response.headers()[header::CONTENT_TYPE],
            "application/problem+json"
        );
        assert!(!text.contains(&code), "{text}");
    }
    room.tries(&code).expect("none of it was a try");
}

#[tokio::test]
async fn only_a_few_tries_wait_for_each_other() {
    let room = Room::new();
    let code = room.code().replace('-', "");
    let routes = pairing_routes(PairingDesk {
        pairing: room.pairing.clone(),
        server: "cellar".to_owned(),
        store: "uid".to_owned(),
    });
    // Nobody's turn comes while the lock is held elsewhere.
    let locked = room.pairing.folder.lock().expect("free");
    let tries = (0..20).map(|_| {
        let request = Request::post("/pair").header(header::CONTENT_TYPE, "application/json");
        let body = serde_json::json!({"secret": "00000000", "name": "a"}).to_string();
        routes
            .clone()
            .oneshot(request.body(Body::from(body)).expect("a request"))
    });
    let mut tries: futures::stream::FuturesUnordered<_> = tries.collect();
    for _ in 0..12 {
        let refused = futures::StreamExt::next(&mut tries)
            .await
            .expect("one")
            .expect("an answer");
        assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.headers()[header::RETRY_AFTER], "1");
    }
    drop(tries);
    drop(locked);
    room.tries(&code).expect("whoever has left takes no place");
}
