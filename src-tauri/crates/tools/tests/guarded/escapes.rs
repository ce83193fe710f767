//! Paths that try to lead out of the granted folder.

use crate::harness::{PLANTED, Place, SECRET, tells};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use wheelhouse_tools::{
    Access, LIST_FOLDER, READ_FILE, RUN_COMMAND, SEARCH_FILES, WRITE_FILE, granted_folder,
};

/// Ways to say "one up" that some program or other understands.
const UP: &[&str] = &[
    "..",
    "../.",
    "./..",
    "..//",
    ".../..",
    "%2e%2e",
    "%2E%2E",
    "%252e%252e",
    ".%2e",
    "%2e.",
    "..%2f..",
    "..%5c..",
    "..\\",
    "..\\..",
    "\\..",
    "..%00",
    "..\0",
    "..\u{200B}",
    "\u{202E}..",
    "..\u{FEFF}",
    ".\u{00AD}.",
    "\u{2024}\u{2024}",
    "\u{2025}",
    "\u{FF0E}\u{FF0E}",
    "\u{FE52}\u{FE52}",
    "..\u{2215}..",
    "..\u{2044}..",
    "..\u{FF0F}..",
    "..\u{FF3C}..",
    "..%c0%af..",
    "..%c0%2f..",
    "%c0%ae%c0%ae",
    "%uff0e%uff0e",
    "..;",
    "..;/..",
    "....",
    "....//",
    "..././",
    "...//...",
    ". .",
    ".. ",
    " ..",
    "..\t",
    "..\n",
    "\n..",
    "..\r",
    "~",
    "~root",
    "$HOME",
    "${PWD}/..",
    "`..`",
    "*/..",
    "?/..",
    "sub/../..",
    "sub/deep/../../..",
    "sub/./../..",
    "file.txt/..",
    "none/../..",
];

/// What lies outside, from the folder above.
const OUTSIDE: &[&str] = &[
    "outside/secret.txt",
    "outside",
    "outside/deep/file.txt",
    "granted/../outside/file.txt",
];

/// Paths that name a place of the system.
const ABSOLUTE: &[&str] = &[
    "/etc/passwd",
    "//etc/passwd",
    "///etc/passwd",
    "/./etc/passwd",
    "./",
    ".//etc/passwd",
    "/proc/self/root/etc/passwd",
    "/proc/self/cwd/x",
    "/proc/self/environ",
    "/proc/1/root",
    "/dev/null",
    "/dev/zero",
    "/dev/stdin",
    "/dev/fd/0",
    "/sys/kernel",
    "C:/Windows/win.ini",
    "C:\\Windows\\win.ini",
    "c:secret.txt",
    "\\\\server\\share\\x",
    "\\\\?\\C:\\x",
    "\\\\.\\pipe\\x",
    "//server/share/x",
    "file:///etc/passwd",
    "file://localhost/etc/passwd",
    "file:/etc/passwd",
    "~/x",
    "~root/x",
    "$HOME/x",
    "%HOME%/x",
    "|cat /etc/passwd",
    ";cat /etc/passwd",
    "`cat /etc/passwd`",
    "$(cat /etc/passwd)",
    "-rf",
    "--help",
    "BASE/outside/secret.txt",
    "/BASE/outside/secret.txt",
    "file://BASE/outside/secret.txt",
    "project:../outside/secret.txt",
    "project\0/../outside",
    "PROJECT/file.txt",
    "project /file.txt",
    "outside/secret.txt",
    "checkpoints/x",
    "granted/file.txt",
    "..",
    ".",
    "",
    "/",
    "\0",
    "\u{202E}",
    " ",
];

/// Links and other things in the granted folder that lead out, or are no files.
fn plant(place: &Place) -> Vec<String> {
    let mut names = Vec::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        let outside = place.outside("");
        let outside = outside.to_str().unwrap().trim_end_matches('/').to_owned();
        let links: &[(&str, String)] = &[
            ("link-folder", outside.clone()),
            ("link-file", format!("{outside}/secret.txt")),
            ("link-relative", "../outside".to_owned()),
            ("link-relative-file", "../outside/secret.txt".to_owned()),
            ("link-up", "..".to_owned()),
            ("link-root", "/".to_owned()),
            ("link-self", ".".to_owned()),
            ("link-loop", "link-loop".to_owned()),
            ("link-chain", "link-folder".to_owned()),
            ("link-chain-file", "link-file".to_owned()),
            ("link-proc", "/proc/self/root".to_owned()),
            ("link-cwd", "/proc/self/cwd".to_owned()),
            ("link-fd", "/proc/self/fd".to_owned()),
            ("link-device", "/dev/zero".to_owned()),
            ("link-new", format!("{outside}/planted.txt")),
            ("link-new-relative", "../outside/planted-too.txt".to_owned()),
            ("link-inside", "file.txt".to_owned()),
            ("link-inside-folder", "sub".to_owned()),
            ("link-through", "sub/../../outside".to_owned()),
            (
                "link-absolute-inside",
                place.granted("file.txt").to_str().unwrap().to_owned(),
            ),
        ];
        for (name, target) in links {
            for folder in ["", "sub/", "sub/deep/"] {
                // A relative target leads elsewhere from further down, but nowhere inside either.
                symlink(target, place.granted(&format!("{folder}{name}"))).unwrap();
                names.push(format!("{folder}{name}"));
            }
        }
        for folder in ["", "sub/"] {
            let hard = format!("{folder}hard-link");
            fs::hard_link(place.outside("secret.txt"), place.granted(&hard)).unwrap();
            let pipe = format!("{folder}pipe");
            let made = std::process::Command::new("mkfifo")
                .arg(place.granted(&pipe))
                .status();
            assert!(made.unwrap().success());
            let socket = format!("{folder}socket");
            drop(std::os::unix::net::UnixListener::bind(place.granted(&socket)).unwrap());
            names.extend([hard, pipe, socket]);
        }
    }
    names
}

fn attacks(place: &Place) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    let base = place.base.path().to_str().unwrap().trim_start_matches('/');
    for absolute in ABSOLUTE {
        let absolute = absolute.replace("BASE", base);
        paths.insert(absolute.clone());
        paths.insert(format!("project/../{absolute}"));
    }
    for up in UP {
        for outside in OUTSIDE {
            paths.insert(format!("project/{up}/{outside}"));
            paths.insert(format!("project/sub/{up}/{up}/{outside}"));
            paths.insert(format!("{up}/{outside}"));
        }
        paths.insert(format!("project/{up}"));
        paths.insert(format!("project/{}etc/passwd", format!("{up}/").repeat(12)));
    }
    for name in plant(place) {
        paths.insert(format!("project/{name}"));
        for beneath in [
            "secret.txt",
            "file.txt",
            "deep/file.txt",
            "planted.txt",
            "outside/secret.txt",
            "../secret.txt",
        ] {
            paths.insert(format!("project/{name}/{beneath}"));
        }
    }
    paths
}

fn calls(path: &str) -> Vec<(&'static str, Value)> {
    vec![
        (READ_FILE, json!({"path": path})),
        (LIST_FOLDER, json!({"path": path})),
        (SEARCH_FILES, json!({"path": path, "pattern": "SECRET"})),
        (WRITE_FILE, json!({"path": path, "text": PLANTED})),
        (
            WRITE_FILE,
            json!({"path": path, "edits": [{"old": "SECRET", "new": PLANTED}]}),
        ),
        (RUN_COMMAND, json!({"program": "pwd", "folder": path})),
        (
            RUN_COMMAND,
            json!({"program": format!("./{path}"), "folder": "project"}),
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn no_path_leads_out() {
    let place = Place::quick().with_commands();
    let paths = attacks(&place);
    let before = place.outside_now();
    let (mut tried, mut refused) = (0, 0);
    for path in &paths {
        for (tool, arguments) in calls(path) {
            tried += 1;
            // Running what turns out to be a harmless name inside is no part of this.
            let outcome = match tool {
                RUN_COMMAND => place.preview(tool, arguments).await.map(|_| None),
                _ => place.call(tool, arguments).await.map(Some),
            };
            match outcome {
                Err(_) => refused += 1,
                Ok(Some(done)) => assert!(!tells(&done, SECRET), "{tool} {path:?} told: {}", done.text),
                Ok(None) => {}
            }
        }
    }
    assert_eq!(place.outside_now(), before, "nothing outside was changed or made");
    let above: BTreeSet<_> = fs::read_dir(place.base.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    let expected = ["granted", "outside", "checkpoints"].map(std::ffi::OsString::from);
    assert!(above.iter().all(|name| expected.contains(name)), "{above:?}");
    assert!(!Path::new("/etc/planted.txt").exists());
    assert!(paths.len() >= 500, "{}", paths.len());
    assert!(refused * 10 > tried * 7, "{refused} of {tried}");
    println!(
        "{} paths, {tried} calls, {refused} refused, nothing told or changed outside",
        paths.len()
    );
}

#[cfg(unix)]
#[tokio::test]
async fn links_are_refused_in_words_even_if_they_lead_inside() {
    let place = Place::new();
    plant(&place);
    for name in ["link-file", "link-inside", "link-loop", "link-device"] {
        for (tool, arguments) in calls(&format!("project/{name}")).into_iter().take(5) {
            let outcome = place.call(tool, arguments).await;
            assert!(
                crate::harness::refusal(outcome).contains("is a link"),
                "{tool} {name}"
            );
        }
    }
    for beneath in [
        "link-folder/secret.txt",
        "link-inside-folder/file.txt",
        "sub/link-self/file.txt",
    ] {
        let beneath = place
            .call(READ_FILE, json!({"path": format!("project/{beneath}")}))
            .await;
        assert!(crate::harness::refusal(beneath).contains("is a link"));
    }
    let pipe = place.call(READ_FILE, json!({"path": "project/pipe"})).await;
    assert!(crate::harness::refusal(pipe).contains("not an ordinary file"));
}

#[cfg(unix)]
#[tokio::test]
async fn a_granted_folder_that_became_a_link_is_not_entered() {
    let place = Place::new();
    let granted = place.granted("");
    fs::rename(&granted, place.base.path().join("moved")).unwrap();
    std::os::unix::fs::symlink(place.outside(""), place.base.path().join("granted")).unwrap();
    for (tool, arguments) in calls("project/file.txt").into_iter().take(5) {
        let outcome = place.call(tool, arguments).await;
        assert!(
            crate::harness::refusal(outcome).contains("can't be opened"),
            "{tool}"
        );
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn devices_and_other_disks_are_not_read_even_in_a_granted_folder() {
    let mut place = Place::new();
    place.grant.folders = vec![
        granted_folder("dev", Path::new("/dev"), Access::Write).unwrap(),
        granted_folder("root", Path::new("/"), Access::Write).unwrap(),
    ];
    for device in ["null", "zero", "full", "random", "urandom", "tty"] {
        for (tool, arguments) in [
            (READ_FILE, json!({"path": format!("dev/{device}")})),
            (
                WRITE_FILE,
                json!({"path": format!("dev/{device}"), "text": PLANTED}),
            ),
        ] {
            let outcome = place.call(tool, arguments).await;
            assert!(
                crate::harness::refusal(outcome).contains("not an ordinary file"),
                "{tool} {device}"
            );
        }
    }
    for path in [
        "root/proc/version",
        "root/proc/self/environ",
        "root/sys/kernel/hostname",
        "root/proc/1/status",
    ] {
        let outcome = place.call(READ_FILE, json!({"path": path})).await;
        let words = crate::harness::refusal(outcome);
        assert!(
            words.contains("on another disk") || words.contains("is a link"),
            "{path}: {words}"
        );
    }
}

#[tokio::test]
async fn harmless_twins_pass() {
    let place = Place::new();
    for path in [
        "project/new.txt",
        "./project/new.txt",
        "project//new.txt",
        "project/./sub/new.txt",
        "project/...",
        "project/..new",
        "project/new..",
        "project/a..b",
        "project/sub/....",
        "project/ü/ß.txt",
        "project/with space.txt",
        "project/%2e%2e",
        "project/$HOME",
        "project/~",
        "project/-rf",
        "project/a;b",
        "project/日本語.md",
        "project/👋.md",
        "project/.hidden",
        "project/.github/x",
        "project/a'b\"c",
        "project/etc/passwd",
        "project/CON",
        "project/x.tar.gz",
        "project/e\u{301}.txt",
        "project/none/../x",
    ] {
        let outcome = place
            .call(WRITE_FILE, json!({"path": path, "text": "twin"}))
            .await;
        if path.contains("/../") {
            assert!(outcome.is_err(), "{path}");
            continue;
        }
        assert!(outcome.is_ok(), "{path}: {outcome:?}");
        let read = place.call(READ_FILE, json!({"path": path})).await.unwrap();
        assert_eq!(read.data["text"], "twin\n", "{path}");
    }
}
