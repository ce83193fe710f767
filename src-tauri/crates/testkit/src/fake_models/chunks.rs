//! Splits the bytes of an answer where it hurts.

use super::reply::Chunking;

/// The chunks that the frames are sent in.
pub(super) fn chunks(frames: &[Vec<u8>], chunking: Chunking) -> Vec<Vec<u8>> {
    match chunking {
        Chunking::Frames => frames.to_vec(),
        Chunking::Bytes => frames.concat().chunks(1).map(<[u8]>::to_vec).collect(),
        Chunking::LineEnds => between_cr_and_lf(&frames.concat()),
    }
}

/// Cuts behind each CR, and in the middle of what is between.
fn between_cr_and_lf(bytes: &[u8]) -> Vec<Vec<u8>> {
    bytes
        .split_inclusive(|byte| *byte == b'\r')
        .flat_map(|piece| {
            let (left, right) = piece.split_at(piece.len() / 2);
            [left.to_vec(), right.to_vec()]
        })
        .filter(|piece| !piece.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_and_line_ends_are_cut() {
        let frames = vec![
            "event: é\r\ndata: x\r\n\r\n".as_bytes().to_vec(),
            b"end\r\n".to_vec(),
        ];
        for chunking in [Chunking::Frames, Chunking::Bytes, Chunking::LineEnds] {
            assert_eq!(chunks(&frames, chunking).concat(), frames.concat());
        }
        let cut = chunks(&frames, Chunking::LineEnds);
        assert!(cut.iter().any(|chunk| chunk.ends_with(b"\r")));
        assert!(
            !cut.iter()
                .any(|chunk| chunk.windows(2).any(|pair| pair == b"\r\n"))
        );
    }
}
