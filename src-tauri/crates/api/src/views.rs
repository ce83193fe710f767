//! From the store's rows to the contract's views. Nothing is decided here.

use crate::moves;
use wheelhouse_contract::{
    AgentVersion, AgentView, AgentWork, AskedBelow, DocumentText, DocumentView, EventView, JournalEntry,
    KeyOrigin, ProviderView, QuestionView, Report, ScopeView, SourceProblem, SourceView, TaskView,
    WorkflowLink, WorkflowStats, WorkflowView,
};
use wheelhouse_domain::{DefaultModels, TaskAnswer, TaskStatus, usual_parallel};
use wheelhouse_orchestrator::knowledge::OpenDocument;
use wheelhouse_orchestrator::prices::is_on_this_machine;
use wheelhouse_orchestrator::store::knowledge::{DocumentRow, SourceRow};
use wheelhouse_orchestrator::store::{
    AgentRow, AgentVersionRow, AgentWorkRow, AskedBelow as AskedBelowRow, LinkRow, ProviderRow, QuestionRow,
    StoredEvent, TaskRow, ThinEvent, WorkflowCounts, WorkflowRow,
};
use wheelhouse_orchestrator::{Live, keys};

pub(crate) fn workflow(row: WorkflowRow) -> WorkflowView {
    WorkflowView {
        id: row.id,
        uid: row.uid,
        name: row.name,
        description: row.description,
        status: row.status,
        cancelling: row.cancelling,
        template: row.template,
        created_at: row.created_at,
        started_at: row.started_at,
        completed_at: row.completed_at,
        tasks_total: row.tasks_total,
        tasks_completed: row.tasks_completed,
        working: row.working,
        failure: row.failure,
        has_report: row.report.is_some(),
        meta: row.meta,
        spent: row.spent,
        reserved: row.reserved,
        budget: row.budget,
        paused: row.paused,
        inputs: row.inputs.unwrap_or_default(),
        parent: row.parent.map(link),
        forked_from: row.forked_from.map(link),
        imported: row.imported,
        depth: row.depth,
        asked_below: row.asked_below.map(asked_below),
        stays_here: row.stays_here,
        moved: row.moved.and_then(moves::moved),
    }
}

fn asked_below(row: AskedBelowRow) -> AskedBelow {
    AskedBelow {
        question: row.question,
        workflow: row.workflow,
        workflow_name: row.workflow_name,
        task_title: row.task_title,
    }
}

fn link(row: LinkRow) -> WorkflowLink {
    WorkflowLink {
        id: row.id,
        workflow: row.workflow,
        task: row.task,
    }
}

/// `live` knows what is not on record: whom it waits for now.
pub(crate) fn task(row: TaskRow, live: &Live) -> TaskView {
    TaskView {
        waits_for: match row.status {
            TaskStatus::Running => live.waits_for(row.id),
            _ => None,
        },
        id: row.id,
        workflow_id: row.workflow_id,
        key: row.key,
        step: row.step,
        title: row.title,
        description: row.description,
        done_when: row.done_when,
        assigned_to: row.agent_id,
        agent_name: row.agent_name,
        agent_kind: row.agent_kind,
        status: row.status,
        attempt: row.attempt,
        needs: row.needs,
        created_at: row.created_at,
        started_at: row.started_at,
        completed_at: row.completed_at,
        retry_at: row.retry_at,
        failure: row.failure,
        origin: row.origin,
        citations: row.citations,
        spent: row.spent,
        reserved: row.reserved,
        budget: row.budget,
        step_kind: row.step_kind,
        container: row.scope.as_ref().map(|scope| scope.container.clone()),
        scope: row.scope.map(|scope| ScopeView {
            index: scope.index,
            block: scope.block,
            label: scope.label,
        }),
        skipped: row.skipped,
        waits_until: row.waits_until,
        caught: row.caught,
        child: row.child_id,
        reused_from: row.reused_from,
        overridden: row.overridden,
        verdict: row.verdict,
        told: row.told,
        model: row.model,
    }
}

pub(crate) fn agent(row: AgentRow, defaults: &DefaultModels) -> AgentView {
    AgentView {
        model_used: defaults.resolve(row.kind, &row.model).to_owned(),
        id: row.id,
        uid: row.uid,
        name: row.name,
        kind: row.kind,
        role: row.role,
        instructions: row.instructions,
        model: row.model,
        tools: row.tools,
        fallbacks: row.fallbacks,
        status: row.status,
        version: row.version,
        hired_in: row.hired_in,
        why: row.why,
        origin: row.origin,
        created_at: row.created_at,
        tasks_completed: row.tasks_completed,
        tasks_failed: row.tasks_failed,
        stays_here: row.stays_here,
    }
}

pub(crate) fn agent_work(row: AgentWorkRow) -> AgentWork {
    AgentWork {
        workflow_id: row.workflow_id,
        workflow_name: row.workflow_name,
        task_id: row.task_id,
        title: row.title,
        status: row.status,
        started_at: row.started_at,
        completed_at: row.completed_at,
    }
}

pub(crate) fn question(row: QuestionRow) -> QuestionView {
    QuestionView {
        id: row.id,
        workflow_id: row.workflow_id,
        conversation: row.conversation,
        trial: row.trial,
        workflow_name: row.workflow_name,
        task_id: row.task_id,
        task_title: row.task_title,
        agent_name: row.agent_name,
        kind: row.kind,
        text: row.text,
        status: row.status,
        answer: row.answer,
        asked_at: row.asked_at,
        answered_at: row.answered_at,
        form: row.form,
        reply: row.reply,
    }
}

pub(crate) fn stats(counts: WorkflowCounts) -> WorkflowStats {
    WorkflowStats {
        total: counts.total,
        active: counts.active,
        completed: counts.completed,
        failed: counts.failed,
        moved: counts.moved,
    }
}

pub(crate) fn event(event: ThinEvent) -> EventView {
    EventView {
        position: event.position,
        workflow_id: event.workflow_id,
        at: event.at,
        kind: event.kind,
        task: event.task,
    }
}

pub(crate) fn journal_entry(event: StoredEvent) -> JournalEntry {
    JournalEntry {
        seq: event.seq,
        position: event.position,
        at: event.at,
        kind: event.kind,
        task: event.task,
        version: u32::from(event.version),
        body: event.body,
    }
}

pub(crate) fn report(answer: TaskAnswer, model: Option<String>) -> Report {
    Report {
        text: answer.text,
        citations: answer.citations,
        model,
    }
}

pub(crate) fn source(row: SourceRow) -> SourceView {
    let problem = |problem: wheelhouse_orchestrator::store::knowledge::Problem| SourceProblem {
        path: problem.path,
        reason: problem.reason,
    };
    SourceView {
        id: row.id,
        uid: row.uid,
        name: row.name,
        kind: row.kind,
        path: row.path,
        state: row.state,
        documents: row.documents,
        chunks: row.chunks,
        bytes: row.bytes,
        problems: row.problems.into_iter().map(problem).collect(),
        scanned_at: row.scanned_at,
        stays_here: row.stays_here,
    }
}

pub(crate) fn document(row: DocumentRow) -> DocumentView {
    DocumentView {
        id: row.id,
        path: row.path,
        title: row.title,
        bytes: row.bytes,
        lines: row.lines,
        chunks: row.chunks,
        indexed_at: row.indexed_at,
    }
}

pub(crate) fn document_text(open: OpenDocument) -> DocumentText {
    let OpenDocument {
        content,
        changed_on_disk,
    } = open;
    DocumentText {
        document: document(content.document),
        source: content.source,
        source_name: content.source_name,
        text: content.text,
        changed_on_disk,
    }
}

pub(crate) fn agent_version(row: AgentVersionRow) -> AgentVersion {
    AgentVersion {
        version: row.version,
        name: row.name,
        role: row.role,
        instructions: row.instructions,
        model: row.model,
        tools: row.tools,
        fallbacks: row.fallbacks,
        since: row.since,
    }
}

pub(crate) fn provider(row: ProviderRow, origin: Option<keys::KeyOrigin>) -> ProviderView {
    ProviderView {
        usual_parallel: usual_parallel(is_on_this_machine(&row.base_url)),
        on_this_machine: is_on_this_machine(&row.base_url),
        limits: row.limits,
        id: row.id,
        uid: row.uid,
        name: row.name,
        kind: row.kind,
        base_url: row.base_url,
        key_from: origin.map(key_origin),
        created_at: row.created_at,
    }
}

fn key_origin(origin: keys::KeyOrigin) -> KeyOrigin {
    match origin {
        keys::KeyOrigin::Environment => KeyOrigin::Environment,
        keys::KeyOrigin::Keychain => KeyOrigin::Keychain,
        keys::KeyOrigin::File => KeyOrigin::File,
    }
}

/// A number of things as the contract counts them.
pub(crate) fn count(things: usize) -> u32 {
    u32::try_from(things).unwrap_or(u32::MAX)
}
