//! A server with a journal of numbered facts, which tells of them as the real one does.

use crate::fake::{TOKEN, problem, store};
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get};
use axum::{Json, Router};
use futures::StreamExt;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Interval, interval};
use wheelhouse_contract::socket::{EVENTS_PATH, ToClient, ToServer};
use wheelhouse_contract::{ApiError, ErrorCode, EventView, Frame, FrameKind, ResumeFrom, Signal};
use wheelhouse_domain::{Millis, Position, SourceId};

/// Who is further behind gets a snapshot.
const SNAPSHOT_BEHIND: i64 = 120;

/// Frames that may be under way without having been applied.
const UNACKNOWLEDGED: usize = 4;

/// Facts in one frame at most.
const FRAME_EVENTS: i64 = 16;

/// How often the server gives a sign of life.
const BEAT: Duration = Duration::from_millis(50);

/// A server with a journal of numbered facts, and a table of one change.
#[derive(Clone)]
pub(crate) struct Journal {
    head: watch::Sender<i64>,
    /// How often each wish arrived.
    wishes: Arc<Mutex<HashMap<String, u32>>>,
    epoch: u32,
}

impl Journal {
    pub(crate) fn new() -> Self {
        Self {
            head: watch::Sender::new(1),
            wishes: Arc::default(),
            epoch: 0,
        }
    }

    /// The same after a copy of it was restored: shorter, and of the next epoch.
    pub(crate) fn restored(&self, head: i64) -> Self {
        Self {
            head: watch::Sender::new(head),
            wishes: Arc::default(),
            epoch: self.epoch + 1,
        }
    }

    pub(crate) fn head(&self) -> i64 {
        *self.head.borrow()
    }

    /// Records that many facts more.
    pub(crate) fn grow(&self, by: i64) {
        self.head.send_modify(|head| *head += by);
    }

    /// How often each wish arrived.
    pub(crate) fn wishes(&self) -> HashMap<String, u32> {
        self.wishes.lock().expect("not poisoned").clone()
    }

    pub(crate) fn router(&self) -> Router {
        Router::new()
            .route(EVENTS_PATH, get(listen))
            .route("/api/knowledge/sources/{id}", delete(carry_out))
            .with_state(self.clone())
    }

    pub(crate) fn frame(&self, subscription: u32, at: Option<i64>) -> Frame {
        let head = self.head();
        let frame = |kind, from, to, events| Frame {
            subscription,
            store: store(),
            epoch: self.epoch,
            kind,
            from: Position(from),
            to: Position(to),
            workflows: Vec::new(),
            tasks: Vec::new(),
            agents: Vec::new(),
            questions: Vec::new(),
            conversations: Vec::new(),
            messages: Vec::new(),
            removed_conversations: Vec::new(),
            removed_workflows: Vec::new(),
            events,
        };
        match at {
            Some(at) if head - at <= SNAPSHOT_BEHIND => {
                let to = head.min(at + FRAME_EVENTS);
                frame(FrameKind::Changes, at, to, (at + 1..=to).map(fact).collect())
            }
            _ => frame(FrameKind::Snapshot, head, head, Vec::new()),
        }
    }
}

fn fact(position: i64) -> EventView {
    EventView {
        position: Position(position),
        workflow_id: None,
        at: Millis(position),
        kind: "something_happened".to_owned(),
        task: None,
    }
}

fn is_known(headers: &HeaderMap) -> bool {
    let expected = format!("Bearer {TOKEN}");
    headers
        .get("authorization")
        .is_some_and(|value| value == &expected)
}

async fn carry_out(
    State(journal): State<Journal>,
    Path(id): Path<u32>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    if !is_known(&headers) {
        return problem(ApiError::new(ErrorCode::Unauthorized, "Nobody knows you."));
    }
    let key = body["request_key"].as_str().expect("a key").to_owned();
    let mut wishes = journal.wishes.lock().expect("not poisoned");
    *wishes.entry(format!("{key} on {id}")).or_default() += 1;
    Json(json!({"removed": true})).into_response()
}

async fn listen(State(journal): State<Journal>, headers: HeaderMap, socket: WebSocketUpgrade) -> Response {
    if !is_known(&headers) {
        return problem(
            ApiError::new(ErrorCode::Unauthorized, "Nobody knows you.")
                .next_step("Pair with the server again."),
        );
    }
    socket.on_upgrade(|socket| async move {
        let mut talk = Talk {
            head: journal.head.subscribe(),
            journal,
            socket,
            subscription: 0,
            at: None,
            sent: Vec::new(),
            beat: interval(BEAT),
        };
        while talk.step().await.is_continue() {}
    })
}

/// One client, as a server talks with it.
struct Talk {
    journal: Journal,
    head: watch::Receiver<i64>,
    socket: WebSocket,
    subscription: u32,
    at: Option<i64>,
    sent: Vec<i64>,
    beat: Interval,
}

impl Talk {
    async fn step(&mut self) -> ControlFlow<()> {
        let has_more = self.subscription > 0 && self.at != Some(self.journal.head());
        let may_send = has_more && self.sent.len() < UNACKNOWLEDGED;
        tokio::select! {
            message = self.socket.next() => match message {
                Some(Ok(Message::Text(text))) => {
                    let message = serde_json::from_str(&text).expect("a client's message");
                    self.hear(message).await
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => ControlFlow::Continue(()),
                _ => ControlFlow::Break(()),
            },
            _ = self.beat.tick() => self.send(Message::Ping(Vec::new().into())).await,
            () = std::future::ready(()), if may_send => self.tell().await,
            _ = self.head.changed() => ControlFlow::Continue(()),
        }
    }

    async fn hear(&mut self, message: ToServer) -> ControlFlow<()> {
        match message {
            ToServer::Subscribe { resume, .. } => {
                let fits = |from: &ResumeFrom| from.store == store() && from.epoch == self.journal.epoch;
                self.at = resume.filter(fits).map(|from| from.position.0);
                self.sent.clear();
                self.subscription += 1;
                let subscription = self.subscription;
                self.say(&ToClient::Subscribed { subscription }).await
            }
            ToServer::Ack { subscription, to } => {
                if subscription == self.subscription {
                    self.sent.retain(|sent| *sent > to.0);
                }
                ControlFlow::Continue(())
            }
        }
    }

    async fn tell(&mut self) -> ControlFlow<()> {
        let frame = Box::new(self.journal.frame(self.subscription, self.at));
        self.at = Some(frame.to.0);
        self.sent.push(frame.to.0);
        let signals = vec![Signal::KnowledgeScan {
            source_id: SourceId(1),
            done: 1,
            total: 2,
            finished: false,
        }];
        self.say(&ToClient::Frame { frame }).await?;
        self.say(&ToClient::Signals { signals }).await
    }

    async fn say(&mut self, message: &ToClient) -> ControlFlow<()> {
        let text = serde_json::to_string(message).expect("plain data");
        self.send(Message::Text(text.into())).await
    }

    async fn send(&mut self, message: Message) -> ControlFlow<()> {
        match self.socket.send(message).await {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }
}
