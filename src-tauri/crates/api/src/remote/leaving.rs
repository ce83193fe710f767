//! How a server is told that this machine will not come back: its token is taken back there.

use super::client::{Remote, bearer, receive};
use super::trouble::Trouble;
use serde::Deserialize;
use wheelhouse_contract::{ApiError, ErrorCode};

/// Where a server takes tokens back.
const PATH: &str = "/unpair";

/// The name of the token that was good until then.
#[derive(Deserialize)]
struct Left {
    revoked: String,
}

impl Remote {
    /// Has the server take back the token that this speaks with. Nothing can be asked with it afterwards. Gives what the
    /// server called it; none where it was good no more.
    ///
    /// # Errors
    /// [`ApiError`] where the server can't be reached, shows another certificate, or could not do it.
    pub async fn leave(&self) -> Result<Option<String>, ApiError> {
        match self.left().await {
            Ok(left) => Ok(Some(left.revoked)),
            // Another certificate is also told as unauthorized, but not by the server.
            Err(Trouble::Said(error)) if error.code == ErrorCode::Unauthorized => Ok(None),
            Err(trouble) => Err(trouble.tell(self.address())),
        }
    }

    async fn left(&self) -> Result<Left, Trouble> {
        let request = self.http().post(self.address().at(PATH));
        let request = request.header(reqwest::header::AUTHORIZATION, bearer(self.token())?);
        let patience = self.patience();
        let answer = receive(request, Some(patience.answer), patience).await?;
        answer.read()
    }
}
