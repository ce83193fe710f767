//! Reading, listing, searching and writing as they are meant.

use crate::harness::{INSIDE, Place, SECRET, refusal, tells};
use serde_json::{Value, json};
use std::fs;
use wheelhouse_tools::{Access, Effect, LIST_FOLDER, READ_FILE, SEARCH_FILES, WRITE_FILE};

#[tokio::test]
async fn lines_are_read_with_their_numbers_and_within_bounds() {
    let place = Place::new();
    let text: String = (1..=5_000).map(|number| format!("line {number}\n")).collect();
    fs::write(place.granted("long.txt"), text).unwrap();
    let some = place
        .call(
            READ_FILE,
            json!({"path": "project/long.txt", "first_line": 10, "last_line": 12}),
        )
        .await
        .unwrap();
    assert_eq!(some.data["text"], "line 10\nline 11\nline 12\n");
    assert!(some.text.contains("    10\tline 10"), "{}", some.text);
    assert!(some.untrusted);
    let all = place
        .call(READ_FILE, json!({"path": "project/long.txt"}))
        .await
        .unwrap();
    assert_eq!(
        (&all.data["last_line"], &all.data["lines"]),
        (&json!(2_000), &json!(5_000))
    );
    assert!(all.text.contains("Ask with first_line 2001"));
    for (first, last, words) in [(9_999, 10_000, "only 5000 lines"), (5, 4, "comes before")] {
        let arguments = json!({"path": "project/long.txt", "first_line": first, "last_line": last});
        assert!(refusal(place.call(READ_FILE, arguments).await).contains(words));
    }
    let wide = "x".repeat(500_000);
    fs::write(place.granted("wide.txt"), format!("{wide}\nnext\n")).unwrap();
    let cut = place
        .call(READ_FILE, json!({"path": "project/wide.txt"}))
        .await
        .unwrap();
    assert!(cut.text.contains("its end is left out") && cut.text.contains("first_line 2"));
}

#[tokio::test]
async fn what_is_not_text_or_too_big_is_refused_in_words() {
    let place = Place::new();
    fs::write(place.granted("picture.png"), b"\x89PNG\r\n\x1a\n\0\0").unwrap();
    fs::write(place.granted("zero.txt"), b"a\0b").unwrap();
    fs::File::create(place.granted("huge.txt"))
        .unwrap()
        .set_len(11 * 1024 * 1024)
        .unwrap();
    for (file, words) in [
        ("picture.png", "is not text"),
        ("zero.txt", "is not text"),
        ("huge.txt", "at most 10485760"),
        ("none.txt", "nothing at"),
        ("sub", "is a folder"),
    ] {
        let outcome = place
            .call(READ_FILE, json!({"path": format!("project/{file}")}))
            .await;
        assert!(refusal(outcome).contains(words), "{file}");
    }
    let into = place.call(READ_FILE, json!({"path": "project/file.txt/x"})).await;
    assert!(refusal(into).contains("is not a folder"));
}

#[tokio::test]
async fn folders_are_listed_and_the_granted_ones_named() {
    let place = Place::new();
    let top = place.call(LIST_FOLDER, json!({})).await.unwrap();
    assert!(top.text.contains("project/  (read and write)"), "{}", top.text);
    let listed = place.call(LIST_FOLDER, json!({"path": "project"})).await.unwrap();
    let expected = json!([
        {"name": "file.txt", "kind": "file", "size": INSIDE.len() + 1},
        {"name": "sub", "kind": "folder", "size": null},
    ]);
    assert_eq!(listed.data["entries"], expected);
    fs::write(place.granted("two\nlines.txt"), "").unwrap();
    let listed = place.call(LIST_FOLDER, json!({"path": "project"})).await.unwrap();
    assert!(listed.text.contains(r#""two\nlines.txt""#), "{}", listed.text);
}

#[tokio::test]
async fn searches_find_lines_and_leave_out_what_they_should() {
    let place = Place::new();
    fs::create_dir(place.granted(".git")).unwrap();
    fs::write(place.granted(".git/config"), "fine").unwrap();
    fs::write(place.granted("sub/code.rs"), "let x = 1;\nlet FINE = x+1;\n").unwrap();
    fs::write(place.granted("binary"), b"fine\0").unwrap();
    let search = async |more: Value| {
        let mut arguments = json!({"path": "project", "pattern": "fine"});
        arguments
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let done = place.call(SEARCH_FILES, arguments).await.unwrap();
        let hits = done.data["hits"].as_array().unwrap().clone();
        hits.iter()
            .map(|hit| format!("{}:{}", hit["path"].as_str().unwrap(), hit["line"]))
            .collect::<Vec<_>>()
    };
    let texts = [
        "project/file.txt:1",
        "project/sub/deep/file.txt:1",
        "project/sub/file.txt:1",
    ];
    assert_eq!(search(json!({})).await, texts);
    assert_eq!(
        search(json!({"ignore_case": true, "files": "**/*.rs"})).await,
        ["project/sub/code.rs:2"]
    );
    assert_eq!(search(json!({"files": "*.txt"})).await, ["project/file.txt:1"]);
    assert_eq!(search(json!({"most": 2})).await.len(), 2);
    assert_eq!(
        search(json!({"pattern": r"x\+\d", "regex": true})).await,
        ["project/sub/code.rs:2"]
    );
    assert_eq!(search(json!({"pattern": "x+1"})).await, ["project/sub/code.rs:2"]);
    let bad = place
        .call(
            SEARCH_FILES,
            json!({"path": "project", "pattern": "(", "regex": true}),
        )
        .await;
    assert!(refusal(bad).contains("can't be understood"));
    // A pattern that would take much memory is refused, and one that would take much time does not.
    let heavy = json!({"path": "project", "pattern": r"(\w{1000}){1000}", "regex": true});
    assert!(refusal(place.call(SEARCH_FILES, heavy).await).contains("can't be understood"));
    fs::write(place.granted("a.txt"), "a".repeat(100_000)).unwrap();
    assert_eq!(
        search(json!({"pattern": "(a*)*b", "regex": true, "files": "a.txt"})).await,
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn a_write_shows_its_diff_first_and_then_does_exactly_that() {
    let place = Place::new();
    let arguments = json!({"path": "project/file.txt", "edits": [{"old": "fine", "new": "better"}]});
    let preview = place.preview(WRITE_FILE, arguments).await.unwrap();
    let Effect::Write {
        diff,
        added,
        removed,
        invisible,
        ..
    } = &preview.effect
    else {
        panic!("{:?}", preview.effect);
    };
    let expected =
        "--- a/project/file.txt\n+++ b/project/file.txt\n@@ -1 +1 @@\n-inside and fine\n+inside and better\n";
    assert_eq!((diff.as_str(), *added, *removed, *invisible), (expected, 1, 1, 0));
    assert_eq!(
        fs::read_to_string(place.granted("file.txt")).unwrap(),
        "inside and fine\n"
    );
    let done = place.carry_out(&preview).await.unwrap();
    assert_eq!(
        fs::read_to_string(place.granted("file.txt")).unwrap(),
        "inside and better\n"
    );
    assert!(done.checkpoint.is_some() && !done.untrusted);

    let new = json!({"path": "project/new/folder/a.txt", "text": "hidden\u{200B}\n"});
    let preview = place.preview(WRITE_FILE, new).await.unwrap();
    let Effect::Write {
        diff,
        new_folders,
        invisible,
        ..
    } = &preview.effect
    else {
        panic!("{:?}", preview.effect);
    };
    assert!(
        diff.starts_with("--- /dev/null\n+++ b/project/new/folder/a.txt\n@@ -0,0 +1 @@\n+hidden"),
        "{diff}"
    );
    assert_eq!(
        (new_folders.as_slice(), *invisible),
        (
            &["project/new".to_owned(), "project/new/folder".to_owned()][..],
            1
        )
    );
    assert!(!place.granted("new").exists());
    place.carry_out(&preview).await.unwrap();
    assert!(place.granted("new/folder/a.txt").exists());
    let left: Vec<_> = fs::read_dir(place.granted("new/folder")).unwrap().collect();
    assert_eq!(left.len(), 1, "nothing is left beside the file");
}

#[tokio::test]
async fn what_changed_between_preview_and_doing_is_not_overwritten() {
    let place = Place::new();
    let replace = place
        .preview(WRITE_FILE, json!({"path": "project/file.txt", "text": "mine"}))
        .await
        .unwrap();
    let create = place
        .preview(WRITE_FILE, json!({"path": "project/new.txt", "text": "mine"}))
        .await
        .unwrap();
    fs::write(place.granted("file.txt"), "theirs").unwrap();
    fs::write(place.granted("new.txt"), "theirs").unwrap();
    for preview in [replace, create] {
        assert!(refusal(place.carry_out(&preview).await).contains("has changed since it was approved"));
    }
    for file in ["file.txt", "new.txt"] {
        assert_eq!(fs::read_to_string(place.granted(file)).unwrap(), "theirs");
    }
}

#[tokio::test]
async fn what_may_not_be_written_is_refused_in_words() {
    let mut place = Place::new();
    fs::create_dir_all(place.granted(".git/hooks")).unwrap();
    fs::write(place.granted("binary"), b"\xff\xfe").unwrap();
    for (arguments, words) in [
        (
            json!({"path": "project/.git/hooks/pre-commit", "text": "x"}),
            "steers programs",
        ),
        (json!({"path": "project/binary", "text": "x"}), "is not text"),
        (
            json!({"path": "project/none.txt", "edits": [{"old": "a", "new": "b"}]}),
            "nothing at",
        ),
        (
            json!({"path": "project/file.txt", "text": "x", "create_only": true}),
            "is there already",
        ),
        (json!({"path": "project/file.txt"}), "Give either"),
        (
            json!({"path": "project/file.txt", "text": "", "edits": []}),
            "Give either",
        ),
        (json!({"path": "project/sub", "text": "x"}), "is a folder"),
        (json!({"path": "project", "text": "x"}), "is a folder"),
        (
            json!({"path": "project/big", "text": "x".repeat(3_000_000)}),
            "at most 2097152",
        ),
        (
            json!({"path": "project/file.txt", "edits": [{"old": "absent", "new": "b"}]}),
            "Edit 1: the passage is not",
        ),
        (
            json!({"path": "project/file.txt", "edits": [{"old": "n", "new": "b"}]}),
            "3 times",
        ),
    ] {
        assert!(
            refusal(place.preview(WRITE_FILE, arguments.clone()).await).contains(words),
            "{words}"
        );
    }
    place.grant.folders[0].access = Access::Read;
    let outcome = place
        .preview(WRITE_FILE, json!({"path": "project/a", "text": "x"}))
        .await;
    assert!(refusal(outcome).contains("for reading only"));
}

#[cfg(unix)]
#[tokio::test]
async fn permissions_stay_and_a_second_name_elsewhere_is_not_touched() {
    use std::os::unix::fs::PermissionsExt;
    let mut place = Place::new();
    let script = place.granted("run.sh");
    fs::write(&script, "#!/bin/sh\n").unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o4750)).unwrap();
    place
        .call(
            WRITE_FILE,
            json!({"path": "project/run.sh", "text": "#!/bin/sh\nexit\n"}),
        )
        .await
        .unwrap();
    assert_eq!(
        fs::metadata(&script).unwrap().permissions().mode() & 0o7777,
        0o750
    );

    fs::hard_link(place.outside("secret.txt"), place.granted("linked.txt")).unwrap();
    let read = json!({"path": "project/linked.txt"});
    let write = json!({"path": "project/linked.txt", "text": "mine\n"});
    assert!(refusal(place.call(READ_FILE, read.clone()).await).contains("second name"));
    assert!(refusal(place.call(WRITE_FILE, write.clone()).await).contains("second name"));
    let found = place
        .call(SEARCH_FILES, json!({"path": "project", "pattern": SECRET}))
        .await
        .unwrap();
    assert_eq!(found.data["hits"], json!([]));
    // Granted on purpose, it is read; a write still makes a file of its own.
    place.grant.folders[0].hard_links = true;
    assert!(tells(&place.call(READ_FILE, read).await.unwrap(), SECRET));
    place.call(WRITE_FILE, write).await.unwrap();
    assert_eq!(fs::read_to_string(place.granted("linked.txt")).unwrap(), "mine\n");
    assert_eq!(
        fs::read_to_string(place.outside("secret.txt")).unwrap(),
        format!("{SECRET}\n")
    );
}
