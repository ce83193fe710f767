//! The backend that a window talks to, wherever it is.

use crate::local::Local;
use crate::remote::Remote;
use wheelhouse_contract::*;

/// This machine's orchestrator or a server: the same table. Cheap to clone.
#[derive(Clone)]
pub enum Reached {
    /// In this process.
    Local(Local),
    /// On a server.
    Remote(Remote),
}

macro_rules! operations_reached {
    ($($(#[$doc:meta])* $effect:ident $name:ident: $method:ident $path:literal ($request:ty) -> $response:ty;)+) => {
        impl Operations for Reached {
            $(
                async fn $name(&self, request: $request) -> Result<$response, ApiError> {
                    match self {
                        Self::Local(local) => local.$name(request).await,
                        Self::Remote(remote) => remote.$name(request).await,
                    }
                }
            )+
        }
    };
}

operations!(operations_reached);

impl From<Local> for Reached {
    fn from(local: Local) -> Self {
        Self::Local(local)
    }
}

impl From<Remote> for Reached {
    fn from(remote: Remote) -> Self {
        Self::Remote(remote)
    }
}
