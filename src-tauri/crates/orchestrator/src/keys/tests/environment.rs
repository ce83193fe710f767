//! Keys from the environment.

use super::{Desk, GEMINI, OPENAI, key};
use crate::keys::{Environment, KeyError, KeyOrigin, KeyRing, UnfitSecret};
use std::fs;

async fn given(ring: &KeyRing, name: &str) -> Option<String> {
    let key = ring
        .get_for(name, OPENAI)
        .await
        .expect("the key can be asked for");
    key.map(|key| key.expose().to_owned())
}

async fn ring_with<const N: usize>(variables: [(&str, &str); N]) -> (Desk, KeyRing) {
    let mut desk = Desk::with_file();
    desk.options.environment = Environment::of(variables);
    let ring = desk.open_unlocked().await;
    (desk, ring)
}

#[tokio::test]
async fn a_variable_goes_before_the_kept_key_and_needs_no_passphrase() {
    let (desk, ring) = ring_with([("WHEELHOUSE_KEY_MY_LLM_2", "from-env")]).await;
    ring.set(OPENAI, key("kept")).await.expect("kept");
    assert_eq!(given(&ring, "my-llm-2").await.as_deref(), Some("from-env"));
    assert_eq!(given(&ring, "other").await.as_deref(), Some("kept"));
    assert_eq!(ring.origin_for("my-llm-2", OPENAI), Some(KeyOrigin::Environment));
    assert_eq!(ring.origin_for("other", OPENAI), Some(KeyOrigin::File));
    assert_eq!(ring.origin_for("other", GEMINI), None);

    let locked = desk.open().await;
    assert!(locked.state().locked);
    assert_eq!(given(&locked, "my-llm-2").await.as_deref(), Some("from-env"));
    assert!(matches!(
        locked.get_for("other", OPENAI).await,
        Err(KeyError::Locked)
    ));
}

#[tokio::test]
async fn a_variable_may_name_a_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("secret");
    fs::write(&path, "from-file\n").expect("written");
    let path = path.to_str().expect("a name");
    let (_desk, ring) = ring_with([("WHEELHOUSE_KEY_ONE_FILE", path)]).await;
    assert_eq!(given(&ring, "one").await.as_deref(), Some("from-file"));
    assert_eq!(ring.origin_for("one", OPENAI), Some(KeyOrigin::Environment));
    let both = [
        ("WHEELHOUSE_KEY_ONE_FILE", path),
        ("WHEELHOUSE_KEY_ONE", "from-env"),
    ];
    let (_desk, ring) = ring_with(both).await;
    assert_eq!(given(&ring, "one").await.as_deref(), Some("from-env"));
}

#[tokio::test]
async fn an_empty_variable_counts_as_not_set() {
    let (_desk, ring) = ring_with([("WHEELHOUSE_KEY_ONE", ""), ("WHEELHOUSE_KEY_ONE_FILE", "")]).await;
    ring.set(OPENAI, key("kept")).await.expect("kept");
    assert_eq!(given(&ring, "one").await.as_deref(), Some("kept"));
}

#[tokio::test]
async fn an_unfit_variable_is_told_by_its_name_and_nothing_takes_its_place() {
    let variables = [
        ("WHEELHOUSE_KEY_ONE", "planted\nsecret"),
        ("WHEELHOUSE_KEY_TWO_FILE", "/planted/secret/path"),
        ("WHEELHOUSE_KEY_THREE_FILE", "/dev/null"),
    ];
    let (_desk, ring) = ring_with(variables).await;
    ring.set(OPENAI, key("kept")).await.expect("kept");
    let one = ring.get_for("one", OPENAI).await.err().expect("a failure");
    let two = ring.get_for("two", OPENAI).await.err().expect("a failure");
    let three = ring.get_for("three", OPENAI).await.err().expect("a failure");
    assert!(matches!(&one, KeyError::UnfitVariable { variable, .. } if variable == "WHEELHOUSE_KEY_ONE"));
    assert!(matches!(&two, KeyError::VariableFile { variable, .. } if variable == "WHEELHOUSE_KEY_TWO_FILE"));
    assert!(matches!(
        &three,
        KeyError::UnfitVariable {
            fault: UnfitSecret::Empty,
            ..
        }
    ));
    for error in [one, two, three] {
        let told = format!("{error} {error:?} {}", error.next_step());
        assert!(!told.contains("planted"), "{told}");
    }
}
