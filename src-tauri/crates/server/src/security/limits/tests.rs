//! Limits under a clock that is moved by hand.

use super::*;
use crate::security::testing::Hand;
use std::num::NonZeroU32;

fn rate(per_minute: u32, burst: u32) -> Rate {
    let number = |number| NonZeroU32::new(number).expect("not zero");
    Rate {
        per_minute: number(per_minute),
        burst: number(burst),
    }
}

fn counted<K: std::hash::Hash + Eq + Clone>(keyed: &Keyed<K>, key: &K, times: u32) -> u32 {
    (0..times).map(|_| u32::from(keyed.take(key).is_ok())).sum()
}

#[test]
fn a_burst_and_then_the_rate() {
    let hand = Hand::default();
    let keyed = Keyed::new(rate(60, 5), &hand.clock());
    assert_eq!(counted(&keyed, &"a", 20), 5);
    assert_eq!(counted(&keyed, &"b", 20), 5, "another key is not touched");
    let later = keyed.take(&"a").expect_err("too many");
    assert_eq!(later.seconds(), 1);
    hand.go_on(999);
    assert!(keyed.take(&"a").is_err());
    hand.go_on(1);
    assert_eq!(counted(&keyed, &"a", 20), 1);
    hand.go_on(3_600_000);
    assert_eq!(
        counted(&keyed, &"a", 20),
        5,
        "silence saves no more than the burst"
    );
}

#[test]
fn the_wait_is_told_in_whole_seconds_and_is_enough() {
    assert_eq!(Later(Duration::ZERO).seconds(), 1);
    assert_eq!(Later(Duration::from_millis(1)).seconds(), 1);
    assert_eq!(Later(Duration::from_secs(1)).seconds(), 1);
    assert_eq!(Later(Duration::from_millis(1001)).seconds(), 2);
    let hand = Hand::default();
    let keyed = Keyed::new(rate(7, 1), &hand.clock());
    assert_eq!(counted(&keyed, &0, 1), 1);
    let later = keyed.take(&0).expect_err("too many");
    hand.go_on(i64::try_from(later.seconds()).expect("small") * 1000);
    assert_eq!(keyed.take(&0), Ok(()), "after the time that was told");
}

#[test]
fn keys_are_bounded_and_old_ones_go() {
    let hand = Hand::default();
    let keyed = Keyed::with_room(rate(60, 2), &hand.clock(), 100);
    for key in 0..100 {
        assert_eq!(keyed.take(&key), Ok(()));
    }
    hand.go_on(1000);
    // Those that there is no room for share one counter, and take nothing from who was there before.
    let strangers = (1000..2000).filter(|key| keyed.take(key).is_ok()).count();
    assert_eq!((strangers, keyed.len()), (2, 100));
    assert_eq!(counted(&keyed, &7, 5), 2);
    // Two seconds of silence and a counter is as a new one.
    hand.go_on(1999);
    assert_eq!(keyed.take(&5000), Ok(()));
    assert_eq!(
        keyed.len(),
        2,
        "only the one that was used lately, and the new one"
    );
}

#[test]
fn a_flood_of_addresses_leaves_the_memory_alone() {
    let keyed = Keyed::new(rate(60, 1), &Hand::default().clock());
    for key in 0..50_000_u32 {
        // Whether it is let through is not the question here.
        let _ = keyed.take(&key);
    }
    assert_eq!(keyed.len(), 10_000);
}

#[test]
fn who_is_limited_by_token_is_not_by_address() {
    let options = LimitOptions {
        per_token: rate(60, 3),
        per_address: rate(60, 2),
        pairing: rate(1, 1),
        ..LimitOptions::default()
    };
    let hand = Hand::default();
    let limits = Limits::new(&options, &hand.clock());
    let here: IpAddr = "10.0.0.1".parse().expect("an address");
    let outcomes: Vec<bool> = (0..3).map(|_| limits.by_address(here).is_ok()).collect();
    assert_eq!(outcomes, [true, true, false]);
    assert_eq!(limits.pairing(here), Ok(()));
    let later = limits.pairing(here).expect_err("too many");
    assert_eq!(later.seconds(), 60);
}

#[test]
fn a_network_of_ipv6_counts_as_one() {
    let of = |text: &str| counted_as(text.parse().expect("an address"));
    assert_eq!(of("2001:db8:0:1::1"), of("2001:db8:0:1:ffff:ffff:ffff:ffff"));
    assert_ne!(of("2001:db8:0:1::1"), of("2001:db8:0:2::1"));
    assert_eq!(of("::ffff:10.0.0.1"), of("10.0.0.1"));
    assert_ne!(of("10.0.0.1"), of("10.0.0.2"));
}

#[test]
fn connections_are_counted_and_given_back() {
    let options = LimitOptions {
        connections: 3,
        connections_per_address: 2,
        ..LimitOptions::default()
    };
    let connections = Connections::new(&options);
    let enter = |text: &str| connections.enter(text.parse().expect("an address"));
    let first = enter("10.0.0.1").expect("room");
    let second = enter("::ffff:10.0.0.1").expect("room");
    assert_eq!(enter("10.0.0.1").map(drop), Err(TooMany::FromAddress));
    let third = enter("10.0.0.2").expect("room");
    assert_eq!(enter("10.0.0.3").map(drop), Err(TooMany::Connections));
    assert_eq!(connections.open(), 3);
    drop(first);
    let again = enter("10.0.0.1").expect("room again");
    drop((second, third, again));
    assert_eq!(connections.open(), 0);
    assert!(
        format!("{connections:?}").contains("by_address: {}"),
        "nothing is kept of who has left"
    );
}

#[test]
fn limits_are_read_from_a_configuration() {
    let read = |text: &str| toml::from_str::<LimitOptions>(text);
    assert_eq!(read("").expect("fit"), LimitOptions::default());
    let options = read("connections = 7\n[per_token]\nper_minute = 10\nburst = 2\n").expect("fit");
    assert_eq!((options.connections, options.per_token), (7, rate(10, 2)));
    assert_eq!(options.header_time(), Duration::from_secs(10));
    for unfit in [
        "connection = 7",
        "[per_token]\nper_minute = 0\nburst = 1",
        "[per_token]\nburst = 1",
    ] {
        assert!(read(unfit).is_err(), "{unfit}");
    }
}
