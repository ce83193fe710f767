//! Facts about the store as a whole. They stand in the one order of the journal, beside those of runs, and hold all
//! that is needed to make the tables anew.
//!
//! A body that was once written must be readable for ever: fields are added with a default, never renamed or removed.
//!
//! Deliberately absent: keys of providers. Those are never in the journal.

use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;
use wheelhouse_domain::{
    AgentGrant, AgentId, AgentUid, BudgetOf, Budgets, ConversationUid, DayLimit, DefaultModels, Document,
    Due, DueOutcome, HirePolicy, MessageUid, Millis, Position, Price, PriceId, ProviderId, ProviderKind,
    ProviderLimits, ProviderUid, ScheduleForm, ScheduleId, ScheduleUid, Tally, TaskKey, TemplateUid,
    ToolServerForm, ToolServerId, ToolServerUid, Verdict, WorkflowId,
};

use super::agents::{AddedAgent, AgentForm, ArrivedAgent, TemplateHire};
use super::moves::RunPlace;
use super::retention::{self, Retention};
use super::{
    Error, agents, budgets, conversations, moves, prices, providers, questions, schedules, settings, tasks,
    templates, tool_servers, warnings,
};

/// Kind of the fact that a workflow is gone.
pub const WORKFLOW_DELETED: &str = "workflow_deleted";
/// Kind of the fact that a provider was added or changed.
pub const PROVIDER_SAVED: &str = "provider_saved";
/// Kind of the fact that a provider is gone.
pub const PROVIDER_REMOVED: &str = "provider_removed";
/// Kind of the fact that what is set for all agents was changed.
pub const SETTINGS_SAVED: &str = "settings_saved";
/// Kind of the fact that another rule says how long ended workflows are kept.
pub const RETENTION_SAVED: &str = "retention_saved";
/// Kind of the fact that the limits of the whole application were changed.
pub const BUDGETS_SAVED: &str = "budgets_saved";
/// Kind of the fact that little is left of a budget.
pub const BUDGET_NEARLY_SPENT: &str = "budget_nearly_spent";
/// Kind of the fact that the operator saw a warning about a budget.
pub const BUDGET_WARNING_SEEN: &str = "budget_warning_seen";
/// Kind of the fact that a price was set.
pub const PRICE_SAVED: &str = "price_saved";
/// Kind of the fact that a price is gone.
pub const PRICE_REMOVED: &str = "price_removed";
/// Kind of the fact that a tool server was added or changed.
pub const TOOL_SERVER_SAVED: &str = "tool_server_saved";
/// Kind of the fact that a tool server is gone.
pub const TOOL_SERVER_REMOVED: &str = "tool_server_removed";
/// Kind of the fact that a tool of a server may be given to agents.
pub const TOOL_ALLOWED: &str = "tool_allowed";
/// Kind of the fact that it may not any more.
pub const TOOL_FORBIDDEN: &str = "tool_forbidden";
/// Kind of the fact that an agent got a new form.
pub const AGENT_UPDATED: &str = "agent_updated";
/// Kind of the fact that an agent may work from now on, or may not.
pub const AGENT_ENABLED: &str = "agent_enabled";
/// Kind of the fact that an agent may reach something else with its tools.
pub const AGENT_GRANTED: &str = "agent_granted";
/// Kind of the fact that a schedule was added or changed.
pub const SCHEDULE_SAVED: &str = "schedule_saved";
/// Kind of the fact that a schedule is gone.
pub const SCHEDULE_REMOVED: &str = "schedule_removed";
/// Kind of the fact that a schedule was paused, or goes on.
pub const SCHEDULE_PAUSED: &str = "schedule_paused";
/// Kind of the fact that a due time of a schedule has an outcome.
pub const SCHEDULE_DUE: &str = "schedule_due";
/// Kind of the fact that the operator saw what went wrong with a schedule.
pub const SCHEDULE_SEEN: &str = "schedule_seen";
/// Kind of the fact that a schedule counts from an earlier time, because the clock was set back.
pub const SCHEDULE_SET_BACK: &str = "schedule_set_back";

/// Kind of the fact that a conversation got another title.
pub const CONVERSATION_RENAMED: &str = "conversation_renamed";
/// Kind of the fact that a conversation is gone with all that was said in it.
pub const CONVERSATION_REMOVED: &str = "conversation_removed";
/// Kind of the fact that the operator chose one of the messages that stand in the same place.
pub const BRANCH_CHOSEN: &str = "branch_chosen";
/// Kind of the fact that the operator stopped a reply.
pub const REPLY_STOPPED: &str = "reply_stopped";
/// Kind of the fact that workflows left for another store, or came back before they were there.
pub const WORKFLOWS_MOVED: &str = "workflows_moved";
/// Kind of the fact that an agent of another store is here too.
pub const AGENT_ARRIVED: &str = "agent_arrived";
/// Kind of the fact that the operator said something of what a task gave.
pub const TASK_JUDGED: &str = "task_judged";
/// Kind of the fact that another rule says when the generator may hire by itself.
pub const HIRING_SAVED: &str = "hiring_saved";
/// Kind of the fact that the operator added an agent.
pub const AGENT_ADDED: &str = "agent_added";
/// Kind of the fact that an agent was hired for a template.
pub const AGENT_HIRED: &str = "agent_hired";
/// Kind of the fact that a template got a new version.
pub const TEMPLATE_SAVED: &str = "template_saved";
/// Kind of the fact that a template was taken out of the list, or put back.
pub const TEMPLATE_REMOVED: &str = "template_removed";

/// What happened to the store as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum StoreFact {
    /// A workflow is gone with its own facts.
    WorkflowDeleted {
        /// Which one.
        workflow: WorkflowId,
    },
    /// A provider was added or changed.
    ProviderSaved {
        /// Its number.
        provider: ProviderId,
        /// Its identity.
        uid: ProviderUid,
        /// Name that models are called by.
        name: String,
        /// Form that it speaks.
        kind: ProviderKind,
        /// Where it is.
        base_url: String,
        /// What is set about its calls.
        #[serde(default, skip_serializing_if = "ProviderLimits::is_empty")]
        limits: ProviderLimits,
    },
    /// A provider is gone.
    ProviderRemoved {
        /// Its number.
        provider: ProviderId,
        /// Its identity.
        uid: ProviderUid,
    },
    /// What is set for all agents was changed.
    SettingsSaved {
        /// Models that are used when an agent names none.
        default_models: DefaultModels,
    },
    /// Another rule says how long ended workflows are kept.
    RetentionSaved {
        /// The rule.
        rule: Retention,
    },
    /// The limits of the whole application were changed.
    BudgetsSaved {
        /// The limits.
        budgets: Budgets,
    },
    /// Little is left of a budget.
    BudgetNearlySpent {
        /// Whose.
        whose: BudgetOf,
        /// Its limit.
        limit: DayLimit,
        /// What was spent.
        spent: Tally,
    },
    /// The operator saw a warning about a budget.
    BudgetWarningSeen {
        /// The position of the fact that warned.
        warning: Position,
    },
    /// A price was set.
    PriceSaved {
        /// Its number.
        id: PriceId,
        /// The price.
        #[serde(flatten)]
        price: Price,
    },
    /// A price is gone.
    PriceRemoved {
        /// Its number.
        id: PriceId,
    },
    /// A tool server was added or changed.
    ToolServerSaved {
        /// Its number.
        server: ToolServerId,
        /// Its identity.
        uid: ToolServerUid,
        /// What the operator wrote.
        #[serde(flatten)]
        form: ToolServerForm,
    },
    /// A tool server is gone with all that was allowed of it.
    ToolServerRemoved {
        /// Its number.
        server: ToolServerId,
        /// Its identity.
        uid: ToolServerUid,
    },
    /// A tool of a server may be given to agents, as it is described.
    ToolAllowed {
        /// The server.
        server: ToolServerUid,
        /// The server's name for it.
        tool: String,
        /// Hash of the definition.
        hash: String,
        /// The definition as JSON.
        definition: String,
        /// Whether the operator says that it only reads.
        read_only: bool,
    },
    /// It may not any more.
    ToolForbidden {
        /// The server.
        server: ToolServerUid,
        /// The server's name for it.
        tool: String,
    },
    /// An agent got a new form.
    AgentUpdated {
        /// Its number.
        agent: AgentId,
        /// Its identity.
        uid: AgentUid,
        /// Number of the new version.
        version: u32,
        /// The new form.
        #[serde(flatten)]
        form: AgentForm,
    },
    /// An agent may work from now on, or may not.
    AgentEnabled {
        /// Its number.
        agent: AgentId,
        /// Its identity.
        uid: AgentUid,
        /// Whether it may.
        enabled: bool,
    },
    /// An agent may reach this with its tools from now on, and nothing else.
    AgentGranted {
        /// Its number.
        agent: AgentId,
        /// Its identity.
        uid: AgentUid,
        /// How often its grant was changed, this time included.
        revision: u32,
        /// The grant.
        grant: Box<AgentGrant>,
    },
    /// Workflows left for another store, are there, or stayed.
    WorkflowsMoved {
        /// Which ones.
        workflows: Vec<WorkflowId>,
        /// Where they are from here on.
        place: RunPlace,
    },
    /// An agent came with a run from another store.
    AgentArrived(Box<ArrivedAgent>),
    /// Another rule says when the generator may hire by itself.
    HiringSaved {
        /// The rule.
        policy: HirePolicy,
    },
    /// The operator said something of what a task gave, or took that back.
    TaskJudged {
        /// The workflow.
        workflow: WorkflowId,
        /// The task.
        task: TaskKey,
        /// What.
        verdict: Option<Verdict>,
    },
    /// The operator added an agent.
    AgentAdded(Box<AddedAgent>),
    /// An agent was hired for a template.
    AgentHired(Box<TemplateHire>),
    /// A template has this version from here on.
    TemplateSaved {
        /// Number of the version.
        version: u32,
        /// What stands in it; it names its template.
        document: Box<Document>,
    },
    /// A template was taken out of the list, or put back.
    TemplateRemoved {
        /// Its identity.
        template: TemplateUid,
        /// Whether it was taken out.
        removed: bool,
    },
    /// A schedule was added or changed.
    ScheduleSaved {
        /// Its number.
        schedule: ScheduleId,
        /// Its identity.
        uid: ScheduleUid,
        /// Whether its due times count from here.
        anew: bool,
        /// What the operator wrote.
        #[serde(flatten)]
        form: ScheduleForm,
    },
    /// A schedule is gone.
    ScheduleRemoved {
        /// Its number.
        schedule: ScheduleId,
        /// Its identity.
        uid: ScheduleUid,
    },
    /// A schedule was paused, or goes on from here.
    SchedulePaused {
        /// Its number.
        schedule: ScheduleId,
        /// Whether it is paused.
        paused: bool,
    },
    /// A due time has an outcome. A workflow that was started for it stands in the same transaction.
    ScheduleDue {
        /// The schedule's number.
        schedule: ScheduleId,
        /// The due time.
        due: Due,
        /// What became of it.
        #[serde(flatten)]
        outcome: DueOutcome,
    },
    /// The operator saw what went wrong.
    ScheduleSeen {
        /// The schedule's number.
        schedule: ScheduleId,
        /// Until then.
        to: Millis,
    },
    /// A conversation got another title.
    ConversationRenamed {
        /// Which one.
        conversation: ConversationUid,
        /// The title.
        title: String,
    },
    /// A conversation is gone with all that was said in it.
    ConversationRemoved {
        /// Which one.
        conversation: ConversationUid,
    },
    /// The operator chose a message among those that stand in its place.
    BranchChosen {
        /// The conversation.
        conversation: ConversationUid,
        /// The message.
        message: MessageUid,
    },
    /// The operator stopped a reply. It counts if its run was cancelled.
    ReplyStopped {
        /// The conversation.
        conversation: ConversationUid,
        /// The reply.
        message: MessageUid,
        /// What was said until then.
        said: String,
    },
    /// The clock was set back, and due times count from there.
    ScheduleSetBack {
        /// The schedule's number.
        schedule: ScheduleId,
        /// The time that it was set to.
        to: Millis,
    },
}

impl StoreFact {
    /// The word that names this kind of fact, as it stands in the journal.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::WorkflowDeleted { .. } => WORKFLOW_DELETED,
            Self::ProviderSaved { .. } => PROVIDER_SAVED,
            Self::ProviderRemoved { .. } => PROVIDER_REMOVED,
            Self::SettingsSaved { .. } => SETTINGS_SAVED,
            Self::RetentionSaved { .. } => RETENTION_SAVED,
            Self::BudgetsSaved { .. } => BUDGETS_SAVED,
            Self::BudgetNearlySpent { .. } => BUDGET_NEARLY_SPENT,
            Self::BudgetWarningSeen { .. } => BUDGET_WARNING_SEEN,
            Self::PriceSaved { .. } => PRICE_SAVED,
            Self::PriceRemoved { .. } => PRICE_REMOVED,
            Self::ToolServerSaved { .. } => TOOL_SERVER_SAVED,
            Self::ToolServerRemoved { .. } => TOOL_SERVER_REMOVED,
            Self::ToolAllowed { .. } => TOOL_ALLOWED,
            Self::ToolForbidden { .. } => TOOL_FORBIDDEN,
            Self::AgentUpdated { .. } => AGENT_UPDATED,
            Self::AgentEnabled { .. } => AGENT_ENABLED,
            Self::AgentGranted { .. } => AGENT_GRANTED,
            Self::WorkflowsMoved { .. } => WORKFLOWS_MOVED,
            Self::AgentArrived(_) => AGENT_ARRIVED,
            Self::HiringSaved { .. } => HIRING_SAVED,
            Self::TaskJudged { .. } => TASK_JUDGED,
            Self::AgentAdded(_) => AGENT_ADDED,
            Self::AgentHired(_) => AGENT_HIRED,
            Self::TemplateSaved { .. } => TEMPLATE_SAVED,
            Self::TemplateRemoved { .. } => TEMPLATE_REMOVED,
            Self::ScheduleSaved { .. } => SCHEDULE_SAVED,
            Self::ScheduleRemoved { .. } => SCHEDULE_REMOVED,
            Self::SchedulePaused { .. } => SCHEDULE_PAUSED,
            Self::ScheduleDue { .. } => SCHEDULE_DUE,
            Self::ScheduleSeen { .. } => SCHEDULE_SEEN,
            Self::ScheduleSetBack { .. } => SCHEDULE_SET_BACK,
            Self::ConversationRenamed { .. } => CONVERSATION_RENAMED,
            Self::ConversationRemoved { .. } => CONVERSATION_REMOVED,
            Self::BranchChosen { .. } => BRANCH_CHOSEN,
            Self::ReplyStopped { .. } => REPLY_STOPPED,
        }
    }
}

/// Brings the tables up to a fact. What a deletion takes along is taken by the deletion itself.
pub(crate) async fn project(
    conn: &mut SqliteConnection,
    position: Position,
    at: Millis,
    fact: &StoreFact,
) -> Result<(), Error> {
    match fact {
        StoreFact::WorkflowDeleted { .. } | StoreFact::ConversationRemoved { .. } => Ok(()),
        StoreFact::ConversationRenamed { conversation, title } => {
            conversations::put_title(conn, position, *conversation, title).await
        }
        StoreFact::BranchChosen {
            conversation,
            message,
        } => conversations::put_choice(conn, position, *conversation, *message).await,
        StoreFact::ReplyStopped {
            conversation,
            message,
            said,
        } => conversations::put_stopped(conn, position, (*conversation, *message), said).await,
        StoreFact::ProviderSaved {
            provider,
            uid,
            name,
            kind,
            base_url,
            limits,
        } => {
            let row = providers::ProviderRow {
                id: *provider,
                uid: *uid,
                name: name.clone(),
                kind: *kind,
                base_url: base_url.clone(),
                limits: limits.clone(),
                created_at: at,
            };
            providers::put(conn, &row).await
        }
        StoreFact::ProviderRemoved { uid, .. } => providers::drop_row(conn, *uid).await,
        StoreFact::SettingsSaved { default_models } => {
            settings::put_default_models(conn, default_models).await
        }
        StoreFact::RetentionSaved { rule } => retention::put(conn, *rule).await,
        StoreFact::BudgetsSaved { budgets } => budgets::put(conn, budgets).await,
        StoreFact::BudgetNearlySpent { whose, limit, spent } => {
            warnings::put(conn, (position, at), whose, *limit, *spent).await
        }
        StoreFact::BudgetWarningSeen { warning } => warnings::put_seen(conn, *warning).await,
        StoreFact::PriceSaved { id, price } => prices::put(conn, *id, price).await,
        StoreFact::PriceRemoved { id } => prices::drop_row(conn, *id).await,
        StoreFact::ToolServerSaved { .. }
        | StoreFact::ToolServerRemoved { .. }
        | StoreFact::ToolAllowed { .. }
        | StoreFact::ToolForbidden { .. } => tool_servers::project(conn, at, fact).await,
        StoreFact::AgentUpdated {
            agent,
            uid,
            version,
            form,
        } => {
            agents::project_update(conn, (position, at), (*agent, *uid), *version, form).await?;
            tasks::touch_of_agent(conn, *uid, position).await?;
            questions::touch_of_agent(conn, *uid, position).await
        }
        StoreFact::AgentEnabled { agent, uid, enabled } => {
            agents::project_enabled(conn, position, (*agent, *uid), *enabled).await
        }
        StoreFact::AgentGranted {
            agent,
            uid,
            revision,
            grant,
        } => agents::project_granted(conn, position, (*agent, *uid), *revision, grant).await,
        StoreFact::WorkflowsMoved { workflows, .. } => moves::touch(conn, position, workflows).await,
        StoreFact::AgentArrived(agent) => agents::project_arrived(conn, (position, at), agent).await,
        StoreFact::HiringSaved { policy } => settings::put_hire_policy(conn, *policy).await,
        StoreFact::TaskJudged {
            workflow,
            task,
            verdict,
        } => tasks::project_judged(conn, position, (*workflow, task), *verdict).await,
        StoreFact::AgentAdded(added) => agents::project_added(conn, (position, at), added).await,
        StoreFact::AgentHired(hire) => agents::project_hire(conn, (position, at), hire).await,
        StoreFact::TemplateSaved { version, document } => templates::put(conn, at, *version, document).await,
        StoreFact::TemplateRemoved { template, removed } => {
            templates::set_removed(conn, *template, *removed).await
        }
        StoreFact::ScheduleSaved {
            schedule,
            uid,
            anew,
            form,
        } => schedules::project_saved(conn, at, (*schedule, *uid), form, *anew).await,
        StoreFact::ScheduleRemoved { schedule, .. } => schedules::remove_rows(conn, *schedule).await,
        StoreFact::SchedulePaused { schedule, paused } => {
            schedules::project_paused(conn, at, *schedule, *paused).await
        }
        StoreFact::ScheduleDue {
            schedule,
            due,
            outcome,
        } => schedules::project_due(conn, at, *schedule, due, outcome).await,
        StoreFact::ScheduleSeen { schedule, to } => schedules::project_seen(conn, *schedule, *to).await,
        StoreFact::ScheduleSetBack { schedule, to } => {
            schedules::project_set_back(conn, *schedule, *to).await
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The fact that a due time has this outcome.
    fn due(outcome: &serde_json::Value) -> serde_json::Value {
        let mut fact = json!({"type": "schedule_due", "schedule": 2,
            "due": {"at": 1_767_250_800_000_i64, "first": 1_767_164_400_000_i64, "times": 2, "more": false}});
        let fields = outcome.as_object().expect("an object").clone();
        fact.as_object_mut().expect("an object").extend(fields);
        fact
    }

    /// As they stand in journals that people have. Never change one of these; add the new form beside it.
    #[test]
    fn facts_of_version_1_stay_readable() {
        let uid = "0192f0c1-2a3b-7c4d-8e5f-60718293a4b5";
        let written = [
            json!({"type": "workflow_deleted", "workflow": 12}),
            json!({"type": "provider_saved", "provider": 1, "uid": uid, "name": "local", "kind": "open_ai",
                "base_url": "http://localhost:1234/v1"}),
            json!({"type": "provider_saved", "provider": 1, "uid": uid, "name": "local", "kind": "open_ai",
                "base_url": "http://localhost:1234/v1", "limits": {"parallel": 2, "windows": {"small": 8192}}}),
            json!({"type": "provider_removed", "provider": 1, "uid": uid}),
            json!({"type": "settings_saved", "default_models": {"driver": "rehearsal", "creator": "rehearsal",
                "generator": "rehearsal", "specialist": "local/small"}}),
            json!({"type": "retention_saved", "rule": {"max_age_days": 90, "max_workflows": null,
                "max_megabytes": 500}}),
            json!({"type": "budgets_saved", "budgets": {"day": {"money": 5000000, "tokens": null},
                "agent_day": {"money": null, "tokens": 200000}, "agents": {uid: {"money": 1, "tokens": null}},
                "workflow": {"money": null, "tokens": null},
                "extras": [{"day": 0, "agent": null, "money": 1000000, "tokens": 0}]}}),
            json!({"type": "budget_nearly_spent", "whose": {"of": "day", "day": 1767225600000_i64},
                "limit": {"money": 5000000, "tokens": null},
                "spent": {"money": 4000000, "possible": 0, "unpriced": 1, "tokens": 900}}),
            json!({"type": "budget_warning_seen", "warning": 41}),
            json!({"type": "price_saved", "id": 3, "kind": "open_ai", "model": "big-*", "input": 2500000,
                "output": 10000000, "cached": null, "valid_from": 1767225600000_i64, "note": "List price"}),
            json!({"type": "price_removed", "id": 3}),
            json!({"type": "tool_server_saved", "server": 2, "uid": uid, "name": "files",
                "place": {"kind": "program", "command": "npx", "arguments": ["-y", "a-server"], "folder": null},
                "secrets": [{"name": "TOKEN", "uid": uid}]}),
            json!({"type": "tool_server_saved", "server": 3, "uid": uid, "name": "search",
                "place": {"kind": "address", "url": "https://example.com/mcp"}, "secrets": []}),
            json!({"type": "tool_server_removed", "server": 2, "uid": uid}),
            json!({"type": "tool_allowed", "server": uid, "tool": "read_file", "hash": "9f", "definition": "{}",
                "read_only": true}),
            json!({"type": "tool_forbidden", "server": uid, "tool": "read_file"}),
            json!({"type": "agent_updated", "agent": 4, "uid": uid, "version": 2, "name": "Wren", "role": "Writer",
                "instructions": "Write plainly.", "model": "default"}),
            json!({"type": "agent_updated", "agent": 4, "uid": uid, "version": 3, "name": "Wren", "role": "Writer",
                "instructions": "Write plainly.", "model": "default", "tools": ["calculator"]}),
            json!({"type": "agent_enabled", "agent": 4, "uid": uid, "enabled": false}),
            json!({"type": "hiring_saved", "policy": {"rule": "ask_always"}}),
            json!({"type": "hiring_saved", "policy": {"rule": "within_limits", "most": 3}}),
            json!({"type": "task_judged", "workflow": 12, "task": "work/one", "verdict": "good"}),
            json!({"type": "task_judged", "workflow": 12, "task": "work/one", "verdict": null}),
            json!({"type": "agent_added", "agent": uid, "name": "Wren", "role": "Writer",
                "instructions": "Write plainly.", "model": "default", "tools": [], "origin": {"from": "operator"}}),
            json!({"type": "agent_added", "agent": uid, "name": "Wren (copy)", "role": "Writer",
                "instructions": "Write plainly.", "model": "default", "tools": ["date"],
                "origin": {"from": "copy", "of": uid, "name": "Wren"}}),
            json!({"type": "agent_added", "agent": uid, "name": "Editor", "role": "Editor",
                "instructions": "Write plainly.", "model": "default", "tools": [],
                "origin": {"from": "starter", "key": "editor"}}),
            json!({"type": "agent_added", "agent": uid, "name": "Wren", "role": "Writer",
                "instructions": "Write plainly.", "model": "default", "tools": [], "origin": {"from": "file", "of": uid}}),
            json!({"type": "agent_granted", "agent": 4, "uid": uid, "revision": 2, "grant": {
                "reach": {
                    "folders": [{"name": "project", "path": "/home/me/project", "access": "write",
                        "hard_links": false, "stays_here": true}],
                    "web": {"hosts": {"only": ["example.org"]}, "ports": [], "loopback": false, "seconds": 30},
                    "commands": null},
                "rules": [{"tool": "write_file", "standing": "allow"},
                    {"tool": "fetch_page", "standing": "allow", "only": {"hash": "a", "shown": "b"}}]}}),
            json!({"type": "agent_hired", "template": uid, "agent": uid, "why": "It comes with a template.",
                "form": {"name": "editor", "role": "Editor", "instructions": "Be brief.", "model": "default",
                    "tools": []}}),
            json!({"type": "template_saved", "version": 2, "document": {"schema": 1, "uid": uid, "name": "two",
                "title": "Two", "description": "", "steps": [{"id": "one", "title": "One", "description": "Do it.",
                    "kind": "agent", "agent": "driver", "needs": []}],
                "limits": {"parallel_tasks": 4, "attempts": 3, "sub_tasks": 12, "retry_base_ms": 1000}}}),
            json!({"type": "template_removed", "template": uid, "removed": true}),
            json!({"type": "conversation_renamed", "conversation": uid, "title": "About ferries"}),
            json!({"type": "conversation_removed", "conversation": uid}),
            json!({"type": "branch_chosen", "conversation": uid, "message": uid}),
            json!({"type": "reply_stopped", "conversation": uid, "message": uid, "said": "The ferry"}),
            json!({"type": "schedule_saved", "schedule": 2, "uid": uid, "anew": true, "name": "Digest",
                "template": uid, "template_version": null, "inputs": {"task": "Sum it up"}, "cron": "0 7 * * *",
                "zone": "Europe/Berlin", "overlap": "skip", "catch_up": "newest", "window_minutes": 720}),
            json!({"type": "schedule_removed", "schedule": 2, "uid": uid}),
            json!({"type": "schedule_paused", "schedule": 2, "paused": true}),
            due(&json!({"outcome": "started", "workflow": 12, "late": true})),
            due(&json!({"outcome": "started", "workflow": 12, "late": false, "by_hand": true})),
            due(&json!({"outcome": "waiting", "late": false})),
            due(&json!({"outcome": "skipped", "because": "overlap", "running": 11})),
            due(&json!({"outcome": "skipped", "because": "superseded"})),
            due(&json!({"outcome": "missed", "because": "outside_window"})),
            due(
                &json!({"outcome": "failed", "failure": {"code": "internal", "message": "It broke.",
                "next_step": "Try again.", "retryable": false, "retry_after_ms": null}}),
            ),
            json!({"type": "schedule_seen", "schedule": 2, "to": 1_767_225_600_000_i64}),
            json!({"type": "schedule_set_back", "schedule": 2, "to": 1_767_225_600_000_i64}),
        ];
        for form in written {
            let fact: StoreFact = serde_json::from_value(form.clone()).expect("readable");
            assert_eq!(form["type"], fact.kind());
            assert_eq!(serde_json::to_value(&fact).expect("writable"), form);
        }
    }
}
