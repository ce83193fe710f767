//! A server at an address: what it is sent, and what it may not do.

use super::short;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use wheelhouse_mcp::{Address, Client, Logs, McpError, Place};

/// What was asked of a server: its head and its body.
type Asked = Arc<Mutex<Vec<(String, String)>>>;
/// From the message to status, further headers and body.
type Answering = fn(&Value) -> (u16, String, String);

/// A server on loopback that answers every request by `answer`.
async fn serve(answer: Answering) -> (String, Asked) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}/mcp", listener.local_addr().expect("an address"));
    let asked = Asked::default();
    let heard = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(exchange(stream, answer, Arc::clone(&heard)));
        }
    });
    (address, asked)
}

async fn exchange(stream: TcpStream, answer: Answering, asked: Asked) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if stream.read_line(&mut head).await? == 0 {
                return Ok(());
            }
        }
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length")
                .then(|| value.trim().parse().ok())?
        });
        let mut body = vec![0; length.unwrap_or(0)];
        stream.read_exact(&mut body).await?;
        let text = String::from_utf8_lossy(&body).into_owned();
        let message = serde_json::from_str(&text).unwrap_or_default();
        asked.lock().expect("held").push((head, text));
        let (status, headers, body) = answer(&message);
        let answer = format!(
            "HTTP/1.1 {status} Said\r\ncontent-length: {}\r\n{headers}\r\n{body}",
            body.len()
        );
        stream.write_all(answer.as_bytes()).await?;
    }
}

const JSON: &str = "content-type: application/json\r\n";

fn result(message: &Value, result: &Value) -> (u16, String, String) {
    let answer = json!({"jsonrpc": "2.0", "id": message["id"], "result": result});
    (200, JSON.to_owned(), answer.to_string())
}

fn honest(message: &Value) -> (u16, String, String) {
    let refused = |code: i32| {
        let error = json!({"code": code, "message": "There is no such method."});
        let answer = json!({"jsonrpc": "2.0", "id": message["id"], "error": error});
        (200, JSON.to_owned(), answer.to_string())
    };
    match message["method"].as_str() {
        Some("initialize") => result(
            message,
            &json!({"protocolVersion": "2025-11-25", "capabilities": {"tools": {}},
                "serverInfo": {"name": "far", "version": "1"}}),
        ),
        Some("tools/list") => result(
            message,
            &json!({"tools": [{"name": "echo", "description": "Says it.", "inputSchema": {"type": "object"}}]}),
        ),
        Some(other) if other.starts_with("notifications/") => (202, String::new(), String::new()),
        // A stream of its own is not offered.
        None => (405, String::new(), String::new()),
        Some(_) => refused(-32601),
    }
}

fn place(url: &str) -> Place {
    Place::Address(Address {
        url: url.to_owned(),
        headers: BTreeMap::from([("Authorization".to_owned(), "Bearer sesame-open".to_owned())]),
    })
}

async fn why_not(answer: Answering) -> McpError {
    let (address, _) = serve(answer).await;
    let logs = Logs::default();
    let error = Client::connect(&place(&address), short(), &logs)
        .await
        .expect_err("refused");
    let told = format!("{error} {:?}", logs.lines());
    assert!(!told.contains("sesame"), "{told}");
    error
}

#[tokio::test]
async fn an_honest_server_gets_its_header_with_every_request() {
    let (address, asked) = serve(honest).await;
    let client = Client::connect(&place(&address), short(), &Logs::default())
        .await
        .expect("connected");
    assert_eq!(client.told().name, "far");
    assert_eq!(client.contents().await.expect("listed").tools[0].name, "echo");
    client.end().await;
    let asked = asked.lock().expect("held");
    assert!(asked.len() >= 3);
    for (head, _) in asked.iter() {
        assert!(
            head.to_lowercase().contains("authorization: bearer sesame-open"),
            "{head}"
        );
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (elsewhere, asked) = serve(honest).await;
    for status in [301, 302, 307, 308] {
        // A function can't hold the address, so it is in the table of addresses that redirect.
        let (address, _) = redirecting(status, &elsewhere).await;
        let error = Client::connect(&place(&address), short(), &Logs::default())
            .await
            .expect_err("refused");
        assert!(matches!(error, McpError::Redirected), "{status}: {error:?}");
    }
    assert!(asked.lock().expect("held").is_empty(), "nothing was sent there");
}

/// A server that sends everybody to `elsewhere`.
async fn redirecting(status: u16, elsewhere: &str) -> (String, Asked) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}/mcp", listener.local_addr().expect("an address"));
    let answer = format!("HTTP/1.1 {status} There\r\nlocation: {elsewhere}\r\ncontent-length: 0\r\n\r\n");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut some = [0; 4096];
            if stream.read(&mut some).await.is_ok() {
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        }
    });
    (address, Asked::default())
}

#[tokio::test]
async fn refusals_are_told_in_words() {
    let error = why_not(|_| (401, "www-authenticate: Bearer\r\n".to_owned(), String::new())).await;
    assert!(matches!(error, McpError::Unauthorised), "{error:?}");
    let error = why_not(|_| (403, String::new(), "Bearer sesame-open is not welcome".to_owned())).await;
    assert!(matches!(error, McpError::Unauthorised), "{error:?}");
    let error = why_not(|_| (503, String::new(), "busy".to_owned())).await;
    assert!(matches!(error, McpError::Status(503)), "{error:?}");
    let error = why_not(|_| {
        (
            200,
            "content-type: text/html\r\n".to_owned(),
            "<p>Bearer sesame-open</p>".to_owned(),
        )
    });
    let error = error.await;
    assert!(matches!(error, McpError::NotMcp(_)), "{error:?}");
    let error = why_not(|_| (200, JSON.to_owned(), format!("\"{}\"", "x".repeat(5_000_000)))).await;
    assert!(matches!(error, McpError::TooLarge(_)), "{error:?}");
}

#[tokio::test]
async fn nobody_there_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}/mcp", listener.local_addr().expect("an address"));
    drop(listener);
    let error = Client::connect(&place(&address), short(), &Logs::default())
        .await
        .expect_err("nobody there");
    assert!(matches!(error, McpError::Unreachable(_)), "{error:?}");
}
