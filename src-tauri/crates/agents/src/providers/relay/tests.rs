use super::*;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

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
    let again = ask(&carried, carried.address()).await.expect("an answer");
    assert_eq!((again.status().as_u16(), asked.load(Ordering::SeqCst)), (404, 1));

    let forgotten = relay.take(errand(&url)).await.expect("taken");
    let (client, address) = (forgotten.client(), forgotten.address().to_owned());
    drop(forgotten);
    let late = client.post(address).body("{}").send().await.expect("an answer");
    assert_eq!((late.status().as_u16(), asked.load(Ordering::SeqCst)), (404, 1));
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
