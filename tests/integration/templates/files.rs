//! Templates in files that the operator chose.

use super::{UID, document, keep, transform, uid};
use serde_json::json;
use std::fs;
use std::path::Path;
use wheelhouse_api::open_template_file;
use wheelhouse_contract::{ApiError, ErrorCode, ExportTemplate, ImportTemplate, ListTemplates, Operations};
use wheelhouse_testkit::Workbench;

fn export(template: &str) -> ExportTemplate {
    ExportTemplate {
        uid: uid(template),
        version: None,
    }
}

async fn import(bench: &Workbench, text: &str) -> Result<u32, ApiError> {
    let request = ImportTemplate {
        request_key: bench.key(),
        text: text.to_owned(),
    };
    bench
        .api()
        .import_template(request)
        .await
        .map(|view| view.version)
}

async fn opened(path: &Path) -> Result<String, ApiError> {
    open_template_file(path.to_owned()).await.map(|file| file.text)
}

#[tokio::test]
async fn a_template_is_written_whole_in_place_of_what_was_there_and_read_again() {
    let bench = Workbench::open().await;
    keep(
        &bench,
        &document(json!([transform("say", "inputs.topic", &[])])),
        0,
    )
    .await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("trial.template.json");
    fs::write(&path, "an older one").expect("written");
    let saved = bench
        .api()
        .save_template_file(export(UID), &path)
        .await
        .expect("saved");
    assert_eq!(saved.path, path.display().to_string());
    assert_eq!(saved.bytes, fs::metadata(&path).expect("there").len());
    let files = fs::read_dir(folder.path()).expect("listed").count();
    assert_eq!(files, 1, "nothing else is left in the folder");

    let text = opened(&path).await.expect("a text");
    let exported = bench.api().export_template(export(UID)).await.expect("exported");
    assert_eq!(text, exported.text);
    assert_eq!(import(&bench, &text).await.expect("the same"), 1);
    // As some editors write it.
    fs::write(&path, format!("\u{feff}{text}")).expect("written");
    assert_eq!(opened(&path).await.expect("a text"), text);
}

#[tokio::test]
async fn what_can_not_be_written_leaves_everything_as_it_was() {
    let bench = Workbench::open().await;
    let folder = tempfile::tempdir().expect("a folder");
    let nowhere = folder.path().join("not there").join("a.json");
    let crew = ExportTemplate {
        uid: wheelhouse_domain::CREW,
        version: None,
    };
    let refused = bench.api().save_template_file(crew, &nowhere).await;
    let refused = refused.expect_err("there is no such folder");
    assert_eq!(refused.code, ErrorCode::Unreadable);
    assert!(refused.details.next_step.is_some(), "{refused}");
    let path = folder.path().join("a.json");
    let refused = bench.api().save_template_file(export(UID), &path).await;
    assert_eq!(
        refused.expect_err("there is no such template").code,
        ErrorCode::NotFound
    );
    assert!(!path.exists());
}

#[tokio::test]
async fn what_is_no_template_says_so_and_changes_nothing() {
    let bench = Workbench::open().await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("some.json");
    let write = |content: &[u8]| fs::write(&path, content).expect("written");
    write(&vec![b'a'; (1 << 20) + 1]);
    let refused = opened(&path).await.expect_err("too large");
    assert_eq!(
        refused.message,
        "some.json is larger than a template can be, so it is no template."
    );
    write(&[0x1f, 0x8b, 0xff, 0x00]);
    let refused = opened(&path).await.expect_err("no text");
    assert_eq!(refused.message, "some.json is no text, so it is no template.");
    let refused = opened(folder.path()).await.expect_err("a folder");
    assert_eq!(refused.code, ErrorCode::Unreadable);
    let refused = opened(&folder.path().join("gone.json")).await.expect_err("gone");
    assert_eq!(refused.code, ErrorCode::Unreadable);

    for (text, why) in [
        ("{\"name\": \"a package\"}", "This file holds something else"),
        ("[1, 2]", "This file holds something else"),
        ("{\"schema\": 2, \"steps\": []}", "The file has form 2"),
        ("{\"schema\": 1, \"steps\"", "Line 1, column"),
        ("{\"schema\": 1, \"steps\": []}", "“uid” is missing"),
    ] {
        write(text.as_bytes());
        let text = opened(&path).await.expect("a text");
        let refused = import(&bench, &text).await.expect_err("no template");
        assert!(refused.message.starts_with(why), "{text}: {refused}");
        assert!(refused.details.next_step.is_some(), "{refused}");
    }
    let all = ListTemplates { removed: true };
    let all = bench.api().list_templates(all).await.expect("listed");
    assert!(all.iter().all(|template| template.built_in));
}
