//! Exchanges exact passages of a text.

use super::error::FileError;
use super::path::Inside;
use crate::arguments::Edit;
use std::borrow::Cow;

/// `text` with each of `edits` made, one after the other. Each passage must stand there exactly once.
pub(crate) fn edited(text: &str, edits: &[Edit], path: &Inside) -> Result<String, FileError> {
    let windows = uses_windows_lines(text);
    let mut text = text.to_owned();
    for (number, edit) in (1..).zip(edits) {
        let (old, new) = (in_lines(&edit.old, windows), in_lines(&edit.new, windows));
        let place = only_place(&text, &old).map_err(|why| named(why, number, path))?;
        text.replace_range(place..place + old.len(), &new);
    }
    Ok(text)
}

#[derive(Clone, Copy)]
enum NoPlace {
    Empty,
    Missing,
    Unclear(usize),
}

fn only_place(text: &str, old: &str) -> Result<usize, NoPlace> {
    if old.is_empty() {
        return Err(NoPlace::Empty);
    }
    let Some(first) = text.find(old) else {
        return Err(NoPlace::Missing);
    };
    // Places that overlap are different places: "aa" stands twice in "aaa".
    let step = text[first..].chars().next().map_or(1, char::len_utf8);
    if text[first + step..].contains(old) {
        return Err(NoPlace::Unclear(text.matches(old).count().max(2)));
    }
    Ok(first)
}

fn named(why: NoPlace, number: usize, path: &Inside) -> FileError {
    let path = path.to_string();
    match why {
        NoPlace::Empty => FileError::PassageEmpty(number),
        NoPlace::Missing => FileError::PassageMissing { path, number },
        NoPlace::Unclear(times) => FileError::PassageUnclear { path, number, times },
    }
}

/// Whether every line of `text` ends as Windows ends lines. Models write plain line ends.
fn uses_windows_lines(text: &str) -> bool {
    let ends = text.matches('\n').count();
    ends > 0 && text.matches("\r\n").count() == ends
}

fn in_lines(passage: &str, windows: bool) -> Cow<'_, str> {
    if windows && !passage.contains('\r') && passage.contains('\n') {
        Cow::Owned(passage.replace('\n', "\r\n"))
    } else {
        Cow::Borrowed(passage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(old: &str, new: &str) -> Edit {
        Edit {
            old: old.to_owned(),
            new: new.to_owned(),
        }
    }

    fn made(text: &str, edits: &[Edit]) -> Result<String, FileError> {
        edited(text, edits, &Inside::parse("p/a.txt").unwrap())
    }

    #[test]
    fn a_passage_that_stands_there_once_is_exchanged() {
        assert_eq!(made("one two three", &[edit("two", "2")]).unwrap(), "one 2 three");
        let both = [edit("a", "b b"), edit("b b", "c")];
        assert_eq!(made("xay", &both).unwrap(), "xcy");
        assert_eq!(
            made("a\r\nb\r\nc\r\n", &[edit("a\nb", "x\ny")]).unwrap(),
            "x\r\ny\r\nc\r\n"
        );
    }

    #[test]
    fn what_is_missing_or_unclear_is_said_with_its_number() {
        let text = "aaa b";
        assert!(matches!(
            made(text, &[edit("c", "d")]),
            Err(FileError::PassageMissing { number: 1, .. })
        ));
        assert!(matches!(
            made(text, &[edit("aa", "d")]),
            Err(FileError::PassageUnclear { times: 2, .. })
        ));
        assert!(matches!(
            made(text, &[edit("a", "d")]),
            Err(FileError::PassageUnclear { times: 3, .. })
        ));
        let second = [edit("b", "d"), edit("", "x")];
        assert!(matches!(made(text, &second), Err(FileError::PassageEmpty(2))));
    }
}
