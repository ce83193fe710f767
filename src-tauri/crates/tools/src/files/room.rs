//! A granted folder, opened. All that is reached is reached from its handle, step by step, and no link is followed.

use super::error::FileError;
use super::path::Inside;
use cap_fs_ext::{DirExt, FollowSymlinks, MetadataExt, OpenOptionsFollowExt, OpenOptionsSyncExt};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, File, Metadata, OpenOptions};
use std::io;
use std::path::{Component, Path};
use wheelhouse_domain::{Access, FolderGrant};

/// A granted folder, opened.
#[derive(Debug)]
pub(crate) struct Room {
    root: Dir,
    device: u64,
    /// What may be done in it.
    pub(crate) grant: FolderGrant,
}

/// A folder on the way, and the name of what is wanted in it.
#[derive(Debug)]
pub(crate) struct Spot {
    /// The folder's handle.
    pub(crate) dir: Dir,
    /// The name in it.
    pub(crate) name: String,
}

impl Room {
    /// Opens the folder of `grant`. A link in its path is not followed: the grant was made of a path without any.
    pub(crate) fn open(grant: &FolderGrant) -> Result<Self, FileError> {
        let gone = |_| FileError::FolderGone(grant.name.clone());
        let root = open_absolute(&grant.path).map_err(gone)?;
        let device = root.dir_metadata().map_err(gone)?.dev();
        Ok(Self {
            root,
            device,
            grant: grant.clone(),
        })
    }

    /// Another handle of the folder itself.
    pub(crate) fn handle(&self) -> Result<Dir, FileError> {
        self.root.try_clone().map_err(FileError::io(&self.grant.name))
    }

    /// Refuses unless the folder is granted for writing and the path is one that may be written.
    pub(crate) fn require_write(&self, path: &Inside) -> Result<(), FileError> {
        if self.grant.access != Access::Write {
            return Err(FileError::ReadOnly(path.to_string()));
        }
        if path.is_steering() {
            return Err(FileError::Steering(path.to_string()));
        }
        Ok(())
    }

    /// The folder at `path`.
    pub(crate) fn folder(&self, path: &Inside) -> Result<Dir, FileError> {
        self.walk(&path.parts, path)
    }

    /// Where the file at `path` is or would be.
    pub(crate) fn spot(&self, path: &Inside) -> Result<Spot, FileError> {
        let (name, way) = path
            .split()
            .ok_or_else(|| FileError::IsFolder(path.to_string()))?;
        Ok(Spot {
            dir: self.walk(way, path)?,
            name: name.to_owned(),
        })
    }

    /// How many of the folders on the way to `path` are there already.
    pub(crate) fn present(&self, path: &Inside) -> Result<usize, FileError> {
        let way = path.split().map_or(&[][..], |(_, way)| way);
        let mut dir = self.root.try_clone().map_err(FileError::io(path))?;
        for (index, part) in way.iter().enumerate() {
            match self.step(&dir, part, path) {
                Ok(next) => dir = next,
                Err(FileError::Missing(_)) => return Ok(index),
                Err(error) => return Err(error),
            }
        }
        Ok(way.len())
    }

    /// As [`Room::spot`], but makes the folders that are missing. Says which it made, by their depth.
    pub(crate) fn make_spot(&self, path: &Inside) -> Result<(Spot, Vec<usize>), FileError> {
        let (name, way) = path
            .split()
            .ok_or_else(|| FileError::IsFolder(path.to_string()))?;
        let mut dir = self.root.try_clone().map_err(FileError::io(path))?;
        let mut made = Vec::new();
        for (index, part) in way.iter().enumerate() {
            dir = match self.step(&dir, part, path) {
                Err(FileError::Missing(_)) => {
                    match dir.create_dir(part) {
                        Ok(()) => made.push(index + 1),
                        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                        Err(error) => return Err(FileError::io(path)(error)),
                    }
                    self.step(&dir, part, path)?
                }
                other => other?,
            };
        }
        let name = name.to_owned();
        Ok((Spot { dir, name }, made))
    }

    fn walk(&self, way: &[String], path: &Inside) -> Result<Dir, FileError> {
        let mut dir = self.root.try_clone().map_err(FileError::io(path))?;
        for part in way {
            dir = self.step(&dir, part, path)?;
        }
        Ok(dir)
    }

    /// The folder called `part` in `dir`, if it is one and no link.
    pub(crate) fn step(&self, dir: &Dir, part: &str, path: &Inside) -> Result<Dir, FileError> {
        let next = dir
            .open_dir_nofollow(part)
            .map_err(|error| why_not_folder(dir, part, path, error))?;
        let device = next.dir_metadata().map_err(FileError::io(path))?.dev();
        self.same_disk(device, path)?;
        Ok(next)
    }

    /// Opens the ordinary file at `spot` for reading; none if nothing is there.
    pub(crate) fn file(&self, spot: &Spot, path: &Inside) -> Result<Option<(File, Metadata)>, FileError> {
        let metadata = match spot.dir.symlink_metadata(&spot.name) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(FileError::io(path)(error)),
        };
        // Looked at first, so that no device is opened; what is opened then is looked at again.
        ordinary(&metadata, path)?;
        let mut options = OpenOptions::new();
        // Opening a pipe that took the file's place would wait for its other end.
        options.read(true).follow(FollowSymlinks::No).nonblock(true);
        let file = match spot.dir.open_with(&spot.name, &options) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) if is_link(&spot.dir, &spot.name) => {
                drop(error);
                return Err(FileError::Link(path.to_string()));
            }
            Err(error) => return Err(FileError::io(path)(error)),
        };
        let metadata = file.metadata().map_err(FileError::io(path))?;
        ordinary(&metadata, path)?;
        self.same_disk(metadata.dev(), path)?;
        if metadata.nlink() > 1 && !self.grant.hard_links {
            return Err(FileError::SecondName(path.to_string()));
        }
        Ok(Some((file, metadata)))
    }

    fn same_disk(&self, device: u64, path: &Inside) -> Result<(), FileError> {
        if device == self.device {
            Ok(())
        } else {
            Err(FileError::OtherDisk(path.to_string()))
        }
    }
}

fn ordinary(metadata: &Metadata, path: &Inside) -> Result<(), FileError> {
    let kind = metadata.file_type();
    if kind.is_file() {
        Ok(())
    } else if kind.is_dir() {
        Err(FileError::IsFolder(path.to_string()))
    } else if kind.is_symlink() {
        Err(FileError::Link(path.to_string()))
    } else {
        Err(FileError::NotOrdinary(path.to_string()))
    }
}

/// Only for the words of a refusal that stands already.
fn why_not_folder(dir: &Dir, part: &str, path: &Inside, error: io::Error) -> FileError {
    if error.kind() == io::ErrorKind::NotFound {
        return FileError::Missing(path.to_string());
    }
    match dir.symlink_metadata(part) {
        Ok(found) if found.file_type().is_symlink() => FileError::Link(path.to_string()),
        Ok(found) if !found.is_dir() => FileError::NotFolder(path.to_string()),
        _ => FileError::io(path)(error),
    }
}

fn is_link(dir: &Dir, name: &str) -> bool {
    dir.symlink_metadata(name)
        .is_ok_and(|found| found.file_type().is_symlink())
}

/// Opens an absolute path from the root of the system down, without following a link.
fn open_absolute(path: &Path) -> io::Result<Dir> {
    if !path.is_absolute() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut top = std::path::PathBuf::new();
    let mut way = Vec::new();
    for component in path.components() {
        match component {
            Component::Prefix(_) | Component::RootDir => top.push(component),
            Component::Normal(part) => way.push(part),
            Component::CurDir | Component::ParentDir => return Err(io::ErrorKind::InvalidInput.into()),
        }
    }
    let mut dir = Dir::open_ambient_dir(top, ambient_authority())?;
    for part in way {
        dir = dir.open_dir_nofollow(part)?;
    }
    Ok(dir)
}
