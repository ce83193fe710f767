//! How the server is told what to do: a file, the environment and flags, the later before the earlier.

use crate::security::{LimitOptions, PlainHttp, Tls};
use crate::telemetry::{MetricsAt, PlainTraces, TelemetryOptions};
use clap::{Args, ValueEnum};
use serde::Deserialize;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Port where nothing else is said.
pub const PORT: u16 = 7431;

/// Time in milliseconds that `rehearsal` takes for each piece of text: for tests and demonstrations.
const PACE: &str = "WHEELHOUSE_REHEARSAL_PACE_MS";

/// What a server is started with.
#[derive(Debug, Clone)]
pub struct Options {
    /// Folder that holds everything.
    pub data_folder: PathBuf,
    /// Address to listen at.
    pub host: IpAddr,
    /// Port; 0 lets the system choose.
    pub port: u16,
    /// What people call this server.
    pub name: String,
    /// Names by which it is reached, beside its address.
    pub names: Vec<String>,
    /// Web pages that may speak to it. The application is none.
    pub origins: Vec<String>,
    /// The certificate; none where connections are not encrypted.
    pub tls: Option<Tls>,
    /// Whether connections from elsewhere may do without.
    pub plain_http: PlainHttp,
    /// How much is taken from whom.
    pub limits: LimitOptions,
    /// What is wanted to be seen of it from outside.
    pub telemetry: TelemetryOptions,
    /// Time that `rehearsal` takes for each piece of text; none for the usual one.
    pub rehearsal_pace: Option<Duration>,
}

impl Options {
    /// A server for this machine alone, on `data_folder` and whatever port is free.
    #[must_use]
    pub fn local(data_folder: PathBuf) -> Self {
        Self {
            data_folder,
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            name: machine(),
            names: Vec::new(),
            origins: Vec::new(),
            tls: None,
            plain_http: PlainHttp::default(),
            limits: LimitOptions::default(),
            telemetry: TelemetryOptions::default(),
            rehearsal_pace: None,
        }
    }

    /// Where it is to listen.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        SocketAddr::new(self.host, self.port)
    }
}

/// Why the options can't be used.
#[derive(Debug, thiserror::Error)]
pub enum OptionsError {
    /// The file can't be read.
    #[error("The configuration {path} can't be read: {cause}. Check the path.")]
    File {
        /// The file.
        path: String,
        /// What the system says.
        cause: io::Error,
    },
    /// The file can't be understood.
    #[error("The configuration {path} can't be understood: {cause}")]
    Form {
        /// The file.
        path: String,
        /// What is wrong, and where.
        cause: Box<toml::de::Error>,
    },
    /// Half of a certificate.
    #[error("A certificate needs its key. Give both --tls-certificate and --tls-key, or neither.")]
    HalfCertificate,
    /// There is no place for data.
    #[error("This account has no folder for application data. Name one with --data.")]
    NoPlace,
    /// The data folder is not absolute and the current one is not known.
    #[error("The data folder can't be found: {0}. Name an absolute path.")]
    NotAbsolute(io::Error),
}

/// When connections are encrypted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TlsMode {
    /// Wherever the address can be reached from elsewhere.
    #[default]
    Auto,
    /// Always.
    On,
    /// Never. Elsewhere than on this machine that needs two more flags.
    Off,
}

/// Where the data is, which every command needs.
#[derive(Debug, Clone, Args)]
pub(crate) struct Place {
    /// Folder that holds everything. One server, or one application, may use it at a time.
    #[arg(long = "data", value_name = "DIR", env = "WHEELHOUSE_DATA_DIR", global = true)]
    pub data: Option<PathBuf>,
    /// Read options from this file of TOML. Flags and the environment go before it.
    #[arg(long, value_name = "FILE", env = "WHEELHOUSE_SERVER_CONFIG", global = true)]
    pub config: Option<PathBuf>,
}

/// Flags of the server. Each stands in the configuration under the same name, with `_` for `-`; lists as `names` and `origins`.
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Flags {
    /// Address to listen at. [default: 127.0.0.1]
    #[arg(long, value_name = "ADDRESS", env = "WHEELHOUSE_SERVER_HOST")]
    pub host: Option<IpAddr>,
    /// Port to listen at; 0 lets the system choose. [default: 7431]
    #[arg(long, value_name = "N", env = "WHEELHOUSE_SERVER_PORT")]
    pub port: Option<u16>,
    /// What people call this server. [default: the machine's name]
    #[arg(long, value_name = "NAME", env = "WHEELHOUSE_SERVER_NAME")]
    pub name: Option<String>,
    /// A name by which it is reached, such as box.example. May be given more than once.
    #[serde(rename = "names")]
    #[arg(
        long = "hostname",
        value_name = "NAME",
        env = "WHEELHOUSE_SERVER_HOSTNAMES",
        value_delimiter = ','
    )]
    pub hostnames: Vec<String>,
    /// A web page's origin that may speak to it. May be given more than once. [default: none]
    #[arg(
        long = "origin",
        value_name = "ORIGIN",
        env = "WHEELHOUSE_SERVER_ORIGINS",
        value_delimiter = ','
    )]
    pub origins: Vec<String>,
    /// When connections are encrypted. [default: auto]
    #[arg(long, value_name = "WHEN", env = "WHEELHOUSE_SERVER_TLS")]
    pub tls: Option<TlsMode>,
    /// A certificate of your own, as PEM. Without one, the server makes one for itself.
    #[arg(long, value_name = "FILE", env = "WHEELHOUSE_SERVER_TLS_CERTIFICATE")]
    pub tls_certificate: Option<PathBuf>,
    /// Its private key, as PEM.
    #[arg(long, value_name = "FILE", env = "WHEELHOUSE_SERVER_TLS_KEY")]
    pub tls_key: Option<PathBuf>,
    /// Listen without encryption where others can reach it. Needs --i-know-that-tokens-can-be-read too.
    #[arg(long)]
    pub allow_plain_http: bool,
    /// Say that you know that tokens and all texts can be read on the way.
    #[arg(long)]
    pub i_know_that_tokens_can_be_read: bool,
    /// Figures for Prometheus: `on`, at /metrics, for whoever has a token; or an address of this machine such as
    /// 127.0.0.1:9464, where no token is asked for. [default: off]
    #[arg(long, value_name = "WHERE", env = "WHEELHOUSE_SERVER_METRICS")]
    pub metrics: Option<MetricsAt>,
    /// Send traces to this collector by OTLP over HTTP, such as http://127.0.0.1:4318. No texts are sent, only numbers, kinds and
    /// models. Headers that it asks for stand in OTEL_EXPORTER_OTLP_HEADERS. [default: none]
    #[arg(long, value_name = "URL", env = "WHEELHOUSE_SERVER_OTLP")]
    pub otlp: Option<String>,
    /// Send traces without encryption to another machine. Needs --i-know-that-traces-can-be-read too.
    #[arg(long)]
    pub allow_plain_otlp: bool,
    /// Say that you know that traces can be read and changed on the way.
    #[arg(long)]
    pub i_know_that_traces_can_be_read: bool,
    /// How much is taken from whom. In the file only.
    #[arg(skip)]
    pub limits: Option<LimitOptions>,
    /// The data folder. In the file only; the flag is --data.
    #[arg(skip)]
    pub data: Option<PathBuf>,
}

impl Flags {
    /// The same, with what is not said here from `file`.
    #[must_use]
    fn over(self, file: Self) -> Self {
        let or = |own: Vec<String>, other| if own.is_empty() { other } else { own };
        Self {
            host: self.host.or(file.host),
            port: self.port.or(file.port),
            name: self.name.or(file.name),
            hostnames: or(self.hostnames, file.hostnames),
            origins: or(self.origins, file.origins),
            tls: self.tls.or(file.tls),
            tls_certificate: self.tls_certificate.or(file.tls_certificate),
            tls_key: self.tls_key.or(file.tls_key),
            allow_plain_http: self.allow_plain_http || file.allow_plain_http,
            i_know_that_tokens_can_be_read: self.i_know_that_tokens_can_be_read
                || file.i_know_that_tokens_can_be_read,
            metrics: self.metrics.or(file.metrics),
            otlp: self.otlp.or(file.otlp),
            allow_plain_otlp: self.allow_plain_otlp || file.allow_plain_otlp,
            i_know_that_traces_can_be_read: self.i_know_that_traces_can_be_read
                || file.i_know_that_traces_can_be_read,
            limits: self.limits.or(file.limits),
            data: self.data.or(file.data),
        }
    }

    /// Which certificate is used; none for none.
    ///
    /// # Errors
    /// [`OptionsError::HalfCertificate`].
    fn certificate(&self, host: IpAddr) -> Result<Option<Tls>, OptionsError> {
        let own = match (&self.tls_certificate, &self.tls_key) {
            (Some(certificate), Some(key)) => Some(Tls::Own {
                certificate: certificate.clone(),
                key: key.clone(),
            }),
            (None, None) => None,
            _ => return Err(OptionsError::HalfCertificate),
        };
        let plain = self.allow_plain_http && self.i_know_that_tokens_can_be_read;
        let wanted = match self.tls.unwrap_or_default() {
            TlsMode::On => true,
            TlsMode::Off => false,
            TlsMode::Auto => own.is_some() || !(host.is_loopback() || plain),
        };
        let made = || {
            let mut names = self.hostnames.clone();
            names.extend(["localhost".to_owned(), host.to_string()]);
            Tls::SelfSigned { names }
        };
        Ok(wanted.then(|| own.unwrap_or_else(made)))
    }
}

/// Reads the configuration and joins it with the flags.
///
/// # Errors
/// [`OptionsError`] in words for whoever started the server.
pub(crate) fn read(place: &Place, flags: Flags) -> Result<Options, OptionsError> {
    let file = match &place.config {
        None => Flags::default(),
        Some(path) => read_file(path)?,
    };
    let flags = flags.over(file);
    let host = flags.host.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    Ok(Options {
        data_folder: folder(place.data.as_deref().or(flags.data.as_deref()))?,
        host,
        port: flags.port.unwrap_or(PORT),
        tls: flags.certificate(host)?,
        name: flags.name.unwrap_or_else(machine),
        names: flags.hostnames,
        origins: flags.origins,
        plain_http: PlainHttp {
            allowed: flags.allow_plain_http,
            understood: flags.i_know_that_tokens_can_be_read,
        },
        limits: flags.limits.unwrap_or_default(),
        telemetry: TelemetryOptions {
            metrics: flags.metrics.unwrap_or_default(),
            otlp: flags.otlp,
            plain: PlainTraces {
                allowed: flags.allow_plain_otlp,
                understood: flags.i_know_that_traces_can_be_read,
            },
        },
        rehearsal_pace: std::env::var(PACE)
            .ok()
            .and_then(|pace| pace.parse().ok())
            .map(Duration::from_millis),
    })
}

fn read_file(path: &Path) -> Result<Flags, OptionsError> {
    let shown = || path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|cause| OptionsError::File { path: shown(), cause })?;
    toml::from_str(&text).map_err(|cause| OptionsError::Form {
        path: shown(),
        cause: Box::new(cause),
    })
}

/// The folder that holds everything: what is named, or the account's place for application data. It is another than the
/// desktop application's, so that both can run.
fn folder(named: Option<&Path>) -> Result<PathBuf, OptionsError> {
    match named {
        Some(named) => std::path::absolute(named).map_err(OptionsError::NotAbsolute),
        None => dirs::data_dir()
            .map(|place| place.join("wheelhouse-server"))
            .ok_or(OptionsError::NoPlace),
    }
}

/// The machine's name, or a plain word where it has none.
fn machine() -> String {
    std::fs::read_to_string("/etc/hostname")
        .ok()
        .or_else(|| std::env::var("HOSTNAME").ok())
        .or_else(|| std::env::var("COMPUTERNAME").ok())
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "Wheelhouse server".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(config: Option<PathBuf>) -> Place {
        Place {
            data: Some(PathBuf::from("/data")),
            config,
        }
    }

    fn with_file(text: &str, flags: Flags) -> Result<Options, OptionsError> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("server.toml");
        std::fs::write(&path, text).expect("written");
        read(&place(Some(path)), flags)
    }

    #[test]
    fn this_machine_alone_and_without_encryption_is_the_beginning() {
        let options = read(&place(None), Flags::default()).expect("complete");
        assert_eq!(
            (options.host.to_string().as_str(), options.port),
            ("127.0.0.1", PORT)
        );
        assert!(options.tls.is_none());
    }

    #[test]
    fn whoever_can_be_reached_from_elsewhere_encrypts() {
        let flags = Flags {
            host: "0.0.0.0".parse().ok(),
            hostnames: vec!["box.example".to_owned()],
            ..Flags::default()
        };
        let options = read(&place(None), flags).expect("complete");
        let Some(Tls::SelfSigned { names }) = options.tls else {
            panic!("a certificate of its own");
        };
        assert!(names.contains(&"box.example".to_owned()));
    }

    #[test]
    fn flags_go_before_the_file() {
        let flags = Flags {
            port: Some(1),
            ..Flags::default()
        };
        let options = with_file(
            "port = 2\nname = \"Workshop\"\nnames = [\"box.example\"]\n",
            flags,
        )
        .expect("complete");
        assert_eq!((options.port, options.name.as_str()), (1, "Workshop"));
        assert_eq!(options.names, ["box.example"]);
    }

    #[test]
    fn what_the_file_does_not_know_is_named_with_its_place() {
        let error = with_file("prot = 2\n", Flags::default())
            .expect_err("unknown")
            .to_string();
        assert!(error.contains("prot") && error.contains("line 1"), "{error}");
        let error = read(&place(Some(PathBuf::from("/nowhere.toml"))), Flags::default());
        assert!(matches!(error, Err(OptionsError::File { .. })));
    }

    #[test]
    fn figures_and_traces_are_off_until_they_are_asked_for() {
        let options = read(&place(None), Flags::default()).expect("complete");
        assert_eq!(options.telemetry.metrics, MetricsAt::Off);
        assert_eq!(options.telemetry.otlp, None);
        let asked = with_file(
            "metrics = \"127.0.0.1:9464\"\notlp = \"http://127.0.0.1:4318\"\n",
            Flags {
                metrics: Some(MetricsAt::Server),
                ..Flags::default()
            },
        )
        .expect("complete");
        assert_eq!(asked.telemetry.metrics, MetricsAt::Server);
        assert_eq!(asked.telemetry.otlp.as_deref(), Some("http://127.0.0.1:4318"));
        let wrong = with_file("metrics = \"everywhere\"\n", Flags::default()).expect_err("unknown");
        assert!(wrong.to_string().contains("127.0.0.1:9464"), "{wrong}");
    }

    #[test]
    fn half_a_certificate_is_none() {
        let flags = Flags {
            tls_key: Some(PathBuf::from("key.pem")),
            ..Flags::default()
        };
        assert!(matches!(
            read(&place(None), flags),
            Err(OptionsError::HalfCertificate)
        ));
    }
}
