//! Gemini: parts, a call in a frame of its own and without a name, an ordinary reason for stopping also after calls.

use super::super::reply::Reply;
use super::Frame;
use serde_json::{Value, json};

pub(super) fn frames(reply: &Reply) -> Vec<Frame> {
    let frame = |part: Value| {
        Frame::plain(&json!({
            "candidates": [{ "content": { "role": "model", "parts": [part] }, "index": 0 }],
            "modelVersion": "fake"
        }))
    };
    let mut frames: Vec<Frame> = reply
        .pieces
        .iter()
        .map(|piece| frame(json!({ "text": piece })))
        .collect();
    frames.extend(
        reply
            .calls
            .iter()
            .map(|(tool, arguments)| frame(json!({ "functionCall": { "name": tool, "args": arguments } }))),
    );
    let reason = if reply.cut_short { "MAX_TOKENS" } else { "STOP" };
    let mut last = json!({
        "candidates": [{ "content": { "role": "model", "parts": [{ "text": "" }] }, "finishReason": reason, "index": 0 }],
        "modelVersion": "fake"
    });
    if let Some((input, output)) = reply.usage {
        last["usageMetadata"] = json!({
            "promptTokenCount": input, "candidatesTokenCount": output, "totalTokenCount": input + output
        });
    }
    frames.push(Frame::plain(&last).finishing());
    frames
}
