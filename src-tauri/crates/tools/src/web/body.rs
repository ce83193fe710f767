//! Reads an answer's body within bounds, unpacks it within bounds, and finds out how its letters are written.

use super::error::WebError;
use encoding_rs::{Encoding, UTF_8};
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use futures::StreamExt;
use reqwest::Response;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap};
use std::io::Read;

/// Largest body, packed and unpacked, in bytes.
pub(super) const MOST_BYTES: usize = 5 * 1_024 * 1_024;
/// How far into a page its own word about its letters is looked for, in bytes.
const DECLARED_WITHIN: usize = 1_024;

/// How a page is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// As HTML.
    Page,
    /// As it is.
    Text,
}

/// What came, as text.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) kind: Kind,
    pub(super) content_type: String,
    pub(super) text: String,
    pub(super) bytes: usize,
}

pub(super) async fn read(response: Response) -> Result<Body, WebError> {
    let (kind, content_type) = kind(response.headers())?;
    let packing = packing(response.headers())?;
    let charset = charset(&content_type);
    let packed = collect(response).await?;
    let bytes = unpack(packed, packing)?;
    let text = decode(&bytes, charset.as_deref(), kind);
    Ok(Body {
        kind,
        content_type,
        text,
        bytes: bytes.len(),
    })
}

/// Reads no more than allowed, whatever the headers said.
async fn collect(response: Response) -> Result<Vec<u8>, WebError> {
    if response
        .content_length()
        .is_some_and(|length| length > MOST_BYTES as u64)
    {
        return Err(WebError::TooBig(MOST_BYTES));
    }
    let mut stream = response.bytes_stream();
    let mut bytes = Vec::new();
    while let Some(part) = stream.next().await {
        let part = part.map_err(|_| WebError::Damaged)?;
        if bytes.len() + part.len() > MOST_BYTES {
            return Err(WebError::TooBig(MOST_BYTES));
        }
        bytes.extend_from_slice(&part);
    }
    Ok(bytes)
}

#[derive(Clone, Copy)]
enum Packing {
    None,
    Gzip,
    Deflate,
}

fn packing(headers: &HeaderMap) -> Result<Packing, WebError> {
    let mut all = headers.get_all(CONTENT_ENCODING).iter();
    let (Some(value), None) = (all.next(), all.next()) else {
        return match headers.get(CONTENT_ENCODING) {
            None => Ok(Packing::None),
            Some(_) => Err(WebError::Packing("several ways at once".to_owned())),
        };
    };
    let name = String::from_utf8_lossy(value.as_bytes())
        .trim()
        .to_ascii_lowercase();
    match name.as_str() {
        "" | "identity" => Ok(Packing::None),
        "gzip" | "x-gzip" => Ok(Packing::Gzip),
        "deflate" => Ok(Packing::Deflate),
        _ => Err(WebError::Packing(name.chars().take(40).collect())),
    }
}

fn unpack(packed: Vec<u8>, packing: Packing) -> Result<Vec<u8>, WebError> {
    match packing {
        Packing::None => Ok(packed),
        Packing::Gzip => bounded(MultiGzDecoder::new(packed.as_slice())),
        Packing::Deflate => bounded(ZlibDecoder::new(packed.as_slice())),
    }
}

/// A small body may unpack to a huge one: it is unpacked only as far as allowed.
fn bounded(unpacking: impl Read) -> Result<Vec<u8>, WebError> {
    let mut bytes = Vec::new();
    unpacking
        .take(MOST_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|_| WebError::Damaged)?;
    if bytes.len() > MOST_BYTES {
        return Err(WebError::TooBig(MOST_BYTES));
    }
    Ok(bytes)
}

fn kind(headers: &HeaderMap) -> Result<(Kind, String), WebError> {
    let whole = headers.get(CONTENT_TYPE).map_or_else(String::new, |value| {
        String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase()
    });
    let name = whole.split(';').next().unwrap_or_default().trim();
    let kind = match name {
        "text/html" | "application/xhtml+xml" => Kind::Page,
        "application/json"
        | "application/xml"
        | "application/javascript"
        | "application/yaml"
        | "application/toml" => Kind::Text,
        other if other.starts_with("text/") || other.ends_with("+json") || other.ends_with("+xml") => {
            Kind::Text
        }
        "" => return Err(WebError::NotText("of no kind that it names".to_owned())),
        other => return Err(WebError::NotText(other.chars().take(80).collect())),
    };
    Ok((kind, whole))
}

fn charset(content_type: &str) -> Option<String> {
    let parameter = content_type
        .split(';')
        .skip(1)
        .find_map(|part| part.trim().strip_prefix("charset="));
    parameter.map(|name| name.trim_matches(['"', '\'', ' ']).to_owned())
}

/// The letters as Unicode. A mark at the beginning counts first, then the header, then the page itself.
fn decode(bytes: &[u8], charset: Option<&str>, kind: Kind) -> String {
    let named = charset.and_then(|name| Encoding::for_label(name.as_bytes()));
    let declared = || (kind == Kind::Page).then(|| declared(bytes)).flatten();
    let (text, _, _) = named.or_else(declared).unwrap_or(UTF_8).decode(bytes);
    text.replace('\0', "\u{FFFD}")
}

/// What a page says of itself in a `<meta>`.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(DECLARED_WITHIN)];
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let meta = head
        .split("<meta")
        .skip(1)
        .find(|rest| rest.contains("charset="))?;
    let name: String = meta
        .split("charset=")
        .nth(1)?
        .trim_start_matches(['"', '\'', ' '])
        .chars()
        .take_while(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | ':' | '.'))
        .collect();
    Encoding::for_label(name.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_read_as_the_header_or_the_page_says() {
        let latin = b"<meta http-equiv=content-type content='text/html; charset=iso-8859-1'>caf\xe9";
        assert!(decode(latin, None, Kind::Page).ends_with("café"));
        assert!(decode(b"caf\xe9", Some("windows-1252"), Kind::Text).ends_with("café"));
        assert_eq!(
            decode(b"\xef\xbb\xbfcaf\xc3\xa9", Some("latin1"), Kind::Page),
            "café"
        );
        assert_eq!(
            decode(b"caf\xe9", Some("no-such-thing"), Kind::Text),
            "caf\u{FFFD}"
        );
        assert_eq!(decode(b"\xff\xfeh\0i\0", None, Kind::Text), "hi");
    }
}
