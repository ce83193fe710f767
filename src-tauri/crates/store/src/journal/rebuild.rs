//! Makes the projections anew from the journal, through the same functions that keep them up to date.

use sqlx::SqliteConnection;
use wheelhouse_domain::Position;

use super::commit::Committed;
use super::fact::Fact;
use super::{Error, events, project};

/// Events that are read at a time.
const BATCH: u32 = 500;

/// Empties every projection and applies all events of runs again. Agents are kept: the permanent crew, and whom
/// deleted workflows hired, are in no event.
pub(crate) async fn apply(conn: &mut SqliteConnection, head: Position) -> Result<Committed, Error> {
    for statement in [
        "DELETE FROM calls",
        "DELETE FROM questions",
        "DELETE FROM tasks",
        "DELETE FROM workflows",
    ] {
        sqlx::query(statement).execute(&mut *conn).await?;
    }
    let mut done = Position(0);
    loop {
        let batch = events::for_replay(conn, done, BATCH).await?;
        for (position, workflow, event) in &batch {
            let fact = Fact {
                workflow: *workflow,
                position: *position,
                at: event.at,
                body: &event.body,
            };
            project::project(conn, &fact).await?;
            done = *position;
        }
        if batch.is_empty() {
            break;
        }
    }
    Ok(Committed {
        workflow_ids: Vec::new(),
        first: Position(head.0 + 1),
        last: head,
    })
}
