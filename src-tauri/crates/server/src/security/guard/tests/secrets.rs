//! What is written down about requests, and what is sent back.

use super::*;
use crate::security::secret::Token;
use std::io;
use std::sync::Mutex;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("not poisoned").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Lines {
    fn text(&self) -> String {
        let written = self.0.lock().expect("not poisoned").clone();
        String::from_utf8(written).expect("text")
    }
}

/// Everything that is answered to requests that carry a token in every place where one may stand.
async fn told(server: &Server, token: &str) -> String {
    let mut told = String::new();
    let with_query = format!("/api/status?token={token}");
    for path in ["/api/status", "/nowhere", &with_query, "/health"] {
        let foreign = Ask {
            headers: vec![("host", "evil.example")],
            ..Ask::new(Method::GET, path)
        };
        let asks = [
            Ask::new(Method::GET, path).with(token),
            Ask::new(Method::GET, path).with(token).with(token),
            foreign.with(token),
        ];
        for ask in asks {
            let answer = server.send(ask).await;
            told += &format!("{:?}{}", answer.headers, answer.text);
        }
    }
    told
}

async fn pair(server: &Server, code: &str) -> Answer {
    let body = format!("{{\"secret\":\"{code}\",\"name\":\"laptop\"}}");
    let request = Request::post("/pair").header(header::CONTENT_TYPE, "application/json");
    server.send_here(request, Body::from(body)).await
}

#[tokio::test]
async fn no_secret_is_written_down_or_sent_back() {
    let lines = Lines::default();
    let writer = lines.clone();
    let layer = fmt::layer().with_writer(move || writer.clone());
    let _written = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
    let server = Server::new(&wide());
    let first = server
        .access
        .first_start()
        .expect("started")
        .expect("the first time");
    let again = server.access.first_start().expect("started");
    assert!(again.is_none(), "shown once");
    let good = first.token.token.expose().to_owned();
    let code = first.code.shown(None).to_string().replace('-', "");
    let revoked = server.token("revoked", Scope::Viewer);
    server.access.tokens().revoke("revoked").expect("revoked");
    let guess = Token::new().expect("random numbers").expose().to_owned();
    let mut all = String::new();
    for token in [&good, &revoked, &guess] {
        all += &told(&server, token).await;
    }
    let wrong = if code == "00000000" {
        "00000001"
    } else {
        "00000000"
    };
    all += &pair(&server, wrong).await.text;
    assert_eq!(pair(&server, &code).await.status, StatusCode::OK);
    all += &pair(&server, &code).await.text;
    let written = lines.text();
    for line in ["a request was refused", "a device was paired"] {
        assert!(written.contains(line), "the log was really read: {written}");
    }
    for secret in [&good[3..], &revoked[3..], &guess[3..], &code] {
        assert!(!written.contains(secret), "in the log: {written}");
        assert!(!all.contains(secret), "in an answer: {all}");
    }
    assert!(!written.contains("wh_"), "{written}");
}
