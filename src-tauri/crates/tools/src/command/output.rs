//! What a program writes: its beginning and its end are kept, the middle is counted.

use std::collections::VecDeque;
use tokio::io::{AsyncRead, AsyncReadExt};

/// The kept part of an output.
#[derive(Debug, Default)]
pub(super) struct Kept {
    head: Vec<u8>,
    tail: VecDeque<u8>,
    total: u64,
    most: usize,
}

impl Kept {
    /// Keeps at most `most` bytes, half of them from the end.
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            ..Self::default()
        }
    }

    fn add(&mut self, bytes: &[u8]) {
        self.total += bytes.len() as u64;
        let room = (self.most / 2).saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..room]);
        self.tail.extend(&bytes[room..]);
        let over = self.tail.len().saturating_sub(self.most - self.most / 2);
        self.tail.drain(..over);
    }

    /// Reads until the other end is closed, or the reading fails; what was read stays.
    pub(super) async fn read(&mut self, mut from: impl AsyncRead + Unpin) {
        let mut part = vec![0; 16 * 1_024];
        while let Ok(size) = from.read(&mut part).await {
            if size == 0 {
                return;
            }
            self.add(&part[..size]);
        }
    }

    /// As text, and how many bytes were left out.
    pub(super) fn text(self) -> (String, u64) {
        let kept = (self.head.len() + self.tail.len()) as u64;
        let left_out = self.total - kept;
        let tail: Vec<u8> = self.tail.into();
        if left_out == 0 {
            let whole = [self.head, tail].concat();
            return (plain(&whole), 0);
        }
        (format!("{}\n[…]\n{}", plain(&self.head), plain(&tail)), left_out)
    }
}

/// Text without what steers a terminal.
fn plain(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes)
        .replace("\r\n", "\n")
        .chars()
        .filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn beginning_and_end_are_kept_and_the_rest_is_counted(
            text in "[a-z]{0,200}", cuts in proptest::collection::vec(0_usize..200, 0..5), most in 2_usize..120,
        ) {
            let mut kept = Kept::new(most);
            let mut cuts: Vec<usize> = cuts.into_iter().filter(|cut| *cut <= text.len()).collect();
            cuts.extend([0, text.len()]);
            cuts.sort_unstable();
            for pair in cuts.windows(2) {
                kept.add(&text.as_bytes()[pair[0]..pair[1]]);
            }
            let (shown, left_out) = kept.text();
            if text.len() <= most {
                prop_assert_eq!((shown.as_str(), left_out), (text.as_str(), 0));
            } else {
                prop_assert_eq!(left_out as usize, text.len() - most);
                let (head, tail) = shown.split_once("\n[…]\n").unwrap();
                prop_assert!(text.starts_with(head) && text.ends_with(tail));
                prop_assert_eq!(head.len() + tail.len(), most);
            }
        }
    }
}
