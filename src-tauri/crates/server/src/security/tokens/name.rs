//! Names of tokens: how an operator tells devices apart.

use super::NAME_MOST;
use crate::security::error::UnfitName;

/// The name as it is kept; space around it is cut off.
pub(crate) fn fit_name(name: &str) -> Result<&str, UnfitName> {
    let name = name.trim();
    if name.is_empty() {
        Err(UnfitName::Empty)
    } else if name.chars().count() > NAME_MOST {
        Err(UnfitName::TooLong)
    } else if name
        .chars()
        .any(|character| character.is_control() || turns_text(character))
    {
        Err(UnfitName::Control)
    } else if name.starts_with(super::row::ID_PREFIX) {
        Err(UnfitName::LikeAnId)
    } else {
        Ok(name)
    }
}

/// Whether a character breaks lines or lets what follows run the other way: a list would then show what is not there.
fn turns_text(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether people would take one name for the other.
pub(super) fn are_alike(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// The name, or with the first free number behind it.
pub(super) fn numbered(name: &str, taken: &[&str]) -> String {
    let is_free = |name: &str| !taken.iter().any(|taken| are_alike(taken, name));
    let mut wanted = name.to_owned();
    let mut number = 2_u32;
    while !is_free(&wanted) {
        let ending = format!(" {number}");
        let room = NAME_MOST - ending.len();
        wanted = name.chars().take(room).collect::<String>() + &ending;
        number += 1;
    }
    wanted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_a_list_can_show() {
        assert_eq!(fit_name("  Anna's laptop "), Ok("Anna's laptop"));
        assert_eq!(fit_name(" \t"), Err(UnfitName::Empty));
        assert_eq!(fit_name("a\nb"), Err(UnfitName::Control));
        assert_eq!(fit_name("a\u{1b}[31mb"), Err(UnfitName::Control));
        assert_eq!(fit_name("a\u{202e}b"), Err(UnfitName::Control));
        assert_eq!(fit_name("id-abc"), Err(UnfitName::LikeAnId));
        assert!(fit_name(&"ä".repeat(NAME_MOST)).is_ok());
        assert_eq!(fit_name(&"ä".repeat(NAME_MOST + 1)), Err(UnfitName::TooLong));
    }

    #[test]
    fn a_second_device_of_the_same_name_gets_a_number() {
        assert_eq!(numbered("Laptop", &["Phone"]), "Laptop");
        assert_eq!(numbered("laptop", &["Laptop", "Laptop 2"]), "laptop 3");
        let long = "x".repeat(NAME_MOST);
        let second = numbered(&long, &[long.as_str()]);
        assert_eq!(second.chars().count(), NAME_MOST);
        assert!(second.ends_with(" 2"));
    }
}
