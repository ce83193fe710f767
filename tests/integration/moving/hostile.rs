//! Files of runs that are not what they say: each is refused, and nothing of it is kept.

use super::Pair;
use super::refused::waiting;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use std::future::pending;
use std::io::{Read, Write};
use wheelhouse_api::carried;
use wheelhouse_contract::{
    AdmitWorkflow, ApiError, ArrivalView, DepartWorkflow, ErrorCode, ListMoves, Operations, ReadTransferPart,
};
use wheelhouse_domain::{ContentHash, MoveUid};
use wheelhouse_testkit::Workbench;

/// What a run leaves as, byte for byte.
async fn file_of(pair: &Pair) -> Vec<u8> {
    let id = waiting(&pair.laptop).await;
    let request = DepartWorkflow {
        request_key: pair.laptop.key(),
        id,
        move_uid: MoveUid(uuid::Uuid::now_v7()),
        other: pair.studio.api().handle().store().identity().uid,
        other_name: "studio".to_owned(),
        own_name: "laptop".to_owned(),
    };
    let departing = pair.laptop.api().depart_workflow(request).await.expect("leaves");
    let uid = departing.transfer.expect("a file");
    let (mut file, mut number) = (Vec::new(), 0);
    loop {
        let part = pair
            .laptop
            .api()
            .read_transfer_part(ReadTransferPart { uid, number })
            .await;
        let part = part.expect("a part");
        file.extend(STANDARD.decode(part.content).expect("base64"));
        if part.last {
            return file;
        }
        number += 1;
    }
}

async fn admit(bench: &Workbench, file: &[u8]) -> Result<ArrivalView, ApiError> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("run.wheelhouse");
    std::fs::write(&path, file).expect("written");
    let sent = carried::send(bench.api(), &path, |_| {}, pending()).await?;
    let transfer = sent.expect("nobody stops it");
    let request = AdmitWorkflow {
        request_key: bench.key(),
        transfer,
    };
    let admitted = bench.api().admit_workflow(request).await;
    carried::discard(bench.api(), transfer).await;
    admitted
}

fn text_of(file: &[u8]) -> std::io::Result<String> {
    let mut text = String::new();
    GzDecoder::new(file).read_to_string(&mut text)?;
    Ok(text)
}

fn unpacked(file: &[u8]) -> Vec<Value> {
    text_of(file)
        .expect("packed lines")
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line"))
        .collect()
}

/// The lines as a file that fits together: counts and sum are those of the lines.
fn packed(mut lines: Vec<Value>) -> Vec<u8> {
    lines.pop();
    let counts: Vec<usize> = (0..lines[0]["workflows"].as_array().map_or(0, Vec::len))
        .map(|number| {
            let of_it = |line: &&Value| line["event"][0] == json!(number);
            lines.iter().filter(of_it).count()
        })
        .collect();
    for (number, count) in counts.into_iter().enumerate() {
        lines[0]["workflows"][number]["events"] = json!(count);
    }
    let texts = lines.iter().filter(|line| line.get("content").is_some()).count();
    lines[0]["contents"] = json!(texts);
    let mut text = String::new();
    for line in &lines {
        text.push_str(&line.to_string());
        text.push('\n');
    }
    let sum = ContentHash::of(&text);
    text.push_str(&json!({ "sum": sum }).to_string());
    text.push('\n');
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(text.as_bytes()).expect("memory");
    packed.finish().expect("memory")
}

fn events(lines: &[Value]) -> Vec<usize> {
    let is_event = |line: &(usize, &Value)| line.1.get("event").is_some();
    lines
        .iter()
        .enumerate()
        .filter(is_event)
        .map(|(at, _)| at)
        .collect()
}

/// What the first run is given.
fn set_up(lines: &mut [Value]) -> &mut Value {
    let at = events(lines);
    let created = &mut lines[at[0]]["event"][1]["body"];
    if created.get("setup").is_none() {
        created["setup"] = json!({});
    }
    &mut created["setup"]
}

struct Untouched {
    position: i64,
    agents: usize,
}

async fn state(bench: &Workbench) -> Untouched {
    let store = bench.api().handle().store();
    Untouched {
        position: store.position().0,
        agents: store.agents().await.expect("agents").len(),
    }
}

async fn assert_nothing_kept(bench: &Workbench, before: &Untouched) {
    let now = state(bench).await;
    assert_eq!((now.position, now.agents), (before.position, before.agents));
    let moves = bench.api().list_moves(ListMoves {}).await.expect("moves");
    assert!(moves.arrivals.is_empty() && moves.held.is_empty(), "{moves:?}");
    assert_eq!(super::shown(bench).await, 0);
}

#[tokio::test]
async fn a_file_that_was_cut_or_changed_is_refused() {
    let pair = Pair::open().await;
    let file = file_of(&pair).await;
    let whole = text_of(&file).expect("packed lines");
    let before = state(&pair.studio).await;
    let mut dice = StdRng::seed_from_u64(7);
    for _ in 0..20 {
        let end = dice.random_range(0..file.len());
        let refused = admit(&pair.studio, &file[..end]).await;
        refused.expect_err("it is cut off");
    }
    for _ in 0..40 {
        let mut changed = file.clone();
        // What says when and by which system it was packed is no part of it.
        let at = dice.random_range(10..changed.len());
        changed[at] ^= 1 << dice.random_range(0..8);
        // Some bits mean nothing, such as those that fill the last byte of what is packed.
        if text_of(&changed).is_ok_and(|text| text == whole) {
            continue;
        }
        let refused = admit(&pair.studio, &changed).await;
        refused.expect_err("it was changed");
    }
    assert_nothing_kept(&pair.studio, &before).await;
    admit(&pair.studio, &file).await.expect("as it is, it fits");
    assert_eq!(
        super::shown(&pair.studio).await,
        0,
        "nor is it shown before it is decided"
    );
}

#[tokio::test]
async fn a_file_whose_sums_fit_and_whose_story_does_not_is_refused() {
    let pair = Pair::open().await;
    let file = file_of(&pair).await;
    let before = state(&pair.studio).await;
    let lines = unpacked(&file);
    assert!(lines[0]["move"].is_object(), "{}", lines[0]);
    type Change = fn(&mut Vec<Value>);
    let strange: [(&str, Change); 17] = [
        ("events out of order", |lines| {
            let at = events(lines);
            lines.swap(at[2], at[3]);
        }),
        ("an event left out", |lines| {
            let at = events(lines);
            lines.remove(at[4]);
        }),
        ("an event twice", |lines| {
            let at = events(lines);
            let again = lines[at[4]].clone();
            lines.insert(at[4], again);
        }),
        ("another run's name on it", |lines| {
            lines[0]["workflows"][0]["uid"] = json!(uuid::Uuid::now_v7());
        }),
        ("the name of the run in its events", |lines| {
            let at = events(lines);
            lines[at[0]]["event"][1]["body"]["uid"] = json!(uuid::Uuid::now_v7());
        }),
        ("another store's", |lines| {
            lines[0]["move"]["to"] = json!(uuid::Uuid::now_v7());
        }),
        ("a hand that nobody gave", |lines| {
            lines[0]["move"]["hand"] = json!(1);
        }),
        ("from the store that it goes to", |lines| {
            lines[0]["move"]["from"] = lines[0]["move"]["to"].clone();
        }),
        ("not on its way", |lines| {
            lines[0]["move"] = Value::Null;
        }),
        ("a text left out", |lines| {
            let at = lines.iter().position(|line| line.get("content").is_some());
            lines.remove(at.expect("a text"));
        }),
        ("a text too many", |lines| {
            let last = lines.len() - 1;
            lines.insert(last, json!({"content": "a text that nobody points at"}));
        }),
        ("no agents", |lines| {
            lines[0]["agents"] = json!([]);
        }),
        ("a template that can't be", |lines| {
            lines[0]["move"]["templates"][0]["document"]["steps"] = json!([]);
        }),
        ("an event that nobody here understands", |lines| {
            let at = events(lines);
            lines[at[1]]["event"][1]["body"]["also"] = json!("something that must not be lost");
        }),
        ("a reply in a conversation that nobody here had", |lines| {
            let agent = lines[0]["agents"][0]["uid"].clone();
            let (conversation, message) = (uuid::Uuid::now_v7(), uuid::Uuid::now_v7());
            set_up(lines)["conversation"] =
                json!({"conversation": conversation, "agent": agent, "message": message});
        }),
        ("a trial of an agent", |lines| {
            let agent = lines[0]["agents"][0]["uid"].clone();
            set_up(lines)["trial"] = json!({
                "agent": agent, "name": "", "role": "", "instructions": "", "model": "rehearsal", "tools": []
            });
        }),
        ("a name of a store without end", |lines| {
            lines[0]["move"]["from_name"] = json!("x".repeat(100_000));
        }),
    ];
    for (what, change) in strange {
        let mut changed = lines.clone();
        change(&mut changed);
        let refused = admit(&pair.studio, &packed(changed)).await;
        let error = match refused {
            Err(error) => error,
            Ok(arrival) => panic!("{what}: it was taken in as {arrival:?}"),
        };
        assert!(
            matches!(
                error.code,
                ErrorCode::Unreadable | ErrorCode::InvalidRequest | ErrorCode::Conflict | ErrorCode::TooLarge
            ),
            "{what}: {error:?}"
        );
        assert_nothing_kept(&pair.studio, &before).await;
    }
    admit(&pair.studio, &packed(lines))
        .await
        .expect("packed again as it was, it fits");
}

#[tokio::test]
async fn a_part_of_another_run_does_not_come_alone() {
    let pair = Pair::open().await;
    let lines = unpacked(&file_of(&pair).await);
    let before = state(&pair.studio).await;
    let mut below = lines;
    set_up(&mut below)["parent"] = json!({"workflow": uuid::Uuid::now_v7(), "task": "somewhere"});
    let refused = admit(&pair.studio, &packed(below)).await;
    refused.expect_err("it stands below another");
    assert_nothing_kept(&pair.studio, &before).await;
}
