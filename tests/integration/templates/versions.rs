//! Templates as the operator arranges them.

use super::{UID, completed, document, keep, over, start, transform, uid};
use serde_json::json;
use wheelhouse_contract::{
    CheckInputs, CheckTemplate, CompareTemplateVersions, DuplicateTemplate, ErrorCode, ExportTemplate,
    GetTemplate, ImportTemplate, ListTemplateVersions, ListTemplates, Operations, RemoveTemplate,
    RestoreTemplate, RunTemplate, SaveTemplate,
};
use wheelhouse_domain::{CREW, ChangeKind, Json};
use wheelhouse_testkit::Workbench;

#[tokio::test]
async fn each_saved_document_is_a_version_and_nobodys_change_is_lost() {
    let mut bench = Workbench::open().await;
    let first = document(json!([transform("one", "1", &[])]));
    keep(&bench, &first, 0).await;
    let second = document(json!([
        transform("one", "2", &[]),
        transform("two", "1", &["one"])
    ]));
    keep(&bench, &second, 1).await;
    let stale = SaveTemplate {
        request_key: bench.key(),
        text: first.to_string(),
        expected_version: 1,
    };
    let refused = bench
        .api()
        .save_template(stale)
        .await
        .expect_err("changed meanwhile");
    assert_eq!(
        (refused.code, refused.details.field.as_deref()),
        (ErrorCode::Conflict, Some("expected_version"))
    );
    bench.reopen().await;
    let versions = bench
        .api()
        .list_template_versions(ListTemplateVersions { uid: uid(UID) })
        .await
        .expect("versions");
    assert_eq!(versions.iter().map(|one| one.version).collect::<Vec<_>>(), [2, 1]);
    let changes = bench
        .api()
        .compare_template_versions(CompareTemplateVersions {
            uid: uid(UID),
            from: 1,
            to: 2,
        })
        .await
        .expect("changes");
    assert!(changes.iter().any(|change| change.kind == ChangeKind::Added));
    assert!(
        changes
            .iter()
            .any(|change| change.kind == ChangeKind::Changed && change.field == "value")
    );
    bench
        .api()
        .handle()
        .store()
        .rebuild_projections()
        .await
        .expect("rebuilt");
    let detail = bench
        .api()
        .get_template(GetTemplate {
            uid: uid(UID),
            version: None,
        })
        .await
        .expect("there");
    assert_eq!((detail.template.version, detail.template.steps.len()), (2, 2));
}

#[tokio::test]
async fn all_problems_are_told_at_once_and_an_unfit_document_is_not_kept() {
    let bench = Workbench::open().await;
    let mut bad = document(json!([
        transform("one", "steps.nobody.text", &[]),
        transform("two", "1 +", &["missing"])
    ]));
    bad["inputs"][0]["type"] = json!("colour");
    let text = bad.to_string();
    let check = bench
        .api()
        .check_template(CheckTemplate { text: text.clone() })
        .await
        .expect("checked");
    assert!(!check.problems.is_empty());
    bad["inputs"][0]["type"] = json!("text");
    let check = bench
        .api()
        .check_template(CheckTemplate {
            text: bad.to_string(),
        })
        .await
        .expect("checked");
    let steps: Vec<_> = check
        .problems
        .iter()
        .filter_map(|problem| problem.step.as_ref().map(|step| step.as_str().to_owned()))
        .collect();
    assert!(
        steps.contains(&"one".to_owned()) && steps.contains(&"two".to_owned()),
        "{check:?}"
    );
    let request_key = bench.key();
    let refused = bench
        .api()
        .save_template(SaveTemplate {
            request_key,
            text,
            expected_version: 0,
        })
        .await;
    assert_eq!(refused.expect_err("unfit").code, ErrorCode::InvalidRequest);
}

#[tokio::test]
async fn what_comes_with_the_program_is_copied_and_not_changed() {
    let bench = Workbench::open().await;
    let crew = bench
        .api()
        .get_template(GetTemplate {
            uid: CREW,
            version: None,
        })
        .await
        .expect("the crew");
    let request_key = bench.key();
    let save = SaveTemplate {
        request_key,
        text: crew.text.clone(),
        expected_version: 1,
    };
    assert_eq!(
        bench.api().save_template(save).await.expect_err("built in").code,
        ErrorCode::Conflict
    );
    let request = DuplicateTemplate {
        request_key: bench.key(),
        uid: CREW,
        version: None,
    };
    let copy = bench
        .api()
        .duplicate_template(request.clone())
        .await
        .expect("a copy");
    assert!(!copy.built_in && copy.uid != CREW && copy.title.contains("copy"));
    let again = bench
        .api()
        .duplicate_template(request)
        .await
        .expect("the same wish");
    assert_eq!(again.uid, copy.uid);
    let id = start(&bench, copy.uid, json!({"task": "Plan a small garden"}))
        .await
        .id;
    completed(&over(&bench, id).await);
}

#[tokio::test]
async fn a_template_is_taken_out_put_back_exported_and_imported() {
    let bench = Workbench::open().await;
    keep(&bench, &document(json!([transform("one", "1", &[])])), 0).await;
    let remove = RemoveTemplate {
        request_key: bench.key(),
        uid: uid(UID),
    };
    bench.api().remove_template(remove).await.expect("removed");
    let names = |all: Vec<wheelhouse_contract::TemplateView>| -> bool {
        all.iter().any(|template| template.uid == uid(UID))
    };
    let list = bench.api().list_templates(ListTemplates { removed: false }).await;
    assert!(!names(list.expect("a list")));
    let list = bench.api().list_templates(ListTemplates { removed: true }).await;
    assert!(names(list.expect("a list")));
    let restore = RestoreTemplate {
        request_key: bench.key(),
        uid: uid(UID),
    };
    assert!(!bench.api().restore_template(restore).await.expect("back").removed);
    let file = bench
        .api()
        .export_template(ExportTemplate {
            uid: uid(UID),
            version: None,
        })
        .await
        .expect("a file");
    assert_eq!(file.file_name, "trial.template.json");
    let other = Workbench::open().await;
    let import = ImportTemplate {
        request_key: other.key(),
        text: file.text,
    };
    let imported = other.api().import_template(import).await.expect("taken in");
    assert_eq!((imported.uid, imported.version), (uid(UID), 1));
}

#[tokio::test]
async fn inputs_are_checked_before_anything_begins() {
    let bench = Workbench::open().await;
    keep(&bench, &document(json!([transform("one", "1", &[])])), 0).await;
    let inputs = Json(json!({"topic": 7, "unknown": 1, "wanted": "yes"}));
    let check = bench
        .api()
        .check_inputs(CheckInputs {
            uid: uid(UID),
            version: None,
            inputs: inputs.clone(),
        })
        .await
        .expect("checked");
    assert_eq!(check.problems.len(), 3, "{:?}", check.problems);
    let refused = bench
        .api()
        .run_template(RunTemplate {
            request_key: bench.key(),
            uid: uid(UID),
            version: None,
            inputs,
            name: String::new(),
            start: true,
        })
        .await
        .expect_err("unfit");
    assert_eq!(refused.code, ErrorCode::InvalidRequest);
    assert!(refused.message.contains("more problems"), "{}", refused.message);
}
