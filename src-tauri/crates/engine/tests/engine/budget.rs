//! Budgets: nothing is ever passed, whatever the tree and whoever comes first.

use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use uuid::Uuid;
use wheelhouse_domain::{Money, Spend, Tally, TaskKey, WorkflowUid};
use wheelhouse_engine::budget::{Allowance, Day, Ledger, Node, Refused, Reservation, Standing};

fn node(number: usize) -> Node {
    match number {
        0 => Node::Day(Day(20_000)),
        1 => Node::Workflow(WorkflowUid(Uuid::from_u128(1))),
        _ => Node::Task(WorkflowUid(Uuid::from_u128(1)), TaskKey(format!("t{number}"))),
    }
}

/// What is done to a ledger. Numbers choose among what is there.
#[derive(Debug, Clone)]
enum Act {
    Reserve {
        at: usize,
        money: Option<i64>,
        tokens: i64,
    },
    Settle {
        which: usize,
        money: Option<i64>,
        tokens: Option<i64>,
    },
    Release {
        which: usize,
    },
}

fn act() -> impl Strategy<Value = Act> {
    let money = prop_oneof![9 => (0..60_i64).prop_map(Some), 1 => Just(None)];
    prop_oneof![
        4 => (any::<usize>(), money, 0..60_i64).prop_map(|(at, money, tokens)| Act::Reserve { at, money, tokens }),
        3 => (any::<usize>(), proptest::option::weighted(0.8, 0..90_i64), proptest::option::weighted(0.8, 0..90_i64))
            .prop_map(|(which, money, tokens)| Act::Settle { which, money, tokens }),
        1 => any::<usize>().prop_map(|which| Act::Release { which }),
    ]
}

prop_compose! {
    /// A tree of up to nine budgets: each stands below an earlier one, or below none.
    fn tree()(
        above in prop::collection::vec(any::<usize>(), 1..9),
        limits in prop::collection::vec(
            (proptest::option::weighted(0.7, 0..200_i64), proptest::option::weighted(0.5, 0..200_i64)), 9),
    ) -> Vec<(Option<usize>, Allowance)> {
        let limit = |number: usize| {
            let (money, tokens): (Option<i64>, Option<i64>) = limits[number];
            Allowance { money: money.map(Money), tokens }
        };
        let mut tree = vec![(None, limit(0))];
        for (number, above) in (1..).zip(above) {
            tree.push((Some(above % number), limit(number % 9)));
        }
        tree
    }
}

fn spend(money: Option<i64>, tokens: Option<i64>) -> Spend {
    Spend {
        money: money.map(Money),
        tokens,
    }
}

fn open(tree: &[(Option<usize>, Allowance)]) -> Ledger {
    let mut ledger = Ledger::default();
    for (number, (above, limit)) in tree.iter().enumerate() {
        ledger.open(&node(number), above.map(node), *limit);
    }
    ledger
}

fn standings(ledger: &Ledger, count: usize) -> Vec<Standing> {
    (0..count)
        .map(|number| ledger.standing(&node(number)).unwrap())
        .collect()
}

/// A reservation as the test remembers it: where it is held, and how much.
type Open = BTreeMap<Reservation, (Vec<usize>, i64, i64, bool)>;

fn chain(tree: &[(Option<usize>, Allowance)], at: usize) -> Vec<usize> {
    let mut chain = vec![at];
    while let Some(above) = chain.last().and_then(|number| tree[*number].0) {
        chain.push(above);
    }
    chain
}

fn nth(open: &Open, which: usize) -> Option<Reservation> {
    (!open.is_empty()).then(|| *open.keys().nth(which % open.len()).unwrap())
}

proptest! {
    #[test]
    fn no_limit_is_ever_passed_by_a_reservation(tree in tree(), acts in prop::collection::vec(act(), 1..80)) {
        let mut ledger = open(&tree);
        let mut held = Open::new();
        // The naive meaning: what each budget has spent and reserved.
        let mut spent = vec![(0_i64, 0_i64); tree.len()];
        for act in acts {
            let before = standings(&ledger, tree.len());
            match act {
                Act::Reserve { at, money, tokens } => {
                    let at = at % tree.len();
                    let path = chain(&tree, at);
                    let reserved = |number: usize| {
                        held.values().filter(|(path, ..)| path.contains(&number))
                            .fold((0, 0), |sum, (_, money, tokens, _)| (sum.0 + money, sum.1 + tokens))
                    };
                    let fits = path.iter().all(|number| {
                        let limit = tree[*number].1;
                        let (in_money, in_tokens) = reserved(*number);
                        let known = money.is_some() || limit.money.is_none();
                        let money = money.unwrap_or(0);
                        known
                            && limit.money.is_none_or(|limit| money == 0 || spent[*number].0 + in_money + money <= limit.0)
                            && limit.tokens.is_none_or(|limit| tokens == 0 || spent[*number].1 + in_tokens + tokens <= limit)
                    });
                    match ledger.reserve(&[node(at)], spend(money, Some(tokens))) {
                        Ok(reservation) => {
                            prop_assert!(fits);
                            held.insert(reservation, (path, money.unwrap_or(0), tokens, money.is_none()));
                        }
                        Err(refused) => {
                            prop_assert!(!fits);
                            prop_assert_eq!(standings(&ledger, tree.len()), before, "nothing is reserved in part");
                            let of = match refused {
                                Refused::Reached(reached) => reached.node,
                                Refused::PriceUnknown { node } => node,
                            };
                            prop_assert!(path.into_iter().map(node).any(|node| node == of));
                        }
                    }
                }
                Act::Settle { which, money, tokens } => {
                    let Some(which) = nth(&held, which) else { continue };
                    let (path, in_money, in_tokens, unpriced) = held.remove(&which).unwrap();
                    let reserved = spend((!unpriced).then_some(in_money), Some(in_tokens));
                    let booked = Tally::finished(Some(reserved), Some(spend(money, tokens)));
                    prop_assert!(ledger.settle(which, booked));
                    let kept = if unpriced { 0 } else { in_money };
                    prop_assert_eq!(booked.money.0, money.unwrap_or(kept), "the unknown is not zero");
                    prop_assert_eq!(booked.unpriced > 0, unpriced && money.is_none());
                    for number in path {
                        spent[number].0 += booked.money.0;
                        spent[number].1 += tokens.unwrap_or(in_tokens);
                    }
                    prop_assert!(!ledger.settle(which, booked), "it is settled once");
                }
                Act::Release { which } => {
                    let Some(which) = nth(&held, which) else { continue };
                    held.remove(&which);
                    ledger.release(which);
                }
            }
            for (number, standing) in standings(&ledger, tree.len()).into_iter().enumerate() {
                prop_assert_eq!((standing.spent.money.0, standing.spent.tokens), spent[number]);
            }
        }
        for reservation in held.keys() {
            ledger.release(*reservation);
        }
        for standing in standings(&ledger, tree.len()) {
            prop_assert_eq!(standing.reserved, Default::default(), "everything was given back exactly");
        }
    }
}

proptest! {
    /// Against the plain meaning: for each limit that a budget has, it is told once, by the act that brings what is spent
    /// to four fifths of it or more.
    #[test]
    fn it_is_told_once_for_each_limit_that_little_is_left(
        tree in tree(),
        acts in prop::collection::vec((any::<usize>(), 0..60_i64, proptest::option::weighted(0.2, 1..400_i64)), 1..60),
    ) {
        let mut ledger = open(&tree);
        let mut tree = tree;
        let mut spent = vec![0_i64; tree.len()];
        let mut told: Vec<(usize, Allowance)> = Vec::new();
        prop_assert!(ledger.take_nearly_spent().is_empty(), "nothing is spent");
        for (which, money, other_limit) in acts {
            let at = which % tree.len();
            let mut changed = vec![at];
            if let Some(limit) = other_limit {
                tree[at].1 = Allowance { money: Some(Money(limit)), tokens: None };
                ledger.limit(&node(at), tree[at].1);
            } else {
                changed = chain(&tree, at);
                for number in &changed {
                    spent[*number] += money;
                }
                ledger.book(&[node(at)], Tally::reserved(spend(Some(money), None)));
            }
            let mut expected: Vec<usize> = changed
                .into_iter()
                .filter(|number| {
                    let limit = tree[*number].1;
                    let nearly = limit.money.is_some_and(|limit| limit.0 > 0 && spent[*number] * 10 >= limit.0 * 8);
                    // A limit that was told last is not told again; another one in between makes it a new one.
                    let last = told.iter().rev().find(|(of, _)| of == number).map(|(_, limit)| *limit);
                    nearly && last != Some(limit)
                })
                .collect();
            let mut seen: Vec<usize> = Vec::new();
            for (of, standing) in ledger.take_nearly_spent() {
                let number = (0..tree.len()).find(|number| node(*number) == of).unwrap();
                prop_assert_eq!(standing.spent.money.0, spent[number]);
                prop_assert_eq!(standing.limit, tree[number].1);
                told.push((number, standing.limit));
                seen.push(number);
            }
            seen.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(seen, expected);
        }
    }
}

#[test]
fn who_could_not_be_told_is_told_later() {
    let limit = Allowance {
        money: Some(Money(10)),
        tokens: None,
    };
    let mut ledger = Ledger::default();
    ledger.open(&node(1), None, limit);
    let more = |ledger: &mut Ledger| ledger.book(&[node(1)], Tally::reserved(spend(Some(8), None)));
    more(&mut ledger);
    assert_eq!(ledger.take_nearly_spent().len(), 1);
    more(&mut ledger);
    assert!(ledger.take_nearly_spent().is_empty());
    ledger.untold(&node(1));
    more(&mut ledger);
    assert_eq!(ledger.take_nearly_spent().len(), 1);
}

#[test]
fn what_was_more_than_expected_is_booked_and_blocks_the_next() {
    let limit = Allowance {
        money: Some(Money(100)),
        tokens: None,
    };
    let mut ledger = Ledger::default();
    ledger.open(&node(1), None, limit);
    let first = ledger.reserve(&[node(1)], spend(Some(60), Some(1))).unwrap();
    ledger.settle(first, Tally::reserved(spend(Some(130), Some(1))));
    let Err(Refused::Reached(reached)) = ledger.reserve(&[node(1)], spend(Some(1), Some(1))) else {
        panic!("there is no room");
    };
    assert_eq!(
        (reached.node, reached.standing.spent.money),
        (node(1), Money(130))
    );
    // Raised, it goes on.
    ledger.open(
        &node(1),
        None,
        Allowance {
            money: Some(Money(131)),
            tokens: None,
        },
    );
    assert!(ledger.reserve(&[node(1)], spend(Some(1), Some(1))).is_ok());
}

#[test]
fn sixty_four_at_once_take_exactly_what_there_is() {
    let (each, room) = (Money(7), 20);
    let workflow = Node::Workflow(WorkflowUid(Uuid::from_u128(1)));
    let mut ledger = Ledger::default();
    ledger.open(
        &workflow,
        None,
        Allowance {
            money: Some(Money(each.0 * room)),
            tokens: None,
        },
    );
    for number in 2..66 {
        ledger.open(&node(number), Some(workflow.clone()), Allowance::default());
    }
    let ledger = Arc::new(Mutex::new(ledger));
    let line = Arc::new(Barrier::new(64));
    let racers: Vec<_> = (2..66)
        .map(|number| {
            let (ledger, line) = (Arc::clone(&ledger), Arc::clone(&line));
            thread::spawn(move || {
                line.wait();
                ledger
                    .lock()
                    .unwrap()
                    .reserve(&[node(number)], spend(Some(each.0), Some(1)))
                    .is_ok()
            })
        })
        .collect();
    let won = racers
        .into_iter()
        .map(|racer| racer.join().unwrap())
        .filter(|won| *won)
        .count();
    assert_eq!(i64::try_from(won).unwrap(), room);
    let standing = ledger.lock().unwrap().standing(&workflow).unwrap();
    assert_eq!(standing.reserved.money, Money(each.0 * room));
}
