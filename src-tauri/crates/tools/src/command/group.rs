//! A group of processes that ends as a whole.
//!
//! A keeper leads the group: a small process that waits for a line which never comes. It holds the group's number, so that no
//! other group can get it, and when this process goes away, however it does, the keeper ends the whole group.

use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process_group};
use std::io;
use std::process::Stdio;
use tokio::process::{Child, Command};

const KEEPER: &str = "read -r _; kill -s KILL 0";

/// The group. Dropping it ends everything in it.
#[derive(Debug)]
pub struct Group {
    keeper: Child,
    pid: Pid,
}

impl Group {
    /// A new group with nothing but its keeper.
    ///
    /// # Errors
    /// Where the keeper can't be started.
    pub fn new() -> io::Result<Self> {
        let keeper = Command::new("/bin/sh")
            .args(["-c", KEEPER])
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        let pid = keeper
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(Pid::from_raw);
        match pid {
            Some(pid) => Ok(Self { keeper, pid }),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    /// Its number: what is started with it as its process group belongs to the group.
    #[must_use]
    pub fn id(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    /// Ends everything in it, and waits for the keeper.
    ///
    /// # Errors
    /// Where the system does not say what became of them.
    pub async fn end(mut self) -> io::Result<()> {
        self.kill()?;
        self.keeper.wait().await?;
        Ok(())
    }

    fn kill(&self) -> io::Result<()> {
        match kill_process_group(self.pid, Signal::KILL) {
            Ok(()) | Err(Errno::SRCH) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Not reaped yet, the keeper still holds the number. If it is gone, so are the others: it took them along.
        if self.keeper.id().is_some() {
            let _ = self.kill();
        }
    }
}
