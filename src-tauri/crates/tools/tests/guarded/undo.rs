//! A write can be taken back, unless something else happened since.

use crate::harness::{Place, refusal};
use proptest::prelude::*;
use serde_json::json;
use std::fs;
use wheelhouse_tools::{Checkpoint, Effect, WRITE_FILE, unified_diff};

async fn written(place: &Place, path: &str, text: &str) -> Checkpoint {
    let done = place
        .call(WRITE_FILE, json!({"path": path, "text": text}))
        .await
        .unwrap();
    done.checkpoint.unwrap()
}

#[tokio::test]
async fn a_write_is_taken_back_to_the_byte() {
    let place = Place::new();
    fs::write(place.granted("file.txt"), "old \u{FEFF}text\r\nno end").unwrap();
    let changed = written(&place, "project/file.txt", "new").await;
    let created = written(&place, "project/a/b/c.txt", "new").await;
    // A checkpoint survives being kept as text.
    let changed: Checkpoint = serde_json::from_str(&serde_json::to_string(&changed).unwrap()).unwrap();
    place.toolbox.undo(&place.grant, &changed).await.unwrap();
    place.toolbox.undo(&place.grant, &created).await.unwrap();
    assert_eq!(
        fs::read_to_string(place.granted("file.txt")).unwrap(),
        "old \u{FEFF}text\r\nno end"
    );
    assert!(
        !place.granted("a").exists(),
        "folders that were made for it go, too"
    );
}

#[tokio::test]
async fn what_was_changed_since_is_not_set_back() {
    let place = Place::new();
    let first = written(&place, "project/file.txt", "first").await;
    let second = written(&place, "project/file.txt", "second").await;
    assert!(refusal(place.toolbox.undo(&place.grant, &first).await).contains("was changed since"));
    place.toolbox.undo(&place.grant, &second).await.unwrap();
    place.toolbox.undo(&place.grant, &first).await.unwrap();
    place
        .toolbox
        .undo(&place.grant, &first)
        .await
        .expect("undone already");
    assert!(refusal(place.toolbox.undo(&place.grant, &second).await).contains("was changed since"));

    let created = written(&place, "project/new/a.txt", "mine").await;
    fs::write(place.granted("new/other.txt"), "theirs").unwrap();
    place.toolbox.undo(&place.grant, &created).await.unwrap();
    assert!(!place.granted("new/a.txt").exists());
    assert!(place.granted("new/other.txt").exists(), "a folder in use stays");

    let again = written(&place, "project/again.txt", "mine").await;
    fs::write(place.granted("again.txt"), "theirs").unwrap();
    assert!(refusal(place.toolbox.undo(&place.grant, &again).await).contains("was changed since"));
    assert_eq!(fs::read_to_string(place.granted("again.txt")).unwrap(), "theirs");
    fs::remove_file(place.granted("again.txt")).unwrap();
    place
        .toolbox
        .undo(&place.grant, &again)
        .await
        .expect("nothing was there before either");
}

#[tokio::test]
async fn a_damaged_or_forged_checkpoint_brings_nothing_back() {
    let place = Place::new();
    let good = written(&place, "project/file.txt", "new").await;
    let kept = place
        .base
        .path()
        .join("checkpoints")
        .join(good.before.clone().unwrap());
    fs::write(&kept, "damaged").unwrap();
    assert!(refusal(place.toolbox.undo(&place.grant, &good).await).contains("is not kept any more"));
    for before in ["../outside/secret.txt", "", "/etc/passwd", &"g".repeat(64)] {
        let forged = Checkpoint {
            before: Some(before.to_owned()),
            ..good.clone()
        };
        assert!(refusal(place.toolbox.undo(&place.grant, &forged).await).contains("is not kept any more"));
    }
    let outward = Checkpoint {
        path: "project/../outside/secret.txt".to_owned(),
        ..good.clone()
    };
    assert!(refusal(place.toolbox.undo(&place.grant, &outward).await).contains(".."));
    assert_eq!(fs::read_to_string(place.granted("file.txt")).unwrap(), "new");
}

/// Makes the change that a unified diff tells of, as `patch` would.
fn patched(before: &str, diff: &str) -> String {
    let old: Vec<&str> = before.split_inclusive('\n').collect();
    let mut new = String::new();
    let mut at = 0;
    let mut lines = diff
        .split_inclusive('\n')
        .skip_while(|line| !line.starts_with("@@"))
        .peekable();
    while let Some(line) = lines.next() {
        let ends_open = lines.peek().is_some_and(|next| next.starts_with('\\'));
        let content = |line: &str| {
            let text = &line[1..];
            if ends_open {
                text.strip_suffix('\n').unwrap_or(text).to_owned()
            } else {
                text.to_owned()
            }
        };
        match line.as_bytes()[0] {
            b'@' => {
                let range = line.split_whitespace().nth(1).unwrap().trim_start_matches('-');
                let (start, count) = range.split_once(',').unwrap_or((range, "1"));
                let start: usize = start.parse().unwrap();
                let start = if count == "0" { start } else { start - 1 };
                new.extend(old[at..start].iter().copied());
                at = start;
            }
            b' ' => {
                assert_eq!(content(line), old[at]);
                new.push_str(old[at]);
                at += 1;
            }
            b'-' => {
                assert_eq!(content(line), old[at]);
                at += 1;
            }
            b'+' => new.push_str(&content(line)),
            b'\\' => {}
            other => panic!("{other} in a diff"),
        }
    }
    new.extend(old[at..].iter().copied());
    new
}

fn text() -> impl Strategy<Value = String> {
    let line = prop_oneof!["", "a", "b", "same", "[a-zäß ]{0,8}", "-- x", "[+][+] y", "@@ z"];
    (proptest::collection::vec(line, 0..25), any::<bool>()).prop_map(|(lines, closed)| {
        let mut text = lines.join("\n");
        if closed && !text.is_empty() {
            text.push('\n');
        }
        text
    })
}

proptest! {
    #[test]
    fn a_diff_tells_the_whole_change(before in text(), after in text()) {
        let diff = unified_diff("p/a", Some(&before), Some(&after));
        prop_assert_eq!(patched(&before, &diff), after);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_row_of_writes_is_taken_back_step_by_step(
        start in proptest::option::of(text()), steps in proptest::collection::vec(text(), 1..6),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let place = Place::quick();
            if let Some(start) = &start {
                fs::write(place.granted("row.txt"), start).unwrap();
            }
            let now = || fs::read_to_string(place.granted("row.txt")).ok();
            let mut history = Vec::new();
            for text in &steps {
                let preview = place.preview(WRITE_FILE, json!({"path": "project/row.txt", "text": text})).await.unwrap();
                let Effect::Write { diff, .. } = &preview.effect else { panic!() };
                assert_eq!(&patched(&now().unwrap_or_default(), diff), text);
                let before = now();
                let done = place.carry_out(&preview).await.unwrap();
                assert_eq!(now().as_ref(), Some(text));
                history.push((before, done.checkpoint.unwrap()));
            }
            for (before, checkpoint) in history.into_iter().rev() {
                place.toolbox.undo(&place.grant, &checkpoint).await.unwrap();
                assert_eq!(now(), before);
            }
        });
    }
}
