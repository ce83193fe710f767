//! What a call is expected to take, before it is made. Rather too much than too little: what is left is given back.

use wheelhouse_domain::{ModelMessage, ModelRequest, Thoughts, Usage};

/// Tokens that are reserved for an answer. No limit is sent with a request, because models count it differently and some
/// refuse it; an answer that grows past this is booked as it is, and the next call finds less room.
pub const OUTPUT_RESERVE: u32 = 4_096;

/// What wraps each message: roles and marks that no text shows.
const FRAME: u32 = 8;

/// Characters of plain text to a token. Common models have about four; three leaves room for code and numbers.
const CHARACTERS: usize = 3;

/// Tokens that a request may have, by its text alone. A bound that holds for the tokenisers in use: plain text counts one
/// for three characters, anything else one for two bytes.
#[must_use]
pub fn prompt_tokens(request: &ModelRequest) -> u32 {
    let mut tokens = text_tokens(&request.system).saturating_add(FRAME);
    for message in &request.messages {
        tokens = tokens
            .saturating_add(message_tokens(message))
            .saturating_add(FRAME);
    }
    for tool in &request.tools {
        let schema = text_tokens(&tool.parameters.0.to_string());
        let words = text_tokens(&tool.name).saturating_add(text_tokens(&tool.description));
        tokens = tokens
            .saturating_add(schema)
            .saturating_add(words)
            .saturating_add(FRAME);
    }
    tokens
}

/// What a request of `prompt` tokens is expected to use.
#[must_use]
pub fn expected_usage(prompt: u32) -> Usage {
    Usage {
        input_tokens: Some(prompt),
        output_tokens: Some(OUTPUT_RESERVE),
        cached_tokens: None,
        cache_written_tokens: None,
    }
}

fn message_tokens(message: &ModelMessage) -> u32 {
    match message {
        ModelMessage::User { text } => text_tokens(text),
        ModelMessage::Assistant {
            text,
            tool_calls,
            thoughts,
        } => {
            let words = text_tokens(text).saturating_add(thoughts.as_deref().map_or(0, thought_tokens));
            tool_calls.iter().fold(words, |sum, call| {
                let arguments = text_tokens(&call.arguments.0.to_string());
                sum.saturating_add(arguments)
                    .saturating_add(text_tokens(&call.tool))
                    .saturating_add(FRAME)
            })
        }
        // As long as the JSON of it is at least as long as what is sent, which leaves out field names.
        ModelMessage::Tool { response, .. } => {
            serde_json::to_string(response).map_or(u32::MAX, |text| text_tokens(&text))
        }
    }
}

/// What goes back of them, counted as if it went to whoever is asked.
fn thought_tokens(thoughts: &Thoughts) -> u32 {
    serde_json::to_string(&thoughts.kept).map_or(u32::MAX, |text| text_tokens(&text))
}

fn text_tokens(text: &str) -> u32 {
    let plain = text.bytes().filter(u8::is_ascii).count();
    let other = text.len() - plain;
    u32::try_from(plain.div_ceil(CHARACTERS) + other.div_ceil(2)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_counts_rather_too_much() {
        // 9 words; tokenisers in use give 10 to 12.
        assert!(text_tokens("The quick brown fox jumps over the lazy dog.") >= 12);
        // Two characters of three bytes each: at most one and a half tokens each.
        assert_eq!(text_tokens("東京"), 3);
        assert_eq!(text_tokens(""), 0);
    }
}
