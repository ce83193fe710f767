//! An agent as a file to share.
//!
//! The form is small and says who the agent is and how it works, nothing else: no key, no path, no grant, no price, no
//! work record. A model of the operator's own providers becomes `default`. What is taken in is checked as what the
//! operator types, and tools that are not here are left out.
//!
//! Deliberately absent: the disk (the window's side reads and writes the file), and what an agent may do here beside its
//! tools: grants of folders and sites belong to a machine.

use super::{LONGEST_NAME, StaffError, is_everywhere, new, text_of};
use crate::error::Error;
use crate::handle::{About, Handle, Wish};
use serde::{Deserialize, Serialize};
use wheelhouse_domain::{
    AgentId, AgentKind, AgentOrigin, AgentText, AgentUid, BUILT_IN_TOOLS, CREW_TOOLS, DEFAULT_MODEL,
    StaysHere,
};
use wheelhouse_store::{AgentRow, Error as StoreError};

/// Bytes of such a file at most.
pub const LARGEST_AGENT_FILE: usize = 256 * 1024;

/// What such a file says first.
const FORMAT: &str = "wheelhouse-agent";

/// The form that this program writes.
const VERSION: u32 = 1;

/// Longest instructions, in characters.
const LONGEST_INSTRUCTIONS: usize = 20_000;

/// Tools that a file may name at most.
const MOST_TOOLS: usize = 100;

/// Why a text is no file of an agent that can be taken in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AgentFileError {
    /// It is longer than any.
    #[error("it has {0} bytes, and an agent's file has {LARGEST_AGENT_FILE} at most")]
    TooLarge(usize),
    /// It is something else.
    #[error("it is no agent's file")]
    Foreign,
    /// A newer program wrote it.
    #[error("it has the form {found}, and this Wheelhouse reads {VERSION}")]
    Newer {
        /// Its form.
        found: u32,
    },
    /// It lacks something, or has it in another form.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// A field can't be used.
    #[error("its {field} can't be used: {reason}")]
    Field {
        /// Which one.
        field: &'static str,
        /// Why.
        reason: String,
    },
}

#[derive(Serialize, Deserialize)]
struct AgentFile {
    format: String,
    version: u32,
    uid: AgentUid,
    agent: AgentText,
}

/// What is read before anything else: another form may lack the rest.
#[derive(Deserialize)]
struct Head {
    format: String,
    version: u32,
}

/// An agent as a file, and what its owner should know before it is shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentExport {
    /// A name for the file.
    pub file_name: String,
    /// The file's text.
    pub text: String,
    /// What was left out, and what in the instructions tells of this machine or looks like a secret. Sentences.
    pub notices: Vec<String>,
}

/// What a file would add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentFound {
    /// The agent's identity where it was written.
    pub uid: AgentUid,
    /// The agent as it would be here.
    pub text: AgentText,
    /// Tools that are not here and are left out.
    pub left_out: Vec<String>,
    /// The model that `default` takes the place of.
    pub replaced_model: Option<String>,
    /// Name of the agent of the same identity that is here already. It stays as it is.
    pub known_as: Option<String>,
}

impl Handle {
    /// A specialist as a file to share.
    ///
    /// # Errors
    /// [`StaffError::Permanent`], and [`Error::Store`] where there is no such agent.
    pub async fn export_agent(&self, id: AgentId) -> Result<AgentExport, Error> {
        let row = self.agent_row(id).await?;
        if row.kind != AgentKind::Specialist {
            return Err(StaffError::Permanent(row.name).into());
        }
        Ok(export(&row)?)
    }

    /// What the text of a file would add. Nothing is changed.
    ///
    /// # Errors
    /// [`StaffError::File`].
    pub async fn inspect_agent_file(&self, text: &str) -> Result<AgentFound, Error> {
        let mut found = read(text).map_err(StaffError::from)?;
        let known = self.store().agent_by_uid(found.uid).await?;
        found.known_as = known.map(|row| row.name);
        Ok(found)
    }

    /// Takes in the text of a file as a new specialist. It keeps its identity unless an agent with that is here already.
    ///
    /// # Errors
    /// [`StaffError::File`].
    pub async fn import_agent(&self, wish: Wish<'_>, text: &str) -> Result<AgentRow, Error> {
        let found = read(text).map_err(StaffError::from)?;
        let origin = AgentOrigin::File { of: found.uid };
        let mut added = new(wish, found.text, origin);
        let here = self.store().agents_by_uid(&[added.agent, found.uid]).await?;
        if self.repeated(wish, About::New).await?.is_some() {
            // The one that was made by the wish, where there is one: then the other was here before.
            let made = here.iter().position(|row| row.uid == added.agent).unwrap_or(0);
            let row = here.into_iter().nth(made);
            return row.ok_or(Error::Store(StoreError::AgentGone(found.uid)));
        }
        if here.is_empty() {
            added.agent = found.uid;
        }
        self.add_agent(wish, added).await
    }
}

fn export(row: &AgentRow) -> Result<AgentExport, serde_json::Error> {
    let mut agent = text_of(row);
    let mut notices = Vec::new();
    if !is_everywhere(&agent.model) {
        notices.push(format!(
            "Its model {} is left out. Elsewhere it works with the default for specialists.",
            agent.model
        ));
        agent.model = DEFAULT_MODEL.to_owned();
    }
    if !agent.fallbacks.is_empty() {
        notices.push("The models that it falls back on are left out.".to_owned());
        agent.fallbacks.clear();
    }
    notices.extend(staying(&row.stays_here));
    notices.extend(told_too_much(&agent.instructions));
    let file = AgentFile {
        format: FORMAT.to_owned(),
        version: VERSION,
        uid: row.uid,
        agent,
    };
    Ok(AgentExport {
        file_name: format!("{}.agent.json", slug(&row.name)),
        text: format!("{}\n", serde_json::to_string_pretty(&file)?),
        notices,
    })
}

fn staying(sources: &[StaysHere]) -> Option<String> {
    if sources.is_empty() {
        return None;
    }
    let names: Vec<String> = sources.iter().map(|one| format!("“{}”", one.name)).collect();
    Some(format!(
        "It was designed in a workflow that had read {}, which stays on this machine. Its instructions may repeat what \
         stands there.",
        names.join(", ")
    ))
}

/// Lines of the instructions that tell of this machine or look like a secret, as sentences.
fn told_too_much(instructions: &str) -> Vec<String> {
    let mut notices = Vec::new();
    for (number, line) in (1..).zip(instructions.lines()) {
        if line.split_whitespace().any(is_secret) || line.contains("PRIVATE KEY-----") {
            notices.push(format!(
                "Line {number} of the instructions looks like it holds a key or a password. Take it out before you share \
                 the file."
            ));
        } else if line.split_whitespace().any(is_path) {
            notices.push(format!(
                "Line {number} of the instructions names a folder of a machine, which nobody else has."
            ));
        }
    }
    notices
}

/// Whether a word looks like a key: it begins as those of well-known services do, or is long and mixes letters of both
/// sizes with digits as no word of a language does.
fn is_secret(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let begins = [
        "sk-",
        "ghp_",
        "github_pat_",
        "xoxb-",
        "xoxp-",
        "AKIA",
        "AIza",
        "glpat-",
    ]
    .iter()
    .any(|prefix| word.starts_with(prefix) && word.len() >= prefix.len() + 12);
    let is = |fits: fn(&char) -> bool| word.chars().filter(fits).count();
    let plain = word
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+' | '=' | '.'));
    begins
        || (plain
            && word.len() >= 32
            && is(char::is_ascii_digit) >= 4
            && is(char::is_ascii_lowercase) >= 4
            && is(char::is_ascii_uppercase) >= 4)
}

/// Whether a word is a path below somebody's home or on a drive.
fn is_path(word: &str) -> bool {
    let word =
        word.trim_start_matches(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '/' | '\\' | '~'));
    let drive = word.as_bytes().first().is_some_and(u8::is_ascii_alphabetic) && word.get(1..3) == Some(":\\");
    drive
        || ["/home/", "/Users/", "/root/", "\\\\", "~/"]
            .iter()
            .any(|start| word.starts_with(start))
}

/// Letters, digits and `-` for the name of a file.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for letter in name.to_lowercase().chars() {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "agent" } else { slug }.to_owned()
}

fn read(text: &str) -> Result<AgentFound, AgentFileError> {
    if text.len() > LARGEST_AGENT_FILE {
        return Err(AgentFileError::TooLarge(text.len()));
    }
    let head: Head = serde_json::from_str(text).map_err(|_| AgentFileError::Foreign)?;
    if head.format != FORMAT {
        return Err(AgentFileError::Foreign);
    }
    if head.version != VERSION {
        return Err(AgentFileError::Newer { found: head.version });
    }
    let file: AgentFile =
        serde_json::from_str(text).map_err(|error| AgentFileError::Damaged(error.to_string()))?;
    checked(file)
}

fn checked(AgentFile { uid, mut agent, .. }: AgentFile) -> Result<AgentFound, AgentFileError> {
    agent.name = line(&agent.name, "name")?;
    agent.role = line(&agent.role, "profession")?;
    agent.instructions = instructions(&agent.instructions)?;
    let replaced_model = (!is_everywhere(&agent.model))
        .then(|| std::mem::replace(&mut agent.model, DEFAULT_MODEL.to_owned()))
        .map(|model| model.chars().filter(|c| !c.is_control()).take(200).collect());
    // Whose models these are is known where the file was written, and nowhere else.
    agent.fallbacks.clear();
    if agent.tools.len() > MOST_TOOLS {
        return Err(AgentFileError::Field {
            field: "tools",
            reason: format!("there are {}, and {MOST_TOOLS} are possible", agent.tools.len()),
        });
    }
    let (mut tools, mut left_out) = (Vec::new(), Vec::new());
    for tool in agent.tools {
        let mut harmless = BUILT_IN_TOOLS.iter().chain(&CREW_TOOLS);
        let here = harmless.any(|known| *known == tool);
        let tool: String = tool
            .chars()
            .filter(|c| !c.is_control())
            .take(LONGEST_NAME)
            .collect();
        let list = if here { &mut tools } else { &mut left_out };
        if !list.contains(&tool) {
            list.push(tool);
        }
    }
    agent.tools = tools;
    Ok(AgentFound {
        uid,
        text: agent,
        left_out,
        replaced_model,
        known_as: None,
    })
}

fn line(text: &str, field: &'static str) -> Result<String, AgentFileError> {
    let text = text.trim();
    if (1..=LONGEST_NAME).contains(&text.chars().count()) && !text.contains(char::is_control) {
        return Ok(text.to_owned());
    }
    Err(AgentFileError::Field {
        field,
        reason: format!("it must have 1 to {LONGEST_NAME} characters on one line"),
    })
}

fn instructions(text: &str) -> Result<String, AgentFileError> {
    let refused = |reason: String| AgentFileError::Field {
        field: "instructions",
        reason,
    };
    let text = text.trim().replace("\r\n", "\n");
    let length = text.chars().count();
    if !(1..=LONGEST_INSTRUCTIONS).contains(&length) {
        return Err(refused(format!(
            "they have {length} characters, and 1 to {LONGEST_INSTRUCTIONS} are possible"
        )));
    }
    // What can't be seen can't be judged before it is taken in.
    let hidden = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{e0000}'..='\u{e007f}')
    };
    if text.contains(hidden) {
        return Err(refused("they hold characters that can't be seen".to_owned()));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};
    use wheelhouse_domain::{AgentStatus, Millis, SourceUid};

    fn row(model: &str, tools: &[&str], instructions: &str) -> AgentRow {
        AgentRow {
            id: AgentId(7),
            uid: AgentUid(uuid::Uuid::from_u128(7)),
            name: "Ärger & Söhne, 2".to_owned(),
            kind: AgentKind::Specialist,
            role: "Editor".to_owned(),
            instructions: instructions.to_owned(),
            model: model.to_owned(),
            fallbacks: Vec::new(),
            tools: tools.iter().map(|&tool| tool.to_owned()).collect(),
            status: AgentStatus::Idle,
            version: 3,
            hired_in: None,
            why: None,
            origin: None,
            created_at: Millis(0),
            tasks_completed: 0,
            tasks_failed: 0,
            stays_here: Vec::new(),
        }
    }

    fn file(agent: &Value) -> String {
        json!({
            "format": "wheelhouse-agent",
            "version": 1,
            "uid": "0192f0c1-2a3b-7c4d-8e5f-60718293a4b5",
            "agent": agent,
        })
        .to_string()
    }

    fn agent() -> Value {
        json!({"name": "Wren", "role": "Writer", "instructions": "Write plainly.", "model": "default", "tools": []})
    }

    #[test]
    fn what_is_written_can_be_read_again() {
        let row = row("default", &["calculator", "date"], "Be brief.\n\n- And kind.");
        let export = export(&row).expect("written");
        assert_eq!(export.file_name, "rger-s-hne-2.agent.json");
        assert_eq!(export.notices, Vec::<String>::new());
        let found = read(&export.text).expect("read");
        assert_eq!((found.uid, &found.text), (row.uid, &text_of(&row)));
        assert!(found.left_out.is_empty() && found.replaced_model.is_none());
    }

    #[test]
    fn an_exported_agent_names_no_provider_and_its_owner_is_warned() {
        let text = "Look into /home/ada/notes.\nSay (C:\\work) too.\nThe key is sk-abcdefghijklmnop1234.\nWrite and/or read.";
        let mut row = row("mine/big-model", &[], text);
        row.stays_here = vec![StaysHere {
            source: SourceUid(uuid::Uuid::from_u128(1)),
            name: "Diary".to_owned(),
        }];
        let export = export(&row).expect("written");
        assert!(!export.text.contains("mine/big-model"), "{}", export.text);
        let begins: Vec<&str> = export.notices.iter().map(|notice| &notice[..6]).collect();
        assert_eq!(begins, ["Its mo", "It was", "Line 1", "Line 2", "Line 3"]);
        assert!(export.notices[4].contains("key or a password"));
    }

    #[test]
    fn tools_and_models_that_are_not_here_are_left_out_and_told() {
        let mut agent = agent();
        agent["model"] = json!("theirs/model");
        agent["tools"] = json!(["calculator", "format_disk", "calculator", "format_disk"]);
        let found = read(&file(&agent)).expect("read");
        assert_eq!(found.text.tools, ["calculator"]);
        assert_eq!(found.left_out, ["format_disk"]);
        assert_eq!(found.text.model, "default");
        assert_eq!(found.replaced_model.as_deref(), Some("theirs/model"));
    }

    #[test]
    fn what_is_no_agent_is_refused_and_told_why() {
        assert_eq!(read("no json"), Err(AgentFileError::Foreign));
        assert_eq!(
            read("{\"schema\": 1, \"steps\": []}"),
            Err(AgentFileError::Foreign)
        );
        let newer = file(&agent()).replace("\"version\":1", "\"version\":2");
        assert_eq!(read(&newer), Err(AgentFileError::Newer { found: 2 }));
        let long = "x".repeat(LARGEST_AGENT_FILE + 1);
        assert_eq!(read(&long), Err(AgentFileError::TooLarge(LARGEST_AGENT_FILE + 1)));
        assert!(matches!(read(&file(&json!({}))), Err(AgentFileError::Damaged(_))));
        let refused = |field: &str, value: Value| {
            let mut agent = agent();
            agent[field] = value;
            match read(&file(&agent)) {
                Err(AgentFileError::Field { field, .. }) => field,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(refused("name", json!("two\nlines")), "name");
        assert_eq!(refused("role", json!("x".repeat(81))), "profession");
        assert_eq!(refused("instructions", json!("  ")), "instructions");
        assert_eq!(
            refused("instructions", json!("seen\u{202e}unseen")),
            "instructions"
        );
        assert_eq!(refused("tools", json!(vec!["x"; 101])), "tools");
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in any::<String>()) {
            prop_assert!(read(&text).is_err());
        }

        #[test]
        fn no_field_breaks_the_reader(name in any::<String>(), tools in prop::collection::vec(any::<String>(), 0..4)) {
            let mut agent = agent();
            agent["name"] = json!(name);
            agent["tools"] = json!(tools);
            if let Ok(found) = read(&file(&agent)) {
                prop_assert!(!found.text.name.is_empty());
                let harmless = |tool: &String| {
                    BUILT_IN_TOOLS.iter().chain(&CREW_TOOLS).any(|known| *known == tool.as_str())
                };
                prop_assert!(found.text.tools.iter().all(harmless));
            }
        }
    }
}
