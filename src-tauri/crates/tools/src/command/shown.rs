//! A run in words.

use super::Ended;
use std::fmt::Write;

/// The program and its arguments as one would type them in a shell. For people only: nothing is ever started from this.
pub(super) fn typed(program: &str, arguments: &[String]) -> String {
    let mut line = quoted(program);
    for argument in arguments {
        line.push(' ');
        line.push_str(&quoted(argument));
    }
    line
}

fn quoted(word: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "-_./=:,+@%".contains(letter);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    if word.chars().any(crate::files::is_deceiving) {
        // As C writes it, so that nothing of it is invisible.
        let inner: String = word.chars().flat_map(char::escape_default).collect();
        return format!("$'{inner}'");
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// What happened, for the model.
#[cfg(unix)]
pub(super) fn told(line: &str, ended: &Ended) -> String {
    let seconds = ended.milliseconds / 1_000;
    let how = match (ended.timed_out, ended.status, ended.signal) {
        (true, _, _) => format!("was ended after {seconds} seconds, because its time ran out"),
        (false, Some(status), _) => format!("ended with status {status}"),
        (false, None, Some(signal)) => format!("was ended by signal {signal} (a limit, or a fault in it)"),
        (false, None, None) => "was ended".to_owned(),
    };
    let mut text = format!("`{line}` {how}.\n");
    section(&mut text, "Output", &ended.output, ended.output_left_out);
    section(&mut text, "Errors", &ended.errors, ended.errors_left_out);
    text
}

#[cfg(unix)]
fn section(text: &mut String, title: &str, written: &str, left_out: u64) {
    if written.is_empty() {
        return;
    }
    // Writing to a string cannot fail.
    let _ = match left_out {
        0 => writeln!(text, "\n{title}:\n{}", written.trim_end()),
        some => writeln!(
            text,
            "\n{title} ({some} bytes in the middle are left out):\n{}",
            written.trim_end()
        ),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_so_that_nothing_hides_in_it() {
        let words = ["-c", "a b", "it's", "", "x\ny", "a\u{202E}b", "$(rm)", "ü=1"].map(str::to_owned);
        assert_eq!(
            typed("git", &words),
            "git -c 'a b' 'it'\\''s' '' $'x\\ny' $'a\\u{202e}b' '$(rm)' ü=1"
        );
    }
}
