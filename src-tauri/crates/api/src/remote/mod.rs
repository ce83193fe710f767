//! The table of operations on another machine's server: commands by HTTP, changes by one WebSocket.
//!
//! [`pair`] makes a token of a code that the server shows, [`Remote`] is the table, and [`RemoteFeed`] is what the
//! server tells. Only certificates that were pinned by pairing are spoken to; nothing else vouches for a server.
//!
//! Deliberately absent: when to connect again, and where tokens are kept. Whoever connects decides both.

mod address;
mod answer;
mod client;
mod code;
mod feed;
mod fingerprint;
mod joined;
mod leaving;
mod names;
mod operations;
mod pairing;
mod patience;
mod socket;
mod tls;
mod token;
mod trouble;

pub use address::Address;
pub use client::{Remote, RemoteAddress};
pub use feed::{Acks, RemoteFeed, Told};
pub use fingerprint::Fingerprint;
pub use pairing::{Paired, Scope, pair};
pub use patience::Patience;
pub use token::Token;
