//! What a tool gave, as text for a model. It is a stranger's words, whoever called.

use rmcp::model::{CallToolResult, ContentBlock, ResourceContents};
use serde_json::Value;

/// What a tool gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Called {
    /// In words, cut where it was too long.
    pub text: String,
    /// As data, where the tool gives some and it is not too long.
    pub data: Option<Value>,
    /// Whether the tool says that it failed.
    pub failed: bool,
    /// Bytes of the text that were left out.
    pub left_out: usize,
}

impl Called {
    pub(crate) fn of(result: CallToolResult, most: usize) -> Self {
        let data = result.structured_content;
        let mut parts: Vec<String> = result.content.into_iter().map(words).collect();
        if parts.is_empty()
            && let Some(data) = &data
        {
            parts.push(data.to_string());
        }
        let mut text = parts.join("\n\n");
        let end = text.floor_char_boundary(most);
        let left_out = text.len() - end;
        if left_out > 0 {
            text.truncate(end);
            text.push_str(&format!("\n\n[{left_out} bytes more were left out]"));
        }
        Self {
            text,
            data: data.filter(|data| data.to_string().len() <= most),
            failed: result.is_error.unwrap_or_default(),
            left_out,
        }
    }
}

fn words(block: ContentBlock) -> String {
    match block {
        ContentBlock::Text(text) => text.text,
        ContentBlock::Image(image) => format!("[an image of kind {}, not shown]", image.mime_type),
        ContentBlock::Audio(audio) => format!("[a recording of kind {}, not heard]", audio.mime_type),
        ContentBlock::ResourceLink(link) => format!("[{} is at {}]", link.name, link.uri),
        ContentBlock::Resource(held) => match held.resource {
            ResourceContents::TextResourceContents { uri, text, .. } => format!("{uri}:\n{text}"),
            ResourceContents::BlobResourceContents { uri, .. } => format!("[{uri} is not text, not shown]"),
            _ => "[something that is not known here]".to_owned(),
        },
        _ => "[something that is not known here]".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn result(value: &Value) -> CallToolResult {
        serde_json::from_value(value.clone()).unwrap()
    }

    #[test]
    fn all_kinds_of_content_become_words() {
        let called = Called::of(
            result(&json!({"content": [
                {"type": "text", "text": "one"},
                {"type": "image", "data": "AAAA", "mimeType": "image/png"},
                {"type": "resource_link", "uri": "file:///a", "name": "a"},
                {"type": "resource", "resource": {"uri": "file:///b", "text": "two"}},
                {"type": "resource", "resource": {"uri": "file:///c", "blob": "AAAA"}}
            ], "isError": true})),
            1_000,
        );
        assert_eq!(
            called.text,
            "one\n\n[an image of kind image/png, not shown]\n\n[a is at file:///a]\n\nfile:///b:\ntwo\n\n\
             [file:///c is not text, not shown]"
        );
        assert!(called.failed);
        assert_eq!(called.left_out, 0);
    }

    #[test]
    fn long_text_is_cut_between_characters_and_says_so() {
        let called = Called::of(
            result(&json!({"content": [{"type": "text", "text": "é".repeat(100)}],
                "structuredContent": {"long": "x".repeat(100)}})),
            51,
        );
        assert_eq!(called.left_out, 150);
        assert!(
            called.text.starts_with(&"é".repeat(25))
                && called.text.ends_with("[150 bytes more were left out]")
        );
        assert_eq!(called.data, None);
    }

    #[test]
    fn data_alone_is_told_in_words() {
        let called = Called::of(result(&json!({"structuredContent": {"sum": 3}})), 1_000);
        assert_eq!(called.text, r#"{"sum":3}"#);
        assert_eq!(called.data, Some(json!({"sum": 3})));
    }
}
