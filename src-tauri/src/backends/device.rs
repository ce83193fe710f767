//! What this machine is called, so that a server's list of tokens says who has one.

use std::env;
use std::fs;

/// Where systems keep their name, one line in a file.
const FILES: [&str; 2] = ["/proc/sys/kernel/hostname", "/etc/hostname"];

/// Where they tell it to programs.
const VARIABLES: [&str; 2] = ["COMPUTERNAME", "HOSTNAME"];

/// More is cut off: it is for a list that people read.
const LONGEST: usize = 60;

/// The name of this machine; a plain word where the system has none.
pub(crate) fn device_name() -> String {
    let from_files = FILES.iter().filter_map(|path| fs::read_to_string(path).ok());
    let from_variables = VARIABLES.iter().filter_map(|name| env::var(name).ok());
    from_files
        .chain(from_variables)
        .find_map(|text| tidy(&text))
        .unwrap_or_else(|| "A Wheelhouse window".to_owned())
}

fn tidy(text: &str) -> Option<String> {
    let shown = text.chars().filter(|letter| !letter.is_control());
    let name: String = shown.take(LONGEST).collect();
    let name = name.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_short_line() {
        assert_eq!(tidy("studio\n").as_deref(), Some("studio"));
        assert_eq!(tidy(" \n"), None);
        assert_eq!(tidy(&"x".repeat(100)).map(|name| name.len()), Some(LONGEST));
        assert!(!device_name().is_empty());
    }
}
