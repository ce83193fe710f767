//! A small collector: takes OTLP over HTTP, and keeps every byte and every span.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::AbortHandle;

#[derive(Debug, Default)]
struct Kept {
    bytes: Vec<u8>,
    spans: Vec<Span>,
    services: Vec<String>,
}

/// One that listens on this machine.
pub(crate) struct Collector {
    pub(crate) address: SocketAddr,
    kept: Arc<Mutex<Kept>>,
    news: watch::Receiver<usize>,
    served: AbortHandle,
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.served.abort();
    }
}

impl Collector {
    pub(crate) async fn at(address: &str) -> Self {
        let listener = TcpListener::bind(address).await.expect("bound");
        let address = listener.local_addr().expect("an address");
        let kept = Arc::<Mutex<Kept>>::default();
        let (told, news) = watch::channel(0);
        let (told, keeper) = (Arc::new(told), Arc::clone(&kept));
        let served = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&keeper), Arc::clone(&told)));
            }
        });
        Self {
            address,
            kept,
            news,
            served: served.abort_handle(),
        }
    }

    /// Waits until `fits` finds what it looks for among the spans.
    pub(crate) async fn until<T>(&mut self, what: &str, fits: impl Fn(&[Span]) -> Option<T>) -> T {
        let looked = async {
            loop {
                self.news.mark_unchanged();
                if let Some(found) = fits(&self.spans()) {
                    return found;
                }
                self.news.changed().await.expect("the collector listens");
            }
        };
        let found = tokio::time::timeout(std::time::Duration::from_secs(30), looked).await;
        found.unwrap_or_else(|_| panic!("never: {what}\n{:#?}", self.spans()))
    }

    pub(crate) fn spans(&self) -> Vec<Span> {
        self.kept.lock().expect("whole").spans.clone()
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.kept.lock().expect("whole").bytes.clone()
    }

    pub(crate) fn services(&self) -> Vec<String> {
        self.kept.lock().expect("whole").services.clone()
    }
}

/// An attribute in words.
pub(crate) fn attribute(span: &Span, name: &str) -> Option<String> {
    let found = span.attributes.iter().find(|attribute| attribute.key == name)?;
    match found.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) => Some(text.clone()),
        Value::IntValue(number) => Some(number.to_string()),
        other => Some(format!("{other:?}")),
    }
}

async fn serve(mut stream: TcpStream, kept: Arc<Mutex<Kept>>, told: Arc<watch::Sender<usize>>) {
    let mut bytes = Vec::new();
    while let Some((head, body)) = request(&mut stream, &mut bytes).await {
        assert!(head.starts_with("POST /v1/traces HTTP/1.1"), "{head}");
        assert!(
            head.to_ascii_lowercase()
                .contains("content-type: application/x-protobuf"),
            "{head}"
        );
        let export = ExportTraceServiceRequest::decode(body.as_slice()).expect("OTLP");
        let count = {
            let mut kept = kept.lock().expect("whole");
            kept.bytes.extend(head.as_bytes());
            kept.bytes.extend(&body);
            for of_resource in export.resource_spans {
                let attributes = of_resource.resource.map(|resource| resource.attributes);
                for attribute in attributes.unwrap_or_default() {
                    if let Some(Value::StringValue(text)) = attribute.value.and_then(|value| value.value) {
                        kept.services.push(format!("{}={text}", attribute.key));
                    }
                }
                for of_scope in of_resource.scope_spans {
                    kept.spans.extend(of_scope.spans);
                }
            }
            kept.spans.len()
        };
        told.send_replace(count);
        let answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
        if stream.write_all(answer).await.is_err() {
            return;
        }
    }
}

/// One request: its head and its body. What came of the next one stays in `bytes`.
async fn request(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<(String, Vec<u8>)> {
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let length: usize = head
                .lines()
                .filter_map(|line| line.split_once(": "))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .and_then(|(_, length)| length.trim().parse().ok())?;
            if bytes.len() >= end + 4 + length {
                let body = bytes[end + 4..end + 4 + length].to_vec();
                bytes.drain(..end + 4 + length);
                return Some((head, body));
            }
        }
        let mut piece = [0; 16 * 1024];
        match stream.read(&mut piece).await {
            Ok(read) if read > 0 => bytes.extend(&piece[..read]),
            _ => return None,
        }
    }
}
