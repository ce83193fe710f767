//! Servers that give tools, and which of their tools the operator allowed. What is secret about them is kept elsewhere.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use wheelhouse_domain::{Millis, ToolServerForm, ToolServerId, ToolServerUid};

use super::arrange::What;
use super::requests::RequestRecord;
use super::store_fact::StoreFact;
use super::{Error, Store, column};

/// A tool server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolServerRow {
    /// Number in this store. Never given out again.
    pub id: ToolServerId,
    /// Identity.
    pub uid: ToolServerUid,
    /// What the operator wrote.
    pub form: ToolServerForm,
    /// Since when it is there.
    pub created_at: Millis,
}

/// A tool server as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToolServer {
    /// Which one to change; none to add one.
    pub id: Option<ToolServerId>,
    /// Identity of one that is added. One that is changed keeps its own.
    pub uid: ToolServerUid,
    /// What the operator wrote. Must hold no secret: it is kept in the journal.
    pub form: ToolServerForm,
}

/// A tool of a server that agents may be given, as it was described when the operator allowed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedToolRow {
    /// The server.
    pub server: ToolServerUid,
    /// The server's name for it.
    pub tool: String,
    /// Hash of the definition.
    pub hash: String,
    /// The definition as JSON, in the words of whoever asked the server.
    pub definition: String,
    /// Whether the operator says that it only reads.
    pub read_only: bool,
    /// When it was allowed.
    pub allowed_at: Millis,
}

fn from_row(row: &SqliteRow) -> Result<ToolServerRow, Error> {
    Ok(ToolServerRow {
        id: ToolServerId(row.try_get("id")?),
        uid: ToolServerUid(column::uid(row, "uid")?),
        form: ToolServerForm {
            name: row.try_get("name")?,
            place: column::json(row, "place")?,
            secrets: column::json(row, "secrets")?,
        },
        created_at: column::at(row, "created_at")?,
    })
}

fn allowed_from_row(row: &SqliteRow) -> Result<AllowedToolRow, Error> {
    Ok(AllowedToolRow {
        server: ToolServerUid(column::uid(row, "server")?),
        tool: row.try_get("tool")?,
        hash: row.try_get("hash")?,
        definition: row.try_get("definition")?,
        read_only: row.try_get("read_only")?,
        allowed_at: column::at(row, "allowed_at")?,
    })
}

/// Every tool server, by name.
pub(crate) async fn all(conn: &mut SqliteConnection) -> Result<Vec<ToolServerRow>, Error> {
    let rows = sqlx::query("SELECT * FROM tool_servers ORDER BY name")
        .fetch_all(conn)
        .await?;
    rows.iter().map(from_row).collect()
}

/// The tool server with this number.
pub(crate) async fn get(
    conn: &mut SqliteConnection,
    id: ToolServerId,
) -> Result<Option<ToolServerRow>, Error> {
    let row = sqlx::query("SELECT * FROM tool_servers WHERE id = ?1")
        .bind(id.0)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(from_row).transpose()
}

/// The tool server with this name.
pub(crate) async fn by_name(conn: &mut SqliteConnection, name: &str) -> Result<Option<ToolServerRow>, Error> {
    let row = sqlx::query("SELECT * FROM tool_servers WHERE name = ?1")
        .bind(name)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(from_row).transpose()
}

async fn by_uid(conn: &mut SqliteConnection, uid: ToolServerUid) -> Result<Option<ToolServerRow>, Error> {
    let row = sqlx::query("SELECT * FROM tool_servers WHERE uid = ?1")
        .bind(uid.to_string())
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(from_row).transpose()
}

/// The tools that are allowed, of all servers, by server and name.
pub(crate) async fn allowed(conn: &mut SqliteConnection) -> Result<Vec<AllowedToolRow>, Error> {
    let rows = sqlx::query("SELECT * FROM allowed_tools ORDER BY server, tool")
        .fetch_all(conn)
        .await?;
    rows.iter().map(allowed_from_row).collect()
}

async fn allowed_one(
    conn: &mut SqliteConnection,
    server: ToolServerUid,
    tool: &str,
) -> Result<Option<AllowedToolRow>, Error> {
    let row = sqlx::query("SELECT * FROM allowed_tools WHERE server = ?1 AND tool = ?2")
        .bind(server.to_string())
        .bind(tool)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(allowed_from_row).transpose()
}

/// The fact that follows from saving a tool server; none when it is like that already.
pub(crate) async fn save(
    conn: &mut SqliteConnection,
    new: &NewToolServer,
) -> Result<Option<StoreFact>, Error> {
    let present = match new.id {
        Some(id) => Some(get(conn, id).await?.ok_or(Error::ToolServerNotFound(id))?),
        None => None,
    };
    let (id, uid) = match &present {
        Some(row) => (row.id, row.uid),
        None => (next_id(conn).await?, new.uid),
    };
    let other = by_name(conn, &new.form.name).await?;
    if other.is_some_and(|other| other.id != id) {
        return Err(Error::ToolServerNameTaken(new.form.name.clone()));
    }
    let unchanged = present.is_some_and(|row| row.form == new.form);
    Ok((!unchanged).then(|| StoreFact::ToolServerSaved {
        server: id,
        uid,
        form: new.form.clone(),
    }))
}

/// The fact that follows from removing a tool server; none when it is not there.
pub(crate) async fn remove(
    conn: &mut SqliteConnection,
    id: ToolServerId,
) -> Result<Option<StoreFact>, Error> {
    Ok(get(conn, id).await?.map(|row| StoreFact::ToolServerRemoved {
        server: row.id,
        uid: row.uid,
    }))
}

/// The fact that follows from allowing a tool; none when it is allowed like that already.
pub(crate) async fn allow(
    conn: &mut SqliteConnection,
    tool: &AllowedToolRow,
) -> Result<Option<StoreFact>, Error> {
    if by_uid(conn, tool.server).await?.is_none() {
        return Err(Error::ToolServerGone(tool.server));
    }
    let same = |row: &AllowedToolRow| (&row.hash, row.read_only) == (&tool.hash, tool.read_only);
    let present = allowed_one(conn, tool.server, &tool.tool).await?;
    Ok(
        (!present.as_ref().is_some_and(same)).then(|| StoreFact::ToolAllowed {
            server: tool.server,
            tool: tool.tool.clone(),
            hash: tool.hash.clone(),
            definition: tool.definition.clone(),
            read_only: tool.read_only,
        }),
    )
}

/// The fact that follows from taking a permission back; none when there is none.
pub(crate) async fn forbid(
    conn: &mut SqliteConnection,
    server: ToolServerUid,
    tool: &str,
) -> Result<Option<StoreFact>, Error> {
    let present = allowed_one(conn, server, tool).await?;
    Ok(present.map(|row| StoreFact::ToolForbidden {
        server: row.server,
        tool: row.tool,
    }))
}

/// A number that no tool server ever had.
async fn next_id(conn: &mut SqliteConnection) -> Result<ToolServerId, Error> {
    let last: Option<u32> = sqlx::query_scalar("SELECT seq FROM sqlite_sequence WHERE name = 'tool_servers'")
        .fetch_optional(conn)
        .await?;
    Ok(ToolServerId(last.unwrap_or_default() + 1))
}

/// Brings the tables up to one of these facts.
pub(crate) async fn project(conn: &mut SqliteConnection, at: Millis, fact: &StoreFact) -> Result<(), Error> {
    match fact {
        StoreFact::ToolServerSaved { server, uid, form } => {
            let row = ToolServerRow {
                id: *server,
                uid: *uid,
                form: form.clone(),
                created_at: at,
            };
            put(conn, &row).await
        }
        StoreFact::ToolServerRemoved { uid, .. } => drop_row(conn, *uid).await,
        StoreFact::ToolAllowed {
            server,
            tool,
            hash,
            definition,
            read_only,
        } => {
            let row = AllowedToolRow {
                server: *server,
                tool: tool.clone(),
                hash: hash.clone(),
                definition: definition.clone(),
                read_only: *read_only,
                allowed_at: at,
            };
            put_allowed(conn, &row).await
        }
        StoreFact::ToolForbidden { server, tool } => drop_allowed_one(conn, *server, tool).await,
        _ => Ok(()),
    }
}

/// Adds a tool server, or changes the one with its number, which stays as old as it is. What is somewhere else from now on is another
/// server, so that nothing of it is allowed any more.
async fn put(conn: &mut SqliteConnection, row: &ToolServerRow) -> Result<(), Error> {
    let before = by_uid(conn, row.uid).await?;
    if before.is_some_and(|before| before.form.place != row.form.place) {
        drop_allowed(conn, row.uid).await?;
    }
    sqlx::query(
        "INSERT INTO tool_servers (id, uid, name, place, secrets, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, place = excluded.place, secrets = excluded.secrets",
    )
    .bind(row.id.0)
    .bind(row.uid.to_string())
    .bind(&row.form.name)
    .bind(column::to_json(&row.form.place)?)
    .bind(column::to_json(&row.form.secrets)?)
    .bind(row.created_at.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes a tool server out of the tables.
async fn drop_row(conn: &mut SqliteConnection, uid: ToolServerUid) -> Result<(), Error> {
    drop_allowed(conn, uid).await?;
    sqlx::query("DELETE FROM tool_servers WHERE uid = ?1")
        .bind(uid.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

async fn drop_allowed(conn: &mut SqliteConnection, uid: ToolServerUid) -> Result<(), Error> {
    sqlx::query("DELETE FROM allowed_tools WHERE server = ?1")
        .bind(uid.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Keeps that a tool is allowed as it is described.
async fn put_allowed(conn: &mut SqliteConnection, row: &AllowedToolRow) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO allowed_tools (server, tool, hash, definition, read_only, allowed_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (server, tool) DO UPDATE SET hash = excluded.hash, definition = excluded.definition,
           read_only = excluded.read_only, allowed_at = excluded.allowed_at",
    )
    .bind(row.server.to_string())
    .bind(&row.tool)
    .bind(&row.hash)
    .bind(&row.definition)
    .bind(row.read_only)
    .bind(row.allowed_at.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps that a tool is not allowed.
async fn drop_allowed_one(
    conn: &mut SqliteConnection,
    server: ToolServerUid,
    tool: &str,
) -> Result<(), Error> {
    sqlx::query("DELETE FROM allowed_tools WHERE server = ?1 AND tool = ?2")
        .bind(server.to_string())
        .bind(tool)
        .execute(conn)
        .await?;
    Ok(())
}

impl Store {
    /// Adds a tool server, or changes the one with the given number. Gives it as it is now. One that is somewhere else from now on
    /// has no allowed tools any more.
    ///
    /// # Errors
    /// [`Error::ToolServerNameTaken`], [`Error::ToolServerNotFound`], and those of a wish, see [`Self::save_provider`].
    pub async fn save_tool_server(
        &self,
        server: NewToolServer,
        request: RequestRecord,
        now: Millis,
    ) -> Result<ToolServerRow, Error> {
        let (id, uid) = (server.id, server.uid);
        self.arrange(What::ToolServer(Box::new(server)), request, now)
            .await?;
        let mut conn = self.reader().await?;
        match id {
            Some(id) => get(&mut conn, id).await?.ok_or(Error::ToolServerNotFound(id)),
            None => by_uid(&mut conn, uid).await?.ok_or(Error::ToolServerGone(uid)),
        }
    }

    /// Removes a tool server with all that was allowed of it. Says whether it was there.
    ///
    /// # Errors
    /// Those of a wish, see [`Self::save_provider`].
    pub async fn remove_tool_server(
        &self,
        id: ToolServerId,
        request: RequestRecord,
        now: Millis,
    ) -> Result<bool, Error> {
        let written = self.arrange(What::NoToolServer(id), request, now).await?;
        Ok(written.first <= written.last)
    }

    /// Allows a tool as it is described.
    ///
    /// # Errors
    /// [`Error::ToolServerGone`], and those of a wish, see [`Self::save_provider`].
    pub async fn allow_tool(&self, tool: AllowedToolRow, request: RequestRecord) -> Result<(), Error> {
        let now = tool.allowed_at;
        self.arrange(What::AllowedTool(Box::new(tool)), request, now)
            .await
            .map(drop)
    }

    /// Takes the permission for a tool back.
    ///
    /// # Errors
    /// Those of a wish, see [`Self::save_provider`].
    pub async fn forbid_tool(
        &self,
        server: ToolServerUid,
        tool: String,
        request: RequestRecord,
        now: Millis,
    ) -> Result<(), Error> {
        self.arrange(What::ForbiddenTool(server, tool), request, now)
            .await
            .map(drop)
    }
}
