//! Which workflows a rule deletes, and about how much room that gives.
//!
//! Replies in conversations stay: those go when the operator removes them. Whatever the rule, the oldest go first. So each of its bounds says how many of the oldest go, and the largest of
//! these numbers counts.

use sqlx::{Row, SqliteConnection};
use wheelhouse_domain::{Millis, WorkflowId};

use super::super::{Error, Store, column};
use super::Retention;

const DAY: i64 = 24 * 60 * 60 * 1_000;

/// Families of runs, begun by `$begins`: a run with those that it started, and those that these started. One goes with
/// all of its family or stays with it, because a run needs what came of those that it started.
macro_rules! families {
    ($begins:literal) => {
        concat!(
            "family (root, id, uid, status, completed_at) AS (
               SELECT id, id, uid, status, completed_at FROM workflows w WHERE ",
            $begins,
            " UNION
               SELECT family.root, w.id, w.uid, w.status, w.completed_at
               FROM family JOIN workflows w ON w.parent = family.uid
             )"
        )
    };
}

/// Which families may be deleted by rule: those in which every run has ended.
macro_rules! may_go {
    () => {
        "min(status IN ('completed', 'failed', 'cancelled') AND completed_at IS NOT NULL)"
    };
}

/// What a rule would delete now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetentionPreview {
    /// How many workflows, those that others started included.
    pub workflows: u32,
    /// About how much smaller the file would be, in bytes.
    pub bytes: u64,
    /// When the newest of them ended.
    pub until: Option<Millis>,
    /// Ended workflows that would stay.
    pub kept: u32,
    /// Size of the journal's file without what is free in it, in bytes.
    pub journal: u64,
}

/// A workflow that may go, with those that it started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ended {
    /// Which one.
    pub(super) id: WorkflowId,
    /// When the last of them ended.
    pub(super) at: Millis,
    /// How many they are.
    pub(super) members: u32,
    /// About how much room they take, in bytes.
    pub(super) bytes: u64,
}

impl Store {
    /// What `rule` would delete at `now`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn preview_retention(&self, rule: &Retention, now: Millis) -> Result<RetentionPreview, Error> {
        let (ended, journal) = self.ended().await?;
        let count = due(&ended, rule, now, journal);
        let (gone, kept) = ended.split_at(count);
        Ok(RetentionPreview {
            workflows: members(gone),
            bytes: gone.iter().map(|workflow| workflow.bytes).sum(),
            until: gone.last().map(|workflow| workflow.at),
            kept: members(kept),
            journal,
        })
    }

    /// The workflows that may go, oldest first, and the bytes in use in the file.
    pub(crate) async fn ended(&self) -> Result<(Vec<Ended>, u64), Error> {
        let mut conn = self.reader().await?;
        let mut snapshot = sqlx::Connection::begin(&mut *conn).await?;
        let used = used(&mut snapshot).await?;
        let ended = read(&mut snapshot, used).await?;
        snapshot.rollback().await?;
        Ok((ended, used))
    }
}

/// How many workflows go with these.
pub(super) fn members(ended: &[Ended]) -> u32 {
    ended.iter().map(|family| family.members).sum()
}

/// How many of `ended` go by `rule`.
pub(super) fn due(ended: &[Ended], rule: &Retention, now: Millis, used: u64) -> usize {
    by_age_and_count(ended, rule, now).max(by_size(ended, rule, used))
}

/// How many go because of their age or because there are newer ones.
pub(super) fn by_age_and_count(ended: &[Ended], rule: &Retention, now: Millis) -> usize {
    let by_age = rule.max_age_days.map_or(0, |days| {
        let oldest = now.plus(-DAY.saturating_mul(i64::from(days)));
        ended.partition_point(|workflow| workflow.at < oldest)
    });
    let by_count = rule.max_workflows.map_or(0, |most| {
        ended
            .len()
            .saturating_sub(usize::try_from(most).unwrap_or(usize::MAX))
    });
    by_age.max(by_count)
}

fn by_size(ended: &[Ended], rule: &Retention, used: u64) -> usize {
    let Some(most) = rule.max_bytes() else { return 0 };
    let mut left = used;
    ended
        .iter()
        .take_while(|workflow| {
            let too_large = left > most;
            left = left.saturating_sub(workflow.bytes);
            too_large
        })
        .count()
}

/// Bytes of the file that are in use. Inside a transaction, as they will be after it.
pub(super) async fn used(conn: &mut SqliteConnection) -> Result<u64, Error> {
    let bytes: i64 = sqlx::query_scalar(
        "SELECT (page_count - freelist_count) * page_size
         FROM pragma_page_count, pragma_freelist_count, pragma_page_size",
    )
    .fetch_one(conn)
    .await?;
    Ok(u64::try_from(bytes).unwrap_or_default())
}

/// The workflow with those that it started, if they may go and the last ended at `at`: one may have been taken up again
/// since it was looked at.
pub(super) async fn family(
    conn: &mut SqliteConnection,
    id: WorkflowId,
    at: Millis,
) -> Result<Vec<WorkflowId>, Error> {
    let ids: Vec<u32> = sqlx::query_scalar(concat!(
        "WITH RECURSIVE ",
        families!("w.id = ?1"),
        " SELECT id FROM family
          WHERE (SELECT max(completed_at) = ?2 AND ",
        may_go!(),
        " FROM family) ORDER BY id"
    ))
    .bind(id.0)
    .bind(at.0)
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(WorkflowId).collect())
}

/// The workflows that may go, oldest first. A text that several of them need counts for the one that goes last. The rows
/// beside facts and texts are taken to be shared out as those are.
async fn read(conn: &mut SqliteConnection, used: u64) -> Result<Vec<Ended>, Error> {
    let rows = sqlx::query(concat!(
        "WITH RECURSIVE ",
        families!("NOT EXISTS (SELECT 1 FROM workflows p WHERE p.uid = w.parent) AND w.conversation IS NULL AND w.trial IS NULL"),
        ", ended AS (
           SELECT root AS id, max(completed_at) AS at, count(*) AS members,
                  row_number() OVER (ORDER BY max(completed_at), root) AS place
           FROM family GROUP BY root HAVING ",
        may_go!(),
        "), places AS (
           SELECT family.id, ended.place FROM family JOIN ended ON ended.id = family.root
         ), facts AS (
           SELECT places.place, sum(octet_length(body)) AS bytes
           FROM events LEFT JOIN places ON places.id = events.workflow_id GROUP BY places.place
         ), needed AS (
           SELECT content AS hash, max(coalesce(places.place, 9223372036854775807)) AS place
           FROM events LEFT JOIN places ON places.id = events.workflow_id
           WHERE content IS NOT NULL GROUP BY content
         ), texts AS (
           SELECT place, sum(octet_length(contents.content)) AS bytes
           FROM needed JOIN contents USING (hash) GROUP BY place
         ), everything AS (
           SELECT max(1, coalesce((SELECT sum(bytes) FROM facts), 0)
                         + coalesce((SELECT sum(bytes) FROM texts), 0)) AS bytes
         )
         SELECT ended.id, ended.at, ended.members,
                CAST((coalesce(facts.bytes, 0) + coalesce(texts.bytes, 0)) * 1.0 / everything.bytes * ?1 AS INTEGER)
                  AS bytes
         FROM ended JOIN everything
         LEFT JOIN facts ON facts.place = ended.place
         LEFT JOIN texts ON texts.place = ended.place
         ORDER BY ended.place"
    ))
    .bind(i64::try_from(used).unwrap_or(i64::MAX))
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Ended {
                id: WorkflowId(row.try_get("id")?),
                at: column::at(row, "at")?,
                members: row.try_get("members")?,
                bytes: u64::try_from(row.try_get::<i64, _>("bytes")?).unwrap_or_default(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three that ended on days 1, 2 and 3 and take 10, 20 and 30 bytes.
    fn three() -> Vec<Ended> {
        [(1, 10), (2, 20), (3, 30)]
            .map(|(day, bytes)| Ended {
                id: WorkflowId(day),
                at: Millis(i64::from(day) * DAY),
                members: 1,
                bytes,
            })
            .to_vec()
    }

    fn rule(days: Option<u32>, workflows: Option<u32>, megabytes: Option<u32>) -> Retention {
        Retention {
            max_age_days: days,
            max_workflows: workflows,
            max_megabytes: megabytes,
        }
    }

    #[test]
    fn each_bound_counts_and_the_strictest_wins() {
        let (ended, now) = (three(), Millis(4 * DAY));
        let go = |rule| due(&ended, &rule, now, 1_000_000);
        assert_eq!(go(rule(None, None, None)), 0, "off");
        assert_eq!(
            go(rule(Some(2), None, None)),
            1,
            "exactly two days old is not older"
        );
        assert_eq!(go(rule(Some(400), None, None)), 0);
        assert_eq!(go(rule(None, Some(1), None)), 2);
        assert_eq!(go(rule(None, Some(7), None)), 0);
        assert_eq!(go(rule(None, None, Some(1))), 0, "just as large as it may be");
        assert_eq!(go(rule(Some(2), Some(1), Some(1))), 2);
    }

    #[test]
    fn size_takes_no_more_than_it_must() {
        let ended = three();
        let go = |used| due(&ended, &rule(None, None, Some(1)), Millis(0), used);
        assert_eq!(go(1_000_001), 1);
        assert_eq!(go(1_000_010), 1);
        assert_eq!(go(1_000_011), 2);
        assert_eq!(go(9_000_000), 3, "what has not ended stays, however large");
    }
}
