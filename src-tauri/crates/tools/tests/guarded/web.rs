//! Pages as they are meant: what comes back, and what no page may do.

use crate::harness::refusal;
use crate::site::{Names, Site, answer, html, redirect};
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use serde_json::json;
use std::io::Write;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use wheelhouse_domain::Millis;
use wheelhouse_tools::{
    Done, Effect, FETCH_PAGE, Grant, Hosts, Surroundings, ToolError, Toolbox, WebError, WebGrant,
};

pub(crate) fn public() -> WebGrant {
    WebGrant::new(Hosts::Public)
}

/// A toolbox that knows only `names`.
pub(crate) fn toolbox(names: Arc<Names>) -> Toolbox {
    Toolbox::new(Surroundings {
        checkpoints: None,
        resolver: names,
        now: Arc::new(|| Millis(0)),
    })
}

pub(crate) fn granted(web: WebGrant) -> Grant {
    Grant {
        web: Some(web),
        ..Grant::default()
    }
}

/// This machine may be asked, on these ports.
pub(crate) fn here(ports: &[u16]) -> WebGrant {
    WebGrant {
        ports: ports.to_vec(),
        loopback: true,
        ..public()
    }
}

pub(crate) async fn fetch(toolbox: &Toolbox, web: WebGrant, url: &str) -> Result<Done, ToolError> {
    fetch_from(toolbox, web, url, 0).await
}

async fn fetch_from(toolbox: &Toolbox, web: WebGrant, url: &str, start: u64) -> Result<Done, ToolError> {
    let arguments = json!({"url": url, "start": start});
    let cancel = CancellationToken::new();
    toolbox
        .perform(&granted(web), FETCH_PAGE, &arguments, None, &cancel)
        .await
}

async fn page(body: Vec<u8>) -> Result<Done, ToolError> {
    let site = Site::at("127.0.0.1", move |_| body.clone()).await;
    fetch(
        &toolbox(Arc::default()),
        here(&[site.port()]),
        &format!("http://{}/", site.address),
    )
    .await
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

#[tokio::test]
async fn a_page_comes_as_markdown_and_text_as_it_is() {
    let body = "<html><head><title>A page</title></head><body><h1>Head</h1><p>See <a href='/more'>more</a>.</p></body>";
    let done = page(answer(
        "200 OK",
        &[("Content-Type", "text/html; charset=utf-8")],
        body.as_bytes(),
    ))
    .await
    .unwrap();
    assert_eq!(done.data["title"], "A page");
    let text = done.data["text"].as_str().unwrap();
    assert!(
        text.starts_with("# Head\n\nSee [more](http://127.0.0.1:"),
        "{text}"
    );
    assert!(done.untrusted && done.text.contains("Title: A page"));
    let json = page(answer(
        "200 OK",
        &[("Content-Type", "application/json")],
        b"{\"a\": 1}",
    ))
    .await
    .unwrap();
    assert_eq!(json.data["text"], "{\"a\": 1}");
    let latin = page(answer(
        "200 OK",
        &[("Content-Type", "text/plain; charset=ISO-8859-1")],
        b"caf\xe9",
    ))
    .await
    .unwrap();
    assert_eq!(latin.data["text"], "café");
}

#[tokio::test]
async fn what_is_packed_is_unpacked_within_bounds() {
    let kind = ("Content-Type", "text/plain");
    let packed = page(answer(
        "200 OK",
        &[kind, ("Content-Encoding", "gzip")],
        &gzip(b"small"),
    ))
    .await
    .unwrap();
    assert_eq!(packed.data["text"], "small");
    let mut deflate = ZlibEncoder::new(Vec::new(), Compression::fast());
    deflate.write_all(b"other").unwrap();
    let deflate = answer(
        "200 OK",
        &[kind, ("Content-Encoding", "deflate")],
        &deflate.finish().unwrap(),
    );
    assert_eq!(page(deflate).await.unwrap().data["text"], "other");

    let bomb = gzip(&vec![0; 20 * 1024 * 1024]);
    assert!(bomb.len() < 30_000);
    let bomb = page(answer("200 OK", &[kind, ("Content-Encoding", "gzip")], &bomb)).await;
    assert!(matches!(bomb, Err(ToolError::Web(WebError::TooBig(_)))));
    let broken = page(answer(
        "200 OK",
        &[kind, ("Content-Encoding", "gzip")],
        b"no gzip",
    ))
    .await;
    assert!(matches!(broken, Err(ToolError::Web(WebError::Damaged))));
    for unknown in ["br", "zstd", "gzip, gzip"] {
        let unknown = page(answer("200 OK", &[kind, ("Content-Encoding", unknown)], b"x")).await;
        assert!(matches!(unknown, Err(ToolError::Web(WebError::Packing(_)))));
    }
}

#[tokio::test]
async fn no_answer_is_too_long_for_it() {
    let endless = || {
        let mut whole =
            b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
        let part = [b"10000\r\n".as_slice(), &vec![b'x'; 0x10000], b"\r\n"].concat();
        (0..120).for_each(|_| whole.extend_from_slice(&part));
        whole
    };
    assert!(matches!(
        page(endless()).await,
        Err(ToolError::Web(WebError::TooBig(_)))
    ));
    let promised =
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 99999999999\r\n\r\nx".to_vec();
    assert!(matches!(
        page(promised).await,
        Err(ToolError::Web(WebError::TooBig(_)))
    ));
    let short = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\nx".to_vec();
    assert!(matches!(
        page(short).await,
        Err(ToolError::Web(WebError::Damaged))
    ));
    let mut heads = b"HTTP/1.1 200 OK\r\n".to_vec();
    (0..100_000).for_each(|number| heads.extend_from_slice(format!("X-{number}: y\r\n").as_bytes()));
    assert!(matches!(
        page(heads).await,
        Err(ToolError::Web(WebError::Unreachable(_)))
    ));
}

#[tokio::test]
async fn a_site_that_does_not_answer_is_given_up_and_a_call_can_be_stopped() {
    let site = Site::at("127.0.0.1", |_| Vec::new()).await;
    let toolbox = toolbox(Arc::default());
    let url = format!("http://{}/", site.address);
    let mut web = here(&[site.port()]);
    web.seconds = 1;
    let began = Instant::now();
    assert!(refusal(fetch(&toolbox, web.clone(), &url).await).contains("longer than 1 seconds"));
    assert!(began.elapsed() < Duration::from_secs(10));

    web.seconds = 600;
    let cancel = CancellationToken::new();
    let (grant, arguments) = (granted(web), json!({"url": url}));
    let call = toolbox.perform(&grant, FETCH_PAGE, &arguments, None, &cancel);
    let stop = async {
        while site.came() < 2 {
            tokio::task::yield_now().await;
        }
        cancel.cancel();
    };
    let (outcome, ()) = tokio::join!(call, stop);
    assert!(matches!(outcome, Err(ToolError::Cancelled)));
}

#[tokio::test]
async fn redirects_are_followed_five_times_without_cookies_or_traces() {
    let site = Site::at("127.0.0.1", |path| match path {
        "/1" => redirect("2"),
        "/2" => redirect("/3?x=1#part"),
        "/3?x=1" => redirect("//127.0.0.1:PORT/4"),
        "/loop" => redirect("/loop"),
        "/blank" => answer("302 Found", &[], b""),
        _ => html("end"),
    })
    .await;
    let toolbox = toolbox(Arc::default());
    let base = format!("http://{}", site.address);
    let web = here(&[site.port()]);
    // The last of these names a port that is not one.
    let outcome = fetch(&toolbox, web.clone(), &format!("{base}/1")).await;
    assert!(matches!(outcome, Err(ToolError::Web(WebError::BadRedirect(_)))));
    let outcome = fetch(&toolbox, web.clone(), &format!("{base}/loop")).await;
    assert!(matches!(
        outcome,
        Err(ToolError::Web(WebError::TooManyRedirects(5)))
    ));
    let outcome = fetch(&toolbox, web.clone(), &format!("{base}/blank")).await;
    assert!(matches!(outcome, Err(ToolError::Web(WebError::Status(302)))));
    let asked = site.asked().join("\n").to_lowercase();
    for word in ["cookie:", "referer:", "authorization:", "#part"] {
        assert!(!asked.contains(word), "{word} in {asked}");
    }
    assert!(asked.contains("user-agent: wheelhouse/"));

    let five = Site::at("127.0.0.1", |path| {
        match path.trim_start_matches('/').parse::<u32>() {
            Ok(left) if left > 0 => redirect(&format!("/{}", left - 1)),
            _ => html("arrived"),
        }
    })
    .await;
    let done = fetch(
        &toolbox,
        here(&[five.port()]),
        &format!("http://{}/5", five.address),
    )
    .await
    .unwrap();
    assert!(done.text.contains("# arrived"));
    assert_eq!(done.data["passed"].as_array().unwrap().len(), 5);
}

/// For the test below, in a process of its own: fetches a page.
#[tokio::test]
#[ignore = "started by another test"]
async fn a_page_is_fetched() {
    let url = std::env::var("WHEELHOUSE_TEST_URL").unwrap();
    let port = url::Url::parse(&url).unwrap().port().unwrap();
    let names = Arc::new(Names::default());
    names.say("site.example.org", vec![vec!["127.0.0.1".parse().unwrap()]]);
    let done = fetch(&toolbox(names), here(&[port]), &url).await.unwrap();
    assert!(done.text.contains("# straight"), "{}", done.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_proxy_of_the_environment_is_asked() {
    let proxy = Site::forbidden("127.0.0.1").await.unwrap();
    let site = Site::at("127.0.0.1", |_| html("straight")).await;
    let mut application = tokio::process::Command::new(std::env::current_exe().unwrap());
    application
        .args(["--ignored", "--exact", "web::a_page_is_fetched"])
        .env(
            "WHEELHOUSE_TEST_URL",
            format!("http://site.example.org:{}/", site.port()),
        )
        .stdout(std::process::Stdio::null());
    for name in [
        "http_proxy",
        "HTTP_PROXY",
        "https_proxy",
        "HTTPS_PROXY",
        "all_proxy",
        "ALL_PROXY",
    ] {
        application.env(name, format!("http://{}", proxy.address));
    }
    assert!(application.status().await.unwrap().success());
    assert_eq!((proxy.came(), site.came()), (0, 1));
}

#[tokio::test]
async fn what_is_no_page_is_refused_in_words() {
    for (status, kind, words) in [
        ("200 OK", "application/pdf", "application/pdf"),
        ("200 OK", "image/png", "image/png"),
        ("200 OK", "application/octet-stream", "octet-stream"),
        ("404 Not Found", "text/html", "status 404"),
        ("500 Oops", "text/html", "status 500"),
        ("304 Not Modified", "text/html", "status 304"),
    ] {
        assert!(
            refusal(page(answer(status, &[("Content-Type", kind)], b"x")).await).contains(words),
            "{kind}"
        );
    }
    assert!(refusal(page(answer("200 OK", &[], b"x")).await).contains("not a page"));
    assert!(refusal(page(b"SSH-2.0-OpenSSH\r\n\r\n".to_vec()).await).contains("does not answer as sites do"));
}

#[tokio::test]
async fn a_long_page_is_read_in_parts() {
    let text: String = (0..30_000).map(|number| format!("{number} ")).collect();
    let long = answer("200 OK", &[("Content-Type", "text/plain")], text.as_bytes());
    let site = Site::at("127.0.0.1", move |_| long.clone()).await;
    let (toolbox, url) = (toolbox(Arc::default()), format!("http://{}/", site.address));
    let web = here(&[site.port()]);
    let mut whole = String::new();
    loop {
        let done = fetch_from(&toolbox, web.clone(), &url, whole.len() as u64)
            .await
            .unwrap();
        whole.push_str(done.data["text"].as_str().unwrap());
        if done.data["end"] == done.data["chars"] {
            break;
        }
        assert!(done.text.contains(&format!("with start {}", whole.len())));
    }
    assert_eq!(whole, text);
    let past = fetch_from(&toolbox, web, &url, 1_000_000).await;
    assert!(matches!(past, Err(ToolError::Web(WebError::PastEnd(_)))));
}

#[tokio::test]
async fn only_listed_sites_are_asked_and_looking_asks_nobody() {
    let site = Site::at("127.0.0.1", |path| match path {
        "/out" => redirect("http://other.example.net:PORT/"),
        "/away" => redirect("http://elsewhere.org/"),
        _ => html("here"),
    })
    .await;
    let names = Arc::new(Names::default());
    let loopback: IpAddr = "127.0.0.1".parse().unwrap();
    names.say("www.wanted.org", vec![vec![loopback]]);
    names.say("elsewhere.org", vec![vec![loopback]]);
    let toolbox = toolbox(names.clone());
    let mut web = here(&[site.port()]);
    web.hosts = Hosts::Only(vec!["*.wanted.org".to_owned()]);
    let at = |host: &str, path: &str| format!("http://{host}:{}{path}", site.port());
    let preview = toolbox
        .preview(
            &granted(web.clone()),
            FETCH_PAGE,
            &json!({"url": at("www.wanted.org", "/a#b")}),
        )
        .await;
    let effect = Effect::Fetch {
        url: at("www.wanted.org", "/a"),
        host: "www.wanted.org".to_owned(),
        port: site.port(),
    };
    assert_eq!(preview.unwrap().effect, effect);
    assert_eq!((names.lookups(), site.came()), (0, 0), "a preview asks nobody");
    for host in [
        "elsewhere.org",
        "wanted.org",
        "badwanted.org",
        "www.wanted.org.elsewhere.org",
        "127.0.0.1",
    ] {
        let outcome = fetch(&toolbox, web.clone(), &at(host, "/")).await;
        assert!(
            matches!(outcome, Err(ToolError::Web(WebError::HostNotGranted(_)))),
            "{host}"
        );
    }
    assert_eq!((names.lookups(), site.came()), (0, 0));
    let done = fetch(&toolbox, web.clone(), &at("WWW.wanted.org.", "/"))
        .await
        .unwrap();
    assert!(done.text.contains("# here"));
    let away = fetch(&toolbox, web, &at("www.wanted.org", "/away")).await;
    assert!(matches!(away, Err(ToolError::Web(WebError::HostNotGranted(_)))));
    assert_eq!(names.lookups(), 2, "one look-up for each request");
}
