//! What is only worth knowing now: text as it is written, progress of scans.

use crate::local::Local;
use tokio::sync::{broadcast, mpsc};
use wheelhouse_contract::Signal;
use wheelhouse_orchestrator::{BulkProgress, LiveText, LiveWait, knowledge::ScanProgress};

/// Signals that may wait for a slow receiver; beyond that they are dropped.
const BACKLOG: usize = 1_024;

/// Merges all sources of signals until the receiver is dropped. Lossy: what a receiver can't keep up with is left out.
#[must_use]
pub fn signals(local: &Local) -> mpsc::Receiver<Signal> {
    let (sender, receiver) = mpsc::channel(BACKLOG);
    let handle = local.handle();
    let mut texts = handle.live().listen();
    let mut waits = handle.live().listen_to_waits();
    let mut scans = handle.knowledge().progress();
    let mut bulk = handle.bulk_progress();
    tokio::spawn(async move {
        loop {
            let signal = tokio::select! {
                () = sender.closed() => break,
                text = texts.recv() => text.map(text_signal),
                wait = waits.recv() => wait.map(wait_signal),
                scan = scans.recv() => scan.map(scan_signal),
                bulk = bulk.recv() => bulk.map(bulk_signal),
            };
            match signal {
                Ok(signal) => {
                    // A full queue means that nobody reads just now. The record has everything.
                    let _ = sender.try_send(signal);
                }
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => break,
            }
        }
    });
    receiver
}

fn text_signal(text: LiveText) -> Signal {
    if text.thought {
        return Signal::TaskThoughts {
            workflow_id: text.workflow_id,
            task_id: text.task_id,
            attempt: text.attempt,
            offset: text.offset,
            text: text.text,
        };
    }
    Signal::TaskText {
        workflow_id: text.workflow_id,
        task_id: text.task_id,
        attempt: text.attempt,
        offset: text.offset,
        text: text.text,
    }
}

fn wait_signal(wait: LiveWait) -> Signal {
    Signal::TaskWaits {
        workflow_id: wait.workflow_id,
        task_id: wait.task_id,
        waits_for: wait.waits_for,
    }
}

fn bulk_signal(progress: BulkProgress) -> Signal {
    Signal::BulkProgress {
        request_key: progress.key,
        done: progress.done,
        total: progress.total,
    }
}

fn scan_signal(progress: ScanProgress) -> Signal {
    Signal::KnowledgeScan {
        source_id: progress.source_id,
        done: progress.done,
        total: progress.total,
        finished: progress.finished,
    }
}
