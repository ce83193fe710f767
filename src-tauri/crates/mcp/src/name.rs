//! The name under which a tool is offered to a model: every provider takes 1 to 64 letters, digits, `_` and `-`.

use sha2::{Digest, Sha256};

const MOST: usize = 64;

/// The name for a tool of a server. It begins with `mcp_` and the server's name, which has no `_`. Where the tool's own name does not
/// fit, a hash of it stands at the end, so that two tools of a server don't get the same name. Who offers tools remembers
/// which one a name stands for.
#[must_use]
pub fn offered_name(server: &str, tool: &str) -> String {
    let clean: String = tool.chars().map(fit).collect();
    let name = format!("mcp_{server}_{clean}");
    if clean == tool && !tool.is_empty() && name.len() <= MOST {
        return name;
    }
    let digest = Sha256::digest(tool.as_bytes());
    let hash: String = digest.iter().take(5).map(|byte| format!("{byte:02x}")).collect();
    let kept = &name[..name.len().min(MOST - hash.len() - 1)];
    format!("{kept}_{hash}")
}

fn fit(char: char) -> char {
    if char.is_ascii_alphanumeric() || matches!(char, '_' | '-') {
        char
    } else {
        '-'
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_name_fits_and_each_tool_has_its_own() {
        let long = "x".repeat(200);
        let tools = [
            "read",
            "read.file",
            "read/file",
            "read-file",
            "",
            "größe",
            "読む",
            "a b",
            long.as_str(),
            &long[1..],
        ];
        let names: BTreeSet<String> = tools.iter().map(|tool| offered_name("files", tool)).collect();
        assert_eq!(names.len(), tools.len());
        for name in names {
            assert!(name.len() <= MOST, "{name}");
            assert!(name.chars().all(|char| fit(char) == char), "{name}");
        }
        assert_eq!(offered_name("files", "read_file"), "mcp_files_read_file");
    }
}
