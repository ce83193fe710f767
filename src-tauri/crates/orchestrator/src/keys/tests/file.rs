//! The encrypted file.

use super::{Desk, GEMINI, OPENAI, PHRASE, kept, key, phrase};
use crate::keys::sealed::WORK_FACTOR;
use crate::keys::{KeyError, KeyPlace, KeyState};
use std::fs;

const fn state(locked: bool, exists: bool) -> KeyState {
    KeyState {
        place: KeyPlace::File,
        locked,
        exists,
    }
}

#[tokio::test]
async fn keys_outlive_a_restart_and_are_known_while_locked() {
    let desk = Desk::with_file();
    let ring = desk.open().await;
    assert_eq!(ring.state(), state(true, false));
    ring.unlock(phrase(PHRASE)).await.expect("the first makes it");
    assert_eq!(ring.state(), state(false, true));
    ring.set(OPENAI, key("  sk-one \n")).await.expect("kept");
    assert_eq!(kept(&ring, OPENAI).await.as_deref(), Some("sk-one"));

    let ring = desk.open().await;
    assert_eq!(ring.state(), state(true, true));
    assert!(ring.has(OPENAI), "known while locked");
    assert!(!ring.has(GEMINI));
    assert!(matches!(ring.get(OPENAI).await, Err(KeyError::Locked)));
    assert!(matches!(ring.get(GEMINI).await, Ok(None)));
    ring.unlock(phrase(PHRASE)).await.expect("unlocks");
    assert_eq!(kept(&ring, OPENAI).await.as_deref(), Some("sk-one"));
}

#[tokio::test]
async fn a_locked_file_takes_and_gives_nothing() {
    let desk = Desk::with_file();
    let ring = desk.open().await;
    assert!(matches!(
        ring.set(OPENAI, key("sk-one")).await,
        Err(KeyError::NotSetUp)
    ));
    ring.unlock(phrase(PHRASE)).await.expect("made");
    ring.set(OPENAI, key("sk-one")).await.expect("kept");
    ring.lock().await.expect("locks");
    assert_eq!(ring.state(), state(true, true));
    assert!(matches!(ring.get(OPENAI).await, Err(KeyError::Locked)));
    assert!(matches!(
        ring.set(GEMINI, key("sk-two")).await,
        Err(KeyError::Locked)
    ));
    assert!(matches!(ring.remove(OPENAI).await, Err(KeyError::Locked)));
    assert!(ring.has(OPENAI) && !ring.has(GEMINI));
}

#[tokio::test]
async fn a_removed_key_is_gone_after_a_restart_too() {
    let desk = Desk::with_file();
    let ring = desk.open_unlocked().await;
    ring.set(OPENAI, key("sk-one")).await.expect("kept");
    ring.set(OPENAI, key("sk-newer"))
        .await
        .expect("kept in its place");
    ring.set(GEMINI, key("g-one")).await.expect("kept");
    ring.remove(OPENAI).await.expect("removed");
    ring.remove(OPENAI)
        .await
        .expect("removing twice is removing once");
    assert!(!ring.has(OPENAI));
    let ring = desk.open_unlocked().await;
    assert_eq!(kept(&ring, OPENAI).await, None);
    assert_eq!(kept(&ring, GEMINI).await.as_deref(), Some("g-one"));
}

#[tokio::test]
async fn a_wrong_passphrase_is_told_and_changes_nothing() {
    let desk = Desk::with_file();
    desk.open_unlocked()
        .await
        .set(OPENAI, key("sk-one"))
        .await
        .expect("kept");
    let before = fs::read(desk.key_file()).expect("the file");
    let ring = desk.open().await;
    let refused = ring.unlock(phrase("not the passphrase")).await;
    assert!(matches!(refused, Err(KeyError::WrongPassphrase)), "{refused:?}");
    assert!(ring.state().locked);
    assert_eq!(fs::read(desk.key_file()).expect("the file"), before);
    ring.unlock(phrase(PHRASE))
        .await
        .expect("the right one still fits");
}

#[tokio::test]
async fn a_wrong_passphrase_leaves_an_open_file_open() {
    let desk = Desk::with_file();
    let ring = desk.open_unlocked().await;
    ring.set(OPENAI, key("sk-one")).await.expect("kept");
    let refused = ring.unlock(phrase("not the passphrase")).await;
    assert!(matches!(refused, Err(KeyError::WrongPassphrase)), "{refused:?}");
    assert_eq!(kept(&ring, OPENAI).await.as_deref(), Some("sk-one"));
}

#[tokio::test]
async fn a_file_taken_away_while_running_is_not_made_anew() {
    let desk = Desk::with_file();
    let ring = desk.open_unlocked().await;
    ring.set(OPENAI, key("sk-one")).await.expect("kept");
    fs::remove_file(desk.key_file()).expect("taken away");
    let refused = ring.unlock(phrase("some passphrase")).await;
    assert!(matches!(refused, Err(KeyError::File { .. })), "{refused:?}");
    assert!(!desk.key_file().exists());
    ring.set(GEMINI, key("g-one"))
        .await
        .expect("what is in memory is written whole");
    let ring = desk.open_unlocked().await;
    assert_eq!(kept(&ring, OPENAI).await.as_deref(), Some("sk-one"));
}

#[tokio::test]
async fn a_provider_without_a_key_is_no_reason_to_unlock() {
    let desk = Desk::with_file();
    drop(desk.open_unlocked().await);
    assert!(matches!(desk.open().await.get(OPENAI).await, Ok(None)));
}

#[tokio::test]
async fn a_short_first_passphrase_makes_no_file() {
    let desk = Desk::with_file();
    let ring = desk.open().await;
    let refused = ring.unlock(phrase("seven77")).await;
    assert!(
        matches!(refused, Err(KeyError::PassphraseTooShort)),
        "{refused:?}"
    );
    assert!(!desk.key_file().exists());
    ring.unlock(phrase("äöüäöüäö"))
        .await
        .expect("characters count, not bytes");
}

#[tokio::test]
async fn a_damaged_file_is_told_and_left_as_it_is() {
    let desk = Desk::with_file();
    desk.open_unlocked()
        .await
        .set(OPENAI, key("sk-one"))
        .await
        .expect("kept");
    let whole = fs::read(desk.key_file()).expect("the file");
    let mut changed_end = whole.clone();
    *changed_end.last_mut().expect("not empty") ^= 1;
    let cases = [
        ("empty", Vec::new()),
        ("not ours", b"hello, this is not a key file".to_vec()),
        ("cut in its head", whole[..40].to_vec()),
        ("cut in its body", whole[..whole.len() - 1].to_vec()),
        ("a bit changed", changed_end),
        ("far too large", vec![b'x'; 5 * 1024 * 1024]),
    ];
    for (what, bytes) in cases {
        fs::write(desk.key_file(), &bytes).expect("written");
        let ring = desk.open().await;
        let refused = ring.unlock(phrase(PHRASE)).await;
        assert!(
            matches!(refused, Err(KeyError::Damaged { .. })),
            "{what}: {refused:?}"
        );
        assert!(ring.set(GEMINI, key("g-one")).await.is_err(), "{what}");
        let changed = ring
            .change_passphrase(phrase(PHRASE), phrase("another one"))
            .await;
        assert!(
            matches!(changed, Err(KeyError::Damaged { .. })),
            "{what}: {changed:?}"
        );
        assert_eq!(fs::read(desk.key_file()).expect("the file"), bytes, "{what}");
        assert!(ring.has(OPENAI), "{what}: the list of keys is kept");
    }
    fs::write(desk.key_file(), whole).expect("put back");
    let ring = desk.open_unlocked().await;
    assert_eq!(kept(&ring, OPENAI).await.as_deref(), Some("sk-one"));
}

#[tokio::test]
async fn what_a_crash_before_the_rename_left_is_cleared_and_the_former_file_stays() {
    let desk = Desk::with_file();
    desk.open_unlocked()
        .await
        .set(OPENAI, key("sk-one"))
        .await
        .expect("kept");
    for file in [desk.key_file(), desk.index_file()] {
        fs::write(crate::keys::disk::beside(&file), b"half a fi").expect("a leftover");
    }
    let ring = desk.open_unlocked().await;
    assert_eq!(kept(&ring, OPENAI).await.as_deref(), Some("sk-one"));
    ring.set(GEMINI, key("g-one")).await.expect("writing goes on");
    let mut names: Vec<_> = fs::read_dir(desk.folder())
        .expect("the folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("a name")
        })
        .collect();
    names.sort();
    assert_eq!(names, ["keys.age", "keys.index.json"]);
}

#[tokio::test]
async fn a_crash_between_the_file_and_its_list_is_mended_when_unlocked() {
    let desk = Desk::with_file();
    let ring = desk.open_unlocked().await;
    let earlier = fs::read(desk.index_file()).expect("the list");
    ring.set(OPENAI, key("sk-one")).await.expect("kept");
    fs::write(desk.index_file(), earlier).expect("as if the list had not been written");
    let ring = desk.open().await;
    assert!(!ring.has(OPENAI));
    ring.unlock(phrase(PHRASE)).await.expect("unlocks");
    assert!(ring.has(OPENAI));
    assert!(desk.open().await.has(OPENAI), "and written down");
}

#[tokio::test]
async fn a_list_that_is_gone_or_unreadable_is_made_anew() {
    let desk = Desk::with_file();
    desk.open_unlocked()
        .await
        .set(OPENAI, key("sk-one"))
        .await
        .expect("kept");
    fs::write(desk.index_file(), b"{ not json").expect("written");
    let ring = desk.open().await;
    assert!(
        matches!(ring.get(OPENAI).await, Err(KeyError::Locked)),
        "it may have one"
    );
    ring.unlock(phrase(PHRASE)).await.expect("unlocks");
    assert!(ring.has(OPENAI));
    assert!(
        desk.folder().join("keys.index.json.unreadable").exists(),
        "set aside"
    );

    fs::remove_file(desk.index_file()).expect("removed");
    let ring = desk.open_unlocked().await;
    assert!(ring.has(OPENAI));
}

#[tokio::test]
async fn a_key_file_that_was_moved_away_takes_its_keys_along() {
    let desk = Desk::with_file();
    desk.open_unlocked()
        .await
        .set(OPENAI, key("sk-one"))
        .await
        .expect("kept");
    fs::remove_file(desk.key_file()).expect("moved away");
    let ring = desk.open().await;
    assert_eq!(ring.state(), state(true, false));
    assert!(!ring.has(OPENAI));
    ring.unlock(phrase("a new passphrase"))
        .await
        .expect("begins anew");
    assert_eq!(kept(&ring, OPENAI).await, None);
}

#[tokio::test]
async fn the_passphrase_can_be_changed_also_while_locked() {
    let desk = Desk::with_file();
    let ring = desk.open().await;
    let none = ring
        .change_passphrase(phrase(PHRASE), phrase("a new passphrase"))
        .await;
    assert!(matches!(none, Err(KeyError::NotSetUp)), "{none:?}");
    desk.open_unlocked()
        .await
        .set(OPENAI, key("sk-one"))
        .await
        .expect("kept");

    let ring = desk.open().await;
    let wrong = ring
        .change_passphrase(phrase("wrong one"), phrase("a new passphrase"))
        .await;
    assert!(matches!(wrong, Err(KeyError::WrongPassphrase)), "{wrong:?}");
    let short = ring.change_passphrase(phrase(PHRASE), phrase("short")).await;
    assert!(matches!(short, Err(KeyError::PassphraseTooShort)), "{short:?}");
    ring.change_passphrase(phrase(PHRASE), phrase("a new passphrase"))
        .await
        .expect("changed");
    assert!(ring.state().locked, "as it was");
    assert!(matches!(
        ring.unlock(phrase(PHRASE)).await,
        Err(KeyError::WrongPassphrase)
    ));
    ring.unlock(phrase("a new passphrase")).await.expect("unlocks");
    ring.change_passphrase(phrase("a new passphrase"), phrase("the third one"))
        .await
        .expect("changed");
    assert!(!ring.state().locked, "as it was");
    ring.set(GEMINI, key("g-one"))
        .await
        .expect("sealed with the third");
    let ring = desk.open().await;
    ring.unlock(phrase("the third one")).await.expect("unlocks");
    assert_eq!(kept(&ring, OPENAI).await.as_deref(), Some("sk-one"));
    assert_eq!(kept(&ring, GEMINI).await.as_deref(), Some("g-one"));
}

#[tokio::test]
async fn every_change_is_told() {
    let desk = Desk::with_file();
    let ring = desk.open().await;
    let mut changed = ring.changed();
    let waiting = {
        let ring = ring.clone();
        let mut changed = ring.changed();
        tokio::spawn(async move {
            loop {
                changed.changed().await.expect("the ring is there");
                if let Ok(Some(key)) = ring.get(OPENAI).await {
                    return key.expose().to_owned();
                }
            }
        })
    };
    ring.unlock(phrase(PHRASE)).await.expect("unlocks");
    assert_eq!(*changed.borrow_and_update(), 1);
    ring.set(OPENAI, key("sk-one")).await.expect("kept");
    assert_eq!(waiting.await.expect("the task that waited goes on"), "sk-one");
    ring.remove(OPENAI).await.expect("removed");
    assert_eq!(*changed.borrow_and_update(), 3);
    assert!(ring.unlock(phrase("wrong one")).await.is_err());
    assert!(
        !changed.has_changed().expect("the ring is there"),
        "a failure is no change"
    );
}

#[tokio::test]
async fn a_caller_that_goes_away_leaves_the_change_whole() {
    let desk = Desk::with_file();
    let ring = desk.open_unlocked().await;
    let mut changed = ring.changed();
    let count = *changed.borrow_and_update();
    let caller = tokio::spawn({
        let ring = ring.clone();
        async move { ring.set(OPENAI, key("sk-one")).await }
    });
    tokio::task::yield_now().await;
    caller.abort();
    // Whether the call had begun or not, the next one finds the ring whole.
    ring.set(GEMINI, key("g-one")).await.expect("kept");
    changed.wait_for(|now| *now > count).await.expect("told");
    assert_eq!(kept(&ring, GEMINI).await.as_deref(), Some("g-one"));
    let reopened = desk.open_unlocked().await;
    assert_eq!(ring.has(OPENAI), reopened.has(OPENAI));
    assert_eq!(kept(&ring, OPENAI).await, kept(&reopened, OPENAI).await);
}

#[tokio::test]
async fn changes_at_the_same_time_are_all_kept() {
    let desk = Desk::with_file();
    let ring = desk.open_unlocked().await;
    let sets = (0..20_u128).map(|number| {
        let ring = ring.clone();
        async move {
            ring.set(uuid::Uuid::from_u128(number + 1), key(&format!("key-{number}")))
                .await
        }
    });
    for done in futures::future::join_all(sets).await {
        done.expect("kept");
    }
    let ring = desk.open_unlocked().await;
    for number in 0..20_u128 {
        let found = kept(&ring, uuid::Uuid::from_u128(number + 1)).await;
        assert_eq!(found, Some(format!("key-{number}")));
    }
}

#[tokio::test]
async fn the_file_is_sealed_with_the_cost_that_the_product_ships_with() {
    let mut desk = Desk::with_file();
    desk.options.work_factor = WORK_FACTOR;
    desk.open_unlocked()
        .await
        .set(OPENAI, key("sk-one"))
        .await
        .expect("kept");
    let head = fs::read(desk.key_file()).expect("the file");
    let head = String::from_utf8_lossy(&head[..80]).into_owned();
    let stanza = head.lines().nth(1).expect("a second line");
    assert!(head.starts_with("age-encryption.org/v1\n"), "{head}");
    assert!(
        stanza.starts_with("-> scrypt ") && stanza.ends_with(" 17"),
        "{stanza}"
    );
    let ring = desk.open_unlocked().await;
    assert_eq!(kept(&ring, OPENAI).await.as_deref(), Some("sk-one"));
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::with_file();
    desk.open_unlocked()
        .await
        .set(OPENAI, key("sk-one"))
        .await
        .expect("kept");
    for path in [desk.key_file(), desk.index_file()] {
        let mode = fs::metadata(&path).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", path.display());
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_write_that_fails_keeps_the_former_file_and_what_is_in_memory() {
    let desk = Desk::with_file();
    let ring = desk.open_unlocked().await;
    ring.set(OPENAI, key("sk-one")).await.expect("kept");
    // A folder where the new file is to be written: fails for every user, root included.
    let obstacle = crate::keys::disk::beside(&desk.key_file());
    fs::create_dir(&obstacle).expect("an obstacle");
    let failed = ring.set(OPENAI, key("sk-newer")).await;
    assert!(matches!(failed, Err(KeyError::File { .. })), "{failed:?}");
    assert_eq!(kept(&ring, OPENAI).await.as_deref(), Some("sk-one"));
    fs::remove_dir(&obstacle).expect("cleared");
    let ring = desk.open_unlocked().await;
    assert_eq!(kept(&ring, OPENAI).await.as_deref(), Some("sk-one"));
}
