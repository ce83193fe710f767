//! Which providers have a key, and where. Uids only, so that it can be read while the keys are locked.

use super::disk;
use super::error::KeyError;
use super::state::KeyPlace;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use uuid::Uuid;

const INDEX_FILE: &str = "keys.index.json";
const VERSION: u32 = 1;
/// Far more than the uids of any number of providers.
const MAX_BYTES: u64 = 1024 * 1024;

/// Which provider's key is where.
pub(crate) type Places = BTreeMap<Uuid, KeyPlace>;

#[derive(Serialize, Deserialize)]
struct Form {
    version: u32,
    keys: Places,
}

pub(crate) struct Index {
    path: PathBuf,
    places: Places,
    on_disk: bool,
    /// There was none to read, so a key may be kept that it does not name.
    lost: bool,
}

impl Index {
    /// Reads the index. One that makes no sense is set aside: what it says can be found out again.
    pub(crate) fn open(folder: &Path) -> Result<Self, KeyError> {
        let path = folder.join(INDEX_FILE);
        disk::clear_leftover(&path)?;
        let read = match disk::read(&path, MAX_BYTES)? {
            None => None,
            Some(bytes) => {
                let places = parse(&bytes);
                if places.is_none() {
                    tracing::warn!(path = %path.display(), "the list of keys can't be read; made anew");
                    disk::set_aside(&path)?;
                }
                places
            }
        };
        Ok(Self {
            lost: read.is_none(),
            on_disk: read.is_some(),
            places: read.unwrap_or_default(),
            path,
        })
    }

    pub(crate) fn places(&self) -> &Places {
        &self.places
    }

    pub(crate) fn place(&self, provider: Uuid) -> Option<KeyPlace> {
        self.places.get(&provider).copied()
    }

    pub(crate) fn is_lost(&self) -> bool {
        self.lost
    }

    /// The key file is gone, and its keys with it.
    pub(crate) fn forget_file(&mut self) {
        self.places.retain(|_, place| *place != KeyPlace::File);
        self.lost = false;
    }

    /// Takes the word of the key file, now that it is open, for what is in it.
    pub(crate) fn set_file(&mut self, inside: impl Iterator<Item = Uuid>) -> Result<(), KeyError> {
        let mut places = self.places.clone();
        places.retain(|_, place| *place != KeyPlace::File);
        places.extend(inside.map(|provider| (provider, KeyPlace::File)));
        self.write(places)
    }

    pub(crate) fn insert(&mut self, provider: Uuid, place: KeyPlace) -> Result<(), KeyError> {
        let mut places = self.places.clone();
        places.insert(provider, place);
        self.write(places)
    }

    pub(crate) fn remove(&mut self, provider: Uuid) -> Result<(), KeyError> {
        let mut places = self.places.clone();
        places.remove(&provider);
        self.write(places)
    }

    fn write(&mut self, places: Places) -> Result<(), KeyError> {
        if !self.on_disk || places != self.places {
            let form = Form {
                version: VERSION,
                keys: places.clone(),
            };
            disk::replace(&self.path, &serde_json::to_vec_pretty(&form)?)?;
            self.places = places;
            self.on_disk = true;
        }
        self.lost = false;
        Ok(())
    }
}

fn parse(bytes: &[u8]) -> Option<Places> {
    let form: Form = serde_json::from_slice(bytes).ok()?;
    (form.version == VERSION).then_some(form.keys)
}
