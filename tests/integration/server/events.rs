//! The WebSocket by hand: what a program hears, and what it must do.

use super::{post, read};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{WebSocketStream, client_async};
use wheelhouse_contract::domain::WorkflowId;
use wheelhouse_contract::socket::{ToClient, ToServer};
use wheelhouse_contract::{CreateWorkflow, Frame, FrameKind, Operations, RequestKey, ResumeFrom};
use wheelhouse_testkit::{Rows, Served, within};

struct Listener(WebSocketStream<TcpStream>);

impl Listener {
    async fn connect(served: &Served) -> Self {
        let address = served.server().address();
        let mut request = format!("ws://{address}/api/events")
            .into_client_request()
            .expect("a request");
        let token = format!("Bearer {}", served.token()).parse().expect("a header");
        request.headers_mut().insert("authorization", token);
        let stream = TcpStream::connect(address).await.expect("a connection");
        Self(client_async(request, stream).await.expect("a WebSocket").0)
    }

    async fn say(&mut self, what: &ToServer) {
        let text = serde_json::to_string(what).expect("plain data");
        self.0.send(Message::Text(text.into())).await.expect("said");
    }

    async fn subscribe(served: &Served, resume: Option<ResumeFrom>, workflows: Vec<WorkflowId>) -> Self {
        let mut listener = Self::connect(served).await;
        listener.say(&ToServer::Subscribe { resume, workflows }).await;
        assert!(matches!(listener.hear().await, Some(ToClient::Subscribed { .. })));
        listener
    }

    /// What the server says next; none where it has closed the conversation.
    async fn hear(&mut self) -> Option<ToClient> {
        loop {
            let message = within("the server says something", self.0.next()).await;
            match message {
                Some(Ok(Message::Text(text))) => {
                    return Some(serde_json::from_str(&text).expect("a message of the contract"));
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(other)) => panic!("unexpected: {other:?}"),
            }
        }
    }

    async fn frame(&mut self) -> Frame {
        loop {
            match self.hear().await.expect("the conversation goes on") {
                ToClient::Frame { frame } => return *frame,
                ToClient::Signals { .. } => {}
                other => panic!("unexpected: {other:?}"),
            }
        }
    }

    /// Takes the next frame, applies it and says so.
    async fn apply(&mut self, rows: &mut Rows) -> Frame {
        let frame = self.frame().await;
        rows.apply(&frame);
        self.say(&ToServer::Ack {
            subscription: frame.subscription,
            to: frame.to,
        })
        .await;
        frame
    }
}

async fn create(served: &Served, number: u32) -> WorkflowId {
    let request = CreateWorkflow {
        request_key: RequestKey(format!("event-key-{number:04}")),
        task: format!("Task {number}"),
        name: String::new(),
        made_of: None,
    };
    served.api().create_workflow(request).await.expect("created").id
}

#[tokio::test]
async fn a_program_hears_everything_from_the_snapshot_on() {
    let served = Served::open().await;
    let mut listener = Listener::subscribe(&served, None, Vec::new()).await;
    let mut rows = Rows::default();
    assert_eq!(listener.apply(&mut rows).await.kind, FrameKind::Snapshot);
    let (_, done) = read(
        post(
            &served,
            "/api/workflows/execute",
            json!({"task": "Explain how a run survives"}),
        )
        .await,
    )
    .await;
    let head = served.api().handle().store().position();
    while rows.at < head {
        listener.apply(&mut rows).await;
    }
    let id: WorkflowId = serde_json::from_value(done["workflow_id"].clone()).expect("an id");
    assert_eq!(
        serde_json::to_value(rows.workflows[&id].status).expect("a word"),
        "completed"
    );
    assert!(rows.tasks.len() > 4);
}

#[tokio::test]
async fn whoever_comes_back_goes_on_where_it_was() {
    let mut served = Served::open().await;
    let mut rows = Rows::default();
    let mut listener = Listener::subscribe(&served, None, Vec::new()).await;
    let first = listener.apply(&mut rows).await;
    drop(listener);
    create(&served, 1).await;
    served.start().await;
    create(&served, 2).await;
    let resume = ResumeFrom {
        store: first.store,
        epoch: first.epoch,
        position: first.to,
    };
    let mut listener = Listener::subscribe(&served, Some(resume), Vec::new()).await;
    let head = served.api().handle().store().position();
    while rows.at < head {
        // Rows::apply holds each frame to joining the one before.
        assert_eq!(listener.apply(&mut rows).await.kind, FrameKind::Changes);
    }
    assert_eq!(rows.workflows.len(), 2);
}

#[tokio::test]
async fn whoever_does_not_acknowledge_is_sent_no_more_and_slows_nobody() {
    let served = Served::open().await;
    // A snapshot of an empty store counts as acknowledged.
    create(&served, 0).await;
    let mut lazy = Listener::subscribe(&served, None, Vec::new()).await;
    let snapshot = lazy.frame().await;
    let mut unread = vec![snapshot];
    for number in 1..4 {
        create(&served, number).await;
        unread.push(lazy.frame().await);
    }
    // Nothing more comes, whatever happens.
    for number in 4..40 {
        create(&served, number).await;
    }
    let quick = async {
        let mut listener = Listener::subscribe(&served, None, Vec::new()).await;
        let mut rows = Rows::default();
        listener.apply(&mut rows).await;
        rows.workflows.len()
    };
    assert_eq!(quick.await, 40, "others are served meanwhile");
    let silent = tokio::time::timeout(Duration::from_millis(300), lazy.frame()).await;
    assert!(silent.is_err(), "four frames may be under way, no fifth");
    let mut rows = Rows::default();
    for frame in &unread {
        rows.apply(frame);
    }
    lazy.say(&ToServer::Ack {
        subscription: unread[0].subscription,
        to: rows.at,
    })
    .await;
    while rows.workflows.len() < 40 {
        lazy.apply(&mut rows).await;
    }
}

#[tokio::test]
async fn a_subscription_may_be_narrowed_to_some_workflows() {
    let served = Served::open().await;
    let wanted = create(&served, 1).await;
    let mut listener = Listener::subscribe(&served, None, vec![wanted]).await;
    let mut rows = Rows::default();
    listener.apply(&mut rows).await;
    create(&served, 2).await;
    let head = served.api().handle().store().position();
    while rows.at < head {
        listener.apply(&mut rows).await;
    }
    assert_eq!(rows.workflows.keys().copied().collect::<Vec<_>>(), [wanted]);
}

#[tokio::test]
async fn nonsense_ends_the_conversation_with_a_reason() {
    let served = Served::open().await;
    let nonsense = [
        Message::Text("hello".into()),
        Message::Text(
            json!({"type": "ack", "subscription": 1, "to": 5})
                .to_string()
                .into(),
        ),
        Message::Text(json!({"type": "subscribe", "resume": 5}).to_string().into()),
        Message::Binary(vec![1, 2, 3].into()),
        Message::Text(
            json!({"type": "subscribe", "resume": null, "workflows": (1..200).collect::<Vec<_>>()})
                .to_string()
                .into(),
        ),
    ];
    for message in nonsense {
        let mut listener = Listener::connect(&served).await;
        listener.0.send(message.clone()).await.expect("said");
        let answer = listener.hear().await;
        let Some(ToClient::Closing { error }) = &answer else {
            panic!("{message:?} gave {answer:?}");
        };
        assert_eq!(
            serde_json::to_value(error.code).expect("a word"),
            Value::from("invalid_request")
        );
        assert_eq!(listener.hear().await, None);
    }
    let mut listener = Listener::connect(&served).await;
    // The server may have closed before all of it is written.
    let _ = listener.0.send(Message::Text("x".repeat(100_000).into())).await;
    while listener.hear().await.is_some() {}
    assert_eq!(
        create(&served, 1).await,
        WorkflowId(1),
        "the server is as well as before"
    );
}

#[tokio::test]
async fn a_stop_says_goodbye() {
    let mut served = Served::open().await;
    let mut listener = Listener::subscribe(&served, None, Vec::new()).await;
    listener.frame().await;
    served.stop().await;
    let goodbye = listener.hear().await;
    assert!(matches!(goodbye, Some(ToClient::Closing { .. })), "{goodbye:?}");
}
