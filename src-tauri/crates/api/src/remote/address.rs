//! Where a server is.

use serde::{Deserialize, Serialize};
use std::fmt;
use url::{Host, Url};
use wheelhouse_contract::{ApiError, ErrorCode};

/// An address that may be spoken to: `https`, or `http` on this machine, with nothing but a host and a port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address(Url);

impl Address {
    /// Takes an address as it was typed. Without a scheme it is `http` on this machine and `https` elsewhere.
    ///
    /// # Errors
    /// `invalid_request` at the field `address` where it is none, or where tokens could be read on the way.
    pub fn parse(text: &str) -> Result<Self, ApiError> {
        let text = text.trim();
        let url = match text.contains("://") {
            true => Url::parse(text),
            false => Url::parse(&format!("https://{text}")),
        };
        let mut url = url.map_err(|_| unfit("This is no address of a server."))?;
        if !text.contains("://") && is_here(&url) {
            // Cannot fail: both schemes are of the same sort, and the host is there.
            let _ = url.set_scheme("http");
        }
        check(&url)?;
        Ok(Self(url))
    }

    /// Whether what is sent is encrypted, and the certificate pinned.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The host, without the brackets of an IPv6 address.
    #[must_use]
    pub fn host(&self) -> String {
        match self.0.host() {
            Some(Host::Ipv6(address)) => address.to_string(),
            Some(host) => host.to_string(),
            None => String::new(),
        }
    }

    /// The port, also where the address leaves it out.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or_default()
    }

    /// The URL of a path on the server. `path` begins with a slash.
    pub(super) fn at(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(path);
        url
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

impl TryFrom<String> for Address {
    type Error = ApiError;

    fn try_from(text: String) -> Result<Self, ApiError> {
        Self::parse(&text)
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.to_string()
    }
}

fn check(url: &Url) -> Result<(), ApiError> {
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err(unfit("The address of a server begins with https or http."));
    }
    let more = url.path() != "/" || url.query().is_some() || url.fragment().is_some();
    if more || !url.username().is_empty() || url.password().is_some() {
        return Err(unfit(
            "The address of a server is only its name or number and its port.",
        ));
    }
    if url.scheme() == "http" && !is_here(url) {
        return Err(ApiError::new(
            ErrorCode::InvalidRequest,
            "Over plain http anybody on the way could read and change what is sent.",
        )
        .field("address")
        .next_step("Use https. Plain http is only for a server on this machine."));
    }
    Ok(())
}

/// Whether the host is this machine, whatever a name server says.
fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn unfit(message: &str) -> ApiError {
    ApiError::new(ErrorCode::InvalidRequest, message)
        .field("address")
        .next_step("It looks like https://server.example:7431, as the server shows it when it starts.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        Address::parse(text)
            .unwrap_or_else(|error| panic!("{text}: {error}"))
            .to_string()
    }

    #[test]
    fn is_read_as_people_type_it() {
        assert_eq!(
            shown(" https://Server.Example:7431/ "),
            "https://server.example:7431"
        );
        assert_eq!(shown("server.example:7431"), "https://server.example:7431");
        assert_eq!(shown("127.0.0.1:7431"), "http://127.0.0.1:7431");
        assert_eq!(shown("localhost:7431"), "http://localhost:7431");
        assert_eq!(shown("[::1]:7431"), "http://[::1]:7431");
        assert_eq!(shown("192.168.1.5:7431"), "https://192.168.1.5:7431");
        assert_eq!(shown("https://127.0.0.1:7431"), "https://127.0.0.1:7431");
    }

    #[test]
    fn knows_its_parts() {
        let address = Address::parse("https://[2001:db8::7]:7431").expect("an address");
        assert_eq!((address.host(), address.port()), ("2001:db8::7".to_owned(), 7431));
        assert!(address.is_tls());
        let address = Address::parse("http://127.0.0.1").expect("an address");
        assert_eq!((address.port(), address.is_tls()), (80, false));
        assert_eq!(address.at("/api/status").as_str(), "http://127.0.0.1/api/status");
    }

    #[test]
    fn plain_http_goes_nowhere_else() {
        for text in [
            "http://192.168.1.5:7431",
            "http://server.example",
            "http://localhost.example:7431",
            "http://0.0.0.0:7431",
            "http://[::]:7431",
            "http://128.0.0.1",
        ] {
            let error = Address::parse(text).expect_err(text);
            assert_eq!(error.details.field.as_deref(), Some("address"), "{text}");
            assert!(error.message.contains("plain http"), "{text}: {error}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "https://",
            "ftp://server.example",
            "https://anna:secret@server.example",
            "https://server.example/api",
            "https://server.example/?token=wh_x",
            "https://server.example/#x",
            "file:///etc/hosts",
            "https://server example",
        ] {
            let error = Address::parse(text).expect_err(text);
            assert_eq!(error.code, ErrorCode::InvalidRequest, "{text}");
            assert!(error.details.next_step.is_some(), "{text}");
        }
    }

    #[test]
    fn is_kept_as_text() {
        let address = Address::parse("server.example:7431").expect("an address");
        let json = serde_json::to_string(&address).expect("plain data");
        assert_eq!(json, r#""https://server.example:7431""#);
        let back: Address = serde_json::from_str(&json).expect("read back");
        assert_eq!(back, address);
        assert!(serde_json::from_str::<Address>(r#""http://server.example""#).is_err());
    }
}
