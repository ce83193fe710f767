//! A path as agents write it: the name of a granted folder, and the way down from there.
//!
//! This only reads the text. That nothing leads out is ensured where it is opened ([`super::Room`]); what is refused here is
//! what could deceive a person who reads it, or mean something else on another system.

use super::error::PathError;
use std::fmt::{self, Display};
use wheelhouse_domain::{FolderGrant, Grant};

const MOST_BYTES: usize = 1_024;
const MOST_PARTS: usize = 64;
const MOST_PART_BYTES: usize = 255;

/// A path beneath a granted folder. Each part is a plain name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Inside {
    /// Name of the granted folder.
    pub(crate) folder: String,
    /// The way down; empty for the folder itself.
    pub(crate) parts: Vec<String>,
}

impl Inside {
    /// Reads a path. `.` and doubled slashes are left out.
    pub(crate) fn parse(text: &str) -> Result<Self, PathError> {
        let text = text.strip_prefix("./").unwrap_or(text);
        if text.is_empty() || text == "." {
            return Err(PathError::Empty);
        }
        if text.len() > MOST_BYTES {
            return Err(PathError::TooLong);
        }
        if let Some(what) = text.chars().find_map(forbidden) {
            return Err(PathError::Forbidden(what));
        }
        if text.starts_with('/') || is_drive(text) {
            return Err(PathError::Absolute(text.to_owned()));
        }
        let mut parts = Vec::new();
        for part in text.split('/').filter(|part| !part.is_empty() && *part != ".") {
            parts.push(checked(part, text)?.to_owned());
        }
        if parts.is_empty() {
            return Err(PathError::Empty);
        }
        if parts.len() > MOST_PARTS {
            return Err(PathError::TooLong);
        }
        Ok(Self {
            folder: parts.remove(0),
            parts,
        })
    }

    /// The grant that this path lies in.
    pub(crate) fn grant<'a>(&self, grant: &'a Grant) -> Result<&'a FolderGrant, PathError> {
        grant
            .folder(&self.folder)
            .ok_or_else(|| PathError::NotGranted(self.folder.clone()))
    }

    /// The file's name and the way to its folder; none for the granted folder itself.
    pub(crate) fn split(&self) -> Option<(&str, &[String])> {
        self.parts.split_last().map(|(name, way)| (name.as_str(), way))
    }

    /// The path of `part` beneath this one.
    pub(crate) fn joined(&self, part: &str) -> Self {
        let mut parts = self.parts.clone();
        parts.push(part.to_owned());
        Self {
            folder: self.folder.clone(),
            parts,
        }
    }

    /// Whether it lies in a folder whose files decide what programs do.
    pub(crate) fn is_steering(&self) -> bool {
        // Windows ignores dots and spaces at the end, and knows `.git` by a short name, too.
        self.parts.iter().any(|part| {
            let name = part.trim_end_matches(['.', ' ']);
            let known = [".git", ".hg"]
                .iter()
                .any(|steering| name.eq_ignore_ascii_case(steering));
            known || name.to_ascii_lowercase().starts_with("git~")
        })
    }
}

impl Display for Inside {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.folder)?;
        for part in &self.parts {
            write!(formatter, "/{part}")?;
        }
        Ok(())
    }
}

fn checked<'a>(part: &'a str, whole: &str) -> Result<&'a str, PathError> {
    if part == ".." {
        return Err(PathError::Upward(whole.to_owned()));
    }
    if part.len() > MOST_PART_BYTES {
        return Err(PathError::TooLong);
    }
    if cfg!(windows) && is_special_on_windows(part) {
        return Err(PathError::Special(part.to_owned()));
    }
    Ok(part)
}

fn is_drive(text: &str) -> bool {
    matches!(text.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic())
}

/// What no path contains: it would be read differently elsewhere, or not be seen at all.
pub(crate) fn forbidden(letter: char) -> Option<&'static str> {
    match letter {
        '\\' => Some("a backslash"),
        '\0' => Some("a zero byte"),
        letter if letter.is_control() => Some("a control character"),
        letter if is_invisible(letter) => {
            Some("an invisible letter, or one that turns the direction of writing")
        }
        // They look like dots and slashes to a person, and some programs make them such.
        '\u{2024}'..='\u{2026}' | '\u{FF0E}' | '\u{FE52}' => Some("a letter that looks like a dot"),
        '\u{2044}' | '\u{2215}' | '\u{29F8}' | '\u{FF0F}' | '\u{FF3C}' | '\u{29F5}' | '\u{FE68}' => {
            Some("a letter that looks like a slash")
        }
        _ => None,
    }
}

/// Letters that take no place, or change the order in which others are shown.
#[must_use]
pub fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E0FFF}')
}

/// Whether a person who reads it would see something else than there is.
pub(crate) fn is_deceiving(letter: char) -> bool {
    letter.is_control() || is_invisible(letter)
}

/// Names that Windows reads as devices, streams or something shorter.
fn is_special_on_windows(part: &str) -> bool {
    const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];
    let stem = part.split('.').next().unwrap_or(part).trim_end().to_lowercase();
    let numbered = ["com", "lpt"].iter().any(|device| {
        stem.strip_prefix(device).is_some_and(|rest| {
            matches!(
                rest,
                "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³"
            )
        })
    });
    part.contains([':', '<', '>', '"', '|', '?', '*'])
        || part.ends_with(['.', ' '])
        || DEVICES.contains(&stem.as_str())
        || numbered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<String, PathError> {
        Inside::parse(text).map(|path| path.to_string())
    }

    #[test]
    fn a_path_is_read_into_its_plain_parts() {
        assert_eq!(parse("project/src/main.rs").unwrap(), "project/src/main.rs");
        assert_eq!(parse("./project//src/./main.rs/").unwrap(), "project/src/main.rs");
        assert_eq!(parse("project").unwrap(), "project");
        assert_eq!(parse("project/Grüße 👋.md").unwrap(), "project/Grüße 👋.md");
        assert_eq!(parse("project/...").unwrap(), "project/...");
        assert_eq!(parse("project/%2e%2e").unwrap(), "project/%2e%2e");
    }

    #[test]
    fn what_goes_up_or_begins_at_the_root_or_deceives_is_refused() {
        assert_eq!(parse(""), Err(PathError::Empty));
        assert_eq!(parse("./"), Err(PathError::Empty));
        assert!(matches!(parse("/etc/passwd"), Err(PathError::Absolute(_))));
        assert!(matches!(parse(".//etc/passwd"), Err(PathError::Absolute(_))));
        assert!(matches!(parse("C:/x"), Err(PathError::Absolute(_))));
        assert!(matches!(parse("project/../x"), Err(PathError::Upward(_))));
        assert!(matches!(parse("project\\..\\x"), Err(PathError::Forbidden(_))));
        assert!(matches!(
            parse("project/a\u{202E}b"),
            Err(PathError::Forbidden(_))
        ));
        assert!(matches!(
            parse("project/\u{FF0E}\u{FF0E}/x"),
            Err(PathError::Forbidden(_))
        ));
        assert_eq!(parse(&"a/".repeat(65)), Err(PathError::TooLong));
        assert_eq!(parse(&"a".repeat(256)), Err(PathError::TooLong));
    }

    #[test]
    fn what_means_something_else_on_windows_is_known() {
        for name in [
            "con",
            "NUL.txt",
            "com1",
            "LPT9.log",
            "a:b",
            "a.txt::$DATA",
            "a.",
            "a ",
            "COM¹",
        ] {
            assert!(is_special_on_windows(name), "{name}");
        }
        for name in ["console", "community", "com10", "a.b", "null"] {
            assert!(!is_special_on_windows(name), "{name}");
        }
    }

    #[test]
    fn folders_that_steer_programs_are_known_by_every_name() {
        for path in [
            "p/.git/hooks/x",
            "p/a/.GIT/config",
            "p/.git",
            "p/.git./x",
            "p/GIT~1/config",
            "p/.hg/hgrc",
        ] {
            assert!(Inside::parse(path).unwrap().is_steering(), "{path}");
        }
        for path in ["p/.gitignore", "p/git/x", "p/.github/x"] {
            assert!(!Inside::parse(path).unwrap().is_steering(), "{path}");
        }
    }
}
