//! Starts a program that is a server, and ends it with all that it started.

use crate::{McpError, Program};
use std::env;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
#[cfg(unix)]
use wheelhouse_tools::ProcessGroup;

/// Where programs are even when this one was started from a place that does not say so.
#[cfg(unix)]
const USUAL_PATH: &[&str] = &["/usr/local/bin", "/opt/homebrew/bin", "/usr/bin", "/bin"];
#[cfg(not(unix))]
const USUAL_PATH: &[&str] = &[];

/// What every program finds of this one's environment. None of these holds a key.
#[cfg(unix)]
const KEPT: &[&str] = &["HOME", "LANG"];
#[cfg(not(unix))]
const KEPT: &[&str] = &[
    "APPDATA",
    "LANG",
    "LOCALAPPDATA",
    "PATHEXT",
    "SYSTEMROOT",
    "TEMP",
    "TMP",
    "USERPROFILE",
];

/// A program at work. Dropping it ends all that it started.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    #[cfg(unix)]
    group: ProcessGroup,
}

/// A program that was started, with its ends of the pipes.
pub(crate) struct Started {
    pub(crate) running: Running,
    pub(crate) input: ChildStdin,
    pub(crate) output: ChildStdout,
    pub(crate) errors: ChildStderr,
}

/// Starts it.
pub(crate) fn start(program: &Program) -> Result<Started, McpError> {
    program.check()?;
    let path = search_path();
    let found = find(&path, &program.command).ok_or_else(|| McpError::NoProgram(program.command.clone()))?;
    let failed = |reason| McpError::Start {
        program: program.command.clone(),
        reason,
    };
    let mut command = Command::new(found);
    command
        .args(&program.arguments)
        .current_dir(folder(program))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    environment(&mut command, program, &path);
    #[cfg(unix)]
    let group = ProcessGroup::new().map_err(failed)?;
    #[cfg(unix)]
    command.process_group(group.id());
    let mut child = command.spawn().map_err(failed)?;
    let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (Some(input), Some(output), Some(errors)) = pipes else {
        return Err(failed(std::io::ErrorKind::BrokenPipe.into()));
    };
    let running = Running {
        child,
        #[cfg(unix)]
        group,
    };
    Ok(Started {
        running,
        input,
        output,
        errors,
    })
}

impl Running {
    /// How it ended, in words that follow "ended", if it does within `time`.
    pub(crate) async fn how_ended(&mut self, time: Duration) -> Option<String> {
        match tokio::time::timeout(time, self.child.wait()).await {
            Ok(Ok(status)) => Some(match status.code() {
                Some(code) => format!(" with status {code}"),
                None => " by a signal".to_owned(),
            }),
            Ok(Err(_)) => Some(String::new()),
            Err(_) => None,
        }
    }

    /// Gives it `time` to end by itself, then ends it with all that it started.
    pub(crate) async fn end(mut self, time: Duration) -> std::io::Result<()> {
        self.how_ended(time).await;
        #[cfg(unix)]
        self.group.end().await?;
        #[cfg(not(unix))]
        self.child.start_kill()?;
        self.child.wait().await.map(drop)
    }
}

/// Nothing but where programs are, the home, the language, and what was given explicitly.
fn environment(command: &mut Command, program: &Program, path: &[PathBuf]) {
    command.env_clear();
    if let Ok(path) = env::join_paths(path) {
        command.env("PATH", path);
    }
    for name in KEPT {
        if let Some(value) = env::var_os(name) {
            command.env(name, value);
        }
    }
    command.envs(&program.environment);
}

fn folder(program: &Program) -> PathBuf {
    let home = || env::home_dir().filter(|home| home.is_dir());
    program.folder.clone().or_else(home).unwrap_or_else(env::temp_dir)
}

/// Where programs are looked for.
fn search_path() -> Vec<PathBuf> {
    let named = env::var_os("PATH").unwrap_or_default();
    let mut path: Vec<PathBuf> = env::split_paths(&named)
        .filter(|folder| folder.is_absolute())
        .collect();
    for folder in USUAL_PATH.iter().map(PathBuf::from) {
        if !path.contains(&folder) {
            path.push(folder);
        }
    }
    path
}

fn find(path: &[PathBuf], command: &str) -> Option<PathBuf> {
    let named = Path::new(command);
    if named.is_absolute() {
        return is_program(named).then(|| named.to_owned());
    }
    if command.contains(['/', '\\']) {
        return None;
    }
    let names = if cfg!(windows) {
        vec![
            command.to_owned(),
            format!("{command}.exe"),
            format!("{command}.cmd"),
        ]
    } else {
        vec![command.to_owned()]
    };
    path.iter()
        .flat_map(|folder| names.iter().map(|name| folder.join(name)))
        .find(|file| is_program(file))
}

#[cfg(unix)]
fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata()
        .is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(file: &Path) -> bool {
    file.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_found_by_name_or_whole_path() {
        let path = search_path();
        let found = find(&path, "sh").expect("a shell");
        assert_eq!(find(&[], &found.display().to_string()), Some(found));
        for none in ["no-such-program-here", "./sh", "../bin/sh", "/", "/no/such", ""] {
            assert_eq!(find(&path, none), None, "{none}");
        }
    }
}
