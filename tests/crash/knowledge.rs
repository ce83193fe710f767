//! The knowledge's database is gone or damaged: it is made again from the files, and no run minds.

use crate::application::ended;
use crate::journal::Journal;
use crate::kinds;
use crate::process::Application;
use crate::random;
use rand::rngs::StdRng;
use rand::{Rng, RngCore};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use wheelhouse_api::{LocalBackend, Settings};
use wheelhouse_contract::{
    AddSource, ExecuteWorkflow, GetWorkflow, ListSources, ListWorkflows, Operations, ReadDocument, Report,
    RequestKey, SourceView, WorkflowView,
};
use wheelhouse_domain::{SourceState, WorkflowId, WorkflowStatus};

const DATABASE: &str = "knowledge.db";
/// What SQLite keeps beside it.
const BESIDE: [&str; 2] = ["knowledge.db-wal", "knowledge.db-shm"];

/// A task that the documents below are about.
const TASK: &str = "Write a care guide for the tomatoes in the greenhouse, with a watering plan.";
/// Documents of the operator.
const DOCUMENTS: [(&str, &str); 2] = [
    (
        "watering.md",
        "# Watering tomatoes\n\nWater the tomatoes in the greenhouse every morning.\n\n\
         ## Watering plan\n\nGive each tomato plant two litres a day in July.\nLess on cloudy days.\n",
    ),
    (
        "pruning.md",
        "# Pruning tomatoes\n\nPinch out the side shoots of tomatoes once a week.\n\n\
         ## Care in the greenhouse\n\nOpen the greenhouse at noon, so that tomatoes stay dry.\n",
    ),
];

/// What happens to the database while nobody uses it.
#[derive(Debug, Clone, Copy)]
enum Mishap {
    Deleted,
    /// What SQLite keeps beside it stays.
    DeletedAlone,
    Overwritten,
    CutInHalf,
}

/// What was known before the mishap.
struct Known {
    sources: Vec<SourceView>,
    finished: WorkflowId,
    report: Report,
    /// Every workflow that had been begun.
    begun: BTreeSet<WorkflowId>,
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_and_reports_outlive_the_knowledge() {
    let (mut random, _) = random();
    let folder = tempfile::tempdir().expect("a folder");
    let mut known = finished_run(folder.path()).await;
    unfinished_runs(folder.path(), &mut random);
    known.begun = Journal::read(&folder.path().join("data"))
        .await
        .histories
        .into_keys()
        .collect();
    for mishap in [
        Mishap::Deleted,
        Mishap::DeletedAlone,
        Mishap::Overwritten,
        Mishap::CutInHalf,
    ] {
        println!("{mishap:?}");
        let copy = tempfile::tempdir().expect("a folder");
        copy_files(&folder.path().join("data"), copy.path());
        mishap.strike(copy.path(), &mut random);
        check(copy.path(), &known).await;
        let moved = copy.path().join("knowledge.db.damaged-1");
        assert_eq!(moved.exists(), mishap.leaves_a_file(), "a damaged file is kept");
        Journal::read(copy.path()).await;
    }
}

/// A run that has cited the operator's documents, and everything about it.
async fn finished_run(folder: &Path) -> Known {
    let documents = folder.join("documents");
    fs::create_dir_all(&documents).expect("a folder");
    for (name, text) in DOCUMENTS {
        fs::write(documents.join(name), text).expect("a document");
    }
    let backend = open(folder.join("data")).await;
    let local = backend.local();
    let add = AddSource {
        request_key: RequestKey("crash-add-source".to_owned()),
        path: documents.display().to_string(),
        stays_here: false,
    };
    let source = local.add_source(add).await.expect("a source");
    local.wait_for_source(source.id).await.expect("a scan");
    let execute = ExecuteWorkflow {
        request_key: RequestKey("crash-execute-cited".to_owned()),
        task: TASK.to_owned(),
    };
    let execution = local.execute_workflow(execute).await.expect("an execution");
    let known = Known {
        sources: sources(&backend).await,
        finished: execution.workflow_id,
        report: report(&backend, execution.workflow_id).await,
        begun: BTreeSet::new(),
    };
    let cited = known.report.citations.iter();
    assert!(
        cited.clone().any(|citation| citation.source == source.uid),
        "the operator's documents are cited: {:?}",
        cited.collect::<Vec<_>>()
    );
    check_citations(&backend, &known.report).await;
    backend.close().await;
    known
}

/// More runs, killed in the middle.
fn unfinished_runs(folder: &Path, random: &mut StdRng) {
    let mut application = Application::start(folder, 1, true);
    application.until_open();
    application.next_facts(random.random_range(20..60));
    let (_, said) = application.kill();
    assert!(said.ended.is_empty(), "they have not ended: {said:?}");
}

impl Mishap {
    fn strike(self, data: &Path, random: &mut StdRng) {
        let database = data.join(DATABASE);
        let length = fs::metadata(&database).expect("a database").len();
        match self {
            Self::Deleted => {
                fs::remove_file(&database).expect("a database");
                for name in BESIDE {
                    // There is none where everything was put into the database.
                    let _ = fs::remove_file(data.join(name));
                }
            }
            Self::DeletedAlone => fs::remove_file(&database).expect("a database"),
            Self::Overwritten => {
                let mut garbage = vec![0; usize::try_from(length).expect("a length")];
                random.fill_bytes(&mut garbage);
                fs::write(&database, garbage).expect("garbage");
            }
            Self::CutInHalf => {
                let file = fs::OpenOptions::new().write(true).open(&database);
                file.and_then(|file| file.set_len(length / 2)).expect("a cut");
            }
        }
    }

    fn leaves_a_file(self) -> bool {
        matches!(self, Self::Overwritten | Self::CutInHalf)
    }
}

/// Everything goes on, and what was known is known.
async fn check(data: &Path, known: &Known) {
    let backend = open(data.to_owned()).await;
    let local = backend.local();
    let all = ListWorkflows {
        limit: 200,
        ..ListWorkflows::default()
    };
    let workflows = local.list_workflows(all).await.expect("the list").workflows;
    let listed: BTreeSet<WorkflowId> = workflows.iter().map(|workflow| workflow.id).collect();
    assert!(
        listed.is_superset(&known.begun),
        "{listed:?} of {:?}",
        known.begun
    );
    let ended = async {
        // One was made and not started, where the kill came in between. It waits for its start.
        let started = |workflow: &WorkflowView| workflow.status != WorkflowStatus::Pending;
        for workflow in workflows.into_iter().filter(started) {
            let status = ended(local, workflow.id).await;
            assert_eq!(status, WorkflowStatus::Completed, "workflow {}", workflow.id);
            assert!(!report(&backend, workflow.id).await.text.trim().is_empty());
        }
    };
    tokio::select! {
        () = kinds::answer_everything(local) => panic!("it never ends"),
        () = ended => {}
    }
    assert_eq!(report(&backend, known.finished).await, known.report);
    let found = sources(&backend).await;
    let identity = |source: &SourceView| (source.id, source.uid, source.name.clone(), source.path.clone());
    assert!(found.iter().map(identity).eq(known.sources.iter().map(identity)));
    let read = |source: &SourceView| (source.state, source.documents, source.chunks);
    assert!(found.iter().map(read).eq(known.sources.iter().map(read)));
    check_citations(&backend, &known.report).await;
    backend.close().await;
}

async fn open(data_folder: PathBuf) -> LocalBackend {
    let settings = Settings {
        data_folder,
        rehearsal_pace: Some(Duration::ZERO),
    };
    LocalBackend::open(settings).await.expect("the data folder opens")
}

/// Every source, once it has been read.
async fn sources(backend: &LocalBackend) -> Vec<SourceView> {
    let local = backend.local();
    let mut read = Vec::new();
    for source in local.list_sources(ListSources {}).await.expect("the list") {
        let source = local.wait_for_source(source.id).await.expect("a scan");
        assert_eq!(source.state, SourceState::Ready);
        read.push(source);
    }
    read
}

async fn report(backend: &LocalBackend, id: WorkflowId) -> Report {
    let detail = backend.local().get_workflow(GetWorkflow { id }).await;
    detail.expect("a workflow").report.expect("a report")
}

/// Each citation opens at the words that it quotes.
async fn check_citations(backend: &LocalBackend, report: &Report) {
    for citation in &report.citations {
        let read = ReadDocument {
            source: citation.source,
            path: citation.path.clone(),
        };
        let document = backend.local().read_document(read).await.expect("a document");
        assert!(document.text.contains(&citation.quote), "{citation:?}");
        assert!(!document.changed_on_disk);
    }
}

fn copy_files(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        if entry.file_type().expect("a type").is_file() {
            fs::copy(entry.path(), to.join(entry.file_name())).expect("a copy");
        }
    }
}
