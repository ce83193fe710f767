//! Crockford's base32: letters and digits that people can read to each other, without I, L, O and U.

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Five bits for each character; `bytes` are a multiple of five.
pub(crate) fn encode(bytes: &[u8], text: &mut String) {
    for group in bytes.chunks(5) {
        let bits = group
            .iter()
            .fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        let characters = group.len() * 8 / 5;
        for place in (0..characters).rev() {
            let digit = usize::try_from(bits >> (5 * place) & 31).unwrap_or_default();
            text.push(char::from(ALPHABET[digit]));
        }
    }
}

/// The character as it is meant: small letters are large ones, and what looks like a digit is one.
pub(crate) fn meant(typed: char) -> Option<char> {
    let meant = match typed.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let fits = u8::try_from(meant).is_ok_and(|byte| ALPHABET.contains(&byte));
    fits.then_some(meant)
}

/// The text in groups of four with a dash between.
pub(crate) fn grouped(text: &str, grouped: &mut String) {
    for (place, character) in text.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            grouped.push('-');
        }
        grouped.push(character);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(bytes: &[u8]) -> String {
        let mut text = String::new();
        encode(bytes, &mut text);
        text
    }

    #[test]
    fn five_bytes_are_eight_characters() {
        assert_eq!(encoded(&[0; 5]), "00000000");
        assert_eq!(encoded(&[255; 5]), "ZZZZZZZZ");
        assert_eq!(encoded(&[0, 0, 0, 0, 1]), "00000001");
        assert_eq!(encoded(&[0x08, 0x42, 0x10, 0x84, 0x21]), "11111111");
        assert_eq!(encoded(&[7; 10]).len(), 16);
    }

    #[test]
    fn what_people_mistake_is_mended() {
        let typed: Option<String> = "oOiIlL9z".chars().map(meant).collect();
        assert_eq!(typed.as_deref(), Some("0011119Z"));
        assert_eq!(meant('u'), None);
        assert_eq!(meant('ü'), None);
        assert_eq!(meant('-'), None);
    }

    #[test]
    fn groups_have_four_characters() {
        let mut text = String::new();
        grouped("ABCDEFGH", &mut text);
        assert_eq!(text, "ABCD-EFGH");
    }
}
