//! `wheelhouse-server pair`.

use super::{CommandError, Output, moment};
use crate::security::{Fingerprint, Scope, ServerAccess};
use clap::Args;

/// Show a code that pairs one device with this server.
///
/// The code is good once and for ten minutes, and five wrong tries end it. The server may be running or not.
#[derive(Debug, Clone, Args)]
pub struct PairCommand {
    /// What the device may do.
    #[arg(long, value_enum, default_value_t = Scope::Operator)]
    scope: Scope,
}

/// Makes a code and shows it. `certificate` is the server's, where it speaks TLS.
///
/// # Errors
/// [`CommandError`] where the code could not be kept or shown.
pub fn pair(
    command: &PairCommand,
    access: &ServerAccess,
    certificate: Option<&Fingerprint>,
    output: &mut Output<'_>,
) -> Result<(), CommandError> {
    let code = access.pairing().make(command.scope)?;
    let shown = code.shown(certificate);
    writeln!(output.result, "{}", *shown)?;
    let until = moment::shown(code.expires_at);
    writeln!(
        output.note,
        "Type it in Settings, Backends, on the device. It is good once, until {until}."
    )?;
    Ok(())
}
