//! Conversations with agents.

use crate::check;
use crate::error::{Wrapped, not_found};
use crate::local::{Local, wish};
use crate::task_detail::model_of;
use std::collections::BTreeMap;
use wheelhouse_contract::{
    ApiError, AttachFile, AttachedFile, ChooseBranch, ConversationDetail, ConversationPage, ConversationView,
    EditMessage, GetConversation, ListConversations, MessageFound, MessageView, RegenerateReply,
    RemoveConversation, Removed, RenameConversation, ReplyView, SearchMessages, SendMessage, SentMessage,
    StopReply,
};
use wheelhouse_domain::{
    CallKind, Citation, ContentHash, ConversationUid, LeftOut, MessageUid, PassedOver, TaskAnswer,
    TransferUid, WorkflowStatus,
};
use wheelhouse_orchestrator::store::{
    CallRow, ConversationFilter, ConversationRow, Error as StoreError, FoundMessage, MessageRow, Part,
    ReplyRow,
};
use wheelhouse_orchestrator::{Handle, MOST_ATTACHMENTS, NewMessage, origins};

impl Local {
    pub(crate) async fn conversations(
        &self,
        request: ListConversations,
    ) -> Result<ConversationPage, ApiError> {
        let filter = ConversationFilter {
            agent: request.agent,
            offset: request.offset,
            limit: check::limit(request.limit, 200)?,
        };
        let page = self.handle().store().conversations(filter).await;
        let (rows, more) = page.map_err(Wrapped::from)?;
        Ok(ConversationPage {
            conversations: rows.into_iter().map(conversation).collect(),
            more,
        })
    }

    pub(crate) async fn conversation_detail(
        &self,
        request: GetConversation,
    ) -> Result<ConversationDetail, ApiError> {
        let limit = check::limit(request.limit, 200)?;
        let conversation = self.conversation_view(request.uid).await?;
        let store = self.handle().store();
        let shown = store.shown_messages(request.uid, part(&request)?, limit).await;
        let shown = shown.map_err(Wrapped::from)?;
        let messages = messages(self.handle(), shown.messages).await;
        Ok(ConversationDetail {
            conversation,
            messages: messages.map_err(Wrapped::from)?,
            more: shown.older,
            newer: shown.newer,
            end: shown.end,
        })
    }

    pub(crate) async fn find_messages(&self, request: SearchMessages) -> Result<Vec<MessageFound>, ApiError> {
        let (query, limit) = (check::query(&request.query)?, check::limit(request.limit, 50)?);
        let found = self.handle().store().find_messages(query, limit).await;
        Ok(found
            .map_err(Wrapped::from)?
            .into_iter()
            .map(found_message)
            .collect())
    }

    pub(crate) async fn say(&self, request: SendMessage) -> Result<SentMessage, ApiError> {
        let wish = wish(&request.request_key, "send_message")?;
        if request.parent.is_some() && request.conversation.is_none() {
            return Err(
                check::invalid("conversation", "A message follows another in its conversation.")
                    .next_step("Name the conversation, or leave the parent out."),
            );
        }
        let new = NewMessage {
            conversation: request.conversation,
            agent: request.agent,
            parent: request.parent,
            text: check::message(&request.text)?.to_owned(),
            files: attached(request.files)?,
        };
        let reply = self.handle().send_message(wish, new).await;
        self.sent(reply.map_err(Wrapped::from)?).await
    }

    pub(crate) async fn say_otherwise(&self, request: EditMessage) -> Result<SentMessage, ApiError> {
        let wish = wish(&request.request_key, "edit_message")?;
        let text = check::message(&request.text)?.to_owned();
        let reply = self.handle().edit_message(wish, request.uid, text).await;
        self.sent(reply.map_err(Wrapped::from)?).await
    }

    pub(crate) async fn reply_anew(&self, request: RegenerateReply) -> Result<SentMessage, ApiError> {
        let wish = wish(&request.request_key, "regenerate_reply")?;
        let reply = self.handle().regenerate_reply(wish, request.uid).await;
        self.sent(reply.map_err(Wrapped::from)?).await
    }

    pub(crate) async fn break_off_reply(&self, request: StopReply) -> Result<MessageView, ApiError> {
        let wish = wish(&request.request_key, "stop_reply")?;
        let stopped = self.handle().stop_reply(wish, request.uid).await;
        stopped.map_err(Wrapped::from)?;
        self.message_view(request.uid).await
    }

    pub(crate) async fn show_branch(&self, request: ChooseBranch) -> Result<ConversationView, ApiError> {
        let wish = wish(&request.request_key, "choose_branch")?;
        let chosen = self.handle().choose_branch(wish, request.uid).await;
        chosen.map_err(Wrapped::from)?;
        let message = self.message_row(request.uid).await?;
        self.conversation_view(message.conversation).await
    }

    pub(crate) async fn entitle_conversation(
        &self,
        request: RenameConversation,
    ) -> Result<ConversationView, ApiError> {
        let wish = wish(&request.request_key, "rename_conversation")?;
        let title = check::line(&request.title, "title")?;
        let renamed = self.handle().rename_conversation(wish, request.uid, title).await;
        Ok(conversation(renamed.map_err(Wrapped::from)?))
    }

    pub(crate) async fn drop_conversation(&self, request: RemoveConversation) -> Result<Removed, ApiError> {
        let wish = wish(&request.request_key, "remove_conversation")?;
        let removed = self.handle().remove_conversation(wish, request.uid).await;
        let removed = removed.map_err(Wrapped::from)?;
        Ok(Removed { removed })
    }

    async fn sent(&self, reply: MessageUid) -> Result<SentMessage, ApiError> {
        let reply = self.message_view(reply).await?;
        let message = reply.parent.ok_or_else(|| missing(reply.uid))?;
        Ok(SentMessage {
            conversation: self.conversation_view(reply.conversation).await?,
            message: self.message_view(message).await?,
            reply,
        })
    }

    async fn conversation_view(&self, uid: ConversationUid) -> Result<ConversationView, ApiError> {
        let row = self.handle().store().conversation(uid).await;
        let row = row.map_err(Wrapped::from)?;
        row.map(conversation)
            .ok_or_else(|| not_found("There is no such conversation."))
    }

    async fn message_row(&self, uid: MessageUid) -> Result<MessageRow, ApiError> {
        let row = self.handle().store().message(uid).await;
        row.map_err(Wrapped::from)?.ok_or_else(|| missing(uid))
    }

    async fn message_view(&self, uid: MessageUid) -> Result<MessageView, ApiError> {
        let row = self.message_row(uid).await?;
        let views = messages(self.handle(), vec![row]).await;
        let mut views = views.map_err(Wrapped::from)?;
        views.pop().ok_or_else(|| missing(uid))
    }
}

/// Which messages are asked for.
fn part(request: &GetConversation) -> Result<Part, ApiError> {
    match (request.before, request.after, request.around) {
        (None, None, None) => Ok(Part::Newest),
        (Some(message), None, None) => Ok(Part::Before(message)),
        (None, Some(message), None) => Ok(Part::After(message)),
        (None, None, Some(message)) => Ok(Part::Around(message)),
        _ => Err(
            check::invalid("before", "The messages are asked for in two ways at once.")
                .next_step("Name one of “before”, “after” and “around”."),
        ),
    }
}

fn missing(uid: MessageUid) -> ApiError {
    not_found(&format!("There is no message {uid}."))
}

fn attached(files: Vec<AttachFile>) -> Result<Vec<(TransferUid, String)>, ApiError> {
    if files.len() > MOST_ATTACHMENTS {
        return Err(check::invalid(
            "files",
            format!("{} files are too many for one message.", files.len()),
        )
        .next_step(format!(
            "Attach {MOST_ATTACHMENTS} files at most, or add a folder in Knowledge."
        )));
    }
    files
        .into_iter()
        .map(|file| Ok((file.transfer, check::line(&file.name, "name")?.to_owned())))
        .collect()
}

pub(crate) fn conversation(row: ConversationRow) -> ConversationView {
    ConversationView {
        uid: row.uid,
        agent_id: row.agent_id,
        agent_name: row.agent_name,
        agent_kind: row.agent_kind,
        title: row.title,
        created_at: row.created_at,
        updated_at: row.updated_at,
        messages: row.messages,
        replying: row.replying,
    }
}

fn found_message(row: FoundMessage) -> MessageFound {
    MessageFound {
        conversation: row.conversation,
        title: row.title,
        message: row.message,
        author: row.author,
        agent_id: row.agent_id,
        agent_name: row.agent_name,
        created_at: row.created_at,
        excerpt: row.excerpt,
    }
}

/// Messages with their words, as they are known now.
pub(crate) async fn messages(handle: &Handle, rows: Vec<MessageRow>) -> Result<Vec<MessageView>, StoreError> {
    let reports: Vec<ContentHash> = rows
        .iter()
        .filter_map(|row| row.reply.as_ref()?.workflow.report.clone())
        .collect();
    let texts = handle.store().contents(&reports).await?;
    let mut views = Vec::with_capacity(rows.len());
    for mut row in rows {
        let reply = row.reply.take();
        let (text, citations) = match &reply {
            Some(reply) => words_of(handle, reply, &row.said, &texts)?,
            None => (row.said, Vec::new()),
        };
        let file = |file: wheelhouse_domain::MessageFile| AttachedFile {
            name: file.name,
            bytes: file.bytes,
        };
        views.push(MessageView {
            uid: row.uid,
            conversation: row.conversation,
            parent: row.parent,
            author: row.author,
            text,
            citations,
            files: row.files.into_iter().map(file).collect(),
            created_at: row.created_at,
            siblings: row.siblings,
            reply: match reply {
                Some(reply) => Some(reply_view(handle, reply).await?),
                None => None,
            },
        });
    }
    Ok(views)
}

/// The words of a reply: all of them, those until it was stopped, or those so far.
pub(crate) fn words_of(
    handle: &Handle,
    reply: &ReplyRow,
    said: &str,
    texts: &BTreeMap<ContentHash, String>,
) -> Result<(String, Vec<Citation>), StoreError> {
    let workflow = &reply.workflow;
    if workflow.status == WorkflowStatus::Cancelled || workflow.cancelling {
        return Ok((said.to_owned(), Vec::new()));
    }
    if let Some(report) = workflow.report.as_ref().and_then(|hash| texts.get(hash)) {
        let answer: TaskAnswer = serde_json::from_str(report)?;
        return Ok((answer.text, answer.citations));
    }
    let task = reply.task.as_ref().filter(|_| !workflow.status.is_final());
    let written = task.and_then(|task| handle.live().written(task.id));
    Ok((
        written.map_or_else(String::new, |written| written.text),
        Vec::new(),
    ))
}

pub(crate) async fn reply_view(handle: &Handle, reply: ReplyRow) -> Result<ReplyView, StoreError> {
    let ReplyRow { workflow, task } = reply;
    let store = handle.store();
    let calls = match &task {
        Some(task) => store.calls(task.id).await?,
        None => Vec::new(),
    };
    let question = match workflow.status {
        WorkflowStatus::Waiting => store
            .open_questions()
            .await?
            .into_iter()
            .find(|question| question.workflow_id == workflow.id)
            .map(|question| question.id),
        _ => None,
    };
    let (asked, passed_over, left_out) = newest_call(&calls).unwrap_or_default();
    let model = model_of(&calls).or(asked);
    let read = origins::read(&store.all_events(workflow.id).await?, None);
    Ok(ReplyView {
        workflow_id: workflow.id,
        task_id: task.as_ref().map(|task| task.id),
        attempt: task.as_ref().map_or(0, |task| task.attempt),
        status: workflow.status,
        stopping: workflow.cancelling,
        ended_at: workflow.completed_at,
        failure: workflow.failure.map(|failure| failure.failure),
        rehearsal: model
            .as_deref()
            .is_some_and(|model| handle.models().is_rehearsal(model)),
        model,
        passed_over,
        left_out,
        spent: workflow.spent,
        waits_for: task.as_ref().and_then(|task| handle.live().waits_for(task.id)),
        question,
        has_read: read.into_iter().collect(),
        stays_here: workflow.stays_here,
    })
}

/// The model that was asked last, who was passed over for it, and what was left out.
fn newest_call(calls: &[CallRow]) -> Option<(Option<String>, Vec<PassedOver>, Option<LeftOut>)> {
    calls.iter().rev().find_map(|call| match &call.kind {
        CallKind::Model {
            model,
            passed_over,
            left_out,
        } => Some((Some(model.clone()), passed_over.clone(), *left_out)),
        CallKind::Tool { .. } => None,
    })
}
