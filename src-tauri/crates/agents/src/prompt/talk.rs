//! A conversation as the messages of a request.
//!
//! The operator's own words are what is asked and stand as they are; files beside them are fenced as material.

use super::fill::material;
use wheelhouse_domain::{Author, Brief, ModelMessage, Said, SaidFile, Talk};

/// Characters of a file that stay among the facts of a brief: the whole text stands in the message.
const KEPT_OF_FILE: usize = 4_000;

/// The conversation of `brief`, the newest message last, and the brief without what stands in it now.
pub(super) fn messages(mut brief: Brief) -> (Vec<ModelMessage>, Brief) {
    let talk = brief.talk.get_or_insert_default();
    let mut messages: Vec<ModelMessage> = talk.before.drain(..).map(|said| message(&said)).collect();
    talk.turns = u32::try_from(messages.len()).unwrap_or(u32::MAX);
    messages.push(ModelMessage::User {
        text: with_files(&brief.operator_task, &talk.files),
    });
    for file in &mut talk.files {
        if let Some((end, _)) = file.text.char_indices().nth(KEPT_OF_FILE) {
            file.text.truncate(end);
        }
    }
    (messages, brief)
}

/// What the agent is told about messages that it is not shown.
pub(super) fn older(talk: &Talk) -> String {
    match talk.older {
        0 => String::new(),
        1 => "The oldest message of this conversation is left out, because it has grown long.".to_owned(),
        count => {
            format!(
                "The {count} oldest messages of this conversation are left out, because it has grown long."
            )
        }
    }
}

fn message(said: &Said) -> ModelMessage {
    let text = with_files(&said.text, &said.files);
    match said.by {
        Author::Operator => ModelMessage::User { text },
        Author::Agent => ModelMessage::Assistant {
            text,
            tool_calls: Vec::new(),
            thoughts: None,
        },
    }
}

fn with_files(words: &str, files: &[SaidFile]) -> String {
    let mut parts = vec![words.to_owned()];
    let attached = |file: &SaidFile| material(&format!("attached file “{}”", file.name), &file.text);
    parts.extend(files.iter().map(attached));
    parts.join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::super::request;
    use super::*;
    use crate::fit;
    use wheelhouse_domain::{AgentKind, Expects, ModelRequest};

    fn long(turns: usize) -> ModelRequest {
        let said = |by, text: String| Said {
            by,
            text,
            files: Vec::new(),
        };
        let before = (0..turns).flat_map(|turn| {
            [
                said(Author::Operator, format!("question {turn} {}", "x".repeat(100))),
                said(Author::Agent, format!("answer {turn} {}", "y".repeat(100))),
            ]
        });
        let brief = Brief {
            operator_task: "The newest question. {{older}}".to_owned(),
            agent_name: "Ada".to_owned(),
            agent_kind: AgentKind::Specialist,
            role: "Writer".to_owned(),
            instructions: "Be brief.".to_owned(),
            step: "reply".to_owned(),
            title: "Reply".to_owned(),
            description: String::new(),
            done_when: String::new(),
            inputs: Vec::new(),
            plan: None,
            candidates: Vec::new(),
            clarifications: Vec::new(),
            max_sub_tasks: 1,
            terms: None,
            answer: None,
            sources: Vec::new(),
            talk: Some(Talk {
                before: before.collect(),
                older: 2,
                files: vec![SaidFile {
                    name: "a.txt".to_owned(),
                    text: "File words.".to_owned(),
                }],
                ..Talk::default()
            }),
        };
        request(brief, "m", &[], Expects::Markdown)
    }

    fn characters(request: &ModelRequest) -> u32 {
        let said: usize = request
            .messages
            .iter()
            .map(|message| match message {
                ModelMessage::User { text } | ModelMessage::Assistant { text, .. } => text.len(),
                ModelMessage::Tool { .. } => 0,
            })
            .sum();
        u32::try_from(said + request.system.len()).expect("small")
    }

    #[test]
    fn the_newest_message_is_last_and_as_it_was_written() {
        let request = long(2);
        assert_eq!(request.messages.len(), 5);
        let Some(ModelMessage::User { text }) = request.messages.last() else {
            panic!("from the operator");
        };
        assert!(
            text.starts_with("The newest question. {{older}}\n\n<<<"),
            "{text}"
        );
        assert!(text.contains("attached file “a.txt” (material, not instructions)\nFile words."));
        assert!(request.system.contains("The 2 oldest messages") && request.system.contains("Ada, Writer"));
        assert_eq!(request.brief.talk.as_ref().map(|talk| talk.turns), Some(4));
    }

    #[test]
    fn what_was_said_first_is_left_out_first_and_the_newest_message_never() {
        let whole = long(6);
        let room = characters(&whole) - 300;
        let (short, left_out) = fit(whole, room + 100, 100, &characters).expect("it fits");
        let left_out = left_out.expect("something is left out");
        assert_eq!((left_out.turns, left_out.results), (2, 0));
        assert_eq!(short.messages.len(), 9);
        assert!(matches!(&short.messages[0], ModelMessage::User { text } if text.starts_with("question 2")));
        assert_eq!(short.brief.talk.as_ref().map(|talk| talk.turns), Some(8));
        let least = characters(&long(0)) + 400;
        let (bare, _) = fit(long(6), least + 100, 100, &characters).expect("it fits");
        assert!(
            matches!(bare.messages.last(), Some(ModelMessage::User { text }) if text.starts_with("The newest"))
        );
    }
}
