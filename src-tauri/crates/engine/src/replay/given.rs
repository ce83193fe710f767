//! What must have been put in for an event to follow.

use crate::state::{Run, Task};
use crate::{CallPlace, Fact, Input};
use wheelhouse_domain::{
    CallKey, Event, EventBody, FormAbout, Millis, TaskStatus, WhySkipped, WorkflowStatus,
};

/// The input that the first of these events follows from, and when it came. None where the record does not say.
pub(super) fn input(run: &Run, rest: &[Event]) -> Option<(Input, Millis)> {
    let first = rest.first()?;
    let input = match &first.body {
        EventBody::WorkflowStarted => Input::Start,
        EventBody::CancelRequested => Input::Cancel,
        EventBody::WorkflowPaused => Input::Pause,
        EventBody::WorkflowResumed => Input::Resume,
        EventBody::BudgetChanged { task, budget } => Input::ChangeBudget {
            task: task.clone(),
            budget: *budget,
        },
        EventBody::TaskEdited { task, prompt, model } => Input::Edit {
            task: task.clone(),
            prompt: prompt.clone(),
            model: model.clone(),
        },
        EventBody::TaskOverridden { task, output } => Input::Override {
            task: task.clone(),
            output: output.clone(),
        },
        EventBody::ChildEnded { task, end } => Input::ChildEnded {
            task: task.clone(),
            end: (**end).clone(),
        },
        EventBody::ChildWaits { task, waits_for } => Input::ChildWaits {
            task: task.clone(),
            child: run.task(task)?.child?,
            waits_for: *waits_for,
        },
        // It follows from the time, or from what has its turn.
        EventBody::QuestionAsked { form: Some(form), .. } if form.holds_back().is_some() => Input::Advance,
        EventBody::QuestionAnswered {
            reply: Some(reply), ..
        } if reply.expired => Input::Advance,
        EventBody::QuestionAnswered {
            question,
            answer,
            reply,
        } => Input::Answer {
            question: question.clone(),
            answer: answer.clone(),
            reply: reply.clone(),
        },
        EventBody::TaskStarted { .. } | EventBody::TaskStopping { .. } => Input::Advance,
        EventBody::WorkflowCompleted { report } if run.is_finishing() => Input::Finish {
            result: Ok(report.clone()),
        },
        EventBody::WorkflowFailed { failure } if run.is_finishing() => Input::Finish {
            result: Err(failure.failure.clone()),
        },
        body => return reported(run, body, rest).map(|input| (input, first.at)),
    };
    Some((input, first.at))
}

/// What a performer must have told.
fn reported(run: &Run, body: &EventBody, rest: &[Event]) -> Option<Input> {
    let key = match body {
        EventBody::CallFinished { call, .. }
        | EventBody::CallFailed { call, .. }
        | EventBody::CallInterrupted { call } => call.as_str().rsplit_once('#')?.0.into(),
        body => body.task()?.clone(),
    };
    let task = run.task(&key)?;
    if run.status() == WorkflowStatus::Pending {
        return None;
    }
    let stops = run.cancelling || task.stopping.is_some();
    match body {
        EventBody::TaskPrepared { .. } if task.status == TaskStatus::Waiting => return Some(Input::Advance),
        EventBody::TaskCancelled { .. } if stops => return Some(Input::Stopped { task: key }),
        EventBody::CallInterrupted { .. } if stops => return Some(Input::Stopped { task: key }),
        EventBody::TaskSkipped {
            reason: WhySkipped::Operator,
            ..
        } if !stops => return Some(Input::SkipTask { task: key }),
        _ if task.status != TaskStatus::Running => return None,
        _ => {}
    }
    let fact = fact(task, body, rest)?;
    Some(Input::Report {
        task: key,
        attempt: task.attempt,
        facts: vec![fact],
    })
}

fn fact(task: &Task, body: &EventBody, rest: &[Event]) -> Option<Fact> {
    Some(match body {
        EventBody::TaskPrepared { prepared, .. } => Fact::Prepared {
            prepared: prepared.clone(),
        },
        EventBody::ScopesOpened { scopes, values, .. } => Fact::Opened {
            scopes: scopes.clone(),
            values: values.clone(),
        },
        EventBody::TaskWaits { until, .. } => Fact::Waits { until: *until },
        EventBody::ChildStarted { child, call, .. } => Fact::ChildStarted {
            child: *child,
            call: match call {
                Some(key) => Some(place_of(task, key)?),
                None => None,
            },
        },
        // What was told would have gone beyond a limit. It is not on record.
        EventBody::QuestionAsked { form: Some(form), .. }
            if matches!(form.about, Some(FormAbout::Limit { .. })) =>
        {
            return None;
        }
        EventBody::QuestionAsked { kind, text, form, .. } => Fact::Asked {
            kind: *kind,
            text: text.clone(),
            form: form.as_deref().cloned(),
        },
        EventBody::TaskCompleted { output, .. } => Fact::Answered {
            output: output.clone(),
        },
        EventBody::TaskSkipped {
            reason: WhySkipped::Condition,
            ..
        } => Fact::Unneeded,
        EventBody::TaskAttemptFailed { failure, .. }
        | EventBody::TaskFailed { failure, .. }
        | EventBody::TaskCaught { failure, .. } => Fact::Failed(failure.clone()),
        EventBody::PlanAccepted { plan, origin, .. } => Fact::Planned {
            plan: plan.clone(),
            origin: origin.clone(),
            output: completed(rest)?,
        },
        EventBody::StaffAccepted {
            assignments, origin, ..
        } => Fact::Staffed {
            assignments: assignments.clone(),
            origin: origin.clone(),
            output: completed(rest)?,
        },
        body => return call_fact(task, body),
    })
}

fn completed(rest: &[Event]) -> Option<wheelhouse_domain::ContentHash> {
    match &rest.get(1)?.body {
        EventBody::TaskCompleted { output, .. } => Some(output.clone()),
        _ => None,
    }
}

fn place_of(task: &Task, key: &CallKey) -> Option<CallPlace> {
    let call = task.calls.iter().rev().find(|call| call.key == *key)?;
    Some(CallPlace {
        turn: call.turn,
        index: call.index,
    })
}

fn call_fact(task: &Task, body: &EventBody) -> Option<Fact> {
    Some(match body {
        EventBody::CallStarted {
            turn,
            index,
            kind,
            request,
            reserved,
            elsewhere,
            holds,
            sees,
            leave,
            ..
        } => Fact::CallStarted {
            place: CallPlace {
                turn: *turn,
                index: *index,
            },
            kind: kind.clone(),
            request: request.clone(),
            reserved: *reserved,
            elsewhere: *elsewhere,
            holds: holds.clone(),
            sees: sees.clone(),
            leave: leave.clone(),
        },
        EventBody::CallFinished {
            call,
            response,
            usage,
            spent,
            gist,
            stays_here,
        } => Fact::CallFinished {
            place: place_of(task, call)?,
            response: response.clone(),
            usage: *usage,
            spent: *spent,
            gist: gist.clone(),
            stays_here: stays_here.clone(),
        },
        EventBody::CallFailed { call, failure } => Fact::CallFailed {
            place: place_of(task, call)?,
            failure: failure.clone(),
        },
        EventBody::CallInterrupted { call } => Fact::CallInterrupted {
            place: place_of(task, call)?,
        },
        _ => return None,
    })
}
