//! What doing tasks anew cost before, and what of it changes something outside.

use crate::state::{Run, Task};
use std::collections::{BTreeSet, HashSet};
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
    /// What the calls of `tasks` used, in every attempt.
    #[must_use]
    pub fn by(tasks: &[&Task], events: &[Event]) -> Self {
        let calls = tasks.iter().flat_map(|task| &task.calls);
        let models: HashSet<&CallKey> = calls
            .filter(|call| matches!(call.kind, CallKind::Model { .. }))
            .map(|call| &call.key)
            .collect();
        let used = events.iter().filter_map(|event| match &event.body {
            EventBody::CallFinished {
                call, usage, spent, ..
            } if models.contains(call) => {
                let told = usage.input_tokens.zip(usage.output_tokens);
                let tokens = told.map(|(input, output)| i64::from(input) + i64::from(output));
                Some((tokens, spent.and_then(|spent| spent.money)))
            }
            _ => None,
        });
        used.map(|(tokens, money)| Self {
            calls: 1,
            tokens: tokens.unwrap_or(0),
            unknown_tokens: u32::from(tokens.is_none()),
            money: money.unwrap_or_default(),
            unknown_money: u32::from(money.is_none()),
        })
        .fold(Self::default(), Self::and)
    }

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
    /// Its title.
    pub title: String,
    /// The tool.
    pub tool: String,
}

impl Repeated {
    /// What in `tasks` would change something outside a second time. Tools that may be repeated are not in it.
    #[must_use]
    pub fn by(tasks: &[&Task]) -> BTreeSet<Self> {
        let calls = tasks
            .iter()
            .flat_map(|task| task.calls.iter().map(move |call| (task, call)));
        calls
            .filter_map(|(task, call)| match &call.kind {
                CallKind::Tool {
                    tool,
                    repeatable: false,
                    ..
                } => Some(Self {
                    task: task.key.clone(),
                    title: task.title.clone(),
                    tool: tool.clone(),
                }),
                _ => None,
            })
            .collect()
    }
}

impl Run {
    /// All tasks, as one list.
    #[must_use]
    pub fn all_tasks(&self) -> Vec<&Task> {
        self.tasks.iter().collect()
    }
}
