//! Ollama's `/api/chat`.

use super::super::asked::{Asked, ResultSeen, Turn};
use super::{Misread, add_results, call, list, text};
use serde_json::Value;

pub(super) fn read(body: &Value, asked: &mut Asked) -> Result<(), Misread> {
    asked.expects_json = body.get("format").is_some();
    if let Some(tools) = body.get("tools").and_then(Value::as_array) {
        asked.tools = tools
            .iter()
            .map(|tool| text(&tool["function"], "name"))
            .collect::<Result<_, _>>()?;
    }
    for message in list(body, "messages")? {
        let content = message
            .get("content")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        match text(message, "role")?.as_str() {
            "system" => asked.system = content,
            "user" => asked.turns.push(Turn::User(content)),
            "assistant" => asked.turns.push(assistant(message, content)?),
            "tool" => {
                let result = ResultSeen {
                    id: None,
                    tool: message
                        .get("tool_name")
                        .and_then(Value::as_str)
                        .map(str::to_owned),
                    text: content,
                };
                add_results(&mut asked.turns, vec![result]);
            }
            other => return Err(Misread::new(format!("no role {other}"))),
        }
    }
    Ok(())
}

fn assistant(message: &Value, content: String) -> Result<Turn, Misread> {
    let calls = message
        .get("tool_calls")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|one| {
            let function = &one["function"];
            call(None, text(function, "name")?, function["arguments"].clone())
        })
        .collect::<Result<_, Misread>>()?;
    Ok(Turn::Assistant { text: content, calls })
}
