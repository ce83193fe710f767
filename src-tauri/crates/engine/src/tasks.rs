//! The tasks of a run: in the order in which they came to be, found by their key at once, and cheap to copy.
//!
//! Every decision is made on a copy of the run. A copy shares everything, and only what changes is copied on.

use crate::state::Task;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Index;
use std::sync::Arc;
use wheelhouse_domain::TaskKey;

/// Tasks that are copied on together when one of them changes.
const CHUNK: usize = 64;

/// Parts of the list of keys: a new key copies on one of them.
const SHARDS: usize = 64;

type Chunk = Arc<Vec<Arc<Task>>>;
type Shard = Arc<HashMap<TaskKey, usize>>;

/// The tasks of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Tasks {
    chunks: Vec<Chunk>,
    places: Vec<Shard>,
    len: usize,
}

impl Default for Tasks {
    fn default() -> Self {
        Self {
            chunks: Vec::new(),
            places: vec![Shard::default(); SHARDS],
            len: 0,
        }
    }
}

impl Tasks {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// All of them, in the order in which they came to be.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Task> {
        self.chunks
            .iter()
            .flat_map(|chunk| chunk.iter())
            .map(AsRef::as_ref)
    }

    /// The task of that name.
    #[must_use]
    pub fn get(&self, key: &TaskKey) -> Option<&Task> {
        self.place_of(key).and_then(|place| self.at(place))
    }

    /// Where the task of that name stands.
    #[must_use]
    pub fn place_of(&self, key: &TaskKey) -> Option<usize> {
        self.places
            .get(shard_of(key))
            .and_then(|shard| shard.get(key))
            .copied()
    }

    /// The task at that place.
    #[must_use]
    pub fn at(&self, place: usize) -> Option<&Task> {
        self.chunks
            .get(place / CHUNK)
            .and_then(|chunk| chunk.get(place % CHUNK))
            .map(AsRef::as_ref)
    }

    /// The tasks that may differ from those of an earlier copy of the same run. Those that both share are left out.
    pub(crate) fn changed_since<'a>(&'a self, before: &'a Self) -> impl Iterator<Item = &'a Task> {
        let chunks = self.chunks.iter().enumerate().filter(|(place, chunk)| {
            let same = before.chunks.get(*place);
            same.is_none_or(|same| !Arc::ptr_eq(same, chunk))
        });
        chunks.flat_map(move |(place, chunk)| {
            let earlier = before.chunks.get(place);
            chunk.iter().enumerate().filter_map(move |(number, task)| {
                let same = earlier.and_then(|chunk| chunk.get(number));
                let is_shared = same.is_some_and(|same| Arc::ptr_eq(same, task));
                (!is_shared).then_some(task.as_ref())
            })
        })
    }

    pub(crate) fn at_mut(&mut self, place: usize) -> Option<&mut Task> {
        let chunk = self.chunks.get_mut(place / CHUNK)?;
        let task = Arc::make_mut(chunk).get_mut(place % CHUNK)?;
        Some(Arc::make_mut(task))
    }

    /// Adds `task` and gives its place. A second task of the same name takes the name.
    pub(crate) fn push(&mut self, task: Task) -> usize {
        let place = self.len;
        if let Some(shard) = self.places.get_mut(shard_of(&task.key)) {
            Arc::make_mut(shard).insert(task.key.clone(), place);
        }
        if place.is_multiple_of(CHUNK) {
            self.chunks.push(Chunk::default());
        }
        if let Some(chunk) = self.chunks.last_mut() {
            Arc::make_mut(chunk).push(Arc::new(task));
        }
        self.len += 1;
        place
    }
}

impl Index<usize> for Tasks {
    type Output = Task;

    fn index(&self, place: usize) -> &Task {
        &self.chunks[place / CHUNK][place % CHUNK]
    }
}

impl<'a> IntoIterator for &'a Tasks {
    type Item = &'a Task;
    type IntoIter = Box<dyn DoubleEndedIterator<Item = &'a Task> + 'a>;

    fn into_iter(self) -> Self::IntoIter {
        Box::new(self.iter())
    }
}

/// The same in every process, so that two folds of one journal are alike.
fn shard_of(key: &TaskKey) -> usize {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    usize::try_from(hasher.finish() % SHARDS as u64).unwrap_or(0)
}
