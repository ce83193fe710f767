//! Everything that is known of one task, put together from the journal.

use crate::error::Wrapped;
use crate::views;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use wheelhouse_contract::{CallView, PartialText, TaskDetail};
use wheelhouse_domain::{
    CallKind, ContentHash, ModelMessage, ModelRequest, ModelResponse, Outside, StaysHere, TaskAnswer,
    TaskStatus, ToolRequest, ToolResponse,
};
use wheelhouse_orchestrator::store::{CallRow, TaskRow};
use wheelhouse_orchestrator::{Handle, origins};

type Texts = BTreeMap<ContentHash, String>;

pub(crate) async fn task_detail(handle: &Handle, row: TaskRow) -> Result<TaskDetail, Wrapped> {
    let calls = handle.store().calls(row.id).await?;
    let mut hashes: Vec<ContentHash> = calls.iter().map(|call| call.request.clone()).collect();
    hashes.extend(calls.iter().filter_map(|call| call.response.clone()));
    hashes.extend(row.output.clone());
    let texts = handle.store().contents(&hashes).await?;

    let newest = calls
        .iter()
        .rev()
        .find(|call| matches!(call.kind, CallKind::Model { .. }));
    let request: Option<ModelRequest> = newest
        .map(|call| read(&texts, Some(&call.request)))
        .transpose()?
        .flatten();
    let told = told(handle, &row, request.as_ref()).await?;
    let answer: Option<TaskAnswer> = read(&texts, row.output.as_ref())?;
    // A performer may be let go of a moment after its task has ended.
    let partial = match row.status {
        TaskStatus::Running => handle.live().written(row.id),
        _ => None,
    };
    let (system, mut prompt) = request.map_or((None, Vec::new()), |request| {
        (Some(request.system), request.messages)
    });
    if let Some(response) = newest
        .map(|call| read(&texts, call.response.as_ref()))
        .transpose()?
        .flatten()
    {
        let ModelResponse {
            text,
            tool_calls,
            thoughts,
            ..
        } = response;
        prompt.push(ModelMessage::Assistant {
            text,
            tool_calls,
            thoughts,
        });
    }
    let writer = model_of(&calls);
    let (has_read, stays_here) = seen(handle, &row).await?;
    Ok(TaskDetail {
        told,
        system,
        prompt,
        data: answer
            .as_ref()
            .and_then(|answer| answer.data.clone())
            .unwrap_or_default(),
        answer: answer.map(|answer| views::report(answer, writer)),
        partial: partial.map(|written| PartialText {
            attempt: written.attempt,
            text: written.text,
            thoughts: written.thoughts,
        }),
        calls: calls
            .into_iter()
            .map(|call| call_view(call, &texts))
            .collect::<Result<_, _>>()?,
        task: views::task(row, handle.live()),
        has_read,
        stays_here,
    })
}

/// What its models have read that the operator did not write, and what of it stays here.
async fn seen(handle: &Handle, row: &TaskRow) -> Result<(Vec<Outside>, Vec<StaysHere>), Wrapped> {
    let events = handle.store().all_events(row.workflow_id).await?;
    let read = origins::read(&events, Some(&row.key)).into_iter().collect();
    let workflow = handle.store().workflow(row.workflow_id).await?;
    Ok((
        read,
        workflow.map(|workflow| workflow.stays_here).unwrap_or_default(),
    ))
}

/// What a task is told. Before its first call only the journal knows its prompt.
async fn told(handle: &Handle, row: &TaskRow, newest: Option<&ModelRequest>) -> Result<String, Wrapped> {
    if let Some(told) = &row.told {
        return Ok(told.clone());
    }
    if let Some(request) = newest {
        return Ok(request.brief.description.clone());
    }
    let prepared = match row.agent_kind {
        Some(_) => handle.store().prepared(row.workflow_id, &row.key).await?,
        None => None,
    };
    let text = match prepared {
        Some(hash) => handle.store().content(&hash).await?,
        None => None,
    };
    Ok(text.unwrap_or_else(|| row.description.clone()))
}

/// The model that gave the last answer of a task. The agent may think with another one by now.
pub(crate) fn model_of(calls: &[CallRow]) -> Option<String> {
    let answered = calls.iter().rev().filter(|call| call.response.is_some());
    answered
        .filter_map(|call| match &call.kind {
            CallKind::Model { model, .. } => Some(model.clone()),
            CallKind::Tool { .. } => None,
        })
        .next()
}

fn call_view(row: CallRow, texts: &Texts) -> Result<CallView, Wrapped> {
    let mut view = CallView {
        spent: row.counted(),
        reserved: row.set_aside(),
        help: row.help,
        key: row.key,
        attempt: row.attempt,
        turn: row.turn,
        kind: row.kind,
        status: row.status,
        arguments: None,
        text: None,
        thoughts: None,
        passages: Vec::new(),
        left_out: 0,
        from: None,
        stays_here: Vec::new(),
        checkpoint: None,
        usage: row.usage,
        started_at: row.started_at,
        finished_at: row.finished_at,
        failure: row.failure,
    };
    if let CallKind::Model { .. } = view.kind {
        let response: Option<ModelResponse> = read(texts, row.response.as_ref())?;
        if let Some(response) = response {
            view.text = Some(response.text);
            view.thoughts = response
                .thoughts
                .map(|thoughts| thoughts.text)
                .filter(|text| !text.is_empty());
        }
        return Ok(view);
    }
    let request: Option<ToolRequest> = read(texts, Some(&row.request))?;
    view.arguments = request.map(|request| request.arguments);
    if let Some(response) = read(texts, row.response.as_ref())? {
        give(&mut view, response);
    }
    Ok(view)
}

/// What a tool gave, and where that comes from. Of a tool that found nothing or refused there is nothing from outside.
fn give(view: &mut CallView, response: ToolResponse) {
    view.stays_here = response.stays_here();
    let gave = match response {
        ToolResponse::Passages {
            passages, left_out, ..
        } => {
            (view.passages, view.left_out) = (passages, left_out);
            !view.passages.is_empty()
        }
        ToolResponse::Done { text, checkpoint, .. } => {
            (view.text, view.checkpoint) = (Some(text), checkpoint.map(|kept| *kept));
            true
        }
        ToolResponse::Refused { reason } => {
            view.text = Some(reason);
            false
        }
    };
    if let CallKind::Tool { tool, .. } = &view.kind {
        view.from = Outside::of_tool(tool).filter(|_| gave);
    }
}

fn read<T: DeserializeOwned>(texts: &Texts, hash: Option<&ContentHash>) -> Result<Option<T>, Wrapped> {
    let text = hash.and_then(|hash| texts.get(hash));
    Ok(text.map(|text| serde_json::from_str(text)).transpose()?)
}
