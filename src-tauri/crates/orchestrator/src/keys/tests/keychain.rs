//! The keychain, by one in memory.

use super::{Desk, GEMINI, OPENAI, PHRASE, STORE, kept, key, phrase};
use crate::keys::{KeyError, KeyPlace, KeyState, KeychainChoice, KeychainFault};
use keyring_core::api::CredentialStoreApi;
use keyring_core::mock::Cred;
use keyring_core::{CredentialStore, Entry, Error};
use std::any::Any;
use std::collections::HashMap;
use std::fs;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;
use uuid::Uuid;

const IN_KEYCHAIN: KeyState = KeyState {
    place: KeyPlace::Keychain,
    locked: false,
    exists: true,
};

fn entry(backing: &Arc<CredentialStore>, provider: Uuid) -> Entry {
    let user = format!("{STORE}/{provider}");
    backing.build("wheelhouse", &user, None).expect("an entry")
}

fn fail_next(backing: &Arc<CredentialStore>, provider: Uuid, error: Error) {
    let entry = entry(backing, provider);
    let cred: &Cred = entry.as_any().downcast_ref().expect("of the keychain in memory");
    cred.set_error(error);
}

#[tokio::test]
async fn keys_go_to_the_keychain_and_outlive_a_restart() {
    let (desk, backing) = Desk::with_keychain();
    let ring = desk.open().await;
    assert_eq!(ring.state(), IN_KEYCHAIN);
    let count = *ring.changed().borrow();
    ring.set(OPENAI, key("sk-one")).await.expect("kept");
    assert_eq!(*ring.changed().borrow(), count + 1);
    assert_eq!(entry(&backing, OPENAI).get_password().expect("there"), "sk-one");
    assert!(!desk.key_file().exists(), "no file is made");

    let ring = desk.open().await;
    assert!(ring.has(OPENAI) && !ring.has(GEMINI));
    assert_eq!(kept(&ring, OPENAI).await.as_deref(), Some("sk-one"));
    ring.remove(OPENAI).await.expect("removed");
    ring.remove(OPENAI)
        .await
        .expect("removing twice is removing once");
    assert!(!ring.has(OPENAI));
    assert_eq!(kept(&ring, OPENAI).await, None);
    assert!(matches!(
        entry(&backing, OPENAI).get_password(),
        Err(Error::NoEntry)
    ));
}

#[tokio::test]
async fn there_is_nothing_to_unlock() {
    let (desk, _backing) = Desk::with_keychain();
    let ring = desk.open().await;
    assert!(matches!(
        ring.unlock(phrase(PHRASE)).await,
        Err(KeyError::NothingToUnlock)
    ));
    let changed = ring.change_passphrase(phrase(PHRASE), phrase(PHRASE)).await;
    assert!(matches!(changed, Err(KeyError::NothingToUnlock)));
    ring.lock().await.expect("does nothing");
    assert_eq!(ring.state(), IN_KEYCHAIN);
}

#[tokio::test]
async fn two_data_folders_do_not_share_keys() {
    let (desk, backing) = Desk::with_keychain();
    desk.open().await.set(OPENAI, key("sk-one")).await.expect("kept");
    let mut other = Desk::new(KeychainChoice::Given(backing));
    other.options.store = Uuid::from_u128(77);
    assert_eq!(kept(&other.open().await, OPENAI).await, None);
}

#[tokio::test]
async fn a_key_is_found_again_when_the_list_is_gone() {
    let (desk, _backing) = Desk::with_keychain();
    desk.open().await.set(OPENAI, key("sk-one")).await.expect("kept");
    fs::remove_file(desk.index_file()).expect("removed");
    let ring = desk.open().await;
    assert_eq!(kept(&ring, OPENAI).await.as_deref(), Some("sk-one"));
    assert!(ring.has(OPENAI), "and named again");
}

#[tokio::test]
async fn faults_are_told_without_what_the_entry_holds() {
    let (desk, backing) = Desk::with_keychain();
    let ring = desk.open().await;
    ring.set(OPENAI, key("sk-one")).await.expect("kept");
    let cases = [
        (
            Error::NoStorageAccess("locked".into()),
            KeychainFault::Refused("locked".to_owned()),
        ),
        (Error::BadEncoding(b"sk-one".to_vec()), KeychainFault::Malformed),
        (
            Error::BadDataFormat(b"sk-one".to_vec(), "odd".into()),
            KeychainFault::Malformed,
        ),
        (Error::Ambiguous(Vec::new()), KeychainFault::Ambiguous),
    ];
    for (error, fault) in cases {
        fail_next(&backing, OPENAI, error);
        let failed = ring.get(OPENAI).await.err().expect("a failure");
        assert!(!format!("{failed:?} {failed}").contains("sk-one"), "{failed:?}");
        assert!(
            matches!(&failed, KeyError::Keychain(told) if *told == fault),
            "{failed:?}"
        );
    }
    fail_next(&backing, GEMINI, Error::NoStorageAccess("locked".into()));
    assert!(ring.set(GEMINI, key("g-one")).await.is_err());
    assert!(!ring.has(GEMINI), "what was not kept is not named");
    fail_next(&backing, OPENAI, Error::NoStorageAccess("locked".into()));
    assert!(ring.remove(OPENAI).await.is_err());
    assert!(ring.has(OPENAI), "what was not removed is still named");
    entry(&backing, OPENAI)
        .set_secret(b"\xff\xfe")
        .expect("set by another program");
    let failed = ring.get(OPENAI).await.err().expect("a failure");
    assert!(
        matches!(failed, KeyError::Keychain(KeychainFault::Malformed)),
        "{failed:?}"
    );
}

/// A keychain that answers only once it is let go.
#[derive(Debug, Default)]
struct Hanging {
    let_go: Mutex<bool>,
    news: Condvar,
}

impl Hanging {
    fn let_go(&self) {
        *self.let_go.lock().expect("not poisoned") = true;
        self.news.notify_all();
    }
}

impl CredentialStoreApi for Hanging {
    fn vendor(&self) -> String {
        "a test".to_owned()
    }

    fn id(&self) -> String {
        "hanging".to_owned()
    }

    fn build(
        &self,
        _service: &str,
        _user: &str,
        _modifiers: Option<&HashMap<&str, &str>>,
    ) -> keyring_core::Result<Entry> {
        let held = self.let_go.lock().expect("not poisoned");
        let _held = self
            .news
            .wait_while(held, |let_go| !*let_go)
            .expect("not poisoned");
        Err(Error::NoDefaultStore)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[tokio::test]
async fn a_keychain_that_does_not_answer_gives_way_to_the_file() {
    let hanging = Arc::new(Hanging::default());
    let mut desk = Desk::new(KeychainChoice::Given(Arc::clone(&hanging) as Arc<CredentialStore>));
    desk.options.probe_limit = Duration::from_millis(50);
    let ring = desk.open_unlocked().await;
    assert_eq!(ring.state().place, KeyPlace::File);
    ring.set(OPENAI, key("sk-one")).await.expect("kept in the file");
    hanging.let_go();
    assert_eq!(
        ring.state().place,
        KeyPlace::File,
        "the place does not change while running"
    );
}

#[tokio::test]
async fn a_keychain_that_fails_gives_way_to_the_file() {
    let failing = Arc::new(Hanging::default());
    failing.let_go();
    let desk = Desk::new(KeychainChoice::Given(failing));
    let ring = desk.open().await;
    assert_eq!(ring.state().place, KeyPlace::File);
}
