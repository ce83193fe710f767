//! What an agent can reach, and that a new one never reaches further than whoever asked for it.

use std::collections::BTreeSet;
use wheelhouse_domain::{ASK_OPERATOR, CALCULATOR, DATE, DayLimit, KNOWLEDGE_SEARCH};

/// Tools that reach nothing but the operator and the operator's knowledge, and nothing at all.
const AT_HOME: [&str; 4] = [KNOWLEDGE_SEARCH, CALCULATOR, DATE, ASK_OPERATOR];

/// What an agent can reach.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capability {
    /// Tools that it may call.
    pub tools: BTreeSet<String>,
    /// What it may spend on a day; none where nothing limits it.
    pub day: DayLimit,
}

impl Capability {
    /// That of an agent with these tools.
    pub fn of(tools: impl IntoIterator<Item = String>, day: DayLimit) -> Self {
        Self {
            tools: tools.into_iter().collect(),
            day,
        }
    }

    /// Whether it reads the operator's knowledge.
    #[must_use]
    pub fn reads_knowledge(&self) -> bool {
        self.tools.contains(KNOWLEDGE_SEARCH)
    }

    /// Whether one of its tools may reach beyond the operator's knowledge.
    #[must_use]
    pub fn reaches_out(&self) -> bool {
        self.tools.iter().any(|tool| !AT_HOME.contains(&tool.as_str()))
    }

    /// Whether it reaches nothing that `requester` does not reach.
    #[must_use]
    pub fn is_within(&self, requester: &Self) -> bool {
        self.tools.is_subset(&requester.tools)
            && no_more(self.day.money, requester.day.money)
            && no_more(self.day.tokens, requester.day.tokens)
    }

    /// As much of it as `requester` has.
    #[must_use]
    pub fn attenuated(&self, requester: &Self) -> Self {
        Self {
            tools: self.tools.intersection(&requester.tools).cloned().collect(),
            day: DayLimit {
                money: least(self.day.money, requester.day.money),
                tokens: least(self.day.tokens, requester.day.tokens),
            },
        }
    }

    /// How it compares with what `requester` has, part by part.
    #[must_use]
    pub fn compared_with(&self, requester: &Self) -> [Difference; 4] {
        let flag = |mine: bool, theirs: bool| match (mine, theirs) {
            (true, false) => Compared::More,
            (false, true) => Compared::Less,
            _ => Compared::Same,
        };
        let tools = if !self.tools.is_subset(&requester.tools) {
            Compared::More
        } else if self.tools == requester.tools {
            Compared::Same
        } else {
            Compared::Less
        };
        let day = if !no_more(self.day.money, requester.day.money)
            || !no_more(self.day.tokens, requester.day.tokens)
        {
            Compared::More
        } else if self.day == requester.day {
            Compared::Same
        } else {
            Compared::Less
        };
        [
            Difference::new("Tools", tools_words(self), tools_words(requester), tools),
            Difference::new(
                "Data",
                data_words(self),
                data_words(requester),
                flag(self.reads_knowledge(), requester.reads_knowledge()),
            ),
            Difference::new(
                "Network",
                network_words(self),
                network_words(requester),
                flag(self.reaches_out(), requester.reaches_out()),
            ),
            Difference::new("Budget a day", day_words(self.day), day_words(requester.day), day),
        ]
    }
}

/// Whether one limit allows no more than another. None is no limit.
fn no_more<T: PartialOrd>(mine: Option<T>, theirs: Option<T>) -> bool {
    match (mine, theirs) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(mine), Some(theirs)) => mine <= theirs,
    }
}

fn least<T: Ord>(mine: Option<T>, theirs: Option<T>) -> Option<T> {
    mine.into_iter().chain(theirs).min()
}

/// Whether a new agent gets less than whoever asked for it, the same, or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared {
    /// Less.
    Less,
    /// The same.
    Same,
    /// More. Nobody is hired with it.
    More,
}

impl Compared {
    /// In a word, for people.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Less => "less",
            Self::Same => "the same",
            Self::More => "more",
        }
    }
}

/// One part of what an agent can reach, against that of whoever asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What people call it.
    pub what: &'static str,
    /// What the new agent gets, in words.
    pub gets: String,
    /// What whoever asks for it has.
    pub has: String,
    /// How these compare.
    pub compared: Compared,
}

impl Difference {
    fn new(what: &'static str, gets: String, has: String, compared: Compared) -> Self {
        Self {
            what,
            gets,
            has,
            compared,
        }
    }
}

fn tools_words(of: &Capability) -> String {
    if of.tools.is_empty() {
        return "none".to_owned();
    }
    let names: Vec<String> = of.tools.iter().map(|tool| tool.replace('_', " ")).collect();
    names.join(", ")
}

fn data_words(of: &Capability) -> String {
    if of.reads_knowledge() {
        "your knowledge"
    } else {
        "none"
    }
    .to_owned()
}

fn network_words(of: &Capability) -> String {
    if of.reaches_out() {
        "as its tools allow"
    } else {
        "none"
    }
    .to_owned()
}

fn day_words(day: DayLimit) -> String {
    let money = day
        .money
        .map(|money| format!("${}.{:02}", money.0 / 1_000_000, money.0 % 1_000_000 / 10_000));
    let tokens = day.tokens.map(|tokens| format!("{tokens} tokens"));
    let parts: Vec<String> = money.into_iter().chain(tokens).collect();
    if parts.is_empty() {
        "no limit of its own".to_owned()
    } else {
        parts.join(" and ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use wheelhouse_domain::Money;

    fn capability() -> impl Strategy<Value = Capability> {
        let tool = prop::sample::select(vec![
            KNOWLEDGE_SEARCH,
            CALCULATOR,
            DATE,
            "fetch_page",
            "run_command",
            "write_file",
        ]);
        let tools = prop::collection::btree_set(tool.prop_map(str::to_owned), 0..6);
        let money = prop::option::of((0_i64..50).prop_map(Money));
        let tokens = prop::option::of(0_i64..50);
        (tools, money, tokens).prop_map(|(tools, money, tokens)| Capability {
            tools,
            day: DayLimit { money, tokens },
        })
    }

    /// Wishes, each with whom of those before it asks: a tree of hires.
    fn hires() -> impl Strategy<Value = Vec<(prop::sample::Index, Capability)>> {
        prop::collection::vec((any::<prop::sample::Index>(), capability()), 1..40)
    }

    proptest! {
        #[test]
        fn nobody_in_a_tree_of_hires_has_more_than_anybody_above(root in capability(), hires in hires()) {
            let mut tree: Vec<(Option<usize>, Capability)> = vec![(None, root)];
            for (asks, wish) in hires {
                let parent = asks.index(tree.len());
                let child = wish.attenuated(&tree[parent].1);
                if wish.is_within(&tree[parent].1) {
                    prop_assert_eq!(&child, &wish, "who wishes for no more gets all of it");
                }
                tree.push((Some(parent), child));
            }
            for (parent, child) in &tree {
                let mut above = *parent;
                while let Some(place) = above {
                    let (next, ancestor) = &tree[place];
                    prop_assert!(child.is_within(ancestor));
                    prop_assert!(!child.reads_knowledge() || ancestor.reads_knowledge());
                    prop_assert!(!child.reaches_out() || ancestor.reaches_out());
                    let more = child.compared_with(ancestor).iter().any(|part| part.compared == Compared::More);
                    prop_assert!(!more);
                    above = *next;
                }
            }
        }

        #[test]
        fn what_is_attenuated_twice_is_attenuated_once(wish in capability(), requester in capability()) {
            let once = wish.attenuated(&requester);
            prop_assert_eq!(&once.attenuated(&requester), &once);
            prop_assert!(once.is_within(&wish));
            let parts = wish.compared_with(&requester);
            let more = parts.iter().any(|part| part.compared == Compared::More);
            prop_assert_eq!(more, !wish.is_within(&requester));
        }
    }
}
