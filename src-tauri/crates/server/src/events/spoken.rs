//! Signals for all clients: gathered once, written once, and lossy. Who does not keep up leaves some out, and costs nothing.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::time::{Instant, timeout_at};
use wheelhouse_api::{Local, signals};
use wheelhouse_contract::Signal;
use wheelhouse_contract::domain::{TaskId, WorkflowId};
use wheelhouse_contract::socket::ToClient;

/// Longest message, in bytes, about.
const BYTES_MOST: usize = 256 * 1024;

/// What stands around a text in a message, in bytes, about.
const AROUND: usize = 100;

/// Signals that come within this time share a message. Longer than in a window, because each message goes to every client; what is
/// written is drawn at the pace of reading all the same.
const COALESCE: Duration = Duration::from_millis(40);

/// Bytes that all clients together are told in a second, so that what nobody can read that fast takes no time from the rest: where
/// much is written and many listen, messages are fewer and longer.
const TO_ALL_A_SECOND: f64 = 32.0 * 1024.0 * 1024.0;

/// Longest time in which nothing is said though something is there.
const REST_MOST: Duration = Duration::from_secs(2);

/// Messages that may wait for a client that is slow.
const WAITING: usize = 32;

/// Signals that share a message.
#[derive(Debug)]
pub(crate) struct Spoken {
    signals: Vec<Signal>,
    text: OnceLock<Arc<str>>,
}

impl Spoken {
    /// The message for whoever listens to `only` these workflows; to all where none is named. None where nothing in it is for them.
    pub(super) fn text(&self, only: &HashSet<WorkflowId>) -> Result<Option<Arc<str>>, serde_json::Error> {
        if only.is_empty() {
            return self.whole().map(Some);
        }
        let of_these = |signal: &&Signal| workflow(signal).is_none_or(|id| only.contains(&id));
        let signals: Vec<Signal> = self.signals.iter().filter(of_these).cloned().collect();
        if signals.is_empty() {
            return Ok(None);
        }
        serde_json::to_string(&ToClient::Signals { signals }).map(|text| Some(text.into()))
    }

    fn whole(&self) -> Result<Arc<str>, serde_json::Error> {
        if let Some(text) = self.text.get() {
            return Ok(Arc::clone(text));
        }
        let signals = self.signals.clone();
        let text = serde_json::to_string(&ToClient::Signals { signals })?.into();
        Ok(Arc::clone(self.text.get_or_init(|| text)))
    }
}

/// Begins to gather what `local` signals, for as long as it does and somebody may still want to listen. Gives where to listen.
pub(crate) fn gather(local: &Local) -> broadcast::Sender<Arc<Spoken>> {
    let (sender, _) = broadcast::channel(WAITING);
    let to_all = sender.downgrade();
    let mut from = signals(local);
    tokio::spawn(async move {
        let mut next = Instant::now();
        while let Some(first) = from.recv().await {
            let mut pending = Pending::default();
            pending.add(first);
            next = next.max(Instant::now() + COALESCE);
            // Taken in all the while, so that what is written on stays one piece however long that takes.
            while let Ok(Some(signal)) = timeout_at(next, from.recv()).await {
                pending.add(signal);
            }
            let Some(to_all) = to_all.upgrade() else {
                return;
            };
            let clients = to_all.receiver_count();
            next = Instant::now() + rest_after(pending.bytes, clients);
            if clients > 0 {
                let (signals, text) = (pending.signals, OnceLock::new());
                // Whoever listened may have left just now.
                let _ = to_all.send(Arc::new(Spoken { signals, text }));
            }
        }
    });
    sender
}

/// How long nothing is said after so much went to so many.
fn rest_after(bytes: usize, clients: usize) -> Duration {
    let all = bytes.saturating_mul(clients) as f64;
    Duration::from_secs_f64(all / TO_ALL_A_SECOND).min(REST_MOST)
}

/// What is written to.
#[derive(PartialEq, Eq, Hash, Clone, Copy)]
struct Place {
    task: TaskId,
    attempt: u32,
    is_thought: bool,
}

/// What will share a message. What is added to one text piece by piece becomes one piece.
#[derive(Default)]
struct Pending {
    signals: Vec<Signal>,
    /// Of each text the signal that added to it last, and where that ended.
    ends: HashMap<Place, (usize, u32)>,
    /// Length of the message, about.
    bytes: usize,
}

impl Pending {
    fn add(&mut self, signal: Signal) {
        let Some((place, offset, text)) = written(&signal) else {
            self.push(signal, 0);
            return;
        };
        let end = offset.saturating_add(length(text));
        let index = match self.ends.remove(&place) {
            Some((index, until)) if until == offset => self.write_on(index, text),
            _ => {
                let bytes = text.len();
                self.push(signal, bytes)
            }
        };
        if let Some(index) = index {
            self.ends.insert(place, (index, end));
        }
    }

    /// Lossy: what there is no room for is left out.
    fn push(&mut self, signal: Signal, bytes: usize) -> Option<usize> {
        self.make_room(bytes + AROUND)?;
        self.signals.push(signal);
        self.signals.len().checked_sub(1)
    }

    fn write_on(&mut self, index: usize, more: &str) -> Option<usize> {
        self.make_room(more.len())?;
        if let Signal::TaskText { text, .. } | Signal::TaskThoughts { text, .. } =
            self.signals.get_mut(index)?
        {
            text.push_str(more);
        }
        Some(index)
    }

    fn make_room(&mut self, bytes: usize) -> Option<()> {
        let all = self.bytes + bytes;
        (all <= BYTES_MOST).then(|| self.bytes = all)
    }
}

/// What a signal adds: to what, where, and what.
fn written(signal: &Signal) -> Option<(Place, u32, &str)> {
    let (task, attempt, is_thought, offset, text) = match signal {
        Signal::TaskText {
            task_id,
            attempt,
            offset,
            text,
            ..
        } => (task_id, attempt, false, offset, text),
        Signal::TaskThoughts {
            task_id,
            attempt,
            offset,
            text,
            ..
        } => (task_id, attempt, true, offset, text),
        _ => return None,
    };
    let place = Place {
        task: *task,
        attempt: *attempt,
        is_thought,
    };
    Some((place, *offset, text))
}

/// As JavaScript counts.
fn length(text: &str) -> u32 {
    u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX)
}

/// The workflow that a signal is about; none where it is about something else.
fn workflow(signal: &Signal) -> Option<WorkflowId> {
    match signal {
        Signal::TaskText { workflow_id, .. }
        | Signal::TaskThoughts { workflow_id, .. }
        | Signal::TaskWaits { workflow_id, .. }
        | Signal::OpenWorkflow { workflow_id } => Some(*workflow_id),
        Signal::KnowledgeScan { .. }
        | Signal::BulkProgress { .. }
        | Signal::BackendLost { .. }
        | Signal::Notice { .. }
        | Signal::CloseRequested { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(task: u32, offset: u32, text: &str) -> Signal {
        Signal::TaskText {
            workflow_id: WorkflowId(task),
            task_id: TaskId(task),
            attempt: 1,
            offset,
            text: text.to_owned(),
        }
    }

    fn thought(task: u32, offset: u32, text: &str) -> Signal {
        Signal::TaskThoughts {
            workflow_id: WorkflowId(task),
            task_id: TaskId(task),
            attempt: 1,
            offset,
            text: text.to_owned(),
        }
    }

    fn joined(pieces: Vec<Signal>) -> Vec<Signal> {
        let mut pending = Pending::default();
        pieces.into_iter().for_each(|piece| pending.add(piece));
        pending.signals
    }

    #[test]
    fn what_is_written_on_is_one_piece() {
        let pieces = vec![
            text(1, 0, "Töne"),
            text(2, 7, "a"),
            thought(1, 0, "hm"),
            text(1, 4, " 🎵"),
            thought(1, 2, "!"),
            text(1, 7, " end"),
        ];
        let whole = vec![text(1, 0, "Töne 🎵 end"), text(2, 7, "a"), thought(1, 0, "hm!")];
        assert_eq!(joined(pieces), whole);
    }

    #[test]
    fn what_begins_anew_or_after_a_gap_stays_apart() {
        let pieces = vec![
            text(1, 5, "old"),
            text(1, 0, "new"),
            text(1, 3, "er"),
            text(1, 9, "later"),
        ];
        let whole = vec![text(1, 5, "old"), text(1, 0, "newer"), text(1, 9, "later")];
        assert_eq!(joined(pieces), whole);
    }

    #[test]
    fn a_message_stays_within_its_length() {
        let long = "x".repeat(1000);
        let pieces = (0..2).flat_map(|turn| (0..500).map(move |task| (task, 1000 * turn)));
        let mut pending = Pending::default();
        pieces.for_each(|(task, offset)| pending.add(text(task, offset, &long)));
        assert!(pending.bytes <= BYTES_MOST, "{}", pending.bytes);
        let all = pending.signals.len() * (1000 + AROUND);
        assert!(all > BYTES_MOST / 2 && all <= BYTES_MOST, "{all}");
    }

    #[test]
    fn the_more_listen_the_longer_is_the_rest() {
        assert!(rest_after(10_000, 1) < COALESCE);
        assert!(rest_after(10_000, 1000) > 5 * COALESCE);
        assert_eq!(rest_after(BYTES_MOST, 1_000_000), REST_MOST);
    }

    #[test]
    fn others_texts_thoughts_and_waits_are_left_out() {
        let wait = |task| Signal::TaskWaits {
            workflow_id: WorkflowId(task),
            task_id: TaskId(task),
            waits_for: None,
        };
        let notice = Signal::Notice {
            text: "for all".to_owned(),
        };
        let spoken = Spoken {
            signals: vec![
                text(1, 0, "mine"),
                text(2, 0, "other"),
                thought(2, 0, "other"),
                wait(2),
                wait(1),
                notice,
            ],
            text: OnceLock::new(),
        };
        let heard = |only: &[u32]| {
            let only = only.iter().copied().map(WorkflowId).collect();
            spoken.text(&only).expect("written").map(|text| {
                serde_json::from_str::<serde_json::Value>(&text).expect("JSON")["signals"]
                    .as_array()
                    .expect("signals")
                    .len()
            })
        };
        assert_eq!(heard(&[]), Some(6));
        assert_eq!(heard(&[1]), Some(3));
        assert_eq!(heard(&[3]), Some(1), "what is about no workflow");
    }
}
