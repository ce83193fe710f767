//! What happens to a run in the store that it comes to.

use sqlx::SqliteConnection;
use wheelhouse_domain::{ContentHash, Millis, MoveUid, Position};

use super::rows::{self, ArrivalRow, ArrivalState};
use super::take_in::{Newcomer, take_in};
use super::{MoveFault, nothing};
use crate::journal::commit::Committed;
use crate::journal::{Error, column};

/// A run that is to be kept until its move is decided.
#[derive(Debug, Clone, PartialEq)]
pub struct Admission {
    /// What came, read.
    pub newcomer: Newcomer,
    /// What came, as it came.
    pub bundle: Vec<u8>,
}

/// A run that is to be this store's.
#[derive(Debug, Clone, PartialEq)]
pub struct Completion {
    /// What came, read from what was kept.
    pub newcomer: Newcomer,
    /// Address of the secret, as it came.
    pub seal: ContentHash,
    /// The secret, which the other store told when it was decided.
    pub receipt: String,
}

/// Keeps what came, if it could become this store's: that is tried, and undone.
pub(super) async fn admit(
    conn: &mut SqliteConnection,
    head: Position,
    admission: &Admission,
    now: Millis,
) -> Result<Committed, Error> {
    let newcomer = &admission.newcomer;
    if let Some(known) = rows::arrival(&mut *conn, newcomer.move_uid).await? {
        return same(&known, newcomer)
            .map(|()| nothing(head))
            .map_err(Error::from);
    }
    sqlx::query("SAVEPOINT trial").execute(&mut *conn).await?;
    let tried = take_in(&mut *conn, head, newcomer, now).await;
    sqlx::query("ROLLBACK TO trial").execute(&mut *conn).await?;
    sqlx::query("RELEASE trial").execute(&mut *conn).await?;
    tried?;
    replace_earlier(&mut *conn, newcomer, now).await?;
    insert(conn, admission, now).await?;
    Ok(nothing(head))
}

fn same(known: &ArrivalRow, newcomer: &Newcomer) -> Result<(), MoveFault> {
    let is_same = newcomer.runs.first().map(|run| run.uid) == Some(known.workflow);
    match known.state {
        // First: of one that was thrown away before it came nothing else is known.
        ArrivalState::Dropped => Err(MoveFault::Dropped(known.move_uid)),
        _ if !is_same || known.from.uid != newcomer.from.uid => Err(MoveFault::Other(known.move_uid)),
        ArrivalState::Arriving | ArrivalState::Here => Ok(()),
    }
}

/// A run leaves its store by one move at a time, so an earlier one of the same run was called off.
async fn replace_earlier(conn: &mut SqliteConnection, newcomer: &Newcomer, now: Millis) -> Result<(), Error> {
    let Some(root) = newcomer.runs.first() else {
        return Ok(());
    };
    let later: Option<String> = sqlx::query_scalar(
        "SELECT move FROM arrivals WHERE workflow = ?1 AND state = 'arriving' AND hand >= ?2",
    )
    .bind(root.uid.to_string())
    .bind(newcomer.hand)
    .fetch_optional(&mut *conn)
    .await?;
    if later.is_some() {
        return Err(MoveFault::Stale.into());
    }
    sqlx::query(
        "UPDATE arrivals SET state = 'dropped', bundle = NULL, decided_at = ?2
         WHERE workflow = ?1 AND state = 'arriving'",
    )
    .bind(root.uid.to_string())
    .bind(now.0)
    .execute(conn)
    .await?;
    Ok(())
}

async fn insert(conn: &mut SqliteConnection, admission: &Admission, now: Millis) -> Result<(), Error> {
    let newcomer = &admission.newcomer;
    let uids: Vec<String> = newcomer.runs.iter().map(|run| run.uid.to_string()).collect();
    sqlx::query(
        "INSERT INTO arrivals (move, workflow, name, other, other_name, hand, workflows, bundle, state, admitted_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'arriving', ?9)",
    )
    .bind(newcomer.move_uid.to_string())
    .bind(uids.first())
    .bind(&newcomer.name)
    .bind(newcomer.from.uid.to_string())
    .bind(&newcomer.from.name)
    .bind(newcomer.hand)
    .bind(column::to_json(&uids)?)
    .bind(&admission.bundle)
    .bind(now.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// Makes what came this store's.
pub(super) async fn complete(
    conn: &mut SqliteConnection,
    head: Position,
    completion: &Completion,
    now: Millis,
) -> Result<Committed, Error> {
    let move_uid = completion.newcomer.move_uid;
    let known = rows::arrival(&mut *conn, move_uid).await?;
    match known.ok_or(MoveFault::Unknown(move_uid))?.state {
        ArrivalState::Dropped => return Err(MoveFault::Dropped(move_uid).into()),
        ArrivalState::Here => return Ok(nothing(head)),
        ArrivalState::Arriving => {}
    }
    if ContentHash::of(&completion.receipt) != completion.seal {
        return Err(MoveFault::Receipt(move_uid).into());
    }
    let committed = take_in(&mut *conn, head, &completion.newcomer, now).await?;
    decide(conn, move_uid, ArrivalState::Here, now).await?;
    Ok(committed)
}

/// Throws away what came. One that was never heard of is known from here on, so that it can't come later.
pub(super) async fn drop(
    conn: &mut SqliteConnection,
    head: Position,
    move_uid: MoveUid,
    now: Millis,
) -> Result<Committed, Error> {
    match rows::arrival(&mut *conn, move_uid).await? {
        // It is decided; whoever asks learns it from the row.
        Some(known) if known.state != ArrivalState::Arriving => {}
        Some(_) => decide(conn, move_uid, ArrivalState::Dropped, now).await?,
        None => refuse_ever(conn, move_uid, now).await?,
    }
    Ok(nothing(head))
}

async fn refuse_ever(conn: &mut SqliteConnection, move_uid: MoveUid, now: Millis) -> Result<(), Error> {
    let nil = uuid::Uuid::nil().to_string();
    sqlx::query(
        "INSERT INTO arrivals (move, workflow, name, other, other_name, hand, workflows, state, admitted_at, decided_at)
         VALUES (?1, ?2, '', ?2, '', 0, '[]', 'dropped', ?3, ?3)",
    )
    .bind(move_uid.to_string())
    .bind(nil)
    .bind(now.0)
    .execute(conn)
    .await?;
    Ok(())
}

async fn decide(
    conn: &mut SqliteConnection,
    move_uid: MoveUid,
    state: ArrivalState,
    now: Millis,
) -> Result<(), Error> {
    sqlx::query("UPDATE arrivals SET state = ?2, decided_at = ?3, bundle = NULL WHERE move = ?1")
        .bind(move_uid.to_string())
        .bind(state.as_str())
        .bind(now.0)
        .execute(conn)
        .await?;
    Ok(())
}
