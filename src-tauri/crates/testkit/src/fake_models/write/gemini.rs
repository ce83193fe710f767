//! Gemini: parts, a call in a frame of its own and without a name, an ordinary reason for stopping also after calls.

use super::super::asked::Asked;
use super::super::reply::Reply;
use super::Frame;
use serde_json::{Value, json};

pub(super) fn frames(asked: &Asked, reply: &Reply) -> Vec<Frame> {
    let frame = |part: Value| {
        Frame::plain(&json!({
            "candidates": [{ "content": { "role": "model", "parts": [part] }, "index": 0 }],
            "modelVersion": "fake"
        }))
    };
    let thoughts = reply
        .thoughts
        .iter()
        .map(|piece| frame(json!({ "text": piece, "thought": true })));
    let words = reply.pieces.iter().map(|piece| frame(json!({ "text": piece })));
    let mut frames: Vec<Frame> = thoughts.chain(words).collect();
    // Of several calls at once only the first has a seal.
    frames.extend(reply.calls.iter().enumerate().map(|(nth, (tool, arguments))| {
        let mut part = json!({ "functionCall": { "name": tool, "args": arguments } });
        if nth == 0 && !reply.thoughts.is_empty() {
            part["thoughtSignature"] = json!(format!("seal_{}", asked.nth));
        }
        frame(part)
    }));
    let reason = if reply.cut_short { "MAX_TOKENS" } else { "STOP" };
    let mut last = json!({
        "candidates": [{ "content": { "role": "model", "parts": [{ "text": "" }] }, "finishReason": reason, "index": 0 }],
        "modelVersion": "fake"
    });
    if let Some((input, output)) = reply.usage {
        last["usageMetadata"] = json!({
            "promptTokenCount": input, "candidatesTokenCount": output, "totalTokenCount": input + output
        });
        if let Some((read, _)) = reply.cached {
            last["usageMetadata"]["cachedContentTokenCount"] = json!(read);
        }
    }
    frames.push(Frame::plain(&last).finishing());
    frames
}
