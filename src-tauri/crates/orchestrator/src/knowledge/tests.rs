//! The knowledge as its callers see it, over real folders and a real database.

use super::*;
use proptest::prelude::*;
use std::fs;
use std::path::Path;
use tempfile::TempDir;
use wheelhouse_domain::{SourceId, SourceKind, SourceState};
use wheelhouse_knowledge::{Query, handbook, handbook_uid, is_verbatim};
use wheelhouse_store::knowledge::{KnowledgeStore, SourceRow};

struct World {
    data: TempDir,
    docs: TempDir,
    knowledge: KnowledgeHandle,
}

async fn open(data: &Path) -> KnowledgeHandle {
    let opened = KnowledgeStore::open(data).await.expect("the store opens");
    assert_eq!(opened.notices, []);
    KnowledgeHandle::open(opened.store, KnowledgeOptions::default())
        .await
        .expect("the knowledge opens")
}

async fn world() -> World {
    let (data, docs) = (
        TempDir::new().expect("a folder"),
        TempDir::new().expect("a folder"),
    );
    let knowledge = open(data.path()).await;
    World {
        data,
        docs,
        knowledge,
    }
}

impl World {
    fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.docs.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        fs::write(path, content).expect("written");
    }

    async fn add(&self) -> SourceRow {
        let path = self.docs.path().to_str().expect("unicode");
        let source = self.knowledge.add_source(path, false).await.expect("added");
        self.knowledge.wait_until_ready(source.id).await.expect("ready")
    }

    async fn rescan(&self, id: SourceId) -> SourceRow {
        self.knowledge.rescan(id).await.expect("asked for");
        self.knowledge.wait_until_ready(id).await.expect("ready")
    }

    async fn paths(&self, id: SourceId) -> Vec<String> {
        let rows = self.knowledge.documents(id, "", "", 500).await.expect("listed");
        rows.into_iter().map(|row| row.path).collect()
    }

    async fn first_path(&self, question: &str) -> Option<String> {
        let found = self
            .knowledge
            .search(question, 5, Audience::Here)
            .await
            .expect("searched");
        found.passages.into_iter().next().map(|passage| passage.path)
    }
}

#[tokio::test]
async fn files_that_come_change_move_and_go_are_noticed() {
    let world = world().await;
    world.write("a.md", "# Lighthouse\n\nThe lamp is cleaned on Mondays.\n");
    world.write("sub/b.txt", "The ferry leaves at noon.\n");
    let source = world.add().await;
    assert_eq!(
        (source.state, source.documents, source.kind),
        (SourceState::Ready, 2, SourceKind::Folder)
    );
    assert_eq!(
        world.first_path("when does the ferry leave").await.as_deref(),
        Some("sub/b.txt")
    );

    world.write("a.md", "# Lighthouse\n\nThe lamp is cleaned on Fridays.\n");
    world.write("c.md", "# Harbour\n\nThe harbour master is called Ada.\n");
    fs::rename(
        world.docs.path().join("sub/b.txt"),
        world.docs.path().join("timetable.txt"),
    )
    .expect("moved");
    world.rescan(source.id).await;
    assert_eq!(world.paths(source.id).await, ["a.md", "c.md", "timetable.txt"]);
    assert_eq!(
        world.first_path("ferry noon").await.as_deref(),
        Some("timetable.txt")
    );
    let lamp = world
        .knowledge
        .search("lamp cleaned", 5, Audience::Here)
        .await
        .expect("searched");
    assert!(lamp.passages[0].text.contains("Fridays"));

    fs::remove_file(world.docs.path().join("c.md")).expect("removed");
    world.rescan(source.id).await;
    assert_eq!(world.first_path("harbour master").await, None);
}

#[tokio::test]
async fn a_scan_without_changes_reads_nothing_again() {
    let world = world().await;
    world.write("a.md", "# One\n\ntext\n");
    let source = world.add().await;
    let before = world
        .knowledge
        .documents(source.id, "", "", 1)
        .await
        .expect("listed");
    world.rescan(source.id).await;
    let after = world
        .knowledge
        .documents(source.id, "", "", 1)
        .await
        .expect("listed");
    assert_eq!(before[0].id, after[0].id);
}

#[tokio::test]
async fn what_cannot_be_read_is_told_and_the_rest_is_searched() {
    let world = world().await;
    world.write("good.md", "# Good\n\nA readable sentence about walnuts.\n");
    world.write("tool.txt", b"\x7FELF\0\0");
    world.write("old.txt", b"caf\xE9 walnuts");
    world.write("huge.txt", "walnuts\n".repeat(300_000));
    world.write("paper.pdf", "%PDF");
    world.write("photo.png", "not shown");
    let source = world.add().await;
    assert_eq!((source.state, source.documents), (SourceState::Ready, 1));
    let told: Vec<&str> = source
        .problems
        .iter()
        .map(|problem| problem.path.as_str())
        .collect();
    assert_eq!(told, ["huge.txt", "old.txt", "paper.pdf", "tool.txt"]);
    assert!(source.problems[0].reason.contains("larger than 2 MB"));
    assert_eq!(world.first_path("walnuts").await.as_deref(), Some("good.md"));
}

#[tokio::test]
async fn a_document_that_becomes_unreadable_is_taken_out() {
    let world = world().await;
    world.write("a.txt", "about walnuts");
    let source = world.add().await;
    world.write("a.txt", b"\0\0\0");
    let after = world.rescan(source.id).await;
    assert_eq!((after.documents, after.problems.len()), (0, 1));
}

#[tokio::test]
async fn a_source_that_is_gone_fails_and_is_still_searched() {
    let world = world().await;
    world.write("a.md", "# Walnuts\n\nThey are green first.\n");
    let source = world.add().await;
    let away = world.docs.path().with_extension("away");
    fs::rename(world.docs.path(), &away).expect("moved");
    let after = world.rescan(source.id).await;
    assert_eq!((after.state, after.documents), (SourceState::Failed, 1));
    assert!(after.problems[0].reason.contains("still searched"));
    assert!(world.first_path("walnuts").await.is_some());
    fs::rename(&away, world.docs.path()).expect("moved back");
    assert_eq!(world.rescan(source.id).await.state, SourceState::Ready);
}

#[tokio::test]
async fn the_same_path_is_one_source() {
    let world = world().await;
    world.write("sub/a.md", "# A\n");
    let first = world.add().await;
    let other_way = format!("{}/sub/..", world.docs.path().display());
    let second = world
        .knowledge
        .add_source(&other_way, false)
        .await
        .expect("added");
    assert_eq!(first.id, second.id);
    let file = world.docs.path().join("sub/a.md");
    let single = world
        .knowledge
        .add_source(file.to_str().expect("unicode"), false)
        .await
        .expect("added");
    let single = world.knowledge.wait_until_ready(single.id).await.expect("ready");
    assert_eq!(
        (single.kind, single.documents, single.name.as_str()),
        (SourceKind::File, 1, "a.md")
    );
}

#[tokio::test]
async fn a_source_can_be_removed_while_it_is_read() {
    let world = world().await;
    for number in 0..300 {
        world.write(
            &format!("{number}.md"),
            format!("# Walnut {number}\n\nNumber {number}.\n"),
        );
    }
    let path = world.docs.path().to_str().expect("unicode");
    let source = world.knowledge.add_source(path, false).await.expect("added");
    assert!(world.knowledge.remove_source(source.id).await.expect("removed"));
    assert!(
        !world
            .knowledge
            .remove_source(source.id)
            .await
            .expect("nothing to remove")
    );
    assert_eq!(world.first_path("walnut").await, None);
    let missing = world.knowledge.rescan(source.id).await;
    assert!(matches!(missing, Err(KnowledgeError::UnknownSource(_))));
}

#[tokio::test]
async fn progress_ends_with_everything_done() {
    let world = world().await;
    for number in 0..40 {
        world.write(&format!("{number}.md"), "# Page\n\nText.\n");
    }
    let mut progress = world.knowledge.progress();
    let source = world.add().await;
    let last = loop {
        let report = progress.recv().await.expect("a report");
        assert!(report.done <= report.total);
        if report.finished {
            break report;
        }
    };
    assert_eq!((last.source_id, last.done, last.total), (source.id, 40, 40));
}

#[tokio::test]
async fn an_interrupted_scan_is_taken_up_at_the_next_open() {
    let world = world().await;
    world.write("a.md", "# Walnut\n\nText.\n");
    let path = world.docs.path().to_str().expect("unicode").to_owned();
    world.knowledge.shutdown().await;
    assert!(matches!(
        world.knowledge.add_source(&path, false).await,
        Err(KnowledgeError::ShuttingDown)
    ));
    // What a crash in the middle of a scan leaves behind.
    let store = KnowledgeStore::open(world.data.path())
        .await
        .expect("opens")
        .store;
    let new = wheelhouse_store::knowledge::NewSource {
        uid: wheelhouse_domain::SourceUid(uuid::Uuid::now_v7()),
        name: "docs".to_owned(),
        kind: SourceKind::Folder,
        path,
        stays_here: false,
    };
    let id = store.add_source(&new).await.expect("added");
    store
        .set_source_state(id, SourceState::Scanning)
        .await
        .expect("set");
    store.close().await;
    let knowledge = open(world.data.path()).await;
    let source = knowledge.wait_until_ready(id).await.expect("ready");
    assert_eq!((source.state, source.documents), (SourceState::Ready, 1));
}

#[tokio::test]
async fn a_removed_handbook_stays_away_and_a_kept_one_is_not_written_again() {
    let world = world().await;
    let first = world.knowledge.sources().await.expect("read");
    assert_eq!(
        (first.len(), first[0].uid, first[0].state),
        (1, handbook_uid(), SourceState::Ready)
    );
    assert_eq!(first[0].documents as usize, handbook().len());
    world.knowledge.shutdown().await;

    let second = open(world.data.path()).await;
    assert_eq!(second.sources().await.expect("read"), first);
    assert!(second.remove_source(first[0].id).await.expect("removed"));
    second.shutdown().await;

    let third = open(world.data.path()).await;
    assert!(third.sources().await.expect("read").is_empty());
    assert!(
        third
            .search("rehearsal", 5, Audience::Here)
            .await
            .expect("searched")
            .passages
            .is_empty()
    );
}

#[tokio::test]
async fn the_viewer_says_when_the_file_has_changed() {
    let world = world().await;
    world.write("a.md", "# Walnut\r\n\r\nText.\r\n");
    let source = world.add().await;
    let read = async |path: &str| world.knowledge.read_document(source.uid, path).await;
    let fresh = read("a.md").await.expect("read");
    assert_eq!(
        (fresh.content.text.as_str(), fresh.changed_on_disk),
        ("# Walnut\n\nText.\n", false)
    );
    world.write("a.md", "# Walnut\n\nOther.\n");
    assert!(read("a.md").await.expect("read").changed_on_disk);
    fs::remove_file(world.docs.path().join("a.md")).expect("removed");
    assert!(read("a.md").await.expect("read").changed_on_disk);
    assert!(matches!(
        read("../a.md").await,
        Err(KnowledgeError::UnknownDocument { .. })
    ));
    let page = world
        .knowledge
        .read_document(handbook_uid(), "rehearsal.md")
        .await
        .expect("read");
    assert!(!page.changed_on_disk);
}

/// A question and the page that has its answer.
const QUESTIONS: &[(&str, &str)] = &[
    (
        "Who decides about permissions and authorization of users?",
        "designing-a-rest-api.md",
    ),
    (
        "Can I delete a workflow and get the space back?",
        "data-and-backup.md",
    ),
    (
        "What is an attempt and when is a task tried again?",
        "status-and-failures.md",
    ),
    ("Are links in a report live?", "privacy-and-security.md"),
    ("How long may a task be in characters?", "writing-a-good-task.md"),
    (
        "Why do specialists stay after the workflow?",
        "agents-and-roles.md",
    ),
    ("exit code of a headless run", "command-line.md"),
    (
        "risks of a product launch and their owners",
        "planning-a-launch.md",
    ),
    ("open the command palette", "the-window-and-keys.md"),
    (
        "validation errors and status codes of an API",
        "designing-a-rest-api.md",
    ),
    (
        "Explain how Wheelhouse keeps a run when the app is closed",
        "surviving-a-crash.md",
    ),
    (
        "What happens after a crash or a power cut?",
        "surviving-a-crash.md",
    ),
    (
        "Design a small REST API for a blog platform with user authentication",
        "designing-a-rest-api.md",
    ),
    (
        "Build a Python REST API for a blog platform",
        "designing-a-rest-api.md",
    ),
    ("pagination of lists with a cursor", "designing-a-rest-api.md"),
    ("Plan the launch of a small product", "planning-a-launch.md"),
    ("checklist before a go or no-go decision", "planning-a-launch.md"),
    ("How should I review a proposal?", "reviewing-a-document.md"),
    (
        "weight of findings: must, should, could",
        "reviewing-a-document.md",
    ),
    (
        "Where is my data kept and how do I make a backup?",
        "data-and-backup.md",
    ),
    ("WHEELHOUSE_DATA_DIR", "data-and-backup.md"),
    ("How do I restore a backup?", "data-and-backup.md"),
    ("How do I add a provider?", "models-and-keys.md"),
    ("Where are keys kept?", "models-and-keys.md"),
    ("WHEELHOUSE_KEYS", "models-and-keys.md"),
    ("What happens when the keys are locked?", "models-and-keys.md"),
    ("Which model does an agent use?", "models-and-keys.md"),
    ("How do I use Ollama or LM Studio?", "models-and-keys.md"),
    ("How do I change an agent's instructions?", "agents-and-roles.md"),
    ("How do I disable a specialist?", "agents-and-roles.md"),
    (
        "run a task in the terminal without a window, headless",
        "command-line.md",
    ),
    ("Is rehearsal a language model?", "rehearsal.md"),
    ("Which keyboard shortcuts are there?", "the-window-and-keys.md"),
    ("How do citations name lines?", "knowledge-and-citations.md"),
    (
        "Which files are read from a folder? PDF?",
        "knowledge-and-citations.md",
    ),
    ("How does the generator hire specialists?", "agents-and-roles.md"),
    ("What do I do when a workflow failed?", "status-and-failures.md"),
    (
        "What does the workflow status waiting mean?",
        "status-and-failures.md",
    ),
    ("How do I write a good task?", "writing-a-good-task.md"),
    (
        "Can an agent write files or reach the network?",
        "agents-and-roles.md",
    ),
    ("Does anything leave my machine?", "privacy-and-security.md"),
    (
        "How many parts can a plan have, and what runs at the same time?",
        "how-a-task-flows.md",
    ),
];

#[tokio::test]
async fn the_handbook_answers_from_the_right_page() {
    let world = world().await;
    let mut wrong = Vec::new();
    for &(question, page) in QUESTIONS {
        let found = world
            .knowledge
            .search(question, 8, Audience::Here)
            .await
            .expect("searched");
        let got: Vec<_> = found
            .passages
            .iter()
            .map(|p| (p.path.as_str(), p.start_line, p.score))
            .collect();
        if got.first().map(|first| first.0) != Some(page) {
            wrong.push(format!("{question}\n    wanted {page}, got {got:?}"));
        }
        for passage in &found.passages {
            let text = handbook()
                .iter()
                .find(|page| page.path == passage.path)
                .expect("a page")
                .text;
            assert!(is_verbatim(
                text,
                passage.start_line,
                passage.end_line,
                &passage.text
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_question_without_an_answer_gives_nothing() {
    let world = world().await;
    for question in [
        "Which volcano erupted in Iceland in 2010?",
        "recipe for sourdough bread with rye",
        "quarterly revenue of the furniture division",
        "air speed velocity of an unladen swallow",
        "Wie wird das Wetter morgen in Hamburg?",
        "what is it",
        "???",
        "",
    ] {
        let found = world
            .knowledge
            .search(question, 8, Audience::Here)
            .await
            .expect("searched");
        assert!(found.passages.is_empty(), "{question}: {:?}", found.passages);
        assert_eq!(found.documents as usize, handbook().len());
    }
}

#[tokio::test]
async fn words_of_other_scripts_are_found() {
    let world = world().await;
    world.write("ja.md", "# 知識\n\n文書を検索して引用します。\n");
    world.write(
        "de.md",
        "# Prüfung\n\nDie Überprüfung der Verträge dauert zwei Wochen.\n",
    );
    world.add().await;
    assert_eq!(world.first_path("検索").await.as_deref(), Some("ja.md"));
    assert_eq!(
        world.first_path("Uberprufung Vertrage").await.as_deref(),
        Some("de.md")
    );
}

#[test]
fn no_question_is_a_syntax_error() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let data = TempDir::new().expect("a folder");
    let store = runtime
        .block_on(KnowledgeStore::open(data.path()))
        .expect("opens")
        .store;
    let ask = |question: &str| {
        if let Some(query) = Query::parse(question) {
            for expression in [query.match_all(), query.match_any()] {
                runtime
                    .block_on(store.search(&expression, 5))
                    .unwrap_or_else(|error| panic!("{expression}: {error}"));
            }
        }
    };
    ask("\"a\" AND (b OR NOT c) NEAR/2 title:* ^x -y col : \0 ' ; -- \\");
    proptest!(ProptestConfig::with_cases(200), |(question in any::<String>())| ask(&question));
}
