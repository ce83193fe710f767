//! One page, from its address to its text.

use super::body::{self, Body, Kind};
use super::door::{Door, Let, plain_host};
use super::error::WebError;
use super::page::{self, Page};
use crate::call::Done;
use crate::error::ToolError;
use reqwest::dns::{Addrs, Name, Resolving};
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, HeaderValue, LOCATION};
use reqwest::{Client, Response, redirect, retry};
use serde_json::json;
use std::fmt::Write;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use url::Url;

/// Redirects that are followed.
const MOST_REDIRECTS: usize = 5;
const CONNECT_TIME: Duration = Duration::from_secs(10);
/// Characters at once.
const MOST_CHARS: usize = 50_000;
const AGENT: &str = concat!("Wheelhouse/", env!("CARGO_PKG_VERSION"));
const WANTED: &str = "text/html,application/xhtml+xml,text/*;q=0.9,application/json;q=0.8,*/*;q=0.1";

/// Knows the checked addresses of one host, and nothing else.
struct Pinned {
    host: String,
    addresses: Vec<IpAddr>,
}

impl reqwest::dns::Resolve for Pinned {
    fn resolve(&self, name: Name) -> Resolving {
        let known = name.as_str().eq_ignore_ascii_case(&self.host);
        let addresses: Vec<SocketAddr> = self.addresses.iter().map(|ip| SocketAddr::new(*ip, 0)).collect();
        Box::pin(async move {
            if known {
                Ok(Box::new(addresses.into_iter()) as Addrs)
            } else {
                Err(io::Error::from(io::ErrorKind::PermissionDenied).into())
            }
        })
    }
}

/// Fetches the page at `url`, from its character `start` on.
pub(crate) async fn fetch(
    door: Door<'_>,
    url: Url,
    start: usize,
    cancel: &CancellationToken,
) -> Result<Done, ToolError> {
    let work = async {
        let (url, passed, body) = follow(door, url).await?;
        let address = url.clone();
        // Making Markdown of a large page takes a while and cannot be interrupted: it is bounded by the page's size.
        let page = tokio::task::spawn_blocking(move || read(body, &address))
            .await
            .map_err(|_| ToolError::BrokeOff)?;
        Ok(told(&url, &passed, &page, start)?)
    };
    let seconds = u64::from(door.grant.seconds);
    tokio::select! {
        biased;
        () = cancel.cancelled() => Err(ToolError::Cancelled),
        done = tokio::time::timeout(Duration::from_secs(seconds), work) => {
            done.unwrap_or_else(|_| Err(WebError::TooSlow(seconds).into()))
        }
    }
}

/// Goes from redirect to redirect, each through the same door, to the page where they end.
async fn follow(door: Door<'_>, first: Url) -> Result<(Url, Vec<String>, Body), WebError> {
    let mut passed = Vec::new();
    let mut next = first;
    loop {
        let way = door.pass(next).await?;
        let response = ask(&way).await?;
        let Some(target) = target(&way.url, &response)? else {
            return Ok((way.url, passed, body::read(response).await?));
        };
        if passed.len() == MOST_REDIRECTS {
            return Err(WebError::TooManyRedirects(MOST_REDIRECTS));
        }
        passed.push(way.url.to_string());
        next = target;
    }
}

/// Where the answer sends on to; none if it is the page.
fn target(from: &Url, response: &Response) -> Result<Option<Url>, WebError> {
    let status = response.status();
    if status.is_success() {
        return Ok(None);
    }
    if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Err(WebError::Status(status.as_u16()));
    }
    let named = response
        .headers()
        .get(LOCATION)
        .ok_or(WebError::Status(status.as_u16()))?;
    let named = String::from_utf8_lossy(named.as_bytes()).into_owned();
    let bad = |_| WebError::BadRedirect(named.chars().take(200).collect());
    from.join(&named).map(Some).map_err(bad)
}

/// One request to one of the checked addresses.
async fn ask(way: &Let) -> Result<Response, WebError> {
    let request = client(way)?
        .get(way.url.clone())
        .header(ACCEPT, HeaderValue::from_static(WANTED))
        .header(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    let response = request.send().await.map_err(|error| unreachable(&error))?;
    let peer = response.remote_addr().map(|address| address.ip());
    if !peer.is_some_and(|peer| way.addresses.contains(&peer)) {
        return Err(WebError::WrongPeer(way.host.clone()));
    }
    Ok(response)
}

/// A client for this one request: no proxy, no cookies, no redirects, no second try, nothing kept.
fn client(way: &Let) -> Result<Client, WebError> {
    let pinned = Pinned {
        host: plain_host(&way.url),
        addresses: way.addresses.clone(),
    };
    let mut builder = Client::builder();
    if way.url.scheme() == "http" {
        // No certificate will be looked at, so none is loaded, which takes longer than all the rest. None is trusted then.
        builder = builder.tls_certs_only([]);
    }
    builder
        .user_agent(AGENT)
        .no_proxy()
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate()
        .dns_resolver(pinned)
        .connect_timeout(CONNECT_TIME)
        .pool_max_idle_per_host(0)
        .build()
        .map_err(|error| WebError::NoClient(error.to_string()))
}

fn unreachable(error: &reqwest::Error) -> WebError {
    // The library's own words name the address, which the model knows, and inner parts, which help nobody.
    WebError::Unreachable(
        match () {
            () if error.is_timeout() => "it does not answer",
            () if error.is_connect() => "no connection, or no trusted certificate",
            () => "it does not answer as sites do",
        }
        .to_owned(),
    )
}

/// What is there to read.
struct Readable {
    page: Page,
    content_type: String,
    bytes: usize,
}

fn read(body: Body, address: &Url) -> Readable {
    let page = match body.kind {
        Kind::Page => page::read(&body.text, address),
        Kind::Text => Page {
            title: None,
            markdown: body.text,
            cut: false,
        },
    };
    Readable {
        page,
        content_type: body.content_type,
        bytes: body.bytes,
    }
}

fn told(url: &Url, passed: &[String], read: &Readable, start: usize) -> Result<Done, WebError> {
    let page = &read.page;
    let total = page.markdown.chars().count();
    if start > 0 && start >= total {
        return Err(WebError::PastEnd(total));
    }
    let text: String = page.markdown.chars().skip(start).take(MOST_CHARS).collect();
    let end = start + text.chars().count();
    let mut shown = format!("Page: {url}\n");
    // Writing to a string cannot fail.
    if let Some(title) = &page.title {
        let _ = writeln!(shown, "Title: {title}");
    }
    let _ = write!(
        shown,
        "\n{}\n",
        if total == 0 {
            "(The page has no text.)"
        } else {
            &text
        }
    );
    if end < total {
        let _ = writeln!(
            shown,
            "\n(Characters {start} to {end} of {total}. Ask for later ones with start {end}.)"
        );
    }
    if page.cut {
        let _ = writeln!(
            shown,
            "\n(Parts of the page are left out: it is nested too deeply, or has too much in it.)"
        );
    }
    Ok(Done {
        text: shown,
        data: json!({
            "url": url.as_str(), "passed": passed, "title": page.title, "content_type": read.content_type,
            "bytes": read.bytes, "chars": total, "start": start, "end": end, "text": text,
        }),
        untrusted: true,
        checkpoint: None,
    })
}
