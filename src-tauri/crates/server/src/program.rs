//! The command line: serves, or does one thing for the server and ends.

use crate::commands;
use crate::options::{Flags, Options, Place, read};
use crate::output::{fail, say};
use crate::security::{Clock, FirstStart, Last, ServerAccess, identity};
use crate::server::Server;
use crate::service::Manager;
use clap::{Parser, Subcommand, ValueEnum};
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// Set by systemd where what a program says goes into its journal.
const JOURNAL: &str = "JOURNAL_STREAM";

/// Wheelhouse without a window: the desktop application connects to it, and so does anything that speaks HTTP.
///
/// It listens on this machine only, until it is told otherwise with --host; then connections are encrypted. Whoever
/// connects needs a token: the first one is shown at the first start, others are made with `tokens issue` or by pairing.
/// The HTTP interface is described at /api/openapi.json.
#[derive(Debug, Parser)]
#[command(name = "wheelhouse-server", version, args_conflicts_with_subcommands = false)]
struct Program {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    flags: Flags,
    /// How the log is written to standard error.
    #[arg(
        long,
        value_name = "FORM",
        default_value = "text",
        env = "WHEELHOUSE_SERVER_LOG_FORMAT"
    )]
    log_format: LogFormat,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LogFormat {
    /// One line for people.
    Text,
    /// One object for programs.
    Json,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show a pairing code, to be typed into the application within ten minutes.
    Pair(commands::PairCommand),
    /// Make, list and take back tokens.
    Tokens(commands::TokensCommand),
}

/// Reads the command line and does what it says.
#[must_use]
pub fn run() -> ExitCode {
    let program = Program::parse();
    let options = match read(&program.place, program.flags) {
        Ok(options) => options,
        Err(error) => return fail(&error.to_string()),
    };
    match program.command {
        Some(command) => carry_out(&command, &options),
        None => serve(options, program.log_format),
    }
}

/// Does one thing with the files that a server works with, whether one runs or not.
fn carry_out(command: &Command, options: &Options) -> ExitCode {
    let clock = Clock::system();
    let access = match ServerAccess::open(&options.data_folder, clock.clone()) {
        Ok(access) => access,
        Err(error) => return fail(&format!("{error} {}", error.next_step())),
    };
    let (mut result, mut note) = (std::io::stdout(), std::io::stderr());
    let mut output = commands::Output {
        result: &mut result,
        note: &mut note,
    };
    let done = match command {
        Command::Tokens(tokens) => commands::tokens(tokens, &access, clock.now(), &mut output),
        Command::Pair(pair) => {
            let tls = match Last::read(&options.data_folder) {
                Ok(Some(last)) => last.tls(),
                Ok(None) => options.tls.clone(),
                Err(error) => return fail(&format!("{error} {}", error.next_step())),
            };
            let identity = tls
                .map(|tls| identity(&options.data_folder, &tls, &clock))
                .transpose();
            match identity {
                Ok(identity) => {
                    let fingerprint = identity.map(|identity| identity.fingerprint);
                    commands::pair(pair, &access, fingerprint.as_ref(), &mut output)
                }
                Err(error) => return fail(&format!("{error} {}", error.next_step())),
            }
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&format!("{error} {}", error.next_step().unwrap_or_default())),
    }
}

fn serve(options: Options, format: LogFormat) -> ExitCode {
    begin_log(format);
    match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(serve_until_told(options)),
        Err(error) => fail(&format!("The program could not start: {error}.")),
    }
}

async fn serve_until_told(options: Options) -> ExitCode {
    let data = options.data_folder.display().to_string();
    let manager = Manager::of_environment();
    let wish = match EndWish::listen() {
        Ok(wish) => wish,
        Err(error) => return fail(&format!("Signals can't be heard: {error}.")),
    };
    let mut server = match Server::start(options).await {
        Ok(server) => server,
        Err(error) => return fail(&error.to_string()),
    };
    let scheme = if server.fingerprint().is_some() {
        "https"
    } else {
        "http"
    };
    say(format!("Wheelhouse listens at {scheme}://{}", server.address()));
    say(format!("Data: {data}"));
    if let Some(address) = server.figures_at() {
        say(format!("Figures for Prometheus: http://{address}/metrics"));
    }
    if let Some(fingerprint) = server.fingerprint() {
        say(format!("Fingerprint of the certificate: {fingerprint}"));
    }
    if let Some(first) = server.take_first() {
        // What the system's journal keeps can be read by others, and for long.
        if std::env::var_os(JOURNAL).is_some() {
            say("For a first token or pairing code, run this program with `tokens issue NAME` or `pair`.");
        } else {
            tell_first(&server, &first);
        }
    }
    say("Stop it with Ctrl+C. Running work goes on at the next start.");
    manager.ready(&server);
    let signs = manager.watch(&server);
    if let Err(error) = wish.come().await {
        say(format!("Signals can't be heard: {error}."));
    }
    say("Stopping.");
    manager.stopping();
    if let Some(signs) = signs {
        signs.abort();
    }
    server.stop().await;
    say("Stopped. Nothing is lost.");
    ExitCode::SUCCESS
}

/// Shown once: nobody can read them again.
fn tell_first(server: &Server, first: &FirstStart) {
    say(format!(
        "First token, shown this once: {}",
        first.token.token.expose()
    ));
    say(format!(
        "Pairing code for the application, good for ten minutes: {}",
        first.code.shown(server.fingerprint()).as_str()
    ));
}

/// The ways to ask the program to end.
struct EndWish {
    #[cfg(unix)]
    ended: tokio::signal::unix::Signal,
}

impl EndWish {
    /// Hears them from now on: what comes before would end the program at once.
    fn listen() -> std::io::Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            ended: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?,
        })
    }

    /// Waits for Ctrl+C, or for the system's wish to end.
    #[cfg_attr(
        not(unix),
        allow(unused_mut, reason = "only signals are waited for by changing it")
    )]
    async fn come(mut self) -> std::io::Result<()> {
        #[cfg(unix)]
        tokio::select! {
            heard = tokio::signal::ctrl_c() => heard,
            _ = self.ended.recv() => Ok(()),
        }
        #[cfg(not(unix))]
        tokio::signal::ctrl_c().await
    }
}

/// What libraries say may repeat a token or a key, so only the house's own lines and others' warnings are written.
fn begin_log(format: LogFormat) {
    let wanted = std::env::var("WHEELHOUSE_LOG")
        .unwrap_or_else(|_| "info,sqlx=warn,hyper=warn,rustls=warn,rmcp=off".to_owned());
    let lines = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(wanted))
        .with_writer(std::io::stderr)
        .with_ansi(false);
    // Only a second call in one process fails, and then the first one's log goes on.
    let _ = match format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Program::command().debug_assert();
    }

    #[test]
    fn serving_needs_no_word() {
        let program = Program::try_parse_from(["wheelhouse-server", "--port", "0", "--data", "/data"]);
        let program = program.expect("complete");
        assert!(program.command.is_none());
        assert_eq!(program.flags.port, Some(0));
    }
}
