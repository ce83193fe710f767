//! What facts of runs do to conversations.

use sqlx::SqliteConnection;
use wheelhouse_domain::{ContentHash, EventBody, InConversation, TaskAnswer, WorkflowUid};

use crate::journal::fact::Fact;
use crate::journal::{Error, contents};

const TABLE: &str = "conversations";

/// Brings the tables up to `fact`. A run that was taken in from a file is no reply here, whatever it was elsewhere.
pub(crate) async fn project(conn: &mut SqliteConnection, fact: &Fact<'_>) -> Result<(), Error> {
    if fact.imported {
        return Ok(());
    }
    match fact.body {
        EventBody::WorkflowCreated {
            uid,
            name,
            description,
            setup,
            ..
        } => match &setup.conversation {
            Some(place) => begin(conn, fact, *uid, (name, description), place).await,
            None => Ok(()),
        },
        EventBody::WorkflowCompleted { report } => {
            index_reply(conn, fact, report).await?;
            touch(conn, fact).await
        }
        EventBody::WorkflowFailed { .. } | EventBody::WorkflowCancelled => touch(conn, fact).await,
        _ => Ok(()),
    }
}

/// A reply is begun: with it the conversation and the message that it answers, unless they are there.
async fn begin(
    conn: &mut SqliteConnection,
    fact: &Fact<'_>,
    reply: WorkflowUid,
    (title, said): (&str, &str),
    place: &InConversation,
) -> Result<(), Error> {
    if place.parent.is_some() {
        refuse_stranger(conn, fact, place).await?;
    }
    sqlx::query(
        "INSERT INTO conversations (uid, agent, title, created_at, updated_at, touched)
         VALUES (?1, ?2, ?3, ?4, ?4, ?5)
         ON CONFLICT (uid) DO UPDATE SET updated_at = excluded.updated_at, touched = excluded.touched",
    )
    .bind(place.conversation.to_string())
    .bind(place.agent.to_string())
    .bind(title)
    .bind(fact.at.0)
    .bind(fact.position.0)
    .execute(&mut *conn)
    .await?;
    put_said(conn, fact, said, place).await?;
    sqlx::query(
        "INSERT INTO messages (uid, conversation, parent, author, said, workflow_id, created_at, chosen)
         VALUES (?1, ?2, ?3, 'agent', '', ?4, ?5, ?6)",
    )
    .bind(reply.to_string())
    .bind(place.conversation.to_string())
    .bind(place.message.to_string())
    .bind(fact.workflow.0)
    .bind(fact.at.0)
    .bind(fact.position.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// A message follows a reply of its own conversation.
async fn refuse_stranger(
    conn: &mut SqliteConnection,
    fact: &Fact<'_>,
    place: &InConversation,
) -> Result<(), Error> {
    let there: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM messages WHERE uid = ?1 AND conversation = ?2 AND author = 'agent')",
    )
    .bind(place.parent.map(|parent| parent.to_string()))
    .bind(place.conversation.to_string())
    .fetch_one(conn)
    .await?;
    if there {
        return Ok(());
    }
    Err(fact.refused(TABLE, "what it follows is not in the conversation"))
}

/// What the operator said; nothing where this is another reply to it.
async fn put_said(
    conn: &mut SqliteConnection,
    fact: &Fact<'_>,
    said: &str,
    place: &InConversation,
) -> Result<(), Error> {
    let put = sqlx::query(
        "INSERT INTO messages (uid, conversation, parent, author, said, created_at, chosen)
         VALUES (?1, ?2, ?3, 'operator', ?4, ?5, ?6) ON CONFLICT (uid) DO NOTHING",
    )
    .bind(place.message.to_string())
    .bind(place.conversation.to_string())
    .bind(place.parent.map(|parent| parent.to_string()))
    .bind(said)
    .bind(fact.at.0)
    .bind(fact.position.0)
    .execute(&mut *conn)
    .await?;
    if put.rows_affected() == 0 {
        return Ok(());
    }
    for (file, number) in place.files.iter().zip(0_i64..) {
        sqlx::query(
            "INSERT INTO message_files (message, place, name, bytes, content) VALUES (?1, ?2, ?3, ?4, ?5)",
        )
        .bind(place.message.to_string())
        .bind(number)
        .bind(&file.name)
        .bind(file.bytes)
        .bind(file.content.as_str())
        .execute(&mut *conn)
        .await?;
    }
    sqlx::query("INSERT INTO message_words (rowid, words) SELECT id, said FROM messages WHERE uid = ?1")
        .bind(place.message.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Makes a whole reply findable.
async fn index_reply(
    conn: &mut SqliteConnection,
    fact: &Fact<'_>,
    report: &ContentHash,
) -> Result<(), Error> {
    let number: Option<i64> = sqlx::query_scalar("SELECT id FROM messages WHERE workflow_id = ?1")
        .bind(fact.workflow.0)
        .fetch_optional(&mut *conn)
        .await?;
    let Some(number) = number else { return Ok(()) };
    let Some(answer) = contents::get(conn, report).await? else {
        return Ok(());
    };
    let answer: TaskAnswer = serde_json::from_str(&answer)?;
    put_words(conn, number, &answer.text).await
}

/// The words by which a reply is found.
pub(super) async fn put_words(conn: &mut SqliteConnection, number: i64, words: &str) -> Result<(), Error> {
    sqlx::query("DELETE FROM message_words WHERE rowid = ?1")
        .bind(number)
        .execute(&mut *conn)
        .await?;
    sqlx::query("INSERT INTO message_words (rowid, words) VALUES (?1, ?2)")
        .bind(number)
        .bind(words)
        .execute(conn)
        .await?;
    Ok(())
}

async fn touch(conn: &mut SqliteConnection, fact: &Fact<'_>) -> Result<(), Error> {
    // Most runs are no reply, so the row count decides nothing here.
    sqlx::query(
        "UPDATE conversations SET updated_at = ?2, touched = ?3
         WHERE uid = (SELECT conversation FROM workflows WHERE id = ?1)",
    )
    .bind(fact.workflow.0)
    .bind(fact.at.0)
    .bind(fact.position.0)
    .execute(conn)
    .await?;
    Ok(())
}
