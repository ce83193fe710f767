//! Tells the thoughts that some local models write in front of their answer, between `<think>` and `</think>`, from
//! the answer.

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";

/// Reads text piece by piece and gives what is answer.
#[derive(Debug, Default)]
pub(super) struct Thinking {
    state: State,
    held: String,
}

/// A piece of text, told apart.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) thought: String,
    pub(super) answer: String,
}

impl Told {
    fn answer(answer: String) -> Self {
        Self {
            answer,
            ..Self::default()
        }
    }
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
    /// Takes the next piece; gives what of it, and of what was held back, is thought and what is answer.
    pub(super) fn take(&mut self, piece: &str) -> Told {
        if self.state == State::After {
            return Told::answer(piece.to_owned());
        }
        self.held.push_str(piece);
        if self.state == State::Before {
            let begun = self.held.trim_start();
            if begun.is_empty() || (OPEN.starts_with(begun) && begun != OPEN) {
                return Told::default();
            }
            if !begun.starts_with(OPEN) {
                return Told::answer(self.released());
            }
            self.held = begun[OPEN.len()..].to_owned();
            self.state = State::Inside;
        }
        let Some(end) = self.held.find(CLOSE) else {
            return Told {
                thought: self.surely_inside(),
                ..Told::default()
            };
        };
        let thought: String = self.held.drain(..end).collect();
        self.held.drain(..CLOSE.len());
        Told {
            thought,
            answer: self.released().trim_start().to_owned(),
        }
    }

    /// Takes out what can't be a beginning of the closing mark.
    fn surely_inside(&mut self) -> String {
        let open = (1..CLOSE.len())
            .rev()
            .find(|length| self.held.ends_with(&CLOSE[..*length]))
            .unwrap_or(0);
        self.held.drain(..self.held.len() - open).collect()
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

    fn told(pieces: &[&str]) -> Told {
        let mut thinking = Thinking::default();
        let mut all = Told::default();
        for piece in pieces {
            let told = thinking.take(piece);
            all.thought.push_str(&told.thought);
            all.answer.push_str(&told.answer);
        }
        all.answer.push_str(&thinking.rest());
        all
    }

    fn read(pieces: &[&str]) -> String {
        told(pieces).answer
    }

    #[test]
    fn thoughts_in_front_are_told_apart_however_they_are_cut() {
        let whole = "\n<think>\nWell, {\"a\": 1}?\n</think>\n\nThe answer.";
        for at in 0..=whole.len() {
            let (left, right) = whole.split_at(at);
            let told = told(&[left, right]);
            assert_eq!(told.answer.trim_start(), "The answer.", "cut at {at}");
            assert_eq!(told.thought, "\nWell, {\"a\": 1}?\n", "cut at {at}");
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
