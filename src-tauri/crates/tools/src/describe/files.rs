//! The tools for files in granted folders.

use super::{Description, LIST_FOLDER, READ_FILE, Role, SEARCH_FILES, WRITE_FILE, argument, path, schema};
use serde_json::json;
use wheelhouse_domain::Risk;

pub(super) fn read_file() -> Description {
    Description {
        name: READ_FILE,
        purpose: "Reads a text file in a folder that the operator granted. Gives its lines with their numbers: at most \
                  2000 lines or 200,000 characters at once; ask for later lines with first_line. Files over 10 MB and \
                  files that are not text are refused.",
        parameters: schema(
            &["path"],
            &json!({
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
        limits: "Text files up to 10 MB; 2000 lines or 200,000 characters at once.",
        risk: Risk::Read,
        repeatable: true,
        untrusted: true,
    }
}

pub(super) fn list_folder() -> Description {
    Description {
        name: LIST_FOLDER,
        purpose: "Lists a folder: names, kinds and sizes, at most 1000 entries. Without a path it gives the granted \
                  folders.",
        parameters: schema(
            &[],
            &json!({
                "path": path("The folder, beginning with the name of the granted folder. Leave it out to see what is granted.")
            }),
        ),
        arguments: const { &[argument("path", Role::Target)] },
        limits: "1000 entries of one folder.",
        risk: Risk::Read,
        repeatable: true,
        untrusted: true,
    }
}

pub(super) fn search_files() -> Description {
    Description {
        name: SEARCH_FILES,
        purpose: "Searches the text files beneath a folder and gives the lines that match, at most 200, with path and \
                  line number. Hidden folders such as .git and files over 2 MB are left out. It stops after 20,000 \
                  files or 10 seconds and says so.",
        parameters: schema(
            &["path", "pattern"],
            &json!({
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
        limits: "20,000 files of up to 2 MB each, 10 seconds, 200 lines.",
        risk: Risk::Read,
        repeatable: true,
        untrusted: true,
    }
}

pub(super) fn write_file() -> Description {
    Description {
        name: WRITE_FILE,
        purpose: "Creates a text file, gives it a new text, or exchanges passages in it, in a folder granted for writing. \
                  Either \"text\" is the whole new text, or \"edits\" exchanges exact passages: each \"old\" must stand \
                  in the file exactly once, with some lines around it if need be. At most 2 MB. Missing folders are \
                  made. What was there is kept and can be brought back.",
        parameters: schema(
            &["path"],
            &json!({
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
        limits: "Text files up to 2 MB; 100 exchanged passages.",
        risk: Risk::Write,
        // What it meets the second time is what it wrote the first time: the text would be the same, an edit is refused.
        repeatable: false,
        untrusted: false,
    }
}
