//! A keychain that comes and goes between two starts.

use super::{Desk, GEMINI, OPENAI, kept, key};
use crate::keys::{Environment, KeyError, KeyOrigin, KeyPlace, KeychainChoice};
use std::sync::Arc;

#[tokio::test]
async fn keys_of_an_absent_keychain_are_known_and_come_back_with_it() {
    let (mut desk, backing) = Desk::with_keychain();
    desk.open().await.set(OPENAI, key("sk-one")).await.expect("kept");

    desk.options.keychain = KeychainChoice::Without;
    let ring = desk.open_unlocked().await;
    assert_eq!(ring.state().place, KeyPlace::File);
    assert!(ring.has(OPENAI));
    assert_eq!(ring.origin_for("openai", OPENAI), Some(KeyOrigin::Keychain));
    assert!(matches!(ring.get(OPENAI).await, Err(KeyError::KeychainAbsent)));
    assert!(matches!(ring.remove(OPENAI).await, Err(KeyError::KeychainAbsent)));
    ring.set(GEMINI, key("g-one")).await.expect("kept in the file");

    desk.options.keychain = KeychainChoice::Given(backing);
    let ring = desk.open_unlocked().await;
    assert_eq!(
        ring.state().place,
        KeyPlace::File,
        "a file that is in use stays so"
    );
    assert_eq!(kept(&ring, OPENAI).await.as_deref(), Some("sk-one"));
    assert_eq!(kept(&ring, GEMINI).await.as_deref(), Some("g-one"));
    assert_eq!(ring.origin_for("gemini", GEMINI), Some(KeyOrigin::File));
}

#[tokio::test]
async fn a_key_that_is_set_anew_in_the_file_does_not_stay_in_the_keychain() {
    let (mut desk, backing) = Desk::with_keychain();
    desk.open().await.set(OPENAI, key("sk-one")).await.expect("kept");
    desk.options.keychain = KeychainChoice::Without;
    drop(desk.open_unlocked().await);
    desk.options.keychain = KeychainChoice::Given(Arc::clone(&backing));
    let ring = desk.open_unlocked().await;
    ring.set(OPENAI, key("sk-newer")).await.expect("kept in the file");
    assert_eq!(kept(&ring, OPENAI).await.as_deref(), Some("sk-newer"));
    let fresh = Desk::new(KeychainChoice::Given(backing));
    assert_eq!(kept(&fresh.open().await, OPENAI).await, None);
}

#[tokio::test]
async fn the_operator_can_choose_the_file_although_there_is_a_keychain() {
    let (mut desk, _backing) = Desk::with_keychain();
    desk.options.environment = Environment::of([("WHEELHOUSE_KEYS", "file")]);
    assert_eq!(desk.open().await.state().place, KeyPlace::File);
}
