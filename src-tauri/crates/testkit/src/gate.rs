//! Something to wait at until a test opens it.

use tokio::sync::watch;

/// A gate. Closed at first; clones are the same gate.
#[derive(Debug, Clone)]
pub struct Gate {
    open: watch::Sender<bool>,
}

impl Gate {
    /// A closed gate.
    #[must_use]
    pub fn closed() -> Self {
        Self {
            open: watch::Sender::new(false),
        }
    }

    /// Lets everybody through who waits or comes later.
    pub fn open(&self) {
        self.open.send_replace(true);
    }

    /// Returns when the gate is open.
    pub async fn opened(&self) {
        let mut open = self.open.subscribe();
        // Fails only when the sender is gone, and this gate holds one.
        let _ = open.wait_for(|open| *open).await;
    }
}
