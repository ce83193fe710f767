//! The ledger: budgets that stand above each other, what is reserved in them and what was spent.

use super::node::{Allowance, Node, Standing};
use std::collections::HashMap;
use thiserror::Error;
use wheelhouse_domain::{Money, Spend, Tally, WorkflowUid};

/// A part of every budget above a call, held until the call has ended.
#[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Clone, Copy)]
pub struct Reservation(u64);

/// A budget that has no room for a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// Whose.
    pub node: Node,
    /// How it stands.
    pub standing: Standing,
    /// What the call was expected to take.
    pub wanted: Tally,
}

/// Why nothing was reserved.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refused {
    /// It does not fit.
    #[error("a budget is used up")]
    Reached(Box<Reached>),
    /// A budget of money holds, and nobody knows what the call costs.
    #[error("a budget of money holds, and the price is not known")]
    PriceUnknown {
        /// Whose budget.
        node: Node,
    },
}

#[derive(Debug, Clone, Default)]
struct Account {
    above: Option<Node>,
    standing: Standing,
    /// The limit for which it was told that little is left.
    told: Option<Allowance>,
}

#[derive(Debug, Clone)]
struct Held {
    nodes: Vec<Node>,
    estimate: Tally,
}

/// All budgets of one application. Whoever shares it guards it with a lock: a reservation is one step.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    accounts: HashMap<Node, Account>,
    held: HashMap<Reservation, Held>,
    last: u64,
    /// Budgets of which little is left, and nobody was told yet.
    nearly: Vec<Node>,
}

impl Ledger {
    /// Makes `node` known below `above`, or gives it another limit. What was spent in it stays.
    pub fn open(&mut self, node: &Node, above: Option<Node>, limit: Allowance) {
        let account = self.accounts.entry(node.clone()).or_default();
        account.above = above;
        account.standing.limit = limit;
        self.look(node);
    }

    /// Gives a node that is known another limit.
    pub fn limit(&mut self, node: &Node, limit: Allowance) {
        if let Some(account) = self.accounts.get_mut(node) {
            account.standing.limit = limit;
            self.look(node);
        }
    }

    /// Whether a node was opened.
    #[must_use]
    pub fn knows(&self, node: &Node) -> bool {
        self.accounts.contains_key(node)
    }

    /// How a budget stands; none where it was never opened.
    #[must_use]
    pub fn standing(&self, node: &Node) -> Option<Standing> {
        self.accounts.get(node).map(|account| account.standing)
    }

    /// What may still be spent in `at` and in everything above: the least that any of them has left.
    #[must_use]
    pub fn left(&self, at: &[Node]) -> Allowance {
        let mut left = Allowance::default();
        let least = |known: Option<i64>, limit: i64, used: i64| {
            let here = limit.saturating_sub(used).max(0);
            Some(known.map_or(here, |known| known.min(here)))
        };
        for node in self.path(at) {
            let Standing {
                limit,
                spent,
                reserved,
            } = self.standing(&node).unwrap_or_default();
            if let Some(limit) = limit.money {
                let used = spent.money.0.saturating_add(reserved.money.0);
                left.money = least(left.money.map(|money| money.0), limit.0, used).map(Money);
            }
            if let Some(limit) = limit.tokens {
                left.tokens = least(left.tokens, limit, spent.tokens.saturating_add(reserved.tokens));
            }
        }
        left
    }

    /// Reserves an estimate in `at` and in everything above, or nowhere. Its money is none where the price is not known.
    ///
    /// # Errors
    /// [`Refused`] with the first of `at` and what stands above it that has no room.
    pub fn reserve(&mut self, at: &[Node], estimate: Spend) -> Result<Reservation, Refused> {
        let nodes = self.path(at);
        let wanted = Tally::reserved(estimate);
        for node in &nodes {
            let standing = self.standing(node).unwrap_or_default();
            if estimate.money.is_none() && standing.limit.money.is_some() {
                return Err(Refused::PriceUnknown { node: node.clone() });
            }
            if !standing.has_room_for(wanted) {
                return Err(Refused::Reached(Box::new(Reached {
                    node: node.clone(),
                    standing,
                    wanted,
                })));
            }
        }
        Ok(self.hold_in(nodes, wanted))
    }

    /// Holds what was reserved before, without asking whether it fits: it is in the journal already.
    pub fn hold(&mut self, at: &[Node], estimate: Spend) -> Reservation {
        let nodes = self.path(at);
        self.hold_in(nodes, Tally::reserved(estimate))
    }

    /// Books what was spent before, without asking whether it fits.
    pub fn book(&mut self, at: &[Node], spent: Tally) {
        for node in self.path(at) {
            self.account(node.clone()).spent.add(spent);
            self.look(&node);
        }
    }

    /// A call has ended: what it is counted with takes the reservation's place. Where it is more, it is booked all the
    /// same, and the next call finds less room. Says whether the reservation was still there.
    pub fn settle(&mut self, reservation: Reservation, booked: Tally) -> bool {
        let Some(Held { nodes, estimate }) = self.held.remove(&reservation) else {
            return false;
        };
        for node in nodes {
            let standing = self.account(node.clone());
            standing.reserved.take(estimate);
            standing.spent.add(booked);
            self.look(&node);
        }
        true
    }

    /// The budgets of which little is left since this was asked last, as they stand now: each once for each limit.
    pub fn take_nearly_spent(&mut self) -> Vec<(Node, Standing)> {
        let nearly = std::mem::take(&mut self.nearly);
        nearly
            .into_iter()
            .filter_map(|node| {
                let standing = self.standing(&node)?;
                Some((node, standing))
            })
            .collect()
    }

    /// Nobody could be told that little is left of a budget: it is taken up again when more of it was spent.
    pub fn untold(&mut self, node: &Node) {
        if let Some(account) = self.accounts.get_mut(node) {
            account.told = None;
        }
    }

    /// Gives a reservation back: the call was never made, or surely cost nothing.
    pub fn release(&mut self, reservation: Reservation) {
        if let Some(Held { nodes, estimate }) = self.held.remove(&reservation) {
            for node in nodes {
                self.account(node).reserved.take(estimate);
            }
        }
    }

    /// Forgets the budgets of a workflow that has ended. What was booked above it stays.
    pub fn forget(&mut self, workflow: WorkflowUid) {
        self.accounts.retain(|node, _| match node {
            Node::Workflow(uid) | Node::Task(uid, _) => *uid != workflow,
            Node::Day(_) | Node::Agent(..) => true,
        });
    }

    /// Forgets days before `day` in which nothing is reserved any more.
    pub fn forget_days_before(&mut self, day: super::Day) {
        self.accounts.retain(|node, account| match node {
            Node::Day(of) | Node::Agent(_, of) => *of >= day || account.standing.reserved != Tally::default(),
            Node::Workflow(_) | Node::Task(..) => true,
        });
    }

    /// `at` and everything above, each once, nearest first.
    fn path(&self, at: &[Node]) -> Vec<Node> {
        let mut nodes: Vec<Node> = Vec::new();
        for start in at {
            let mut next = Some(start.clone());
            while let Some(node) = next {
                // A node that was met before has brought everything above it along already. It also ends a circle.
                if nodes.contains(&node) {
                    break;
                }
                next = self.accounts.get(&node).and_then(|account| account.above.clone());
                nodes.push(node);
            }
        }
        nodes
    }

    fn hold_in(&mut self, nodes: Vec<Node>, estimate: Tally) -> Reservation {
        for node in &nodes {
            self.account(node.clone()).reserved.add(estimate);
        }
        self.last += 1;
        let reservation = Reservation(self.last);
        self.held.insert(reservation, Held { nodes, estimate });
        reservation
    }

    /// Notes a budget of which little is left, unless that was told for the same limit.
    fn look(&mut self, node: &Node) {
        let Some(account) = self.accounts.get_mut(node) else {
            return;
        };
        let limit = account.standing.limit;
        if account.told != Some(limit) && account.standing.is_nearly_spent() {
            account.told = Some(limit);
            self.nearly.push(node.clone());
        }
    }

    fn account(&mut self, node: Node) -> &mut Standing {
        &mut self.accounts.entry(node).or_default().standing
    }
}
