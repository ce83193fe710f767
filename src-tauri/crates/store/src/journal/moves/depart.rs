//! What happens to a run in the store that it leaves.

use sqlx::SqliteConnection;
use wheelhouse_domain::{Millis, MoveUid, Position, WorkflowId, WorkflowUid};

use super::owners::{self, HeldRun, OtherStore, Owner, RunPlace};
use super::rows::{self, DepartureRow, DepartureState};
use super::{MoveFault, nothing};
use crate::journal::commit::Committed;
use crate::journal::workflows::{self, WorkflowRow};
use crate::journal::{Error, meta};

/// A run that leaves with its sub-workflows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departing {
    /// The move, named by whoever drives it.
    pub move_uid: MoveUid,
    /// The run.
    pub workflow: WorkflowId,
    /// Where it goes.
    pub to: OtherStore,
    /// What is told once it is gone.
    pub secret: String,
}

/// From here on nothing is written to the run.
pub(super) async fn depart(
    conn: &mut SqliteConnection,
    head: Position,
    departing: &Departing,
    now: Millis,
) -> Result<Committed, Error> {
    if let Some(known) = rows::departure(&mut *conn, departing.move_uid).await? {
        return same(&known, departing)
            .map(|()| nothing(head))
            .map_err(Error::from);
    }
    let identity = meta::read(&mut *conn).await?;
    if identity.uid == departing.to.uid {
        return Err(MoveFault::SameStore.into());
    }
    let family = movable(&mut *conn, departing.workflow).await?;
    let mut hand = 1;
    for member in &family {
        let known = owners::get(&mut *conn, member.uid).await?;
        hand = hand.max(known.map_or(1, |owner| owner.hand));
    }
    let owner = Owner {
        hand: hand.saturating_add(1),
        place: RunPlace::Leaving,
        move_uid: Some(departing.move_uid),
    };
    for member in &family {
        owners::put(&mut *conn, member.uid, &owner, &departing.to, now).await?;
    }
    insert(&mut *conn, departing, &family, owner.hand, identity.epoch, now).await?;
    told(conn, head, &family, RunPlace::Leaving, now).await
}

fn same(known: &DepartureRow, departing: &Departing) -> Result<(), MoveFault> {
    let is_same = known.workflow_id == Some(departing.workflow) && known.to.uid == departing.to.uid;
    if is_same {
        Ok(())
    } else {
        Err(MoveFault::Other(departing.move_uid))
    }
}

/// The run with its sub-workflows, if it can be moved.
pub(crate) async fn movable(conn: &mut SqliteConnection, id: WorkflowId) -> Result<Vec<WorkflowRow>, Error> {
    let row = workflows::get(&mut *conn, id).await?;
    let row = row.ok_or(Error::WorkflowNotFound(id))?;
    let mut root = row.clone();
    while let Some(above) = root.parent.as_ref().and_then(|parent| parent.id) {
        root = workflows::get(&mut *conn, above)
            .await?
            .ok_or(Error::WorkflowNotFound(above))?;
    }
    if root.id != id {
        let (child, root) = (id, root.id);
        return Err(MoveFault::NotRoot { child, root }.into());
    }
    if row.imported.is_some() {
        return Err(MoveFault::Imported(id).into());
    }
    if row.status.is_final() {
        let status = row.status;
        return Err(MoveFault::Ended { id, status }.into());
    }
    let family = workflows::family(&mut *conn, row).await?;
    for member in &family {
        owners::require_here(&mut *conn, member.id).await?;
    }
    Ok(family)
}

async fn insert(
    conn: &mut SqliteConnection,
    departing: &Departing,
    family: &[WorkflowRow],
    hand: u32,
    epoch: u32,
    now: Millis,
) -> Result<(), Error> {
    let Some(root) = family.first() else {
        return Err(Error::WorkflowNotFound(departing.workflow));
    };
    sqlx::query(
        "INSERT INTO departures (move, workflow, name, other, other_name, hand, secret, epoch, state, departed_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'leaving', ?9)",
    )
    .bind(departing.move_uid.to_string())
    .bind(root.uid.to_string())
    .bind(&root.name)
    .bind(departing.to.uid.to_string())
    .bind(&departing.to.name)
    .bind(hand)
    .bind(&departing.secret)
    .bind(epoch)
    .bind(now.0)
    .execute(conn)
    .await?;
    Ok(())
}

async fn told(
    conn: &mut SqliteConnection,
    head: Position,
    family: &[WorkflowRow],
    place: RunPlace,
    now: Millis,
) -> Result<Committed, Error> {
    let workflow_ids: Vec<WorkflowId> = family.iter().map(|member| member.id).collect();
    let last = owners::tell(conn, head, workflow_ids.clone(), place, now).await?;
    Ok(Committed {
        workflow_ids,
        first: last,
        last,
    })
}

/// The decision: the run is the other store's.
pub(super) async fn confirm(
    conn: &mut SqliteConnection,
    head: Position,
    move_uid: MoveUid,
    now: Millis,
) -> Result<Committed, Error> {
    let departure = known(&mut *conn, move_uid).await?;
    let owner = owners::get(&mut *conn, departure.workflow).await?;
    let is_last = owner.is_some_and(|owner| owner.move_uid == Some(move_uid));
    match departure.state {
        DepartureState::CalledOff => Err(MoveFault::CalledOff(move_uid).into()),
        // Since then it came back, or another store is known to own it: this move must not begin anything any more.
        _ if !is_last => Err(MoveFault::Stale.into()),
        DepartureState::Gone => Ok(nothing(head)),
        DepartureState::Leaving => {
            decide(&mut *conn, &departure, DepartureState::Gone, now).await?;
            hand_over(conn, head, &departure, RunPlace::Gone, now).await
        }
    }
}

/// The run stays, and goes on as if nothing had been. Where it is gone, and the other side threw it away for good
/// (`certain`), it would be nobody's: then it comes back too.
pub(super) async fn call_off(
    conn: &mut SqliteConnection,
    head: Position,
    move_uid: MoveUid,
    certain: bool,
    now: Millis,
) -> Result<Committed, Error> {
    let departure = known(&mut *conn, move_uid).await?;
    match departure.state {
        DepartureState::CalledOff => Ok(nothing(head)),
        DepartureState::Gone if !certain || departure.finished => Err(MoveFault::Decided(move_uid).into()),
        DepartureState::Gone | DepartureState::Leaving => {
            if !certain && epoch_of(&mut *conn, move_uid).await? != meta::read(&mut *conn).await?.epoch {
                return Err(MoveFault::Uncertain(move_uid).into());
            }
            decide(&mut *conn, &departure, DepartureState::CalledOff, now).await?;
            hand_over(conn, head, &departure, RunPlace::Here, now).await
        }
    }
}

/// The other side has done its part.
pub(super) async fn finish(
    conn: &mut SqliteConnection,
    head: Position,
    move_uid: MoveUid,
) -> Result<Committed, Error> {
    let departure = known(&mut *conn, move_uid).await?;
    if departure.state == DepartureState::Leaving {
        return Err(MoveFault::Undecided(move_uid).into());
    }
    sqlx::query("UPDATE departures SET finished = 1 WHERE move = ?1")
        .bind(move_uid.to_string())
        .execute(conn)
        .await?;
    Ok(nothing(head))
}

async fn known(conn: &mut SqliteConnection, move_uid: MoveUid) -> Result<DepartureRow, Error> {
    let found = rows::departure(conn, move_uid).await?;
    Ok(found.ok_or(MoveFault::Unknown(move_uid))?)
}

async fn epoch_of(conn: &mut SqliteConnection, move_uid: MoveUid) -> Result<u32, Error> {
    Ok(sqlx::query_scalar("SELECT epoch FROM departures WHERE move = ?1")
        .bind(move_uid.to_string())
        .fetch_one(conn)
        .await?)
}

async fn decide(
    conn: &mut SqliteConnection,
    departure: &DepartureRow,
    state: DepartureState,
    now: Millis,
) -> Result<(), Error> {
    let result = sqlx::query(
        "UPDATE departures SET state = ?2, decided_at = ?3 WHERE move = ?1 AND state = ?4 AND finished = 0",
    )
    .bind(departure.move_uid.to_string())
    .bind(state.as_str())
    .bind(now.0)
    .bind(departure.state.as_str())
    .execute(conn)
    .await?;
    if result.rows_affected() == 1 {
        Ok(())
    } else {
        Err(MoveFault::Decided(departure.move_uid).into())
    }
}

/// Changes who owns the run and its sub-workflows that left with this move.
async fn hand_over(
    conn: &mut SqliteConnection,
    head: Position,
    departure: &DepartureRow,
    place: RunPlace,
    now: Millis,
) -> Result<Committed, Error> {
    sqlx::query("UPDATE owners SET place = ?2, since = ?3 WHERE move = ?1 AND place <> 'here'")
        .bind(departure.move_uid.to_string())
        .bind(place.as_str())
        .bind(now.0)
        .execute(&mut *conn)
        .await?;
    let family = match departure.workflow_id {
        Some(id) => match workflows::get(&mut *conn, id).await? {
            Some(root) => workflows::family(&mut *conn, root).await?,
            None => Vec::new(),
        },
        None => Vec::new(),
    };
    told(conn, head, &family, place, now).await
}

/// Another store owns these runs with a higher hand: a copy of this journal from before that was restored. They rest
/// here from now on. Names them.
pub(super) async fn give_up(
    conn: &mut SqliteConnection,
    head: Position,
    to: &OtherStore,
    held: &[HeldRun],
    now: Millis,
) -> Result<Committed, Error> {
    let own = meta::read(&mut *conn).await?.uid;
    let mut given_up = Vec::new();
    for one in held {
        if let Some(row) = lower(&mut *conn, one, own > to.uid).await? {
            let owner = Owner {
                hand: one.hand,
                place: RunPlace::Gone,
                move_uid: None,
            };
            owners::put(&mut *conn, one.workflow, &owner, to, now).await?;
            call_moves_decided(&mut *conn, one.workflow, now).await?;
            given_up.push(row);
        }
    }
    if given_up.is_empty() {
        return Ok(nothing(head));
    }
    told(conn, head, &given_up, RunPlace::Gone, now).await
}

/// The run, where it is this store's with a lower hand. The same hand on both sides can only come of copies that were
/// restored; then one of the two counts, which both sides know (`yields_ties`).
async fn lower(
    conn: &mut SqliteConnection,
    held: &HeldRun,
    yields_ties: bool,
) -> Result<Option<WorkflowRow>, Error> {
    let row = workflows::by_uid(&mut *conn, held.workflow).await?;
    let Some(row) = row.filter(|row| row.imported.is_none()) else {
        return Ok(None);
    };
    let owner = owners::get(conn, held.workflow).await?;
    let is_lower = match owner {
        None => held.hand > 1,
        Some(owner) if owner.place == RunPlace::Gone => false,
        Some(owner) if owner.hand == held.hand => yields_ties && owner.place == RunPlace::Here,
        Some(owner) => owner.hand < held.hand,
    };
    Ok(is_lower.then_some(row))
}

/// A move of the run that was under way leads nowhere any more.
async fn call_moves_decided(
    conn: &mut SqliteConnection,
    workflow: WorkflowUid,
    now: Millis,
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE departures SET state = 'gone', decided_at = ?2, finished = 1 WHERE workflow = ?1 AND state = 'leaving'",
    )
    .bind(workflow.to_string())
    .bind(now.0)
    .execute(conn)
    .await?;
    Ok(())
}
