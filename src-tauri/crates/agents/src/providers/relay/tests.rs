use super::*;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use wheelhouse_testkit::within;

const KEY: &str = "canary-7f3a-key";

/// A provider that answers each connection with these bytes; and how many there were.
async fn provider(answer: &'static str) -> (Url, Arc<AtomicUsize>, JoinHandle<()>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let asked = Arc::<AtomicUsize>::default();
    let count = Arc::clone(&asked);
    let task = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            count.fetch_add(1, Ordering::SeqCst);
            let mut said = Vec::new();
            while !said.ends_with(b"{}") {
                assert!(stream.read_buf(&mut said).await.expect("a request") > 0);
            }
            let said = String::from_utf8(said).expect("Unicode").to_ascii_lowercase();
            assert!(
                said.contains(KEY) && said.contains("content-type: application/json"),
                "{said}"
            );
            stream.write_all(answer.as_bytes()).await.expect("it is read");
        }
    });
    let url = format!("http://{address}/v1/ask").parse().expect("an address");
    (url, asked, task)
}

fn errand(url: &Url) -> Errand {
    Errand {
        client: reqwest::Client::new(),
        url: url.clone(),
        headers: vec![("x-api-key", KEY.to_owned())],
    }
}

async fn ask(carried: &Carried, address: &str) -> reqwest::Result<reqwest::Response> {
    carried.client().post(address).body("{}").send().await
}

#[tokio::test]
async fn an_errand_is_run_once_and_only_for_who_knows_its_path() {
    let answer = "HTTP/1.1 200 OK\r\nconnection: close\r\nx-own: 1\r\nx-ratelimit-remaining: 0\r\nx-ratelimit-reset: 7\r\n\r\nyes";
    let (url, asked, provider) = provider(answer).await;
    let relay = Relay::default();
    let carried = relay.take(errand(&url)).await.expect("taken");
    assert!(!carried.address().contains(KEY) && !carried.address().contains("v1"));
    let guessed = format!(
        "http://{}/v1/ask",
        carried.address().split('/').nth(2).expect("a host")
    );
    let refused = ask(&carried, &guessed).await.expect("an answer");
    assert_eq!(
        (refused.status().as_u16(), asked.load(Ordering::SeqCst)),
        (404, 0)
    );
    assert_eq!(carried.used_up(), None);

    let given = ask(&carried, carried.address()).await.expect("an answer");
    assert_eq!(
        (given.status().as_u16(), given.headers()["x-own"].as_bytes()),
        (200, &b"1"[..])
    );
    assert_eq!(given.text().await.expect("whole"), "yes");
    assert_eq!(carried.used_up(), Some(Duration::from_secs(7)));
    assert_eq!(carried.used_up(), None, "told once");
    // As long as anybody is waited for, whoever else comes is told that there is nothing.
    let waiting = relay.take(errand(&url)).await.expect("taken");
    let again = ask(&carried, carried.address()).await.expect("an answer");
    assert_eq!((again.status().as_u16(), asked.load(Ordering::SeqCst)), (404, 1));

    let forgotten = relay.take(errand(&url)).await.expect("taken");
    let (client, address) = (forgotten.client(), forgotten.address().to_owned());
    drop(forgotten);
    let late = client.post(address).body("{}").send().await.expect("an answer");
    assert_eq!((late.status().as_u16(), asked.load(Ordering::SeqCst)), (404, 1));
    drop(waiting);
    ask(&carried, carried.address())
        .await
        .expect_err("nobody is waited for");
    provider.abort();
}

#[tokio::test]
async fn refusals_pass_as_they_are_and_tell_nothing_of_the_next() {
    let answer = "HTTP/1.1 429 Too Many Requests\r\ncontent-length: 5\r\nretry-after: 9\r\nx-ratelimit-remaining: 0\r\nx-ratelimit-reset: 7\r\n\r\nlater";
    let (url, _, provider) = provider(answer).await;
    let relay = Relay::default();
    let carried = relay.take(errand(&url)).await.expect("taken");
    let given = ask(&carried, carried.address()).await.expect("an answer");
    assert_eq!(
        (given.status().as_u16(), given.headers()["retry-after"].as_bytes()),
        (429, &b"9"[..])
    );
    assert_eq!(given.text().await.expect("whole"), "later");
    assert_eq!(carried.used_up(), None);
    assert!(carried.error().is_none());
    provider.abort();
}

#[tokio::test]
async fn what_goes_wrong_behind_it_is_kept_for_who_asked() {
    // Five bytes are promised and three come.
    let (url, _, provider) =
        provider("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 5\r\n\r\nyes").await;
    let relay = Relay::default();
    let carried = relay.take(errand(&url)).await.expect("taken");
    let given = ask(&carried, carried.address()).await.expect("an answer");
    given.text().await.expect_err("it is not whole");
    assert!(carried.error().is_some_and(|error| !error.is_connect()));
    provider.abort();

    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let gone = listener.local_addr().expect("an address");
    drop(listener);
    let url = format!("http://{gone}").parse().expect("an address");
    let carried = relay.take(errand(&url)).await.expect("taken");
    ask(&carried, carried.address())
        .await
        .expect_err("nobody is there");
    assert!(carried.error().is_some_and(|error| error.is_connect()));
}

/// A relay with such bounds, and the places of those who have named no errand yet.
async fn within_bounds(bounds: Bounds) -> (Relay, Arc<Semaphore>) {
    let port = Port::open(bounds).await.expect("a port");
    let strangers = Arc::clone(&port.strangers);
    let open = Open::at(port, hop().expect("a client"));
    let relay = Relay {
        open: OnceCell::from(open),
    };
    (relay, strangers)
}

/// Somebody who connects and says nothing.
async fn silent(relay: &Relay) -> TcpStream {
    let open = relay.open.get().expect("it is open");
    TcpStream::connect(open.address).await.expect("a connection")
}

async fn until(what: &str, is_so: impl Fn() -> bool) {
    within(what, async {
        while !is_so() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

const GOOD: &str = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nyes";
const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn who_says_nothing_takes_no_more_than_the_places_there_are() {
    let (url, asked, provider) = provider(GOOD).await;
    let bounds = Bounds {
        strangers: 2,
        first_words: HOUR,
        crowded: HOUR,
    };
    let (relay, strangers) = within_bounds(bounds).await;
    let carried = relay.take(errand(&url)).await.expect("taken");
    let silent = [silent(&relay).await, silent(&relay).await, silent(&relay).await];
    until("all places are taken", || strangers.available_permits() == 0).await;
    let mut call = Box::pin(ask(&carried, carried.address()));
    assert!(futures::poll!(&mut call).is_pending());
    drop(silent);
    let given = within("its turn", call).await.expect("an answer");
    assert_eq!(given.text().await.expect("whole"), "yes");
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    provider.abort();
}

#[tokio::test]
async fn who_says_nothing_is_sent_away_sooner_where_places_are_few() {
    let (url, _, provider) = provider(GOOD).await;
    let bounds = Bounds {
        strangers: 2,
        first_words: HOUR,
        crowded: Duration::from_millis(20),
    };
    let (relay, _) = within_bounds(bounds).await;
    let carried = relay.take(errand(&url)).await.expect("taken");
    let _silent = [silent(&relay).await, silent(&relay).await, silent(&relay).await];
    let given = within("its turn", ask(&carried, carried.address())).await;
    assert_eq!(given.expect("an answer").text().await.expect("whole"), "yes");
    provider.abort();
}

#[tokio::test]
async fn who_connects_while_nobody_is_waited_for_is_sent_away_at_once() {
    let bounds = Bounds {
        strangers: 2,
        first_words: HOUR,
        crowded: HOUR,
    };
    let (relay, strangers) = within_bounds(bounds).await;
    for _ in 0..5 {
        let mut stream = silent(&relay).await;
        let read = within("the end", stream.read_u8()).await;
        read.expect_err("nothing is said");
    }
    until("no place is taken but for the next", || {
        strangers.available_permits() >= 1
    })
    .await;
}

#[tokio::test]
async fn answers_that_take_long_hold_up_nobody() {
    // They begin and do not end.
    let endless = "HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\nyes";
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let url: Url = url.parse().expect("an address");
    let provider = tokio::spawn(async move {
        let mut all = Vec::new();
        loop {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            stream.write_all(endless.as_bytes()).await.expect("it is read");
            all.push(stream);
        }
    });
    let bounds = Bounds {
        strangers: 1,
        first_words: HOUR,
        crowded: HOUR,
    };
    let (relay, _) = within_bounds(bounds).await;
    let mut answers = Vec::new();
    for _ in 0..4 {
        let carried = relay.take(errand(&url)).await.expect("taken");
        let answer = within("an answer", ask(&carried, carried.address())).await;
        answers.push((carried, answer.expect("it begins")));
    }
    assert!(answers.iter().all(|(_, answer)| answer.status().is_success()));
    provider.abort();
}

#[tokio::test]
async fn the_port_is_closed_with_the_relay() {
    let (url, _, provider) = provider(GOOD).await;
    let relay = Relay::default();
    drop(relay.take(errand(&url)).await.expect("taken"));
    let address = relay.open.get().expect("it is open").address;
    drop(relay);
    within("nobody listens", async {
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    provider.abort();
}
