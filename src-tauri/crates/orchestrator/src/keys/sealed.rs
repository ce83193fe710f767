//! The key file's content: keys as lines, sealed with a passphrase in the age format.
//!
//! Lines and not JSON, because a JSON reader copies texts through buffers that nobody wipes. Inside the seal:
//! `wheelhouse-keys 1`, then one line `<provider uid> <key>` for each key.

use super::error::{Damage, KeyError};
use super::secret::{Passphrase, Secret};
use age::{DecryptError, Decryptor, scrypt};
use std::collections::BTreeMap;
use std::io::Read;
use std::iter;
use std::path::Path;
use std::str;
use uuid::Uuid;
use zeroize::Zeroizing;

const FORM: &str = "wheelhouse-keys";
const VERSION: &str = "1";
const UID_LENGTH: usize = 36;
/// scrypt's N as a power of two: 128 MiB of memory and some tenths of a second for each guess.
pub(crate) const WORK_FACTOR: u8 = 17;
/// Above this (1 GiB) a file was not written by us, and reading it could stop the machine.
const MAX_WORK_FACTOR: u8 = 20;

/// The keys of the file, by provider.
pub(crate) type Keys = BTreeMap<Uuid, Secret>;

/// Seals keys with a passphrase.
pub(crate) fn seal(keys: &Keys, passphrase: &Passphrase, work_factor: u8) -> Result<Vec<u8>, KeyError> {
    let mut recipient = scrypt::Recipient::new(passphrase.to_secret_string());
    recipient.set_work_factor(work_factor);
    Ok(age::encrypt(&recipient, &to_lines(keys))?)
}

/// Opens what [`seal`] made. `path` is for the error.
pub(crate) fn open(bytes: &[u8], passphrase: &Passphrase, path: &Path) -> Result<Keys, KeyError> {
    let damaged = |damage| KeyError::Damaged {
        path: path.to_owned(),
        damage,
    };
    let decryptor = Decryptor::new_buffered(bytes).map_err(|error| damaged(Damage::Head(error)))?;
    if !decryptor.is_scrypt() {
        return Err(damaged(Damage::Content));
    }
    let mut identity = scrypt::Identity::new(passphrase.to_secret_string());
    identity.set_max_work_factor(MAX_WORK_FACTOR);
    let mut reader = decryptor
        .decrypt(iter::once(&identity as &dyn age::Identity))
        .map_err(|error| match error {
            DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => KeyError::WrongPassphrase,
            other => damaged(Damage::Head(other)),
        })?;
    // Never grows, so that no copy of a key stays behind in memory that was given back.
    let mut plain = Zeroizing::new(Vec::with_capacity(bytes.len()));
    reader
        .read_to_end(&mut plain)
        .map_err(|error| damaged(Damage::Body(error)))?;
    from_lines(&plain, path)
}

fn to_lines(keys: &Keys) -> Zeroizing<Vec<u8>> {
    let length: usize = keys.values().map(|key| UID_LENGTH + key.expose().len() + 2).sum();
    let mut plain = Zeroizing::new(Vec::with_capacity(FORM.len() + VERSION.len() + 2 + length));
    let mut line = |name: &str, value: &str| {
        plain.extend_from_slice(name.as_bytes());
        plain.push(b' ');
        plain.extend_from_slice(value.as_bytes());
        plain.push(b'\n');
    };
    line(FORM, VERSION);
    for (provider, key) in keys {
        line(&provider.to_string(), key.expose());
    }
    plain
}

fn from_lines(plain: &[u8], path: &Path) -> Result<Keys, KeyError> {
    let damaged = || KeyError::Damaged {
        path: path.to_owned(),
        damage: Damage::Content,
    };
    let mut lines = str::from_utf8(plain).map_err(|_| damaged())?.lines();
    match lines.next().and_then(|line| line.split_once(' ')) {
        Some((FORM, VERSION)) => {}
        Some((FORM, _)) => {
            return Err(KeyError::NewerForm {
                path: path.to_owned(),
            });
        }
        _ => return Err(damaged()),
    }
    lines.map(|line| pair(line).ok_or_else(damaged)).collect()
}

fn pair(line: &str) -> Option<(Uuid, Secret)> {
    let (provider, key) = line.split_once(' ')?;
    let provider = Uuid::try_parse(provider).ok()?;
    Some((provider, Secret::parse(key.to_owned()).ok()?))
}
