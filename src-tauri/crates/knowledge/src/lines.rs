//! Lines of a document, counted from 1, as citations name them.
//!
//! A line ends at `\n` and nothing else: [`crate::read`] has turned the other line ends into it.

/// Where the lines of a text begin.
#[derive(Debug, Clone)]
pub struct LineIndex<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> LineIndex<'t> {
    /// Finds the lines of `text`. An ending `\n` begins no further line; an empty text has none.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        let after_breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        let starts = std::iter::once(0)
            .chain(after_breaks)
            .filter(|&start| start < text.len())
            .collect();
        Self { text, starts }
    }

    /// How many lines there are.
    #[must_use]
    pub fn count(&self) -> u32 {
        u32::try_from(self.starts.len()).unwrap_or(u32::MAX)
    }

    /// The lines `first` to `last` (from 1, inclusive) with the breaks between them, without the last break.
    /// None when they are not all there.
    #[must_use]
    pub fn range(&self, first: u32, last: u32) -> Option<&'t str> {
        let (first, last) = (first as usize, last as usize);
        if first == 0 || first > last || last > self.starts.len() {
            return None;
        }
        let end = self.starts.get(last).copied().unwrap_or(self.text.len());
        let range = &self.text[self.starts[first - 1]..end];
        Some(range.strip_suffix('\n').unwrap_or(range))
    }

    /// The line that holds the byte at `offset`; the last one for an offset past the end.
    #[must_use]
    pub fn line_of(&self, offset: usize) -> u32 {
        let line = self.starts.partition_point(|&start| start <= offset);
        u32::try_from(line).unwrap_or(u32::MAX).max(1)
    }

    /// Byte at which `line` begins.
    pub(crate) fn start_of(&self, line: u32) -> Option<usize> {
        let index = (line as usize).checked_sub(1)?;
        self.starts.get(index).copied()
    }
}

/// How many lines `text` has.
#[must_use]
pub fn line_count(text: &str) -> u32 {
    LineIndex::new(text).count()
}

/// Whether `quote` is, to the letter, what stands on the lines `first` to `last` of `text`.
#[must_use]
pub fn is_verbatim(text: &str, first: u32, last: u32, quote: &str) -> bool {
    LineIndex::new(text).range(first, last) == Some(quote)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_from_one_and_the_last_break_adds_none() {
        let index = LineIndex::new("one\n\nthree\n");
        assert_eq!(index.count(), 3);
        assert_eq!(index.range(1, 1), Some("one"));
        assert_eq!(index.range(2, 2), Some(""));
        assert_eq!(index.range(1, 3), Some("one\n\nthree"));
        assert_eq!(index.range(3, 4), None);
        assert_eq!(index.range(0, 1), None);
        assert_eq!(index.range(2, 1), None);
        assert_eq!(line_count(""), 0);
        assert_eq!(LineIndex::new("a\nb").line_of(2), 2);
    }

    #[test]
    fn a_changed_letter_is_not_verbatim() {
        assert!(is_verbatim("a\nb\nc", 2, 3, "b\nc"));
        assert!(!is_verbatim("a\nb\nc", 2, 3, "b\nC"));
        assert!(!is_verbatim("a\nb\nc", 2, 9, "b\nc"));
    }
}
