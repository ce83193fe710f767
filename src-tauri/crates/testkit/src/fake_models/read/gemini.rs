//! Gemini's `streamGenerateContent`.

use super::super::asked::{Asked, ResultSeen, Turn};
use super::{Misread, add_results, call, list, text};
use serde_json::Value;

pub(super) fn read(body: &Value, asked: &mut Asked) -> Result<(), Misread> {
    asked.expects_json = body
        .pointer("/generationConfig/responseMimeType")
        .is_some_and(|kind| kind == "application/json");
    if let Some(parts) = body.pointer("/systemInstruction/parts").and_then(Value::as_array) {
        asked.system = joined(parts);
    }
    for tool in body.get("tools").and_then(Value::as_array).into_iter().flatten() {
        for function in list(tool, "functionDeclarations")? {
            asked.tools.push(text(function, "name")?);
        }
    }
    if asked.expects_json && !asked.tools.is_empty() {
        return Err(Misread::new(
            "Function calling with a response mime type: 'application/json' is unsupported",
        ));
    }
    for content in list(body, "contents")? {
        let parts = list(content, "parts")?;
        if parts.is_empty() {
            return Err(Misread::new("parts must not be empty"));
        }
        match text(content, "role")?.as_str() {
            "model" => {
                for part in parts {
                    let seal = part.get("thoughtSignature").and_then(Value::as_str);
                    asked.given_back.extend(seal.map(str::to_owned));
                }
                asked.turns.push(model(parts)?);
            }
            "user" => user(parts, &mut asked.turns)?,
            other => return Err(Misread::new(format!("no role {other}"))),
        }
    }
    Ok(())
}

fn joined(parts: &[Value]) -> String {
    parts
        .iter()
        .filter_map(|part| part.get("text")?.as_str())
        .collect()
}

fn model(parts: &[Value]) -> Result<Turn, Misread> {
    let calls = parts
        .iter()
        .filter_map(|part| part.get("functionCall"))
        .map(|one| {
            let id = one.get("id").and_then(Value::as_str).map(str::to_owned);
            call(id, text(one, "name")?, one["args"].clone())
        })
        .collect::<Result<_, Misread>>()?;
    Ok(Turn::Assistant {
        text: joined(parts),
        calls,
    })
}

fn user(parts: &[Value], turns: &mut Vec<Turn>) -> Result<(), Misread> {
    for part in parts {
        if let Some(words) = part.get("text").and_then(Value::as_str) {
            turns.push(Turn::User(words.to_owned()));
        } else if let Some(response) = part.get("functionResponse") {
            let result = ResultSeen {
                id: response.get("id").and_then(Value::as_str).map(str::to_owned),
                tool: Some(text(response, "name")?),
                text: text(&response["response"], "content")?,
            };
            add_results(turns, vec![result]);
        } else {
            return Err(Misread::new("a part is neither text nor functionResponse"));
        }
    }
    Ok(())
}
