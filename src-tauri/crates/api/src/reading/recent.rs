//! What was read last, and by whom it is read just now.

use super::Reading;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::OnceCell;
use wheelhouse_domain::Position;

/// Events in one frame at most.
pub(super) const FRAME_EVENTS: u32 = 256;

/// What was read this long ago is taken by nobody any more: whoever is that far behind is better off with one longer frame.
const FRESH: Duration = Duration::from_millis(250);

/// Readings that are kept at most.
const KEPT: usize = 16;

/// A reading that whoever asks first reads for all.
pub(super) type Once = Arc<OnceCell<Arc<Reading>>>;

/// What is kept.
#[derive(Default)]
pub(super) struct Recent {
    changes: VecDeque<Kept>,
    /// Where those who keep up are, and since when.
    front: Option<(Position, Instant)>,
    snapshot: Option<Once>,
}

struct Kept {
    after: Position,
    since: Instant,
    reading: Once,
}

impl Recent {
    /// What is read after `after`, by whoever comes first. What is no longer fresh is forgotten.
    pub(super) fn after(&mut self, after: Position) -> Once {
        self.changes
            .retain(|kept| kept.since.elapsed() < FRESH && !kept.is_empty_after(after));
        if let Some(kept) = self.changes.iter().find(|kept| kept.after == after) {
            return Arc::clone(&kept.reading);
        }
        if self.changes.len() >= KEPT {
            self.changes.pop_front();
        }
        let reading = Once::default();
        self.changes.push_back(Kept {
            after,
            since: Instant::now(),
            reading: Arc::clone(&reading),
        });
        reading
    }

    /// How many events whoever is at `after` reads, so that it ends where the others are.
    pub(super) fn events_after(&self, after: Position) -> u32 {
        let fresh = self.front.filter(|(_, since)| since.elapsed() < FRESH);
        let until = fresh.and_then(|(to, _)| u32::try_from(to.0 - after.0).ok());
        until
            .filter(|count| *count > 0)
            .map_or(FRAME_EVENTS, |count| count.min(FRAME_EVENTS))
    }

    /// Somebody has read as far as this.
    pub(super) fn came_to(&mut self, to: Position) {
        if self.front.is_none_or(|(front, _)| front < to) {
            self.front = Some((to, Instant::now()));
        }
    }

    /// A snapshot that is read, or was, but for `outdated`.
    pub(super) fn snapshot(&mut self, outdated: Option<&Once>) -> Once {
        let fit = |kept: &&Once| outdated.is_none_or(|old| !Arc::ptr_eq(old, kept));
        if let Some(kept) = self.snapshot.as_ref().filter(fit) {
            return Arc::clone(kept);
        }
        let snapshot = Once::default();
        self.snapshot = Some(Arc::clone(&snapshot));
        snapshot
    }

    /// Lets go of a snapshot, so that it takes room no longer than somebody sends it.
    pub(super) fn forget(&mut self, snapshot: &Once) {
        if self
            .snapshot
            .as_ref()
            .is_some_and(|kept| Arc::ptr_eq(kept, snapshot))
        {
            self.snapshot = None;
        }
    }
}

impl Kept {
    /// Whether nothing had changed when it was read. It may have by now.
    fn is_empty_after(&self, after: Position) -> bool {
        self.after == after
            && self
                .reading
                .get()
                .is_some_and(|reading| reading.frame.to <= after)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::reading;
    use super::*;

    #[test]
    fn those_at_the_same_place_share_a_reading() {
        let mut recent = Recent::default();
        let first = recent.after(Position(3));
        assert!(Arc::ptr_eq(&first, &recent.after(Position(3))));
        assert!(!Arc::ptr_eq(&first, &recent.after(Position(4))));
        first.set(reading(3, 5)).expect("nobody read it before");
        assert!(Arc::ptr_eq(&first, &recent.after(Position(3))), "read, and fresh");
    }

    #[test]
    fn a_reading_of_nothing_is_not_kept() {
        let mut recent = Recent::default();
        let first = recent.after(Position(3));
        first.set(reading(3, 3)).expect("nobody read it before");
        assert!(!Arc::ptr_eq(&first, &recent.after(Position(3))));
    }

    #[test]
    fn no_more_are_kept_than_a_few() {
        let mut recent = Recent::default();
        for position in 0..100 {
            recent.after(Position(position));
        }
        assert_eq!(recent.changes.len(), KEPT);
    }

    #[test]
    fn whoever_is_elsewhere_reads_up_to_where_the_others_are() {
        let mut recent = Recent::default();
        assert_eq!(recent.events_after(Position(3)), FRAME_EVENTS);
        recent.came_to(Position(10));
        recent.came_to(Position(9));
        assert_eq!(recent.events_after(Position(3)), 7);
        assert_eq!(recent.events_after(Position(10)), FRAME_EVENTS, "it is with them");
        assert_eq!(recent.events_after(Position(11)), FRAME_EVENTS, "it is the first");
        recent.came_to(Position(100_000));
        assert_eq!(recent.events_after(Position(3)), FRAME_EVENTS);
    }

    #[test]
    fn an_outdated_snapshot_is_read_anew_once() {
        let mut recent = Recent::default();
        let old = recent.snapshot(None);
        let new = recent.snapshot(Some(&old));
        assert!(!Arc::ptr_eq(&old, &new));
        assert!(
            Arc::ptr_eq(&new, &recent.snapshot(Some(&old))),
            "the next one takes the same"
        );
        recent.forget(&old);
        assert!(
            Arc::ptr_eq(&new, &recent.snapshot(None)),
            "only itself is forgotten"
        );
        recent.forget(&new);
        assert!(recent.snapshot.is_none());
    }
}
