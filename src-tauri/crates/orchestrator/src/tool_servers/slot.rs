//! One server: its connection, what it offered last, and how long it is left alone after it failed.

use super::{Problem, Seen, Stands, ToolServerError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use wheelhouse_domain::Millis;
use wheelhouse_mcp::{Client, Definition, Limits, LogLine, Logs, McpError, Place};

/// How long a server that nobody needs stays connected.
const IDLE: Duration = Duration::from_secs(5 * 60);
/// The first rest after a failure. It doubles with each further one.
const FIRST_REST: Duration = Duration::from_secs(2);
const LONGEST_REST: Duration = Duration::from_secs(5 * 60);

/// One server.
#[derive(Default)]
pub(super) struct Slot {
    logs: Logs,
    /// Held while it is started, so that it is started once.
    rest: tokio::sync::Mutex<Rest>,
    shown: Mutex<Shown>,
}

/// How it failed until now.
#[derive(Debug, Default)]
struct Rest {
    failures: u32,
    until: Option<Instant>,
}

/// What can be told without waiting.
#[derive(Default)]
struct Shown {
    client: Option<Arc<Client>>,
    since: Option<Millis>,
    used: Option<Instant>,
    problem: Option<Problem>,
    seen: Option<(u64, Arc<Seen>)>,
}

impl Slot {
    pub(super) fn stands(&self) -> Stands {
        let shown = self.shown();
        let is_connected = shown.client.as_ref().is_some_and(|client| !client.is_gone());
        Stands {
            since: shown.since.filter(|_| is_connected),
            problem: shown.problem.clone(),
        }
    }

    pub(super) fn log(&self) -> Vec<LogLine> {
        self.logs.lines()
    }

    pub(super) async fn look(
        &self,
        place: &Place,
        anew: bool,
        now: Millis,
    ) -> Result<Arc<Seen>, ToolServerError> {
        let began = Instant::now();
        if anew {
            self.end().await;
            *self.rest.lock().await = Rest::default();
        }
        let client = self.connected(place, now).await?;
        let changes = *client.changes().borrow();
        if let Some((at, seen)) = &self.shown().seen
            && *at == changes
        {
            return Ok(Arc::clone(seen));
        }
        let contents = match client.contents().await {
            Ok(contents) => contents,
            Err(error) => return Err(self.failed_to_list(&client, error, now).await),
        };
        let seen = Arc::new(Seen {
            told: client.told().clone(),
            contents,
            latency: began.elapsed(),
            at: now,
        });
        let mut shown = self.shown();
        shown.seen = Some((changes, Arc::clone(&seen)));
        shown.problem = None;
        Ok(seen)
    }

    /// Whether it was seen to offer that tool no more, or described otherwise, while it has been connected.
    pub(super) fn has_changed(&self, tool: &str, hash: &str) -> bool {
        let shown = self.shown();
        let is_it = |one: &Definition| one.name == tool && one.hash() == hash;
        let seen = shown.seen.as_ref();
        seen.is_some_and(|(_, seen)| !seen.contents.tools.iter().any(is_it))
    }

    /// What it describes now. What was said a moment ago does not count before a call.
    pub(super) async fn tools(
        &self,
        client: &Client,
        now: Millis,
    ) -> Result<Vec<Definition>, ToolServerError> {
        match client.tools().await {
            Ok(tools) => Ok(tools),
            Err(error) => Err(self.failed_to_list(client, error, now).await),
        }
    }

    /// What hangs once may hang for good: it is started again the next time.
    async fn failed_to_list(&self, client: &Client, error: McpError, now: Millis) -> ToolServerError {
        if client.is_gone() || matches!(error, McpError::TimedOut(_)) {
            self.end().await;
        }
        self.shown().problem = Some(Problem::of(&error, now));
        error.into()
    }

    /// Its connection, made where there is none.
    pub(super) async fn connected(&self, place: &Place, now: Millis) -> Result<Arc<Client>, ToolServerError> {
        let mut rest = self.rest.lock().await;
        let present = self.shown().client.clone();
        match present {
            Some(client) if !client.is_gone() => {
                self.shown().used = Some(Instant::now());
                return Ok(client);
            }
            Some(_) => self.end().await,
            None => {}
        }
        if let Some(error) = self.resting(&rest) {
            return Err(error);
        }
        match Client::connect(place, Limits::default(), &self.logs).await {
            Ok(client) => {
                *rest = Rest::default();
                Ok(self.keep(client, now))
            }
            Err(error) => {
                rest.failed();
                self.shown().problem = Some(Problem::of(&error, now));
                Err(error.into())
            }
        }
    }

    fn keep(&self, client: Client, now: Millis) -> Arc<Client> {
        let client = Arc::new(client);
        *self.shown() = Shown {
            client: Some(Arc::clone(&client)),
            since: Some(now),
            used: Some(Instant::now()),
            problem: None,
            seen: None,
        };
        client
    }

    fn resting(&self, rest: &Rest) -> Option<ToolServerError> {
        let left = rest.until?.checked_duration_since(Instant::now())?;
        let problem = self.shown().problem.clone();
        Some(ToolServerError::Resting {
            seconds: left.as_secs() + 1,
            problem: problem.map(|problem| problem.message).unwrap_or_default(),
        })
    }

    pub(super) async fn end(&self) {
        let client = {
            let mut shown = self.shown();
            shown.seen = None;
            shown.client.take()
        };
        if let Some(client) = client {
            client.end().await;
        }
    }

    pub(super) async fn end_if_idle(&self) {
        let is_idle = {
            let shown = self.shown();
            let unused = shown.used.is_some_and(|used| used.elapsed() >= IDLE);
            shown.client.is_some() && unused
        };
        if is_idle {
            self.end().await;
        }
    }

    fn shown(&self) -> MutexGuard<'_, Shown> {
        // Every change is one assignment of a whole field, so that what is there is good whoever broke off.
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rest {
    fn failed(&mut self) {
        let rest = FIRST_REST
            .saturating_mul(1 << self.failures.min(16))
            .min(LONGEST_REST);
        self.failures += 1;
        self.until = Some(Instant::now() + rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_is_followed_by_a_longer_rest() {
        let mut rest = Rest::default();
        let mut rests = Vec::new();
        for _ in 0..10 {
            let before = Instant::now();
            rest.failed();
            let until = rest.until.expect("a rest");
            rests.push(until.duration_since(before).as_secs());
        }
        assert_eq!(rests, [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    }
}
