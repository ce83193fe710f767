//! What the operator arranges outside of runs: providers, what is set for all agents, and agents themselves.

use sqlx::SqliteConnection;
use wheelhouse_domain::{
    AgentId, AgentUid, Budgets, ConversationUid, DefaultModels, Document, HirePolicy, MessageUid, Millis,
    Position, PriceId, ProviderId, ScheduleId, TaskId, TemplateUid, ToolRule, ToolServerId, ToolServerUid,
    Verdict, WorkflowId,
};

use super::agents::{self, AddedAgent, AgentEdit, AgentGrantRow, AgentRow, GrantEdit, TemplateHire};
use super::commit::Committed;
use super::conversations::{self, ConversationRow};
use super::prices::{self, NewPrice};
use super::providers::{self, NewProvider, ProviderRow};
use super::requests::{self, RequestRecord};
use super::retention::{self, Retention};
use super::schedules::{self, NewSchedule};
use super::store_fact;
use super::tasks;
use super::templates::{self, TemplateEdit, TemplateRow};
use super::tool_servers::{self, AllowedToolRow, NewToolServer};
use super::writer::Work;
use super::{Error, Store, budgets, events, settings, warnings};

/// One wish about the store as a whole.
#[derive(Debug)]
pub(crate) struct Arrangement {
    /// What is to be.
    pub(crate) what: What,
    /// The wish, so that it is carried out once.
    pub(crate) request: RequestRecord,
    /// The time of the fact that comes of it.
    pub(crate) now: Millis,
}

/// What is to be.
#[derive(Debug)]
pub(crate) enum What {
    /// A provider is there like this.
    Provider(NewProvider),
    /// A provider is gone.
    NoProvider(ProviderId),
    /// These models are used when an agent names none.
    DefaultModels(Box<DefaultModels>),
    /// Ended workflows are kept by this rule.
    Retention(Retention),
    /// This is what may be spent.
    Budgets(Box<Budgets>),
    /// The operator saw a warning about a budget.
    BudgetWarningSeen(Position),
    /// A tool server is there like this.
    ToolServer(Box<NewToolServer>),
    /// A tool server is gone.
    NoToolServer(ToolServerId),
    /// A tool of a server may be given to agents.
    AllowedTool(Box<AllowedToolRow>),
    /// It may not.
    ForbiddenTool(ToolServerUid, String),
    /// A price is there like this.
    Price(NewPrice),
    /// A price is gone.
    NoPrice(PriceId),
    /// An agent has this form.
    Agent(AgentEdit),
    /// An agent may work, or not.
    Enabled(AgentId, bool),
    /// This says when the generator may hire by itself.
    Hiring(HirePolicy),
    /// The operator says this of what a task gave; none takes it back.
    Verdict(WorkflowId, TaskId, Option<Verdict>),
    /// A specialist of the operator's own is there.
    Added(Box<AddedAgent>),
    /// An agent may reach this with its tools.
    Grant(Box<GrantEdit>),
    /// This holds for calls of an agent's tool.
    Rule(AgentId, ToolRule),
    /// Somebody works for a template as it says.
    Hire(Box<TemplateHire>),
    /// A template has this document as its newest version.
    Template(Box<TemplateEdit>),
    /// A template is not in the list, or is.
    NoTemplate(TemplateUid, bool),
    /// These templates come with the program.
    BuiltIn(Vec<Document>),
    /// A schedule is there like this.
    Schedule(Box<NewSchedule>),
    /// A schedule is gone.
    NoSchedule(ScheduleId),
    /// A schedule is paused, or goes on.
    SchedulePaused(ScheduleId, bool),
    /// The operator saw what went wrong with a schedule until then.
    ScheduleSeen(ScheduleId, Millis),
    /// A conversation has this title.
    ConversationTitle(ConversationUid, String),
    /// This message is the one that is shown in its place.
    Branch(MessageUid),
    /// A reply was stopped after these words.
    ReplyStopped(MessageUid, String),
}

/// Carries a wish out. What is like that already becomes no fact, and the wish is remembered all the same; but for the
/// removal of what is not there, so that a remembered one always tells of something that was there.
pub(crate) async fn apply(
    conn: &mut SqliteConnection,
    head: Position,
    arrangement: &Arrangement,
) -> Result<Committed, Error> {
    let Arrangement { what, request, now } = arrangement;
    requests::refuse_repeated(conn, &request.key).await?;
    let position = Position(head.0 + 1);
    let fact = match what {
        What::Provider(new) => providers::save(conn, new).await?,
        What::NoProvider(id) => providers::remove(conn, *id).await?,
        What::DefaultModels(models) => settings::save_default_models(conn, models).await?,
        What::Retention(rule) => retention::change(conn, *rule).await?,
        What::Budgets(new) => budgets::change(conn, new).await?,
        What::BudgetWarningSeen(id) => warnings::see(conn, *id).await?,
        What::ToolServer(new) => tool_servers::save(conn, new).await?,
        What::NoToolServer(id) => tool_servers::remove(conn, *id).await?,
        What::AllowedTool(tool) => tool_servers::allow(conn, tool).await?,
        What::ForbiddenTool(server, tool) => tool_servers::forbid(conn, *server, tool).await?,
        What::Price(new) => prices::save(conn, new).await?,
        What::NoPrice(id) => prices::remove(conn, *id).await?,
        What::Agent(edit) => agents::change(conn, edit).await?,
        What::Enabled(id, enabled) => agents::switch(conn, *id, *enabled).await?,
        What::Hiring(policy) => settings::save_hire_policy(conn, *policy).await?,
        What::Verdict(workflow, task, verdict) => tasks::judge(conn, (*workflow, *task), *verdict).await?,
        What::Added(added) => agents::add(conn, added).await?,
        What::Grant(edit) => agents::grant(conn, edit).await?,
        What::Rule(id, rule) => agents::rule(conn, *id, rule).await?,
        What::Hire(hire) => agents::hire(conn, hire).await?,
        What::Template(edit) => templates::save(conn, edit).await?,
        What::NoTemplate(uid, removed) => templates::switch(conn, *uid, *removed).await?,
        What::BuiltIn(documents) => {
            templates::put_built_in(conn, *now, documents).await?;
            None
        }
        What::Schedule(new) => schedules::save(conn, new).await?,
        What::NoSchedule(id) => schedules::remove(conn, *id).await?,
        What::SchedulePaused(id, paused) => schedules::pause(conn, *id, *paused).await?,
        What::ScheduleSeen(id, to) => schedules::see(conn, *id, *to).await?,
        What::ConversationTitle(uid, title) => conversations::rename(conn, *uid, title).await?,
        What::Branch(message) => conversations::choose(conn, *message).await?,
        What::ReplyStopped(message, said) => conversations::stopped(conn, *message, said).await?,
    };
    if fact.is_some() || !matches!(what, What::NoProvider(_) | What::NoToolServer(_)) {
        requests::insert(conn, request, None).await?;
    }
    let last = match fact {
        Some(fact) => {
            events::append_store_fact(conn, position, *now, &fact).await?;
            store_fact::project(conn, position, *now, &fact).await?;
            position
        }
        None => head,
    };
    Ok(Committed {
        workflow_ids: Vec::new(),
        first: position,
        last,
    })
}

impl Store {
    /// Adds a provider, or changes the one with the given number. Gives it as it is now.
    ///
    /// # Errors
    /// [`Error::ProviderNameTaken`], [`Error::ProviderNotFound`], and those of a wish: [`Error::RequestRepeated`],
    /// [`Error::NotDurable`]. In each case nothing is changed.
    pub async fn save_provider(
        &self,
        provider: NewProvider,
        request: RequestRecord,
        now: Millis,
    ) -> Result<ProviderRow, Error> {
        let (id, uid) = (provider.id, provider.uid);
        self.arrange(What::Provider(provider), request, now).await?;
        let mut conn = self.reader().await?;
        match id {
            Some(id) => providers::get(&mut conn, id)
                .await?
                .ok_or(Error::ProviderNotFound(id)),
            None => providers::by_uid(&mut conn, uid)
                .await?
                .ok_or(Error::ProviderGone(uid)),
        }
    }

    /// Removes a provider. Says whether it was there. Agents that name its models keep doing so.
    ///
    /// # Errors
    /// Those of a wish, see [`Self::save_provider`].
    pub async fn remove_provider(
        &self,
        id: ProviderId,
        request: RequestRecord,
        now: Millis,
    ) -> Result<bool, Error> {
        let written = self.arrange(What::NoProvider(id), request, now).await?;
        Ok(written.first <= written.last)
    }

    /// Sets the models that are used when an agent names none.
    ///
    /// # Errors
    /// Those of a wish, see [`Self::save_provider`].
    pub async fn save_default_models(
        &self,
        models: DefaultModels,
        request: RequestRecord,
        now: Millis,
    ) -> Result<(), Error> {
        self.arrange(What::DefaultModels(Box::new(models)), request, now)
            .await
            .map(drop)
    }

    /// Gives an agent a new form, which is kept as its next version. Gives the agent as it is now.
    ///
    /// # Errors
    /// [`Error::AgentNotFound`], [`Error::AgentChanged`] when another version is there than the one that was read, and
    /// those of a wish, see [`Self::save_provider`].
    pub async fn update_agent(
        &self,
        edit: AgentEdit,
        request: RequestRecord,
        now: Millis,
    ) -> Result<AgentRow, Error> {
        let id = edit.id;
        self.arrange(What::Agent(edit), request, now).await?;
        self.agent(id).await?.ok_or(Error::AgentNotFound(id))
    }

    /// Lets an agent work or not. Gives it as it is now. The version stays.
    ///
    /// # Errors
    /// [`Error::AgentNotFound`], [`Error::AgentPermanent`] when one of the permanent crew should be disabled, and those
    /// of a wish, see [`Self::save_provider`].
    pub async fn set_agent_enabled(
        &self,
        id: AgentId,
        enabled: bool,
        request: RequestRecord,
        now: Millis,
    ) -> Result<AgentRow, Error> {
        self.arrange(What::Enabled(id, enabled), request, now).await?;
        self.agent(id).await?.ok_or(Error::AgentNotFound(id))
    }

    /// Sets when the generator may hire by itself.
    ///
    /// # Errors
    /// Those of a wish, see [`Self::save_provider`].
    pub async fn save_hire_policy(
        &self,
        policy: HirePolicy,
        request: RequestRecord,
        now: Millis,
    ) -> Result<(), Error> {
        self.arrange(What::Hiring(policy), request, now).await.map(drop)
    }

    /// Keeps what the operator says of what a task gave; none takes it back.
    ///
    /// # Errors
    /// [`Error::TaskNotFound`], [`Error::NothingToJudge`], and those of a wish, see [`Self::save_provider`].
    pub async fn judge_task(
        &self,
        (workflow, task): (WorkflowId, TaskId),
        verdict: Option<Verdict>,
        request: RequestRecord,
        now: Millis,
    ) -> Result<(), Error> {
        let what = What::Verdict(workflow, task, verdict);
        self.arrange(what, request, now).await.map(drop)
    }

    /// Adds a specialist of the operator's own. Gives it as it is now; one that is there already stays as it is.
    ///
    /// # Errors
    /// Those of a wish, see [`Self::save_provider`].
    pub async fn add_agent(
        &self,
        added: AddedAgent,
        request: RequestRecord,
        now: Millis,
    ) -> Result<AgentRow, Error> {
        let uid = added.agent;
        self.arrange(What::Added(Box::new(added)), request, now).await?;
        self.agent_by_uid(uid).await?.ok_or(Error::AgentGone(uid))
    }

    /// Lets an agent reach this with its tools, and nothing else. Gives what it was granted as it is now.
    ///
    /// # Errors
    /// [`Error::AgentNotFound`], [`Error::GrantChanged`] when another revision is there than the one that was read, and
    /// those of a wish, see [`Self::save_provider`].
    pub async fn set_agent_grant(
        &self,
        edit: GrantEdit,
        request: RequestRecord,
        now: Millis,
    ) -> Result<AgentGrantRow, Error> {
        let id = edit.id;
        self.arrange(What::Grant(Box::new(edit)), request, now).await?;
        self.agent_grant(id).await
    }

    /// Lets a word of the operator hold for calls of an agent's tool, whatever else it was granted.
    ///
    /// # Errors
    /// [`Error::AgentNotFound`], and those of a wish, see [`Self::save_provider`].
    pub async fn set_tool_rule(
        &self,
        agent: AgentId,
        rule: ToolRule,
        request: RequestRecord,
        now: Millis,
    ) -> Result<(), Error> {
        self.arrange(What::Rule(agent, rule), request, now)
            .await
            .map(drop)
    }

    /// Hires whom a template brings along, unless somebody was hired for the same before. Gives who works.
    ///
    /// # Errors
    /// Those of a wish, see [`Self::save_provider`].
    pub async fn hire_for_template(
        &self,
        hire: TemplateHire,
        request: RequestRecord,
        now: Millis,
    ) -> Result<AgentUid, Error> {
        let (template, form, new) = (hire.template, hire.form.clone(), hire.agent);
        self.arrange(What::Hire(Box::new(hire)), request, now).await?;
        let mut conn = self.reader().await?;
        Ok(agents::hired_for(&mut conn, template, &form)
            .await?
            .unwrap_or(new))
    }

    /// Makes a document the newest version of its template. Gives the template as it is now.
    ///
    /// # Errors
    /// [`Error::TemplateChanged`] when another version is there than the one that was read,
    /// [`Error::TemplateBuiltIn`], [`Error::TemplateNotFound`], and those of a wish, see [`Self::save_provider`].
    pub async fn save_template(
        &self,
        edit: TemplateEdit,
        request: RequestRecord,
        now: Millis,
    ) -> Result<TemplateRow, Error> {
        let uid = edit.document.uid;
        self.arrange(What::Template(Box::new(edit)), request, now).await?;
        self.template(uid).await?.ok_or(Error::TemplateNotFound(uid))
    }

    /// Takes a template out of the list, or puts it back. Runs and schedules that name it keep its versions.
    ///
    /// # Errors
    /// [`Error::TemplateBuiltIn`], [`Error::TemplateNotFound`], and those of a wish, see [`Self::save_provider`].
    pub async fn set_template_removed(
        &self,
        uid: TemplateUid,
        removed: bool,
        request: RequestRecord,
        now: Millis,
    ) -> Result<(), Error> {
        self.arrange(What::NoTemplate(uid, removed), request, now)
            .await
            .map(drop)
    }

    /// Puts in what comes with the program. What says something else than its newest version becomes the next one.
    ///
    /// # Errors
    /// Those of a wish, see [`Self::save_provider`].
    pub async fn put_built_in_templates(
        &self,
        documents: Vec<Document>,
        request: RequestRecord,
        now: Millis,
    ) -> Result<(), Error> {
        self.arrange(What::BuiltIn(documents), request, now)
            .await
            .map(drop)
    }

    /// Gives a conversation another title. Gives it as it is now.
    ///
    /// # Errors
    /// [`Error::ConversationNotFound`], and those of a wish, see [`Self::save_provider`].
    pub async fn rename_conversation(
        &self,
        uid: ConversationUid,
        title: &str,
        request: RequestRecord,
        now: Millis,
    ) -> Result<ConversationRow, Error> {
        let title = What::ConversationTitle(uid, title.to_owned());
        self.arrange(title, request, now).await?;
        let row = self.conversation(uid).await?;
        row.ok_or(Error::ConversationNotFound(uid))
    }

    /// Lets a message be the one that is shown of those that stand in its place.
    ///
    /// # Errors
    /// [`Error::MessageNotFound`], and those of a wish, see [`Self::save_provider`].
    pub async fn choose_branch(
        &self,
        message: MessageUid,
        request: RequestRecord,
        now: Millis,
    ) -> Result<(), Error> {
        self.arrange(What::Branch(message), request, now).await.map(drop)
    }

    /// Keeps what a reply said until it was stopped. It is shown once its run is cancelled.
    ///
    /// # Errors
    /// [`Error::MessageNotFound`], and those of a wish, see [`Self::save_provider`].
    pub async fn keep_stopped_reply(
        &self,
        message: MessageUid,
        said: String,
        request: RequestRecord,
        now: Millis,
    ) -> Result<(), Error> {
        self.arrange(What::ReplyStopped(message, said), request, now)
            .await
            .map(drop)
    }

    pub(super) async fn arrange(
        &self,
        what: What,
        request: RequestRecord,
        now: Millis,
    ) -> Result<Committed, Error> {
        self.write(Work::Arrange(Arrangement { what, request, now }))
            .await
    }
}
