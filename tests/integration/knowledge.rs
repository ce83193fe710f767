//! The operator's documents through `api`.

use crate::common::assert_completed;
use std::fs;
use std::path::Path;
use tempfile::TempDir;
use wheelhouse_contract::{
    AddSource, DocumentText, ErrorCode, ListDocuments, ListSources, Operations, ReadDocument, RemoveSource,
    RescanSource, SearchKnowledge, SearchResult, SourceView,
};
use wheelhouse_domain::{SourceKind, SourceState, SourceUid};
use wheelhouse_knowledge::is_verbatim;
use wheelhouse_testkit::{Workbench, within};

fn write(folder: &TempDir, path: &str, text: &str) {
    let path = folder.path().join(path);
    fs::create_dir_all(path.parent().expect("a parent")).expect("made");
    fs::write(path, text).expect("written");
}

fn harbour() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    write(
        &folder,
        "harbour.md",
        "# Harbour\n\nThe harbour master of Skarholm is called Ada Lindqvist.\n",
    );
    write(
        &folder,
        "boats/ferry.txt",
        "The ferry Aurora carries forty passengers.\n",
    );
    write(
        &folder,
        ".secrets/key.txt",
        "The password of Skarholm is hidden.\n",
    );
    folder
}

async fn search(bench: &Workbench, query: &str) -> SearchResult {
    let request = SearchKnowledge {
        query: query.to_owned(),
        limit: 10,
    };
    bench.api().search_knowledge(request).await.expect("searched")
}

async fn paths(bench: &Workbench, source: &SourceView) -> Vec<String> {
    let request = ListDocuments {
        source_id: source.id,
        query: String::new(),
        after: String::new(),
        limit: 500,
    };
    let documents = bench.api().list_documents(request).await.expect("listed");
    documents.into_iter().map(|document| document.path).collect()
}

async fn rescan(bench: &Workbench, source: &SourceView) -> SourceView {
    let request = RescanSource {
        request_key: bench.key(),
        id: source.id,
    };
    bench.api().rescan_source(request).await.expect("asked for");
    within("the scan", bench.api().wait_for_source(source.id))
        .await
        .expect("scanned")
}

async fn read(bench: &Workbench, source: SourceUid, path: &str) -> Result<DocumentText, ErrorCode> {
    let request = ReadDocument {
        source,
        path: path.to_owned(),
    };
    bench
        .api()
        .read_document(request)
        .await
        .map_err(|error| error.code)
}

#[tokio::test]
async fn a_folder_is_added_searched_read_and_taken_out_again() {
    let folder = harbour();
    let bench = Workbench::open().await;
    let source = bench.add_source(folder.path()).await;
    assert_eq!(
        (source.kind, source.state, source.documents),
        (SourceKind::Folder, SourceState::Ready, 2)
    );
    assert!(source.problems.is_empty() && source.scanned_at.is_some());
    assert_eq!(paths(&bench, &source).await, ["boats/ferry.txt", "harbour.md"]);

    let found = search(&bench, "who is the harbour master").await;
    let first = &found.passages[0];
    assert_eq!((first.source, first.path.as_str()), (source.uid, "harbour.md"));
    let document = read(&bench, source.uid, "harbour.md").await.expect("opens");
    assert!(is_verbatim(
        &document.text,
        first.start_line,
        first.end_line,
        &first.text
    ));
    assert!(!document.changed_on_disk);
    assert_eq!(
        (document.document.title.as_str(), document.document.lines),
        ("Harbour", 3)
    );

    let again = bench.add_source(folder.path()).await;
    assert_eq!(again.id, source.id, "the same path is the same source");
    let remove = || RemoveSource {
        request_key: bench.key(),
        id: source.id,
    };
    assert!(
        bench
            .api()
            .remove_source(remove())
            .await
            .expect("removed")
            .removed
    );
    assert!(
        !bench
            .api()
            .remove_source(remove())
            .await
            .expect("no error")
            .removed
    );
    assert_eq!(
        read(&bench, source.uid, "harbour.md").await.err(),
        Some(ErrorCode::NotFound)
    );
    assert!(
        search(&bench, "harbour master Lindqvist")
            .await
            .passages
            .iter()
            .all(|passage| passage.source != source.uid)
    );
    assert!(
        folder.path().join("harbour.md").exists(),
        "the files are not touched"
    );
}

#[tokio::test]
async fn scanning_again_notices_what_came_what_changed_and_what_went() {
    let folder = harbour();
    let bench = Workbench::open().await;
    let source = bench.add_source(folder.path()).await;
    write(
        &folder,
        "harbour.md",
        "# Harbour\n\nThe harbour master of Skarholm is called Bo Ek, since this spring.\n",
    );
    write(&folder, "weather.md", "# Weather\n\nFog is common in October.\n");
    fs::remove_file(folder.path().join("boats/ferry.txt")).expect("removed");
    let before = read(&bench, source.uid, "harbour.md").await.expect("opens");
    assert!(
        before.changed_on_disk && before.text.contains("Ada"),
        "until then it is what the crew read"
    );

    let after = rescan(&bench, &source).await;
    assert_eq!((after.uid, after.documents), (source.uid, 2));
    assert_eq!(paths(&bench, &source).await, ["harbour.md", "weather.md"]);
    assert!(
        search(&bench, "who is the harbour master").await.passages[0]
            .text
            .contains("Bo Ek")
    );
    let own = search(&bench, "ferry Aurora passengers").await;
    assert!(
        own.passages
            .iter()
            .all(|passage| passage.path != "boats/ferry.txt")
    );
    assert_eq!(
        read(&bench, source.uid, "boats/ferry.txt").await.err(),
        Some(ErrorCode::NotFound)
    );
    assert!(
        !read(&bench, source.uid, "harbour.md")
            .await
            .expect("opens")
            .changed_on_disk
    );
}

#[tokio::test]
async fn a_citation_still_opens_after_its_source_was_scanned_again() {
    let folder = harbour();
    let mut bench = Workbench::open().await;
    let source = bench.add_source(folder.path()).await;
    let done = bench
        .run("Write a short text about the harbour master of Skarholm")
        .await;
    assert_completed(&done);
    let report = done.report.clone().expect("a report");
    let cited = report
        .citations
        .iter()
        .find(|citation| citation.path == "harbour.md")
        .expect("cited")
        .clone();

    // The same lines move down: the citation keeps its words, the document shows what is there now.
    write(
        &folder,
        "harbour.md",
        "# Harbour\n\nNew.\n\nThe harbour master of Skarholm is called Ada Lindqvist.\n",
    );
    rescan(&bench, &source).await;
    bench.reopen().await;
    let document = read(&bench, cited.source, &cited.path)
        .await
        .expect("it still opens");
    assert!(document.text.contains("Ada Lindqvist"));
    let kept = bench.detail(done.workflow.id).await.report.expect("a report");
    assert_eq!(kept, report, "the report keeps the words that were cited");
    assert!(cited.quote.contains("Ada Lindqvist"));
}

#[tokio::test]
async fn nothing_outside_of_the_knowledge_can_be_opened() {
    let folder = harbour();
    let outside = TempDir::new().expect("a folder");
    write(&outside, "private.md", "# Private\n\nNobody should read this.\n");
    let bench = Workbench::open().await;
    let source = bench.add_source(folder.path()).await;
    let name = outside.path().file_name().expect("a name").to_string_lossy();
    let absolute = outside.path().join("private.md");
    let up = format!("../{name}/private.md");
    for path in [
        up.as_str(),
        absolute.to_str().expect("Unicode"),
        "boats/../harbour.md",
        "./harbour.md",
        "",
        "harbour.md\0",
        ".secrets/key.txt",
    ] {
        assert_eq!(
            read(&bench, source.uid, path).await.err(),
            Some(ErrorCode::NotFound),
            "{path:?}"
        );
    }
    let found = search(&bench, "password hidden").await;
    assert!(
        found
            .passages
            .iter()
            .all(|passage| !passage.path.contains("secrets")),
        "hidden files are not read"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_does_not_lead_out_of_a_source() {
    let folder = harbour();
    let outside = TempDir::new().expect("a folder");
    write(&outside, "private.md", "# Private\n\nZanzibar is the word.\n");
    std::os::unix::fs::symlink(outside.path(), folder.path().join("link")).expect("linked");
    std::os::unix::fs::symlink(outside.path().join("private.md"), folder.path().join("link.md"))
        .expect("linked");
    let bench = Workbench::open().await;
    let source = bench.add_source(folder.path()).await;
    assert_eq!(paths(&bench, &source).await, ["boats/ferry.txt", "harbour.md"]);
    assert!(search(&bench, "Zanzibar").await.passages.is_empty());
    assert_eq!(
        read(&bench, source.uid, "link.md").await.err(),
        Some(ErrorCode::NotFound)
    );
}

async fn refusal(bench: &Workbench, path: &Path) -> ErrorCode {
    let path = path.to_str().expect("Unicode").to_owned();
    let error = bench
        .api()
        .add_source(AddSource {
            request_key: bench.key(),
            path,
            stays_here: false,
        })
        .await
        .expect_err("refused");
    assert!(error.details.next_step.is_some(), "{error:?}");
    assert_eq!(error.details.field.as_deref(), Some("path"));
    error.code
}

#[tokio::test]
async fn what_cannot_be_a_source_is_refused_with_a_next_step() {
    let folder = harbour();
    write(&folder, "picture.png", "not a picture");
    let bench = Workbench::open().await;
    assert_eq!(
        refusal(&bench, &folder.path().join("nowhere")).await,
        ErrorCode::Unreadable
    );
    assert_eq!(
        refusal(&bench, &folder.path().join("picture.png")).await,
        ErrorCode::InvalidRequest
    );
    assert_eq!(
        refusal(&bench, Path::new("relative/path")).await,
        ErrorCode::InvalidRequest
    );
    assert_eq!(
        bench
            .api()
            .list_sources(ListSources {})
            .await
            .expect("sources")
            .len(),
        1,
        "only the handbook"
    );
}

#[tokio::test]
async fn sources_outlive_the_process() {
    let folder = harbour();
    let mut bench = Workbench::open().await;
    let source = bench.add_source(folder.path()).await;
    bench.reopen().await;
    let after = bench.api().list_sources(ListSources {}).await.expect("sources");
    assert!(after.contains(&source), "{after:?}");
    assert_eq!(
        search(&bench, "who is the harbour master").await.passages[0].path,
        "harbour.md"
    );
}
