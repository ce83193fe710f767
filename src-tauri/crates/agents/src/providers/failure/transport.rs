//! What a failure below HTTP means: no name, no connection, no trust, a cut line.

use super::super::site::Site;
use super::timed_out;
use std::error::Error;
use std::io;
use wheelhouse_domain::{Failure, FailureCode};

/// What an error of the HTTP client means.
pub(in super::super) fn from_transport(site: &Site<'_>, error: &reqwest::Error) -> Failure {
    cause(site, error).for_another_model()
}

fn cause(site: &Site<'_>, error: &reqwest::Error) -> Failure {
    if error.is_connect() {
        return unconnected(site, error);
    }
    if error.is_timeout() {
        return timed_out(site);
    }
    if error.is_builder() {
        return Failure::lasting(
            FailureCode::ModelUnavailable,
            format!("No request can be made to {}.", site.place()),
            "Check the provider's base URL and key in Settings.",
        );
    }
    Failure::passing(
        FailureCode::ModelUnavailable,
        format!("The connection to {} was cut.", site.place()),
        "Nothing to do: it is tried again. If it keeps happening, check the network and the server.",
    )
}

fn unconnected(site: &Site<'_>, error: &reqwest::Error) -> Failure {
    let place = site.place();
    if error.is_timeout() {
        return Failure::passing(
            FailureCode::ModelTimedOut,
            format!("No connection to {place} came about in time."),
            "It is tried again. If it lasts, check the network and the provider's base URL in Settings.",
        );
    }
    let causes = causes(error);
    // The client has no kinds for these two; only the words of its causes tell, and only they are looked at.
    if causes
        .iter()
        .any(|cause| cause.contains("dns") || cause.contains("lookup address"))
    {
        return Failure::passing(
            FailureCode::ModelUnavailable,
            format!("There is no server by the name in {place}, or the network is down."),
            "Check the network, and the provider's base URL in Settings. It is tried again.",
        );
    }
    if causes.iter().any(|cause| is_about_tls(cause)) {
        return Failure::lasting(
            FailureCode::ModelUnavailable,
            format!("No secure connection to {place} is possible."),
            "Check the base URL in Settings: whether it begins with http or https, and the server's certificate.",
        );
    }
    let refused = io_kind(error) == Some(io::ErrorKind::ConnectionRefused);
    let what = if refused {
        "Nothing answers"
    } else {
        "No connection is possible"
    };
    Failure::passing(
        FailureCode::ModelUnavailable,
        format!("{what} at {place}."),
        format!(
            "Is the server running at {place}? Start it, or correct the base URL in Settings. It is tried again."
        ),
    )
}

fn causes(error: &reqwest::Error) -> Vec<String> {
    chain(error)
        .map(|cause| cause.to_string().to_ascii_lowercase())
        .collect()
}

fn chain(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(error.source(), |cause: &&(dyn Error + 'static)| (*cause).source())
}

fn io_kind(error: &reqwest::Error) -> Option<io::ErrorKind> {
    chain(error)
        .find_map(|cause| cause.downcast_ref::<io::Error>())
        .map(io::Error::kind)
}

fn is_about_tls(cause: &str) -> bool {
    [
        "certificate",
        "tls",
        "corrupt message",
        "handshake",
        "invalidcontenttype",
    ]
    .iter()
    .any(|word| cause.contains(word))
}
