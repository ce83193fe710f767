//! How long ended workflows are kept: the operator's rule, what it would delete, and the sweep that deletes it.
//!
//! A sweep is many small pieces of work for the writer, so that runs go on between them and a process that ends in
//! the middle has deleted whole workflows only. Giving the room back to the file system is the writer's own business,
//! see [`super::tidy`].
//!
//! Deliberately absent: when to sweep. The orchestrator has the clock.

mod due;
mod orphans;
mod rule;
mod sweep;

use wheelhouse_domain::Millis;

pub use due::RetentionPreview;
pub use rule::Retention;
pub(crate) use rule::{change, current, put};
pub(crate) use sweep::{Step, apply};
pub use sweep::{SweepProgress, Swept};

use super::arrange::What;
use super::requests::RequestRecord;
use super::{Error, Store};

impl Store {
    /// Sets how long ended workflows are kept. Nothing is deleted by that; the next sweep goes by it.
    ///
    /// # Errors
    /// Those of a wish: [`Error::RequestRepeated`], [`Error::NotDurable`]. Then nothing is changed.
    pub async fn save_retention(
        &self,
        rule: Retention,
        request: RequestRecord,
        now: Millis,
    ) -> Result<(), Error> {
        self.arrange(What::Retention(rule), request, now).await.map(drop)
    }

    /// How long ended workflows are kept. Until a rule is set, for ever.
    ///
    /// # Errors
    /// When the database fails or holds a value that can't be read.
    pub async fn retention(&self) -> Result<Retention, Error> {
        current(&mut *self.reader().await?).await
    }
}
