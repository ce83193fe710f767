//! Makes the projections anew from the journal, through the same functions that keep them up to date.

use sqlx::SqliteConnection;
use wheelhouse_domain::Position;

use super::commit::Committed;
use super::events::{self, Recorded};
use super::fact::Fact;
use super::moves::Hops;
use super::{Error, agents, project, store_fact, templates};

/// Events that are read at a time.
const BATCH: u32 = 500;

/// Empties every projection and applies all events again. Agents are kept as they were at first: the permanent crew,
/// and whom deleted workflows hired, are in no event.
pub(crate) async fn apply(conn: &mut SqliteConnection, head: Position) -> Result<Committed, Error> {
    for statement in [
        "DELETE FROM message_files",
        "DELETE FROM messages",
        "DELETE FROM conversations",
        "DELETE FROM calls",
        "DELETE FROM questions",
        "DELETE FROM tasks",
        "DELETE FROM scopes",
        "DELETE FROM workflows",
        "DELETE FROM providers",
        "DELETE FROM settings",
        "DELETE FROM agent_grants",
        "DELETE FROM prices",
        "DELETE FROM spent",
        "DELETE FROM budget_warnings",
        "DELETE FROM allowed_tools",
        "DELETE FROM tool_servers",
        "DELETE FROM schedule_runs",
        "DELETE FROM schedules",
    ] {
        sqlx::query(statement).execute(&mut *conn).await?;
    }
    agents::back_to_first(conn).await?;
    templates::back_to_built_in(conn).await?;
    replay(conn).await?;
    Ok(Committed {
        workflow_ids: Vec::new(),
        first: Position(head.0 + 1),
        last: head,
    })
}

async fn replay(conn: &mut SqliteConnection) -> Result<(), Error> {
    let imported = events::imported(&mut *conn).await?;
    let hops = Hops::read(&mut *conn).await?;
    let mut done = Position(0);
    loop {
        let batch = events::for_replay(conn, done, BATCH).await?;
        if batch.is_empty() {
            return Ok(());
        }
        for (position, recorded) in &batch {
            match recorded {
                Recorded::Run(workflow, event) => {
                    let fact = Fact {
                        workflow: *workflow,
                        position: *position,
                        at: event.at,
                        body: &event.body,
                        imported: imported.contains(workflow),
                        elsewhere: hops.is_elsewhere(*workflow, event),
                    };
                    project::project(conn, &fact).await?;
                }
                Recorded::Store(at, fact) => store_fact::project(conn, *position, *at, fact).await?,
            }
            done = *position;
        }
    }
}
