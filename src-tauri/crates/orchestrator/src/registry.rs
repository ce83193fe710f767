//! The actors of unfinished workflows, one for each.

use crate::error::Error;
use crate::run::{Actor, Mailbox, Message};
use crate::service::Inner;
use futures::future::BoxFuture;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tracing::error;
use wheelhouse_domain::WorkflowId;

/// Wait before a run is loaded anew. What made it break may do so again, and each time the whole journal is read.
const BEFORE_ANEW: Duration = Duration::from_secs(5);

#[derive(Default)]
pub(crate) struct Registry {
    actors: Mutex<Actors>,
}

#[derive(Default)]
struct Actors {
    mailboxes: HashMap<WorkflowId, Mailbox>,
    /// Runs that are about to leave for another store: nobody takes them up.
    resting: HashSet<WorkflowId>,
}

impl Actors {
    /// Keeps the address of a new actor, and none of those that have left: a mailbox holds room for its messages as long as
    /// anybody has its address.
    fn keep(&mut self, id: WorkflowId, mailbox: Mailbox) {
        self.mailboxes.retain(|_, mailbox| !mailbox.is_closed());
        self.mailboxes.insert(id, mailbox);
    }
}

impl Registry {
    /// Gives `message` to the actor of `id`, which is woken from its journal when there is none.
    pub(crate) async fn send(
        &self,
        inner: &Arc<Inner>,
        id: WorkflowId,
        message: Message,
    ) -> Result<(), Error> {
        self.deliver(inner, id, message).await.map_err(|(error, _)| error)
    }

    /// The same. Gives the message back where nobody takes it.
    async fn deliver(
        &self,
        inner: &Arc<Inner>,
        id: WorkflowId,
        message: Message,
    ) -> Result<(), (Error, Box<Message>)> {
        let mut message = message;
        loop {
            let mailbox = match self.mailbox(inner, id).await {
                Ok(mailbox) => mailbox,
                Err(error) => return Err((error, Box::new(message))),
            };
            match mailbox.send(message).await {
                Ok(()) => return Ok(()),
                // It left in the meantime, because its workflow had ended. A new one takes over.
                Err(returned) => message = returned,
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
        let mut actors = self.actors.lock().await;
        if actors.resting.contains(&id) {
            return Err(Error::Leaving(id));
        }
        if let Some(mailbox) = actors.mailboxes.get(&id).filter(|mailbox| !mailbox.is_closed()) {
            return Ok(mailbox.clone());
        }
        // Loaded under the lock: two actors for one workflow must never be.
        let mailbox = Actor::spawn(Arc::clone(inner), id).await?;
        actors.keep(id, mailbox.clone());
        Ok(mailbox)
    }

    /// Nobody takes these runs up until they are let go, and whoever was at work on them has left when this returns: no
    /// new call was begun, and calls in flight had some time to end. Says whether one of them was at work till now.
    pub(crate) async fn rest(&self, ids: &[WorkflowId]) -> bool {
        let mut actors = self.actors.lock().await;
        actors.resting.extend(ids);
        let at_work: Vec<Mailbox> = ids.iter().filter_map(|id| actors.mailboxes.remove(id)).collect();
        drop(actors);
        // All at once: a workflow and its sub-workflows may wait for each other.
        let leaving = at_work.iter().map(Mailbox::rest);
        futures::future::join_all(leaving).await;
        !at_work.is_empty()
    }

    /// These runs may be taken up again, where they are here.
    pub(crate) async fn let_go(&self, ids: &[WorkflowId]) {
        let mut actors = self.actors.lock().await;
        actors.resting.retain(|id| !ids.contains(id));
    }
}

/// Gives a message that reached an actor in its last moment to the next one. Boxed, because it is an actor
/// that calls this and actors that this makes.
pub(crate) fn pass_on(inner: Arc<Inner>, id: WorkflowId, message: Message) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        if let Err((error, message)) = inner.registry.deliver(&inner, id, message).await {
            error!(workflow = id.0, %error, "a message could not be passed on");
            // Whoever waits may try again. Nobody may wait any more.
            let _ = message.reply.send(Err(error));
        }
    })
}

/// Takes a run up again whose actor and store disagreed, after a while: without it the run would stand still until somebody
/// writes to it. Boxed, as [`pass_on`].
pub(crate) fn take_up_again(inner: Arc<Inner>, id: WorkflowId) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        tokio::select! {
            () = inner.closing.cancelled() => return,
            () = tokio::time::sleep(BEFORE_ANEW) => {}
        }
        match inner.registry.wake(&inner, id).await {
            // It was removed, moves, or the next start takes it up.
            Ok(()) | Err(Error::WorkflowNotFound(_) | Error::Leaving(_) | Error::ShuttingDown) => {}
            Err(error) => error!(workflow = id.0, %error, "the run could not be loaded anew"),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::mpsc;
    use tokio_util::sync::CancellationToken;

    #[test]
    fn no_room_is_held_for_actors_that_have_left() {
        let mut actors = Actors::default();
        let (stays, _at_home) = mpsc::channel(1);
        actors.keep(WorkflowId(1), Mailbox::new(stays, CancellationToken::new()));
        for id in 2..100 {
            let (sender, mailbox) = mpsc::channel(1);
            actors.keep(WorkflowId(id), Mailbox::new(sender, CancellationToken::new()));
            drop(mailbox);
        }
        let mut kept: Vec<u32> = actors.mailboxes.keys().map(|id| id.0).collect();
        kept.sort_unstable();
        assert_eq!(kept, [1, 99], "who is at home, and the newest");
    }
}
