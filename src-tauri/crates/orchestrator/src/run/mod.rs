//! One actor for each unfinished workflow: it alone decides about the run, writes its events and starts or
//! stops its performers. It leaves when the run has ended.

mod actor;
mod mailbox;
mod performers;

pub(crate) use actor::{Actor, load};
pub(crate) use mailbox::{Mailbox, Message, Reporter, Unwanted};
