//! The tokens as a running server has them in memory.

use super::row::{Caller, Stored, TokenId};
use super::{AccessError, CheckRefusal};
use crate::security::secret::TokenHash;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use wheelhouse_contract::domain::Millis;

/// Looks in a row at a damaged file before it counts: an editor may be writing it just now.
const DAMAGED_LOOKS: u32 = 2;
/// Looks in a row at a file that can't be opened before it counts, about ten seconds: a server that has run out of
/// file handles for a moment must not lose everybody.
const CLOSED_LOOKS: u32 = 40;

/// Everybody who is known.
#[derive(Debug)]
pub(super) struct State {
    rows: Vec<Stored>,
    /// Those whose time is not over, as of the last look.
    good: Vec<TokenId>,
    /// Looks in a row that saw nothing.
    blind: u32,
    is_readable: bool,
}

impl State {
    pub(super) fn new(rows: Vec<Stored>, now: Millis) -> Self {
        Self {
            good: good(&rows, now),
            rows,
            blind: 0,
            is_readable: true,
        }
    }

    /// Who has a token with this hash. Compares with all of them, whichever fits.
    pub(super) fn find(&self, hash: &TokenHash, now: Millis) -> Result<Caller, CheckRefusal> {
        let mut found = u64::MAX;
        for (place, stored) in (0_u64..).zip(&self.rows) {
            let fits: Choice = stored.hash.ct_eq(hash);
            found.conditional_assign(&place, fits);
        }
        let stored = usize::try_from(found).ok().and_then(|place| self.rows.get(place));
        let good = stored.filter(|stored| !stored.row.has_expired(now));
        match good {
            _ if !self.is_readable => Err(CheckRefusal::Unreadable),
            None => Err(CheckRefusal::Unknown),
            Some(stored) => Ok(Caller {
                id: stored.row.id.clone(),
                name: stored.row.name.as_str().into(),
                scope: stored.row.scope,
            }),
        }
    }

    /// Whether a token was good at the last look.
    pub(super) fn is_good(&self, id: &TokenId) -> bool {
        self.is_readable && self.good.contains(id)
    }

    /// Takes in what was read, and tells whether anything is different now.
    pub(super) fn follow(&mut self, read: Result<Vec<Stored>, AccessError>, now: Millis) -> bool {
        match read {
            Ok(rows) => self.see(rows, now),
            Err(error) => self.miss(&error),
        }
    }

    fn see(&mut self, rows: Vec<Stored>, now: Millis) -> bool {
        if self.blind > 0 {
            tracing::info!("the list of tokens can be read again");
        }
        let next = Self::new(rows, now);
        let is_different = !self.is_readable || self.good != next.good || !same(&self.rows, &next.rows);
        *self = next;
        is_different
    }

    fn miss(&mut self, error: &AccessError) -> bool {
        self.blind = self.blind.saturating_add(1);
        if self.blind == 1 {
            tracing::error!(%error, next_step = error.next_step(), "the list of tokens can't be read");
        }
        let patience = match error {
            AccessError::File { .. } => CLOSED_LOOKS,
            _ => DAMAGED_LOOKS,
        };
        let is_over = self.is_readable && self.blind >= patience;
        if is_over {
            tracing::error!("every token is refused until the list can be read");
            self.is_readable = false;
        }
        is_over
    }
}

fn good(rows: &[Stored], now: Millis) -> Vec<TokenId> {
    let good = rows.iter().filter(|stored| !stored.row.has_expired(now));
    good.map(|stored| stored.row.id.clone()).collect()
}

fn same(one: &[Stored], other: &[Stored]) -> bool {
    let same = |(one, other): (&Stored, &Stored)| one.row == other.row && one.hash.0 == other.hash.0;
    one.len() == other.len() && one.iter().zip(other).all(same)
}
