//! What was spent in a number of days, and on what: as a view, and as a table to take along.

use crate::carried::unusable;
use crate::check;
use crate::error::{Wrapped, internal};
use crate::local::Local;
use crate::template_files::write_whole;
use chrono::DateTime;
use std::path::Path;
use wheelhouse_contract::{
    ApiError, ExportSpending, GetSpending, SavedTable, SpendingFile, SpendingView, SpentByAgent, SpentByDay,
    SpentByModel, SpentByWorkflow, SpentSum,
};
use wheelhouse_domain::{Millis, Money};
use wheelhouse_orchestrator::store;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// More days are not asked for at a time.
const MOST_DAYS: i64 = 366;

const HEAD: [&str; 10] = [
    "Day",
    "Agent",
    "Model",
    "Workflow",
    "Name",
    "Calls",
    "US dollars",
    "of which may have been less",
    "Calls of unknown price",
    "Tokens",
];

impl Local {
    pub(crate) async fn spending_view(&self, request: GetSpending) -> Result<SpendingView, ApiError> {
        let (from, to) = days(request.from, request.to)?;
        let read = self.handle().store().spending(from, to).await;
        let read = read.map_err(Wrapped::from)?;
        Ok(SpendingView {
            from,
            to,
            total: sum(read.total),
            days: read.days.into_iter().map(by_day).collect(),
            agents: read.agents.into_iter().map(by_agent).collect(),
            models: read.models.into_iter().map(by_model).collect(),
            workflows: read.workflows.into_iter().map(by_workflow).collect(),
            others: sum(read.others),
        })
    }

    pub(crate) async fn spending_file(&self, request: ExportSpending) -> Result<SpendingFile, ApiError> {
        let (from, to) = days(request.from, request.to)?;
        let lines = self.handle().store().spent_lines(from, to).await;
        let lines = lines.map_err(Wrapped::from)?;
        let head = HEAD.map(str::to_owned);
        let text = std::iter::once(row(&head))
            .chain(lines.iter().map(|line| row(&cells(line))))
            .collect();
        Ok(SpendingFile {
            file_name: format!("spending-{}-to-{}.csv", date(from), date(to)),
            text,
        })
    }
}

/// Writes a table, wherever it came from, into the file at `path`. What was there is replaced once the new file is whole.
///
/// # Errors
/// [`ApiError`] where the file can't be written. Then what was there is as it was.
pub async fn write_spending_file(file: SpendingFile, path: &Path) -> Result<SavedTable, ApiError> {
    let to = path.to_owned();
    let written = tokio::task::spawn_blocking(move || write_whole(&to, &file.text)).await;
    let bytes = written
        .map_err(|error| internal(&error))?
        .map_err(|error| unusable(path, "written", &error))?;
    Ok(SavedTable {
        path: path.display().to_string(),
        bytes,
    })
}

/// The beginnings of the first and the last day.
fn days(from: Millis, to: Millis) -> Result<(Millis, Millis), ApiError> {
    let day = |at: Millis| at.0.div_euclid(DAY_MS);
    let (first, last) = (day(from), day(to));
    if first > last {
        return Err(check::invalid("to", "The last day comes before the first."));
    }
    if last - first >= MOST_DAYS {
        let error = check::invalid("from", "That is more than a year.");
        return Err(error.next_step("Ask for at most 366 days at a time."));
    }
    let begins = |day: i64| Millis(day.saturating_mul(DAY_MS));
    Ok((begins(first), begins(last)))
}

fn sum(sum: store::SpentSum) -> SpentSum {
    SpentSum {
        calls: sum.calls,
        spent: sum.spent,
    }
}

fn by_day((day, of_day): (Millis, store::SpentSum)) -> SpentByDay {
    SpentByDay {
        day,
        sum: sum(of_day),
    }
}

fn by_agent(one: store::SpentByAgent) -> SpentByAgent {
    let (agent_id, name) = one.known.unzip();
    SpentByAgent {
        agent: one.agent,
        agent_id,
        name,
        sum: sum(one.sum),
    }
}

fn by_model((model, of_model): (String, store::SpentSum)) -> SpentByModel {
    SpentByModel {
        model: (!model.is_empty()).then_some(model),
        sum: sum(of_model),
    }
}

fn by_workflow(one: store::SpentByWorkflow) -> SpentByWorkflow {
    SpentByWorkflow {
        workflow_id: one.workflow,
        conversation: one.conversation,
        name: one.name,
        sum: sum(one.sum),
    }
}

fn cells(line: &store::SpentLine) -> [String; 10] {
    let spent = line.sum.spent;
    [
        date(line.day),
        line.agent.clone().unwrap_or_default(),
        line.model.clone(),
        line.workflow.map(|id| id.to_string()).unwrap_or_default(),
        line.name.clone().unwrap_or_default(),
        line.sum.calls.to_string(),
        dollars(spent.money),
        dollars(spent.possible),
        spent.unpriced.to_string(),
        spent.tokens.to_string(),
    ]
}

fn row(cells: &[String; 10]) -> String {
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    format!("{}\r\n", cells.join(","))
}

/// A cell in quotes where it needs them. Names may come from models: one that a program for tables would take for a
/// formula stands behind an apostrophe.
fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

fn dollars(money: Money) -> String {
    format!("{}.{:06}", money.0 / 1_000_000, money.0 % 1_000_000)
}

/// `2026-11-23`, in UTC.
fn date(day: Millis) -> String {
    let at = DateTime::from_timestamp_millis(day.0);
    at.map_or_else(|| day.0.to_string(), |at| at.date_naive().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_whole_and_at_most_a_year() {
        let of = |from, to| days(Millis(from), Millis(to));
        assert_eq!(of(1, 2), Ok((Millis(0), Millis(0))));
        assert_eq!(of(-1, DAY_MS), Ok((Millis(-DAY_MS), Millis(DAY_MS))));
        assert_eq!(of(0, 365 * DAY_MS), Ok((Millis(0), Millis(365 * DAY_MS))));
        assert_eq!(of(DAY_MS, 0).unwrap_err().details.field.as_deref(), Some("to"));
        assert_eq!(
            of(0, 366 * DAY_MS).unwrap_err().details.field.as_deref(),
            Some("from")
        );
    }

    #[test]
    fn names_break_no_table_and_are_no_formulas() {
        assert_eq!(cell("plain"), "plain");
        assert_eq!(cell("a, \"b\"\nc"), "\"a, \"\"b\"\"\nc\"");
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell("@sum,"), "\"'@sum,\"");
        assert_eq!(
            (date(Millis(0)), dollars(Money(1_230_000))),
            ("1970-01-01".to_owned(), "1.230000".to_owned())
        );
    }
}
