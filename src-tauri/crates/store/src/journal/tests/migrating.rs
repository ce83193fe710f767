//! Databases of old schemas, made by the migrations of their time.

use sqlx::Connection;
use sqlx::migrate::{Migration, Migrator};
use wheelhouse_domain::{AgentId, DEFAULT_MODEL, DefaultModels, WorkflowStatus};

use super::super::open::MIGRATIONS;
use super::*;
use crate::test_util::request;

/// A folder with a journal of schema 1 that has a life behind it: the rows that a present one gets from it, put into
/// the tables of then.
async fn of_schema_1(place: &Place) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let mut conn = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(folder.path().join("journal.db"))
        .create_if_missing(true)
        .foreign_keys(true)
        .connect()
        .await
        .expect("a connection");
    let first: Vec<Migration> = MIGRATIONS.iter().take(1).cloned().collect();
    Migrator::with_migrations(first)
        .run(&mut conn)
        .await
        .expect("schema 1");
    let source = place.folder.path().join("journal.db");
    sqlx::query("ATTACH ?1 AS source")
        .bind(source.to_str().expect("a path"))
        .execute(&mut conn)
        .await
        .expect("attach");
    for table in [
        "meta",
        "contents",
        "events",
        "requests",
        "agents",
        "workflows",
        "tasks",
        "calls",
        "questions",
    ] {
        let columns: Vec<String> = sqlx::query_scalar("SELECT name FROM pragma_table_info(?1)")
            .bind(table)
            .fetch_all(&mut conn)
            .await
            .expect("columns");
        let columns = columns.join(", ");
        let sql = format!("INSERT INTO main.{table} ({columns}) SELECT {columns} FROM source.{table}");
        sqlx::query(AssertSqlSafe(sql))
            .execute(&mut conn)
            .await
            .expect("rows");
    }
    sqlx::query("UPDATE main.agents SET model = 'rehearsal'")
        .execute(&mut conn)
        .await
        .expect("the model of then");
    conn.close().await.expect("close");
    folder
}

/// Everything that schema 1 had, as it is now.
async fn old_rows(place: &Place) -> Vec<(String, Vec<String>)> {
    let mut all = place.everything().await;
    all.retain(|(table, _)| table != "agent_versions");
    all
}

async fn status(place: &Place, id: WorkflowId) -> WorkflowStatus {
    let row = place.store.workflow(id).await.expect("read");
    row.expect("there").status
}

#[tokio::test]
async fn a_journal_of_schema_1_is_brought_up_to_date() {
    let before = Place::new().await;
    let done = before.whole_run("Done").await;
    let gone = before.whole_run("Gone").await;
    let mut asking = before.run("Asking").await;
    asking.started().attempt("analyse", 1).asked("analyse", "Which?");
    let asking = before.create(&mut asking).await;
    before
        .store
        .delete_workflow(gone, request("delete-1"))
        .await
        .expect("delete");
    let folder = of_schema_1(&before).await;

    let store = Store::open(options(folder.path())).await.expect("migrate");
    let place = Place { store, folder };
    assert!(place.folder.path().join("backups/journal-schema1.db").exists());
    assert_eq!(
        place.store.identity(),
        before.store.identity(),
        "migrating is not restoring"
    );
    assert_eq!(old_rows(&place).await, old_rows(&before).await);
    let agents = place.store.agents().await.expect("agents");
    assert_eq!(agents.len(), 5, "the crew and two who were hired");
    for agent in &agents {
        assert_eq!(agent.model, DEFAULT_MODEL);
        let versions = place.store.agent_versions(agent.id).await.expect("versions");
        assert_eq!(versions.len(), 1);
        assert_eq!(versions[0].tools, agent.tools);
        assert_eq!(
            (&versions[0].instructions, versions[0].since),
            (&agent.instructions, agent.created_at)
        );
    }
    assert_eq!(status(&place, done).await, WorkflowStatus::Completed);
    assert_eq!(status(&place, asking).await, WorkflowStatus::Waiting);
    assert!(place.store.providers().await.expect("read").is_empty());
    assert_eq!(
        place.store.default_models().await.expect("read"),
        DefaultModels::default()
    );

    let kept = place.derived().await;
    place.store.rebuild_projections().await.expect("rebuild");
    assert_eq!(place.derived().await, kept);
    let edited = place
        .store
        .update_agent(
            arranging::edit_of(&agents[4], "Robin"),
            request("edit-1"),
            Millis(9_000),
        )
        .await
        .expect("update");
    assert_eq!((edited.id, edited.version), (AgentId(5), 2));
}
