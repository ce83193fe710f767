//! Where a server is, and what may stand there.

use crate::McpError;
use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use url::{Host, Url};

const MOST_ARGUMENTS: usize = 100;
const MOST_BYTES: usize = 32 * 1_024;

/// Where a server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A program on this machine.
    Program(Program),
    /// An address.
    Address(Address),
}

/// A program that is started here and speaks over its pipes.
#[derive(Clone, PartialEq, Eq)]
pub struct Program {
    /// A name that is looked for where programs are, or a whole path.
    pub command: String,
    /// What it is given. No shell reads it.
    pub arguments: Vec<String>,
    /// Where it is started; none for the home folder.
    pub folder: Option<PathBuf>,
    /// What it finds in its environment beside the little that it always finds. Values are secret.
    pub environment: BTreeMap<String, String>,
}

/// A server that is spoken to over HTTP.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// Where.
    pub url: String,
    /// Headers of every request. Values are secret.
    pub headers: BTreeMap<String, String>,
}

impl Place {
    /// The secrets that are given to it.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let values = match self {
            Self::Program(program) => program.environment.values(),
            Self::Address(address) => address.headers.values(),
        };
        let bare = |value: &String| {
            // A server may well tell the token without the word in front of it.
            value.split_once(' ').map(|(_, token)| token.trim().to_owned())
        };
        values
            .flat_map(|value| [Some(value.clone()), bare(value)])
            .flatten()
            .collect()
    }
}

impl Program {
    /// Whether it can be started at all.
    ///
    /// # Errors
    /// [`McpError::Command`] with what is wrong.
    pub fn check(&self) -> Result<(), McpError> {
        if self.command.trim().is_empty() {
            return Err(McpError::Command("It names no program."));
        }
        let names = self.environment.iter().flat_map(|(name, value)| [name, value]);
        let all = || self.arguments.iter().chain([&self.command]);
        if all().chain(names).any(|text| text.contains('\0')) {
            return Err(McpError::Command("It contains a zero byte."));
        }
        let bytes: usize = all().map(|text| text.len() + 1).sum();
        if self.arguments.len() > MOST_ARGUMENTS || bytes > MOST_BYTES {
            return Err(McpError::Command("It is too long."));
        }
        if self.environment.keys().any(|name| !is_variable(name)) {
            return Err(McpError::Command(
                "A variable's name has letters, digits and “_”, and begins with no digit.",
            ));
        }
        Ok(())
    }
}

impl Address {
    /// The address as it is asked.
    ///
    /// # Errors
    /// [`McpError::Address`] where it is none, or would carry what is secret in the clear.
    pub fn check(&self) -> Result<Url, McpError> {
        let url = Url::parse(self.url.trim()).map_err(|_| McpError::Address("It is not an address."))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(McpError::Address(
                "It has a name or a password in it. Use a header instead.",
            ));
        }
        if url.fragment().is_some() {
            return Err(McpError::Address("It has a “#” in it."));
        }
        match url.scheme() {
            "https" if url.host().is_some() => Ok(url),
            "http" if is_here(&url) => Ok(url),
            "http" => Err(McpError::Address(
                "Only addresses on this machine may begin with http. Use https.",
            )),
            _ => Err(McpError::Address(
                "It must begin with https, or http on this machine.",
            )),
        }
    }
}

/// Whether what is at `url` is on this machine, told by the address alone. What is no address is elsewhere.
#[must_use]
pub fn is_on_this_machine(url: &str) -> bool {
    Url::parse(url.trim()).is_ok_and(|url| is_here(&url))
}

/// Whether an address is on this machine, told by the address alone.
pub(crate) fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        None => false,
    }
}

fn is_variable(name: &str) -> bool {
    let mut chars = name.chars();
    let begins = chars
        .next()
        .is_some_and(|char| char.is_ascii_alphabetic() || char == '_');
    begins && chars.all(|char| char.is_ascii_alphanumeric() || char == '_')
}

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Program")
            .field("command", &self.command)
            .field("arguments", &self.arguments)
            .field("environment", &self.environment.keys())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Address")
            .field("url", &self.url)
            .field("headers", &self.headers.keys())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(url: &str) -> Address {
        Address {
            url: url.to_owned(),
            headers: BTreeMap::from([("Authorization".to_owned(), "Bearer sesame".to_owned())]),
        }
    }

    #[test]
    fn secrets_go_over_https_or_stay_on_this_machine() {
        for good in [
            "https://mcp.example.com/mcp",
            "https://10.0.0.7:8443/mcp?x=1",
            "http://127.0.0.1:3000/mcp",
            "http://[::1]:3000/",
            "http://localhost:3000",
        ] {
            assert!(address(good).check().is_ok(), "{good}");
        }
        for bad in [
            "http://mcp.example.com/mcp",
            "http://localhost.example.com/",
            "http://127.0.0.1.example.com/",
            "http://192.168.0.2/",
            "ftp://127.0.0.1/",
            "file:///etc/passwd",
            "https://name:word@example.com/",
            "https://example.com/#here",
            "mcp.example.com",
            "",
        ] {
            assert!(matches!(address(bad).check(), Err(McpError::Address(_))), "{bad}");
        }
    }

    #[test]
    fn nothing_secret_is_printed() {
        let printed = format!("{:?}", Place::Address(address("https://example.com/")));
        assert!(
            printed.contains("Authorization") && !printed.contains("sesame"),
            "{printed}"
        );
        assert_eq!(
            Place::Address(address("https://example.com/")).secrets(),
            ["Bearer sesame", "sesame"]
        );
    }

    #[test]
    fn a_command_is_what_can_be_started() {
        let program = |command: &str, name: &str| Program {
            command: command.to_owned(),
            arguments: vec!["-y".to_owned()],
            folder: None,
            environment: BTreeMap::from([(name.to_owned(), "1".to_owned())]),
        };
        assert!(program("npx", "API_KEY").check().is_ok());
        for bad in [
            program(" ", "API_KEY"),
            program("a\0b", "API_KEY"),
            program("npx", "1A"),
            program("npx", "A=B"),
            program("npx", ""),
        ] {
            assert!(matches!(bad.check(), Err(McpError::Command(_))), "{bad:?}");
        }
    }
}
