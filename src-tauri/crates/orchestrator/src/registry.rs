//! The actors of unfinished workflows, one for each.

use crate::error::Error;
use crate::run::{Actor, Mailbox, Message};
use crate::service::Inner;
use futures::future::BoxFuture;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Mutex;
use tracing::error;
use wheelhouse_domain::WorkflowId;

#[derive(Default)]
pub(crate) struct Registry {
    mailboxes: Mutex<HashMap<WorkflowId, Mailbox>>,
}

impl Registry {
    /// Gives `message` to the actor of `id`, which is woken from its journal when there is none.
    pub(crate) async fn send(
        &self,
        inner: &Arc<Inner>,
        id: WorkflowId,
        message: Message,
    ) -> Result<(), Error> {
        let mut message = message;
        loop {
            let mailbox = self.mailbox(inner, id).await?;
            match mailbox.send(message).await {
                Ok(()) => return Ok(()),
                // It left in the meantime, because its workflow had ended. A new one takes over.
                Err(returned) => {
                    message = returned;
                    self.mailboxes
                        .lock()
                        .await
                        .retain(|_, mailbox| !mailbox.is_closed());
                }
            }
        }
    }

    /// Makes sure that an actor works on `id`.
    pub(crate) async fn wake(&self, inner: &Arc<Inner>, id: WorkflowId) -> Result<(), Error> {
        self.mailbox(inner, id).await.map(|_| ())
    }

    async fn mailbox(&self, inner: &Arc<Inner>, id: WorkflowId) -> Result<Mailbox, Error> {
        if inner.closing.is_cancelled() {
            return Err(Error::ShuttingDown);
        }
        let mut mailboxes = self.mailboxes.lock().await;
        if let Some(mailbox) = mailboxes.get(&id).filter(|mailbox| !mailbox.is_closed()) {
            return Ok(mailbox.clone());
        }
        // Loaded under the lock: two actors for one workflow must never be.
        let mailbox = Actor::spawn(Arc::clone(inner), id).await?;
        mailboxes.insert(id, mailbox.clone());
        Ok(mailbox)
    }
}

/// Gives a message that reached an actor in its last moment to the next one. Boxed, because it is an actor
/// that calls this and actors that this makes.
pub(crate) fn pass_on(inner: Arc<Inner>, id: WorkflowId, message: Message) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        if let Err(error) = inner.registry.send(&inner, id, message).await {
            error!(workflow = id.0, %error, "a message could not be passed on");
        }
    })
}
