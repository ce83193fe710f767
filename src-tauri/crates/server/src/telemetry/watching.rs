//! What runs beside a server where something is to be seen of it.

use super::options::{TelemetryOptions, UnfitTelemetry};
use super::{Telemetry, journal};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use wheelhouse_api::Local;

/// How long a collector may take for what is left when the server stops.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// The tasks; none where nothing is wanted.
#[derive(Debug, Default)]
pub(crate) struct Watching {
    follower: Option<JoinHandle<()>>,
    collector: Option<JoinHandle<()>>,
    stopping: CancellationToken,
}

impl Watching {
    /// Begins to watch as far as `options` want it. `instance` tells this server's spans from another's.
    ///
    /// # Errors
    /// [`UnfitTelemetry`] where the collector can't be used.
    pub(crate) fn begin(
        options: &TelemetryOptions,
        local: &Local,
        instance: &str,
    ) -> Result<(Telemetry, Self), UnfitTelemetry> {
        let (telemetry, collector) = Telemetry::new(options, instance)?;
        let stopping = CancellationToken::new();
        let follower = telemetry
            .is_on()
            .then(|| tokio::spawn(journal::follow(telemetry.clone(), local.clone())));
        let collector = collector.map(|collector| tokio::spawn(collector.run(stopping.clone())));
        let watching = Self {
            follower,
            collector,
            stopping,
        };
        Ok((telemetry, watching))
    }

    /// Tells what is left to be told, within a moment. The store is closed by now, so that nothing more comes.
    pub(crate) async fn end(self) {
        let rest = async {
            if let Some(follower) = self.follower {
                tell_end(follower.await);
            }
            self.stopping.cancel();
            if let Some(collector) = self.collector {
                tell_end(collector.await);
            }
        };
        if tokio::time::timeout(LAST_WORDS, rest).await.is_err() {
            tracing::info!("the last spans were not taken in time and are dropped");
        }
    }
}

fn tell_end(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "watching broke off");
    }
}
