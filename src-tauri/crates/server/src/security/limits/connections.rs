//! How many connections are open.

use super::{LimitOptions, counted_as};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Why a connection is closed at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TooMany {
    /// All together.
    #[error("the server has as many connections as it may have")]
    Connections,
    /// From one address.
    #[error("this address has as many connections as it may have")]
    FromAddress,
}

/// Counts open connections. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Connections {
    counted: Arc<Mutex<Counted>>,
    most: usize,
    most_from_address: usize,
}

#[derive(Debug, Default)]
struct Counted {
    all: usize,
    /// Only addresses that have one, so that it is never larger than `all`.
    by_address: HashMap<IpAddr, usize>,
}

/// The place of one open connection, until dropped.
#[derive(Debug)]
pub struct ConnectionPlace {
    counted: Arc<Mutex<Counted>>,
    address: IpAddr,
}

impl Connections {
    /// Nothing is open yet.
    #[must_use]
    pub fn new(options: &LimitOptions) -> Self {
        Self {
            counted: Arc::default(),
            most: options.connections,
            most_from_address: options.connections_per_address,
        }
    }

    /// A place for a connection that was just accepted.
    ///
    /// # Errors
    /// [`TooMany`] where there is none. The connection is to be closed without an answer: before TLS there is no way to
    /// give one, and a flood is not worth one.
    pub fn enter(&self, peer: IpAddr) -> Result<ConnectionPlace, TooMany> {
        let address = counted_as(peer);
        let mut counted = lock(&self.counted);
        if counted.all >= self.most {
            return Err(TooMany::Connections);
        }
        let open = counted.by_address.get(&address).copied().unwrap_or_default();
        if open >= self.most_from_address {
            return Err(TooMany::FromAddress);
        }
        counted.by_address.insert(address, open + 1);
        counted.all += 1;
        Ok(ConnectionPlace {
            counted: Arc::clone(&self.counted),
            address,
        })
    }

    /// How many are open.
    #[must_use]
    pub fn open(&self) -> usize {
        lock(&self.counted).all
    }
}

impl Drop for ConnectionPlace {
    fn drop(&mut self) {
        let mut counted = lock(&self.counted);
        counted.all = counted.all.saturating_sub(1);
        let left = counted.by_address.get_mut(&self.address).map(|open| {
            *open = open.saturating_sub(1);
            *open
        });
        if left == Some(0) {
            counted.by_address.remove(&self.address);
        }
    }
}

/// A thread that died while it held the lock left whole numbers.
fn lock(counted: &Mutex<Counted>) -> MutexGuard<'_, Counted> {
    counted.lock().unwrap_or_else(PoisonError::into_inner)
}
