//! What an agent can reach, and that a new one never reaches further than whoever asked for it.

use std::collections::BTreeSet;
use wheelhouse_domain::{ASK_AGENT, ASK_OPERATOR, CALCULATOR, DATE, DayLimit, KNOWLEDGE_SEARCH, PartBudget};

/// Tools that reach nothing but the operator, the operator's knowledge and what is reached anyway, and nothing at all.
const AT_HOME: [&str; 5] = [KNOWLEDGE_SEARCH, CALCULATOR, DATE, ASK_OPERATOR, ASK_AGENT];

/// What people call the model in a comparison.
pub(super) const MODEL: &str = "Model";

/// What an agent can reach.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capability {
    /// Tools that it may call.
    pub tools: BTreeSet<String>,
    /// Models that it may think with.
    pub models: BTreeSet<String>,
    /// What it may spend on a part of a workflow; for whoever asks, what the workflow has left.
    pub part: PartBudget,
    /// What it may spend on a day; none where nothing limits it.
    pub day: DayLimit,
}

impl Capability {
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
            && self.models.is_subset(&requester.models)
            && self.part.is_within(requester.part)
            && limits(self.day).is_within(limits(requester.day))
    }

    /// As much of it as `requester` has.
    #[must_use]
    pub fn attenuated(&self, requester: &Self) -> Self {
        let shared =
            |mine: &BTreeSet<String>, theirs: &BTreeSet<String>| mine.intersection(theirs).cloned().collect();
        let day = limits(self.day).attenuated(limits(requester.day));
        Self {
            tools: shared(&self.tools, &requester.tools),
            models: shared(&self.models, &requester.models),
            part: self.part.attenuated(requester.part),
            day: DayLimit {
                money: day.money,
                tokens: day.tokens,
            },
        }
    }

    /// How it compares with what `requester` has, part by part.
    #[must_use]
    pub fn compared_with(&self, requester: &Self) -> [Difference; 6] {
        let flag = |mine: bool, theirs: bool| match (mine, theirs) {
            (true, false) => Compared::More,
            (false, true) => Compared::Less,
            _ => Compared::Same,
        };
        let (day, days) = (limits(self.day), limits(requester.day));
        [
            Difference::new(
                "Tools",
                tools_words(self),
                tools_words(requester),
                of_sets(&self.tools, &requester.tools),
            ),
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
            Difference::new(
                MODEL,
                list(&self.models),
                list(&requester.models),
                of_sets(&self.models, &requester.models),
            ),
            Difference::new(
                "Budget for each part",
                part_words(self.part),
                part_words(requester.part),
                of_limits(self.part, requester.part),
            ),
            Difference::new(
                "Budget a day",
                day_words(day),
                day_words(days),
                of_limits(day, days),
            ),
        ]
    }
}

fn limits(day: DayLimit) -> PartBudget {
    PartBudget {
        money: day.money,
        tokens: day.tokens,
    }
}

fn of_sets(mine: &BTreeSet<String>, theirs: &BTreeSet<String>) -> Compared {
    if !mine.is_subset(theirs) {
        Compared::More
    } else if mine == theirs {
        Compared::Same
    } else {
        Compared::Less
    }
}

fn of_limits(mine: PartBudget, theirs: PartBudget) -> Compared {
    if !mine.is_within(theirs) {
        Compared::More
    } else if mine == theirs {
        Compared::Same
    } else {
        Compared::Less
    }
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

fn list(models: &BTreeSet<String>) -> String {
    let names: Vec<&str> = models.iter().map(String::as_str).collect();
    match names.as_slice() {
        [] => "none".to_owned(),
        names => names.join(", "),
    }
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

fn part_words(part: PartBudget) -> String {
    amounts(part).unwrap_or_else(|| "as its workflow allows".to_owned())
}

fn day_words(day: PartBudget) -> String {
    amounts(day).unwrap_or_else(|| "no limit of its own".to_owned())
}

fn amounts(limit: PartBudget) -> Option<String> {
    let money = limit.money.map(|money| money_words(money.0));
    let tokens = limit.tokens.map(|tokens| format!("{tokens} tokens"));
    let parts: Vec<String> = money.into_iter().chain(tokens).collect();
    (!parts.is_empty()).then(|| parts.join(" and "))
}

/// Dollars, to the cent; less than a cent with all its digits.
fn money_words(millionths: i64) -> String {
    let (dollars, rest) = (millionths / 1_000_000, millionths % 1_000_000);
    match rest % 10_000 {
        0 => format!("${dollars}.{:02}", rest / 10_000),
        _ => format!("${dollars}.{rest:06}"),
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
        let model = prop::sample::select(vec!["rehearsal", "one/large", "one/small", "two/large"]);
        let models = prop::collection::btree_set(model.prop_map(str::to_owned), 0..4);
        (tools, models, budget(), budget()).prop_map(|(tools, models, part, day)| Capability {
            tools,
            models,
            part,
            day: DayLimit {
                money: day.money,
                tokens: day.tokens,
            },
        })
    }

    fn budget() -> impl Strategy<Value = PartBudget> {
        let money = prop::option::of((0_i64..50).prop_map(Money));
        let tokens = prop::option::of(0_i64..50);
        (money, tokens).prop_map(|(money, tokens)| PartBudget { money, tokens })
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
                    prop_assert!(child.models.is_subset(&ancestor.models));
                    prop_assert!(child.part.is_within(ancestor.part));
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
