//! Gathers the outputs that a task needs into one answer. No model takes part.

use super::brief::inputs;
use super::failure::Stop;
use crate::run::Reporter;
use crate::service::Inner;
use std::sync::Arc;
use wheelhouse_agents::gather;
use wheelhouse_domain::ContentHash;
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
    let task = run.task(&reporter.task).ok_or(Stop::Unwanted)?;
    let whole = gather(&inputs(inner, run, task).await?);
    let content = serde_json::to_string(&whole)?;
    Ok((ContentHash::of(&content), content))
}
