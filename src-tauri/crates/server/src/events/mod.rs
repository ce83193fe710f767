//! The one WebSocket: frames and signals to a client, acknowledgements back.
//!
//! The client's feed pulls from the store and waits for acknowledgements, so a client that reads slowly costs no memory
//! and slows nobody; one that takes nothing at all is let go after a while. What is the same for many clients is read and written
//! once. `wire` is the connection, `frames` what a client is told of the journal, `spoken` what is only worth knowing now.

mod frames;
mod spoken;
mod wire;

pub(crate) use spoken::{Spoken, gather};

use crate::listen::OpenConnection;
use crate::security::Caller;
use crate::state::{App, stopping};
use crate::telemetry::Meters;
use axum::extract::{Extension, Request, State};
use axum::response::Response;
use frames::{Listening, Outgoing};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use wheelhouse_api::{Feed, Reading};
use wheelhouse_contract::domain::WorkflowId;
use wheelhouse_contract::socket::{FILTER_MOST, HEARTBEAT, ToClient, ToServer};
use wheelhouse_contract::{ApiError, ErrorCode, ResumeFrom};
use wire::{End, Wire, unclear};

/// How long a client may take to say what it wants.
const SUBSCRIBE_WITHIN: Duration = Duration::from_secs(10);

/// Begins to talk with a client.
pub(crate) async fn upgrade(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    Extension(connection): Extension<Arc<OpenConnection>>,
    request: Request,
) -> Response {
    let (response, upgrading) = match wire::agree(request) {
        Ok(agreed) => agreed,
        Err(refused) => return *refused,
    };
    tokio::spawn(async move {
        let _connection = connection;
        match Wire::open(upgrading).await {
            Ok(wire) => talk(wire, &app, &caller).await,
            Err(error) => tracing::debug!(%error, "a client was gone before it could be talked to"),
        }
    });
    response
}

async fn talk(wire: Wire, app: &App, caller: &Caller) {
    let meters = app.telemetry().meters().cloned();
    let _following = meters.as_ref().map(Meters::client);
    let mut client = Client {
        wire,
        subscriptions: 0,
        meters,
    };
    let end = client.serve(app, caller).await;
    client.close(end).await;
}

struct Client {
    wire: Wire,
    /// How often it subscribed.
    subscriptions: u32,
    meters: Option<Meters>,
}

impl Client {
    async fn serve(&mut self, app: &App, caller: &Caller) -> End {
        let mut listening = match self.first(app).await {
            Ok(listening) => listening,
            Err(end) => return end,
        };
        let mut spoken = app.spoken();
        let mut beat = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let ended = app.tokens().ended(caller);
        tokio::pin!(ended);
        loop {
            let step = tokio::select! {
                biased;
                () = app.stopping().cancelled() => return Some(stopping()),
                () = &mut ended => return Some(revoked_token()),
                heard = self.wire.hear() => {
                    let done = match heard {
                        Ok(heard) => self.heard(heard, app, &mut listening).await,
                        Err(end) => Err(end),
                    };
                    match done {
                        Ok(()) => ControlFlow::Continue(()),
                        Err(end) => return end,
                    }
                }
                _ = beat.tick() => self.beat().await,
                reading = listening.next() => match reading {
                    Some(reading) => self.tell(reading, &mut listening).await,
                    None => return Some(stopping()),
                },
                said = spoken.recv() => match said {
                    Ok(said) => self.pass_on(&said, &listening).await,
                    // It can't keep up. The record has everything.
                    Err(RecvError::Lagged(_)) => ControlFlow::Continue(()),
                    Err(RecvError::Closed) => return Some(stopping()),
                },
            };
            if step.is_break() {
                return None;
            }
        }
    }

    /// What the client wants, which it says first.
    async fn first(&mut self, app: &App) -> Result<Listening, End> {
        match timeout(SUBSCRIBE_WITHIN, self.wire.hear()).await {
            Ok(Ok(ToServer::Subscribe { resume, workflows })) => {
                self.begin(app, resume.as_ref(), workflows).await
            }
            Ok(Ok(ToServer::Ack { .. })) => Err(Some(unclear("The first message must subscribe."))),
            Ok(Err(end)) => Err(end),
            Err(_) => Err(Some(unclear("Nothing was subscribed to in time."))),
        }
    }

    async fn heard(&mut self, what: ToServer, app: &App, listening: &mut Listening) -> Result<(), End> {
        match what {
            ToServer::Ack { subscription, to } if subscription == listening.subscription => {
                listening.applied(to);
            }
            // Of a subscription that it has ended.
            ToServer::Ack { .. } => {}
            ToServer::Subscribe { resume, workflows } => {
                *listening = self.begin(app, resume.as_ref(), workflows).await?;
            }
        }
        Ok(())
    }

    async fn begin(
        &mut self,
        app: &App,
        resume: Option<&ResumeFrom>,
        workflows: Vec<WorkflowId>,
    ) -> Result<Listening, End> {
        if workflows.len() > FILTER_MOST {
            return Err(Some(unclear("That many workflows can't be picked out.")));
        }
        self.subscriptions += 1;
        let subscription = self.subscriptions;
        let listening = Listening::new(subscription, resume, workflows, |applied| {
            Feed::shared(app.readings(), subscription, resume, applied)
        });
        match self.say(&ToClient::Subscribed { subscription }).await {
            ControlFlow::Continue(()) => Ok(listening),
            ControlFlow::Break(()) => Err(None),
        }
    }

    /// Asks whether the client is still there.
    async fn beat(&mut self) -> ControlFlow<()> {
        if self.wire.is_silent() {
            tracing::debug!("a client fell silent");
            return ControlFlow::Break(());
        }
        self.wire.ping().await
    }

    async fn tell(&mut self, reading: Arc<Reading>, listening: &mut Listening) -> ControlFlow<()> {
        let outgoing = listening.outgoing(&reading);
        // A client that takes its time has the text, and not the rows as well.
        drop(reading);
        let Outgoing {
            text,
            kind,
            events,
            anew,
        } = match outgoing {
            Ok(outgoing) => outgoing,
            Err(error) => return unwritten(&error),
        };
        let bytes = text.len();
        self.wire.text(text).await?;
        if let Some(meters) = &self.meters {
            meters.frame(kind, events, bytes, anew);
        }
        ControlFlow::Continue(())
    }

    async fn pass_on(&mut self, said: &Spoken, listening: &Listening) -> ControlFlow<()> {
        match said.text(&listening.only) {
            Ok(Some(text)) => self.wire.text(text).await,
            Ok(None) => ControlFlow::Continue(()),
            Err(error) => unwritten(&error),
        }
    }

    async fn say(&mut self, what: &ToClient) -> ControlFlow<()> {
        match serde_json::to_string(what) {
            Ok(text) => self.wire.text(text).await,
            Err(error) => unwritten(&error),
        }
    }

    async fn close(&mut self, end: End) {
        if let Some(error) = end {
            // Whoever is gone does not hear it.
            let _ = self.say(&ToClient::Closing { error }).await;
        }
        self.wire.close().await;
    }
}

fn unwritten(error: &serde_json::Error) -> ControlFlow<()> {
    tracing::error!(%error, "a message could not be written");
    ControlFlow::Break(())
}

fn revoked_token() -> ApiError {
    ApiError::new(ErrorCode::Unauthorized, "The token was taken back.")
        .next_step("Pair this computer with the server again.")
}
