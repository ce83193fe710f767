//! Which sources are being read: one scan of a source at a time, and one more after it when it was asked for meanwhile.

use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use wheelhouse_domain::SourceId;

#[derive(Debug)]
struct Slot {
    again: bool,
    cancel: CancellationToken,
}

/// The scans that run or wait for their turn.
#[derive(Debug)]
pub(super) struct Scans {
    slots: watch::Sender<BTreeMap<SourceId, Slot>>,
}

impl Scans {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            slots: watch::Sender::new(BTreeMap::new()),
        })
    }

    /// Takes the turn to scan a source. None when a scan is under way: it will be followed by another.
    pub(super) fn begin(self: &Arc<Self>, id: SourceId, all: &CancellationToken) -> Option<Turn> {
        let cancel = all.child_token();
        let mut is_new = false;
        self.slots.send_modify(|slots| match slots.get_mut(&id) {
            Some(slot) => slot.again = true,
            None => {
                is_new = true;
                let slot = Slot {
                    again: false,
                    cancel: cancel.clone(),
                };
                slots.insert(id, slot);
            }
        });
        is_new.then(|| Turn {
            scans: Arc::clone(self),
            id,
            cancel,
            is_over: false,
        })
    }

    /// Waits until no scan of this source runs or waits.
    pub(super) async fn idle(&self, id: SourceId) {
        let mut slots = self.slots.subscribe();
        // Fails only when the sender is gone, and it is ours.
        let _ = slots.wait_for(|slots| !slots.contains_key(&id)).await;
    }

    /// Stops the scan of this source and waits for its end.
    pub(super) async fn stop(&self, id: SourceId) {
        if let Some(slot) = self.slots.borrow().get(&id) {
            slot.cancel.cancel();
        }
        self.idle(id).await;
    }
}

/// The right to scan a source. Given back when dropped, also by a fault.
#[derive(Debug)]
pub(super) struct Turn {
    scans: Arc<Scans>,
    id: SourceId,
    cancel: CancellationToken,
    is_over: bool,
}

impl Turn {
    /// Ends the scan when this is cancelled.
    pub(super) fn cancel(&self) -> &CancellationToken {
        &self.cancel
    }

    /// Whether another scan was asked for during this one. If not, the turn is over.
    pub(super) fn again(&mut self) -> bool {
        let (id, cancelled) = (self.id, self.cancel.is_cancelled());
        let mut again = false;
        self.scans.slots.send_modify(|slots| {
            again = !cancelled
                && slots
                    .get_mut(&id)
                    .is_some_and(|slot| std::mem::take(&mut slot.again));
            if !again {
                slots.remove(&id);
            }
        });
        self.is_over = !again;
        again
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if !self.is_over {
            self.scans.slots.send_modify(|slots| {
                slots.remove(&self.id);
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: SourceId = SourceId(1);

    #[test]
    fn wishes_during_a_scan_become_one_more() {
        let (scans, all) = (Scans::new(), CancellationToken::new());
        let mut turn = scans.begin(ID, &all).expect("the first");
        assert!(scans.begin(ID, &all).is_none());
        assert!(scans.begin(ID, &all).is_none());
        assert!(scans.begin(SourceId(2), &all).is_some(), "another source is free");
        assert!(turn.again());
        assert!(!turn.again());
        let next = scans.begin(ID, &all).expect("free again");
        drop(turn);
        assert!(
            scans.begin(ID, &all).is_none(),
            "an old turn does not end a new one"
        );
        drop(next);
        assert!(scans.begin(ID, &all).is_some());
    }

    #[tokio::test]
    async fn stopping_cancels_and_waits() {
        let (scans, all) = (Scans::new(), CancellationToken::new());
        let mut turn = scans.begin(ID, &all).expect("the first");
        scans.begin(ID, &all);
        let worker = tokio::spawn(async move {
            turn.cancel().clone().cancelled().await;
            assert!(!turn.again(), "a stopped scan is not repeated");
        });
        scans.stop(ID).await;
        worker.await.expect("ended");
        scans.idle(ID).await;
    }
}
