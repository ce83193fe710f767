//! Ollama: a line for each piece, all calls in one line and without names, `stop` also after calls.

use super::super::asked::Asked;
use super::super::reply::Reply;
use super::Frame;
use serde_json::{Value, json};

pub(super) fn frames(asked: &Asked, reply: &Reply) -> Vec<Frame> {
    let line = |message: Value| {
        Frame::plain(&json!({
            "model": asked.model, "created_at": "2026-01-01T00:00:00Z", "message": message, "done": false
        }))
    };
    let thoughts = reply
        .thoughts
        .iter()
        .map(|piece| line(json!({ "role": "assistant", "content": "", "thinking": piece })));
    let words = reply
        .pieces
        .iter()
        .map(|piece| line(json!({ "role": "assistant", "content": piece })));
    let mut frames: Vec<Frame> = thoughts.chain(words).collect();
    if !reply.calls.is_empty() {
        let calls: Vec<Value> = reply
            .calls
            .iter()
            .map(|(tool, arguments)| json!({ "function": { "name": tool, "arguments": arguments } }))
            .collect();
        frames.push(line(
            json!({ "role": "assistant", "content": "", "tool_calls": calls }),
        ));
    }
    let mut last = json!({
        "model": asked.model, "created_at": "2026-01-01T00:00:00Z",
        "message": { "role": "assistant", "content": "" },
        "done": true, "done_reason": if reply.cut_short { "length" } else { "stop" }
    });
    if let Some((input, output)) = reply.usage {
        last["prompt_eval_count"] = json!(input);
        last["eval_count"] = json!(output);
        if let Some((read, _)) = reply.cached {
            last["prompt_eval_cached_count"] = json!(read);
        }
    }
    frames.push(Frame::plain(&last).finishing());
    frames
}
