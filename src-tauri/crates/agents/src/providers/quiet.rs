//! Keeps the library's own log lines out of the log.
//!
//! It logs errors with the provider's whole answer, and some providers repeat the key in it. What happened is told by
//! the failure, whose words are chosen here.

use futures::Stream;
use std::pin::Pin;
use std::task::{Context, Poll};
use tracing::Dispatch;
use tracing::dispatcher::with_default;

/// A stream that is polled with no subscriber listening.
pub(super) struct Quiet<S>(pub(super) S);

impl<S: Stream + Unpin> Stream for Quiet<S> {
    type Item = S::Item;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        with_default(&Dispatch::none(), || Pin::new(&mut self.0).poll_next(context))
    }
}
