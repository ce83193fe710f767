//! Gathers the outputs that a task needs into one answer. No model takes part.

use super::brief::read_answer;
use super::failure::Stop;
use crate::run::Reporter;
use crate::service::Inner;
use std::sync::Arc;
use wheelhouse_domain::{ContentHash, TaskAnswer};
use wheelhouse_engine::{Fact, Run};

pub(crate) async fn aggregate(inner: Arc<Inner>, run: Arc<Run>, reporter: Reporter) {
    let (facts, contents) = match gathered(&inner, &run, &reporter).await {
        Ok((output, content)) => (vec![Fact::Answered { output }], vec![content]),
        Err(Stop::Unwanted) => return,
        Err(Stop::Failed(failure)) => (vec![Fact::Failed(failure)], Vec::new()),
    };
    // Too late is no fault: the run went on without it.
    let _ = reporter.report(facts, contents).await;
}

async fn gathered(inner: &Inner, run: &Run, reporter: &Reporter) -> Result<(ContentHash, String), Stop> {
    let mut whole = TaskAnswer::default();
    let Some(task) = run.task(&reporter.task) else {
        return Err(Stop::Unwanted);
    };
    for input in run.inputs_of(task) {
        let answer = read_answer(inner, input).await?;
        whole
            .text
            .push_str(&format!("## {}\n\n{}\n\n", input.title, answer.text.trim()));
        for citation in answer.citations {
            if !whole.citations.contains(&citation) {
                whole.citations.push(citation);
            }
        }
    }
    let content = serde_json::to_string(&whole)?;
    Ok((ContentHash::of(&content), content))
}
