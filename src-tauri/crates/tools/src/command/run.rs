//! Starts a program, reads what it writes, and ends it with all that it started.

use super::group::Group;
use super::output::Kept;
use super::{CommandError, Ended, Plan};
use crate::error::ToolError;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::io::AsyncRead;
use tokio::process::{Child, Command};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Sets the limits and becomes the program. What is run comes as arguments, which the shell does not read.
const START: &str =
    r#"ulimit -c 0; ulimit -t "$1" && ulimit -d "$2" && ulimit -f "$3" || exit 126; shift 3; exec "$@""#;
/// Blocks in which the size of files is limited, per MiB.
const BLOCKS_PER_MIB: u64 = 2_048;
/// How long what is in the pipes is waited for once all their writers should be gone.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Runs what `plan` says to its end, or until its time is over or `cancel` is called.
pub(super) async fn run(plan: Plan, cancel: &CancellationToken) -> Result<Ended, ToolError> {
    let own = TempDir::with_prefix("wheelhouse-run-").map_err(CommandError::Start)?;
    let limits = plan.limits;
    let group = Group::new().map_err(CommandError::Start)?;
    let began = Instant::now();
    let (mut child, confined) = start(plan, group.id(), own.path()).await?;
    let most = limits.output_bytes as usize;
    let output = Listening::new(child.stdout.take(), most);
    let errors = Listening::new(child.stderr.take(), most);
    let over = until_over(&mut child, Duration::from_secs(limits.seconds.into()), cancel).await;
    group.end().await.map_err(CommandError::Lost)?;
    let ended = over?;
    let status = match ended {
        Some(status) => status,
        None => child.wait().await.map_err(CommandError::Lost)?,
    };
    let milliseconds = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let (output, output_left_out) = output.end().await?;
    let (errors, errors_left_out) = errors.end().await?;
    Ok(Ended {
        status: status.code(),
        signal: status.signal(),
        timed_out: ended.is_none(),
        milliseconds,
        output,
        output_left_out,
        errors,
        errors_left_out,
        confined,
    })
}

/// How it ended by itself; none if its time ran out first.
async fn until_over(
    child: &mut Child,
    time: Duration,
    cancel: &CancellationToken,
) -> Result<Option<ExitStatus>, ToolError> {
    tokio::select! {
        biased;
        () = cancel.cancelled() => Err(ToolError::Cancelled),
        status = child.wait() => Ok(Some(status.map_err(CommandError::Lost)?)),
        () = tokio::time::sleep(time) => Ok(None),
    }
}

/// Reads one of a program's outputs while it runs, so that it never waits for a reader.
struct Listening {
    reading: JoinHandle<Kept>,
    stop: CancellationToken,
}

impl Listening {
    fn new(from: Option<impl AsyncRead + Unpin + Send + 'static>, most: usize) -> Self {
        let stop = CancellationToken::new();
        let heard = stop.clone();
        let reading = tokio::spawn(async move {
            let mut kept = Kept::new(most);
            if let Some(from) = from {
                tokio::select! {
                    () = heard.cancelled() => {}
                    () = kept.read(from) => {}
                }
            }
            kept
        });
        Self { reading, stop }
    }

    /// What was written, and how much of it was left out. Whoever left the group may hold the pipe open: it is not waited for.
    async fn end(mut self) -> Result<(String, u64), ToolError> {
        let kept = match tokio::time::timeout(LAST_WORDS, &mut self.reading).await {
            Ok(kept) => kept,
            Err(_) => {
                self.stop.cancel();
                self.reading.await
            }
        };
        Ok(kept.map_err(|_| ToolError::BrokeOff)?.text())
    }
}

/// Starts it from a thread of its own, because what the thread may not do, nothing that it starts may.
async fn start(plan: Plan, group: i32, own: &Path) -> Result<(Child, bool), CommandError> {
    let runtime = tokio::runtime::Handle::current();
    let own = own.to_owned();
    let (tell, told) = oneshot::channel();
    let work = move || {
        let _entered = runtime.enter();
        let started = confine(&plan, group, &own).and_then(|confined| {
            let child = command(&plan, group, &own).spawn().map_err(CommandError::Start)?;
            Ok((child, confined))
        });
        // Nobody waits any more: then the child is dropped, and ended by that.
        let _ = tell.send(started);
    };
    std::thread::Builder::new()
        .name("run-command".to_owned())
        .spawn(work)
        .map_err(CommandError::Start)?;
    told.await
        .map_err(|_| CommandError::Start(std::io::ErrorKind::Interrupted.into()))?
}

#[cfg(target_os = "linux")]
fn confine(plan: &Plan, group: i32, own: &Path) -> Result<bool, CommandError> {
    super::confine::this_thread(plan, group, own)
}

#[cfg(not(target_os = "linux"))]
fn confine(_: &Plan, _: i32, _: &Path) -> Result<bool, CommandError> {
    Ok(false)
}

fn command(plan: &Plan, group: i32, own: &Path) -> Command {
    let limits = plan.limits;
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", START, "sh"])
        .arg(limits.cpu_seconds.max(1).to_string())
        .arg((u64::from(limits.memory_mib.max(1)) * 1_024).to_string())
        .arg((u64::from(limits.file_mib.max(1)) * BLOCKS_PER_MIB).to_string())
        .arg(&plan.start)
        .args(&plan.arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(group)
        .kill_on_drop(true);
    environment(&mut command, plan, own);
    enter(&mut command, plan);
    command
}

/// Nothing of this process's environment, where keys may stand.
fn environment(command: &mut Command, plan: &Plan, own: &Path) {
    command.env_clear();
    if let Ok(path) = std::env::join_paths(&plan.path) {
        command.env("PATH", path);
    }
    command
        .env("HOME", own)
        .env("TMPDIR", own)
        .env("PWD", &plan.place)
        .env("LANG", "C.UTF-8")
        .env("LC_ALL", "C.UTF-8")
        .env("TERM", "dumb")
        .env("NO_COLOR", "1")
        .envs(&plan.environment);
}

/// By the folder's handle: whatever is renamed meanwhile, it starts in the folder that was looked at.
#[cfg(target_os = "linux")]
fn enter(command: &mut Command, plan: &Plan) {
    use std::os::fd::{AsFd, AsRawFd};
    let handle = plan.dir.as_fd().as_raw_fd();
    command.current_dir(format!("/proc/self/fd/{handle}"));
}

#[cfg(not(target_os = "linux"))]
fn enter(command: &mut Command, plan: &Plan) {
    command.current_dir(&plan.place);
}
