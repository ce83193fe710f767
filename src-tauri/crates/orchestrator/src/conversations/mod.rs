//! Conversations: what the operator says, and the runs that reply.
//!
//! A reply is a run of one step that stands in no list. It is written down together with the message that it answers and
//! goes on after a restart like any run. `steer` stops replies and arranges conversations, `told` is what an agent reads
//! of a conversation, `files` takes in what is put beside a message.
//!
//! Deliberately absent: how a reply is made (the performer does that, as for any task).

mod files;
mod steer;
mod told;

pub use files::{LARGEST_ATTACHMENT, MOST_ATTACHMENTS};
pub(crate) use told::talk;

use crate::error::Error;
use crate::handle::{About, Handle, Wish, name_of, same_wish};
use std::collections::BTreeMap;
use wheelhouse_domain::{
    AgentId, AgentStatus, Author, Budget, ConversationUid, Event, InConversation, MessageFile, MessageUid,
    Millis, Setup, StaysHere, TransferUid, WorkflowUid, talk_template,
};
use wheelhouse_engine::{Input, Run, create, decide};
use wheelhouse_store::{AgentRow, Commit, Error as StoreError, MessageRow, RequestRecord, RunCommit, Target};

/// Why something can't be said.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConversationError {
    /// There is no such conversation.
    #[error("there is no conversation {0}")]
    Missing(ConversationUid),
    /// There is no such message.
    #[error("there is no message {0}")]
    MessageMissing(MessageUid),
    /// A task was made of a message that is not here.
    #[error("there is no message {0} that a task can be made of")]
    WordsMissing(MessageUid),
    /// A message follows a reply, and this is none of the conversation.
    #[error("message {0} is no reply in this conversation")]
    NoReply(MessageUid),
    /// Only what the operator said can be said in other words.
    #[error("message {0} is not the operator's")]
    NotTheOperators(MessageUid),
    /// The reply is still being made.
    #[error("the reply is still being made")]
    Replying,
    /// The agent may not work.
    #[error("{0} is disabled")]
    Disabled(String),
    /// Too many files at once.
    #[error("{0} files are too many for one message")]
    TooManyFiles(usize),
    /// A file is too long.
    #[error("{name} has {bytes} bytes")]
    FileTooLarge {
        /// What it is called.
        name: String,
        /// Its length.
        bytes: u64,
    },
    /// A file holds something else than text.
    #[error("{0} is not a text file")]
    NoText(String),
    /// A file can't be read on the backend.
    #[error("{name} can't be read: {reason}")]
    Unreadable {
        /// What it is called.
        name: String,
        /// What the operating system says.
        reason: String,
    },
}

/// Something that the operator says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// Where; none begins a conversation.
    pub conversation: Option<ConversationUid>,
    /// To whom. In a conversation that is there its agent replies, whoever stands here.
    pub agent: AgentId,
    /// The reply that it follows; none begins a conversation.
    pub parent: Option<MessageUid>,
    /// The words.
    pub text: String,
    /// Text files that were sent before, with what they are called.
    pub files: Vec<(TransferUid, String)>,
}

/// What a reply is to be made to.
struct Said {
    place: InConversation,
    text: String,
    contents: Vec<String>,
}

impl Handle {
    /// Writes a message down and lets its agent reply. Gives the reply, which is begun.
    ///
    /// # Errors
    /// [`Error::Conversation`] where it can't be said, and [`Error`] where it could not be written.
    pub async fn send_message(&self, wish: Wish<'_>, new: NewMessage) -> Result<MessageUid, Error> {
        if let Some(record) = self.repeated(wish, About::New).await? {
            return self.said_before(record).await;
        }
        let agent = match new.conversation {
            Some(uid) => self.agent_of(uid).await?,
            None => self.agent_at_work(new.agent).await?,
        };
        if let Some(parent) = new.parent {
            self.refuse_unless_ended(new.conversation, parent).await?;
        }
        let read = self.take_files(&new.files).await?;
        let world = &self.inner().options.world;
        let said = Said {
            place: InConversation {
                conversation: new
                    .conversation
                    .unwrap_or_else(|| ConversationUid(world.new_uid())),
                agent: agent.uid,
                message: MessageUid(world.new_uid()),
                parent: new.parent,
                files: read.iter().map(|(file, _)| file.clone()).collect(),
            },
            text: new.text,
            contents: read.into_iter().map(|(_, text)| text).collect(),
        };
        let reply = self.reply_to(wish, &agent, said).await?;
        self.let_go_of(&new.files).await;
        Ok(reply)
    }

    /// Says what the operator said in other words, beside the first wording, and lets the agent reply. Files stay.
    ///
    /// # Errors
    /// As [`Self::send_message`].
    pub async fn edit_message(
        &self,
        wish: Wish<'_>,
        uid: MessageUid,
        text: String,
    ) -> Result<MessageUid, Error> {
        if let Some(record) = self.repeated(wish, About::New).await? {
            return self.said_before(record).await;
        }
        let message = self.message_row(uid).await?;
        if message.author != Author::Operator {
            return Err(ConversationError::NotTheOperators(uid).into());
        }
        let new = MessageUid(self.inner().options.world.new_uid());
        self.reply_again(wish, &message, new, text).await
    }

    /// Lets an agent reply anew, beside the reply that is there.
    ///
    /// # Errors
    /// As [`Self::send_message`]; while the reply is being made it is refused.
    pub async fn regenerate_reply(&self, wish: Wish<'_>, uid: MessageUid) -> Result<MessageUid, Error> {
        if let Some(record) = self.repeated(wish, About::New).await? {
            return self.said_before(record).await;
        }
        let reply = self.message_row(uid).await?;
        self.refuse_unless_ended(Some(reply.conversation), uid).await?;
        let asked = reply.parent.ok_or(ConversationError::NoReply(uid))?;
        let message = self.message_row(asked).await?;
        let text = message.said.clone();
        self.reply_again(wish, &message, asked, text).await
    }

    /// A reply to what stands in the place of `message`, with its files.
    async fn reply_again(
        &self,
        wish: Wish<'_>,
        message: &MessageRow,
        uid: MessageUid,
        text: String,
    ) -> Result<MessageUid, Error> {
        let conversation = message.conversation;
        let agent = self.agent_of(conversation).await?;
        let said = Said {
            place: InConversation {
                conversation,
                agent: agent.uid,
                message: uid,
                parent: message.parent,
                files: message.files.clone(),
            },
            text,
            contents: Vec::new(),
        };
        self.reply_to(wish, &agent, said).await
    }

    /// Writes a run down that replies, with what it replies to, and takes it up.
    async fn reply_to(&self, wish: Wish<'_>, agent: &AgentRow, said: Said) -> Result<MessageUid, Error> {
        let inner = self.inner();
        let now = inner.options.world.now();
        let uid = WorkflowUid(inner.options.world.new_uid());
        let stays_here = self.told_to_stay(said.place.parent).await?;
        let commit = Commit {
            runs: vec![RunCommit {
                target: Target::New,
                events: self.first_events_of_reply(uid, agent, (said.place, stays_here), &said.text, now)?,
            }],
            contents: said.contents,
            request: Some(self.request(wish, None, None, now)),
        };
        match inner.store.commit(commit).await {
            Ok(committed) => {
                if let Some(id) = committed.workflow_ids.first() {
                    inner.registry.wake(inner, *id).await?;
                }
                Ok(MessageUid(uid.0))
            }
            // The same wish arrived twice at the same time; the other one won.
            Err(StoreError::RequestRepeated(record)) => {
                self.said_before(same_wish(wish, About::New, record)?).await
            }
            Err(error) => Err(error.into()),
        }
    }

    fn first_events_of_reply(
        &self,
        uid: WorkflowUid,
        agent: &AgentRow,
        (place, stays_here): (InConversation, Vec<StaysHere>),
        text: &str,
        now: Millis,
    ) -> Result<Vec<Event>, Error> {
        let inner = self.inner();
        let template = talk_template(agent.kind);
        let setup = Setup {
            budget: inner.accounts.for_new(Budget::default(), false),
            conversation: Some(place),
            stays_here,
            ..Setup::default()
        };
        let created = create(
            uid,
            name_of(text),
            text.to_owned(),
            &template,
            BTreeMap::from([(agent.kind.as_str().to_owned(), agent.uid)]),
            inner.options.limits,
            setup,
            now,
        );
        let mut events = vec![created];
        let run = Run::fold(&events).map_err(wheelhouse_engine::Refusal::Fold)?;
        events.extend(decide(&run, Input::Start, now)?);
        Ok(events)
    }

    /// Sources that stay here whose text is in what was replied before: the run of a reply holds what those before it
    /// held.
    async fn told_to_stay(&self, parent: Option<MessageUid>) -> Result<Vec<StaysHere>, Error> {
        let Some(parent) = parent else {
            return Ok(Vec::new());
        };
        let reply = self.message_row(parent).await?.reply;
        Ok(reply.map(|reply| reply.workflow.stays_here).unwrap_or_default())
    }

    /// Sources that stay here whose text may be in what was said up to a message, the message included.
    pub(crate) async fn held_up_to(&self, uid: MessageUid) -> Result<Vec<StaysHere>, Error> {
        let message = self.inner().store.message(uid).await?;
        let message = message.ok_or(ConversationError::WordsMissing(uid))?;
        match message.reply {
            Some(reply) => Ok(reply.workflow.stays_here),
            None => self.told_to_stay(message.parent).await,
        }
    }

    /// What the same wish gave before.
    async fn said_before(&self, record: RequestRecord) -> Result<MessageUid, Error> {
        let reused = || Error::RequestKeyReused(record.operation.clone());
        let id = record.workflow_id.ok_or_else(reused)?;
        let row = self.inner().store.workflow(id).await?;
        let row = row.ok_or(Error::WorkflowNotFound(id))?;
        // Whoever wished first may have gone away before the run was taken up.
        if !row.status.is_final() {
            self.inner().registry.wake(self.inner(), id).await?;
        }
        Ok(MessageUid(row.uid.0))
    }

    async fn agent_of(&self, conversation: ConversationUid) -> Result<AgentRow, Error> {
        let row = self.inner().store.conversation(conversation).await?;
        let row = row.ok_or(ConversationError::Missing(conversation))?;
        self.agent_at_work(row.agent_id).await
    }

    /// The agent, if it may work.
    async fn agent_at_work(&self, id: AgentId) -> Result<AgentRow, Error> {
        let agent = self.inner().store.agent(id).await?;
        let agent = agent.ok_or(StoreError::AgentNotFound(id))?;
        if agent.status == AgentStatus::Disabled {
            return Err(ConversationError::Disabled(agent.name).into());
        }
        Ok(agent)
    }

    /// What is said next follows a reply that has ended.
    async fn refuse_unless_ended(
        &self,
        conversation: Option<ConversationUid>,
        uid: MessageUid,
    ) -> Result<(), Error> {
        let row = self.message_row(uid).await?;
        match row.reply.filter(|_| Some(row.conversation) == conversation) {
            Some(reply) if reply.workflow.status.is_final() => Ok(()),
            Some(_) => Err(ConversationError::Replying.into()),
            None => Err(ConversationError::NoReply(uid).into()),
        }
    }

    async fn message_row(&self, uid: MessageUid) -> Result<MessageRow, Error> {
        let row = self.inner().store.message(uid).await?;
        Ok(row.ok_or(ConversationError::MessageMissing(uid))?)
    }
}

/// The texts of files, with what is kept of them.
type Read = Vec<(MessageFile, String)>;
