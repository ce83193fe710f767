//! The servers that the window can talk to, and which one it talks to.

use crate::backends::{
    BackendId, Backends, BackendsView, SavedBackend, device_name, given_name, wanted_name, way_to,
    way_to_with,
};
use crate::channels::Subscriptions;
use crate::moves::Moves;
use crate::state::Backend;
use serde::{Deserialize, Serialize};
use specta::Type;
use std::time::{Duration, Instant};
use tauri::State;
use uuid::Uuid;
use wheelhouse_api::Local;
use wheelhouse_api::remote::{Address, Paired, Patience, Scope, pair};
use wheelhouse_contract::{
    ApiError, ErrorCode, GetKeys, GetStatus, KeysView, Operations, SecretText, UnlockKeys,
};

/// Who removes a server looks at it meanwhile.
const SHORT: Patience = Patience {
    connect: Duration::from_secs(4),
    answer: Duration::from_secs(6),
    long: Duration::from_secs(6),
    silence: Duration::from_secs(6),
};

/// Asks a server for a token of its own, with the code that it shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub(crate) struct PairBackend {
    /// Where the server is.
    pub(crate) address: String,
    /// What it shows: good once, for ten minutes.
    pub(crate) code: SecretText,
    /// What the operator wants to call it; empty for what it calls itself.
    pub(crate) name: String,
}

/// Names a saved server anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub(crate) struct RenameBackend {
    /// Which one.
    pub(crate) id: BackendId,
    /// Its new name.
    pub(crate) name: String,
}

/// What a server said when it was asked whether it is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub(crate) struct BackendCheck {
    /// Time in milliseconds from asking to the answer, over a way that is open.
    pub(crate) latency_ms: u32,
    /// Its version.
    pub(crate) version: String,
    /// The version of this window.
    pub(crate) own_version: String,
}

/// What became of the token on a server's side when the server was removed here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "token", rename_all = "snake_case")]
pub(crate) enum TokenThere {
    /// It is good no more.
    Revoked,
    /// The server could not be told, so that it is good there until somebody takes it back.
    StillGood {
        /// What the server calls the token.
        name: String,
        /// Why.
        why: ApiError,
    },
}

/// A server that was removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub(crate) struct RemovedBackend {
    /// The list without it.
    pub(crate) view: BackendsView,
    /// What became of its token there.
    pub(crate) there: TokenThere,
}

/// The saved servers, and which one the window talks to.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_backends(backends: State<'_, Backends>) -> Result<BackendsView, ApiError> {
    Ok(backends.view())
}

/// Pairs this window with a server and saves it. A server that is saved with the same address and store already gets the
/// new token and fingerprint.
#[tauri::command]
#[specta::specta]
pub(crate) async fn pair_backend(
    backend: State<'_, Backend>,
    backends: State<'_, Backends>,
    moves: State<'_, Moves>,
    request: PairBackend,
) -> Result<SavedBackend, ApiError> {
    let local = backend.local().await?;
    // A code is good once: whatever can be wrong on this side is found before it is sent.
    backends.can_change()?;
    local.can_keep_tokens()?;
    let address = Address::parse(&request.address)?;
    if !request.name.trim().is_empty() {
        given_name(&backends.saved(), &request.name, own(&backends, &address))?;
    }
    let paired = pair(&address, &request.code.0, &device_name()).await?;
    let saved = keep(&local, &backends, &request.name, paired).await;
    moves.try_again();
    saved
}

/// The server that has this address already: paired again, it may keep its name.
fn own(backends: &Backends, address: &Address) -> Option<BackendId> {
    let (saved, address) = (backends.saved(), address.to_string());
    let found = saved.backends.iter().find(|backend| backend.address == address);
    found.map(|backend| backend.id)
}

async fn keep(
    local: &Local,
    backends: &Backends,
    name: &str,
    paired: Paired,
) -> Result<SavedBackend, ApiError> {
    let (saved, address) = (backends.saved(), paired.url.to_string());
    let before = saved
        .backends
        .iter()
        .find(|backend| backend.address == address && backend.store == paired.store);
    let id = before.map_or_else(|| BackendId(Uuid::now_v7()), |backend| backend.id);
    local.keep_token(id.0, &paired.token).await?;
    let kept = backends.change(|saved| {
        let name = match (name.trim(), saved.get(id)) {
            ("", Some(before)) => before.name.clone(),
            ("", None) => wanted_name(saved, &paired.server),
            (name, _) => given_name(saved, name, Some(id))?,
        };
        let fresh = SavedBackend {
            id,
            name,
            address: address.clone(),
            fingerprint: paired.pinned.as_ref().map(ToString::to_string),
            store: paired.store,
            looks_only: paired.scope == Scope::Viewer,
            known_as: Some(paired.name),
            last_seen: Some(crate::backends::now()),
        };
        match saved.get_mut(id) {
            Some(before) => *before = fresh.clone(),
            None => saved.backends.push(fresh.clone()),
        }
        Ok(fresh)
    });
    let kept = kept.await;
    if kept.is_err() && before.is_none() {
        local.forget_token(id.0).await?;
    }
    kept
}

/// Asks a saved server whether it is there, whether its certificate is the one that was pinned, and whether the token is
/// good.
#[tauri::command]
#[specta::specta]
pub(crate) async fn test_backend(
    backend: State<'_, Backend>,
    backends: State<'_, Backends>,
    id: BackendId,
) -> Result<BackendCheck, ApiError> {
    let local = backend.local().await?;
    let saved = backends.get(id)?;
    let remote = way_to(&local, &saved).await?;
    // The first answer opens the way; the second tells how long one takes.
    remote.get_status(GetStatus {}).await?;
    let asked = Instant::now();
    let status = remote.get_status(GetStatus {}).await?;
    let latency_ms = u32::try_from(asked.elapsed().as_millis()).unwrap_or(u32::MAX);
    backends.seen(id).await;
    Ok(BackendCheck {
        latency_ms,
        version: status.version,
        own_version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

/// Names a saved server anew. Only this window calls it so.
#[tauri::command]
#[specta::specta]
pub(crate) async fn rename_backend(
    backends: State<'_, Backends>,
    request: RenameBackend,
) -> Result<SavedBackend, ApiError> {
    rename(&backends, request).await
}

async fn rename(backends: &Backends, request: RenameBackend) -> Result<SavedBackend, ApiError> {
    let RenameBackend { id, name } = request;
    backends.get(id)?;
    let renamed = backends.change(|saved| {
        let name = given_name(saved, &name, Some(id))?;
        Ok(saved.get_mut(id).map(|backend| {
            backend.name = name;
            backend.clone()
        }))
    });
    match renamed.await? {
        Some(backend) => Ok(backend),
        None => backends.get(id),
    }
}

/// Forgets a server and its token, after it was told to take the token back. Where it can't be told it is forgotten all the
/// same, and the answer says so. Where the window talked to it, it talks to this machine from now on and must be loaded anew.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_backend(
    backend: State<'_, Backend>,
    backends: State<'_, Backends>,
    subscriptions: State<'_, Subscriptions>,
    id: BackendId,
) -> Result<RemovedBackend, ApiError> {
    let local = backend.local().await?;
    let was_chosen = backends.chosen().is_some_and(|chosen| chosen.id == id);
    let there = remove(&local, &backends, id).await?;
    if was_chosen {
        subscriptions.end_all();
    }
    let view = backends.view();
    Ok(RemovedBackend { view, there })
}

async fn remove(local: &Local, backends: &Backends, id: BackendId) -> Result<TokenThere, ApiError> {
    backends.can_change()?;
    let there = match backends.get(id) {
        Ok(saved) => leave(local, &saved).await?,
        // Removed twice is removed once.
        Err(_) => TokenThere::Revoked,
    };
    forget(local, backends, id).await?;
    Ok(there)
}

/// Has a server take this window's token back. Locked keys end it: then the token could not be forgotten here either.
async fn leave(local: &Local, saved: &SavedBackend) -> Result<TokenThere, ApiError> {
    let left = match way_to_with(local, saved, SHORT).await {
        Ok(remote) => remote.leave().await,
        Err(error) if error.code == ErrorCode::KeysLocked => return Err(error),
        Err(error) => Err(error),
    };
    Ok(match left {
        Ok(_) => TokenThere::Revoked,
        Err(why) => TokenThere::StillGood {
            name: saved.known_as.clone().unwrap_or_else(device_name),
            why,
        },
    })
}

async fn forget(local: &Local, backends: &Backends, id: BackendId) -> Result<(), ApiError> {
    // The list forgets it last: an entry without a token says so, a token without an entry is never found again.
    local.forget_token(id.0).await?;
    let removed = backends.change(|saved| {
        saved.backends.retain(|backend| backend.id != id);
        if saved.chosen == Some(id) {
            saved.chosen = None;
        }
        Ok(())
    });
    removed.await
}

/// Lets the window talk to a saved server, or to this machine. Subscriptions end; the window must be loaded anew.
#[tauri::command]
#[specta::specta]
pub(crate) async fn switch_backend(
    backend: State<'_, Backend>,
    backends: State<'_, Backends>,
    subscriptions: State<'_, Subscriptions>,
    id: Option<BackendId>,
) -> Result<BackendsView, ApiError> {
    if let Some(id) = id {
        // Where the token can't be read, the window stays where it is.
        let local = backend.local().await?;
        way_to(&local, &backends.get(id)?).await?;
    }
    let chosen = backends.change(|saved| {
        saved.chosen = id;
        Ok(())
    });
    chosen.await?;
    subscriptions.end_all();
    Ok(backends.view())
}

/// How this machine keeps keys and tokens, whichever backend the window talks to.
#[tauri::command]
#[specta::specta]
pub(crate) async fn own_keys(backend: State<'_, Backend>) -> Result<KeysView, ApiError> {
    backend.local().await?.get_keys(GetKeys {}).await
}

/// Opens this machine's file of keys and tokens, or makes it, whichever backend the window talks to.
#[tauri::command]
#[specta::specta]
pub(crate) async fn unlock_own_keys(
    backend: State<'_, Backend>,
    moves: State<'_, Moves>,
    request: UnlockKeys,
) -> Result<KeysView, ApiError> {
    let opened = backend.local().await?.unlock_keys(request).await;
    moves.try_again();
    opened
}

#[cfg(test)]
mod tests {
    use super::*;
    use wheelhouse_api::remote::{Fingerprint, Token};
    use wheelhouse_contract::domain::StoreUid;
    use wheelhouse_testkit::Workbench;

    fn paired(store: StoreUid, letter: &str) -> Paired {
        Paired {
            url: Address::parse("https://127.0.0.1:1").expect("an address"),
            pinned: Some(Fingerprint::of(letter.as_bytes())),
            token: Token::parse(format!("wh_{}", letter.repeat(43))).expect("a token"),
            name: "laptop".to_owned(),
            scope: Scope::Operator,
            server: "Studio".to_owned(),
            store,
        }
    }

    async fn unlocked() -> Workbench {
        let bench = Workbench::open().await;
        let passphrase = SecretText("correct horse battery".to_owned());
        let opened = bench.api().unlock_keys(UnlockKeys { passphrase }).await;
        assert!(!opened.expect("made").locked);
        bench
    }

    async fn token_of(local: &Local, id: BackendId) -> Option<String> {
        let token = local.token(id.0).await.expect("readable");
        token.map(|token| token.expose().to_owned())
    }

    #[tokio::test]
    async fn a_server_that_is_paired_again_stays_the_same_one() {
        let (bench, folder) = (unlocked().await, tempfile::tempdir().expect("a temporary folder"));
        let (local, backends) = (bench.api(), Backends::open(folder.path()));
        let store = StoreUid(Uuid::now_v7());
        let first = keep(local, &backends, "", paired(store, "a"))
            .await
            .expect("kept");
        assert_eq!(first.name, "Studio");
        let named = RenameBackend {
            id: first.id,
            name: " Attic ".to_owned(),
        };
        assert_eq!(rename(&backends, named).await.expect("renamed").name, "Attic");

        let again = keep(local, &backends, "", paired(store, "b"))
            .await
            .expect("kept");
        assert_eq!((again.id, again.name.as_str()), (first.id, "Attic"));
        assert_ne!(again.fingerprint, first.fingerprint);
        assert_eq!(backends.view().backends, [again]);
        let token = token_of(local, first.id).await.expect("kept");
        assert!(token.ends_with("bbb"), "the new one counts");

        // Another store behind the same address is another server.
        let other = paired(StoreUid(Uuid::now_v7()), "c");
        let other = keep(local, &backends, "", other).await.expect("kept");
        assert_ne!(other.id, first.id);
        assert_eq!(backends.view().backends.len(), 2);
    }

    #[tokio::test]
    async fn a_name_that_was_taken_meanwhile_leaves_no_token_behind() {
        let (bench, folder) = (unlocked().await, tempfile::tempdir().expect("a temporary folder"));
        let (local, backends) = (bench.api(), Backends::open(folder.path()));
        let first = paired(StoreUid(Uuid::now_v7()), "a");
        let first = keep(local, &backends, "Studio", first).await.expect("kept");
        let second = paired(StoreUid(Uuid::now_v7()), "b");
        let error = keep(local, &backends, "studio", second).await.expect_err("taken");
        assert_eq!(error.details.field.as_deref(), Some("name"));
        assert_eq!(backends.view().backends, std::slice::from_ref(&first));
        assert!(token_of(local, first.id).await.is_some());
    }

    #[tokio::test]
    async fn a_removed_server_is_forgotten_with_its_token_and_gives_the_window_back() {
        let (bench, folder) = (unlocked().await, tempfile::tempdir().expect("a temporary folder"));
        let (local, backends) = (bench.api(), Backends::open(folder.path()));
        let server = paired(StoreUid(Uuid::now_v7()), "a");
        let server = keep(local, &backends, "", server).await.expect("kept");
        let chosen = backends.change(|saved| {
            saved.chosen = Some(server.id);
            Ok(())
        });
        chosen.await.expect("written");

        local.handle().keys().lock().await.expect("locked");
        let error = remove(local, &backends, server.id)
            .await
            .expect_err("the token can't be forgotten");
        assert_eq!(error.code, ErrorCode::KeysLocked);
        assert_eq!(backends.chosen(), Some(server.clone()), "nothing is half removed");

        let passphrase = SecretText("correct horse battery".to_owned());
        local
            .unlock_keys(UnlockKeys { passphrase })
            .await
            .expect("opened");
        let there = remove(local, &backends, server.id).await.expect("removed");
        let TokenThere::StillGood { why, .. } = there else {
            panic!("nothing listens there: {there:?}");
        };
        assert_eq!(why.code, ErrorCode::Unavailable);
        let view = backends.view();
        assert_eq!((view.chosen, view.backends.len()), (None, 0));
        assert_eq!(token_of(local, server.id).await, None);
    }
}
