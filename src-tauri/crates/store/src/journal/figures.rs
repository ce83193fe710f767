//! How the store stands, in numbers: for whoever runs it. Nothing here is read by the program itself.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sqlx::{Row, SqliteConnection};
use wheelhouse_domain::WorkflowStatus;

use super::{Error, column, questions};

/// How many there are of what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoreFigures {
    /// Workflows by status; no row for a status that none has.
    pub workflows: Vec<(WorkflowStatus, u64)>,
    /// Tasks that are at work now.
    pub tasks_at_work: u64,
    /// Questions that nobody has answered.
    pub open_questions: u64,
}

pub(crate) async fn read(conn: &mut SqliteConnection) -> Result<StoreFigures, Error> {
    let rows = sqlx::query("SELECT status, count(*) AS many FROM workflows GROUP BY status")
        .fetch_all(&mut *conn)
        .await?;
    let workflows = rows.iter().map(|row| {
        let many: i64 = row.try_get("many")?;
        let status = column::word(row, "status", WorkflowStatus::parse)?;
        Ok((status, many.unsigned_abs()))
    });
    let workflows = workflows.collect::<Result<_, Error>>()?;
    let at_work: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM workflows w JOIN tasks t ON t.workflow_id = w.id AND t.status = 'running'
         WHERE w.status IN ('running', 'waiting', 'paused')",
    )
    .fetch_one(&mut *conn)
    .await?;
    Ok(StoreFigures {
        workflows,
        tasks_at_work: at_work.unsigned_abs(),
        open_questions: questions::open_count(conn).await?.into(),
    })
}

/// Upper bounds of the classes that durations of commits are counted in, in microseconds; one more class has no bound.
const BOUNDS: [u64; 10] = [
    500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000,
];

/// Counts durations while they happen. Cheap enough to be always on.
#[derive(Debug, Default)]
pub(crate) struct Timed {
    classes: [AtomicU64; BOUNDS.len() + 1],
    sum: AtomicU64,
}

impl Timed {
    pub(crate) fn count(&self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let class = BOUNDS.partition_point(|bound| *bound < micros);
        if let Some(class) = self.classes.get(class) {
            class.fetch_add(1, Ordering::Relaxed);
        }
        self.sum.fetch_add(micros, Ordering::Relaxed);
    }

    pub(crate) fn read(&self) -> Durations {
        let bounds = BOUNDS.iter().copied().map(Duration::from_micros);
        let bounds = bounds.map(Some).chain([None]);
        let counts = self.classes.iter().map(|class| class.load(Ordering::Relaxed));
        Durations {
            classes: bounds.zip(counts).collect(),
            sum: Duration::from_micros(self.sum.load(Ordering::Relaxed)),
        }
    }
}

/// How long something took, each time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Durations {
    /// Upper bound of each class and how many fell into it and into none before; the last has no bound.
    pub classes: Vec<(Option<Duration>, u64)>,
    /// All of them together.
    pub sum: Duration,
}

/// How the one writer does, since the store was opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WriterFigures {
    /// Transactions that are on disk.
    pub transactions: u64,
    /// Commits in them, refused ones included.
    pub commits: u64,
    /// Events in them.
    pub events: u64,
    /// Commits that wait for their turn now.
    pub waiting: u64,
    /// How long it took to bring a transaction to disk, from its last statement to the answer of the file system.
    pub to_disk: Durations,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_counted_in_the_first_class_that_holds_it() {
        let timed = Timed::default();
        for micros in [0, 500, 501, 2_000_000] {
            timed.count(Duration::from_micros(micros));
        }
        let read = timed.read();
        let counts: Vec<u64> = read.classes.iter().map(|(_, count)| *count).collect();
        assert_eq!(counts, [2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(read.classes.last().map(|(bound, _)| *bound), Some(None));
        assert_eq!(read.sum, Duration::from_micros(2_001_001));
    }
}
