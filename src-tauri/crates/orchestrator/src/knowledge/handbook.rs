//! Puts the shipped handbook into the knowledge and keeps it up to date.

use super::error::KnowledgeError;
use super::examine::{Stamp, document};
use wheelhouse_domain::{ContentHash, Millis, SourceId, SourceKind, SourceState};
use wheelhouse_knowledge::{Format, HANDBOOK_NAME, READER_VERSION, handbook, handbook_uid};
use wheelhouse_store::knowledge::{KnowledgeStore, NewSource, ScanEnd};

/// Makes the handbook a source, unless the operator has removed it.
pub(super) async fn ensure(store: &KnowledgeStore, now: fn() -> Millis) -> Result<(), KnowledgeError> {
    if store.is_removed(handbook_uid()).await? {
        return Ok(());
    }
    let source = NewSource {
        uid: handbook_uid(),
        name: HANDBOOK_NAME.to_owned(),
        kind: SourceKind::Builtin,
        path: String::new(),
        stays_here: false,
    };
    let existing = store
        .sources()
        .await?
        .into_iter()
        .find(|row| row.uid == source.uid);
    let (id, is_ready) = match existing {
        Some(row) => (row.id, row.state == SourceState::Ready),
        None => (store.add_source(&source).await?, false),
    };
    let changed = install(store, id, now).await?;
    if changed || !is_ready {
        let end = ScanEnd {
            state: SourceState::Ready,
            problems: Vec::new(),
            at: now(),
        };
        store.finish_scan(id, &end).await?;
    }
    Ok(())
}

/// Indexes the pages that are new or changed and takes out those that are gone. Says whether there were any.
pub(super) async fn install(
    store: &KnowledgeStore,
    id: SourceId,
    now: fn() -> Millis,
) -> Result<bool, KnowledgeError> {
    let mut known = store.document_states(id).await?;
    let mut changed = Vec::new();
    for page in handbook() {
        let hash = ContentHash::of(page.text);
        let before = known.remove(page.path);
        if before.is_some_and(|known| known.hash == hash && known.reader == READER_VERSION) {
            continue;
        }
        let stamp = Stamp {
            hash,
            bytes: i64::try_from(page.text.len()).unwrap_or(i64::MAX),
            modified_ns: 0,
            read_at: now(),
        };
        changed.push(document(page.path, Format::Markdown, page.text.to_owned(), stamp));
    }
    let gone: Vec<String> = known.into_keys().collect();
    if !changed.is_empty() {
        store.replace_documents(id, &changed).await?;
    }
    if !gone.is_empty() {
        store.remove_documents(id, &gone).await?;
    }
    Ok(!changed.is_empty() || !gone.is_empty())
}
