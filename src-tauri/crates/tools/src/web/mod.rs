//! Fetches a public web page, and nothing that is not public.
//!
//! Every address goes through one door ([`door`]), the first one and each that a redirect names. The name is looked up once;
//! if any address that it has is not public, none is asked; and the connection can go to the checked addresses only, because
//! the HTTP client is given no other way to look a name up.

mod address;
mod body;
mod door;
mod error;
mod fetch;
mod page;
mod resolve;

pub use address::why_not_public;
pub(crate) use door::{Door, plain_host};
pub use error::WebError;
pub(crate) use fetch::fetch;
pub use resolve::{Resolve, Resolving, SystemResolver};
