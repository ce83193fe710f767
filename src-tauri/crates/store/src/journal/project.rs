//! Brings every projection up to one event, in the order that their references need.

use sqlx::SqliteConnection;

use super::fact::Fact;
use super::{Error, agents, calls, conversations, questions, spending, tasks, workflows};

/// Applies `fact` to every projection.
pub(crate) async fn project(conn: &mut SqliteConnection, fact: &Fact<'_>) -> Result<(), Error> {
    workflows::project(conn, fact)
        .await
        .map_err(|error| fact.explain("workflows", error))?;
    agents::project(conn, fact)
        .await
        .map_err(|error| fact.explain("agents", error))?;
    questions::project(conn, fact)
        .await
        .map_err(|error| fact.explain("questions", error))?;
    tasks::project(conn, fact)
        .await
        .map_err(|error| fact.explain("tasks", error))?;
    calls::project(conn, fact)
        .await
        .map_err(|error| fact.explain("calls", error))?;
    spending::project(conn, fact)
        .await
        .map_err(|error| fact.explain("spending", error))?;
    conversations::project(conn, fact)
        .await
        .map_err(|error| fact.explain("conversations", error))?;
    // What happened elsewhere has ended: how it stood in between is nobody's business any more.
    if fact.imported {
        return Ok(());
    }
    workflows::settle(conn, fact).await
}
