//! A granted folder, a place outside with a secret in it, and a toolbox.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use wheelhouse_domain::Millis;
use wheelhouse_tools::{
    Access, CommandGrant, CommandLimits, Done, Grant, Preview, Programs, Surroundings, ToolError, Toolbox,
    granted_folder,
};

/// What stands outside, and must never be seen.
pub(crate) const SECRET: &str = "SECRET-OUTSIDE-4711";
/// What stands inside.
pub(crate) const INSIDE: &str = "inside and fine";
/// What attacks write, and must never be found outside.
pub(crate) const PLANTED: &str = "PLANTED-BY-ATTACK-0815";

pub(crate) struct Place {
    pub(crate) base: TempDir,
    pub(crate) toolbox: Toolbox,
    pub(crate) grant: Grant,
}

impl Place {
    /// On the disk.
    pub(crate) fn new() -> Self {
        Self::at(TempDir::new().unwrap())
    }

    /// In memory where the system has such a folder, for tests with very many writes.
    pub(crate) fn quick() -> Self {
        let memory = Path::new("/dev/shm");
        let base = memory.is_dir().then(|| TempDir::new_in(memory).ok()).flatten();
        Self::at(base.unwrap_or_else(|| TempDir::new().unwrap()))
    }

    fn at(base: TempDir) -> Self {
        let granted = base.path().join("granted");
        fs::create_dir_all(granted.join("sub/deep")).unwrap();
        fs::create_dir_all(base.path().join("outside/deep")).unwrap();
        for file in ["file.txt", "sub/file.txt", "sub/deep/file.txt"] {
            fs::write(granted.join(file), format!("{INSIDE}\n")).unwrap();
        }
        for file in ["file.txt", "secret.txt", "deep/file.txt"] {
            fs::write(base.path().join("outside").join(file), format!("{SECRET}\n")).unwrap();
        }
        let toolbox = Toolbox::new(Surroundings::new(base.path().join("checkpoints"), || {
            Millis(1_795_440_600_000)
        }));
        let folder = granted_folder("project", &granted, Access::Write).unwrap();
        let grant = Grant {
            folders: vec![folder],
            ..Grant::default()
        };
        Self { base, toolbox, grant }
    }

    /// Also allows every program in the folder.
    pub(crate) fn with_commands(mut self) -> Self {
        self.grant.commands = Some(CommandGrant {
            folders: vec!["project".to_owned()],
            programs: Programs::Any,
            path: Vec::new(),
            environment: BTreeMap::new(),
            readable: Vec::new(),
            network: false,
            limits: CommandLimits::default(),
        });
        self
    }

    pub(crate) fn commands(&mut self) -> &mut CommandGrant {
        self.grant.commands.as_mut().unwrap()
    }

    pub(crate) fn granted(&self, path: &str) -> PathBuf {
        self.base.path().join("granted").join(path)
    }

    pub(crate) fn outside(&self, path: &str) -> PathBuf {
        self.base.path().join("outside").join(path)
    }

    /// Previews, and does what was previewed.
    pub(crate) async fn call(&self, tool: &str, arguments: Value) -> Result<Done, ToolError> {
        let preview = self.preview(tool, arguments).await?;
        self.carry_out(&preview).await
    }

    pub(crate) async fn preview(&self, tool: &str, arguments: Value) -> Result<Preview, ToolError> {
        self.toolbox.preview(&self.grant, tool, &arguments).await
    }

    pub(crate) async fn carry_out(&self, preview: &Preview) -> Result<Done, ToolError> {
        let cancel = CancellationToken::new();
        self.toolbox
            .perform(
                &self.grant,
                &preview.tool,
                &preview.arguments,
                Some(&preview.fingerprint),
                &cancel,
            )
            .await
    }

    /// Everything outside, by path.
    pub(crate) fn outside_now(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        let mut left = vec![self.base.path().join("outside")];
        while let Some(folder) = left.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let kind = path.symlink_metadata().unwrap().file_type();
                if kind.is_dir() {
                    found.insert(path.clone(), Vec::new());
                    left.push(path);
                } else if kind.is_file() {
                    found.insert(path.clone(), fs::read(&path).unwrap());
                }
            }
        }
        found
    }
}

/// Whether any of `done` tells something from outside.
pub(crate) fn tells(done: &Done, word: &str) -> bool {
    done.text.contains(word) || done.data.to_string().contains(word)
}

/// The text of an error, for `assert`.
pub(crate) fn refusal<T>(outcome: Result<T, ToolError>) -> String {
    match outcome {
        Ok(_) => panic!("this should have been refused"),
        Err(error) => error.to_string(),
    }
}
