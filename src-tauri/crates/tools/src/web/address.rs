//! Which addresses belong to the public internet. Everything else leads to this machine, its network or nowhere.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Blocks of IPv4 that are not public: first address, length of the prefix, what they are.
const CLOSED_V4: &[([u8; 4], u32, &str)] = &[
    ([0, 0, 0, 0], 8, "this network"),
    ([10, 0, 0, 0], 8, "a private network"),
    ([100, 64, 0, 0], 10, "a provider's inner network"),
    ([127, 0, 0, 0], 8, "this machine"),
    ([168, 63, 129, 16], 32, "a cloud's inner service"),
    (
        [169, 254, 0, 0],
        16,
        "the local link, where clouds keep their metadata",
    ),
    ([172, 16, 0, 0], 12, "a private network"),
    ([192, 0, 0, 0], 24, "reserved for protocols"),
    ([192, 0, 2, 0], 24, "reserved for documentation"),
    ([192, 31, 196, 0], 24, "reserved for name services"),
    ([192, 52, 193, 0], 24, "reserved for relays"),
    ([192, 88, 99, 0], 24, "reserved for relays"),
    ([192, 168, 0, 0], 16, "a private network"),
    ([192, 175, 48, 0], 24, "reserved for name services"),
    ([198, 18, 0, 0], 15, "reserved for measurements"),
    ([198, 51, 100, 0], 24, "reserved for documentation"),
    ([203, 0, 113, 0], 24, "reserved for documentation"),
    ([224, 0, 0, 0], 4, "for many receivers at once"),
    ([240, 0, 0, 0], 4, "reserved, or for everybody on the link"),
];

/// Blocks of IPv6 within the public range that are not public all the same.
const CLOSED_V6: &[([u16; 8], u32, &str)] = &[
    (
        [0x2001, 0, 0, 0, 0, 0, 0, 0],
        23,
        "reserved for protocols such as Teredo",
    ),
    (
        [0x2001, 0xdb8, 0, 0, 0, 0, 0, 0],
        32,
        "reserved for documentation",
    ),
    (
        [0x2002, 0, 0, 0, 0, 0, 0, 0],
        16,
        "a tunnel to an IPv4 address (6to4)",
    ),
    (
        [0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0],
        48,
        "reserved for name services",
    ),
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20, "reserved for documentation"),
];

/// The range that public IPv6 addresses are given out of.
const PUBLIC_V6: ([u16; 8], u32) = ([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);

/// Where an IPv4 address is carried to networks that have only IPv6 (NAT64).
const CARRIED: ([u16; 8], u32) = ([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96);

/// Why `address` is not on the public internet, in words; none if it is.
#[must_use]
pub fn why_not_public(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => v4(address),
        IpAddr::V6(address) => v6(address),
    }
}

fn v4(address: Ipv4Addr) -> Option<&'static str> {
    let bits = address.to_bits();
    CLOSED_V4
        .iter()
        .find(|(first, length, _)| same_prefix_v4(bits, Ipv4Addr::from(*first).to_bits(), *length))
        .map(|(_, _, what)| *what)
}

fn v6(address: Ipv6Addr) -> Option<&'static str> {
    let bits = address.to_bits();
    let within =
        |(first, length): ([u16; 8], u32)| same_prefix_v6(bits, Ipv6Addr::from(first).to_bits(), length);
    if within(CARRIED) {
        let [.., a, b, c, d] = address.octets();
        return v4(Ipv4Addr::new(a, b, c, d));
    }
    if !within(PUBLIC_V6) {
        return Some(match address {
            Ipv6Addr::LOCALHOST => "this machine",
            Ipv6Addr::UNSPECIFIED => "no address",
            address if address.to_ipv4_mapped().is_some() => "an IPv4 address in disguise",
            address if address.is_unique_local() => "a private network",
            address if address.is_unicast_link_local() => "the local link",
            address if address.is_multicast() => "for many receivers at once",
            _ => "outside of the public range",
        });
    }
    if is_isatap(address) {
        return Some("a tunnel to an IPv4 address (ISATAP)");
    }
    CLOSED_V6
        .iter()
        .find(|(first, length, _)| within((*first, *length)))
        .map(|(_, _, what)| *what)
}

/// Such an address can stand in any network and ends in the IPv4 address that it leads to.
fn is_isatap(address: Ipv6Addr) -> bool {
    let [.., fifth, sixth, _, _] = address.segments();
    matches!(fifth, 0 | 0x200) && sixth == 0x5efe
}

fn same_prefix_v4(one: u32, other: u32, length: u32) -> bool {
    let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
    one & mask == other & mask
}

fn same_prefix_v6(one: u128, other: u128, length: u32) -> bool {
    let mask = u128::MAX.checked_shl(128 - length).unwrap_or(0);
    one & mask == other & mask
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_first_and_last_of_each_closed_block_is_closed_and_their_neighbours_are_judged_alone() {
        for (first, length, what) in CLOSED_V4 {
            let start = Ipv4Addr::from(*first).to_bits();
            let end = start | (u32::MAX >> (length - 1) >> 1);
            let end = if *length == 32 { start } else { end };
            for bits in [start, end, start + (end - start) / 2] {
                assert!(
                    v4(Ipv4Addr::from_bits(bits)).is_some(),
                    "{what}: {}",
                    Ipv4Addr::from_bits(bits)
                );
            }
        }
        for open in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
        ] {
            assert_eq!(why_not_public(open.parse().unwrap()), None, "{open}");
        }
        for open in [
            "172.15.255.255",
            "172.32.0.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "223.255.255.255",
        ] {
            assert_eq!(why_not_public(open.parse().unwrap()), None, "{open}");
        }
    }

    #[test]
    fn public_addresses_of_the_new_kind_are_open_and_disguises_are_not() {
        for open in [
            "2606:4700:4700::1111",
            "2a00:1450:4001:80b::200e",
            "64:ff9b::808:808",
            "2003::1",
            "3ffe::1",
        ] {
            assert_eq!(why_not_public(open.parse().unwrap()), None, "{open}");
        }
        for closed in [
            "::",
            "::1",
            "::ffff:8.8.8.8",
            "::ffff:127.0.0.1",
            "::8.8.8.8",
            "64:ff9b::7f00:1",
            "64:ff9b:1::808:808",
            "64:ff9b::a9fe:a9fe",
            "100::1",
            "2001::1",
            "2001:2::1",
            "2001:db8::1",
            "2002:808:808::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2a00::5efe:7f00:1",
            "4000::1",
            "2a00::200:5efe:a00:1",
        ] {
            assert!(why_not_public(closed.parse().unwrap()).is_some(), "{closed}");
        }
    }

    proptest! {
        #[test]
        fn the_standard_library_finds_nothing_closed_that_is_open_here(bits in any::<u32>()) {
            let address = Ipv4Addr::from_bits(bits);
            let closed = address.is_private() || address.is_loopback() || address.is_link_local()
                || address.is_multicast() || address.is_broadcast() || address.is_documentation()
                || address.is_unspecified();
            prop_assert!(!closed || v4(address).is_some());
        }

        #[test]
        fn no_disguise_opens_a_closed_address(bits in any::<u32>()) {
            let address = Ipv4Addr::from_bits(bits);
            prop_assert!(v6(address.to_ipv6_mapped()).is_some());
            let carried = Ipv6Addr::from_bits(Ipv6Addr::from(CARRIED.0).to_bits() | u128::from(bits));
            prop_assert_eq!(v6(carried), v4(address));
        }
    }
}
