//! How this machine becomes known to a server: by a code that the server shows and a person types here.

use super::address::Address;
use super::client::{http_client, receive_with, tls_config};
use super::code::Code;
use super::fingerprint::Fingerprint;
use super::patience::Patience;
use super::tls::Expected;
use super::token::Token;
use super::trouble::Trouble;
use serde::{Deserialize, Serialize};
use wheelhouse_contract::{ApiError, ErrorCode};
use wheelhouse_domain::StoreUid;
use zeroize::Zeroize;

/// Where a server takes codes.
const PATH: &str = "/pair";

/// Longest name of a machine, in characters.
const NAME_MOST: usize = 64;

/// What a token allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Everything.
    Operator,
    /// To look.
    Viewer,
}

/// What pairing gave.
#[derive(Debug)]
pub struct Paired {
    /// Where the server is.
    pub url: Address,
    /// The certificate that is spoken to from now on; none where the server is on this machine and speaks no TLS.
    pub pinned: Option<Fingerprint>,
    /// What the server knows this machine by.
    pub token: Token,
    /// Name that the server gave the token.
    pub name: String,
    /// What the token allows.
    pub scope: Scope,
    /// Name of the server.
    pub server: String,
    /// Its store.
    pub store: StoreUid,
}

#[derive(Serialize)]
struct Wish<'a> {
    secret: &'a str,
    name: &'a str,
}

#[derive(Deserialize)]
struct Granted {
    token: String,
    name: String,
    scope: Scope,
    server: String,
    store: StoreUid,
}

/// Pairs with the server at `url` by the code that it shows. `device_name` is what it will call this machine.
///
/// The certificate is compared with the code before anything is sent, and nothing is sent twice: a code is good once.
///
/// # Errors
/// [`ApiError`], at the field `code`, `address`, `name` or `certificate` where one of them is at fault.
pub async fn pair(url: &Address, code: &str, device_name: &str) -> Result<Paired, ApiError> {
    pair_with(url, code, device_name, Patience::default()).await
}

async fn pair_with(
    url: &Address,
    code: &str,
    device_name: &str,
    patience: Patience,
) -> Result<Paired, ApiError> {
    let name = checked_name(device_name)?;
    let code = Code::parse(code)?;
    let client = http_client(&tls_config(expected(url, &code)?)?, patience.connect)?;
    let wish = Wish {
        secret: &code.secret,
        name,
    };
    let request = client.post(url.at(PATH)).json(&wish);
    let received = receive_with(request, Some(patience.answer), patience).await;
    let (mut answer, pinned) = received.map_err(|trouble| unpaired(trouble, url))?;
    let granted = answer.read::<Granted>();
    // The token was in it.
    answer.body.zeroize();
    let granted = granted.map_err(|trouble| unpaired(trouble, url))?;
    if url.is_tls() && pinned.is_none() {
        return Err(unpaired(Trouble::NoTls, url));
    }
    Ok(Paired {
        url: url.clone(),
        pinned,
        token: Token::parse(granted.token).map_err(|_| unpaired(Trouble::OtherVersion, url))?,
        name: granted.name,
        scope: granted.scope,
        server: granted.server,
        store: granted.store,
    })
}

/// What the code says of the certificate.
fn expected(url: &Address, code: &Code) -> Result<Expected, ApiError> {
    let unfit = |message: &str| ApiError::new(ErrorCode::InvalidRequest, message);
    match (url.is_tls(), code.certificate) {
        (true, Some(bytes)) => Ok(Expected::Begins(bytes)),
        (false, None) => Ok(Expected::None),
        (true, None) => Err(unfit("The code of a server with https has 24 characters.")
            .field("code")
            .next_step("Type the whole code that the server shows.")),
        (false, Some(_)) => Err(unfit("This code is from a server with https.")
            .field("address")
            .next_step("Let the address begin with https.")),
    }
}

fn checked_name(name: &str) -> Result<&str, ApiError> {
    let name = name.trim();
    if (1..=NAME_MOST).contains(&name.chars().count()) && !name.chars().any(char::is_control) {
        return Ok(name);
    }
    Err(ApiError::new(
        ErrorCode::InvalidRequest,
        format!("The name of this machine has 1 to {NAME_MOST} characters."),
    )
    .field("name")
    .next_step("Give it a name that the server's list shows."))
}

/// The same trouble as of any request, told at the field that can mend it.
fn unpaired(trouble: Trouble, url: &Address) -> ApiError {
    match trouble {
        Trouble::Certificate(seen) => ApiError::new(
            ErrorCode::Unauthorized,
            format!(
                "The certificate of {url} is not the one that the code tells of. Nothing was sent. Its fingerprint is {seen}."
            ),
        )
        .field("code")
        .next_step("Check the code and the address. If both are right, somebody may stand in between."),
        // The server names the part of the code that it was sent.
        Trouble::Said(error) if error.details.field.as_deref() == Some("secret") => error.field("code"),
        Trouble::Said(error) if error.details.field.is_none() && is_of_code(error.code) => error.field("code"),
        Trouble::Said(error) => error,
        Trouble::Broken | Trouble::Silent(_) => ApiError::new(
            ErrorCode::Unavailable,
            format!("The connection to {url} ended before there was an answer. The code may be used up."),
        )
        .next_step("Let the server show a new code."),
        other => other.tell(url).field("address"),
    }
}

/// Whether a refusal is about the code that was sent.
fn is_of_code(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::Unauthorized | ErrorCode::Forbidden | ErrorCode::NotFound | ErrorCode::Conflict
    )
}
