//! The line in front of each provider: how many calls are at work there at the same time, and who waits while the
//! provider asks for a pause.
//!
//! What a provider answers to one call counts for all: when it asks to come back later, the others wait instead of
//! running into the same refusal, and after the pause one of them goes first to see whether it is over. They go in the
//! order in which they came; a call passes those before it only where their model pauses and its own does not. Whoever
//! stops waiting leaves the line.
//!
//! Where a good answer says that it was the last one allowed for a while, nothing is sent to its model before that is over.
//!
//! What was learnt holds for one place and one key: when the operator changes either, it is forgotten and the line moves.
//!
//! Deliberately absent: trying again, which the engine decides about.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};
use wheelhouse_domain::{Failure, FailureCode, Millis, ProviderUid, WhyWaiting};

/// First pause where a provider asks for one and does not say how long; the next ones are twice as long each.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// Longest pause that is made up here.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Where a call wants to go.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    /// The provider.
    pub(crate) provider: ProviderUid,
    /// What it is called.
    pub(crate) name: String,
    /// The model as the provider names it.
    pub(crate) model: String,
    /// Calls that may be at work there at the same time, at least 1.
    pub(crate) places: u32,
}

/// Why a call can't go yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Held {
    /// All places are taken, or others came before.
    Busy,
    /// The provider asked for a pause until then.
    Paused(Instant),
}

impl Held {
    pub(crate) fn why(self) -> WhyWaiting {
        match self {
            Self::Busy => WhyWaiting::Busy,
            Self::Paused(_) => WhyWaiting::Paused,
        }
    }

    /// Until when at least, by a clock that says `now`.
    pub(crate) fn until(self, now: Millis) -> Option<Millis> {
        match self {
            Self::Busy => None,
            Self::Paused(until) => {
                let wait = until.saturating_duration_since(Instant::now()).as_millis();
                Some(now.plus(i64::try_from(wait).unwrap_or(i64::MAX)))
            }
        }
    }
}

/// The lines of all providers.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    lines: Mutex<HashMap<ProviderUid, Line>>,
    moved: Notify,
}

#[derive(Debug, Default)]
struct Line {
    /// Calls at work, by model.
    at_work: BTreeMap<String, u32>,
    /// Who waits, in the order of coming: number and model.
    waiting: VecDeque<(u64, String)>,
    next: u64,
    /// The pause of the provider as a whole.
    whole: Option<Pause>,
    /// Pauses of single models.
    models: HashMap<String, Pause>,
    /// Until when single models are allowed no further call, as good answers of them said.
    used_up: HashMap<String, Instant>,
    /// How often all that was forgotten. What comes of a call that went before says nothing of what is there now.
    forgotten: u64,
}

#[derive(Debug, Clone, Copy)]
struct Pause {
    until: Instant,
    /// Refusals since a call last went well.
    refusals: u32,
}

impl Line {
    fn total(&self) -> u32 {
        self.at_work.values().sum()
    }

    /// Why no call of `model` may go now, be there a place or not.
    fn pause_of(&self, model: &str, now: Instant) -> Option<Held> {
        let ends = |pause: &Pause| (pause.until > now).then_some(pause.until);
        let (whole, own) = (self.whole.as_ref(), self.models.get(model));
        let used_up = self.used_up.get(model).copied().filter(|until| *until > now);
        if let Some(until) = whole.and_then(ends).max(own.and_then(ends)).max(used_up) {
            return Some(Held::Paused(until));
        }
        // The pause is over as far as anybody knows. One call finds out whether it is.
        let alone = match (whole, own) {
            (Some(_), _) => self.total() == 0,
            (None, Some(_)) => !self.at_work.contains_key(model),
            (None, None) => true,
        };
        (!alone).then_some(Held::Busy)
    }

    fn may_go(&self, number: u64, door: &Door, now: Instant) -> Result<(), Held> {
        if let Some(held) = self.pause_of(&door.model, now) {
            return Err(held);
        }
        let before = self
            .waiting
            .iter()
            .take_while(|(other, _)| *other < number)
            .filter(|(_, model)| self.pause_of(model, now).is_none())
            .count();
        let before = u32::try_from(before).unwrap_or(u32::MAX);
        // Where a pause has just ended, the first of its model is the one that finds out.
        let first_of_model = !self
            .waiting
            .iter()
            .any(|(other, model)| *other < number && *model == door.model);
        let finds_out = self.whole.is_some() || self.models.contains_key(&door.model);
        let room = self.total().saturating_add(before) < door.places.max(1);
        (room && (!finds_out || first_of_model))
            .then_some(())
            .ok_or(Held::Busy)
    }
}

impl Lines {
    /// Waits for its turn, however long that takes. `told` hears why, first when it has to wait and then whenever that
    /// changes; dropping the future leaves the line.
    #[cfg(test)]
    pub(crate) async fn enter(self: &Arc<Self>, door: &Door, told: impl FnMut(Held)) -> Pass {
        let entered = self.enter_unless(door, |_| false, told).await;
        entered.unwrap_or_else(|until| unreachable!("it was told to wait, until {until:?}"))
    }

    /// The same, unless the provider pauses and `too_long` says that this pause is.
    ///
    /// # Errors
    /// The end of a pause that is too long.
    pub(crate) async fn enter_unless(
        self: &Arc<Self>,
        door: &Door,
        too_long: impl Fn(Duration) -> bool,
        mut told: impl FnMut(Held),
    ) -> Result<Pass, Instant> {
        let ticket = self.join(door);
        let mut said = None;
        loop {
            let moved = self.moved.notified();
            tokio::pin!(moved);
            // From here on nothing that moves is missed.
            moved.as_mut().enable();
            let held = match ticket.try_go() {
                Ok(pass) => return Ok(pass),
                Err(held) => held,
            };
            if let Held::Paused(until) = held
                && too_long(until.saturating_duration_since(Instant::now()))
            {
                return Err(until);
            }
            if said != Some(held) {
                told(held);
                said = Some(held);
            }
            match held {
                Held::Busy => moved.await,
                Held::Paused(until) => tokio::select! {
                    () = moved => {}
                    () = sleep_until(until) => {}
                },
            }
        }
    }

    /// Forgets what the providers that `are` says asked for: they are at another place now or have another key. Who waits for
    /// it goes on at once.
    pub(crate) fn forget(&self, are: impl Fn(ProviderUid) -> bool) {
        for (_, line) in self.lines().iter_mut().filter(|(provider, _)| are(**provider)) {
            line.whole = None;
            line.models.clear();
            line.used_up.clear();
            line.forgotten += 1;
        }
        self.moved.notify_waiters();
    }

    fn join<'a>(self: &Arc<Self>, door: &'a Door) -> Ticket<'a> {
        let mut lines = self.lines();
        let line = lines.entry(door.provider).or_default();
        let number = line.next;
        line.next += 1;
        line.waiting.push_back((number, door.model.clone()));
        Ticket {
            lines: Arc::clone(self),
            door,
            number,
        }
    }

    fn lines(&self) -> MutexGuard<'_, HashMap<ProviderUid, Line>> {
        // Each change is one statement on numbers, so a panic elsewhere leaves nothing half done.
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in the line.
struct Ticket<'a> {
    lines: Arc<Lines>,
    door: &'a Door,
    number: u64,
}

impl Ticket<'_> {
    fn try_go(&self) -> Result<Pass, Held> {
        let mut lines = self.lines.lines();
        let line = lines.entry(self.door.provider).or_default();
        line.may_go(self.number, self.door, Instant::now())?;
        line.waiting.retain(|(number, _)| *number != self.number);
        *line.at_work.entry(self.door.model.clone()).or_default() += 1;
        Ok(Pass {
            lines: Arc::clone(&self.lines),
            provider: self.door.provider,
            model: self.door.model.clone(),
            forgotten: line.forgotten,
        })
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        if let Some(line) = self.lines.lines().get_mut(&self.door.provider) {
            line.waiting.retain(|(number, _)| *number != self.number);
        }
        self.lines.moved.notify_waiters();
    }
}

/// A call that may be made. Its place is free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Pass {
    lines: Arc<Lines>,
    provider: ProviderUid,
    model: String,
    /// What the line had forgotten by then.
    forgotten: u64,
}

impl Pass {
    /// The provider answered: whatever pause there was is over.
    pub(crate) fn went_well(&self) {
        self.learn(|line, model| {
            line.whole = None;
            line.models.remove(model);
        });
    }

    /// The provider answers, and allows no further call of the model before `wait` is over. This is no refusal, so after it
    /// nobody has to find out, and answers to calls that were under way already do not end it.
    pub(crate) fn used_up(&self, wait: Duration) {
        self.learn(|line, model| {
            let now = Instant::now();
            line.used_up.retain(|_, until| *until > now);
            let until = line.used_up.entry(model.to_owned()).or_insert(now);
            *until = (*until).max(now + wait);
        });
    }

    /// The call failed. Where the provider asked to come back later, all others of the model wait too; where the whole
    /// server did, all others.
    pub(crate) fn failed(&self, failure: &Failure) {
        let asked = failure
            .retry_after_ms
            .map(|wait| Duration::from_millis(u64::from(wait)));
        let whole = match (failure.code, asked) {
            (FailureCode::ModelRateLimited, _) => false,
            (FailureCode::ModelUnavailable, Some(_)) => true,
            _ => return,
        };
        self.learn(|line, model| {
            let before = if whole {
                line.whole
            } else {
                line.models.get(model).copied()
            };
            let pause = longer(before, asked);
            if whole {
                line.whole = Some(pause);
            } else {
                line.models.insert(model.to_owned(), pause);
            }
        });
    }

    /// The same as [`Self::change`], unless what the provider asked for was forgotten since this call went.
    fn learn(&self, change: impl FnOnce(&mut Line, &str)) {
        self.change(|line, model| {
            if line.forgotten == self.forgotten {
                change(line, model);
            }
        });
    }

    fn change(&self, change: impl FnOnce(&mut Line, &str)) {
        if let Some(line) = self.lines.lines().get_mut(&self.provider) {
            change(line, &self.model);
        }
        self.lines.moved.notify_waiters();
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        self.change(|line, model| {
            if let Some(count) = line.at_work.get_mut(model) {
                *count = count.saturating_sub(1);
            }
            line.at_work.retain(|_, count| *count > 0);
        });
    }
}

/// The pause after one more refusal; it never ends before one that was asked for already.
fn longer(before: Option<Pause>, asked: Option<Duration>) -> Pause {
    let refusals = before.map_or(0, |pause| pause.refusals);
    let own = FIRST_PAUSE
        .saturating_mul(1 << refusals.min(10))
        .min(LONGEST_PAUSE);
    let until = Instant::now() + asked.unwrap_or(own);
    Pause {
        until: before.map_or(until, |pause| pause.until.max(until)),
        refusals: refusals.saturating_add(1),
    }
}
