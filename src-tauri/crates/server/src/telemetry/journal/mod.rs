//! What happens in runs, read from the journal: calls, attempts of tasks and workflows as they end. Figures and spans are
//! made of these.
//!
//! The record goes on over restarts, and so do they: a workflow that began under the last process ends with one span from
//! its true beginning, under the same identity.

mod call;
mod ended;
mod open;
mod run;
#[cfg(test)]
mod tests;

pub(super) use ended::{CallKindWord, Ended, EndedCall, EndedTask, EndedWorkflow, Identity};

use super::Telemetry;
use open::OpenRuns;
use std::collections::HashMap;
use std::time::Duration;
use wheelhouse_api::{FeedEnd, Local, Watch, Witnessed};
use wheelhouse_contract::domain::{Millis, rehearsal_model};
use wheelhouse_contract::{ListProviders, Operations};

/// Wait after a read failed.
const AGAIN: Duration = Duration::from_secs(5);

/// What lies further back when it is recorded was brought along by a run from elsewhere, and was counted there.
const LATE: i64 = 10 * 60 * 1000;

/// Follows the record until the store closes.
pub(crate) async fn follow(telemetry: Telemetry, local: Local) {
    let since = local.handle().started_at();
    let mut follower = Follower {
        watch: Watch::new(&local),
        telemetry,
        local,
        since,
        open: OpenRuns::default(),
        providers: HashMap::new(),
    };
    while let Err(end) = follower.go_on().await {
        match end {
            FeedEnd::Closed => return,
            FeedEnd::Failed(error) => {
                tracing::warn!(%error, "the record could not be followed for figures and traces; trying again");
                tokio::time::sleep(AGAIN).await;
            }
        }
    }
}

struct Follower {
    watch: Watch,
    telemetry: Telemetry,
    local: Local,
    /// What ended before was told by the process before.
    since: Millis,
    open: OpenRuns,
    /// Forms of the providers by their names, which are told to nobody.
    providers: HashMap<String, &'static str>,
}

impl Follower {
    async fn go_on(&mut self) -> Result<(), FeedEnd> {
        loop {
            let before = self.watch.before().await?;
            if before.is_empty() {
                break;
            }
            self.take(before).await?;
        }
        loop {
            let news = self.watch.next().await?;
            self.take(news).await?;
        }
    }

    async fn take(&mut self, facts: Vec<Witnessed>) -> Result<(), FeedEnd> {
        let mut ended = Vec::new();
        for fact in facts {
            if !self.open.knows(&fact) {
                self.recall(&fact).await?;
            }
            let now = self.local.handle().options().world.now();
            let oldest = self.since.0.max(now.0.saturating_sub(LATE));
            let is_news = fact.event.at.0 >= oldest;
            ended.extend(self.open.take(&fact).filter(|_| is_news));
        }
        if ended.iter().any(|ended| matches!(ended, Ended::Call(_))) {
            self.read_providers().await;
        }
        for ended in ended {
            self.tell(&ended);
        }
        Ok(())
    }

    /// Takes in the beginning of a run that had ended and goes on.
    async fn recall(&mut self, news: &Witnessed) -> Result<(), FeedEnd> {
        for fact in self.watch.of_run(news.workflow, news.event.seq).await? {
            if !OpenRuns::is_end(&fact.event.body) {
                self.open.take(&fact);
            }
        }
        Ok(())
    }

    async fn read_providers(&mut self) {
        match self.local.list_providers(ListProviders {}).await {
            Ok(providers) => {
                let forms = providers.into_iter().map(|row| (row.name, row.kind.as_str()));
                self.providers = forms.collect();
            }
            Err(error) => tracing::warn!(%error, "forms of providers could not be read for figures"),
        }
    }

    /// The form of the provider that a call went to, and the model as the provider calls it.
    fn provider<'call>(&self, call: &'call EndedCall) -> (&'static str, &'call str) {
        match (call.kind, call.name.split_once('/')) {
            (CallKindWord::Tool, _) => ("none", &call.name),
            (CallKindWord::Model, None) if call.name == rehearsal_model() => ("rehearsal", &call.name),
            (CallKindWord::Model, None) => ("other", &call.name),
            (CallKindWord::Model, Some((provider, model))) => {
                (self.providers.get(provider).copied().unwrap_or("other"), model)
            }
        }
    }

    fn tell(&self, ended: &Ended) {
        let (meters, spans) = (self.telemetry.meters(), self.telemetry.spans());
        match ended {
            Ended::Call(call) => {
                let (provider, name) = self.provider(call);
                if let Some(meters) = meters {
                    meters.call_ended(call, provider);
                }
                if let Some(spans) = spans {
                    spans.call(call, provider, name);
                }
            }
            Ended::Task(task) => {
                if let Some(spans) = spans {
                    spans.task(task);
                }
            }
            Ended::Workflow(workflow) => {
                if let Some(meters) = meters {
                    meters.workflow_ended(workflow.status);
                }
                if let Some(spans) = spans {
                    spans.workflow(workflow);
                }
            }
        }
    }
}
