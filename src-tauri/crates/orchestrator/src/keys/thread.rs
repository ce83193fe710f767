//! Work that may hang: a keychain asks a person, or a service of the system does not answer.
//!
//! It gets a thread of its own and not one of the runtime's, because the runtime waits for its own at the end, and
//! a keychain that hangs must not keep the application from closing.

use super::error::KeyError;
use std::thread::Builder;
use tokio::sync::oneshot;

/// Runs `work` on a thread of its own. Where the caller goes away, the work still comes to its end.
pub(crate) async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, KeyError> {
    let (tell, told) = oneshot::channel();
    let begin = Builder::new().name("keys".to_owned()).spawn(move || {
        // Nobody may be waiting any more: then the result is dropped, which wipes what is secret in it.
        drop(tell.send(work()));
    });
    begin.map_err(KeyError::NoThread)?;
    told.await.map_err(|_| KeyError::BrokenOff)
}
