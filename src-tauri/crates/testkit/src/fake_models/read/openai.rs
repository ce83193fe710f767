//! OpenAI chat completions.

use super::super::asked::{Asked, ResultSeen, Turn};
use super::{Misread, add_results, call, list, text};
use serde_json::Value;

pub(super) fn read(body: &Value, asked: &mut Asked) -> Result<(), Misread> {
    asked.expects_json = body.get("response_format").is_some();
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
            "assistant" => {
                let thoughts = message.get("reasoning_content").and_then(Value::as_str);
                asked.given_back.extend(thoughts.map(str::to_owned));
                asked.turns.push(assistant(message, content)?);
            }
            "tool" => {
                let result = ResultSeen {
                    id: Some(text(message, "tool_call_id")?),
                    tool: None,
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
    let mut calls = Vec::new();
    for one in message
        .get("tool_calls")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let arguments = text(&one["function"], "arguments")?;
        let arguments = serde_json::from_str(&arguments).map_err(|error| Misread::new(error.to_string()))?;
        calls.push(call(
            Some(text(one, "id")?),
            text(&one["function"], "name")?,
            arguments,
        )?);
    }
    Ok(Turn::Assistant { text: content, calls })
}
