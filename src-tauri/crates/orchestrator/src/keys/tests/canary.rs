//! Planted secrets must not be found in anything that was written, logged or shown.

use super::{Desk, kept, key, phrase};
use crate::keys::{Environment, KeyError, KeyOptions, KeyRing, KeyState, Passphrase, Secret, UnfitSecret};
use static_assertions::assert_not_impl_any;
use std::error::Error;
use std::fmt::{Debug, Display};
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};
use tracing::level_filters::LevelFilter;
use uuid::Uuid;

assert_not_impl_any!(Secret: Debug, Display, serde::Serialize, AsRef<str>);
assert_not_impl_any!(Passphrase: Debug, Display, serde::Serialize, AsRef<str>);
assert_not_impl_any!(KeyOptions: Debug, serde::Serialize);

const PLANTED: usize = 20;
const PHRASE: &str = "canary-passphrase-do-not-show";

fn canary(number: usize) -> String {
    format!("sk-canary-{number:02}-7f3a9c51e8d24b60")
}

fn uid(number: usize) -> Uuid {
    Uuid::from_u128(0x0192_0000 + number as u128)
}

/// Everything that was logged, at every level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("not poisoned").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn capture() -> Log {
    let log = Log::default();
    let writer = log.clone();
    // For the whole process, because the ring works on threads of its own.
    tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .init();
    log
}

fn assert_clean(what: &str, bytes: &[u8]) {
    let secrets = (0..PLANTED).map(canary).chain([PHRASE.to_owned()]);
    for secret in secrets {
        let found = bytes
            .windows(secret.len())
            .any(|window| window == secret.as_bytes());
        assert!(!found, "{what} shows {secret}");
    }
}

fn assert_folder_clean(folder: &Path) -> usize {
    let mut files = 0;
    for entry in fs::read_dir(folder).expect("the folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files += assert_folder_clean(&path);
        } else {
            files += 1;
            assert_clean(&path.display().to_string(), &fs::read(&path).expect("readable"));
            assert_clean("a file's name", path.as_os_str().as_encoded_bytes());
        }
    }
    files
}

fn told(error: &KeyError) -> String {
    let source = error.source().map(|source| format!("{source} {source:?}"));
    format!("{error} {error:?} {} {source:?}", error.next_step())
}

async fn plant(ring: &KeyRing) {
    for number in 0..PLANTED {
        ring.set(uid(number), key(&canary(number))).await.expect("kept");
        assert_eq!(kept(ring, uid(number)).await, Some(canary(number)));
    }
    ring.remove(uid(0)).await.expect("removed");
}

/// Every failure that has a secret near it.
async fn failures(desk: &Desk) -> Vec<String> {
    let ring = desk.open().await;
    let mut shown = Vec::new();
    let mut note = |result: Result<(), KeyError>| shown.push(told(&result.expect_err("a failure")));
    note(ring.unlock(phrase(&canary(1))).await);
    note(ring.set(uid(1), key(&canary(1))).await);
    note(ring.get(uid(1)).await.map(|_| ()));
    note(
        ring.change_passphrase(phrase(&canary(2)), phrase(&canary(3)))
            .await,
    );
    note(
        Secret::parse(format!("{}\n{}", canary(1), canary(2)))
            .map(|_| ())
            .map_err(KeyError::from),
    );
    note(
        Secret::parse(canary(3).repeat(200))
            .map(|_| ())
            .map_err(KeyError::from),
    );
    shown.push(format!("{ring:?} {:?}", ring.state()));
    shown.push(format!("{:?}", UnfitSecret::TooLong));
    shown
}

async fn wrong_variables() -> Vec<String> {
    let mut desk = Desk::with_file();
    let lines = format!("{}\n{}", canary(4), canary(5));
    desk.options.environment = Environment::of([
        ("WHEELHOUSE_KEY_LINES", &lines),
        ("WHEELHOUSE_KEY_PATH_FILE", &canary(6)),
    ]);
    let ring = desk.open().await;
    let mut shown = Vec::new();
    for name in ["lines", "path"] {
        let failed = ring.get_for(name, uid(1)).await.map(|_| ());
        shown.push(told(&failed.expect_err("a failure")));
    }
    shown
}

#[tokio::test]
async fn planted_secrets_are_found_nowhere() {
    let log = capture();
    let mut shown = Vec::new();

    let desk = Desk::with_file();
    let ring = desk.open().await;
    ring.unlock(phrase(PHRASE)).await.expect("made");
    plant(&ring).await;
    shown.push(format!("{ring:?} {:?}", ring.state()));
    shown.extend(failures(&desk).await);
    shown.extend(wrong_variables().await);
    assert_eq!(assert_folder_clean(desk.folder()), 2, "the key file and its list");

    let mut damaged = fs::read(desk.key_file()).expect("the file");
    damaged.truncate(damaged.len() - 3);
    fs::write(desk.key_file(), damaged).expect("written");
    let failed = desk.open().await.unlock(phrase(PHRASE)).await;
    shown.push(told(&failed.expect_err("a failure")));

    let (keychain_desk, _backing) = Desk::with_keychain();
    let ring = keychain_desk.open().await;
    plant(&ring).await;
    shown.push(format!("{ring:?} {:?}", ring.state()));
    assert_eq!(assert_folder_clean(keychain_desk.folder()), 1, "the list alone");

    for text in &shown {
        assert_clean("what is shown", text.as_bytes());
    }
    let log = log.0.lock().expect("not poisoned");
    assert!(!log.is_empty(), "something was logged");
    assert_clean("the log", &log);
}

#[test]
fn the_state_says_no_more_than_it_must() {
    let state = KeyState {
        place: crate::keys::KeyPlace::File,
        locked: true,
        exists: false,
    };
    let shown = format!("{state:?}");
    assert_eq!(shown, "KeyState { place: File, locked: true, exists: false }");
}
