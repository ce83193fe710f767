//! The knowledge's database as its callers see it.

use super::*;
use std::path::Path;
use tempfile::TempDir;
use uuid::Uuid;
use wheelhouse_domain::{ContentHash, Millis, SourceId, SourceKind, SourceState, SourceUid};

async fn open(folder: &Path) -> OpenedKnowledge {
    KnowledgeStore::open(folder).await.expect("the knowledge opens")
}

fn folder_source(name: &str) -> NewSource {
    NewSource {
        uid: SourceUid(Uuid::now_v7()),
        name: name.to_owned(),
        kind: SourceKind::Folder,
        path: format!("/{name}"),
        stays_here: false,
    }
}

fn document(path: &str, terms: &str) -> NewDocument {
    NewDocument {
        path: path.to_owned(),
        title: path.to_owned(),
        text: format!("{terms}\n"),
        hash: ContentHash::of(terms),
        bytes: 10,
        modified_ns: 7,
        lines: 1,
        reader: 1,
        indexed_at: Millis(5),
        chunks: vec![NewChunk {
            start_line: 1,
            end_line: 1,
            headings: vec!["Head".to_owned()],
            text: terms.to_owned(),
            heading_terms: "head".to_owned(),
            terms: terms.to_owned(),
        }],
    }
}

async fn with_documents(folder: &Path) -> (KnowledgeStore, SourceId) {
    let store = open(folder).await.store;
    let id = store.add_source(&folder_source("docs")).await.expect("added");
    let documents = [
        document("a.md", "apple pear"),
        document("b.md", "apple"),
        document("c.md", "plum"),
    ];
    assert!(store.replace_documents(id, &documents).await.expect("written"));
    (store, id)
}

async fn found(store: &KnowledgeStore, expression: &str) -> Vec<String> {
    let hits = store.search(expression, 10).await.expect("searched");
    hits.into_iter().map(|hit| hit.path).collect()
}

#[tokio::test]
async fn documents_are_found_replaced_and_removed() {
    let folder = TempDir::new().expect("a folder");
    let (store, id) = with_documents(folder.path()).await;
    assert_eq!(found(&store, "\"apple\"").await, ["b.md", "a.md"]);
    assert_eq!(
        store
            .frequencies(&["apple", "kiwi"])
            .await
            .expect("counted")
            .get("apple"),
        Some(&2)
    );

    store
        .replace_documents(id, &[document("b.md", "kiwi")])
        .await
        .expect("replaced");
    assert_eq!(found(&store, "\"apple\"").await, ["a.md"]);
    assert_eq!(found(&store, "\"kiwi\"").await, ["b.md"]);

    store
        .remove_documents(id, &["a.md".to_owned()])
        .await
        .expect("removed");
    assert!(found(&store, "\"apple\"").await.is_empty());
    assert_eq!(
        store.frequencies(&["apple"]).await.expect("counted").get("apple"),
        None
    );
    let counts = store.counts().await.expect("counted");
    assert_eq!((counts.sources, counts.documents, counts.chunks), (1, 2, 2));
}

#[tokio::test]
async fn removing_a_source_empties_the_index_and_refuses_late_documents() {
    let folder = TempDir::new().expect("a folder");
    let (store, id) = with_documents(folder.path()).await;
    assert!(store.remove_source(id).await.expect("removed"));
    assert!(!store.remove_source(id).await.expect("nothing to remove"));
    assert!(found(&store, "\"apple\"").await.is_empty());
    let late = store.replace_documents(id, &[document("d.md", "apple")]).await;
    assert!(!late.expect("refused without an error"));
    let again = store.add_source(&folder_source("other")).await.expect("added");
    assert!(again.0 > id.0, "numbers are never used twice");
}

#[tokio::test]
async fn a_removed_builtin_source_does_not_come_back() {
    let folder = TempDir::new().expect("a folder");
    let store = open(folder.path()).await.store;
    let builtin = NewSource {
        kind: SourceKind::Builtin,
        ..folder_source("handbook")
    };
    let id = store.add_source(&builtin).await.expect("added");
    assert!(store.remove_source(id).await.expect("removed"));
    assert!(store.is_removed(builtin.uid).await.expect("read"));
    store.add_source(&builtin).await.expect("nothing happens");
    assert!(store.sources().await.expect("read").is_empty());
}

#[tokio::test]
async fn documents_are_listed_in_pages() {
    let folder = TempDir::new().expect("a folder");
    let (store, id) = with_documents(folder.path()).await;
    let page = store.documents(id, "", "a.md", 1).await.expect("listed");
    assert_eq!(
        page.iter().map(|row| row.path.as_str()).collect::<Vec<_>>(),
        ["b.md"]
    );
    let matching = store.documents(id, "C.m", "", 10).await.expect("listed");
    assert_eq!(matching.len(), 1);
    assert!(store.documents(id, "%", "", 10).await.expect("listed").is_empty());
}

#[tokio::test]
async fn a_document_is_read_by_source_and_path_only() {
    let folder = TempDir::new().expect("a folder");
    let (store, id) = with_documents(folder.path()).await;
    let uid = store.source(id).await.expect("read").expect("there").uid;
    let text = store
        .read_document(uid, "a.md")
        .await
        .expect("read")
        .expect("there");
    assert_eq!(
        (text.text.as_str(), text.source_path.as_str()),
        ("apple pear\n", "/docs")
    );
    assert!(store.read_document(uid, "../a.md").await.expect("read").is_none());
}

#[tokio::test]
async fn scans_leave_their_end_with_the_source() {
    let folder = TempDir::new().expect("a folder");
    let (store, id) = with_documents(folder.path()).await;
    store
        .set_source_state(id, SourceState::Scanning)
        .await
        .expect("set");
    let problems = vec![Problem {
        path: "x.bin".to_owned(),
        reason: "It is not a text file.".to_owned(),
    }];
    let end = ScanEnd {
        state: SourceState::Ready,
        problems: problems.clone(),
        at: Millis(9),
    };
    store.finish_scan(id, &end).await.expect("set");
    let row = store.source(id).await.expect("read").expect("there");
    assert_eq!(
        (row.state, row.problems, row.scanned_at),
        (SourceState::Ready, problems, Some(Millis(9)))
    );
    assert_eq!((row.documents, row.chunks, row.bytes), (3, 3, 30));
}

#[tokio::test]
async fn a_damaged_database_is_moved_aside_and_keeps_its_sources() {
    let folder = TempDir::new().expect("a folder");
    let (store, id) = with_documents(folder.path()).await;
    let before = store.source(id).await.expect("read").expect("there");
    store.close().await;
    for round in 1..=2 {
        std::fs::write(
            folder.path().join("knowledge.db"),
            "this is no database at all".repeat(400),
        )
        .expect("damaged");
        let opened = open(folder.path()).await;
        let moved = folder.path().join(format!("knowledge.db.damaged-{round}"));
        assert!(
            matches!(&opened.notices[..], [KnowledgeNotice::Rebuilt { moved_to, .. }] if *moved_to == moved)
        );
        assert!(moved.exists());
        let after = opened.store.sources().await.expect("read");
        assert_eq!(
            (after[0].id, after[0].uid, after[0].state),
            (id, before.uid, SourceState::Waiting)
        );
        assert_eq!(after[0].documents, 0);
        opened.store.close().await;
    }
}

#[tokio::test]
async fn damage_that_shows_later_is_mended_at_the_next_open() {
    let folder = TempDir::new().expect("a folder");
    let (store, _) = with_documents(folder.path()).await;
    store.close().await;
    std::fs::write(folder.path().join("knowledge.db.rebuild"), "").expect("marked");
    let opened = open(folder.path()).await;
    assert_eq!(opened.notices.len(), 1);
    opened.store.close().await;
    assert!(open(folder.path()).await.notices.is_empty());
}

#[tokio::test]
async fn a_deleted_database_is_built_again_without_a_word() {
    let folder = TempDir::new().expect("a folder");
    let (store, id) = with_documents(folder.path()).await;
    store.close().await;
    for name in ["knowledge.db", "knowledge.db-wal", "knowledge.db-shm"] {
        let _ = std::fs::remove_file(folder.path().join(name));
    }
    let opened = open(folder.path()).await;
    assert!(opened.notices.is_empty());
    assert_eq!(opened.store.sources().await.expect("read")[0].id, id);
}

#[tokio::test]
async fn an_unreadable_list_of_sources_is_kept_and_told() {
    let folder = TempDir::new().expect("a folder");
    std::fs::write(folder.path().join("knowledge-sources.json"), "{").expect("written");
    let opened = open(folder.path()).await;
    assert!(matches!(
        &opened.notices[..],
        [KnowledgeNotice::SourcesLost { .. }]
    ));
    assert!(folder.path().join("knowledge-sources.json.damaged").exists());
}

#[tokio::test]
async fn a_database_of_another_version_is_rebuilt() {
    let folder = TempDir::new().expect("a folder");
    let (store, _) = with_documents(folder.path()).await;
    sqlx::query("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (99, 'later', 1, x'00', 0)")
        .execute(&store.inner.writer)
        .await
        .expect("a later version");
    store.close().await;
    let opened = open(folder.path()).await;
    assert!(matches!(&opened.notices[..], [KnowledgeNotice::Rebuilt { .. }]));
    assert_eq!(opened.store.counts().await.expect("counted").sources, 1);
}
