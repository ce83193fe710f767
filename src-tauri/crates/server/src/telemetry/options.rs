//! What is wanted to be seen, and where it may go.

use opentelemetry_otlp::ExporterBuildError;
use reqwest::Url;
use serde::Deserialize;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

/// Where a collector takes spans.
const TRACES_PATH: &str = "/v1/traces";

/// Flag that asks for plain HTTP to a collector.
const ALLOW_PLAIN: &str = "--allow-plain-otlp";
/// Flag that says it a second time.
const PLAIN_IS_UNDERSTOOD: &str = "--i-know-that-traces-can-be-read";

/// Where figures can be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum MetricsAt {
    /// Nowhere.
    #[default]
    Off,
    /// At the server's own address, with a token.
    Server,
    /// At an address of this machine alone, without a token.
    Own(SocketAddr),
}

impl MetricsAt {
    /// Whether anybody can read them.
    #[must_use]
    pub fn is_on(self) -> bool {
        self != Self::Off
    }
}

/// A word that names no place for figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("say `on`, `off`, or an address such as 127.0.0.1:9464")]
pub struct NoPlace;

impl FromStr for MetricsAt {
    type Err = NoPlace;

    fn from_str(word: &str) -> Result<Self, NoPlace> {
        match word {
            "off" => Ok(Self::Off),
            "on" => Ok(Self::Server),
            address => address.parse().map(Self::Own).map_err(|_| NoPlace),
        }
    }
}

impl TryFrom<String> for MetricsAt {
    type Error = NoPlace;

    fn try_from(word: String) -> Result<Self, NoPlace> {
        word.parse()
    }
}

/// Whether the operator wants traces to go over a network that others can listen in on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PlainTraces {
    /// Said once.
    pub allowed: bool,
    /// Said twice.
    pub understood: bool,
}

/// What is wanted.
#[derive(Debug, Clone, Default)]
pub struct TelemetryOptions {
    /// Where figures can be read.
    pub metrics: MetricsAt,
    /// Address of a collector that takes OTLP over HTTP; none for no traces.
    pub otlp: Option<String>,
    /// Whether a collector elsewhere may be spoken to without encryption.
    pub plain: PlainTraces,
}

/// Why it can't be had.
#[derive(Debug, thiserror::Error)]
pub enum UnfitTelemetry {
    /// Figures without a token, for everybody.
    #[error(
        "Figures at {address} could be read by everybody who reaches this machine, without a token. Use an address of this \
         machine alone, such as 127.0.0.1:{}, or `--metrics on`: then they are at /metrics of the server, for whoever has a \
         token.", address.port()
    )]
    MetricsElsewhere {
        /// Where they were to be.
        address: SocketAddr,
    },
    /// No address of a collector.
    #[error(
        "`{0}` is no address of a collector. Write it as `http://127.0.0.1:4318` or `https://collector.example`."
    )]
    Address(String),
    /// The address has a name or password in it, which would stand in lists of processes.
    #[error(
        "The address of the collector must not have a name or a password in it. Put what it asks for into the environment, as \
         OTEL_EXPORTER_OTLP_HEADERS=\"authorization=…\"."
    )]
    Secret,
    /// Plain HTTP to elsewhere, and nobody said that it is meant.
    #[error(
        "Traces to {origin} could be read and changed on the way. Use https, or a collector on this machine that passes them on. \
         If nobody can listen in, as in a VPN, say so with both {ALLOW_PLAIN} and {PLAIN_IS_UNDERSTOOD}."
    )]
    Plain {
        /// The collector.
        origin: String,
    },
    /// Plain HTTP, and it was said once only.
    #[error("Plain HTTP to {origin} needs both {ALLOW_PLAIN} and {PLAIN_IS_UNDERSTOOD}.")]
    SaidOnce {
        /// The collector.
        origin: String,
    },
    /// No client for the way to it.
    #[error(
        "Traces can't be sent: {0}. Start without `--otlp`, or check the system's certificates and proxy."
    )]
    NoClient(#[source] reqwest::Error),
    /// The library that sends them takes the settings for unfit.
    #[error(
        "Traces can't be sent: {0}. Check the variables OTEL_EXPORTER_OTLP_*, or start without `--otlp`."
    )]
    NoExporter(#[from] ExporterBuildError),
}

impl TelemetryOptions {
    /// Whether it can be had, before anything is opened.
    ///
    /// # Errors
    /// [`UnfitTelemetry`], which says what to do instead.
    pub(crate) fn check(&self) -> Result<(), UnfitTelemetry> {
        self.own_address()?;
        self.collector().map(drop)
    }

    /// The address that figures are read at without a token; none where there is no such address.
    ///
    /// # Errors
    /// [`UnfitTelemetry::MetricsElsewhere`].
    pub(crate) fn own_address(&self) -> Result<Option<SocketAddr>, UnfitTelemetry> {
        match self.metrics {
            MetricsAt::Own(address) if address.ip().to_canonical().is_loopback() => Ok(Some(address)),
            MetricsAt::Own(address) => Err(UnfitTelemetry::MetricsElsewhere { address }),
            MetricsAt::Off | MetricsAt::Server => Ok(None),
        }
    }

    /// Where spans go; none for nowhere.
    ///
    /// # Errors
    /// [`UnfitTelemetry`] where they may not go there.
    pub(super) fn collector(&self) -> Result<Option<Url>, UnfitTelemetry> {
        let Some(text) = &self.otlp else {
            return Ok(None);
        };
        let unfit = || UnfitTelemetry::Address(text.clone());
        let mut url = Url::parse(text).map_err(|_| unfit())?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(UnfitTelemetry::Secret);
        }
        match url.scheme() {
            "https" => {}
            "http" => self.plain(&url)?,
            _ => return Err(unfit()),
        }
        let path = url.path().trim_end_matches('/').to_owned();
        if !path.ends_with(TRACES_PATH) {
            url.set_path(&format!("{path}{TRACES_PATH}"));
        }
        Ok(Some(url))
    }

    fn plain(&self, url: &Url) -> Result<(), UnfitTelemetry> {
        if is_here(url) {
            return Ok(());
        }
        let origin = url.origin().ascii_serialization();
        match (self.plain.allowed, self.plain.understood) {
            (true, true) => Ok(()),
            (false, false) => Err(UnfitTelemetry::Plain { origin }),
            _ => Err(UnfitTelemetry::SaidOnce { origin }),
        }
    }
}

/// Whether it is on this machine.
pub(super) fn is_here(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(otlp: &str, allowed: bool, understood: bool) -> Result<String, UnfitTelemetry> {
        let options = TelemetryOptions {
            otlp: Some(otlp.to_owned()),
            plain: PlainTraces { allowed, understood },
            ..TelemetryOptions::default()
        };
        options.collector().map(|url| url.expect("wanted").to_string())
    }

    #[test]
    fn the_path_of_traces_is_added_where_it_is_missing() {
        for (given, used) in [
            ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"),
            ("http://[::1]:4318/", "http://[::1]:4318/v1/traces"),
            (
                "http://localhost:4318/v1/traces",
                "http://localhost:4318/v1/traces",
            ),
            ("https://box.example/otlp", "https://box.example/otlp/v1/traces"),
        ] {
            assert_eq!(to(given, false, false).expect("fit"), used);
        }
    }

    #[test]
    fn plain_traces_leave_this_machine_only_when_told_twice() {
        let elsewhere = "http://collector.example:4318";
        assert!(matches!(
            to(elsewhere, false, false),
            Err(UnfitTelemetry::Plain { .. })
        ));
        for (allowed, understood) in [(true, false), (false, true)] {
            let refused = to(elsewhere, allowed, understood);
            assert!(matches!(refused, Err(UnfitTelemetry::SaidOnce { .. })));
        }
        assert!(to(elsewhere, true, true).is_ok());
    }

    #[test]
    fn no_secret_stands_in_the_address() {
        let refused = to("https://anna:planted@collector.example", false, false).expect_err("refused");
        assert!(matches!(refused, UnfitTelemetry::Secret));
        assert!(!refused.to_string().contains("planted"));
        for unfit in ["collector.example", "ftp://127.0.0.1", "grpc://127.0.0.1:4317"] {
            assert!(
                matches!(to(unfit, true, true), Err(UnfitTelemetry::Address(_))),
                "{unfit}"
            );
        }
    }

    #[test]
    fn figures_without_a_token_are_for_this_machine() {
        let own = |word: &str| TelemetryOptions {
            metrics: word.parse().expect("fit"),
            ..TelemetryOptions::default()
        };
        assert!(own("127.0.0.1:9464").own_address().expect("fit").is_some());
        assert!(own("on").own_address().expect("fit").is_none());
        for elsewhere in ["0.0.0.0:9464", "[::]:9464", "192.168.1.5:9464"] {
            let refused = own(elsewhere).own_address().expect_err("refused").to_string();
            assert!(
                refused.contains("127.0.0.1:9464") && refused.contains("--metrics on"),
                "{refused}"
            );
        }
        assert!("9464".parse::<MetricsAt>().is_err());
    }
}
