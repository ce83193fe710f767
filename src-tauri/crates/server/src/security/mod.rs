//! Who may speak to the server, and how much: tokens, pairing, TLS, and the guard in front of every route.
//!
//! | what | where |
//! | --- | --- |
//! | named tokens, kept as hashes, revocable while the server runs | `tokens` |
//! | a code that is typed once on a new device | `pairing` |
//! | the server's certificate | `tls` |
//! | where plain HTTP is refused | `bind` |
//! | how the server listened last, for a code that fits it | `last` |
//! | requests that were not meant for this server, or come from a page | `origin` |
//! | how much one client may ask for | `limits` |
//! | all of it in front of every route | `guard` |
//!
//! Deliberately absent: what an operation may do beyond reading or changing. One operator owns the store; a token is the
//! operator's own device, or somebody who may look.

mod access;
mod bind;
mod clock;
mod crockford;
mod error;
mod folder;
mod guard;
mod last;
mod limits;
mod origin;
mod pairing;
mod secret;
#[cfg(test)]
mod testing;
mod tls;
mod tokens;

pub use access::{FirstStart, ServerAccess};
pub use bind::{ALLOW_PLAIN, BindRefusal, PLAIN_IS_UNDERSTOOD, PlainHttp, may_listen};
pub use clock::Clock;
pub use error::{AccessError, Damage, UnfitName};
pub(crate) use guard::meant_here;
pub use guard::{Access, Connection, Guard, Routes, guard};
pub(crate) use last::Last;
pub use limits::{ConnectionPlace, Connections, LimitOptions, Rate, TooMany};
pub use origin::{OriginRefusal, Origins, UnfitOrigin};
pub(crate) use pairing::PAIR_PATH;
pub use pairing::{CODE_MINUTES, NewCode, PairRefusal, Pairing, PairingDesk, TRIES, pairing_routes};
pub use secret::Token;
pub use tls::{Fingerprint, Identity, Tls, TlsError, identity};
pub(crate) use tokens::hex;
pub use tokens::{
    Caller, CheckRefusal, Issued, MOST as TOKENS_MOST, NAME_MOST, Scope, TokenId, TokenRow, Tokens,
};
