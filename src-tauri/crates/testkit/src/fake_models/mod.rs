//! A model server that does as it is told: the four wire formats on loopback, with answers from a script.
//!
//! A script sees each request in one neutral form, see [`Asked`], and says what to answer, see [`Reply`]. The
//! formats are written here anew, from their documentation: a server made from the client's own library would
//! agree with its mistakes. Every request is kept for the tests to look at, and one whose tool results don't
//! fit its tool calls is refused, as real providers do.
//!
//! Deliberately absent: answers that are not streamed, keys that are checked, and time. A server that hangs
//! hangs until its client goes away.

mod asked;
mod chunks;
mod crew;
mod fault;
mod limits;
mod read;
mod reply;
mod serve;
mod write;

pub use asked::{Asked, CallSeen, Captured, ResultSeen, Turn};
pub use crew::crew;
pub use fault::Fault;
pub use reply::{Chunking, Reply};
pub use serve::FakeModels;
