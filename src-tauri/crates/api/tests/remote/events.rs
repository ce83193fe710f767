//! The feed: what it hands on, what it leaves out, and how it ends.

use crate::fake::{Script, next_frame, problem, quick, raw, remote, scripted, serve};
use crate::journal::Journal;
use axum::Router;
use axum::extract::ws::Message;
use axum::routing::get;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use wheelhouse_api::remote::{Remote, RemoteAddress, RemoteFeed, Told};
use wheelhouse_contract::socket::{EVENTS_PATH, SERVER_MESSAGE_MOST, ToClient, ToServer};
use wheelhouse_contract::{ApiError, ErrorCode, FrameKind, ResumeFrom};
use wheelhouse_domain::Position;
use wheelhouse_testkit::within;

/// Subscribes at a server that does what `script` says, and gives how the feed ends.
async fn end_of<F>(script: impl Fn(Script) -> F + Clone + Send + Sync + 'static) -> ApiError
where
    F: Future<Output = ()> + Send + 'static,
{
    let server = serve(scripted(script)).await;
    match within("a subscription", remote(server.address).subscribe(None)).await {
        Ok(mut feed) => end(&mut feed).await,
        Err(error) => error,
    }
}

async fn end(feed: &mut RemoteFeed) -> ApiError {
    loop {
        if let Err(error) = within("the end", feed.next()).await {
            return error;
        }
    }
}

fn assert_is(error: &ApiError, code: ErrorCode, words: &str) {
    assert_eq!(error.code, code, "{error}");
    assert!(error.message.contains(words), "{error}");
    assert!(error.details.next_step.is_some(), "{error}");
}

#[tokio::test]
async fn acknowledgements_open_the_way_for_more() {
    let journal = Journal::new();
    let server = serve(journal.router()).await;
    let mut feed = remote(server.address)
        .subscribe(None)
        .await
        .expect("a subscription");
    let snapshot = next_frame(&mut feed).await;
    assert_eq!(snapshot.kind, FrameKind::Snapshot);
    // Far more frames than may be under way.
    journal.grow(100);
    let mut at = snapshot.to;
    let acks = feed.acks();
    while at.0 < journal.head() {
        let frame = next_frame(&mut feed).await;
        assert_eq!(frame.from, at);
        at = frame.to;
        acks.ack(at);
    }
    assert_eq!(at, Position(101));
}

#[tokio::test]
async fn signals_come_beside_the_frames() {
    let server = serve(Journal::new().router()).await;
    let mut feed = remote(server.address)
        .subscribe(None)
        .await
        .expect("a subscription");
    let mut has_signals = false;
    let mut has_frame = false;
    while !(has_signals && has_frame) {
        match within("more", feed.next()).await.expect("the feed goes on") {
            Told::Frame(_) => has_frame = true,
            Told::Signals(signals) => has_signals = signals.len() == 1,
        }
    }
}

#[tokio::test]
async fn what_does_not_join_is_asked_for_anew() {
    let server = serve(scripted(|mut client| async move {
        assert_eq!(client.subscribed(1).await, None);
        client.frame(1, 5, 5).await;
        client.frame(1, 7, 9).await;
        let Some(ToServer::Subscribe { resume, .. }) = client.hear().await else {
            panic!("it subscribes anew");
        };
        assert_eq!(resume.map(|from| from.position), Some(Position(5)));
        // Still under way when the client asked.
        client.frame(1, 9, 12).await;
        client.say(&ToClient::Subscribed { subscription: 2 }).await;
        client.frame(2, 5, 8).await;
        // Twice the same, as after a fault of the server.
        client.frame(2, 5, 8).await;
        assert_eq!(client.subscribed(3).await, Some(8));
        client.frame(3, 8, 12).await;
        assert_eq!(client.hear().await, None);
    }))
    .await;
    let mut feed = remote(server.address)
        .subscribe(None)
        .await
        .expect("a subscription");
    let mut seen = Vec::new();
    for _ in 0..3 {
        let frame = next_frame(&mut feed).await;
        seen.push((frame.from.0, frame.to.0));
    }
    assert_eq!(seen, [(5, 5), (5, 8), (8, 12)]);
}

#[tokio::test]
async fn what_never_joins_is_given_up() {
    let error = end_of(|mut client| async move {
        let mut number = 1;
        client.subscribed(number).await;
        client.frame(number, 5, 5).await;
        loop {
            client.frame(number, 90, 95).await;
            let Some(ToServer::Subscribe { .. }) = client.hear().await else {
                return;
            };
            number += 1;
            client.say(&ToClient::Subscribed { subscription: number }).await;
        }
    })
    .await;
    assert_is(&error, ErrorCode::Unavailable, "do not fit together");
}

#[tokio::test]
async fn an_acknowledgement_bears_the_number_of_the_subscription() {
    let (sender, mut heard) = mpsc::unbounded_channel();
    let server = serve(scripted(move |mut client| {
        let sender = sender.clone();
        async move {
            client.subscribed(41).await;
            client.frame(41, 5, 5).await;
            sender.send(client.hear().await).expect("the test listens");
            client.hear().await;
        }
    }))
    .await;
    let mut feed = remote(server.address)
        .subscribe(None)
        .await
        .expect("a subscription");
    let frame = next_frame(&mut feed).await;
    feed.ack(frame.to);
    let expected = ToServer::Ack {
        subscription: 41,
        to: Position(5),
    };
    assert_eq!(
        within("an acknowledgement", heard.recv()).await,
        Some(Some(expected))
    );
}

#[tokio::test]
async fn a_server_that_says_goodbye_is_quoted() {
    let said =
        ApiError::new(ErrorCode::Unavailable, "The server is closing down.").next_step("Wait a little.");
    let error = said.clone();
    let told = end_of(move |mut client| {
        let error = error.clone();
        async move {
            client.subscribed(1).await;
            client.say(&ToClient::Closing { error }).await;
        }
    })
    .await;
    assert_eq!(told, said);
}

#[tokio::test]
async fn the_end_is_told_each_time() {
    let server = serve(scripted(|mut client| async move {
        client.subscribed(1).await;
        client.frame(1, 5, 5).await;
    }))
    .await;
    let mut feed = remote(server.address)
        .subscribe(None)
        .await
        .expect("a subscription");
    // What came before the end is not lost.
    assert_eq!(next_frame(&mut feed).await.to, Position(5));
    let first = end(&mut feed).await;
    assert_is(&first, ErrorCode::Unavailable, "broke");
    assert_eq!(end(&mut feed).await, first);
    feed.ack(Position(5));
    assert_eq!(end(&mut feed).await, first);
}

#[tokio::test]
async fn a_silent_server_is_taken_for_gone() {
    let error = end_of(|mut client| async move {
        client.subscribed(1).await;
        // Keeps the socket until the client leaves.
        assert_eq!(client.hear().await, None);
    })
    .await;
    assert_is(&error, ErrorCode::Unavailable, "has been silent");
}

#[tokio::test]
async fn pings_are_answered_while_nobody_takes_frames() {
    let (sender, mut answered) = mpsc::unbounded_channel();
    let server = serve(scripted(move |mut client| {
        let sender = sender.clone();
        async move {
            client.subscribed(1).await;
            for at in 5..9 {
                client.frame(1, at.max(6) - 1, at).await;
            }
            for _ in 0..3 {
                client.send(Message::Ping(vec![1].into())).await;
                client.pong().await;
            }
            sender.send(()).expect("the test listens");
            client.hear().await;
        }
    }))
    .await;
    let _feed = remote(server.address)
        .subscribe(None)
        .await
        .expect("a subscription");
    within("three answers", answered.recv()).await.expect("answered");
}

#[tokio::test]
async fn who_lets_go_of_the_feed_leaves_the_server() {
    let (sender, mut left) = mpsc::unbounded_channel();
    let server = serve(scripted(move |mut client| {
        let sender = sender.clone();
        async move {
            client.subscribed(1).await;
            sender.send(client.hear().await).expect("the test listens");
        }
    }))
    .await;
    let feed = remote(server.address)
        .subscribe(None)
        .await
        .expect("a subscription");
    let acks = feed.acks();
    drop(feed);
    assert_eq!(within("it leaves", left.recv()).await, Some(None));
    // Whoever still holds these does no harm.
    acks.ack(Position(7));
}

#[tokio::test]
async fn frames_wait_in_order_where_a_server_sends_too_many() {
    const MANY: i64 = 60;
    let server = serve(scripted(|mut client| async move {
        client.subscribed(1).await;
        client.frame(1, 1, 1).await;
        for at in 1..MANY {
            client.frame(1, at, at + 1).await;
        }
        client.hear().await;
    }))
    .await;
    let mut feed = remote(server.address)
        .subscribe(None)
        .await
        .expect("a subscription");
    for to in 1..=MANY {
        assert_eq!(next_frame(&mut feed).await.to, Position(to));
    }
}

#[tokio::test]
async fn words_of_others_end_the_feed() {
    let texts = [
        (Message::Text("hello".into()), "no Wheelhouse server"),
        (Message::Text(r#"{"type":"dance"}"#.into()), "another version"),
        (Message::Binary(vec![1, 2, 3].into()), "no Wheelhouse server"),
    ];
    for (message, words) in texts {
        let error = end_of(move |mut client| {
            let message = message.clone();
            async move {
                client.subscribed(1).await;
                client.send(message).await;
                client.hear().await;
            }
        })
        .await;
        assert_is(&error, ErrorCode::Unavailable, words);
    }
}

#[tokio::test]
async fn more_than_fits_is_not_taken_in() {
    let huge: Arc<str> = " ".repeat(SERVER_MESSAGE_MOST + 1).into();
    let error = end_of(move |mut client| {
        let huge = Arc::clone(&huge);
        async move {
            client.subscribed(1).await;
            client.send(Message::Text((*huge).into())).await;
        }
    })
    .await;
    assert_is(&error, ErrorCode::TooLarge, "larger than 64 MB");
}

#[tokio::test]
async fn a_subscription_that_never_begins() {
    let server = serve(scripted(|mut client| async move {
        while client.hear().await.is_some() {
            client.send(Message::Ping(Vec::new().into())).await;
        }
    }))
    .await;
    let address = RemoteAddress {
        url: crate::fake::plain(server.address),
        pinned: None,
        token: crate::fake::token(),
    };
    let mut patience = quick();
    patience.connect = Duration::from_millis(300);
    let remote = Remote::with_patience(address, patience).expect("a client");
    let error = within("an answer", remote.subscribe(None))
        .await
        .expect_err("never begins");
    assert_is(&error, ErrorCode::Unavailable, "did not answer within");
}

#[tokio::test]
async fn a_server_that_refuses_is_quoted() {
    let said = ApiError::new(ErrorCode::Unauthorized, "The token was revoked.").next_step("Pair again.");
    let answer = said.clone();
    let server = serve(Router::new().route(EVENTS_PATH, get(async move || problem(answer)))).await;
    let error = remote(server.address).subscribe(None).await.expect_err("refused");
    assert_eq!(error, said);

    let server = serve(Router::new().fallback(async || raw(404, "text/html", "Nothing here"))).await;
    let error = remote(server.address).subscribe(None).await.expect_err("refused");
    assert_is(&error, ErrorCode::Unavailable, "no Wheelhouse server");
}

#[tokio::test]
async fn where_to_go_on_is_told_the_server() {
    let (sender, mut resumed) = mpsc::unbounded_channel();
    let server = serve(scripted(move |mut client| {
        let sender = sender.clone();
        async move {
            sender.send(client.subscribed(1).await).expect("the test listens");
            client.frame(1, 30, 31).await;
            client.hear().await;
        }
    }))
    .await;
    let resume = ResumeFrom {
        store: crate::fake::store(),
        epoch: 0,
        position: Position(30),
    };
    let mut feed = remote(server.address)
        .subscribe(Some(resume))
        .await
        .expect("a subscription");
    assert_eq!(resumed.recv().await, Some(Some(30)));
    let frame = next_frame(&mut feed).await;
    assert_eq!((frame.from, frame.to), (Position(30), Position(31)));
}
