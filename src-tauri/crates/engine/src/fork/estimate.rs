//! What doing tasks anew cost before, and what of it changes something outside.

use super::Affected;
use crate::state::Run;
use std::collections::BTreeSet;
use wheelhouse_domain::{CallKey, CallKind, Event, EventBody, Money, TaskKey};

/// What calls used. What is unknown is counted apart, never as zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Used {
    /// Calls of models.
    pub calls: u32,
    /// Tokens read and written, as far as models told.
    pub tokens: i64,
    /// Calls whose tokens are unknown.
    pub unknown_tokens: u32,
    /// Money, as far as prices were known.
    pub money: Money,
    /// Calls whose price is unknown.
    pub unknown_money: u32,
}

impl Used {
    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            calls: self.calls + other.calls,
            tokens: self.tokens.saturating_add(other.tokens),
            unknown_tokens: self.unknown_tokens + other.unknown_tokens,
            money: Money(self.money.0.saturating_add(other.money.0)),
            unknown_money: self.unknown_money + other.unknown_money,
        }
    }
}

/// A tool that would be called again although that may have an effect twice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Repeated {
    /// The task.
    pub task: TaskKey,
    /// The tool.
    pub tool: String,
}

impl Affected {
    /// What the calls of the affected tasks used, in every attempt.
    #[must_use]
    pub fn used(&self, run: &Run, events: &[Event]) -> Used {
        used_by(&self.keys(run), run, events)
    }

    /// What in the affected tasks would change something outside a second time. Tools that may be repeated are not in
    /// it.
    #[must_use]
    pub fn repeats(&self, run: &Run) -> BTreeSet<Repeated> {
        let mut repeated = BTreeSet::new();
        for task in self.tasks(run) {
            for call in &task.calls {
                if let CallKind::Tool {
                    tool,
                    repeatable: false,
                    ..
                } = &call.kind
                {
                    repeated.insert(Repeated {
                        task: task.key.clone(),
                        tool: tool.clone(),
                    });
                }
            }
        }
        repeated
    }

    fn keys<'a>(&self, run: &'a Run) -> BTreeSet<&'a TaskKey> {
        self.tasks(run).into_iter().map(|task| &task.key).collect()
    }
}

fn used_by(tasks: &BTreeSet<&TaskKey>, run: &Run, events: &[Event]) -> Used {
    let models: BTreeSet<&CallKey> = run
        .tasks
        .iter()
        .filter(|task| tasks.contains(&task.key))
        .flat_map(|task| &task.calls)
        .filter(|call| matches!(call.kind, CallKind::Model { .. }))
        .map(|call| &call.key)
        .collect();
    let mut all = Used::default();
    for event in events {
        let EventBody::CallFinished {
            call, usage, spent, ..
        } = &event.body
        else {
            continue;
        };
        if !models.contains(call) {
            continue;
        }
        let told = usage.input_tokens.zip(usage.output_tokens);
        let tokens = told.map(|(input, output)| i64::from(input) + i64::from(output));
        let money = spent.and_then(|spent| spent.money);
        all = all.and(Used {
            calls: 1,
            tokens: tokens.unwrap_or(0),
            unknown_tokens: u32::from(tokens.is_none()),
            money: money.unwrap_or_default(),
            unknown_money: u32::from(money.is_none()),
        });
    }
    all
}
