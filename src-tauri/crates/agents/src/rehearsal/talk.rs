//! A reply in a conversation: sentences of the documents that bear on what was asked, what stands in attached files, and
//! an honest word where there is nothing. It says each time that no language model wrote it.

use super::evidence::{Evidence, Finding};
use super::prose;
use super::text::{content_words, counted, ended, inline, listed, shorten};
use wheelhouse_domain::{Brief, KNOWLEDGE_SEARCH, ModelMessage, ModelRequest, SaidFile};

/// Words of a search at most.
const WORDS: usize = 12;

/// Fewer words than this are taken together with what was asked before: "and on Windows?".
const ENOUGH_WORDS: usize = 3;

/// Sentences that are quoted at most.
const FINDINGS: usize = 4;

const HOW: &str =
    "*Rehearsal wrote this by rules, not a language model. Add a model in Settings for real answers.*";

/// What to search for before answering.
pub(super) fn queries(request: &ModelRequest) -> Vec<String> {
    vec![asked(request).join(" ")]
}

/// The reply.
pub(super) fn answer(request: &ModelRequest) -> String {
    let brief = &request.brief;
    let asked = asked(request);
    let evidence = Evidence::of(request);
    let files = brief.talk.as_ref().map_or(&[][..], |talk| talk.files.as_slice());
    let mut parts: Vec<String> = files.iter().map(file).collect();
    if asked.is_empty() {
        if files.is_empty() {
            parts.push(greeting(brief));
        }
    } else {
        parts.push(said(request, &asked, &evidence));
    }
    parts.push(HOW.to_owned());
    parts.join("\n\n")
}

/// The words of the newest message that say something; where they are few, with those of the message before.
fn asked(request: &ModelRequest) -> Vec<String> {
    let brief = &request.brief;
    let mut words = telling(&brief.operator_task);
    // With a file beside it a question is about something new.
    let has_files = brief.talk.as_ref().is_some_and(|talk| !talk.files.is_empty());
    if words.len() < ENOUGH_WORDS
        && !words.is_empty()
        && !has_files
        && let Some(before) = asked_before(request)
    {
        for word in telling(before) {
            if !words.contains(&word) {
                words.push(word);
            }
        }
    }
    words.truncate(WORDS);
    words
}

fn telling(text: &str) -> Vec<String> {
    let mut words = content_words(text);
    words.retain(|word| {
        !matches!(
            word.as_str(),
            "hello" | "hi" | "hey" | "thanks" | "thank" | "please"
        )
    });
    words
}

/// What the operator said last before the newest message.
fn asked_before(request: &ModelRequest) -> Option<&str> {
    let turns = request.brief.talk.as_ref()?.turns as usize;
    let before = request.messages.get(..turns)?;
    before.iter().rev().find_map(|message| match message {
        ModelMessage::User { text } => Some(text.as_str()),
        _ => None,
    })
}

fn greeting(brief: &Brief) -> String {
    format!(
        "Hello. I am {}, {}. Ask me about something that stands in your documents, and I quote what they say.",
        inline(&brief.agent_name),
        inline(&brief.role)
    )
}

/// What the knowledge says about `asked`.
fn said(request: &ModelRequest, asked: &[String], evidence: &Evidence) -> String {
    let findings = evidence.findings(&asked.join(" "));
    if !findings.is_empty() {
        return quoted(&findings[..findings.len().min(FINDINGS)], evidence);
    }
    if !request.tools.iter().any(|tool| tool.name == KNOWLEDGE_SEARCH) {
        return format!(
            "I may not search the knowledge, so I can't say anything about {}. Give me the tool in Agents, or ask \
             the researcher.",
            listed_words(asked)
        );
    }
    if let Some(reason) = evidence.refusals.first() {
        return format!("The knowledge could not be searched. {}", ended(&inline(reason)));
    }
    format!(
        "I looked for {} and found nothing in {}. Add a document about it in Knowledge, or ask in other words.",
        listed_words(asked),
        counted(evidence.documents() as usize, "document")
    )
}

fn listed_words(words: &[String]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("“{}”", inline(word))).collect();
    listed(&quoted)
}

fn quoted(findings: &[Finding], evidence: &Evidence) -> String {
    if let [only] = findings {
        return format!("Your documents say: {}", only.cited());
    }
    let lines: Vec<String> = findings.iter().map(|one| format!("- {}", one.cited())).collect();
    let from = counted(evidence.paths().len(), "document");
    format!(
        "This is what {from} say about it, word for word:\n\n{}",
        lines.join("\n")
    )
    .replacen("1 document say", "1 document says", 1)
}

/// What an attached file is, as far as rules can tell: how long it is, and how it begins.
fn file(file: &SaidFile) -> String {
    let lines = file.text.lines().count();
    let first = prose::sentences(&file.text)
        .first()
        .map(|sentence| inline(&sentence.text))
        .or_else(|| file.text.lines().map(inline).find(|line| !line.is_empty()));
    let begins = first.map_or_else(String::new, |first| {
        format!(" It begins: “{}”", shorten(&first, 160))
    });
    format!(
        "I was given `{}`, {} of text.{begins}",
        inline(&file.name),
        counted(lines, "line")
    )
}

#[cfg(test)]
mod tests {
    use super::super::respond;
    use super::*;
    use wheelhouse_domain::{AgentKind, Author, Expects, Said, Talk};

    fn request(said: &str, before: Vec<Said>, files: Vec<SaidFile>) -> ModelRequest {
        let brief = Brief {
            operator_task: said.to_owned(),
            agent_name: "Ada".to_owned(),
            agent_kind: AgentKind::Creator,
            role: "Researcher".to_owned(),
            instructions: String::new(),
            step: "reply".to_owned(),
            title: "Reply".to_owned(),
            description: String::new(),
            done_when: String::new(),
            inputs: Vec::new(),
            plan: None,
            candidates: Vec::new(),
            clarifications: Vec::new(),
            max_sub_tasks: 12,
            terms: None,
            answer: None,
            sources: Vec::new(),
            talk: Some(Talk {
                before,
                files,
                ..Talk::default()
            }),
        };
        let tools = [crate::prompt::knowledge_search()];
        crate::prompt::request(brief, "rehearsal", &tools, Expects::Markdown)
    }

    #[test]
    fn it_searches_first_and_few_words_are_taken_with_those_before() {
        let before = vec![
            Said {
                by: Author::Operator,
                text: "How are backups restored?".to_owned(),
                files: Vec::new(),
            },
            Said {
                by: Author::Agent,
                text: "By the settings.".to_owned(),
                files: Vec::new(),
            },
        ];
        let asked = respond(&request("And on Windows?", before, Vec::new()));
        let query = asked.tool_calls[0].arguments.0["query"]
            .as_str()
            .expect("a query");
        assert!(query.contains("windows") && query.contains("backups"), "{query}");
    }

    #[test]
    fn it_greets_and_says_what_it_is() {
        let said = respond(&request("Hello", Vec::new(), Vec::new()));
        assert!(said.tool_calls.is_empty());
        assert!(said.text.contains("I am Ada, Researcher") && said.text.contains("not a language model"));
    }

    #[test]
    fn it_tells_what_it_was_given() {
        let file = SaidFile {
            name: "notes.md".to_owned(),
            text: "# Harbour\n\nThe ferry leaves at nine. It is blue.\n".to_owned(),
        };
        let said = respond(&request("", Vec::new(), vec![file]));
        assert!(
            said.text
                .contains("`notes.md`, 3 lines of text. It begins: “The ferry leaves at nine.”"),
            "{}",
            said.text
        );
    }
}
