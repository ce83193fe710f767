//! Servers that give tools, by the Model Context Protocol: what the operator wrote about them, what they offer, and what of it is allowed.
//!
//! A tool is allowed as it was described when the operator looked at it: its definition is kept with a hash, and one that is described
//! otherwise now is not that tool any more. What a server is given in secret is kept with the keys, each value under a uid of its own.
//! [`ToolServers`] holds the connections.
//!
//! `given` are the tools as agents have them, `call` calls one.
//!
//! Deliberately absent: whether a call is made (`performer/guarding`, `wheelhouse_tools::judge`).

mod call;
mod error;
mod given;
mod held;
mod slot;

use crate::error::Error;
use crate::handle::{Handle, Wish};
use crate::keys::{KeyError, Secret};
use crate::service::Inner;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tracing::warn;
use wheelhouse_domain::{Millis, ToolServerForm, ToolServerId, ToolServerPlace, ToolServerSecret};
use wheelhouse_mcp::{Address, Contents, Place, Program, Told};
use wheelhouse_store::{AllowedToolRow, NewToolServer, ToolServerRow};

pub(crate) use call::NotCalled;
pub use error::ToolServerError;
pub use given::GivenTool;
pub(crate) use given::given_tools;
pub(crate) use held::{ToolServers, keep_tool_servers};

/// What was said when a server was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// What it says of itself.
    pub told: Told,
    /// What it offers.
    pub contents: Contents,
    /// How long it took, its start included where it was started for it.
    pub latency: Duration,
    /// When.
    pub at: Millis,
}

/// How a server stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stands {
    /// Since when it is connected; none where it is not.
    pub since: Option<Millis>,
    /// What went wrong last, unless all has been well since.
    pub problem: Option<Problem>,
}

/// What went wrong with a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What it was, and what to do.
    pub message: String,
    /// When.
    pub at: Millis,
}

impl Problem {
    fn of(error: &wheelhouse_mcp::McpError, at: Millis) -> Self {
        Self {
            message: error.to_string(),
            at,
        }
    }
}

/// A server with what it offers and what of it is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookedAt {
    /// What the operator wrote.
    pub row: ToolServerRow,
    /// What it offers.
    pub seen: Arc<Seen>,
    /// What is allowed of it.
    pub allowed: Vec<AllowedToolRow>,
}

/// A tool server as the operator wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedServer {
    /// Which one to change; none to add one.
    pub id: Option<ToolServerId>,
    /// What its tools are called by.
    pub name: String,
    /// Where it is.
    pub place: ToolServerPlace,
    /// Names of what it is given in secret.
    pub given: Vec<String>,
}

impl Handle {
    /// Adds a tool server, or changes one. What is running of it is ended. Values of names that it is given no more are forgotten.
    ///
    /// # Errors
    /// [`Error::ToolServer`] where the place can't be one, [`Error::Store`] where the name is taken or the server is gone.
    pub async fn save_tool_server(
        &self,
        wish: Wish<'_>,
        wanted: WantedServer,
    ) -> Result<ToolServerRow, Error> {
        let name = wanted.name.clone();
        let before = match wanted.id {
            Some(id) => Some(self.tool_server(id).await?),
            None => None,
        };
        let new = self.new_server(wanted, before.as_ref());
        check(&new.form)?;
        let (request, now) = self.arrangement(wish);
        let row = match self.store().save_tool_server(new, request, now).await {
            Ok(row) => row,
            Err(error) => {
                self.unless_known(wish, error)?;
                let row = self.store().tool_server_by_name(&name).await?;
                return row.ok_or_else(|| Error::RequestKeyReused(wish.operation.to_owned()));
            }
        };
        if let Some(before) = before.filter(|before| before.form != row.form) {
            self.inner().tool_servers.end(row.uid).await;
            self.forget_values(&before.form, &row.form).await;
        }
        Ok(row)
    }

    /// What is given under the same name keeps its value.
    fn new_server(&self, wanted: WantedServer, before: Option<&ToolServerRow>) -> NewToolServer {
        let world = &self.options().world;
        let kept: BTreeMap<&str, uuid::Uuid> = before
            .into_iter()
            .flat_map(|row| &row.form.secrets)
            .map(|secret| (secret.name.as_str(), secret.uid))
            .collect();
        let secrets = wanted.given.into_iter().map(|name| ToolServerSecret {
            uid: kept
                .get(name.as_str())
                .copied()
                .unwrap_or_else(|| world.new_uid()),
            name,
        });
        NewToolServer {
            id: wanted.id,
            uid: wheelhouse_domain::ToolServerUid(world.new_uid()),
            form: ToolServerForm {
                name: wanted.name,
                place: wanted.place,
                secrets: secrets.collect(),
            },
        }
    }

    /// A value that nothing names is never read again, so that it is no harm where it can't be reached now.
    async fn forget_values(&self, before: &ToolServerForm, after: &ToolServerForm) {
        let gone = before
            .secrets
            .iter()
            .filter(|secret| !after.secrets.iter().any(|kept| kept.uid == secret.uid));
        for secret in gone {
            if self.keys().has(secret.uid)
                && let Err(error) = self.keys().remove(secret.uid).await
            {
                warn!(%error, server = %after.name, name = %secret.name, "a value stays where keys are kept");
            }
        }
    }

    /// Removes a tool server with its values and all that was allowed of it. Says whether it was still there.
    ///
    /// # Errors
    /// [`Error::Keys`] where a value can't be forgotten now; then the server stays.
    pub async fn remove_tool_server(&self, wish: Wish<'_>, id: ToolServerId) -> Result<bool, Error> {
        if let Some(row) = self.store().tool_server(id).await? {
            for secret in row
                .form
                .secrets
                .iter()
                .filter(|secret| self.keys().has(secret.uid))
            {
                match self.keys().remove(secret.uid).await {
                    // It can't be reached from here, and nothing will ever ask for it again.
                    Err(KeyError::KeychainAbsent) => {
                        warn!(server = %row.form.name, "a value stays in a keychain that is not available now");
                    }
                    removed => removed?,
                }
            }
            self.inner().tool_servers.forget(row.uid).await;
        }
        let (request, now) = self.arrangement(wish);
        match self.store().remove_tool_server(id, request, now).await {
            Ok(removed) => Ok(removed),
            Err(error) => self.unless_known(wish, error).map(|()| true),
        }
    }

    /// Keeps the value of what a server is given under `name`; an empty one is forgotten. What is running is ended, because it has the
    /// old one.
    ///
    /// # Errors
    /// [`Error::ToolServer`] where it is given nothing of that name, [`Error::Keys`] where the value can't be one, or can't be kept now.
    pub async fn set_tool_server_value(
        &self,
        id: ToolServerId,
        name: &str,
        value: String,
    ) -> Result<ToolServerRow, Error> {
        let row = self.tool_server(id).await?;
        let secret = row.form.secrets.iter().find(|secret| secret.name == name);
        let uid = secret
            .map(|secret| secret.uid)
            .ok_or_else(|| ToolServerError::NotGiven(name.to_owned()))?;
        if value.trim().is_empty() {
            self.keys().remove(uid).await?;
        } else {
            let value = Secret::parse(value).map_err(KeyError::from)?;
            self.keys().set(uid, value).await?;
        }
        self.inner().tool_servers.end(row.uid).await;
        Ok(row)
    }

    /// Looks at what a server offers, starting it where needed; `anew` in any case.
    ///
    /// # Errors
    /// [`Error::ToolServer`] with what is wrong with it, [`Error::Keys`] where its values can't be read now.
    pub async fn look_at_tool_server(&self, id: ToolServerId, anew: bool) -> Result<LookedAt, Error> {
        let row = self.tool_server(id).await?;
        let place = place(self.inner(), &row).await?;
        let now = self.options().world.now();
        let held = &self.inner().tool_servers;
        let seen = held.look(row.uid, &place, anew, now).await?;
        let allowed = self.store().allowed_tools().await?;
        Ok(LookedAt {
            allowed: allowed
                .into_iter()
                .filter(|tool| tool.server == row.uid)
                .collect(),
            row,
            seen,
        })
    }

    /// Allows a tool as it is described now, which must be as the operator saw it: `hash` says what that was.
    ///
    /// # Errors
    /// [`Error::ToolServer`] where it is not there or described otherwise, and those of looking at the server.
    pub async fn allow_tool(
        &self,
        wish: Wish<'_>,
        id: ToolServerId,
        (tool, hash): (&str, &str),
        read_only: bool,
    ) -> Result<(), Error> {
        let looked = self.look_at_tool_server(id, false).await?;
        let definition = looked.seen.contents.tools.iter().find(|one| one.name == tool);
        let definition = definition.ok_or_else(|| ToolServerError::NoTool(tool.to_owned()))?;
        if definition.hash() != hash {
            return Err(ToolServerError::Changed(tool.to_owned()).into());
        }
        let (request, now) = self.arrangement(wish);
        let allowed = AllowedToolRow {
            server: looked.row.uid,
            tool: tool.to_owned(),
            hash: hash.to_owned(),
            definition: serde_json::to_string(definition)?,
            read_only,
            allowed_at: now,
        };
        let done = self.store().allow_tool(allowed, request).await;
        done.or_else(|error| self.unless_known(wish, error))
    }

    /// Takes the permission for a tool back.
    ///
    /// # Errors
    /// [`Error::ToolServer`] where there is no such server.
    pub async fn forbid_tool(&self, wish: Wish<'_>, id: ToolServerId, tool: &str) -> Result<(), Error> {
        let row = self.tool_server(id).await?;
        let (request, now) = self.arrangement(wish);
        let done = self
            .store()
            .forbid_tool(row.uid, tool.to_owned(), request, now)
            .await;
        done.or_else(|error| self.unless_known(wish, error))
    }

    /// How a server stands. Starts nothing.
    #[must_use]
    pub fn tool_server_stands(&self, row: &ToolServerRow) -> Stands {
        self.inner().tool_servers.stands(row.uid)
    }

    /// The last that a server wrote, the oldest first.
    ///
    /// # Errors
    /// [`Error::ToolServer`] where there is no such server.
    pub async fn tool_server_log(&self, id: ToolServerId) -> Result<Vec<wheelhouse_mcp::LogLine>, Error> {
        let row = self.tool_server(id).await?;
        Ok(self.inner().tool_servers.log(row.uid))
    }

    async fn tool_server(&self, id: ToolServerId) -> Result<ToolServerRow, Error> {
        let row = self.store().tool_server(id).await?;
        row.ok_or_else(|| ToolServerError::NotFound(id).into())
    }

    /// The tools of all servers that agents may be given.
    ///
    /// # Errors
    /// [`Error::Store`] where they can't be read.
    pub async fn given_tools(&self) -> Result<Vec<GivenTool>, Error> {
        given_tools(self.store()).await
    }
}

/// Where a server is, with the values that it is given.
async fn place(inner: &Inner, row: &ToolServerRow) -> Result<Place, Error> {
    let mut values = BTreeMap::new();
    for secret in &row.form.secrets {
        let value = inner.keys.get(secret.uid).await?;
        let value = value.ok_or_else(|| ToolServerError::NoValue(secret.name.clone()))?;
        values.insert(secret.name.clone(), value.expose().to_owned());
    }
    Ok(place_of(&row.form.place, values))
}

fn place_of(place: &ToolServerPlace, values: BTreeMap<String, String>) -> Place {
    match place {
        ToolServerPlace::Program {
            command,
            arguments,
            folder,
        } => Place::Program(Program {
            command: command.clone(),
            arguments: arguments.clone(),
            folder: folder.as_ref().map(PathBuf::from),
            environment: values,
        }),
        ToolServerPlace::Address { url } => Place::Address(Address {
            url: url.clone(),
            headers: values,
        }),
    }
}

/// Whether a server could be there at all.
fn check(form: &ToolServerForm) -> Result<(), ToolServerError> {
    let names = form
        .secrets
        .iter()
        .map(|secret| (secret.name.clone(), String::new()));
    match place_of(&form.place, names.collect()) {
        Place::Program(program) => program.check()?,
        Place::Address(address) => drop(address.check()?),
    }
    Ok(())
}
