//! The tools as they are offered to models, and what may fill which of their arguments.

use serde_json::{Value, json};
use wheelhouse_domain::Risk;

/// Reads a text file.
pub const READ_FILE: &str = "read_file";
/// Lists a folder.
pub const LIST_FOLDER: &str = "list_folder";
/// Searches the files beneath a folder.
pub const SEARCH_FILES: &str = "search_files";
/// Creates or changes a text file.
pub const WRITE_FILE: &str = "write_file";
/// Fetches a web page.
pub const FETCH_PAGE: &str = "fetch_page";
/// Runs a program.
pub const RUN_COMMAND: &str = "run_command";
/// Works out a sum.
pub const CALCULATOR: &str = "calculator";
/// Knows the time and works with dates.
pub const DATE: &str = "date";

/// What an argument decides about. Untrusted text may fill `Content` only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// What is touched: which file, which address.
    Target,
    /// What is done: which program, with what, or in which manner.
    Command,
    /// What is carried, and decides nothing.
    Content,
}

/// One argument and what it decides about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argument {
    /// Name.
    pub name: &'static str,
    /// What it decides about.
    pub role: Role,
}

/// A tool as the orchestrator and models need to know it.
#[derive(Debug, Clone, PartialEq)]
pub struct Description {
    /// Name.
    pub name: &'static str,
    /// What it is good for, for a model. It names the limits.
    pub purpose: &'static str,
    /// JSON Schema of its arguments.
    pub parameters: Value,
    /// What each argument decides about. Every argument of the schema is here.
    pub arguments: &'static [Argument],
    /// What a call may bring about.
    pub risk: Risk,
    /// Whether a call whose answer was lost may be made again unasked.
    pub repeatable: bool,
    /// Whether what it gives may have been written by someone else.
    pub untrusted: bool,
}

impl Description {
    /// What the argument called `name` decides about. What is not known decides everything.
    #[must_use]
    pub fn role(&self, name: &str) -> Role {
        let known = self.arguments.iter().find(|argument| argument.name == name);
        known.map_or(Role::Command, |argument| argument.role)
    }
}

/// All tools, in the order in which they are offered.
#[must_use]
pub fn descriptions() -> Vec<Description> {
    vec![
        read_file(),
        list_folder(),
        search_files(),
        write_file(),
        fetch_page(),
        run_command(),
        calculator(),
        date(),
    ]
}

/// The tool called `name`.
#[must_use]
pub fn description(name: &str) -> Option<Description> {
    descriptions().into_iter().find(|tool| tool.name == name)
}

const fn argument(name: &'static str, role: Role) -> Argument {
    Argument { name, role }
}

fn schema(required: &[&str], properties: Value) -> Value {
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false
    })
}

fn path(what: &str) -> Value {
    json!({ "type": "string", "description": what, "maxLength": 1024 })
}

fn read_file() -> Description {
    Description {
        name: READ_FILE,
        purpose: "Reads a text file in a folder that the operator granted. Gives its lines with their numbers: at most \
                  2000 lines or 200,000 characters at once; ask for later lines with first_line. Files over 10 MB and \
                  files that are not text are refused.",
        parameters: schema(
            &["path"],
            json!({
                "path": path("The file, beginning with the name of the granted folder: \"project/src/main.rs\"."),
                "first_line": { "type": "integer", "minimum": 1, "description": "The first line wanted, from 1." },
                "last_line": { "type": "integer", "minimum": 1, "description": "The last line wanted." }
            }),
        ),
        arguments: const {
            &[
                argument("path", Role::Target),
                argument("first_line", Role::Content),
                argument("last_line", Role::Content),
            ]
        },
        risk: Risk::Read,
        repeatable: true,
        untrusted: true,
    }
}

fn list_folder() -> Description {
    Description {
        name: LIST_FOLDER,
        purpose: "Lists a folder: names, kinds and sizes, at most 1000 entries. Without a path it gives the granted \
                  folders.",
        parameters: schema(
            &[],
            json!({
                "path": path("The folder, beginning with the name of the granted folder. Leave it out to see what is granted.")
            }),
        ),
        arguments: const { &[argument("path", Role::Target)] },
        risk: Risk::Read,
        repeatable: true,
        untrusted: true,
    }
}

fn search_files() -> Description {
    Description {
        name: SEARCH_FILES,
        purpose: "Searches the text files beneath a folder and gives the lines that match, at most 200, with path and \
                  line number. Hidden folders such as .git and files over 2 MB are left out. It stops after 20,000 \
                  files or 10 seconds and says so.",
        parameters: schema(
            &["path", "pattern"],
            json!({
                "path": path("The folder to search, beginning with the name of the granted folder."),
                "pattern": {
                    "type": "string", "minLength": 1, "maxLength": 500,
                    "description": "What to look for: plain text, or a regular expression if \"regex\" is true."
                },
                "regex": { "type": "boolean", "description": "Read the pattern as a regular expression." },
                "ignore_case": { "type": "boolean", "description": "Let capital and small letters match each other." },
                "files": {
                    "type": "string", "maxLength": 200,
                    "description": "Only files whose path beneath the folder matches this glob: \"**/*.rs\"."
                },
                "most": { "type": "integer", "minimum": 1, "maximum": 200, "description": "Most lines to give." }
            }),
        ),
        arguments: const {
            &[
                argument("path", Role::Target),
                argument("pattern", Role::Content),
                argument("regex", Role::Content),
                argument("ignore_case", Role::Content),
                argument("files", Role::Content),
                argument("most", Role::Content),
            ]
        },
        risk: Risk::Read,
        repeatable: true,
        untrusted: true,
    }
}

fn write_file() -> Description {
    Description {
        name: WRITE_FILE,
        purpose: "Creates a text file, gives it a new text, or exchanges passages in it, in a folder granted for writing. \
                  Either \"text\" is the whole new text, or \"edits\" exchanges exact passages: each \"old\" must stand \
                  in the file exactly once, with some lines around it if need be. At most 2 MB. Missing folders are \
                  made. What was there is kept and can be brought back.",
        parameters: schema(
            &["path"],
            json!({
                "path": path("The file, beginning with the name of the granted folder."),
                "text": { "type": "string", "description": "The whole new text." },
                "edits": {
                    "type": "array", "minItems": 1, "maxItems": 100,
                    "description": "Passages to exchange, one after the other.",
                    "items": {
                        "type": "object",
                        "properties": {
                            "old": { "type": "string", "minLength": 1, "description": "The passage exactly as it is." },
                            "new": { "type": "string", "description": "What takes its place." }
                        },
                        "required": ["old", "new"],
                        "additionalProperties": false
                    }
                },
                "create_only": { "type": "boolean", "description": "Refuse if the file is there already." }
            }),
        ),
        arguments: const {
            &[
                argument("path", Role::Target),
                argument("text", Role::Content),
                argument("edits", Role::Content),
                argument("create_only", Role::Command),
            ]
        },
        risk: Risk::Write,
        // What it meets the second time is what it wrote the first time: the text would be the same, an edit is refused.
        repeatable: false,
        untrusted: false,
    }
}

fn fetch_page() -> Description {
    Description {
        name: FETCH_PAGE,
        purpose: "Fetches a public web page with GET and gives it as Markdown; plain text and JSON come as they are. At \
                  most 5 MB, 30 seconds and 5 redirects; at most 50,000 characters at once, later ones with \"start\". \
                  No cookies, no sign-in, nothing in private networks.",
        parameters: schema(
            &["url"],
            json!({
                "url": {
                    "type": "string", "minLength": 1, "maxLength": 4096,
                    "description": "Address with http:// or https://."
                },
                "start": { "type": "integer", "minimum": 0, "description": "How many characters to leave out at the beginning." }
            }),
        ),
        arguments: const { &[argument("url", Role::Target), argument("start", Role::Content)] },
        risk: Risk::Network,
        repeatable: true,
        untrusted: true,
    }
}

fn run_command() -> Description {
    Description {
        name: RUN_COMMAND,
        purpose: "Runs a program in a granted folder and gives what it wrote and how it ended. The arguments are a list: \
                  no shell reads them, so pipes, wildcards and variables mean nothing. It gets no input, no keys and no \
                  terminal, and everything that it started is ended with it. Its time, memory and output are limited.",
        parameters: schema(
            &["program", "folder"],
            json!({
                "program": {
                    "type": "string", "minLength": 1, "maxLength": 255,
                    "description": "Name of a program (\"git\"), or \"./\" and its path in the folder."
                },
                "arguments": {
                    "type": "array", "maxItems": 200, "items": { "type": "string", "maxLength": 32768 },
                    "description": "What the program is given, one by one."
                },
                "folder": path("The folder to start it in, beginning with the name of the granted folder."),
                "seconds": { "type": "integer", "minimum": 1, "description": "End it after so many seconds." }
            }),
        ),
        arguments: const {
            &[
                argument("program", Role::Command),
                argument("arguments", Role::Command),
                argument("folder", Role::Target),
                argument("seconds", Role::Command),
            ]
        },
        risk: Risk::Execute,
        repeatable: false,
        untrusted: true,
    }
}

fn calculator() -> Description {
    Description {
        name: CALCULATOR,
        purpose: "Works out a sum exactly, with fractions and not with rounded numbers: + - * / % ^, brackets, and abs, \
                  round(x, places), floor, ceil, min, max, sum, avg, sqrt. Write numbers with a point: 1234.5. The \
                  answer says whether it was rounded to be written down.",
        parameters: schema(
            &["expression"],
            json!({
                "expression": {
                    "type": "string", "minLength": 1, "maxLength": 1000,
                    "description": "What to work out: \"(19.99 * 3) * 1.19\"."
                }
            }),
        ),
        arguments: const { &[argument("expression", Role::Content)] },
        risk: Risk::Read,
        repeatable: true,
        untrusted: false,
    }
}

fn date() -> Description {
    Description {
        name: DATE,
        purpose: "Knows the time and works with dates. \"now\" gives date, time and day of the week in a time zone. \
                  \"difference\" says how long it is from one date to another. \"add\" adds a number of units to a date. \
                  Dates are 2026-11-23, times 2026-11-23T14:30, with or without an offset such as Z or +02:00.",
        parameters: schema(
            &["operation"],
            json!({
                "operation": { "type": "string", "enum": ["now", "difference", "add"] },
                "time_zone": {
                    "type": "string", "maxLength": 64,
                    "description": "Where: \"Europe/Berlin\". UTC if left out. Times without an offset are read as of there."
                },
                "from": { "type": "string", "maxLength": 40, "description": "For difference: the first date." },
                "to": { "type": "string", "maxLength": 40, "description": "For difference: the second date." },
                "date": { "type": "string", "maxLength": 40, "description": "For add: the date to begin with." },
                "amount": { "type": "integer", "description": "For add: how many units; below zero goes back." },
                "unit": {
                    "type": "string",
                    "enum": ["seconds", "minutes", "hours", "days", "weekdays", "weeks", "months", "years"],
                    "description": "For add: which units. Weekdays are Monday to Friday."
                }
            }),
        ),
        arguments: const {
            &[
                argument("operation", Role::Content),
                argument("time_zone", Role::Content),
                argument("from", Role::Content),
                argument("to", Role::Content),
                argument("date", Role::Content),
                argument("amount", Role::Content),
                argument("unit", Role::Content),
            ]
        },
        risk: Risk::Read,
        repeatable: true,
        untrusted: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_argument_of_every_schema_has_a_role_and_nothing_else_has() {
        for tool in descriptions() {
            let named: BTreeSet<&str> = tool.arguments.iter().map(|argument| argument.name).collect();
            let properties = tool.parameters["properties"].as_object().unwrap();
            let schema: BTreeSet<&str> = properties.keys().map(String::as_str).collect();
            assert_eq!(named, schema, "{}", tool.name);
            assert_eq!(tool.parameters["additionalProperties"], false);
            assert!(
                jsonschema::validator_for(&tool.parameters).is_ok(),
                "{}",
                tool.name
            );
        }
    }

    #[test]
    fn what_is_not_known_decides_everything() {
        let tool = description(READ_FILE).unwrap();
        assert_eq!(tool.role("path"), Role::Target);
        assert_eq!(tool.role("first_line"), Role::Content);
        assert_eq!(tool.role("no_such_argument"), Role::Command);
        assert_eq!(description("no_such_tool"), None);
    }

    #[test]
    fn only_what_reads_may_be_offered_without_a_word() {
        let above: Vec<&str> = descriptions()
            .iter()
            .filter(|tool| tool.risk > Risk::Read)
            .map(|tool| tool.name)
            .collect();
        assert_eq!(above, [WRITE_FILE, FETCH_PAGE, RUN_COMMAND]);
    }
}
