//! Tools for words and sentences. They know a little English and break on no language.

use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Words that say nothing about a subject (English, and the commonest of German, French and Spanish).
const STOP: &str = " a an the and or but nor so if then than that this these those it its itself he she they them \
    their there here i me my mine we us our ours you your yours who whom whose which what when where why how \
    is are was were be been being am do does did done doing have has had having will would shall should can could \
    may might must need needs not no yes of in on at by for with without from to into onto about over under between \
    through during before after above below up down out off again further once only own same too very just also \
    as until while because both each few more most other some such any all every either neither per via vs versus \
    please let lets let's want wants like i'd we'd i'm we're don't it's that's what's make makes get gets give gives use using used \
    small large big simple short different existing current important better best whole real help thing things something anything everything stuff someone anyone way ways kind lot new good well one two \
    der die das den dem des ein eine einen einem einer und oder aber ist sind war nicht mit ohne von zu zum zur für auf aus bei nach über unter wie was wer wo warum ich wir sie er es mir uns bitte kann soll \
    le la les un une des du et ou est sont pas avec sans de pour sur dans par que qui quoi je nous vous il elle ce cette \
    el los las una unos unas y o es son no con sin para por en que quien como yo nosotros usted su ";

static STOPPED: LazyLock<BTreeSet<&str>> = LazyLock::new(|| STOP.split_whitespace().collect());

/// Whether `word` (in lower case) says nothing about a subject.
pub(super) fn is_stop(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii_alphabetic()) && word.chars().count() == 1 || STOPPED.contains(word)
}

/// The words of `text`: runs of letters and digits with their inner dots, hyphens and apostrophes.
pub(super) fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| !(c.is_alphanumeric() || ".-'’_+#".contains(c)))
        .map(|word| {
            word.trim_matches(['.', '-', '\'', '’', '_'])
                .trim_start_matches(['+', '#'])
        })
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .collect()
}

/// The words of `text` that carry meaning, in lower case, each once, in order.
pub(super) fn content_words(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for word in words(text) {
        let word = word.to_lowercase();
        if !is_stop(&word) && !found.contains(&word) {
            found.push(word);
        }
    }
    found
}

/// The common beginning of the forms of a word, to compare words by.
pub(super) fn stem(word: &str) -> String {
    let mut stem = word.to_lowercase();
    if !stem.is_ascii() {
        return stem;
    }
    for (ending, instead, least) in [
        ("'s", "", 3),
        ("ies", "y", 5),
        ("ss", "ss", 3),
        ("us", "us", 3),
        ("is", "is", 3),
        ("s", "", 4),
    ] {
        if stem.len() >= least && stem.ends_with(ending) {
            stem.truncate(stem.len() - ending.len());
            stem.push_str(instead);
            break;
        }
    }
    for (ending, least) in [
        ("ization", 10),
        ("ation", 9),
        ("ing", 6),
        ("ion", 7),
        ("ate", 7),
        ("ated", 8),
        ("ed", 6),
        ("er", 7),
    ] {
        if stem.len() >= least && stem.ends_with(ending) {
            stem.truncate(stem.len() - ending.len());
            break;
        }
    }
    let bytes = stem.as_bytes();
    if let [.., a, b] = bytes
        && a == b
        && !b"lsz".contains(b)
        && stem.len() > 3
    {
        stem.pop();
    }
    if stem.len() > 4 && (stem.ends_with('e') || stem.ends_with('y')) {
        stem.pop();
    }
    stem
}

/// The stems of the meaningful words of `text`, each once.
pub(super) fn stems(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for word in content_words(text) {
        let stem = stem(&word);
        if !found.contains(&stem) {
            found.push(stem);
        }
    }
    found
}

/// `text` as one harmless line of Markdown: no markup, no table bars, no line ends, no control characters.
pub(super) fn inline(text: &str) -> String {
    let plain: String = text
        .chars()
        .filter(|c| !matches!(c, '`' | '*' | '#' | '<' | '>' | '[' | ']' | '{' | '}' | '~'))
        .map(|c| match c {
            '|' => '/',
            '_'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}' => ' ',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `text` cut at a word so that it has at most `limit` characters, with an ellipsis where it was cut.
pub(super) fn shorten(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let cut: String = text.chars().take(limit.saturating_sub(1)).collect();
    let whole = match cut.rfind(' ') {
        Some(space) if space > cut.len() / 2 => &cut[..space],
        _ => cut.as_str(),
    };
    format!("{}…", whole.trim_end_matches([',', ';', ':', '-', '–', ' ', '.']))
}

/// `text` with its first letter as a capital.
pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// `text` with its first letter small, unless the first word is a name or an abbreviation.
pub(super) fn small(text: &str) -> String {
    let first = text.split_whitespace().next().unwrap_or("");
    let named = first.chars().skip(1).any(|c| c.is_uppercase() || c.is_numeric()) || first == "I";
    let mut chars = text.chars();
    match chars.next() {
        Some(letter) if !named => letter.to_lowercase().chain(chars).collect(),
        _ => text.to_owned(),
    }
}

/// "a", "a and b", "a, b and c".
pub(super) fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// "an API designer", "a writer".
pub(super) fn with_article(noun: &str) -> String {
    let vowel = noun.chars().next().is_some_and(|c| "aeioAEIO".contains(c));
    format!("{} {noun}", if vowel { "an" } else { "a" })
}

/// "1 document", "2 documents".
pub(super) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// `text` ended as a sentence.
pub(super) fn ended(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?', '…', ':', '。', '”']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

/// A rough count of tokens: four characters each.
pub(super) fn tokens(text: &str) -> u32 {
    u32::try_from(text.chars().count().div_ceil(4)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_have_one_stem() {
        for forms in [
            &["test", "tests", "testing", "tested"][..],
            &["plan", "plans", "planning", "planned"],
            &["resource", "resources"],
            &["authentication", "authenticate", "authenticated"],
            &["policy", "policies"],
            &["review", "reviewer", "reviews"],
        ] {
            let stems: Vec<_> = forms.iter().map(|form| stem(form)).collect();
            assert!(stems.windows(2).all(|pair| pair[0] == pair[1]), "{stems:?}");
        }
        assert_ne!(stem("user"), stem("us"));
    }

    #[test]
    fn words_keep_what_belongs_to_them() {
        assert_eq!(
            words("C++, C# and Node.js v1.2 (user's e-mail)."),
            ["C++", "C#", "and", "Node.js", "v1.2", "user's", "e-mail"]
        );
        assert_eq!(words("🎉 ??? 数据库 …"), ["数据库"]);
    }

    #[test]
    fn markup_of_others_does_not_survive_in_a_line() {
        assert_eq!(inline("# a | *b* `c`\n[s1a2b3c] <i>"), "a / b c s1a2b3c i");
    }
}
