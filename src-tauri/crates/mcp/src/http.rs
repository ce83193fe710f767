//! The way to a server at an address: no redirect, no proxy to this machine, bounded answers.

use crate::limits::Limits;
use crate::place::is_here;
use crate::{Address, McpError};
use http::{HeaderName, HeaderValue};
use reqwest::Client;
use reqwest::redirect::Policy;
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use std::collections::HashMap;
use std::time::Duration;
use thiserror::Error;
use url::Url;

const CONNECT: Duration = Duration::from_secs(10);
/// What of a refusal's body is looked at, in bytes.
const REFUSAL_BYTES: usize = 4 * 1_024;

/// Given to the HTTP library in place of following a redirect.
#[derive(Debug, Error)]
#[error("a redirect is not followed")]
struct NotFollowed;

/// The way to `address`.
pub(crate) fn transport(
    address: &Address,
    limits: &Limits,
) -> Result<StreamableHttpClientTransport<Client>, McpError> {
    let url = address.check()?;
    let client = client(&url)?;
    let config = StreamableHttpClientTransportConfig::with_uri(url.as_str())
        .custom_headers(headers(address)?)
        .max_json_response_size(limits.message_bytes)
        .max_sse_event_size(limits.message_bytes)
        .max_error_response_size(REFUSAL_BYTES);
    Ok(StreamableHttpClientTransport::with_client(client, config))
}

fn client(url: &Url) -> Result<Client, McpError> {
    let builder = Client::builder()
        .redirect(Policy::custom(|attempt| attempt.error(NotFollowed)))
        .connect_timeout(CONNECT)
        .referer(false);
    let builder = if is_here(url) { builder.no_proxy() } else { builder };
    builder
        .build()
        .map_err(|error| McpError::Unreachable(format!("{error}.")))
}

fn headers(address: &Address) -> Result<HashMap<HeaderName, HeaderValue>, McpError> {
    let fit = |(name, value): (&String, &String)| {
        let unfit = || McpError::Header(name.clone());
        let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unfit())?;
        let mut value = HeaderValue::from_str(value).map_err(|_| unfit())?;
        value.set_sensitive(true);
        Ok((header, value))
    };
    address.headers.iter().map(fit).collect()
}
