//! Why a page was not fetched.

use thiserror::Error;

/// Why a page was not fetched.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WebError {
    /// Not an address.
    #[error("“{0}” is not an address. Write it whole, with https:// in front.")]
    NoAddress(String),
    /// Neither http nor https.
    #[error("Only http:// and https:// addresses are fetched, not “{0}:”.")]
    Scheme(String),
    /// It carries a name or a password.
    #[error("The address carries a name or a password before an @. Leave that out.")]
    SignIn,
    /// A port that is not granted.
    #[error("Port {0} is not allowed; only 80 and 443 are, and those that the operator named.")]
    Port(u16),
    /// A host that is not granted.
    #[error("“{0}” is not among the sites that you may fetch from. Go on without it, or ask the operator.")]
    HostNotGranted(String),
    /// A name that is only known within a network.
    #[error("“{0}” is a name within a network, not a public site. Such places are never fetched from.")]
    PrivateName(String),
    /// An address that is not public.
    #[error("“{host}” leads to {address}, which is {what}. Only the public internet is fetched from.")]
    NotPublic {
        /// The host.
        host: String,
        /// Its address.
        address: String,
        /// What that address is.
        what: &'static str,
    },
    /// The name is not known.
    #[error("The site “{0}” was not found. Check its name.")]
    NotFound(String),
    /// The connection went elsewhere.
    #[error(
        "The connection to “{0}” went to an address that was not checked, so its answer was thrown away."
    )]
    WrongPeer(String),
    /// Too many redirects.
    #[error("The page sends on more than {0} times. Give the address where it ends.")]
    TooManyRedirects(usize),
    /// A redirect that leads nowhere.
    #[error("The page sends on to “{0}”, which is not an address.")]
    BadRedirect(String),
    /// An answer that is no page.
    #[error("The site answered with status {0}. Check the address, or try another page.")]
    Status(u16),
    /// Not text.
    #[error("This is {0}, not a page or text, so it can't be read here.")]
    NotText(String),
    /// Packed in an unknown way.
    #[error("The site sent the page packed as “{0}”, which it was not asked for.")]
    Packing(String),
    /// Too big.
    #[error("The page is larger than {0} bytes. Look for a smaller one.")]
    TooBig(usize),
    /// Damaged.
    #[error("The page broke off or is damaged. It may be tried once more.")]
    Damaged,
    /// Too slow.
    #[error("The site took longer than {0} seconds. It may be tried once more later.")]
    TooSlow(u64),
    /// Not reached.
    #[error("The site could not be reached: {0}.")]
    Unreachable(String),
    /// It begins after the end.
    #[error("The page has only {0} characters.")]
    PastEnd(usize),
    /// The HTTP client can't be made.
    #[error("This machine can't fetch pages at the moment: {0}. Tell the operator.")]
    NoClient(String),
}

impl WebError {
    /// Whether this machine is at fault and not the call.
    pub(crate) fn is_fault(&self) -> bool {
        matches!(self, Self::NoClient(_))
    }
}
