//! The handle that everybody else holds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use sqlx::migrate::Migrator;
use sqlx::pool::PoolConnection;
use sqlx::{Sqlite, SqlitePool};
use tokio::sync::{mpsc, oneshot, watch};
use wheelhouse_domain::{
    AgentId, AgentProfile, AgentUid, ContentHash, ConversationUid, DefaultModels, Event, HirePolicy,
    MessageUid, Millis, Plan, Position, ProviderId, QuestionId, ScheduleId, Seq, TaskId, TaskKey,
    TemplateAgent, TemplateUid, ToolServerId, WorkflowId, WorkflowUid,
};

use super::agents::{
    self, AgentGrantRow, AgentRecordRow, AgentRow, AgentVersionRow, AgentWorkRow, GrantedRow, WorkerRow,
};
use super::calls::{self, CallRow};
use super::changes::{self, Changes, Snapshot};
use super::commit::{Commit, Committed};
use super::conversations::{
    self, ConversationFilter, ConversationRow, FoundMessage, MessageRow, Part, Shown,
};
use super::events::{self, StoredEvent};
use super::figures::{self, StoreFigures, WriterFigures};
use super::meta::StoreIdentity;
use super::open::{self, MIGRATIONS, Opened};
use super::providers::{self, ProviderRow};
use super::questions::{self, QuestionRow};
use super::recorded::{self, Recorded};
use super::requests::{self, RequestRecord};
use super::schedules::{self, DueRow, ScheduleNotice, ScheduleRow, ScheduleWatch};
use super::statistics::{self, Spending, SpentLine};
use super::tasks::{self, TaskRow};
use super::templates::{self, TemplateRow, TemplateVersionRow};
use super::tool_servers::{self, AllowedToolRow, ToolServerRow};
use super::warnings::{self, WarningRow};
use super::workflows::{self, WorkflowCounts, WorkflowFilter, WorkflowList, WorkflowRow};
use super::writer::{Counters, Job, QUEUE, Untidy, Work, Writer};
use super::{Error, contents, moves, settings};

/// How to open the journal.
#[derive(Debug, Clone)]
pub struct Options {
    /// Folder that holds everything the application keeps. Made when it is not there.
    pub folder: PathBuf,
    /// The time: the permanent crew of a new store is there since then.
    pub now: Millis,
    /// Name of the [file layer](https://www.sqlite.org/vfs.html) of SQLite that every file of the journal is read and
    /// written through; none for that of the system. A test can register one that fails as disks do.
    pub file_layer: Option<String>,
}

/// How much was written since the store was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WriteCounts {
    /// Transactions that are on disk.
    pub transactions: u64,
    /// Commits in them, refused ones included.
    pub commits: u64,
}

/// An open journal. Clones share it.
///
/// One process owns a data folder; whoever opens the store must hold that lock already.
#[derive(Debug, Clone)]
pub struct Store {
    folder: Arc<Path>,
    readers: SqlitePool,
    jobs: mpsc::Sender<Job>,
    head: watch::Receiver<Position>,
    identity: StoreIdentity,
    counters: Arc<Counters>,
}

impl Store {
    /// Opens the journal in the folder, or makes it, and brings its schema up to date after a backup.
    ///
    /// # Errors
    /// When the schema is newer than this program, SQLite too old, or the folder can't be used.
    pub async fn open(options: Options) -> Result<Self, Error> {
        Self::open_with(options, &MIGRATIONS).await
    }

    pub(crate) async fn open_with(options: Options, migrations: &Migrator) -> Result<Self, Error> {
        Self::start(open::open(&options, migrations).await?).await
    }

    /// Puts the writer to work.
    pub(crate) async fn start(opened: Opened) -> Result<Self, Error> {
        let Opened {
            folder,
            mut writer,
            readers,
            identity,
        } = opened;
        let (head_sender, head) = watch::channel(events::head(&mut writer).await?);
        let (jobs, waiting) = mpsc::channel(QUEUE);
        let counters = Arc::new(Counters::default());
        let writer = Writer {
            conn: writer,
            jobs: waiting,
            head: head_sender,
            counters: Arc::clone(&counters),
            untidy: Untidy::at_start(folder.join("journal.db-wal")),
        };
        tokio::spawn(writer.run());
        Ok(Self {
            folder,
            readers,
            jobs,
            head,
            identity,
            counters,
        })
    }

    /// Which store this is.
    #[must_use]
    pub fn identity(&self) -> StoreIdentity {
        self.identity
    }

    /// Position of the newest durable event, to read and to wait for.
    #[must_use]
    pub fn head(&self) -> watch::Receiver<Position> {
        self.head.clone()
    }

    /// Position of the newest durable event.
    #[must_use]
    pub fn position(&self) -> Position {
        *self.head.borrow()
    }

    /// How much was written since the store was opened.
    #[must_use]
    pub fn write_counts(&self) -> WriteCounts {
        WriteCounts {
            transactions: self.counters.transactions.load(Ordering::Relaxed),
            commits: self.counters.commits.load(Ordering::Relaxed),
        }
    }

    /// How the writer does.
    #[must_use]
    pub fn writer_figures(&self) -> WriterFigures {
        let WriteCounts {
            transactions,
            commits,
        } = self.write_counts();
        WriterFigures {
            transactions,
            commits,
            events: self.counters.events.load(Ordering::Relaxed),
            waiting: (self.jobs.max_capacity() - self.jobs.capacity()) as u64,
            to_disk: self.counters.to_disk.read(),
        }
    }

    /// Writes facts and brings the projections up to them. Returns when they are on disk; a caller that goes away
    /// does not undo it.
    ///
    /// # Errors
    /// [`Error::RequestRepeated`] when the wish was carried out before, [`Error::SeqConflict`],
    /// [`Error::WorkflowNotFound`] and [`Error::Integrity`] when a fact does not follow from what is on record,
    /// [`Error::NotDurable`] when the disk refused. In each case nothing of the commit is kept.
    pub async fn commit(&self, commit: Commit) -> Result<Committed, Error> {
        self.write(Work::Commit(commit)).await
    }

    /// Deletes an ended or never started workflow with its journal and the workflows that it started, and gives the space
    /// back. Agents that were
    /// hired in it stay. Says whether it was there.
    ///
    /// # Errors
    /// [`Error::WorkflowActive`] when it is at work, and those of [`Self::commit`].
    pub async fn delete_workflow(&self, id: WorkflowId, request: RequestRecord) -> Result<bool, Error> {
        let written = self.write(Work::Delete(id, request)).await?;
        Ok(!written.workflow_ids.is_empty())
    }

    /// Removes a conversation with all that was said in it. Says whether it was there.
    ///
    /// # Errors
    /// [`Error::WorkflowActive`] while a reply is being made, and those of [`Self::commit`].
    pub async fn remove_conversation(
        &self,
        uid: ConversationUid,
        request: RequestRecord,
    ) -> Result<bool, Error> {
        let written = self.write(Work::RemoveConversation(uid, request)).await?;
        Ok(written.first <= written.last)
    }

    /// Makes every projection anew from the journal: a repair.
    ///
    /// # Errors
    /// When an event can't be read or does not apply; then the projections stay as they were.
    pub async fn rebuild_projections(&self) -> Result<(), Error> {
        self.write(Work::Rebuild).await.map(drop)
    }

    /// Hands work to the writer and waits until it is durable.
    pub(super) async fn write(&self, work: Work) -> Result<Committed, Error> {
        let (reply, answer) = oneshot::channel();
        self.jobs
            .send(Job::Write(Box::new(work), reply))
            .await
            .map_err(|_| Error::Closed)?;
        answer.await.map_err(|_| Error::Closed)?
    }

    /// Gives room that is free in the file back to the file system and shortens the write-ahead log. Returns when that
    /// is done as far as readers allow.
    pub(super) async fn tidy(&self) -> Result<(), Error> {
        let (reply, answer) = oneshot::channel();
        self.jobs
            .send(Job::Tidy(reply))
            .await
            .map_err(|_| Error::Closed)?;
        answer.await.map_err(|_| Error::Closed)?
    }

    /// Finishes what waits, puts everything into the database file and lets go of it. Later calls on any clone
    /// fail with [`Error::Closed`] or [`Error::Database`].
    ///
    /// # Errors
    /// When the file can't be closed cleanly. Nothing that was committed is lost by that.
    pub async fn close(&self) -> Result<(), Error> {
        // Readers first: the last checkpoint can't shorten the log while they hold it.
        self.readers.close().await;
        let (reply, answer) = oneshot::channel();
        if self.jobs.send(Job::Close(reply)).await.is_err() {
            return Ok(());
        }
        answer.await.map_err(|_| Error::Closed)?
    }

    /// Folder that holds everything the application keeps.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) async fn reader(&self) -> Result<PoolConnection<Sqlite>, Error> {
        self.readers.acquire().await.map_err(|error| match error {
            sqlx::Error::PoolClosed => Error::Closed,
            error => error.into(),
        })
    }
}

/// Defines reads that need one statement or several that need not agree with each other.
macro_rules! reads {
    ($($(#[$doc:meta])* $name:ident($($arg:ident: $type:ty),*) -> $result:ty = $read:path;)+) => {
        impl Store {
            $(
                $(#[$doc])*
                ///
                /// # Errors
                /// When the database fails or holds a value that can't be read.
                pub async fn $name(&self, $($arg: $type),*) -> Result<$result, Error> {
                    let mut conn = self.reader().await?;
                    $read(&mut conn, $($arg),*).await
                }
            )+
        }
    };
}

reads! {
    /// The workflow with this number.
    workflow(id: WorkflowId) -> Option<WorkflowRow> = workflows::get;
    /// The workflow with this identity.
    workflow_by_uid(uid: WorkflowUid) -> Option<WorkflowRow> = workflows::by_uid;
    /// Workflows that were started and have not ended, oldest first.
    unfinished_workflows() -> Vec<WorkflowRow> = workflows::unfinished;
    /// The workflows that were started for tasks of this one, oldest first.
    child_workflows(parent: WorkflowUid) -> Vec<WorkflowRow> = workflows::children;
    /// Every template with its newest version, those that come with the program first.
    templates() -> Vec<TemplateRow> = templates::all;
    /// The template with this identity.
    template(uid: TemplateUid) -> Option<TemplateRow> = templates::get;
    /// The versions of a template, newest first. Empty when there is no such template.
    template_versions(uid: TemplateUid) -> Vec<TemplateVersionRow> = templates::versions;
    /// One version of a template.
    template_version(uid: TemplateUid, version: u32) -> Option<TemplateVersionRow> = templates::version;
    /// Who was hired for what a template says about one of its agents.
    hired_for(template: TemplateUid, form: &TemplateAgent) -> Option<AgentUid> = agents::hired_for;
    /// How many workflows there are.
    workflow_counts() -> WorkflowCounts = workflows::counts;
    /// The plan of a workflow, once there is one.
    plan(id: WorkflowId) -> Option<Plan> = workflows::plan;
    /// Tasks of a workflow in the order in which they came to be.
    tasks(workflow: WorkflowId) -> Vec<TaskRow> = tasks::of_workflow;
    /// One task of a workflow.
    task(workflow: WorkflowId, id: TaskId) -> Option<TaskRow> = tasks::get;
    /// Every call of every attempt of a task, oldest first.
    calls(task: TaskId) -> Vec<CallRow> = calls::of_task;
    /// Recorded facts of a workflow after `after`, oldest first, at most `limit`.
    events(workflow: WorkflowId, after: Seq, limit: u32) -> Vec<StoredEvent> = events::of_workflow;
    /// All facts of a run, for folding. Empty when there is no such workflow.
    all_events(workflow: WorkflowId) -> Vec<Event> = events::run;
    /// One text.
    content(hash: &ContentHash) -> Option<String> = contents::get;
    /// Those of the texts that are there.
    contents(hashes: &[ContentHash]) -> BTreeMap<ContentHash, String> = contents::get_many;
    /// Every agent, the permanent crew first.
    agents() -> Vec<AgentRow> = agents::all;
    /// The agent with this number.
    agent(id: AgentId) -> Option<AgentRow> = agents::get;
    /// Those of the agents that are there, by number.
    agents_by_uid(uids: &[AgentUid]) -> Vec<AgentRow> = agents::by_uids;
    /// Those of the agents that are there, by number, as they take part in runs: without what they did.
    profiles(uids: &[AgentUid]) -> Vec<AgentProfile> = agents::profiles;
    /// The task of that name, the agent that does it, and the models of agents that name none.
    worker(workflow: WorkflowId, task: &TaskKey, agent: AgentUid) -> Option<WorkerRow> = agents::worker;
    /// How many agents are not disabled.
    enabled_agents() -> u32 = agents::enabled_count;
    /// The latest tasks of an agent, newest first, at most `limit`.
    agent_work(id: AgentId, limit: u32) -> Vec<AgentWorkRow> = agents::work;
    /// What an agent did in workflows.
    agent_record(id: AgentId) -> AgentRecordRow = agents::record;
    /// What every agent did in workflows that did anything.
    agent_records() -> BTreeMap<AgentId, AgentRecordRow> = agents::records;
    /// The versions of an agent, newest first. Empty when there is no such agent.
    agent_versions(id: AgentId) -> Vec<AgentVersionRow> = agents::of_agent;
    /// What an agent was granted. Nothing when there is no such agent.
    agent_grant(id: AgentId) -> AgentGrantRow = agents::granted;
    /// What the agent that takes part in runs under this identity may reach. Nothing when there is no such agent.
    granted_to(agent: AgentUid) -> GrantedRow = agents::granted_to;
    /// Every provider, by name.
    providers() -> Vec<ProviderRow> = providers::all;
    /// The provider with this number.
    provider(id: ProviderId) -> Option<ProviderRow> = providers::get;
    /// The provider with this name.
    provider_by_name(name: &str) -> Option<ProviderRow> = providers::by_name;
    /// Every tool server, by name.
    tool_servers() -> Vec<ToolServerRow> = tool_servers::all;
    /// The tool server with this number.
    tool_server(id: ToolServerId) -> Option<ToolServerRow> = tool_servers::get;
    /// The tool server with this name.
    tool_server_by_name(name: &str) -> Option<ToolServerRow> = tool_servers::by_name;
    /// The tools of servers that are allowed, by server and name.
    allowed_tools() -> Vec<AllowedToolRow> = tool_servers::allowed;
    /// Models that are used when an agent names none. Until some are set, `rehearsal`.
    default_models() -> DefaultModels = settings::default_models;
    /// When the generator may hire by itself.
    hire_policy() -> HirePolicy = settings::hire_policy;
    /// Every schedule, by name.
    schedules() -> Vec<ScheduleRow> = schedules::all;
    /// The schedule with this number.
    schedule(id: ScheduleId) -> Option<ScheduleRow> = schedules::get;
    /// The schedule with this name.
    schedule_by_name(name: &str) -> Option<ScheduleRow> = schedules::by_name;
    /// What became of the newest due times of a schedule, newest first, at most `limit`.
    schedule_history(id: ScheduleId, limit: u32) -> Vec<DueRow> = schedules::of_schedule;
    /// What went wrong with schedules and was not seen yet, newest first, at most `limit`.
    schedule_notices(limit: u32) -> Vec<ScheduleNotice> = schedules::notices;
    /// What was worked out last for a task before its work: a prompt, arguments, or inputs.
    prepared(workflow: WorkflowId, task: &TaskKey) -> Option<ContentHash> = events::prepared;
    /// The open questions of all workflows, oldest first.
    open_questions() -> Vec<QuestionRow> = questions::open;
    /// The questions that were answered last, the newest answer first, at most `limit`.
    answered_questions(limit: u32) -> Vec<QuestionRow> = questions::answered;
    /// Nothing, where the run is this store's; [`Error::NotHere`] where it is not.
    require_here(id: WorkflowId) -> () = moves::require_here;
    /// A run that can be moved with its sub-workflows, the run first; [`Error::Move`] with what is in the way.
    movable(id: WorkflowId) -> Vec<WorkflowRow> = moves::movable;
    /// Whether a question of a workflow, or of one below it, is open.
    asks_below(workflow: WorkflowUid) -> bool = questions::asks_below;
    /// How many questions are open.
    open_question_count() -> u32 = questions::open_count;
    /// The question with this number.
    question(id: QuestionId) -> Option<QuestionRow> = questions::get;
    /// The trials of an agent, newest first, at most `limit`.
    trials(agent: AgentUid, limit: u32) -> Vec<WorkflowRow> = workflows::trials;
    /// The conversation with this identity.
    conversation(uid: ConversationUid) -> Option<ConversationRow> = conversations::get;
    /// Messages that have every word of a query, the best first, at most `limit`.
    find_messages(query: &str, limit: u32) -> Vec<FoundMessage> = conversations::find;
    /// Warnings about budgets that were not seen yet, the newest first.
    budget_warnings() -> Vec<WarningRow> = warnings::unseen;
    /// What calls cost on the days that begin at `from` to `to`, both included, as finely as it is kept.
    spent_lines(from: Millis, to: Millis) -> Vec<SpentLine> = statistics::lines;
    /// The wish with this key, if it was carried out.
    find_request(key: &str) -> Option<RequestRecord> = requests::find;
}

/// Defines reads whose parts must fit together: each sees one state of the store.
macro_rules! consistent_reads {
    ($($(#[$doc:meta])* $name:ident($($arg:ident: $type:ty),*) -> $result:ty = $read:path;)+) => {
        impl Store {
            $(
                $(#[$doc])*
                ///
                /// # Errors
                /// When the database fails or holds a value that can't be read.
                pub async fn $name(&self, $($arg: $type),*) -> Result<$result, Error> {
                    let mut conn = self.reader().await?;
                    let mut snapshot = sqlx::Connection::begin(&mut *conn).await?;
                    let result = $read(&mut snapshot, $($arg),*).await?;
                    snapshot.rollback().await?;
                    Ok(result)
                }
            )+
        }
    };
}

consistent_reads! {
    /// A page of workflows, newest first, and how many match.
    workflows(filter: &WorkflowFilter) -> WorkflowList = workflows::list;
    /// What changed after `after`, of at most `limit_events` events. An [`Error::PositionAhead`] asks for a
    /// snapshot instead.
    changes(after: Position, limit_events: u32) -> Changes = changes::changes;
    /// Every schedule with all that matters for what is to be done about it, paused ones too.
    schedule_watch() -> Vec<ScheduleWatch> = schedules::watch;
    /// Facts of all runs after `after`, whole and in the order of the store, at most `limit` of them.
    recorded_after(after: Position, limit: u32) -> Recorded = recorded::after;
    /// The same of runs only that have begun and not ended.
    recorded_of_unfinished(after: Position, limit: u32) -> Recorded = recorded::of_unfinished;
    /// A page of conversations, the newest first; and whether another page follows.
    conversations(filter: ConversationFilter) -> (Vec<ConversationRow>, bool) = conversations::list;
    /// One message.
    message(uid: MessageUid) -> Option<MessageRow> = conversations::message;
    /// At most `limit` of the messages of a conversation that are shown.
    shown_messages(uid: ConversationUid, part: Part, limit: u32) -> Shown = conversations::shown;
    /// The messages that lead to this one and it, oldest first, the newest `limit` of them; and how many are older.
    messages_before(last: MessageUid, limit: u32) -> (Vec<MessageRow>, u32) = conversations::before;
    /// What calls cost on the days that begin at `from` to `to`, both included.
    spending(from: Millis, to: Millis) -> Spending = statistics::read;
    /// How many there are of what.
    figures() -> StoreFigures = figures::read;
    /// Everything that is needed to begin: at least the `recent` newest workflows, all unfinished ones and their
    /// tasks, all agents, open questions.
    snapshot(recent: u32) -> Snapshot = changes::snapshot;
}

impl Store {
    /// The agent with this identity.
    ///
    /// # Errors
    /// When the database fails or holds a value that can't be read.
    pub async fn agent_by_uid(&self, uid: AgentUid) -> Result<Option<AgentRow>, Error> {
        Ok(self.agents_by_uid(&[uid]).await?.pop())
    }
}
