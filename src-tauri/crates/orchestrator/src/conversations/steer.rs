//! What the operator does to replies under way and to conversations.

use super::ConversationError;
use crate::error::Error;
use crate::handle::{About, Handle, Wish, same_wish};
use wheelhouse_domain::{ConversationUid, MessageUid, WorkflowId};
use wheelhouse_engine::{Input, Refusal};
use wheelhouse_store::{ConversationRow, Error as StoreError};

/// Longest part of a stopped reply that is kept, in characters.
const MOST_KEPT: usize = 200_000;

impl Handle {
    /// Stops a reply. What was said so far stays. One that has ended in the meantime stays as it is.
    ///
    /// # Errors
    /// [`Error::Conversation`] where there is no such reply.
    pub async fn stop_reply(&self, wish: Wish<'_>, uid: MessageUid) -> Result<(), Error> {
        let row = self.inner().store.message(uid).await?;
        let row = row.ok_or(ConversationError::MessageMissing(uid))?;
        let reply = row.reply.ok_or(ConversationError::NoReply(uid))?;
        if reply.workflow.status.is_final() {
            return Ok(());
        }
        // Before it is stopped: what was shown is forgotten with the work.
        let written = reply.task.and_then(|task| self.live().written(task.id));
        let said: String = written.map_or_else(String::new, |written| written.text);
        let said: String = said.chars().take(MOST_KEPT).collect();
        let (request, now) = self.arrangement(wish);
        match self
            .inner()
            .store
            .keep_stopped_reply(uid, said, request, now)
            .await
        {
            Ok(()) => {}
            // Asked for before, and broken off before the run was stopped.
            Err(StoreError::RequestRepeated(record)) => {
                same_wish(wish, About::New, record)?;
            }
            Err(error) => return Err(error.into()),
        }
        self.cancel_reply(reply.workflow.id).await
    }

    async fn cancel_reply(&self, id: WorkflowId) -> Result<(), Error> {
        match self.tell(id, Input::Cancel, Vec::new(), None).await {
            // It ended by itself in this moment.
            Ok(()) | Err(Error::Refused(Refusal::Status { .. })) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Gives a conversation another title.
    ///
    /// # Errors
    /// [`Error::Store`] where there is no such conversation.
    pub async fn rename_conversation(
        &self,
        wish: Wish<'_>,
        uid: ConversationUid,
        title: &str,
    ) -> Result<ConversationRow, Error> {
        let (request, now) = self.arrangement(wish);
        match self
            .inner()
            .store
            .rename_conversation(uid, title, request, now)
            .await
        {
            Ok(row) => Ok(row),
            Err(StoreError::RequestRepeated(record)) => {
                same_wish(wish, About::New, record)?;
                let row = self.inner().store.conversation(uid).await?;
                Ok(row.ok_or(ConversationError::Missing(uid))?)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Lets a message be the one that is shown of those that stand in its place.
    ///
    /// # Errors
    /// [`Error::Store`] where there is no such message.
    pub async fn choose_branch(&self, wish: Wish<'_>, uid: MessageUid) -> Result<(), Error> {
        let (request, now) = self.arrangement(wish);
        match self.inner().store.choose_branch(uid, request, now).await {
            Err(StoreError::RequestRepeated(record)) => same_wish(wish, About::New, record).map(drop),
            outcome => Ok(outcome?),
        }
    }

    /// Removes a conversation with all that was said in it. A reply that is being made is stopped first. Gives whether it
    /// was there.
    ///
    /// # Errors
    /// [`Error`] where it could not be written.
    pub async fn remove_conversation(&self, wish: Wish<'_>, uid: ConversationUid) -> Result<bool, Error> {
        if self.repeated(wish, About::New).await?.is_some() {
            return Ok(true);
        }
        self.stop_all(uid).await?;
        let (request, _) = self.arrangement(wish);
        match self.inner().store.remove_conversation(uid, request).await {
            Err(StoreError::RequestRepeated(record)) => same_wish(wish, About::New, record).map(|_| true),
            outcome => Ok(outcome?),
        }
    }

    /// Stops every reply of a conversation that is being made, and waits until they have stopped.
    async fn stop_all(&self, uid: ConversationUid) -> Result<(), Error> {
        let unfinished = self.inner().store.unfinished_workflows().await?;
        for row in unfinished.into_iter().filter(|row| row.conversation == Some(uid)) {
            self.cancel_reply(row.id).await?;
            let mut head = self.inner().store.head();
            while self.wait(row.id).await.is_ok_and(|status| !status.is_final()) {
                head.changed().await.map_err(|_| Error::ShuttingDown)?;
            }
        }
        Ok(())
    }
}
