//! Keys from the environment, for machines without a person: `WHEELHOUSE_KEY_<NAME>` holds a key,
//! `WHEELHOUSE_KEY_<NAME>_FILE` names a file that does. The name is the provider's, in capitals, `-` as `_`.

use super::error::KeyError;
use super::secret::{Secret, UnfitSecret};
use super::thread::apart;
use std::collections::HashMap;
use std::env;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;
use zeroize::Zeroizing;

/// More than a key may have, so that a longer one is noticed and `/dev/zero` is no trap.
const MAX_FILE_BYTES: usize = 8192;
/// `file` keeps keys in the encrypted file although there is a keychain.
const PLACE_VARIABLE: &str = "WHEELHOUSE_KEYS";

/// Gives the value of a variable.
type Reader = dyn Fn(&str) -> Option<OsString> + Send + Sync;

/// Where variables are read from.
#[derive(Clone)]
pub struct Environment {
    read: Arc<Reader>,
}

impl Environment {
    /// The environment of this process.
    #[must_use]
    pub fn process() -> Self {
        Self {
            read: Arc::new(|name| env::var_os(name)),
        }
    }

    /// These variables and no others.
    #[must_use]
    pub fn of<const N: usize>(variables: [(&str, &str); N]) -> Self {
        let variables: HashMap<String, OsString> = variables
            .into_iter()
            .map(|(name, value)| (name.to_owned(), OsString::from(value)))
            .collect();
        Self {
            read: Arc::new(move |name| variables.get(name).cloned()),
        }
    }

    /// Whether the operator wants the file although there may be a keychain.
    pub(crate) fn wants_file(&self) -> bool {
        self.value(PLACE_VARIABLE).is_some_and(|value| value == "file")
    }

    /// Whether a key of the provider `name` is meant to come from here.
    pub(crate) fn has(&self, name: &str) -> bool {
        let variable = variable(name);
        self.value(&variable).is_some() || self.value(&file_variable(&variable)).is_some()
    }

    /// The key of the provider `name`. The variable that holds a key goes before the one that names a file.
    pub(crate) async fn key(&self, name: &str) -> Result<Option<Secret>, KeyError> {
        let variable = variable(name);
        if let Some(value) = self.value(&variable) {
            let key = value.into_string().map_err(|_| UnfitSecret::UnfitCharacter);
            return match key.and_then(Secret::parse) {
                Ok(key) => Ok(Some(key)),
                Err(fault) => Err(KeyError::UnfitVariable { variable, fault }),
            };
        }
        let variable = file_variable(&variable);
        match self.value(&variable) {
            Some(path) => apart(move || from_file(path, variable)).await?.map(Some),
            None => Ok(None),
        }
    }

    /// A variable that is set and empty counts as not set.
    fn value(&self, variable: &str) -> Option<OsString> {
        (self.read)(variable).filter(|value| !value.is_empty())
    }
}

fn variable(name: &str) -> String {
    format!("WHEELHOUSE_KEY_{}", name.to_ascii_uppercase().replace('-', "_"))
}

fn file_variable(variable: &str) -> String {
    format!("{variable}_FILE")
}

fn from_file(path: OsString, variable: String) -> Result<Secret, KeyError> {
    let bytes = match read(path) {
        Ok(bytes) => bytes,
        Err(source) => return Err(KeyError::VariableFile { variable, source }),
    };
    let key = str::from_utf8(&bytes).map_err(|_| UnfitSecret::UnfitCharacter);
    key.and_then(|key| Secret::parse(key.to_owned()))
        .map_err(|fault| KeyError::UnfitVariable { variable, fault })
}

/// The buffer never grows, so that no copy of the key stays behind.
fn read(path: OsString) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_FILE_BYTES + 1));
    File::open(path)?
        .take(MAX_FILE_BYTES as u64)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}
