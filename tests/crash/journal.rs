//! What is on disk, read from a copy, so that looking at it changes nothing.
//!
//! Reading checks what holds for every journal at any time: the file is sound, positions and places have no gap,
//! every run folds and keeps the laws, and the tables that people read are what the facts say.

use crate::kinds::WISHES;
use crate::laws;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, SqliteConnection};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use wheelhouse_domain::{Event, Millis, Position, StoreUid, TaskAnswer, WorkflowId};
use wheelhouse_engine::Run;
use wheelhouse_store::{Error, Options, RequestRecord, Store, ThinEvent, WorkflowFilter, WorkflowRow};

/// The journal's database.
pub(crate) const DATABASE: &str = "journal.db";
/// What was written since it was last put into the database.
pub(crate) const LOG: &str = "journal.db-wal";

/// Tables that hold nothing but what the facts say, and the agents that facts have hired.
const PROJECTIONS: [&str; 8] = [
    "workflows",
    "tasks",
    "scopes",
    "calls",
    "questions",
    "agents",
    "templates",
    "template_versions",
];

/// Facts of one workflow, with the run that they fold to.
#[derive(Debug)]
pub(crate) struct History {
    pub(crate) row: WorkflowRow,
    pub(crate) events: Vec<Event>,
    pub(crate) run: Run,
    /// The report, once there is one.
    pub(crate) report: Option<TaskAnswer>,
}

/// Everything that a journal held.
#[derive(Debug)]
pub(crate) struct Journal {
    pub(crate) store: StoreUid,
    pub(crate) facts: Vec<ThinEvent>,
    pub(crate) histories: BTreeMap<WorkflowId, History>,
    /// Wishes that are on record, by their keys.
    pub(crate) wishes: BTreeMap<&'static str, RequestRecord>,
}

impl Journal {
    /// Reads a copy of the journal in the data folder `data`.
    pub(crate) async fn read(data: &Path) -> Self {
        let copy = copy(data);
        Self::read_in_place(copy.path())
            .await
            .expect("what a killed application leaves can be opened")
    }

    /// Reads the journal in `folder` itself; an error where the store refuses it.
    pub(crate) async fn read_in_place(folder: &Path) -> Result<Self, Error> {
        let now = Millis(1);
        let folder_options = Options {
            folder: folder.to_owned(),
            now,
            file_layer: None,
        };
        let store = Store::open(folder_options).await?;
        let read = Self::of(&store).await;
        check_file(&store, &folder.join(DATABASE)).await;
        store.close().await?;
        read
    }

    async fn of(store: &Store) -> Result<Self, Error> {
        let facts = store.changes(Position(0), u32::MAX).await?.events;
        check_positions(&facts, store.position());
        let all = WorkflowFilter {
            limit: 1_000,
            ..WorkflowFilter::default()
        };
        let mut histories = BTreeMap::new();
        for row in store.workflows(&all).await?.workflows {
            histories.insert(row.id, history(store, row).await?);
        }
        let known: BTreeSet<_> = facts.iter().filter_map(|fact| fact.workflow_id).collect();
        assert!(
            known.iter().eq(histories.keys()),
            "facts and workflows belong together: {known:?}, {:?}",
            histories.keys()
        );
        let mut wishes = BTreeMap::new();
        for key in WISHES {
            wishes.extend(store.find_request(key).await?.map(|record| (key, record)));
        }
        Ok(Self {
            store: store.identity().uid,
            facts,
            histories,
            wishes,
        })
    }

    /// Position of the newest fact.
    pub(crate) fn position(&self) -> i64 {
        self.facts.last().map_or(0, |fact| fact.position.0)
    }

    /// Whether everything that the application wishes for is on record.
    pub(crate) fn has_every_wish(&self) -> bool {
        self.wishes.len() == WISHES.len()
    }
}

/// A copy of the journal as it is, with its log, in a folder that goes away.
pub(crate) fn copy(data: &Path) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for name in [DATABASE, LOG] {
        let from = data.join(name);
        // Killed early, there may be neither; closed, there is no log.
        if from.exists() {
            fs::copy(&from, folder.path().join(name)).expect("a copy");
        }
    }
    folder
}

async fn history(store: &Store, row: WorkflowRow) -> Result<History, Error> {
    let events = store.all_events(row.id).await?;
    let run = Run::fold(&events).expect("a journal folds");
    assert_eq!(run.status(), row.status, "workflow {}", row.id);
    laws::check(&events);
    check_repeated(store, &events).await?;
    let content = match &row.report {
        Some(hash) => store.content(hash).await?,
        None => None,
    };
    let report = content.map(|content| serde_json::from_str(&content).expect("an answer"));
    Ok(History {
        row,
        events,
        run,
        report,
    })
}

/// A call that is made again is the same call, byte for byte.
async fn check_repeated(store: &Store, events: &[Event]) -> Result<(), Error> {
    for (place, requests) in laws::requests(events) {
        let mut first = None;
        for request in requests {
            let content = store.content(request).await?.expect("a request");
            let first = first.get_or_insert_with(|| content.clone());
            assert_eq!(*first, content, "{place:?} asks for something else than before");
        }
    }
    Ok(())
}

fn check_positions(facts: &[ThinEvent], head: Position) {
    let found: Vec<i64> = facts.iter().map(|fact| fact.position.0).collect();
    let whole: Vec<i64> = (1..=head.0).collect();
    assert_eq!(found, whole, "positions have no gap");
}

/// The file is sound, and its projections are what making them anew gives.
async fn check_file(store: &Store, database: &Path) {
    let options = SqliteConnectOptions::new().filename(database).read_only(true);
    let mut connection = options.connect().await.expect("a second reader");
    let integrity: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_all(&mut connection)
        .await
        .expect("a check");
    assert_eq!(integrity, ["ok"]);
    let kept = projections(&mut connection).await;
    store.rebuild_projections().await.expect("a rebuild");
    let rebuilt = projections(&mut connection).await;
    assert_eq!(kept, rebuilt, "projections are what the facts say");
    sqlx::Connection::close(connection).await.expect("a close");
}

/// Every row of every projection, with every column.
async fn projections(connection: &mut SqliteConnection) -> Vec<(&'static str, Vec<String>)> {
    let mut tables = Vec::new();
    for table in PROJECTIONS {
        let columns: String = sqlx::query_scalar("SELECT group_concat(name) FROM pragma_table_info(?1)")
            .bind(table)
            .fetch_one(&mut *connection)
            .await
            .expect("the columns");
        let rows = format!("SELECT json_array({columns}) FROM {table} ORDER BY 1");
        let rows: Vec<String> = sqlx::query_scalar(AssertSqlSafe(rows))
            .fetch_all(&mut *connection)
            .await
            .expect("the rows");
        tables.push((table, rows));
    }
    tables
}
