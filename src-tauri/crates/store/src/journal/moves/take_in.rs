//! Puts a run that arrives into the journal: who worked, its templates, its texts, and of its events those that are not
//! here already.

use sqlx::SqliteConnection;
use wheelhouse_domain::{
    EVENT_VERSION, Event, EventBody, Millis, MoveUid, Position, Seq, Template, TemplateUid, WorkflowId,
    WorkflowUid,
};

use super::MoveFault;
use super::owners::{self, OtherStore, Owner, RunPlace};
use crate::journal::agents::{self, ArrivedAgent};
use crate::journal::commit::{self, Committed};
use crate::journal::store_fact::{self, StoreFact};
use crate::journal::{Error, contents, events, meta, templates, workflows};

/// One run of what arrives.
#[derive(Debug, Clone, PartialEq)]
pub struct ArrivingRun {
    /// Its identity.
    pub uid: WorkflowUid,
    /// All its events.
    pub events: Vec<Event>,
}

/// A run with its sub-workflows, as it arrives.
#[derive(Debug, Clone, PartialEq)]
pub struct Newcomer {
    /// The move.
    pub move_uid: MoveUid,
    /// What people call it.
    pub name: String,
    /// Where it comes from.
    pub from: OtherStore,
    /// What this store is called.
    pub to_name: String,
    /// With which hand it comes.
    pub hand: u32,
    /// Its template.
    pub template: TemplateUid,
    /// The workflow, then its sub-workflows, each after the one that it was started for.
    pub runs: Vec<ArrivingRun>,
    /// The texts that the events point at.
    pub contents: Vec<String>,
    /// Who worked, as they were.
    pub agents: Vec<ArrivedAgent>,
    /// The templates that it needs. Those that are here stay as they are.
    pub templates: Vec<Template>,
}

/// Puts all of it into the journal, and makes it this store's.
pub(super) async fn take_in(
    conn: &mut SqliteConnection,
    head: Position,
    newcomer: &Newcomer,
    now: Millis,
) -> Result<Committed, Error> {
    let mut last = bring_along(&mut *conn, head, newcomer, now).await?;
    for content in &newcomer.contents {
        contents::put(&mut *conn, content).await?;
    }
    let here = meta::read(&mut *conn).await?.uid;
    let owner = Owner {
        hand: newcomer.hand,
        place: RunPlace::Here,
        move_uid: Some(newcomer.move_uid),
    };
    let mut workflow_ids = Vec::with_capacity(newcomer.runs.len());
    for run in &newcomer.runs {
        let (workflow, newest) = place_of(&mut *conn, run, newcomer.hand).await?;
        let mut fresh: Vec<Event> = run.events.iter().skip(newest.0 as usize).cloned().collect();
        fresh.push(Event {
            v: EVENT_VERSION,
            seq: Seq(u32::try_from(run.events.len())
                .unwrap_or(u32::MAX)
                .saturating_add(1)),
            at: now,
            body: EventBody::WorkflowArrived {
                move_uid: newcomer.move_uid,
                from: newcomer.from.uid,
                from_name: newcomer.from.name.clone(),
                to: here,
                to_name: newcomer.to_name.clone(),
                hand: newcomer.hand,
            },
        });
        owners::put(&mut *conn, run.uid, &owner, &newcomer.from, now).await?;
        last = commit::append(&mut *conn, workflow, newest, &fresh, last, true).await?;
        workflow_ids.push(workflow);
    }
    Ok(Committed {
        workflow_ids,
        first: Position(head.0 + 1),
        last,
    })
}

/// Agents and templates that are not here. Before the events, which name them.
async fn bring_along(
    conn: &mut SqliteConnection,
    head: Position,
    newcomer: &Newcomer,
    now: Millis,
) -> Result<Position, Error> {
    let mut last = head;
    let mut facts = Vec::new();
    for agent in &newcomer.agents {
        facts.extend(agents::arrive(&mut *conn, newcomer.template, agent).await?);
    }
    // Before any of them is put in: there may be several versions of one.
    let mut missing = Vec::new();
    for template in &newcomer.templates {
        if templates::get(&mut *conn, template.document.uid).await?.is_none() {
            missing.push(template);
        }
    }
    missing.sort_by_key(|template| template.version);
    for template in missing {
        facts.push(StoreFact::TemplateSaved {
            version: template.version,
            document: Box::new(template.document.clone()),
        });
    }
    for fact in facts {
        last = Position(last.0 + 1);
        events::append_store_fact(&mut *conn, last, now, &fact).await?;
        store_fact::project(&mut *conn, last, now, &fact).await?;
    }
    Ok(last)
}

/// Number of a run in this store, and the newest of its events that are here: a new number and none, where it was never
/// here. What is known of it must be how it is told now.
async fn place_of(
    conn: &mut SqliteConnection,
    run: &ArrivingRun,
    hand: u32,
) -> Result<(WorkflowId, Seq), Error> {
    let owner = owners::get(&mut *conn, run.uid).await?;
    if owner.as_ref().is_some_and(|owner| owner.hand >= hand) {
        return Err(MoveFault::Stale.into());
    }
    let Some(row) = workflows::by_uid(&mut *conn, run.uid).await? else {
        return Ok((meta::next_workflow(conn).await?, Seq(0)));
    };
    if row.imported.is_some() {
        return Err(MoveFault::Imported(row.id).into());
    }
    if owner.is_none_or(|owner| owner.place != RunPlace::Gone) {
        return Err(MoveFault::RunsHere(row.id).into());
    }
    let known = events::run(&mut *conn, row.id).await?;
    if !run.events.starts_with(&known) {
        return Err(MoveFault::Diverged(row.id).into());
    }
    Ok((row.id, known.last().map_or(Seq(0), |event| event.seq)))
}
