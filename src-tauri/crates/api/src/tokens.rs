//! The tokens of servers: kept where the keys of providers are, because they let somebody in as keys do. A server is named
//! by the uid that whoever saves it has given it.
//!
//! Deliberately absent: which servers there are. Whoever connects keeps that list.

use crate::error::Wrapped;
use crate::local::Local;
use crate::remote::Token;
use uuid::Uuid;
use wheelhouse_contract::ApiError;
use wheelhouse_orchestrator::Error;
use wheelhouse_orchestrator::keys::{KeyError, Secret};

impl Local {
    /// Whether a token could be kept now: asked before one is asked for, because a pairing code is good once.
    ///
    /// # Errors
    /// `keys_locked` where the file of keys must be opened or made first.
    pub fn can_keep_tokens(&self) -> Result<(), ApiError> {
        let state = self.handle().keys().state();
        match (state.locked, state.exists) {
            (false, _) => Ok(()),
            (true, true) => Err(told(KeyError::Locked)),
            (true, false) => Err(told(KeyError::NotSetUp)),
        }
    }

    /// Keeps the token of a server, in place of an earlier one.
    ///
    /// # Errors
    /// `keys_locked` before the file of keys was opened; otherwise what its place says.
    pub async fn keep_token(&self, server: Uuid, token: &Token) -> Result<(), ApiError> {
        let secret = Secret::parse(token.expose().to_owned()).map_err(|unfit| told(unfit.into()))?;
        self.handle().keys().set(server, secret).await.map_err(told)
    }

    /// The token that is kept for a server.
    ///
    /// # Errors
    /// `keys_locked` where it is in the locked file of keys; otherwise what its place says, or that it is no token.
    pub async fn token(&self, server: Uuid) -> Result<Option<Token>, ApiError> {
        let kept = self.handle().keys().get(server).await.map_err(told)?;
        kept.map(|secret| Token::parse(secret.expose().to_owned()))
            .transpose()
    }

    /// Forgets the token of a server, if one is kept.
    ///
    /// # Errors
    /// `keys_locked` where it is in the locked file of keys; otherwise what its place says.
    pub async fn forget_token(&self, server: Uuid) -> Result<(), ApiError> {
        self.handle().keys().remove(server).await.map_err(told)
    }
}

fn told(error: KeyError) -> ApiError {
    Wrapped::from(Error::Keys(error)).into()
}
