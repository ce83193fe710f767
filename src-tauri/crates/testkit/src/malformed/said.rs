//! The bytes of what no client may say.

use super::{MOST, Nonsense};
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

/// What a client says first.
pub(super) const SUBSCRIBE: &str = r#"{"type":"subscribe","resume":null,"workflows":[]}"#;

/// The rest of a good request to upgrade.
pub(super) const UPGRADE: &str = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

const UPGRADES: [&str; 8] = [
    "",
    "Upgrade: websocket\r\n",
    "Upgrade: websocket\r\nConnection: Upgrade\r\n",
    "Upgrade: h2c\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n",
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 12\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
];

const TYPES: [&str; 14] = [
    r#"{"type":"subscribe","resume":5}"#,
    r#"{"type":"subscribe","resume":"here"}"#,
    r#"{"type":"subscribe","resume":{"store":"none","epoch":0,"position":1}}"#,
    r#"{"type":"subscribe","resume":{"epoch":0,"position":1}}"#,
    r#"{"type":"subscribe","resume":null,"workflows":7}"#,
    r#"{"type":"subscribe","resume":null,"workflows":["a"]}"#,
    r#"{"type":"subscribe","resume":null,"workflows":[1e999]}"#,
    r#"{"type":"subscribe","resume":null,"workflows":[9223372036854775808]}"#,
    r#"{"type":"ack","subscription":-1,"to":1}"#,
    r#"{"type":"ack","subscription":1}"#,
    r#"{"type":"ack","subscription":1,"to":1.5}"#,
    r#"{"type":"ack","subscription":4294967296,"to":1}"#,
    r#"{"type":"ack","subscription":"1","to":1}"#,
    r#"{"type":"ack","subscription":1,"to":null}"#,
];

const KINDS: [&str; 10] = [
    r#"{"type":"launch"}"#,
    r#"{"type":"frame","frame":{}}"#,
    r#"{"type":null}"#,
    r#"{"type":["subscribe"]}"#,
    r#"{"Type":"subscribe"}"#,
    r"{}",
    r"[]",
    r"null",
    r"7",
    r#""subscribe""#,
];

/// All that is said, after the upgrade or in place of it.
pub(super) fn said(nonsense: Nonsense, subscribed: bool, chance: &mut StdRng) -> Vec<u8> {
    match nonsense {
        Nonsense::Upgrade => one_of(chance, &UPGRADES).as_bytes().to_vec(),
        Nonsense::BrokenJson => text(&broken_json(chance), chance),
        Nonsense::WrongTypes => text(&wrong_types(chance), chance),
        Nonsense::UnknownKinds => text(one_of(chance, &KINDS), chance),
        Nonsense::OutOfPlace => text(&out_of_place(subscribed, chance), chance),
        Nonsense::Binary => frame(0x82, SUBSCRIBE.as_bytes(), chance),
        Nonsense::Huge => huge(chance),
        Nonsense::BrokenText => broken_text(chance),
        Nonsense::Fragments => fragments(chance),
        Nonsense::BadBits => bad_bits(chance),
        Nonsense::NoMask => no_mask(chance),
        Nonsense::BadControl => bad_control(chance),
        Nonsense::AfterClose => [frame(0x88, &[0x03, 0xe8], chance), noise(200, chance)].concat(),
        Nonsense::Noise => noise(400, chance),
        Nonsense::Cut => cut(text(SUBSCRIBE, chance), chance),
    }
}

fn broken_json(chance: &mut StdRng) -> String {
    let good = one_of(chance, &[SUBSCRIBE, r#"{"type":"ack","subscription":1,"to":1}"#]);
    match chance.random_range(0..5) {
        0 => good[..chance.random_range(0..good.len())].to_owned(),
        1 => format!("{good}{}", one_of(chance, &["}", "]", ",", "x", "{}", "\u{0}"])),
        2 => good.replace('"', "'"),
        3 => "[".repeat(chance.random_range(130..MOST)),
        _ => {
            let place = chance.random_range(1..good.len());
            format!("{}\u{1}{}", &good[..place], &good[place..])
        }
    }
}

fn wrong_types(chance: &mut StdRng) -> String {
    match chance.random_range(0..4) {
        0 => {
            let deep = chance.random_range(1..100);
            let value = format!("{}{}", "[".repeat(deep), "]".repeat(deep));
            format!(r#"{{"type":"ack","subscription":1,"to":{value}}}"#)
        }
        _ => one_of(chance, &TYPES).to_owned(),
    }
}

fn out_of_place(subscribed: bool, chance: &mut StdRng) -> String {
    if !subscribed && chance.random_bool(0.5) {
        return format!(
            r#"{{"type":"ack","subscription":{},"to":{}}}"#,
            chance.random::<u32>(),
            chance.random::<u32>()
        );
    }
    let many: Vec<u32> = (0..chance.random_range(101..2000)).collect();
    let many = serde_json::json!({"type": "subscribe", "resume": null, "workflows": many});
    many.to_string()
}

fn huge(chance: &mut StdRng) -> Vec<u8> {
    match chance.random_range(0..3) {
        0 => {
            let length = chance.random_range(MOST + 1..4 * MOST);
            frame(0x81, &vec![b' '; length], chance)
        }
        // A length that no message has, and nothing of it.
        1 => [&[0x81, 0xff][..], &chance.random::<u64>().to_be_bytes(), &[0; 4]].concat(),
        _ => {
            // In pieces that are short enough, but not together.
            let count = MOST / 1000 + 2;
            let pieces = (0..count).flat_map(|number| {
                let first = if number == 0 { 0x01 } else { 0x00 };
                frame(first, &[b' '; 1000], chance)
            });
            pieces.collect()
        }
    }
}

fn broken_text(chance: &mut StdRng) -> Vec<u8> {
    let broken: &[u8] = one_of(
        chance,
        &[
            &b"\xff"[..],
            b"{\"type\":\"\xc3",
            b"\xc0\xaf",
            b"\xed\xa0\x80",
            b"\xf4\x90\x80\x80",
            b"\xf0\x9f\x8e",
            b"abc\x80",
        ],
    );
    match chance.random_bool(0.5) {
        true => frame(0x81, broken, chance),
        false => [frame(0x01, broken, chance), frame(0x80, b"\xff", chance)].concat(),
    }
}

fn fragments(chance: &mut StdRng) -> Vec<u8> {
    match chance.random_range(0..4) {
        0 => frame(0x80, SUBSCRIBE.as_bytes(), chance),
        1 => [
            frame(0x01, b"{", chance),
            frame(0x81, SUBSCRIBE.as_bytes(), chance),
        ]
        .concat(),
        2 => frame(one_of(chance, &[0x08, 0x09, 0x0a]), b"x", chance),
        _ => [frame(0x01, b"{", chance), frame(0x00, b"\"", chance)].concat(),
    }
}

fn bad_bits(chance: &mut StdRng) -> Vec<u8> {
    let kind = one_of(chance, &[0x3, 0x4, 0x5, 0x6, 0x7, 0xb, 0xc, 0xd, 0xe, 0xf]);
    let reserved = one_of(chance, &[0x10, 0x20, 0x40, 0x70]);
    let first = match chance.random_range(0..3) {
        0 => 0x80 | kind,
        1 => 0x81 | reserved,
        _ => 0x80 | kind | reserved,
    };
    frame(first, SUBSCRIBE.as_bytes(), chance)
}

fn no_mask(chance: &mut StdRng) -> Vec<u8> {
    let kind = one_of(chance, &[0x81, 0x82, 0x89, 0x8a]);
    [&[kind, 0x31][..], SUBSCRIBE.as_bytes()].concat()
}

fn bad_control(chance: &mut StdRng) -> Vec<u8> {
    let control = one_of(chance, &[0x88, 0x89, 0x8a]);
    match chance.random_range(0..4) {
        0 => {
            let length = chance.random_range(126..2000);
            frame(control, &vec![b'x'; length], chance)
        }
        1 => frame(0x88, b"\x03", chance),
        2 => {
            let code: u16 = one_of(chance, &[0, 999, 1004, 1005, 1006, 1015, 2999, 5000]);
            frame(0x88, &code.to_be_bytes(), chance)
        }
        _ => frame(0x88, b"\x03\xe8\xff\xfe", chance),
    }
}

fn noise(most: usize, chance: &mut StdRng) -> Vec<u8> {
    let length = chance.random_range(1..most);
    (0..length).map(|_| chance.random()).collect()
}

fn cut(whole: Vec<u8>, chance: &mut StdRng) -> Vec<u8> {
    let length = chance.random_range(1..whole.len());
    whole.into_iter().take(length).collect()
}

fn text(words: &str, chance: &mut StdRng) -> Vec<u8> {
    frame(0x81, words.as_bytes(), chance)
}

/// A frame with a mask, whose first byte is `first`.
pub(super) fn frame(first: u8, body: &[u8], chance: &mut StdRng) -> Vec<u8> {
    let mask: [u8; 4] = chance.random();
    let mut frame = vec![first];
    match (u8::try_from(body.len()), u16::try_from(body.len())) {
        (Ok(length @ 0..=125), _) => frame.push(0x80 | length),
        (_, Ok(length)) => {
            frame.push(0xfe);
            frame.extend(length.to_be_bytes());
        }
        _ => {
            frame.push(0xff);
            frame.extend((body.len() as u64).to_be_bytes());
        }
    }
    frame.extend(mask);
    frame.extend(
        body.iter()
            .zip(mask.iter().cycle())
            .map(|(byte, mask)| byte ^ mask),
    );
    frame
}

pub(super) fn one_of<T: Copy>(chance: &mut StdRng, from: &[T]) -> T {
    *from.choose(chance).expect("there are some")
}
