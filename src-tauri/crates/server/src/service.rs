//! Tells the service manager that started the program how it stands, in the protocol of systemd: it serves, it is stopping,
//! and, where that is wanted, that it still works. Where nobody asked to be told, nothing is.
//!
//! Deliberately absent: taking sockets over from it, and being reloaded.

use crate::server::Server;
use std::time::Duration;
use tokio::task::AbortHandle;
use wheelhouse_contract::{GetWorkflowStats, Operations};

/// Names the socket of the manager.
#[cfg(unix)]
const SOCKET: &str = "NOTIFY_SOCKET";
/// How long the manager waits for a sign of life, in microseconds, and which process it waits for.
const WATCHDOG: &str = "WATCHDOG_USEC";
const WATCHED: &str = "WATCHDOG_PID";

/// Whoever started the program.
#[derive(Debug, Clone, Default)]
pub(crate) struct Manager {
    #[cfg(unix)]
    socket: Option<std::sync::Arc<std::os::unix::net::UnixDatagram>>,
}

impl Manager {
    /// As the environment names it.
    pub(crate) fn of_environment() -> Self {
        #[cfg(unix)]
        {
            let name = std::env::var_os(SOCKET).filter(|name| !name.is_empty());
            let socket = name.and_then(|name| match socket::connect(&name) {
                Ok(socket) => Some(std::sync::Arc::new(socket)),
                Err(error) => {
                    tracing::warn!(%error, "the service manager can't be told anything");
                    None
                }
            });
            Self { socket }
        }
        #[cfg(not(unix))]
        Self::default()
    }

    /// The server takes requests.
    pub(crate) fn ready(&self, server: &Server) {
        self.tell(&format!("READY=1\nSTATUS=Listens at {}", server.address()));
    }

    /// It takes no more.
    pub(crate) fn stopping(&self) {
        self.tell("STOPPING=1\nSTATUS=Stopping");
    }

    /// Gives signs of life for as long as the store answers, where they are waited for.
    pub(crate) fn watch(&self, server: &Server) -> Option<AbortHandle> {
        let between = between_signs(|name| std::env::var(name).ok())?;
        let (manager, local) = (self.clone(), server.backend().local().clone());
        let signs = tokio::spawn(async move {
            let mut beat = tokio::time::interval(between);
            loop {
                beat.tick().await;
                match local.get_workflow_stats(GetWorkflowStats {}).await {
                    Ok(_) => manager.tell("WATCHDOG=1"),
                    Err(error) => tracing::warn!(%error, "the store does not answer"),
                }
            }
        });
        Some(signs.abort_handle())
    }

    fn tell(&self, state: &str) {
        #[cfg(unix)]
        if let Some(socket) = &self.socket
            && let Err(error) = socket.send(state.as_bytes())
        {
            tracing::warn!(%error, "the service manager could not be told");
        }
        #[cfg(not(unix))]
        let _ = state;
    }
}

/// Time between two signs of life: a third of what the manager waits; none where it does not wait for this process.
fn between_signs(variable: impl Fn(&str) -> Option<String>) -> Option<Duration> {
    let is_other = |pid: String| pid.parse() != Ok(std::process::id());
    if variable(WATCHED).is_some_and(is_other) {
        return None;
    }
    let micros: u64 = variable(WATCHDOG)?.parse().ok()?;
    (micros > 0).then(|| Duration::from_micros((micros / 3).max(1_000)))
}

#[cfg(unix)]
mod socket {
    use std::ffi::OsStr;
    use std::io;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::net::{SocketAddr, UnixDatagram};

    /// A name that begins with `@` is in no file system.
    pub(super) fn connect(name: &OsStr) -> io::Result<UnixDatagram> {
        let address = match name.as_bytes().strip_prefix(b"@") {
            Some(name) => without_file(name)?,
            None => SocketAddr::from_pathname(name)?,
        };
        let socket = UnixDatagram::unbound()?;
        socket.connect_addr(&address)?;
        // A manager that does not read must not hold the server up.
        socket.set_nonblocking(true)?;
        Ok(socket)
    }

    #[cfg(target_os = "linux")]
    fn without_file(name: &[u8]) -> io::Result<SocketAddr> {
        use std::os::linux::net::SocketAddrExt;
        SocketAddr::from_abstract_name(name)
    }

    #[cfg(not(target_os = "linux"))]
    fn without_file(_: &[u8]) -> io::Result<SocketAddr> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_life_are_given_to_who_waits_for_this_process() {
        let own = std::process::id().to_string();
        let between = |watchdog: &str, watched: Option<&str>| {
            between_signs(|name| match name {
                WATCHDOG => Some(watchdog.to_owned()),
                WATCHED => watched.map(str::to_owned),
                _ => None,
            })
        };
        assert_eq!(between("3000000", None), Some(Duration::from_secs(1)));
        assert_eq!(between("3000000", Some(&own)), Some(Duration::from_secs(1)));
        for (watchdog, watched) in [("3000000", Some("1")), ("0", None), ("soon", None)] {
            assert_eq!(between(watchdog, watched), None, "{watchdog} {watched:?}");
        }
        assert_eq!(between_signs(|_| None), None);
    }
}
