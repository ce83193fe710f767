//! What events say of calls.

use super::FoldError;
use crate::state::{Call, CallState, Run};
use wheelhouse_domain::{CallKey, EventBody, Seq};

impl Run {
    pub(super) fn apply_call(&mut self, body: &EventBody) -> Result<(), FoldError> {
        match body {
            EventBody::CallStarted {
                holds, sees, leave, ..
            } => {
                self.confine(holds);
                self.see(sees);
                self.use_up(leave.as_ref());
            }
            EventBody::CallFinished { call, stays_here, .. } => {
                self.confine(stays_here);
                self.see_result(call);
            }
            _ => {}
        }
        match body {
            EventBody::CallStarted {
                call,
                task,
                turn,
                index,
                kind,
                request,
                reserved,
                ..
            } => self.change(task, |task| {
                task.calls.push(Call {
                    key: call.clone(),
                    turn: *turn,
                    index: *index,
                    kind: kind.clone(),
                    request: request.clone(),
                    reserved: *reserved,
                    spent: None,
                    gist: None,
                    help: None,
                    state: CallState::Started,
                });
            }),
            EventBody::CallFinished {
                call,
                response,
                spent,
                gist,
                ..
            } => self.change_call(call, |call| {
                call.spent = *spent;
                call.gist = gist.clone();
                call.state = CallState::Finished {
                    response: response.clone(),
                };
            }),
            EventBody::CallFailed { call, .. } => {
                self.change_call(call, |call| call.state = CallState::Failed)
            }
            EventBody::CallInterrupted { call } => {
                self.change_call(call, |call| call.state = CallState::Interrupted)
            }
            _ => Ok(()),
        }
    }

    /// A call's key begins with its task's.
    pub(super) fn change_call(
        &mut self,
        key: &CallKey,
        change: impl FnOnce(&mut Call),
    ) -> Result<(), FoldError> {
        let Seq(seq) = self.seq;
        let unknown = || FoldError::UnknownCall {
            seq,
            call: key.clone(),
        };
        let (task, _) = key.as_str().rsplit_once('#').ok_or_else(unknown)?;
        let task = self.tasks.place_of(&task.into()).ok_or_else(unknown)?;
        let mut found = false;
        self.alter(task, |task| {
            if let Some(call) = task.calls.iter_mut().rev().find(|call| call.key == *key) {
                change(call);
                found = true;
            }
        });
        if found { Ok(()) } else { Err(unknown()) }
    }
}
