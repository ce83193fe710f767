//! Which backend the window talks to, on a real key ring and a real data folder. No server is spoken to: a way is only made.

use super::saved::tests::backend;
use super::*;
use uuid::Uuid;
use wheelhouse_api::remote::Token;
use wheelhouse_contract::{Operations, SecretText, UnlockKeys};
use wheelhouse_testkit::Workbench;

const FINGERPRINT: &str =
    "2C:F2:4D:BA:5F:B0:A3:0E:26:E8:3B:2A:C5:B9:E2:9E:1B:16:1E:5C:1F:A7:42:5E:73:04:33:62:93:8B:98:24";

fn server(name: &str) -> SavedBackend {
    SavedBackend {
        fingerprint: Some(FINGERPRINT.to_owned()),
        ..backend(name)
    }
}

fn token() -> Token {
    Token::parse(format!("wh_{}", "a".repeat(43))).expect("a token")
}

async fn open_keys(local: &Local) {
    let passphrase = SecretText("correct horse battery".to_owned());
    let opened = local.unlock_keys(UnlockKeys { passphrase }).await;
    assert!(!opened.expect("made").locked);
}

/// A list with one server, which is chosen.
async fn choosing(folder: &Path, server: &SavedBackend) -> Backends {
    let backends = Backends::open(folder);
    let added = backends.change(|saved| {
        saved.backends.push(server.clone());
        saved.chosen = Some(server.id);
        Ok(())
    });
    added.await.expect("written");
    backends
}

async fn refused(backends: &Backends, local: &Local) -> ApiError {
    match backends.reached(local.clone()).await {
        Ok(_) => panic!("something was reached"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn this_machine_is_the_choice_until_another_is_made_which_is_kept() {
    let bench = Workbench::open().await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let backends = Backends::open(folder.path());
    let reached = backends.reached(bench.api().clone()).await.expect("reached");
    assert!(matches!(reached, Reached::Local(_)));

    let studio = server("Studio");
    drop(choosing(folder.path(), &studio).await);
    let again = Backends::open(folder.path());
    assert_eq!(again.view().chosen, Some(studio.id));
    assert_eq!(again.chosen(), Some(studio));
    assert_eq!(again.view().notice, None);
}

#[tokio::test]
async fn a_locked_token_says_whose_it_is_and_opens_with_the_keys() {
    let bench = Workbench::open().await;
    let local = bench.api();
    let studio = server("Studio");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let backends = choosing(folder.path(), &studio).await;

    let error = local.can_keep_tokens().expect_err("there is no place for it yet");
    assert_eq!(error.code, ErrorCode::KeysLocked);
    open_keys(local).await;
    local.can_keep_tokens().expect("there is one");
    local.keep_token(studio.id.0, &token()).await.expect("kept");

    local.handle().keys().lock().await.expect("locked");
    let error = refused(&backends, local).await;
    assert_eq!(error.code, ErrorCode::KeysLocked);
    assert!(error.message.contains("Studio"), "{error}");
    open_keys(local).await;
    let reached = backends.reached(local.clone()).await.expect("reached");
    assert!(matches!(reached, Reached::Remote(remote) if remote.address().host() == "server.example"));

    // Once the way is made, locking the keys does not close it.
    local.handle().keys().lock().await.expect("locked");
    backends.seen(studio.id).await;
    assert!(backends.reached(local.clone()).await.is_ok());
}

#[tokio::test]
async fn a_token_that_is_gone_asks_to_pair_again() {
    let bench = Workbench::open().await;
    let local = bench.api();
    open_keys(local).await;
    let studio = server("Studio");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let backends = choosing(folder.path(), &studio).await;
    assert_eq!(refused(&backends, local).await.code, ErrorCode::Unauthorized);

    local.keep_token(studio.id.0, &token()).await.expect("kept");
    assert!(backends.reached(local.clone()).await.is_ok());
    local.forget_token(studio.id.0).await.expect("forgotten");
    assert!(local.token(studio.id.0).await.expect("readable").is_none());

    let kept = std::fs::read_to_string(folder.path().join("backends.json")).expect("written");
    assert!(!kept.contains("wh_"), "a token is never in the list: {kept}");
}

#[tokio::test]
async fn a_certificate_that_makes_no_sense_is_not_left_out() {
    let bench = Workbench::open().await;
    let local = bench.api();
    open_keys(local).await;
    for fingerprint in [None, Some("AB:CD".to_owned())] {
        let studio = SavedBackend {
            fingerprint,
            ..server("Studio")
        };
        local.keep_token(studio.id.0, &token()).await.expect("kept");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let backends = choosing(folder.path(), &studio).await;
        assert_eq!(refused(&backends, local).await.code, ErrorCode::Unauthorized);
    }
}

#[tokio::test]
async fn a_damaged_list_is_told_of_until_it_is_changed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("backends.json"), "{").expect("written");
    let backends = Backends::open(folder.path());
    let notice = backends.view().notice.expect("told");
    assert!(notice.contains("backends.json.unreadable"), "{notice}");
    assert_eq!(backends.chosen(), None);
    let added = backends.change(|saved| {
        saved.backends.push(server("Studio"));
        Ok(())
    });
    added.await.expect("written");
    assert_eq!(backends.view().notice, None);
}

#[tokio::test]
async fn a_newer_list_is_never_written_over() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let newer = "{\"version\":2}";
    std::fs::write(folder.path().join("backends.json"), newer).expect("written");
    let backends = Backends::open(folder.path());
    assert!(backends.can_change().is_err());
    let refused = backends.change(|saved| {
        saved.chosen = None;
        Ok(())
    });
    assert_eq!(refused.await.expect_err("refused").code, ErrorCode::Unavailable);
    let kept = std::fs::read_to_string(folder.path().join("backends.json")).expect("there");
    assert_eq!(kept, newer);
}

#[tokio::test]
async fn a_refused_change_changes_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let studio = server("Studio");
    let backends = choosing(folder.path(), &studio).await;
    let refused = backends.change(|saved| {
        saved.backends.clear();
        Err::<(), _>(gone())
    });
    assert!(refused.await.is_err());
    assert_eq!(backends.get(studio.id).expect("there"), studio);
    let other = BackendId(Uuid::now_v7());
    assert_eq!(backends.get(other).expect_err("none").code, ErrorCode::NotFound);
}
