//! What stands in front of every route: who asks is known and may ask, or the request goes no further.
//!
//! In this order: was the request meant for this server (`Host`, `Origin`); who asks (the token); how often (by token, or
//! by address where there is none); and may this token do this. Paths that lead nowhere are guarded too, so that nobody
//! learns without a token what there is.
//!
//! The token stands in the `Authorization` header and nowhere else. It is taken out of the request here, so that nothing
//! behind can write it down.

pub(crate) mod answer;
mod bearer;
mod routes;
#[cfg(test)]
mod tests;

use super::clock::Clock;
use super::limits::{Later, LimitOptions, Limits};
use super::origin::Origins;
use super::tokens::{Caller, CheckRefusal, Scope, Tokens};
use answer::{Refusal, refuse};
use axum::extract::{MatchedPath, Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;
pub use routes::{Access, Routes};
use std::net::SocketAddr;
use std::sync::Arc;
use wheelhouse_contract::{ApiError, ErrorCode};

/// The connection that a request came in by. The listener puts it into the extensions of each request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connection {
    /// Where the client is.
    pub peer: SocketAddr,
    /// The address of this machine that it came in at.
    pub local: SocketAddr,
}

/// What a guard goes by. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Guard {
    by: Arc<By>,
}

#[derive(Debug)]
struct By {
    tokens: Tokens,
    origins: Origins,
    limits: Limits,
    routes: Routes,
}

impl Guard {
    /// A guard; nobody has asked yet.
    #[must_use]
    pub fn new(
        tokens: Tokens,
        origins: Origins,
        limits: &LimitOptions,
        clock: &Clock,
        routes: Routes,
    ) -> Self {
        let limits = Limits::new(limits, clock);
        Self {
            by: Arc::new(By {
                tokens,
                origins,
                limits,
                routes,
            }),
        }
    }

    /// Who asks, and for what; nobody where nobody needs to be known.
    fn admit(&self, request: &Request) -> Result<(Access, Option<Caller>), Refusal> {
        let Some(connection) = request.extensions().get::<Connection>() else {
            // Without it nothing can be checked, so that nothing is let through.
            tracing::error!("a request came in without its connection");
            return Err(ApiError::new(
                ErrorCode::Internal,
                "The server does not know where the request is from.",
            )
            .into());
        };
        let origin = self
            .by
            .origins
            .check(request.uri(), request.headers(), connection.local);
        origin.map_err(Refusal::from)?;
        let peer = connection.peer.ip();
        let path = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
        let access = self.by.routes.access(request.method(), path);
        let caller = match access {
            Access::Open => unless_too_many(self.by.limits.by_address(peer)),
            Access::Pairing => unless_too_many(self.by.limits.pairing(peer)),
            Access::Read | Access::Change | Access::Leave => {
                let presented = bearer::token(request.headers());
                let caller = match self.by.tokens.check(presented) {
                    Ok(caller) => caller,
                    Err(refusal) => return Err(self.unknown(peer, refusal)),
                };
                self.by.limits.by_token(&caller.id)?;
                may(&caller, access)?;
                Ok(Some(caller))
            }
        };
        caller.map(|caller| (access, caller))
    }

    /// Whoever is not known is counted by the address.
    fn unknown(&self, peer: std::net::IpAddr, refusal: CheckRefusal) -> Refusal {
        match self.by.limits.by_address(peer) {
            Err(later) => Refusal::from(later).closing(),
            Ok(()) => refusal.into(),
        }
    }
}

/// Nobody is asked who it is.
fn unless_too_many(counted: Result<(), Later>) -> Result<Option<Caller>, Refusal> {
    counted
        .map(|()| None)
        .map_err(|later| Refusal::from(later).closing())
}

fn may(caller: &Caller, access: Access) -> Result<(), Refusal> {
    match (caller.scope, access) {
        (Scope::Operator, _) | (Scope::Viewer, Access::Read | Access::Leave) => Ok(()),
        (Scope::Viewer, _) => Err(Refusal::narrow()),
    }
}

/// The middleware: `router.layer(axum::middleware::from_fn_with_state(guard, security::guard))`. What is behind it finds
/// the [`Caller`] in the request's extensions. A request whose token is revoked while it is served is broken off.
pub async fn guard(State(guard): State<Guard>, mut request: Request, next: Next) -> Response {
    let admitted = guard.admit(&request);
    request.headers_mut().remove(header::AUTHORIZATION);
    let (access, caller) = match admitted {
        Ok(admitted) => admitted,
        Err(refusal) => return refuse(request.headers(), refusal),
    };
    let Some(caller) = caller else {
        return next.run(request).await;
    };
    let ended = guard.by.tokens.ended(&caller);
    let headers = answer::named(request.headers());
    request.extensions_mut().insert(caller);
    if access == Access::Leave {
        // It ends its own token, and is told so.
        return next.run(request).await;
    }
    tokio::select! {
        response = next.run(request) => response,
        () = ended => refuse(&headers, CheckRefusal::Unknown.into()),
    }
}

impl From<Later> for Refusal {
    fn from(later: Later) -> Self {
        Self::later(later.seconds())
    }
}
