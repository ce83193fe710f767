//! What the journal promises, tried on real files.

mod arranging;
mod backing_up;
mod deleting;
mod following;
mod migrating;
mod moving;
mod opening;
mod projections;
mod reading;
mod restoring;
mod scheduling;
mod spending;
mod sweeping;
mod tool_serving;
mod watching;
mod writing;

use std::collections::BTreeMap;
use std::path::Path;

use sqlx::{AssertSqlSafe, ConnectOptions, SqliteConnection};
use tempfile::TempDir;
use wheelhouse_domain::{AgentUid, Millis, WorkflowId};

use super::{Commit, Error, Options, RunCommit, Store, Target};
use crate::test_util::{RunBuilder, crew_of};

/// Tables that are made anew from the journal.
const DERIVED: [&str; 19] = [
    "workflows",
    "tasks",
    "scopes",
    "templates",
    "template_versions",
    "calls",
    "questions",
    "agents",
    "agent_versions",
    "agent_grants",
    "providers",
    "settings",
    "prices",
    "spent",
    "budget_warnings",
    "tool_servers",
    "allowed_tools",
    "schedules",
    "schedule_runs",
];

/// A store in a folder that goes away with it.
struct Place {
    store: Store,
    folder: TempDir,
}

fn options(folder: &Path) -> Options {
    Options {
        folder: folder.to_owned(),
        now: Millis(500),
        file_layer: None,
    }
}

impl Place {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(options(folder.path())).await.expect("a store");
        Self { store, folder }
    }

    async fn crew(&self) -> BTreeMap<String, AgentUid> {
        crew_of(&self.store.agents().await.expect("agents"))
    }

    async fn run(&self, name: &str) -> RunBuilder {
        RunBuilder::new(name, &self.crew().await)
    }

    /// Writes what the builder holds as a new run.
    async fn create(&self, run: &mut RunBuilder) -> WorkflowId {
        let committed = self
            .store
            .commit(run.commit(Target::New))
            .await
            .expect("a commit");
        committed.workflow_ids[0]
    }

    /// Writes what the builder holds to its run.
    async fn append(&self, id: WorkflowId, run: &mut RunBuilder) -> Result<(), Error> {
        self.store
            .commit(run.commit(Target::Existing(id)))
            .await
            .map(drop)
    }

    /// A whole run. Gives its number.
    async fn whole_run(&self, name: &str) -> WorkflowId {
        let mut run = self.run(name).await;
        run.whole_run();
        self.create(&mut run).await
    }

    /// A connection of its own, to look at the file and to spoil it.
    async fn raw(&self) -> SqliteConnection {
        sqlx::sqlite::SqliteConnectOptions::new()
            .filename(self.folder.path().join("journal.db"))
            .connect()
            .await
            .expect("a connection")
    }

    /// Every row of every derived table, as text.
    async fn derived(&self) -> Vec<(String, Vec<String>)> {
        self.tables(&DERIVED).await
    }

    /// Every row of every table, except of the one that says which store it is.
    async fn everything(&self) -> Vec<(String, Vec<String>)> {
        let recorded = ["events", "contents", "requests"];
        self.tables(&[recorded.as_slice(), DERIVED.as_slice()].concat())
            .await
    }

    async fn tables(&self, tables: &[&str]) -> Vec<(String, Vec<String>)> {
        let mut conn = self.raw().await;
        let mut all = Vec::new();
        for table in tables {
            all.push(((*table).to_owned(), rows(&mut conn, table).await));
        }
        all
    }
}

/// The rows of a table, each as its quoted columns.
async fn rows(conn: &mut SqliteConnection, table: &str) -> Vec<String> {
    let columns: Vec<String> = sqlx::query_scalar("SELECT name FROM pragma_table_info(?1)")
        .bind(table)
        .fetch_all(&mut *conn)
        .await
        .expect("columns");
    let quoted: Vec<String> = columns.iter().map(|name| format!("quote({name})")).collect();
    let sql = format!(
        "SELECT concat_ws(' ', {}) FROM {table} ORDER BY 1",
        quoted.join(", ")
    );
    sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_all(conn)
        .await
        .expect("rows")
}

/// One fact and its texts as a commit.
fn one(target: Target, (events, contents): (Vec<wheelhouse_domain::Event>, Vec<String>)) -> Commit {
    Commit {
        runs: vec![RunCommit { target, events }],
        contents,
        request: None,
    }
}
