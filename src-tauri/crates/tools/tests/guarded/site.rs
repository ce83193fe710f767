//! A site on this machine that counts who comes, and a book of names that says what it is told to.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use wheelhouse_tools::{Resolve, Resolving};

type Answer = Arc<dyn Fn(&str) -> Vec<u8> + Send + Sync>;

pub(crate) struct Site {
    pub(crate) address: SocketAddr,
    came: Arc<AtomicUsize>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Site {
    /// Answers each path with what `answer` gives: a whole HTTP answer.
    pub(crate) async fn at(ip: &str, answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::on(&format!("{ip}:0"), answer).await.unwrap()
    }

    pub(crate) async fn on(
        place: &str,
        answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(place).await?;
        let address = listener.local_addr()?;
        let (came, asked) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Vec::new())));
        let (counter, log, answer): (_, _, Answer) = (came.clone(), asked.clone(), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counter.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream, answer.clone(), log.clone()));
            }
        });
        Ok(Self { address, came, asked })
    }

    /// A site that must not be reached; it would tell a secret.
    pub(crate) async fn forbidden(ip: &str) -> io::Result<Self> {
        Self::on(&format!("{ip}:0"), |_| html(crate::harness::SECRET)).await
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// How many connections came.
    pub(crate) fn came(&self) -> usize {
        self.came.load(Ordering::SeqCst)
    }

    /// The requests as they came.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, answer: Answer, log: Arc<Mutex<Vec<String>>>) {
    let mut request = Vec::new();
    let mut part = [0; 4_096];
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut part).await {
            Ok(size) if size > 0 => request.extend_from_slice(&part[..size]),
            _ => return,
        }
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    let path = request.split_whitespace().nth(1).unwrap_or("/").to_owned();
    log.lock().unwrap().push(request);
    let whole = answer(&path);
    if whole.is_empty() {
        // Never answers: waits until the other side goes away.
        while matches!(stream.read(&mut part).await, Ok(size) if size > 0) {}
        return;
    }
    // The other side may go away early, which is what some tests are about.
    let _ = stream.write_all(&whole).await;
    let _ = stream.shutdown().await;
}

pub(crate) fn answer(status: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut whole = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n",
        body.len()
    );
    for (name, value) in headers {
        whole.push_str(&format!("{name}: {value}\r\n"));
    }
    whole.push_str("\r\n");
    [whole.as_bytes(), body].concat()
}

pub(crate) fn html(text: &str) -> Vec<u8> {
    answer(
        "200 OK",
        &[("Content-Type", "text/html")],
        format!("<h1>{text}</h1>").as_bytes(),
    )
}

pub(crate) fn redirect(to: &str) -> Vec<u8> {
    answer(
        "302 Found",
        &[("Location", to), ("Set-Cookie", "seen=1; Path=/")],
        b"",
    )
}

/// Names and what is said of each, one answer after the other; the last one is said again and again.
#[derive(Default)]
pub(crate) struct Names {
    known: Mutex<HashMap<String, Vec<Vec<IpAddr>>>>,
    lookups: AtomicUsize,
}

impl Names {
    pub(crate) fn say(&self, name: &str, answers: Vec<Vec<IpAddr>>) {
        self.known.lock().unwrap().insert(name.to_owned(), answers);
    }

    pub(crate) fn lookups(&self) -> usize {
        self.lookups.load(Ordering::SeqCst)
    }
}

impl Resolve for Names {
    fn resolve<'a>(&'a self, host: &'a str) -> Resolving<'a> {
        self.lookups.fetch_add(1, Ordering::SeqCst);
        let mut known = self.known.lock().unwrap();
        let answer = known.get_mut(host).map(|answers| {
            if answers.len() > 1 {
                answers.remove(0)
            } else {
                answers[0].clone()
            }
        });
        Box::pin(async move { answer.ok_or_else(|| io::ErrorKind::NotFound.into()) })
    }
}
