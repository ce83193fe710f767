//! From the bytes of a file to a text that can be cited.

use crate::Format;

/// Largest file that is read, in bytes.
pub const MAX_DOCUMENT_BYTES: u64 = 2 * 1024 * 1024;

/// Longest line that is accepted, in characters. A citation is made of whole lines, so that a longer one could not
/// be quoted; files that have them are made by machines.
pub const MAX_LINE_CHARS: usize = 8_000;

/// Why a file is not in the knowledge, in words for the operator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Above [`MAX_DOCUMENT_BYTES`].
    #[error("It is larger than 2 MB ({} MB). Split it into smaller files to have it searched.", megabytes(*bytes))]
    TooLarge {
        /// Its size in bytes.
        bytes: u64,
    },
    /// Content that is not text.
    #[error("It is not a text file.")]
    Binary,
    /// Neither UTF-8 nor UTF-16 with a byte order mark.
    #[error("Its text is not in UTF-8. Save it again as UTF-8 to have it searched.")]
    Encoding,
    /// Nothing but white space.
    #[error("It is empty.")]
    Empty,
    /// A line above [`MAX_LINE_CHARS`].
    #[error("Line {line} is longer than 8,000 characters. It looks machine-made and cannot be cited.")]
    LineTooLong {
        /// Which line, from 1.
        line: u32,
    },
    /// A document format that this version does not read.
    #[error("This format is not read yet. Save it as text or Markdown to have it searched.")]
    FormatNotYet,
}

fn megabytes(bytes: u64) -> u64 {
    bytes.div_ceil(1024 * 1024)
}

/// The text in `bytes`: byte order mark removed, every line end a `\n`, otherwise unchanged.
///
/// # Errors
/// When this is nothing that could be searched and cited.
pub fn read(bytes: &[u8], format: Format) -> Result<String, Unreadable> {
    let size = bytes.len() as u64;
    if size > MAX_DOCUMENT_BYTES {
        return Err(Unreadable::TooLarge { bytes: size });
    }
    let text = with_plain_line_ends(decode(bytes)?);
    if text.trim().is_empty() {
        return Err(Unreadable::Empty);
    }
    if format != Format::Markdown && looks_binary(&text) {
        return Err(Unreadable::Binary);
    }
    match text
        .split('\n')
        .position(|line| line.chars().count() > MAX_LINE_CHARS)
    {
        None => Ok(text),
        Some(index) => Err(Unreadable::LineTooLong {
            line: u32::try_from(index + 1).unwrap_or(u32::MAX),
        }),
    }
}

fn decode(bytes: &[u8]) -> Result<String, Unreadable> {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => utf8(bytes),
    }
}

fn utf8(bytes: &[u8]) -> Result<String, Unreadable> {
    // No text file holds a NUL, and every common binary format does.
    if bytes.contains(&0) {
        return Err(Unreadable::Binary);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(_) if mostly_control(bytes) => Err(Unreadable::Binary),
        Err(_) => Err(Unreadable::Encoding),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Unreadable> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let text: Result<String, _> = char::decode_utf16(pairs.iter().map(|&pair| unit(pair))).collect();
    match text {
        Ok(text) if rest.is_empty() && !text.contains('\0') => Ok(text),
        _ => Err(Unreadable::Encoding),
    }
}

fn with_plain_line_ends(text: String) -> String {
    if text.contains('\r') {
        text.replace("\r\n", "\n").replace('\r', "\n")
    } else {
        text
    }
}

fn is_odd_control(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\n' | b'\r' | b'\t' | 0x0C | 0x1B)
}

fn mostly_control(bytes: &[u8]) -> bool {
    let sample = &bytes[..bytes.len().min(8192)];
    let odd = sample.iter().filter(|&&byte| is_odd_control(byte)).count();
    odd * 50 > sample.len()
}

fn looks_binary(text: &str) -> bool {
    mostly_control(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> Result<String, Unreadable> {
        read(bytes, Format::Text)
    }

    #[test]
    fn line_ends_and_byte_order_marks_are_put_in_order() {
        assert_eq!(text(b"\xEF\xBB\xBFa\r\nb\rc\n").as_deref(), Ok("a\nb\nc\n"));
        assert_eq!(text(b"\xFF\xFEh\0i\0").as_deref(), Ok("hi"));
        assert_eq!(text(b"\xFE\xFF\0h\0i").as_deref(), Ok("hi"));
    }

    #[test]
    fn what_is_no_text_is_refused_with_a_reason() {
        assert_eq!(text(b"\x7FELF\0\0\0"), Err(Unreadable::Binary));
        assert_eq!(text(&[1, 2, 3, 4, 5, 0xFF, 6, 7]), Err(Unreadable::Binary));
        assert_eq!(text(b"caf\xE9 au lait"), Err(Unreadable::Encoding));
        assert_eq!(text(b"\xFF\xFEh\0i"), Err(Unreadable::Encoding));
        assert_eq!(text(b" \n\t\n"), Err(Unreadable::Empty));
        let large = vec![b'a'; 2 * 1024 * 1024 + 1];
        let refused = text(&large).expect_err("too large");
        assert!(refused.to_string().contains("(3 MB)"), "{refused}");
        let long = format!("short\n{}\n", "x".repeat(MAX_LINE_CHARS + 1));
        assert_eq!(text(long.as_bytes()), Err(Unreadable::LineTooLong { line: 2 }));
    }
}
