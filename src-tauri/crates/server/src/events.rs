//! The one WebSocket: frames and signals to a client, acknowledgements back.
//!
//! The client's feed pulls from the store and waits for acknowledgements, so a client that reads slowly costs no memory
//! and slows nobody; one that takes nothing at all is let go after a while.

use crate::listen::OpenConnection;
use crate::security::Caller;
use crate::state::{App, stopping};
use crate::telemetry::Meters;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Extension, State};
use axum::response::Response;
use futures::StreamExt;
use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::AbortHandle;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use wheelhouse_api::{Feed, FeedEnd, signals};
use wheelhouse_contract::domain::{Position, WorkflowId};
use wheelhouse_contract::socket::{CLIENT_MESSAGE_MOST, FILTER_MOST, HEARTBEAT, SILENCE, ToClient, ToServer};
use wheelhouse_contract::{ApiError, ErrorCode, Frame, FrameKind, ResumeFrom, Signal};

/// How long a client may take to say what it wants.
const SUBSCRIBE_WITHIN: Duration = Duration::from_secs(10);

/// How long one message may take to be taken by the client.
const SEND_WITHIN: Duration = Duration::from_secs(30);

/// Signals in one message at most.
const BATCH: usize = 512;

/// Signals that come within this time share a message.
const COALESCE: Duration = Duration::from_millis(16);

/// Room for what a client says, which is little: a server has it for each of them, for as long as they stay.
const HEARD_AT_ONCE: usize = 2 * 1024;

/// Wait after a read of the store failed.
const READ_AGAIN: Duration = Duration::from_secs(1);

/// Begins to talk with a client.
pub(crate) async fn upgrade(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    Extension(connection): Extension<Arc<OpenConnection>>,
    socket: WebSocketUpgrade,
) -> Response {
    socket
        .max_message_size(CLIENT_MESSAGE_MOST)
        .max_frame_size(CLIENT_MESSAGE_MOST)
        .read_buffer_size(HEARD_AT_ONCE)
        .write_buffer_size(0)
        .on_upgrade(move |socket| async move {
            let _connection = connection;
            let meters = app.telemetry().meters().cloned();
            let _following = meters.as_ref().map(Meters::client);
            let mut client = Client {
                socket,
                heard: Instant::now(),
                meters,
            };
            let error = client.serve(&app, &caller).await;
            client.close(error).await;
        })
}

/// Why a conversation ends. None where the client has left or does not answer.
type End = Option<ApiError>;

struct Client {
    socket: WebSocket,
    /// When something came last.
    heard: Instant,
    meters: Option<Meters>,
}

/// What a client listens to.
struct Listening {
    subscription: u32,
    acks: watch::Sender<Position>,
    only: HashSet<WorkflowId>,
    /// Whether the client has something already, so that a snapshot is everything anew.
    has_some: bool,
    frames: mpsc::Receiver<Frame>,
    pump: AbortHandle,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.pump.abort();
    }
}

impl Client {
    async fn serve(&mut self, app: &App, caller: &Caller) -> End {
        let first = match timeout(SUBSCRIBE_WITHIN, self.hear()).await {
            Ok(Ok(first)) => first,
            Ok(Err(end)) => return end,
            Err(_) => return Some(unclear("Nothing was subscribed to in time.")),
        };
        let mut number = 0;
        let mut listening = match first {
            ToServer::Subscribe { resume, workflows } => {
                match self.begin(app, &mut number, resume.as_ref(), workflows).await {
                    Ok(listening) => listening,
                    Err(end) => return end,
                }
            }
            ToServer::Ack { .. } => return Some(unclear("The first message must subscribe.")),
        };
        let mut of_backend = signals(app.local());
        let mut beat = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let ended = app.tokens().ended(caller);
        tokio::pin!(ended);
        loop {
            let step = tokio::select! {
                biased;
                () = app.stopping().cancelled() => return Some(stopping()),
                () = &mut ended => return Some(revoked_token()),
                heard = self.hear() => match heard {
                    Ok(ToServer::Ack { subscription, to }) => {
                        if subscription == listening.subscription {
                            listening.acks.send_replace(to);
                        }
                        ControlFlow::Continue(())
                    }
                    Ok(ToServer::Subscribe { resume, workflows }) => {
                        match self.begin(app, &mut number, resume.as_ref(), workflows).await {
                            Ok(next) => {
                                listening = next;
                                ControlFlow::Continue(())
                            }
                            Err(end) => return end,
                        }
                    }
                    Err(end) => return end,
                },
                _ = beat.tick() => self.beat().await,
                frame = listening.frames.recv() => match frame {
                    Some(frame) => self.tell(frame, &mut listening).await,
                    None => return Some(stopping()),
                },
                Some(signal) = of_backend.recv() => {
                    let signals = batch(signal, &mut of_backend, &listening.only).await;
                    match signals.is_empty() {
                        true => ControlFlow::Continue(()),
                        false => self.say(&ToClient::Signals { signals }).await,
                    }
                }
            };
            if step.is_break() {
                return None;
            }
        }
    }

    async fn begin(
        &mut self,
        app: &App,
        number: &mut u32,
        resume: Option<&ResumeFrom>,
        workflows: Vec<WorkflowId>,
    ) -> Result<Listening, End> {
        if workflows.len() > FILTER_MOST {
            return Err(Some(unclear("That many workflows can't be picked out.")));
        }
        *number += 1;
        let subscription = *number;
        let (acks, applied) = watch::channel(resume.map(|from| from.position).unwrap_or_default());
        let feed = Feed::new(app.local(), subscription, resume, applied);
        let (frames_in, frames) = mpsc::channel(1);
        let pump = tokio::spawn(pump(feed, frames_in)).abort_handle();
        let listening = Listening {
            subscription,
            acks,
            only: workflows.into_iter().collect(),
            has_some: resume.is_some(),
            frames,
            pump,
        };
        match self.say(&ToClient::Subscribed { subscription }).await {
            ControlFlow::Continue(()) => Ok(listening),
            ControlFlow::Break(()) => Err(None),
        }
    }

    /// The next thing that the client says. What only shows that it is there is taken in by the way.
    async fn hear(&mut self) -> Result<ToServer, End> {
        loop {
            let message = match self.socket.next().await {
                None | Some(Ok(Message::Close(_))) => return Err(None),
                Some(Err(error)) => {
                    tracing::debug!(%error, "a client's connection broke");
                    return Err(Some(unclear("The message can't be read.")));
                }
                Some(Ok(message)) => message,
            };
            self.heard = Instant::now();
            match message {
                Message::Text(text) => {
                    return serde_json::from_str(&text)
                        .map_err(|error| Some(unclear(&format!("The message can't be read: {error}."))));
                }
                Message::Binary(_) => return Err(Some(unclear("Messages must be text."))),
                Message::Ping(_) | Message::Pong(_) | Message::Close(_) => {}
            }
        }
    }

    /// Asks whether the client is still there.
    async fn beat(&mut self) -> ControlFlow<()> {
        if self.heard.elapsed() > SILENCE {
            tracing::debug!("a client fell silent");
            return ControlFlow::Break(());
        }
        self.send(Message::Ping(Vec::new().into())).await
    }

    async fn tell(&mut self, frame: Frame, listening: &mut Listening) -> ControlFlow<()> {
        let frame = narrowed(frame, &listening.only);
        let (kind, events) = (frame.kind, frame.events.len());
        let anew = std::mem::replace(&mut listening.has_some, true) && kind == FrameKind::Snapshot;
        let text = match serde_json::to_string(&ToClient::Frame {
            frame: Box::new(frame),
        }) {
            Ok(text) => text,
            Err(error) => return unwritten(&error),
        };
        let bytes = text.len();
        let sent = self.send(Message::Text(text.into())).await;
        if let (Some(meters), ControlFlow::Continue(())) = (&self.meters, sent) {
            meters.frame(kind, events, bytes, anew);
        }
        sent
    }

    async fn say(&mut self, what: &ToClient) -> ControlFlow<()> {
        match serde_json::to_string(what) {
            Ok(text) => self.send(Message::Text(text.into())).await,
            Err(error) => unwritten(&error),
        }
    }

    async fn send(&mut self, message: Message) -> ControlFlow<()> {
        match timeout(SEND_WITHIN, self.socket.send(message)).await {
            Ok(Ok(())) => ControlFlow::Continue(()),
            Ok(Err(error)) => {
                tracing::debug!(%error, "a client is gone");
                ControlFlow::Break(())
            }
            Err(_) => {
                tracing::debug!("a client takes nothing any more");
                ControlFlow::Break(())
            }
        }
    }

    async fn close(&mut self, error: End) {
        if let Some(error) = error {
            // Whoever is gone does not hear it.
            let _ = self.say(&ToClient::Closing { error }).await;
        }
        let _ = timeout(Duration::from_secs(1), self.socket.send(Message::Close(None))).await;
    }
}

fn unwritten(error: &serde_json::Error) -> ControlFlow<()> {
    tracing::error!(%error, "a message could not be written");
    ControlFlow::Break(())
}

/// Reads frames until nobody wants them.
async fn pump(mut feed: Feed, frames: mpsc::Sender<Frame>) {
    loop {
        match feed.next().await {
            Ok(frame) => {
                if frames.send(frame).await.is_err() {
                    return;
                }
            }
            Err(FeedEnd::Closed) => return,
            Err(FeedEnd::Failed(failure)) => {
                tracing::error!(%failure, "changes could not be read; trying again");
                tokio::time::sleep(READ_AGAIN).await;
            }
        }
    }
}

/// The frame with only what concerns these workflows; all of it where none is named.
fn narrowed(frame: Frame, only: &HashSet<WorkflowId>) -> Frame {
    if only.is_empty() {
        return frame;
    }
    let mut frame = frame;
    frame.workflows.retain(|row| only.contains(&row.id));
    frame.tasks.retain(|row| only.contains(&row.workflow_id));
    frame.questions.retain(|row| only.contains(&row.workflow_id));
    frame.removed_workflows.retain(|id| only.contains(id));
    frame
        .events
        .retain(|event| event.workflow_id.is_none_or(|id| only.contains(&id)));
    frame
}

/// `first` and what comes right after it, without texts of other workflows.
async fn batch(first: Signal, more: &mut mpsc::Receiver<Signal>, only: &HashSet<WorkflowId>) -> Vec<Signal> {
    tokio::time::sleep(COALESCE).await;
    let rest = std::iter::from_fn(|| more.try_recv().ok()).take(BATCH - 1);
    std::iter::once(first)
        .chain(rest)
        .filter(|signal| match signal {
            Signal::TaskText { workflow_id, .. } => only.is_empty() || only.contains(workflow_id),
            _ => true,
        })
        .collect()
}

fn unclear(why: &str) -> ApiError {
    ApiError::new(ErrorCode::InvalidRequest, why)
}

fn revoked_token() -> ApiError {
    ApiError::new(ErrorCode::Unauthorized, "The token was taken back.")
        .next_step("Pair this computer with the server again.")
}
