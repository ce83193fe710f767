//! What reports say about where things come from.

use crate::common::{TASK, assert_completed};
use std::fs;
use std::path::Path;
use tempfile::TempDir;
use wheelhouse_contract::{ListSources, Operations, ReadDocument, RemoveSource, Report};
use wheelhouse_domain::{SourceKind, cited_labels};
use wheelhouse_knowledge::is_verbatim;
use wheelhouse_testkit::{Play, ScriptedModel, Workbench};

const LIGHTHOUSE: &str = "# Skarholm lighthouse\n\nThe lighthouse of Skarholm stands on the outer skerry.\n\n\
    ## Lamp maintenance\n\nThe lamp is cleaned every Monday with distilled water.\nThe lens is turned by hand while \
    the motor is greased.\n\n## Spare parts\n\nSpare lamps are kept in the oil store. Two must always be there.\n";

const FERRY: &str =
    "# Ferry timetable\n\nThe ferry to Skarholm leaves at noon, in winter on Tuesdays only.\n";

fn documents() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    fs::create_dir(folder.path().join("notes")).expect("made");
    fs::write(folder.path().join("notes/lighthouse.md"), LIGHTHOUSE).expect("written");
    fs::write(folder.path().join("ferry.md"), FERRY).expect("written");
    folder
}

/// That every mark has its source, every source its mark, and the quotes are what stands in the documents.
async fn assert_sources_hold(bench: &Workbench, report: &Report) {
    let labels: Vec<_> = report
        .citations
        .iter()
        .map(|citation| citation.label.clone())
        .collect();
    assert_eq!(
        cited_labels(&report.text),
        labels,
        "marks and sources belong together, in order"
    );
    for citation in &report.citations {
        let request = ReadDocument {
            source: citation.source,
            path: citation.path.clone(),
        };
        let document = bench
            .api()
            .read_document(request)
            .await
            .expect("a cited document opens");
        assert!(
            is_verbatim(
                &document.text,
                citation.start_line,
                citation.end_line,
                &citation.quote
            ),
            "the quote stands at its lines: {citation:?}"
        );
    }
}

#[tokio::test]
async fn the_shipped_handbook_is_cited_from_the_first_start() {
    let bench = Workbench::open().await;
    let done = bench.run(TASK).await;
    assert_completed(&done);
    let report = done.report.expect("a report");
    assert!(!report.citations.is_empty(), "the handbook has a page about this");
    assert!(
        report
            .citations
            .iter()
            .any(|citation| citation.path == "designing-a-rest-api.md")
    );
    assert_sources_hold(&bench, &report).await;

    let research = bench.task_detail(done.workflow.id, "research").await;
    let searched: Vec<_> = research
        .calls
        .iter()
        .filter(|call| !call.passages.is_empty())
        .collect();
    assert!(!searched.is_empty() && searched.iter().all(|call| call.arguments.is_some()));
    let answer = research.answer.expect("an answer");
    assert_eq!(
        usize::try_from(research.task.citations).unwrap(),
        answer.citations.len()
    );
    assert_sources_hold(&bench, &answer).await;
}

#[tokio::test]
async fn a_report_cites_the_operator_s_own_file_at_its_lines() {
    let folder = documents();
    let bench = Workbench::open().await;
    let source = bench.add_source(folder.path()).await;
    assert_eq!((source.kind, source.documents), (SourceKind::Folder, 2));

    let done = bench
        .run("Write a maintenance plan for the lamp of the Skarholm lighthouse")
        .await;
    assert_completed(&done);
    let report = done.report.expect("a report");
    assert_sources_hold(&bench, &report).await;
    let own: Vec<_> = report
        .citations
        .iter()
        .filter(|citation| citation.source == source.uid)
        .collect();
    assert!(
        own.iter().any(|citation| citation.path == "notes/lighthouse.md"),
        "{:?}",
        report.citations
    );
    for citation in own {
        let on_disk = fs::read_to_string(folder.path().join(&citation.path)).expect("readable");
        assert!(is_verbatim(
            &on_disk,
            citation.start_line,
            citation.end_line,
            &citation.quote
        ));
        assert_eq!(citation.source_name, name_of(folder.path()));
    }
    assert!(
        report.text.contains("distilled water"),
        "what was found is said: {}",
        report.text
    );
}

fn name_of(path: &Path) -> String {
    path.file_name().expect("a name").to_string_lossy().into_owned()
}

#[tokio::test]
async fn where_nothing_matched_the_report_says_so() {
    let bench = Workbench::open().await;
    let done = bench
        .run("Compare the qwrxle and the zvimpf of the Blorgian hjkmnt")
        .await;
    assert_completed(&done);
    let report = done.report.expect("a report");
    assert!(
        report.text.contains("Nothing in the knowledge matched") || report.text.contains("Nothing matched"),
        "{}",
        report.text
    );
    assert_eq!((cited_labels(&report.text), report.citations), (vec![], vec![]));
    let research = bench
        .task_detail(done.workflow.id, "research")
        .await
        .answer
        .expect("an answer");
    assert!(
        research
            .text
            .contains("Nothing in the knowledge matches this task"),
        "{}",
        research.text
    );
}

#[tokio::test]
async fn an_empty_knowledge_still_gives_a_report() {
    let bench = Workbench::open().await;
    let sources = bench.api().list_sources(ListSources {}).await.expect("sources");
    for source in sources {
        let request = RemoveSource {
            request_key: bench.key(),
            id: source.id,
        };
        assert!(bench.api().remove_source(request).await.expect("removed").removed);
    }
    let done = bench.run(TASK).await;
    assert_completed(&done);
    assert_eq!(done.report.expect("a report").citations, vec![]);
}

#[tokio::test]
async fn an_invented_source_does_not_look_like_one() {
    let model = ScriptedModel::except(|asked| {
        (asked.step() == "report").then(|| Play::answer("It is so [sabc123], I know it."))
    });
    let bench = Workbench::with(model).await;
    let report = bench.run(TASK).await.report.expect("a report");
    assert_eq!(report.text, "It is so (no such source), I know it.");
    assert!(report.citations.is_empty());
}
