//! The servers that are connected. Each is started when it is first needed, left alone for a while after it failed, and ended when
//! nobody has needed it for some minutes.

use super::slot::Slot;
use super::{Seen, Stands, ToolServerError};
use crate::service::Inner;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use wheelhouse_domain::{Millis, ToolServerUid};
use wheelhouse_mcp::{Client, Definition, LogLine, Place};

/// How often it is looked whether one is not needed any more.
const LOOK: Duration = Duration::from_secs(30);

/// The servers that are connected, or were.
#[derive(Default)]
pub(crate) struct ToolServers {
    slots: Mutex<HashMap<ToolServerUid, Arc<Slot>>>,
}

impl ToolServers {
    /// How a server stands. Starts nothing.
    pub(crate) fn stands(&self, server: ToolServerUid) -> Stands {
        self.present(server)
            .map_or_else(Stands::default, |slot| slot.stands())
    }

    /// The last that it wrote.
    pub(crate) fn log(&self, server: ToolServerUid) -> Vec<LogLine> {
        self.present(server).map_or_else(Vec::new, |slot| slot.log())
    }

    /// What it offers. `anew` starts it again, whether or not it is resting.
    pub(crate) async fn look(
        &self,
        server: ToolServerUid,
        place: &Place,
        anew: bool,
        now: Millis,
    ) -> Result<Arc<Seen>, ToolServerError> {
        self.slot(server).look(place, anew, now).await
    }

    /// Whether it is known already that the server does not offer a tool as it was allowed. Starts nothing, and asks nothing.
    pub(crate) fn has_changed(&self, server: ToolServerUid, tool: &str, hash: &str) -> bool {
        self.present(server)
            .is_some_and(|slot| slot.has_changed(tool, hash))
    }

    /// Its connection, made where there is none.
    pub(crate) async fn client(
        &self,
        server: ToolServerUid,
        place: &Place,
        now: Millis,
    ) -> Result<Arc<Client>, ToolServerError> {
        self.slot(server).connected(place, now).await
    }

    /// Its tools as they are now, asked anew.
    pub(crate) async fn tools(
        &self,
        server: ToolServerUid,
        client: &Client,
        now: Millis,
    ) -> Result<Vec<Definition>, ToolServerError> {
        self.slot(server).tools(client, now).await
    }

    /// Ends it. It is started again when it is needed.
    pub(crate) async fn end(&self, server: ToolServerUid) {
        if let Some(slot) = self.present(server) {
            slot.end().await;
        }
    }

    /// Ends it and forgets what it wrote.
    pub(crate) async fn forget(&self, server: ToolServerUid) {
        let slot = self.locked().remove(&server);
        if let Some(slot) = slot {
            slot.end().await;
        }
    }

    async fn end_idle(&self) {
        for slot in self.all() {
            slot.end_if_idle().await;
        }
    }

    async fn end_all(&self) {
        let slots = self.all();
        futures::future::join_all(slots.iter().map(|slot| slot.end())).await;
    }

    fn slot(&self, server: ToolServerUid) -> Arc<Slot> {
        Arc::clone(self.locked().entry(server).or_default())
    }

    fn present(&self, server: ToolServerUid) -> Option<Arc<Slot>> {
        self.locked().get(&server).map(Arc::clone)
    }

    fn all(&self) -> Vec<Arc<Slot>> {
        self.locked().values().map(Arc::clone).collect()
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<ToolServerUid, Arc<Slot>>> {
        // Whole entries only come and go, so that what is there is good whoever broke off.
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends those that nobody needs, and all of them when the application closes.
pub(crate) fn keep_tool_servers(inner: &Arc<Inner>) {
    let kept = Arc::clone(inner);
    inner.tracker.spawn(async move {
        loop {
            tokio::select! {
                () = kept.closing.cancelled() => break,
                () = tokio::time::sleep(LOOK) => kept.tool_servers.end_idle().await,
            }
        }
        kept.tool_servers.end_all().await;
    });
}
