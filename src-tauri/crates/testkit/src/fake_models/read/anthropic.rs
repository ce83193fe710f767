//! Anthropic messages.

use super::super::asked::{Asked, ResultSeen, Turn};
use super::{Misread, add_results, call, list, text};
use serde_json::Value;

pub(super) fn read(body: &Value, asked: &mut Asked) -> Result<(), Misread> {
    if body.get("max_tokens").and_then(Value::as_u64).is_none() {
        return Err(Misread::new("max_tokens: field required"));
    }
    asked.expects_json = body.pointer("/output_config/format").is_some();
    asked.system = body
        .get("system")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    if let Some(tools) = body.get("tools").and_then(Value::as_array) {
        asked.tools = tools
            .iter()
            .map(|tool| text(tool, "name"))
            .collect::<Result<_, _>>()?;
    }
    for message in list(body, "messages")? {
        let blocks = blocks(message)?;
        match text(message, "role")?.as_str() {
            "user" => user(&blocks, &mut asked.turns)?,
            "assistant" => {
                for block in blocks.iter().filter(|block| block["type"] == "thinking") {
                    asked.given_back.push(text(block, "thinking")?);
                    asked.given_back.push(text(block, "signature")?);
                }
                asked.turns.push(assistant(&blocks)?);
            }
            other => return Err(Misread::new(format!("no role {other}"))),
        }
    }
    Ok(())
}

/// The content as blocks; a plain text is one block.
fn blocks(message: &Value) -> Result<Vec<Value>, Misread> {
    let blocks = match message.get("content") {
        Some(Value::String(text)) => vec![serde_json::json!({ "type": "text", "text": text })],
        Some(Value::Array(blocks)) => blocks.clone(),
        _ => return Err(Misread::new("content is neither text nor blocks")),
    };
    let empty = |block: &Value| {
        block["type"] == "text" && block["text"].as_str().is_none_or(|text| text.trim().is_empty())
    };
    if blocks.is_empty() || blocks.iter().any(empty) {
        return Err(Misread::new("text content blocks must be non-empty"));
    }
    Ok(blocks)
}

fn user(blocks: &[Value], turns: &mut Vec<Turn>) -> Result<(), Misread> {
    for block in blocks {
        match text(block, "type")?.as_str() {
            "text" => turns.push(Turn::User(text(block, "text")?)),
            "tool_result" => {
                let result = ResultSeen {
                    id: Some(text(block, "tool_use_id")?),
                    tool: None,
                    text: text(block, "content")?,
                };
                add_results(turns, vec![result]);
            }
            other => return Err(Misread::new(format!("no block {other}"))),
        }
    }
    Ok(())
}

fn assistant(blocks: &[Value]) -> Result<Turn, Misread> {
    let (mut words, mut calls) = (String::new(), Vec::new());
    for block in blocks {
        match text(block, "type")?.as_str() {
            "text" => words.push_str(&text(block, "text")?),
            "thinking" if words.is_empty() && calls.is_empty() => {}
            "thinking" => return Err(Misread::new("thinking must come first")),
            "tool_use" => {
                let id = text(block, "id")?;
                if !id
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
                {
                    return Err(Misread::new(format!(
                        "tool_use.id: {id} should match '^[a-zA-Z0-9_-]+$'"
                    )));
                }
                calls.push(call(Some(id), text(block, "name")?, block["input"].clone())?);
            }
            other => return Err(Misread::new(format!("no block {other}"))),
        }
    }
    Ok(Turn::Assistant { text: words, calls })
}
