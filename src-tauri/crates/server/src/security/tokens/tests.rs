//! Tokens as somebody with bad intentions would try them.

use super::*;
use crate::security::clock::Clock;
use crate::security::secret::work;
use crate::security::testing::{Hand, START};
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

/// Where the child process of a test finds its folder.
const CHILD_FOLDER: &str = "WHEELHOUSE_TEST_TOKENS_FOLDER";
const CHILD_NAME: &str = "WHEELHOUSE_TEST_TOKENS_NAME";

struct Room {
    data: TempDir,
    hand: Hand,
}

impl Room {
    fn new() -> Self {
        Self {
            data: tempfile::tempdir().expect("a temporary folder"),
            hand: Hand::default(),
        }
    }

    /// As another process would have it.
    fn open(&self) -> Result<Tokens, AccessError> {
        Tokens::open(Folder::open(self.data.path())?, self.hand.clock())
    }

    fn tokens(&self) -> Tokens {
        self.open().expect("opened")
    }

    fn file(&self) -> PathBuf {
        self.data.path().join("server").join("tokens.json")
    }
}

#[test]
fn who_shows_a_token_is_known() {
    let room = Room::new();
    let tokens = room.tokens();
    let issued = tokens
        .issue("Anna's laptop", Scope::Viewer, None)
        .expect("issued");
    let caller = tokens.check(Some(issued.token.expose())).expect("known");
    assert_eq!(caller.id, issued.row.id);
    assert_eq!((&*caller.name, caller.scope), ("Anna's laptop", Scope::Viewer));
    assert_eq!(tokens.list().expect("listed"), vec![issued.row]);
}

#[test]
fn everything_else_is_refused_alike_and_costs_the_same() {
    let room = Room::new();
    let tokens = room.tokens();
    let good = tokens.issue("good", Scope::Operator, None).expect("issued");
    let until = START.plus(1000);
    let expired = tokens
        .issue("expired", Scope::Operator, Some(until))
        .expect("issued");
    let revoked = tokens.issue("revoked", Scope::Operator, None).expect("issued");
    tokens.revoke("revoked").expect("revoked");
    room.hand.go_on(1000);
    let good = good.token.expose();
    let (upper, lower) = (good.to_uppercase(), good.to_lowercase());
    let variants = [
        String::new(),
        "wh_".to_owned(),
        format!("{good} "),
        format!(" {good}"),
        format!("{good}\0"),
        format!("{good}="),
        format!("\"{good}\""),
        good[3..].to_owned(),
        good[..45].to_owned(),
        good.replacen("wh_", "WH_", 1),
        "x".repeat(1_000_000),
        "wh_".to_owned() + &"ü".repeat(21) + "x",
        upper,
        lower,
        expired.token.expose().to_owned(),
        revoked.token.expose().to_owned(),
        Token::new().expect("random numbers").expose().to_owned(),
    ];
    work::take();
    assert!(tokens.check(Some(good)).is_ok());
    let cost = work::take();
    assert_eq!(
        cost,
        (1, 2),
        "one hash, and one comparison for each of the two rows"
    );
    assert_eq!(tokens.check(None), Err(CheckRefusal::Unknown));
    assert_eq!(work::take(), cost, "missing");
    for variant in &variants {
        assert_eq!(tokens.check(Some(variant)), Err(CheckRefusal::Unknown));
        assert_eq!(work::take(), cost);
    }
}

#[test]
fn of_a_hundred_thousand_random_tokens_none_is_good() {
    let room = Room::new();
    let tokens = room.tokens();
    for name in ["one", "two", "three"] {
        tokens.issue(name, Scope::Operator, None).expect("issued");
    }
    let accepted = (0..100_000)
        .filter(|_| {
            let token = Token::new().expect("random numbers");
            tokens.check(Some(token.expose())).is_ok()
        })
        .count();
    assert_eq!(accepted, 0);
}

#[test]
fn a_token_that_is_one_character_off_is_none() {
    let room = Room::new();
    let tokens = room.tokens();
    let issued = tokens.issue("good", Scope::Operator, None).expect("issued");
    let good = issued.token.expose();
    for place in 3..good.len() {
        let mut other = good.to_owned().into_bytes();
        other[place] = if other[place] == b'A' { b'B' } else { b'A' };
        let other = String::from_utf8(other).expect("text");
        assert_eq!(tokens.check(Some(&other)), Err(CheckRefusal::Unknown), "{place}");
    }
}

#[test]
fn the_file_holds_no_token_and_only_its_owner_may_read_it() {
    let room = Room::new();
    let issued = room
        .tokens()
        .issue("good", Scope::Operator, None)
        .expect("issued");
    let written = fs::read_to_string(room.file()).expect("written");
    assert!(!written.contains(&issued.token.expose()[3..]), "{written}");
    assert!(!written.contains("wh_"), "{written}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(room.file()).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let shown = format!("{issued:?}{:?}", room.tokens());
    assert!(!shown.contains("wh_"), "{shown}");
}

#[test]
fn a_name_stands_for_one_token() {
    let room = Room::new();
    let tokens = room.tokens();
    let first = tokens.issue("Laptop", Scope::Operator, None).expect("issued");
    let second = tokens.issue(" laptop ", Scope::Operator, None);
    assert!(matches!(second, Err(AccessError::NameTaken)), "{second:?}");
    let unfit = tokens.issue("a\nb", Scope::Operator, None);
    assert!(matches!(unfit, Err(AccessError::Name(_))), "{unfit:?}");
    let over = tokens.issue("over", Scope::Operator, Some(START));
    assert!(matches!(over, Err(AccessError::ExpiresBeforeNow)), "{over:?}");
    assert_eq!(tokens.revoke(" LAPTOP").expect("by name"), first.row);
    let again = tokens.revoke("laptop");
    assert!(matches!(again, Err(AccessError::NotFound)), "{again:?}");
    let again = tokens.issue("laptop", Scope::Operator, None).expect("free again");
    assert_eq!(
        tokens.revoke(again.row.id.as_str()).expect("by id").id,
        again.row.id
    );
}

#[test]
fn there_is_an_end_to_tokens() {
    let room = Room::new();
    let issued = room.tokens().issue("0", Scope::Operator, None).expect("issued");
    let mut file: serde_json::Value =
        serde_json::from_slice(&fs::read(room.file()).expect("there")).expect("JSON");
    let rows = file["tokens"].as_array_mut().expect("rows");
    for number in 1..MOST {
        let mut row = rows[0].clone();
        row["id"] = format!("id-{number:010x}").into();
        row["name"] = number.to_string().into();
        row["sha256"] = format!("{number:064x}").into();
        rows.push(row);
    }
    fs::write(room.file(), file.to_string()).expect("written");
    let tokens = room.tokens();
    assert!(tokens.check(Some(issued.token.expose())).is_ok());
    let one_more = tokens.issue("one more", Scope::Operator, None);
    assert!(matches!(one_more, Err(AccessError::Full)), "{one_more:?}");
}

#[test]
fn a_damaged_file_is_an_error_and_stays_as_it_is() {
    let room = Room::new();
    room.tokens()
        .issue("good", Scope::Operator, None)
        .expect("issued");
    let whole = fs::read_to_string(room.file()).expect("there");
    let secret = "wh_this-was-typed-here-by-mistake";
    let twice = whole.replacen("\"tokens\": [", "\"tokens\": [{\"id\":\"id-1\",\"name\":\"GOOD\",\"scope\":\"viewer\",\"created_at\":1,\"expires_at\":null,\"sha256\":\"0000000000000000000000000000000000000000000000000000000000000000\"},", 1);
    let damaged = [
        String::new(),
        "{}".to_owned(),
        whole[..whole.len() / 2].to_owned(),
        whole.replace("operator", secret),
        whole.replacen("\"sha256\": \"", &format!("\"sha256\": \"{secret}"), 1),
        twice,
        "\0".repeat(whole.len()),
    ];
    for text in damaged {
        fs::write(room.file(), &text).expect("written");
        let opened = room.open();
        let Err(error @ AccessError::Damaged { .. }) = opened else {
            panic!("{text} gave {opened:?}");
        };
        let told = format!("{error} {error:?} {}", error.next_step());
        assert!(!told.contains("this-was-typed"), "{told}");
        assert!(
            told.contains("tokens.json") && told.contains("from a copy"),
            "{told}"
        );
        assert_eq!(fs::read_to_string(room.file()).expect("there"), text);
    }
    fs::write(room.file(), "{\"version\": 2, \"people\": []}").expect("written");
    let newer = room.open();
    assert!(matches!(newer, Err(AccessError::Newer { .. })), "{newer:?}");
}

#[test]
fn a_change_never_goes_over_a_damaged_file() {
    let room = Room::new();
    let tokens = room.tokens();
    tokens.issue("good", Scope::Operator, None).expect("issued");
    fs::write(room.file(), "{").expect("written");
    let issued = tokens.issue("other", Scope::Operator, None);
    assert!(matches!(issued, Err(AccessError::Damaged { .. })), "{issued:?}");
    let revoked = tokens.revoke("good");
    assert!(matches!(revoked, Err(AccessError::Damaged { .. })), "{revoked:?}");
    assert_eq!(fs::read_to_string(room.file()).expect("there"), "{");
}

/// A server that runs, and the terminal beside it.
#[tokio::test]
async fn a_running_server_notices_within_a_second() {
    let room = Room::new();
    let (server, terminal) = (room.tokens(), room.tokens());
    let stop = CancellationToken::new();
    let following = tokio::spawn({
        let (server, stop) = (server.clone(), stop.clone());
        async move { server.follow(stop).await }
    });
    let issued = terminal.issue("laptop", Scope::Operator, None).expect("issued");
    let mut news = server.shared.state.subscribe();
    let within = Duration::from_secs(1);
    let seen = tokio::time::timeout(within, news.wait_for(|state| state.is_good(&issued.row.id))).await;
    assert!(seen.is_ok_and(|seen| seen.is_ok()), "noticed in time");
    let caller = server.check(Some(issued.token.expose())).expect("known");
    let ended = server.ended(&caller);
    terminal.revoke("laptop").expect("revoked");
    tokio::time::timeout(within, ended)
        .await
        .expect("noticed in time");
    assert_eq!(
        server.check(Some(issued.token.expose())),
        Err(CheckRefusal::Unknown)
    );
    stop.cancel();
    following.await.expect("ends when it is told to");
}

#[tokio::test]
async fn only_the_connections_of_that_token_end() {
    let room = Room::new();
    let tokens = room.tokens();
    let until = START.plus(5000);
    let [kept, revoked] = ["kept", "revoked"].map(|name| {
        let issued = tokens.issue(name, Scope::Operator, None).expect("issued");
        tokens.check(Some(issued.token.expose())).expect("known")
    });
    let expiring = tokens
        .issue("expiring", Scope::Operator, Some(until))
        .expect("issued");
    let expiring = tokens.check(Some(expiring.token.expose())).expect("known");
    let mut kept = std::pin::pin!(tokens.ended(&kept));
    let mut expiring = std::pin::pin!(tokens.ended(&expiring));
    let revoked = tokens.ended(&revoked);
    tokens.revoke("revoked").expect("revoked");
    revoked.await;
    assert!(futures::poll!(&mut kept).is_pending());
    assert!(futures::poll!(&mut expiring).is_pending());
    room.hand.go_on(5000);
    tokens.look();
    expiring.await;
    assert!(futures::poll!(&mut kept).is_pending());
}

#[tokio::test]
async fn damage_under_a_running_server_closes_the_door_after_a_second_look() {
    let room = Room::new();
    let tokens = room.tokens();
    let issued = tokens.issue("laptop", Scope::Operator, None).expect("issued");
    let presented = Some(issued.token.expose());
    let caller = tokens.check(presented).expect("known");
    let whole = fs::read(room.file()).expect("there");
    // As an editor does that writes in place.
    fs::write(room.file(), "").expect("written");
    tokens.look();
    assert!(
        tokens.check(presented).is_ok(),
        "it may be in the middle of a write"
    );
    fs::write(room.file(), &whole).expect("written");
    tokens.look();
    fs::write(room.file(), "{").expect("written");
    tokens.look();
    assert!(tokens.check(presented).is_ok());
    tokens.look();
    assert_eq!(tokens.check(presented), Err(CheckRefusal::Unreadable));
    assert_eq!(tokens.check(None), Err(CheckRefusal::Unreadable));
    tokens.ended(&caller).await;
    fs::write(room.file(), &whole).expect("written");
    tokens.look();
    assert!(tokens.check(presented).is_ok());
}

#[test]
fn a_file_that_is_gone_revokes_everything() {
    let room = Room::new();
    let tokens = room.tokens();
    let issued = tokens.issue("laptop", Scope::Operator, None).expect("issued");
    fs::remove_file(room.file()).expect("removed");
    tokens.look();
    assert_eq!(
        tokens.check(Some(issued.token.expose())),
        Err(CheckRefusal::Unknown)
    );
}

#[test]
#[ignore = "a process of `two_processes_never_lose_each_other_s_change`"]
fn child_process() {
    let folder = std::env::var_os(CHILD_FOLDER).expect("started by the other test");
    let name = std::env::var(CHILD_NAME).expect("started by the other test");
    let folder = Folder::open(std::path::Path::new(&folder)).expect("opened");
    let tokens = Tokens::open(folder, Clock::system()).expect("opened");
    for number in 0..30 {
        tokens
            .issue(&format!("{name} {number}"), Scope::Operator, None)
            .expect("issued");
        if number % 3 == 0 {
            tokens.revoke(&format!("{name} {number}")).expect("revoked");
        }
    }
}

#[test]
fn two_processes_never_lose_each_other_s_change() {
    let room = Room::new();
    let children = ["a", "b"].map(|name| {
        let program = std::env::current_exe().expect("this test");
        let arguments = ["--exact", "security::tokens::tests::child_process", "--ignored"];
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env(CHILD_FOLDER, room.data.path())
            .env(CHILD_NAME, name);
        command
            .stdout(std::process::Stdio::null())
            .spawn()
            .expect("started")
    });
    for mut child in children {
        assert!(child.wait().expect("ended").success());
    }
    let names: Vec<String> = room
        .tokens()
        .list()
        .expect("listed")
        .into_iter()
        .map(|row| row.name)
        .collect();
    let expected = |name: &str| {
        (0..30)
            .filter(|number| number % 3 != 0)
            .all(|number| names.contains(&format!("{name} {number}")))
    };
    assert!(expected("a") && expected("b"), "{names:?}");
    assert_eq!(names.len(), 40, "{names:?}");
}
