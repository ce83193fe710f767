//! Finds out what exactly would be run, and where.

use super::{CommandError, ProgramSeen, can_confine, shown};
use crate::arguments::RunCommand;
use crate::call::Effect;
use crate::error::ToolError;
use crate::files::{FileError, Inside, Room, held};
use cap_std::fs::{Dir, Metadata};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use wheelhouse_domain::{Access, CommandGrant, CommandLimits, Grant, Programs};

/// Where programs are looked for unless the grant says otherwise.
const USUAL_PATH: &[&str] = &["/usr/local/bin", "/usr/bin", "/bin"];
const MOST_ARGUMENTS: usize = 200;
const MOST_ARGUMENT_BYTES: usize = 128 * 1_024;
/// Largest program in a folder, in bytes.
const MOST_PROGRAM_BYTES: u64 = 256 * 1_024 * 1_024;

/// A run that was worked out and not begun.
#[derive(Debug)]
#[cfg_attr(
    not(target_os = "linux"),
    allow(dead_code, reason = "only Linux can keep a program to its folders")
)]
pub(crate) struct Plan {
    pub(super) program: ProgramSeen,
    /// What is started: an absolute path, or one beneath the folder that begins with `./`.
    pub(super) start: PathBuf,
    pub(super) arguments: Vec<String>,
    pub(super) folder: Inside,
    /// The folder's handle.
    pub(super) dir: Dir,
    /// Where the folder is, to be told to the program.
    pub(super) place: PathBuf,
    pub(super) path: Vec<PathBuf>,
    pub(super) environment: BTreeMap<String, String>,
    pub(super) readable: Vec<PathBuf>,
    /// The granted folders that it may use, by their handles.
    pub(super) folders: Vec<(Dir, Access)>,
    pub(super) network: bool,
    pub(super) limits: CommandLimits,
}

/// Works out what `wanted` would run.
pub(crate) fn preview(grant: &Grant, wanted: &RunCommand) -> Result<Plan, ToolError> {
    let commands = grant
        .commands
        .as_ref()
        .ok_or(ToolError::NotGranted("any program to run"))?;
    check_arguments(wanted)?;
    let folder = Inside::parse(&wanted.folder)?;
    let granted = folder.grant(grant)?;
    if !commands.folders.contains(&granted.name) {
        return Err(CommandError::Folder(folder.to_string()).into());
    }
    let room = Room::open(granted)?;
    let dir = room.folder(&folder)?;
    check_program(commands, &wanted.program)?;
    let path = search_path(commands);
    let (program, start) = match wanted.program.strip_prefix("./") {
        Some(rest) => in_folder(&room, &folder, rest, &wanted.program)?,
        None => in_path(&path, &wanted.program)?,
    };
    let mut limits = commands.limits;
    limits.seconds = wanted
        .seconds
        .map_or(limits.seconds, |seconds| seconds.clamp(1, limits.seconds.max(1)));
    Ok(Plan {
        program,
        start,
        arguments: wanted.arguments.clone(),
        place: granted.path.join(folder.parts.iter().collect::<PathBuf>()),
        folder,
        dir,
        path,
        environment: commands.environment.clone(),
        readable: commands.readable.clone(),
        folders: handles(grant, commands)?,
        network: commands.network,
        limits,
    })
}

impl Plan {
    /// What would happen, for a person to read.
    pub(crate) fn effect(&self) -> Effect {
        Effect::Run {
            program: self.program.clone(),
            arguments: self.arguments.clone(),
            folder: self.folder.to_string(),
            shown: self.shown(),
            network: self.network,
            confined: can_confine(),
            limits: self.limits,
        }
    }

    /// The whole as one would type it.
    pub(super) fn shown(&self) -> String {
        shown::typed(&self.program.name, &self.arguments)
    }
}

/// The granted folders that programs may use.
fn handles(grant: &Grant, commands: &CommandGrant) -> Result<Vec<(Dir, Access)>, FileError> {
    let folders = commands.folders.iter().filter_map(|name| grant.folder(name));
    folders
        .map(|folder| Ok((Room::open(folder)?.handle()?, folder.access)))
        .collect()
}

fn check_arguments(wanted: &RunCommand) -> Result<(), CommandError> {
    let all = || wanted.arguments.iter().chain([&wanted.program]);
    let bytes: usize = all().map(|argument| argument.len() + 1).sum();
    let is_torn = all().any(|argument| argument.contains('\0'));
    if is_torn || wanted.arguments.len() > MOST_ARGUMENTS || bytes > MOST_ARGUMENT_BYTES {
        return Err(CommandError::Arguments);
    }
    Ok(())
}

fn check_program(commands: &CommandGrant, program: &str) -> Result<(), CommandError> {
    match &commands.programs {
        Programs::Any => Ok(()),
        Programs::Only(names) if names.iter().any(|name| name == program) => Ok(()),
        Programs::Only(_) => Err(CommandError::Program(program.to_owned())),
    }
}

fn search_path(commands: &CommandGrant) -> Vec<PathBuf> {
    if commands.path.is_empty() {
        return USUAL_PATH.iter().map(PathBuf::from).collect();
    }
    commands
        .path
        .iter()
        .filter(|folder| folder.is_absolute())
        .cloned()
        .collect()
}

/// A program that lies in the folder itself. Its content is part of what is approved.
fn in_folder(
    room: &Room,
    folder: &Inside,
    rest: &str,
    name: &str,
) -> Result<(ProgramSeen, PathBuf), ToolError> {
    let path = Inside::parse(&format!("{folder}/{rest}"))?;
    let spot = room.spot(&path)?;
    let held =
        held(room, &spot, &path, MOST_PROGRAM_BYTES)?.ok_or_else(|| FileError::Missing(path.to_string()))?;
    if !is_executable(&held.metadata) {
        return Err(CommandError::NotExecutable(path.to_string()).into());
    }
    let beneath: PathBuf = path.parts.iter().skip(folder.parts.len()).collect();
    let seen = ProgramSeen {
        name: name.to_owned(),
        path: path.to_string(),
        sha256: Some(held.hash),
    };
    Ok((seen, Path::new(".").join(beneath)))
}

fn in_path(path: &[PathBuf], name: &str) -> Result<(ProgramSeen, PathBuf), CommandError> {
    if name.contains(['/', '\\']) || name.is_empty() || name == "." || name == ".." {
        return Err(CommandError::NotName(name.to_owned()));
    }
    let found = path
        .iter()
        .map(|folder| folder.join(name))
        .find(|file| is_program(file));
    let found = found.ok_or_else(|| CommandError::NotFound(name.to_owned()))?;
    let seen = ProgramSeen {
        name: name.to_owned(),
        path: found.display().to_string(),
        sha256: None,
    };
    Ok((seen, found))
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

#[cfg(unix)]
fn is_executable(metadata: &Metadata) -> bool {
    use cap_std::fs::MetadataExt;
    metadata.mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &Metadata) -> bool {
    true
}
