//! Anthropic messages: named events, one block after the other, arguments in halves.

use super::super::asked::Asked;
use super::super::reply::Reply;
use super::Frame;
use serde_json::{Value, json};

pub(super) fn frames(asked: &Asked, reply: &Reply) -> Vec<Frame> {
    let mut message = json!({
        "id": "msg_1", "type": "message", "role": "assistant", "model": asked.model, "content": [],
        "stop_reason": null, "stop_sequence": null
    });
    if let Some((input, _)) = reply.usage {
        let (read, written) = reply.cached.unwrap_or_default();
        message["usage"] = json!({ "input_tokens": input - read - written, "output_tokens": 1 });
        if reply.cached.is_some() {
            message["usage"]["cache_read_input_tokens"] = json!(read);
            message["usage"]["cache_creation_input_tokens"] = json!(written);
        }
    }
    let mut frames = vec![
        named(&json!({ "type": "message_start", "message": message })),
        named(&json!({ "type": "ping" })),
    ];
    let mut index = 0;
    if !reply.thoughts.is_empty() {
        let pieces = reply
            .thoughts
            .iter()
            .map(|piece| json!({ "type": "thinking_delta", "thinking": piece }));
        let seal = json!({ "type": "signature_delta", "signature": format!("seal_{}", asked.nth) });
        let head = json!({ "type": "thinking", "thinking": "", "signature": "" });
        block(&mut frames, index, &head, pieces.chain([seal]));
        index += 1;
    }
    if !reply.pieces.is_empty() {
        let deltas = reply
            .pieces
            .iter()
            .map(|piece| json!({ "type": "text_delta", "text": piece }));
        block(&mut frames, index, &json!({ "type": "text", "text": "" }), deltas);
        index += 1;
    }
    for (nth, (tool, arguments)) in reply.calls.iter().enumerate() {
        let head = json!({
            "type": "tool_use", "id": format!("toolu_{}_{nth}", asked.nth), "name": tool, "input": {}
        });
        let whole = arguments.to_string();
        let middle = whole
            .char_indices()
            .nth(whole.chars().count() / 2)
            .map_or(0, |(at, _)| at);
        let (left, right) = whole.split_at(middle);
        let deltas =
            ["", left, right].map(|part| json!({ "type": "input_json_delta", "partial_json": part }));
        block(&mut frames, index, &head, deltas);
        index += 1;
    }
    frames.extend(end(reply));
    frames
}

fn named(data: &Value) -> Frame {
    Frame {
        event: data["type"].as_str().map(str::to_owned),
        ..Frame::plain(data)
    }
}

fn block(frames: &mut Vec<Frame>, index: usize, head: &Value, deltas: impl IntoIterator<Item = Value>) {
    frames.push(named(
        &json!({ "type": "content_block_start", "index": index, "content_block": head }),
    ));
    frames.extend(
        deltas
            .into_iter()
            .map(|delta| named(&json!({ "type": "content_block_delta", "index": index, "delta": delta }))),
    );
    frames.push(named(&json!({ "type": "content_block_stop", "index": index })));
}

fn end(reply: &Reply) -> [Frame; 2] {
    let reason = match (reply.calls.is_empty(), reply.cut_short) {
        (false, _) => "tool_use",
        (true, true) => "max_tokens",
        (true, false) => "end_turn",
    };
    let mut delta =
        json!({ "type": "message_delta", "delta": { "stop_reason": reason, "stop_sequence": null } });
    if let Some((_, output)) = reply.usage {
        delta["usage"] = json!({ "output_tokens": output });
    }
    [
        named(&delta),
        named(&json!({ "type": "message_stop" })).finishing(),
    ]
}
