//! What can go wrong on the way to a server, and how the operator is told.

use super::address::Address;
use super::fingerprint::Fingerprint;
use super::names::NameUnknown;
use super::tls::OtherCertificate;
use rustls::pki_types::InvalidDnsNameError;
use std::error::Error;
use std::io;
use std::time::Duration;
use wheelhouse_contract::{ApiError, ErrorCode};

/// Why there is no answer of the server to give.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The host's name leads to no number.
    UnknownName,
    /// Nothing listens at the port.
    Refused,
    /// No way leads there.
    Unreachable,
    /// No connection within this time.
    NoConnection(Duration),
    /// The certificate is not the pinned one. Nothing was sent.
    Certificate(Fingerprint),
    /// What listens does not speak TLS, or not as it should.
    NoTls,
    /// Connected, and then nothing for this time.
    Silent(Duration),
    /// Connected, and the connection ended before the answer did.
    Broken,
    /// The answer is larger than this many bytes.
    TooLarge(usize),
    /// The answer does not come from a Wheelhouse server.
    Foreign,
    /// It comes from something in front of the server, which does not reach it.
    Behind,
    /// It comes from a Wheelhouse server with other words.
    OtherVersion,
    /// Changes come that do not join each other.
    Disjoint,
    /// The server refused.
    Said(ApiError),
}

impl Trouble {
    /// The trouble of a request by HTTP.
    pub(super) fn of_request(error: &reqwest::Error, connect: Duration) -> Self {
        match error.is_connect() {
            true if error.is_timeout() => Self::NoConnection(connect),
            true => Self::of_connection(error),
            // Where bytes came that are no HTTP, no Wheelhouse is there.
            false if is_no_http(error) => Self::Foreign,
            false => Self::Broken,
        }
    }

    /// The trouble of a connection that was not made.
    pub(super) fn of_connection(error: &(dyn Error + 'static)) -> Self {
        if let Some(other) = find::<OtherCertificate>(error) {
            return Self::Certificate(other.seen);
        }
        if let Some(tls) = find::<rustls::Error>(error) {
            return match other_certificate(tls) {
                Some(seen) => Self::Certificate(seen),
                None => Self::NoTls,
            };
        }
        if find::<NameUnknown>(error).is_some() || find::<InvalidDnsNameError>(error).is_some() {
            return Self::UnknownName;
        }
        match kind(error) {
            Some(io::ErrorKind::ConnectionRefused) => Self::Refused,
            Some(io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable) => Self::Unreachable,
            Some(io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset) => Self::Broken,
            _ => Self::Unreachable,
        }
    }

    /// Whether the request may have been carried out without anybody having been told.
    pub(super) fn is_broken(&self) -> bool {
        matches!(self, Self::Broken)
    }

    /// The trouble in the operator's words.
    pub(super) fn tell(self, address: &Address) -> ApiError {
        let gone = |message: String| ApiError::new(ErrorCode::Unavailable, message);
        match self {
            Self::Said(error) => error,
            Self::UnknownName => gone(format!("The name {} is not known.", address.host()))
                .next_step("Check the address, and that this machine is online."),
            Self::Refused => gone(format!("No server answers at {address}."))
                .next_step("Start the server there, or check the port."),
            Self::Unreachable => gone(format!("{address} can't be reached from here."))
                .next_step("Check that both machines are online and in a network that joins them."),
            Self::NoConnection(after) => gone(format!("{address} did not answer within {}.", told(after)))
                .next_step("Check that the server runs and that no firewall is in between."),
            Self::Certificate(seen) => certificate(address, &seen),
            Self::NoTls => gone(format!("No secure connection to {address} can be made."))
                .next_step("Check that the server speaks TLS at this port."),
            Self::Silent(after) => gone(format!(
                "The server at {address} has been silent for {}. Whether it did what was asked is not known.",
                told(after)
            ))
            .next_step("Connect again and look before you repeat it."),
            Self::Broken => gone(format!(
                "The connection to {address} broke before there was an answer."
            ))
            .next_step("Connect again and look before you repeat it."),
            Self::TooLarge(most) => ApiError::new(
                ErrorCode::TooLarge,
                format!(
                    "The answer of {address} is larger than {} MB.",
                    most / 1024 / 1024
                ),
            )
            .next_step("Ask for less at a time."),
            Self::Foreign => gone(format!("What answers at {address} is no Wheelhouse server."))
                .next_step("Check the address and the port."),
            Self::Behind => gone(format!(
                "Something at {address} answers in front of the server and does not reach it."
            ))
            .next_step("Check that the server itself runs."),
            Self::OtherVersion => gone(format!("The server at {address} is of another version."))
                .next_step("Bring Wheelhouse to the same version on both machines."),
            Self::Disjoint => gone(format!(
                "The server at {address} sends changes that do not fit together."
            ))
            .next_step("Connect again. If it happens again, the server's log says more."),
        }
    }
}

fn certificate(address: &Address, seen: &Fingerprint) -> ApiError {
    ApiError::new(
        ErrorCode::Unauthorized,
        format!(
            "The server at {address} shows another certificate than the one that was agreed on. Nothing was sent. \
             The fingerprint is {seen}."
        ),
    )
    .field("certificate")
    .next_step(
        "If the server was set up anew, pair with it again. If not, somebody may stand in between: ask who runs it.",
    )
}

/// A time in words, to the second.
fn told(time: Duration) -> String {
    match time.as_secs() {
        0 => "a second".to_owned(),
        1 => "1 second".to_owned(),
        seconds if seconds % 60 == 0 && seconds > 60 => format!("{} minutes", seconds / 60),
        seconds => format!("{seconds} seconds"),
    }
}

fn other_certificate(error: &rustls::Error) -> Option<Fingerprint> {
    let rustls::Error::InvalidCertificate(rustls::CertificateError::Other(other)) = error else {
        return None;
    };
    let other = other.0.downcast_ref::<OtherCertificate>()?;
    Some(other.seen)
}

/// Every error below this one, itself first. What an I/O error carries is below it, which `source` leaves out.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn Error + 'static)| {
        let error: &'a (dyn Error + 'static) = *error;
        let carried = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
            .map(|carried| carried as &(dyn Error + 'static));
        carried.or_else(|| error.source())
    })
}

fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    chain(error).find_map(|error| error.downcast_ref())
}

/// What the operating system said.
fn kind(error: &(dyn Error + 'static)) -> Option<io::ErrorKind> {
    chain(error)
        .filter_map(|error| error.downcast_ref::<io::Error>())
        .map(io::Error::kind)
        .find(|kind| *kind != io::ErrorKind::Other)
}

/// Whether what came was not HTTP, or came before anything was asked. The library tells these apart by words only.
fn is_no_http(error: &reqwest::Error) -> bool {
    const WORDS: [&str; 2] = ["invalid HTTP", "received unexpected message"];
    chain(error).any(|error| {
        let said = error.to_string();
        WORDS.iter().any(|words| said.starts_with(words))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn address() -> Address {
        Address::parse("https://server.example:7431").expect("an address")
    }

    #[test]
    fn a_carried_error_is_found() {
        let seen = Fingerprint::of(b"another");
        let other = rustls::OtherError(Arc::new(OtherCertificate { seen }));
        let tls = rustls::Error::InvalidCertificate(rustls::CertificateError::Other(other));
        let error = io::Error::other(io::Error::new(io::ErrorKind::InvalidData, tls));
        assert!(
            matches!(Trouble::of_connection(&error), Trouble::Certificate(fingerprint) if fingerprint == seen)
        );
        let error = io::Error::other(NameUnknown);
        assert!(matches!(Trouble::of_connection(&error), Trouble::UnknownName));
        let error = io::Error::from(io::ErrorKind::ConnectionRefused);
        assert!(matches!(Trouble::of_connection(&error), Trouble::Refused));
    }

    #[test]
    fn each_says_what_it_is_and_what_to_do() {
        let every = [
            Trouble::UnknownName,
            Trouble::Refused,
            Trouble::Unreachable,
            Trouble::NoConnection(Duration::from_secs(20)),
            Trouble::Certificate(Fingerprint::of(b"another")),
            Trouble::NoTls,
            Trouble::Silent(Duration::from_secs(30)),
            Trouble::Broken,
            Trouble::TooLarge(64 * 1024 * 1024),
            Trouble::Foreign,
            Trouble::Behind,
            Trouble::OtherVersion,
            Trouble::Disjoint,
        ];
        let mut told = Vec::new();
        for trouble in every {
            let error = trouble.tell(&address());
            assert!(error.message.contains("server.example"), "{error}");
            assert!(error.message.ends_with('.'), "{error}");
            assert!(error.details.next_step.is_some(), "{error}");
            told.push(error.message);
        }
        told.sort();
        let all = told.len();
        told.dedup();
        assert_eq!(told.len(), all, "{told:?}");
    }

    #[test]
    fn another_certificate_is_no_passing_trouble() {
        let error = Trouble::Certificate(Fingerprint::of(b"another")).tell(&address());
        assert_eq!(error.code, ErrorCode::Unauthorized);
        assert_eq!(error.details.field.as_deref(), Some("certificate"));
    }

    #[test]
    fn times_are_told_in_words() {
        let words = [40, 400, 1_000, 30_000, 60_000, 600_000]
            .map(Duration::from_millis)
            .map(told);
        assert_eq!(
            words,
            [
                "a second",
                "a second",
                "1 second",
                "30 seconds",
                "60 seconds",
                "10 minutes"
            ]
        );
    }
}
