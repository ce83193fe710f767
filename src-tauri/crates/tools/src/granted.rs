//! A folder as it is when it is granted.

use std::io;
use std::path::Path;
use wheelhouse_domain::{Access, FolderGrant};

/// A grant of the folder that `path` leads to now. If a link takes its place later, the grant fits no more.
///
/// # Errors
///
/// The folder can't be found, or something else is there.
pub fn granted_folder(name: &str, path: &Path, access: Access) -> io::Result<FolderGrant> {
    let path = path.canonicalize()?;
    if !path.is_dir() {
        return Err(io::Error::from(io::ErrorKind::NotADirectory));
    }
    Ok(FolderGrant {
        name: name.to_owned(),
        path,
        access,
        hard_links: false,
        stays_here: false,
    })
}
