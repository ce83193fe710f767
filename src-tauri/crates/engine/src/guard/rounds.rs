//! Rounds of a loop that lead nowhere.

use crate::state::{Run, Task};
use std::collections::BTreeSet;
use wheelhouse_domain::{AgentUid, ContentHash, StepId, StepKind, TaskKey, TaskStatus};

/// Rounds in which the agents gave exactly the same. Two may be a coincidence of a short answer (“no change”); after the
/// third a fourth would be made from the same inputs.
const SAME_ROUNDS: usize = 3;

/// Rounds of two results that take turns: each of them came back once, with the other in between.
const ALTERNATING_ROUNDS: usize = 4;

/// Rounds in which the agents gave no word at all.
const EMPTY_ROUNDS: usize = 3;

/// Rounds that each gave less than half of the one before. Who shortens a text on purpose ends long before three halvings;
/// what is left after them is an eighth.
const SHRINKING_ROUNDS: usize = 4;

/// What one agent gave in a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) task: TaskKey,
    pub(super) step: StepId,
    pub(super) agent: Option<AgentUid>,
    pub(super) output: ContentHash,
    /// In characters; none where it was not counted.
    pub(super) length: Option<u32>,
}

/// Why the rounds lead nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    Same,
    Alternating,
    Empty,
    Shrinking,
}

pub(super) struct Nowhere {
    why: Why,
    /// Number of the first round that is part of it, from 1.
    round: usize,
    agents: usize,
    /// The first task of that round.
    pub(super) from: TaskKey,
}

impl Nowhere {
    pub(super) fn text(&self) -> String {
        let round = self.round;
        match self.why {
            Why::Same if self.agents > 1 => {
                format!(
                    "{} agents gave each other the same answers again and again, from round {round} on.",
                    self.agents
                )
            }
            Why::Same => format!("{SAME_ROUNDS} rounds gave exactly the same, from round {round} on."),
            Why::Alternating => {
                format!("The rounds go back and forth between two results, from round {round} on.")
            }
            Why::Empty => format!("{EMPTY_ROUNDS} rounds gave no words, from round {round} on."),
            Why::Shrinking => {
                format!("Each round gave less than half of the one before, from round {round} on.")
            }
        }
    }
}

/// What the agents gave in each ended round of a loop. None where it is no loop of agents alone: who waits for a time or for
/// the operator in a round looks again on purpose.
pub(super) fn rounds_of(run: &Run, container: &TaskKey) -> Option<Vec<Vec<Said>>> {
    let task = run.task(container)?;
    if !matches!(run.kind_of(task), Some(StepKind::Loop { .. })) {
        return None;
    }
    let phase = run.phase_scopes(task);
    phase
        .into_iter()
        .map(|scope| {
            let mut said = Vec::new();
            gather(run, container, scope, &mut said).then_some(said)
        })
        .collect()
}

/// Says whether only agents and what is worked out from their answers took part.
fn gather(run: &Run, container: &TaskKey, scope: u32, said: &mut Vec<Said>) -> bool {
    for task in run.tasks_in(container, scope) {
        let asks = matches!(
            run.kind_of(task),
            Some(
                StepKind::Wait { .. }
                    | StepKind::Approval { .. }
                    | StepKind::Input { .. }
                    | StepKind::Workflow { .. }
            )
        );
        if asks && task.status == TaskStatus::Completed {
            return false;
        }
        let scopes = u32::try_from(task.scopes.len()).unwrap_or(u32::MAX);
        if !(0..scopes).all(|inner| gather(run, &task.key, inner, said)) {
            return false;
        }
        said.extend(answer_of(task));
    }
    true
}

fn answer_of(task: &Task) -> Option<Said> {
    task.agent_kind?;
    let length = task.calls.iter().rev().find_map(|call| call.gist.as_ref());
    Some(Said {
        task: task.key.clone(),
        step: task.step.clone(),
        agent: task.agent,
        output: task.output.clone()?,
        length: length.map(|gist| gist.length),
    })
}

/// Whether the newest rounds lead nowhere.
pub(super) fn examine(rounds: &[Vec<Said>]) -> Option<Nowhere> {
    let last = |count: usize| {
        rounds
            .len()
            .checked_sub(count)
            .and_then(|from| rounds.get(from..))
    };
    let found = [
        (EMPTY_ROUNDS, Why::Empty),
        (SAME_ROUNDS, Why::Same),
        (ALTERNATING_ROUNDS, Why::Alternating),
        (SHRINKING_ROUNDS, Why::Shrinking),
    ];
    found.into_iter().find_map(|(count, why)| {
        let newest = last(count)?;
        let first = newest.first()?;
        // Rounds without agents cost nothing and are bounded by the loop itself.
        let from = first.first()?.task.clone();
        holds(why, newest).then(|| Nowhere {
            why,
            round: rounds.len() - count + 1,
            agents: first
                .iter()
                .filter_map(|said| said.agent)
                .collect::<BTreeSet<_>>()
                .len(),
            from,
        })
    })
}

fn holds(why: Why, rounds: &[Vec<Said>]) -> bool {
    if rounds.iter().any(Vec::is_empty) {
        return false;
    }
    let outputs: Vec<Vec<(&StepId, &ContentHash)>> = rounds
        .iter()
        .map(|round| round.iter().map(|said| (&said.step, &said.output)).collect())
        .collect();
    match why {
        Why::Same => outputs.windows(2).all(|pair| pair[0] == pair[1]),
        Why::Alternating => {
            outputs.windows(3).all(|three| three[0] == three[2]) && outputs.first() != outputs.get(1)
        }
        Why::Empty => lengths(rounds).is_some_and(|all| all.iter().all(|length| *length == 0)),
        Why::Shrinking => {
            lengths(rounds).is_some_and(|all| all.windows(2).all(|pair| pair[1].saturating_mul(2) < pair[0]))
        }
    }
}

/// How much each round gave; none where one was not counted.
fn lengths(rounds: &[Vec<Said>]) -> Option<Vec<u64>> {
    let sum =
        |round: &Vec<Said>| -> Option<u64> { round.iter().map(|said| said.length.map(u64::from)).sum() };
    rounds.iter().map(sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(step: &str, output: &str) -> Said {
        Said {
            task: TaskKey(format!("revise/0/{step}")),
            step: step.into(),
            agent: None,
            output: ContentHash::of(output),
            length: Some(u32::try_from(output.trim().chars().count()).unwrap_or(u32::MAX)),
        }
    }

    fn found(rounds: &[&[(&str, &str)]]) -> Option<(Why, usize)> {
        let rounds: Vec<Vec<Said>> = rounds
            .iter()
            .map(|round| round.iter().map(|(step, output)| said(step, output)).collect())
            .collect();
        examine(&rounds).map(|nowhere| (nowhere.why, nowhere.round))
    }

    #[test]
    fn the_same_rounds_are_noticed_at_the_third() {
        let round: &[(&str, &str)] = &[("draft", "A draft."), ("critique", "Too short.")];
        assert_eq!(found(&[round, round]), None);
        assert_eq!(
            found(&[&[("draft", "x")], round, round, round]),
            Some((Why::Same, 2))
        );
    }

    #[test]
    fn two_results_that_take_turns_are_noticed() {
        let one: &[(&str, &str)] = &[("draft", "Longer."), ("critique", "Too long.")];
        let other: &[(&str, &str)] = &[("draft", "Short."), ("critique", "Too short.")];
        assert_eq!(found(&[one, other, one]), None);
        assert_eq!(found(&[one, other, one, other]), Some((Why::Alternating, 1)));
    }

    #[test]
    fn rounds_without_words_are_noticed() {
        assert_eq!(
            found(&[&[("a", "x")], &[("a", " ")], &[("a", "")], &[("a", "  ")]]),
            Some((Why::Empty, 2))
        );
    }

    #[test]
    fn a_collapse_is_noticed_and_a_shortening_is_not() {
        let text = |length: usize, mark: &str| format!("{mark}{}", "w".repeat(length));
        let rounds = |lengths: [usize; 4]| -> Option<(Why, usize)> {
            let texts: Vec<String> = lengths.iter().map(|length| text(*length, "")).collect();
            let rounds: Vec<Vec<(&str, &str)>> =
                texts.iter().map(|text| vec![("a", text.as_str())]).collect();
            let rounds: Vec<&[(&str, &str)]> = rounds.iter().map(Vec::as_slice).collect();
            found(&rounds)
        };
        assert_eq!(rounds([1_000, 480, 200, 90]), Some((Why::Shrinking, 1)));
        assert_eq!(rounds([1_000, 700, 490, 350]), None);
        assert_eq!(rounds([1_000, 300, 290, 285]), None);
    }

    #[test]
    fn a_loop_that_gets_better_is_left_alone() {
        let drafts = [
            "one",
            "one two",
            "one two three",
            "one two three",
            "one two three four",
        ];
        let rounds: Vec<Vec<(&str, &str)>> = drafts.iter().map(|draft| vec![("draft", *draft)]).collect();
        for end in 1..=rounds.len() {
            let so_far: Vec<&[(&str, &str)]> = rounds[..end].iter().map(Vec::as_slice).collect();
            assert_eq!(found(&so_far), None);
        }
    }

    #[test]
    fn rounds_without_agents_are_left_alone() {
        assert_eq!(found(&[&[], &[], &[], &[], &[]]), None);
    }
}
