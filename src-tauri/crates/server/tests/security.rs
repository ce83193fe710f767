//! The server's security over real sockets: with the client of the application, and with requests written by hand.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a panic is how a test fails"
)]

use std::net::SocketAddr;

use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use wheelhouse_api::remote::{Address, Remote, RemoteAddress, RemoteFeed, Token, pair};
use wheelhouse_contract::{
    ApiError, CreateWorkflow, ErrorCode, GetAgent, GetStatus, ListAgents, Operations, RequestKey,
};
use wheelhouse_server::security::{Clock, NewCode, Scope, ServerAccess, Tls};
use wheelhouse_server::{Options, Server};

struct Running {
    data: TempDir,
    server: Server,
    token: String,
    is_tls: bool,
}

impl Running {
    async fn start() -> Self {
        Self::with(|_| {}).await
    }

    async fn over_tls() -> Self {
        Self::with(|options| options.tls = Some(Tls::SelfSigned { names: Vec::new() })).await
    }

    async fn with(change: impl FnOnce(&mut Options)) -> Self {
        let data = tempfile::tempdir().expect("a temporary folder");
        let mut options = Options::local(data.path().to_owned());
        change(&mut options);
        let is_tls = options.tls.is_some();
        let mut server = Server::start(options).await.expect("started");
        let first = server.take_first().expect("the first start");
        let token = first.token.token.expose().to_owned();
        Self {
            data,
            server,
            token,
            is_tls,
        }
    }

    /// As the terminal has the same files.
    fn terminal(&self) -> ServerAccess {
        ServerAccess::open(self.data.path(), Clock::system()).expect("opened")
    }

    fn code(&self) -> NewCode {
        self.terminal().pairing().make(Scope::Operator).expect("made")
    }

    fn at(&self) -> SocketAddr {
        self.server.address()
    }

    fn address(&self) -> Address {
        let scheme = if self.is_tls { "https" } else { "http" };
        Address::parse(&format!("{scheme}://{}", self.at())).expect("an address")
    }

    fn remote(&self, token: &str) -> Remote {
        let token = Token::parse(token.to_owned()).expect("a token");
        let address = RemoteAddress {
            url: self.address(),
            pinned: None,
            token,
        };
        Remote::new(address).expect("a client")
    }

    /// Every address that begins with 127 is this machine on Linux, so that a flood can come from another one.
    #[cfg(target_os = "linux")]
    async fn connect_elsewhere(&self) -> TcpStream {
        let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
        let address = "127.0.0.2:0".parse().expect("an address");
        socket.bind(address).expect("bound");
        socket.connect(self.at()).await.expect("connected")
    }

    /// Sends these bytes and gives everything that comes back until the server closes.
    async fn raw(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.at()).await.expect("connected");
        stream.write_all(request.as_bytes()).await.expect("sent");
        until_closed(stream).await
    }

    /// A request with these lines after the first, and `Connection: close`.
    async fn status(&self, first: &str, lines: &[String]) -> String {
        let answer = self
            .raw(&format!(
                "{first}\r\n{}\r\nConnection: close\r\n\r\n",
                lines.join("\r\n")
            ))
            .await;
        answer.split(' ').nth(1).unwrap_or_default().to_owned()
    }
}

async fn until_closed(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut bytes)).await;
    // A connection that is reset is closed too.
    let _ = read.expect("the server closes");
    String::from_utf8_lossy(&bytes).into_owned()
}

async fn refused(remote: &Remote) -> ApiError {
    remote.get_status(GetStatus {}).await.expect_err("refused")
}

/// Reads until the feed ends, and says why it did.
async fn end_of(mut feed: RemoteFeed) -> ApiError {
    let end = async {
        loop {
            if let Err(error) = feed.next().await {
                return error;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), end)
        .await
        .expect("it ends")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_is_paired_over_tls_by_the_code_that_is_shown() {
    let running = Running::over_tls().await;
    let certificate = *running.server.fingerprint().expect("encrypted");
    let code = running.code().shown(Some(&certificate));
    let paired = pair(&running.address(), &code, "Anna's laptop")
        .await
        .expect("paired");
    assert_eq!(paired.name, "Anna's laptop");
    assert_eq!(
        paired.pinned.map(|pinned| pinned.to_string()),
        Some(certificate.to_string())
    );
    let again = pair(&running.address(), &code, "Anna's laptop")
        .await
        .expect_err("used");
    assert_eq!(
        (again.code, again.details.field.as_deref()),
        (ErrorCode::Unauthorized, Some("code"))
    );
    let address = RemoteAddress {
        url: paired.url,
        pinned: paired.pinned,
        token: paired.token,
    };
    let remote = Remote::new(address).expect("a client");
    remote.get_status(GetStatus {}).await.expect("let in");
    remote.subscribe(None).await.expect("let in");
    let names: Vec<String> = running
        .terminal()
        .tokens()
        .list()
        .expect("listed")
        .into_iter()
        .map(|row| row.name)
        .collect();
    assert_eq!(names, ["first", "Anna's laptop"]);
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_to_another_certificate() {
    let (running, other) = (Running::over_tls().await, Running::over_tls().await);
    let code = running.code();
    let elsewhere = code.shown(other.server.fingerprint());
    let error = pair(&running.address(), &elsewhere, "laptop")
        .await
        .expect_err("refused");
    assert_eq!(error.details.field.as_deref(), Some("code"), "{error}");
    let right = code.shown(running.server.fingerprint());
    pair(&running.address(), &right, "laptop")
        .await
        .expect("the code was not used up");
    running.server.stop().await;
    other.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn revoking_in_the_terminal_ends_what_is_open() {
    let running = Running::start().await;
    let terminal = running.terminal();
    let code = running.code().shown(None);
    let paired = pair(&running.address(), &code, "laptop").await.expect("paired");
    let kept = running.remote(&running.token);
    let remote = running.remote(paired.token.expose());
    let mut kept_feed = kept.subscribe(None).await.expect("let in");
    let feed = remote.subscribe(None).await.expect("let in");
    terminal.tokens().revoke("laptop").expect("revoked");
    let error = end_of(feed).await;
    assert_eq!(error.code, ErrorCode::Unauthorized, "{error}");
    assert_eq!(refused(&remote).await.code, ErrorCode::Unauthorized);
    kept.get_status(GetStatus {}).await.expect("others stay");
    kept_feed.next().await.expect("others stay");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_looks_and_changes_nothing() {
    let running = Running::start().await;
    let code = running.terminal().pairing().make(Scope::Viewer).expect("made");
    let paired = pair(&running.address(), &code.shown(None), "wall")
        .await
        .expect("paired");
    let remote = running.remote(paired.token.expose());
    let agents = remote.list_agents(ListAgents {}).await.expect("may look");
    remote
        .get_agent(GetAgent { id: agents[0].id })
        .await
        .expect("also where the path has a parameter");
    remote.subscribe(None).await.expect("may listen");
    let wish = CreateWorkflow {
        request_key: RequestKey("key-00000001".to_owned()),
        task: "Change something".to_owned(),
        name: String::new(),
        made_of: None,
    };
    let error = remote.create_workflow(wish).await.expect_err("refused");
    assert_eq!(error.code, ErrorCode::Forbidden, "{error}");
    running.server.stop().await;
}

fn lines(host: &str, more: &[&str]) -> Vec<String> {
    let more = more.iter().map(|line| (*line).to_owned());
    std::iter::once(format!("Host: {host}")).chain(more).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_meant_for_the_server_goes_no_further() {
    let running = Running::start().await;
    let at = running.at();
    let here = at.to_string();
    let authorization = format!("Authorization: Bearer {}", running.token);
    let get = "GET /api/status HTTP/1.1";
    let good = [authorization.as_str()];
    assert_eq!(running.status(get, &lines(&here, &good)).await, "200");
    assert_eq!(
        running
            .status(get, &lines(&format!("LOCALHOST.:{}", at.port()), &good))
            .await,
        "200"
    );
    let absolute = format!("GET http://{here}/api/status HTTP/1.1");
    assert_eq!(running.status(&absolute, &lines(&here, &good)).await, "200");
    for host in [
        "evil.example",
        "127.0.0.1",
        "127.0.0.1:1",
        "a@127.0.0.1",
        &format!("{here}, {here}"),
        "",
    ] {
        assert_eq!(running.status(get, &lines(host, &good)).await, "403", "{host}");
    }
    let twice = [authorization.as_str(), &format!("Host: {here}")];
    assert_eq!(running.status(get, &lines(&here, &twice)).await, "403");
    let without_host = [authorization.clone()];
    assert_eq!(running.status(get, &without_host).await, "403");
    let elsewhere = "GET http://evil.example/api/status HTTP/1.1";
    assert_eq!(running.status(elsewhere, &lines(&here, &good)).await, "403");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_speaks_to_the_server_unasked() {
    let running = Running::start().await;
    let here = running.at().to_string();
    let authorization = format!("Authorization: Bearer {}", running.token);
    let get = "GET /api/status HTTP/1.1";
    for origin in ["null", "https://evil.example", &format!("http://{here}")] {
        let origin = format!("Origin: {origin}");
        assert_eq!(
            running
                .status(get, &lines(&here, &[&authorization, &origin]))
                .await,
            "403",
            "{origin}"
        );
        assert_eq!(
            running
                .status("GET /health HTTP/1.1", &lines(&here, &[&origin]))
                .await,
            "403",
            "{origin}"
        );
    }
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_socket_of_events_opens_for_good_tokens_only() {
    let running = Running::start().await;
    let here = running.at().to_string();
    let upgrade = [
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ];
    let ask = async |query: &str, more: &[&str]| {
        let all = lines(&here, &[&upgrade[..], more].concat()).join("\r\n");
        let mut stream = TcpStream::connect(running.at()).await.expect("connected");
        let request = format!("GET /api/events{query} HTTP/1.1\r\n{all}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut begin = [0; 12];
        stream.read_exact(&mut begin).await.expect("an answer");
        String::from_utf8_lossy(&begin[9..]).into_owned()
    };
    let good = format!("Authorization: Bearer {}", running.token);
    assert_eq!(ask("", &[&good]).await, "101");
    assert_eq!(ask("", &[]).await, "401");
    assert_eq!(ask("", &["Authorization: Bearer wh_wrong"]).await, "401");
    assert_eq!(ask("", &[&good, &good]).await, "401");
    assert_eq!(ask(&format!("?token={}", running.token), &[]).await, "401");
    assert_eq!(
        ask("", &[&format!("Sec-WebSocket-Protocol: {}", running.token)]).await,
        "401"
    );
    assert_eq!(ask("", &[&good, "Origin: https://evil.example"]).await, "403");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_http_is_not_answered_where_tls_is_spoken() {
    let running = Running::over_tls().await;
    let request = format!("GET /health HTTP/1.1\r\nHost: {}\r\n\r\n", running.at());
    let answer = running.raw(&request).await;
    assert!(!answer.contains("HTTP/1.1"), "{answer}");
    running.server.stop().await;
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn slow_connections_are_kept_to_their_address() {
    let running = Running::with(|options| {
        options.limits.connections_per_address = 20;
        options.limits.header_seconds = 1;
    })
    .await;
    let mut slow = Vec::new();
    for _ in 0..20 {
        let mut stream = running.connect_elsewhere().await;
        stream.write_all(b"GET / HTTP/1.1\r\nHost:").await.expect("sent");
        slow.push(stream);
    }
    // One more is closed without a word; elsewhere there is room.
    assert_eq!(until_closed(running.connect_elsewhere().await).await, "");
    let remote = running.remote(&running.token);
    remote.get_status(GetStatus {}).await.expect("not harmed");
    for stream in slow {
        let told = until_closed(stream).await;
        assert!(!told.contains(" 200 "), "{told}");
    }
    running.server.stop().await;
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_flood_is_kept_to_its_address() {
    let running = Running::with(|options| {
        let [per_minute, burst] = [6, 20].map(|number| std::num::NonZeroU32::new(number).expect("not zero"));
        options.limits.per_address = wheelhouse_server::security::Rate { per_minute, burst };
    })
    .await;
    // Whoever has no token is refused, then told to wait, and the connection ends.
    let mut stream = running.connect_elsewhere().await;
    let request = format!("GET /api/status HTTP/1.1\r\nHost: {}\r\n\r\n", running.at());
    let mut refused = 0;
    let last = loop {
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut bytes = vec![0; 4096];
        let count = stream.read(&mut bytes).await.expect("an answer");
        let answer = String::from_utf8_lossy(&bytes[..count]).into_owned();
        if !answer.starts_with("HTTP/1.1 401 ") {
            break answer;
        }
        refused += 1;
    };
    assert!(last.starts_with("HTTP/1.1 429 "), "{last}");
    assert!(
        last.contains("retry-after: ") && last.contains("connection: close"),
        "{last}"
    );
    assert!(refused >= 20, "{refused}");
    assert_eq!(until_closed(stream).await, "");
    let remote = running.remote(&running.token);
    remote.get_status(GetStatus {}).await.expect("not harmed");
    running.server.stop().await;
}
