//! Random templates: any graph of agents' steps, with or without one plan that is staffed, expanded and gathered.

use crate::common::{agent_kind, step, template};
use proptest::prelude::*;
use proptest::sample::subsequence;
use wheelhouse_domain::{AgentKind, Limits, Step, StepId, StepKind, Template};

/// A template with exactly one step that nothing needs.
#[derive(Debug, Clone)]
pub(crate) struct Graph {
    pub(crate) template: Template,
    pub(crate) sink: StepId,
}

/// Where plan, staffing, expansion and aggregation stand among the steps.
type Chain = Option<[usize; 4]>;

pub(crate) fn graphs() -> impl Strategy<Value = Graph> {
    let plain = (1..=12_usize).prop_map(|steps| (steps, None));
    let planned = (4..=12_usize).prop_flat_map(|steps| {
        subsequence((0..steps).collect::<Vec<_>>(), 4)
            .prop_map(move |places| (steps, <[usize; 4]>::try_from(places).ok()))
    });
    prop_oneof![plain, planned]
        .prop_flat_map(|(steps, chain)| {
            let needs = proptest::collection::vec(any::<u16>(), steps);
            (Just(chain), needs)
        })
        .prop_map(|(chain, needs)| steps_of(chain, &needs))
        .prop_flat_map(|steps| {
            let sink = steps[steps.len() - 1].id.clone();
            (Just(steps).prop_shuffle(), Just(sink))
        })
        .prop_map(|(steps, sink)| Graph {
            template: template(steps),
            sink,
        })
}

pub(crate) fn limits() -> impl Strategy<Value = Limits> {
    (1..=5_u32, 1..=3_u32, 1..=5_u32, 0..3_000_u32).prop_map(
        |(parallel_tasks, attempts, sub_tasks, retry_base_ms)| Limits {
            parallel_tasks,
            attempts,
            sub_tasks,
            retry_base_ms,
        },
    )
}

/// One step for each mask: bit n of a mask says whether it needs step n.
fn steps_of(chain: Chain, masks: &[u16]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for (place, mask) in masks.iter().enumerate() {
        let mut needs: Vec<usize> = (0..place).filter(|earlier| mask >> earlier & 1 == 1).collect();
        needs.extend(chain_need(chain, place));
        if place + 1 == masks.len() {
            let loose = (0..place).filter(|earlier| !is_needed(&steps, *earlier));
            needs.extend(loose);
        }
        needs.sort_unstable();
        needs.dedup();
        let names: Vec<String> = needs.into_iter().map(name).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        steps.push(step(&name(place), kind(chain, place), &names));
    }
    steps
}

fn name(place: usize) -> String {
    format!("s{place}")
}

fn is_needed(steps: &[Step], place: usize) -> bool {
    steps
        .iter()
        .any(|step| step.needs.iter().any(|need| *need.0 == name(place)))
}

/// Each link of the chain needs the one before it.
fn chain_need(chain: Chain, place: usize) -> Option<usize> {
    let chain = chain?;
    let link = chain.iter().position(|other| *other == place)?;
    chain.get(link.checked_sub(1)?).copied()
}

fn kind(chain: Chain, place: usize) -> StepKind {
    let crew = [AgentKind::Driver, AgentKind::Creator, AgentKind::Generator];
    let agent = crew[place % crew.len()];
    let Some(chain) = chain else {
        return agent_kind(agent);
    };
    let id = |link: usize| StepId(name(chain[link]));
    match chain.iter().position(|other| *other == place) {
        Some(0) => StepKind::Plan {
            agent: agent.into(),
            prompt: None,
        },
        Some(1) => StepKind::Staff {
            agent: agent.into(),
            plan: id(0),
        },
        Some(2) => StepKind::Expand {
            plan: id(0),
            staff: Some(id(1)),
            agent: None,
        },
        Some(_) => StepKind::Aggregate,
        None => agent_kind(agent),
    }
}
