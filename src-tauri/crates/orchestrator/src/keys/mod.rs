//! The keys of providers: where they are kept, and who may read them.
//!
//! [`KeyRing`] is all that others see. Keys are in the operating system's keychain where there is one that answers;
//! otherwise in `keys.age` in the data folder, encrypted with the operator's passphrase, which is asked for once
//! in each run of the application. A variable of the environment goes before both, for machines without a person.
//! `keys.index.json` beside it says which providers have a key, and where; it never holds one.
//!
//! A key is a [`Secret`], which has no `Debug`, no `Display` and no `Serialize`, so that it can't get into a log, an
//! error or a frame by accident. Its memory is wiped when it is dropped.
//!
//! Deliberately absent: which provider is called with which key (`models` decides), and a way to show a key again.

mod disk;
mod environment;
mod error;
mod held;
mod index;
mod keychain;
mod options;
mod ring;
mod sealed;
mod secret;
mod state;
#[cfg(test)]
mod tests;
mod thread;
mod vault;

pub use environment::Environment;
pub use error::{Damage, KeyError, KeychainFault};
pub use options::{KeyOptions, KeychainChoice};
pub use ring::KeyRing;
pub use secret::{MIN_PASSPHRASE, Passphrase, Secret, UnfitSecret};
pub use state::{KeyOrigin, KeyPlace, KeyState};
