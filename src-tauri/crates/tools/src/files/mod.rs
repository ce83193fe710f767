//! Files beneath granted folders.
//!
//! Nothing here opens a path of the system. A granted folder is opened once, as a handle, and each step of a path is opened
//! from the handle of the step before, without following links. So it makes no difference what is renamed meanwhile: what
//! was reached lay beneath the granted folder when it was opened.
//!
//! What that can't do: a file that has a second name (hard link) elsewhere looks like any other. Such files are not read
//! unless the grant says so. They can't be changed from here in any case, because a write makes a new file in the old one's place.

mod checkpoint;
mod diff;
mod edit;
mod error;
mod list;
mod path;
mod read;
mod room;
mod search;
mod swap;
mod text;
mod undo;
mod write;

pub use checkpoint::{Checkpoint, Checkpoints};
pub use diff::unified_diff;
pub use error::{FileError, PathError};
pub(crate) use list::{list, list_granted};
pub use path::is_invisible;
pub(crate) use path::{Inside, is_deceiving};
pub(crate) use read::read;
pub(crate) use room::Room;
pub(crate) use search::search;
pub(crate) use text::held;
pub(crate) use undo::undo;
pub(crate) use write::{Plan as WritePlan, perform as write, preview as preview_write};
