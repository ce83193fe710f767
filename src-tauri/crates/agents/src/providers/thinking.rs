//! Leaves out the thoughts that some local models write in front of their answer, between `<think>` and
//! `</think>`.

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";

/// Reads text piece by piece and gives what is answer.
#[derive(Debug, Default)]
pub(super) struct Thinking {
    state: State,
    held: String,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Only spaces or a beginning of the mark so far.
    #[default]
    Before,
    Inside,
    After,
}

impl Thinking {
    /// Takes the next piece; gives the part of it, and of what was held back, that is answer.
    pub(super) fn take(&mut self, piece: &str) -> String {
        if self.state == State::After {
            return piece.to_owned();
        }
        self.held.push_str(piece);
        if self.state == State::Before {
            let begun = self.held.trim_start();
            if begun.is_empty() || (OPEN.starts_with(begun) && begun != OPEN) {
                return String::new();
            }
            if !begun.starts_with(OPEN) {
                return self.released();
            }
            self.state = State::Inside;
        }
        let Some(end) = self.held.find(CLOSE) else {
            return String::new();
        };
        self.held.drain(..end + CLOSE.len());
        self.released().trim_start().to_owned()
    }

    /// What was held back and turned out to be no thought, at the end of the text. A thought that never ended is
    /// no answer.
    pub(super) fn rest(&mut self) -> String {
        if self.state == State::Inside {
            self.held.clear();
        }
        self.released()
    }

    fn released(&mut self) -> String {
        self.state = State::After;
        std::mem::take(&mut self.held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pieces: &[&str]) -> String {
        let mut thinking = Thinking::default();
        let mut out: String = pieces.iter().map(|piece| thinking.take(piece)).collect();
        out.push_str(&thinking.rest());
        out
    }

    #[test]
    fn thoughts_in_front_are_left_out_however_they_are_cut() {
        let whole = "\n<think>\nWell, {\"a\": 1}?\n</think>\n\nThe answer.";
        for at in 0..=whole.len() {
            let (left, right) = whole.split_at(at);
            assert_eq!(read(&[left, right]).trim_start(), "The answer.", "cut at {at}");
        }
    }

    #[test]
    fn everything_else_stays() {
        for text in [
            "",
            " ",
            "plain",
            "<b>bold</b>",
            "<thi",
            "a <think>b</think> c",
            "é<think>",
        ] {
            assert_eq!(read(&[text]), text);
            assert_eq!(read(&text.split_inclusive(|_| true).collect::<Vec<_>>()), text);
        }
    }

    #[test]
    fn thoughts_that_never_end_are_no_answer() {
        assert_eq!(read(&["<think>on and", " on"]), "");
    }
}
