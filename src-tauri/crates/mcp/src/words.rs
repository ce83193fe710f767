//! What strangers wrote, made fit to be shown in one line.

/// The most characters of a stranger's words in an error.
const MOST: usize = 400;

/// `text` in one line and not too long.
pub(crate) fn brief(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|char| if char.is_control() { ' ' } else { char })
        .filter(|char| !is_hidden(*char))
        .collect();
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// How many characters of `text` a reader does not see, though a model does.
#[must_use]
pub fn hidden_characters(text: &str) -> usize {
    text.chars().filter(|char| is_hidden(*char)).count()
}

/// Characters without a width, those that turn the direction of text, and tags.
fn is_hidden(char: char) -> bool {
    matches!(char,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{FFF9}'..='\u{FFFB}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
        || (char.is_control() && !matches!(char, '\n' | '\r' | '\t'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stranger_s_words_fit_into_a_line() {
        assert_eq!(brief("one\n  two\u{1b}[31m\u{200b}"), "one two [31m");
        let long = brief(&"word ".repeat(1_000));
        assert_eq!(long.chars().count(), MOST + 1);
        assert!(long.ends_with('…'));
    }

    #[test]
    fn what_only_a_model_sees_is_counted() {
        assert_eq!(hidden_characters("Reads a file.\n\tNothing else."), 0);
        assert_eq!(hidden_characters("Größe, 日本語, emoji 🙂"), 0);
        assert_eq!(hidden_characters("Reads\u{200b} a \u{202e}file\u{e0041}."), 3);
    }
}
