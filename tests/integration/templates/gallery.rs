//! Every built-in template runs to its end with `rehearsal`, and what it asks is answered.

use super::{completed, over, questions, reply, start};
use serde_json::{Value, json};
use wheelhouse_contract::{ListTemplates, Operations, TemplateView};
use wheelhouse_domain::FieldKind;
use wheelhouse_testkit::Workbench;

/// What somebody who tries a template writes into its form.
fn inputs_for(template: &TemplateView) -> Value {
    let mut inputs = serde_json::Map::new();
    for field in &template.inputs {
        let value = match (field.name.as_str(), field.kind) {
            ("pause_s", _) => json!(0),
            ("deepen", _) => json!(true),
            ("subjects", _) => json!(["backups", "the journal"]),
            ("options", _) => json!(["SQLite", "PostgreSQL"]),
            ("message", _) => json!("The export crashes with an error since this morning. Please mend it."),
            (_, FieldKind::LongText | FieldKind::Text) if field.default.is_none() => {
                json!("How is the journal kept whole when the process is killed?")
            }
            _ => continue,
        };
        inputs.insert(field.name.clone(), value);
    }
    Value::Object(inputs)
}

#[tokio::test]
async fn every_built_in_template_runs_to_its_end() {
    let bench = Workbench::open().await;
    let notes = bench.folder().join("notes");
    std::fs::create_dir_all(&notes).expect("a folder");
    std::fs::write(
        notes.join("journal.md"),
        "# The journal\n\nThe journal is append-only and is the truth. Backups are written before each migration. \
         Every result is on disk before anything acts on it.\n\n# Decisions\n\nIt was decided to keep backups for a \
         year. The next deadline is in May.\n",
    )
    .expect("a file");
    bench.add_source(&notes).await;
    let templates = bench
        .api()
        .list_templates(ListTemplates { removed: false })
        .await
        .expect("templates");
    assert!(templates.len() >= 8 && templates.iter().all(|template| template.built_in));
    for template in &templates {
        let id = start(&bench, template.uid, inputs_for(template)).await.id;
        for _ in 0..6 {
            let detail = over(&bench, id).await;
            if detail.workflow.status.is_final() {
                break;
            }
            for question in questions(&bench).await {
                let form = question.form.clone().expect("a form");
                let outcome = form.outcomes.first().map(|outcome| outcome.name.as_str());
                reply(&bench, &question, outcome, json!({})).await;
            }
        }
        let detail = bench.detail(id).await;
        println!("== {}", template.name);
        completed(&detail);
        let report = detail.report.expect("a report");
        let text = report.text.to_lowercase();
        assert!(
            text.contains("rehearsal") && !text.contains("supplied by the operator"),
            "{} says what it is, and leaves no work to whoever asked: {}",
            template.name,
            report.text
        );
        println!("{}\n{:#}", report.text, detail.output.0);
    }
}
