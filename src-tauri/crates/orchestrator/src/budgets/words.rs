//! What the operator is asked when a budget has no room or a price is missing.

use super::NoRoom;
use crate::error::Error;
use crate::service::Inner;
use std::collections::BTreeMap;
use wheelhouse_domain::{
    BudgetOf, Field, FieldKind, Form, FormAbout, Json, Money, Outcome, QuestionKind, Tally, TaskOf,
};
use wheelhouse_engine::budget::{AGAIN, Day, Node, RAISE, Reached, Refused, STOP};
use wheelhouse_engine::{CallState, Fact, Run, Task};

/// The outcome that sets a price.
pub(super) const PRICE: &str = "price";
/// The outcome that counts a model as free for this workflow.
pub(crate) const FREE: &str = "free";

/// How many of the dearest are named.
const NAMED: usize = 3;

/// The question that a task asks.
///
/// # Errors
/// [`Error`] where names can't be read.
pub(crate) async fn ask(inner: &Inner, run: &Run, no_room: NoRoom) -> Result<Fact, Error> {
    Ok(match no_room.refused {
        Refused::Reached(reached) => {
            let (whose, spent_on) = whose(inner, run, &reached.node).await?;
            Fact::Asked {
                kind: QuestionKind::BudgetReached,
                text: reached_text(&whose, &reached),
                form: Some(reached_form(&reached, &spent_on)),
            }
        }
        Refused::PriceUnknown { node } => {
            let (whose, _) = whose(inner, run, &node).await?;
            Fact::Asked {
                kind: QuestionKind::PriceUnknown,
                text: format!(
                    "Nobody has set a price for the model “{}”, and {whose} has a limit in money. What does it cost?",
                    no_room.model
                ),
                form: Some(price_form(no_room.model)),
            }
        }
    })
}

/// Whose budget it is, in words, and what most of it was spent on.
async fn whose(inner: &Inner, run: &Run, node: &Node) -> Result<(String, Vec<(String, Tally)>), Error> {
    match node {
        Node::Day(day) => Ok(("the whole application".to_owned(), agents_of(inner, *day).await?)),
        Node::Agent(agent, _) => {
            let row = inner.store.agent_by_uid(*agent).await?;
            let name = row.map_or_else(|| "an agent".to_owned(), |row| format!("the agent {}", row.name));
            Ok((name, Vec::new()))
        }
        Node::Workflow(uid) if *uid == run.uid => Ok(("this workflow".to_owned(), dearest(run, None))),
        Node::Workflow(_) => Ok(("the workflow above this one".to_owned(), Vec::new())),
        Node::Task(uid, key) if *uid == run.uid => {
            let title = run
                .task(key)
                .map_or_else(|| key.to_string(), |task| task.title.clone());
            Ok((format!("the step “{title}”"), dearest(run, Some(key.as_str()))))
        }
        Node::Task(_, key) => Ok((
            format!("the step “{key}” of the workflow above this one"),
            Vec::new(),
        )),
    }
}

async fn agents_of(inner: &Inner, day: Day) -> Result<Vec<(String, Tally)>, Error> {
    let mut all: Vec<(String, Tally)> = Vec::new();
    for (agent, spent) in inner.store.spent_on(day.begins()).await? {
        if let Some(row) = inner.store.agent_by_uid(agent).await? {
            all.push((row.name, spent));
        }
    }
    Ok(most(all))
}

/// The tasks of a run that spent most, all of it or what stands in one task.
fn dearest(run: &Run, inside: Option<&str>) -> Vec<(String, Tally)> {
    let mut sums: BTreeMap<&str, Tally> = BTreeMap::new();
    let within = |key: &str| {
        inside.is_none_or(|outer| {
            key == outer || key.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'))
        })
    };
    for task in run.tasks.iter().filter(|task| within(task.key.as_str())) {
        sums.entry(task.title.as_str()).or_default().add(spent_by(task));
    }
    most(
        sums.into_iter()
            .map(|(title, spent)| (title.to_owned(), spent))
            .collect(),
    )
}

fn spent_by(task: &Task) -> Tally {
    let mut sum = Tally::default();
    for call in &task.calls {
        sum.add(match call.state {
            CallState::Finished { .. } => Tally::finished(call.reserved, call.spent),
            CallState::Failed | CallState::Interrupted => Tally::lost(call.reserved),
            CallState::Started => Tally::default(),
        });
    }
    sum
}

fn most(mut all: Vec<(String, Tally)>) -> Vec<(String, Tally)> {
    all.retain(|(_, spent)| spent.tokens > 0 || spent.money.0 > 0);
    all.sort_by_key(|(_, spent)| std::cmp::Reverse((spent.money, spent.tokens)));
    all.truncate(NAMED);
    all
}

fn reached_text(whose: &str, reached: &Reached) -> String {
    let standing = &reached.standing;
    let mut parts = Vec::new();
    if let Some(limit) = standing.limit.money {
        let sure = if standing.spent.possible.0 > 0 {
            "up to "
        } else {
            ""
        };
        parts.push(format!(
            "{sure}{} of {}",
            dollars(standing.spent.money),
            dollars(limit)
        ));
    }
    if let Some(limit) = standing.limit.tokens {
        parts.push(format!(
            "{} of {} tokens",
            counted(standing.spent.tokens),
            counted(limit)
        ));
    }
    let mut text = format!(
        "The budget of {whose} has no room for the next call. Spent: {}.",
        parts.join(", ")
    );
    if standing.reserved.money.0 > 0 || standing.reserved.tokens > 0 {
        text.push_str(" Part of the rest is set aside for calls in flight.");
    }
    let tokens = counted(reached.wanted.tokens);
    let needed = match reached.wanted.money.0 {
        0 => format!("{tokens} tokens"),
        _ => format!("{} and {tokens} tokens", dollars(reached.wanted.money)),
    };
    text.push_str(&format!(" The next call may take up to {needed}."));
    text
}

/// What most was spent on, as a table in Markdown. None where nothing is known of it.
fn spent_table(spent_on: &[(String, Tally)]) -> Option<String> {
    if spent_on.is_empty() {
        return None;
    }
    let mut table = "| Most was spent on | Cost | Tokens |\n| --- | ---: | ---: |\n".to_owned();
    for (name, spent) in spent_on {
        let name = name.replace('|', "\\|").replace('\n', " ");
        let (cost, tokens) = (dollars(spent.money), counted(spent.tokens));
        table.push_str(&format!("| {name} | {cost} | {tokens} |\n"));
    }
    Some(table)
}

/// A count with commas between its thousands.
fn counted(count: i64) -> String {
    let digits = count.unsigned_abs().to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if count < 0 { format!("-{text}") } else { text }
}

/// Sums below a cent are said in full, so that nothing looks free that is not.
fn dollars(money: Money) -> String {
    let whole = money.0 / 1_000_000;
    let rest = money.0 % 1_000_000;
    if rest % 10_000 == 0 {
        format!("${whole}.{:02}", rest / 10_000)
    } else {
        let text = format!("${whole}.{rest:06}");
        text.trim_end_matches('0').to_owned()
    }
}

fn reached_form(reached: &Reached, spent_on: &[(String, Tally)]) -> Form {
    let limit = reached.standing.limit;
    let mut fields = Vec::new();
    if let Some(money) = limit.money {
        let more = (money.0 / 2)
            .max(reached.wanted.money.0.saturating_mul(4))
            .max(10_000);
        // In whole cents, upwards.
        let cents = more.saturating_add(9_999) / 10_000;
        fields.push(number(
            "money",
            "More money, in US dollars",
            FieldKind::Number,
            cents_of(cents),
        ));
    }
    if let Some(tokens) = limit.tokens {
        let more = (tokens / 2).max(reached.wanted.tokens.saturating_mul(4));
        fields.push(number("tokens", "More tokens", FieldKind::Integer, more.into()));
    }
    let next_day = match &reached.node {
        Node::Day(day) | Node::Agent(_, day) => Some(day.next().begins()),
        Node::Workflow(_) | Node::Task(..) => None,
    };
    Form {
        show: spent_table(spent_on),
        outcomes: vec![
            outcome(RAISE, "Raise the limit"),
            outcome(AGAIN, "Try again"),
            outcome(STOP, "Stop"),
        ],
        fields,
        expires_at: next_day,
        expired_outcome: next_day.map(|_| AGAIN.to_owned()),
        about: Some(FormAbout::Budget {
            whose: budget_of(&reached.node),
        }),
    }
}

fn price_form(model: String) -> Form {
    let field = |name: &str, title: &str| number(name, title, FieldKind::Number, serde_json::Value::Null);
    Form {
        outcomes: vec![
            outcome(PRICE, "Set this price"),
            outcome(FREE, "Count as free for this workflow"),
            outcome(STOP, "Stop"),
        ],
        fields: vec![
            field("input", "Read, in US dollars for a million tokens"),
            field("output", "Written, in US dollars for a million tokens"),
        ],
        about: Some(FormAbout::Price { model }),
        ..Form::default()
    }
}

pub(super) fn budget_of(node: &Node) -> BudgetOf {
    match node {
        Node::Day(day) => BudgetOf::Day { day: day.begins() },
        Node::Agent(agent, day) => BudgetOf::Agent {
            agent: *agent,
            day: day.begins(),
        },
        Node::Workflow(workflow) => BudgetOf::Workflow { workflow: *workflow },
        Node::Task(workflow, task) => BudgetOf::Task {
            task: TaskOf {
                workflow: *workflow,
                task: task.clone(),
            },
        },
    }
}

fn cents_of(cents: i64) -> serde_json::Value {
    serde_json::from_str(&format!("{}.{:02}", cents / 100, cents % 100)).unwrap_or_default()
}

fn outcome(name: &str, title: &str) -> Outcome {
    Outcome {
        name: name.to_owned(),
        title: title.to_owned(),
    }
}

fn number(name: &str, title: &str, kind: FieldKind, default: serde_json::Value) -> Field {
    Field {
        name: name.to_owned(),
        title: title.to_owned(),
        kind,
        help: String::new(),
        required: false,
        default: (!default.is_null()).then_some(Json(default)),
        choices: Vec::new(),
        min: Some(0),
        max: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_spent_is_a_table_that_no_title_breaks() {
        let spent = Tally {
            money: Money(312_500),
            tokens: 1_234_567,
            ..Tally::default()
        };
        let table = spent_table(&[("Compare A | B\nshortly".to_owned(), spent)]);
        let row = "| Compare A \\| B shortly | $0.3125 | 1,234,567 |";
        assert_eq!(table.as_deref().and_then(|table| table.lines().nth(2)), Some(row));
        assert_eq!(spent_table(&[]), None);
        assert_eq!(
            [counted(7), counted(1_000), counted(-12_000)],
            ["7", "1,000", "-12,000"]
        );
    }
}
