//! OpenAI chat completions: deltas, parallel calls interleaved by index, usage in a frame of its own.

use super::super::asked::Asked;
use super::super::reply::Reply;
use super::Frame;
use serde_json::{Value, json};

pub(super) fn frames(asked: &Asked, reply: &Reply) -> Vec<Frame> {
    let chunk = |delta: Value, finish: Value| {
        Frame::plain(&json!({
            "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": asked.model,
            "choices": [{ "index": 0, "delta": delta, "finish_reason": finish }]
        }))
    };
    let mut frames = vec![chunk(json!({ "role": "assistant", "content": "" }), Value::Null)];
    frames.extend(
        reply
            .thoughts
            .iter()
            .map(|piece| chunk(json!({ "reasoning_content": piece }), Value::Null)),
    );
    frames.extend(
        reply
            .pieces
            .iter()
            .map(|piece| chunk(json!({ "content": piece }), Value::Null)),
    );
    for delta in calls(asked, &reply.calls) {
        frames.push(chunk(json!({ "tool_calls": [delta] }), Value::Null));
    }
    let finish = match (reply.calls.is_empty(), reply.cut_short) {
        (false, _) => "tool_calls",
        (true, true) => "length",
        (true, false) => "stop",
    };
    frames.push(chunk(json!({}), json!(finish)).finishing());
    if let Some((input, output)) = reply.usage {
        let mut last = json!({
            "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": asked.model,
            "choices": [],
            "usage": { "prompt_tokens": input, "completion_tokens": output, "total_tokens": input + output }
        });
        if let Some((read, written)) = reply.cached {
            last["usage"]["prompt_tokens_details"] =
                json!({ "cached_tokens": read, "cache_write_tokens": written });
        }
        frames.push(Frame::plain(&last));
    }
    if !reply.no_last_marker {
        let done = Frame {
            event: None,
            data: "[DONE]".to_owned(),
            finishes: true,
        };
        frames.push(done);
    }
    frames
}

/// The heads of all calls first, then their arguments in halves, turn about.
fn calls(asked: &Asked, calls: &[(String, Value)]) -> Vec<Value> {
    let heads = calls.iter().enumerate().map(|(index, (tool, _))| {
        json!({
            "index": index, "id": format!("call_{}_{index}", asked.nth), "type": "function",
            "function": { "name": tool, "arguments": "" }
        })
    });
    let half = |second: bool| {
        calls.iter().enumerate().map(move |(index, (_, arguments))| {
            let whole = arguments.to_string();
            let middle = whole
                .char_indices()
                .nth(whole.chars().count() / 2)
                .map_or(0, |(at, _)| at);
            let (left, right) = whole.split_at(middle);
            let part = if second { right } else { left };
            json!({ "index": index, "function": { "arguments": part } })
        })
    };
    heads.chain(half(false)).chain(half(true)).collect()
}
