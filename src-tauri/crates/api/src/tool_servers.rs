//! Servers that give tools, and what is allowed of them.

use crate::check::{self, invalid};
use crate::error::{Wrapped, from_tool_server};
use crate::local::{Local, wish};
use std::collections::BTreeSet;
use wheelhouse_contract::{
    AllowTool, AllowedTool, ApiError, ForbidTool, GetToolServerLog, GivenValue, InspectToolServer,
    RemoveToolServer, Removed, SaveToolServer, ServedPrompt, ServedResource, ServedTool, SetToolServerValue,
    ToolServerContents, ToolServerLogLine, ToolServerLogSource, ToolServerView, ToolState,
};
use wheelhouse_domain::{Millis, Risk, ToolServerId, ToolServerPlace};
use wheelhouse_orchestrator::mcp::{
    Definition, ListedPrompt, ListedResource, LogLine, LogSource, hidden_characters,
};
use wheelhouse_orchestrator::store::{AllowedToolRow, ToolServerRow};
use wheelhouse_orchestrator::{GivenTool, LookedAt, ToolServerError, WantedServer};

/// Longest name of a tool server: it begins the names of all its tools.
const NAME_LENGTH: usize = 24;
/// The most that a tool server is given.
const MOST_GIVEN: usize = 20;

impl Local {
    pub(crate) async fn tool_server_views(&self) -> Result<Vec<ToolServerView>, ApiError> {
        let rows = self.handle().store().tool_servers().await;
        let given = self.handle().given_tools().await.map_err(Wrapped::from)?;
        let rows = rows.map_err(Wrapped::from)?;
        Ok(rows
            .iter()
            .map(|row| self.tool_server_view(row, &given))
            .collect())
    }

    /// Names of the tools of tool servers that agents may be given.
    pub(crate) async fn served_names(&self) -> Result<Vec<String>, ApiError> {
        let given = self.handle().given_tools().await.map_err(Wrapped::from)?;
        Ok(given.into_iter().map(|tool| tool.name).collect())
    }

    fn tool_server_view(&self, row: &ToolServerRow, all: &[GivenTool]) -> ToolServerView {
        let stands = self.handle().tool_server_stands(row);
        let given = row.form.secrets.iter().map(|secret| GivenValue {
            name: secret.name.clone(),
            is_set: self.handle().keys().has(secret.uid),
        });
        let tools = all.iter().filter(|tool| tool.server.uid == row.uid);
        let allowed_tools: Vec<AllowedTool> = tools.map(allowed_tool).collect();
        let problem_at = stands.problem.as_ref().map(|problem| problem.at);
        ToolServerView {
            id: row.id,
            uid: row.uid,
            name: row.form.name.clone(),
            place: row.form.place.clone(),
            given: given.collect(),
            connected_since: stands.since,
            problem: stands.problem.map(|problem| problem.message),
            problem_at,
            allowed: number(allowed_tools.len()),
            allowed_tools,
            created_at: row.created_at,
        }
    }

    /// A server as it is now, after something about it was done.
    async fn tool_server_now(&self, id: ToolServerId) -> Result<ToolServerView, ApiError> {
        let store = self.handle().store();
        let row = store.tool_server(id).await.map_err(Wrapped::from)?;
        let row = row.ok_or_else(|| from_tool_server(&ToolServerError::NotFound(id)))?;
        let given = self.handle().given_tools().await.map_err(Wrapped::from)?;
        Ok(self.tool_server_view(&row, &given))
    }

    pub(crate) async fn keep_tool_server(&self, request: SaveToolServer) -> Result<ToolServerView, ApiError> {
        let wish = wish(&request.request_key, "save_tool_server")?;
        let wanted = WantedServer {
            id: request.id,
            name: name(&request.name)?.to_owned(),
            given: given(&request.given, &request.place)?,
            place: place(request.place)?,
        };
        let saved = self.handle().save_tool_server(wish, wanted).await;
        self.tool_server_now(saved.map_err(Wrapped::from)?.id).await
    }

    pub(crate) async fn drop_tool_server(&self, request: RemoveToolServer) -> Result<Removed, ApiError> {
        let wish = wish(&request.request_key, "remove_tool_server")?;
        let removed = self.handle().remove_tool_server(wish, request.id).await;
        let removed = removed.map_err(Wrapped::from)?;
        Ok(Removed { removed })
    }

    pub(crate) async fn keep_tool_server_value(
        &self,
        request: SetToolServerValue,
    ) -> Result<ToolServerView, ApiError> {
        check::key(&request.request_key)?;
        let value = request.value.0.trim().to_owned();
        let kept = self
            .handle()
            .set_tool_server_value(request.id, &request.name, value)
            .await;
        self.tool_server_now(kept.map_err(Wrapped::from)?.id).await
    }

    pub(crate) async fn look_at_tool_server(
        &self,
        request: InspectToolServer,
    ) -> Result<ToolServerContents, ApiError> {
        let looked = self.handle().look_at_tool_server(request.id, request.anew).await;
        self.contents(&looked.map_err(Wrapped::from)?).await
    }

    pub(crate) async fn tool_server_log(
        &self,
        request: GetToolServerLog,
    ) -> Result<Vec<ToolServerLogLine>, ApiError> {
        let lines = self.handle().tool_server_log(request.id).await;
        Ok(lines.map_err(Wrapped::from)?.into_iter().map(line).collect())
    }

    pub(crate) async fn permit_tool(&self, request: AllowTool) -> Result<ToolServerContents, ApiError> {
        let wish = wish(&request.request_key, "allow_tool")?;
        let seen = (request.tool.as_str(), request.hash.as_str());
        let allowed = self
            .handle()
            .allow_tool(wish, request.id, seen, request.read_only)
            .await;
        allowed.map_err(Wrapped::from)?;
        let looked = self.handle().look_at_tool_server(request.id, false).await;
        self.contents(&looked.map_err(Wrapped::from)?).await
    }

    pub(crate) async fn take_tool_back(&self, request: ForbidTool) -> Result<ToolServerView, ApiError> {
        let wish = wish(&request.request_key, "forbid_tool")?;
        let forbidden = self.handle().forbid_tool(wish, request.id, &request.tool).await;
        forbidden.map_err(Wrapped::from)?;
        self.tool_server_now(request.id).await
    }

    async fn contents(&self, looked: &LookedAt) -> Result<ToolServerContents, ApiError> {
        let LookedAt { row, seen, allowed } = looked;
        let tools: Vec<ServedTool> = seen
            .contents
            .tools
            .iter()
            .map(|tool| served(tool, allowed))
            .collect();
        let offered: BTreeSet<&str> = tools.iter().map(|tool| tool.name.as_str()).collect();
        let missing = allowed
            .iter()
            .filter(|tool| !offered.contains(tool.tool.as_str()));
        let given = self.handle().given_tools().await.map_err(Wrapped::from)?;
        Ok(ToolServerContents {
            server: self.tool_server_view(row, &given),
            name: seen.told.name.clone(),
            version: seen.told.version.clone(),
            protocol: seen.told.protocol.clone(),
            instructions: seen.told.instructions.clone(),
            latency_ms: u32::try_from(seen.latency.as_millis()).unwrap_or(u32::MAX),
            at: seen.at,
            missing: missing.map(|tool| tool.tool.clone()).collect(),
            resources: seen.contents.resources.iter().map(resource).collect(),
            prompts: seen.contents.prompts.iter().map(prompt).collect(),
            tools,
        })
    }
}

fn allowed_tool(tool: &GivenTool) -> AllowedTool {
    AllowedTool {
        name: tool.name.clone(),
        tool: tool.allowed.tool.clone(),
        title: tool.definition.title.clone(),
        description: tool.definition.description.clone(),
        read_only: tool.allowed.read_only,
        asks: tool.risk() > Risk::Read,
        as_described: tool.as_described(),
    }
}

fn served(tool: &Definition, allowed: &[AllowedToolRow]) -> ServedTool {
    let hash = tool.hash();
    let permission = allowed.iter().find(|row| row.tool == tool.name);
    let (state, before) = match permission {
        None => (ToolState::New, None),
        Some(row) if row.hash == hash => (ToolState::Allowed, None),
        Some(row) => (ToolState::Changed, Some(text_of(&row.definition))),
    };
    let hint = |name: &str| {
        tool.annotations
            .as_ref()
            .and_then(|hints| hints.get(name)?.as_bool())
    };
    let definition = tool.text();
    ServedTool {
        name: tool.name.clone(),
        title: tool.title.clone(),
        description: tool.description.clone(),
        state,
        hash,
        hidden_characters: number(hidden_characters(&definition) + hidden_characters(&tool.name)),
        definition,
        allowed_definition: before,
        read_only: permission.is_some_and(|row| row.read_only),
        says_read_only: hint("readOnlyHint").unwrap_or_default(),
    }
}

/// A kept definition for a person to read; as it stands, where it is of a form that is not known.
fn text_of(kept: &str) -> String {
    serde_json::from_str::<Definition>(kept).map_or_else(|_| kept.to_owned(), |definition| definition.text())
}

fn resource(resource: &ListedResource) -> ServedResource {
    ServedResource {
        uri: resource.uri.clone(),
        name: resource.name.clone(),
        description: resource.description.clone(),
        kind: resource.kind.clone(),
        is_pattern: resource.is_pattern,
    }
}

fn prompt(prompt: &ListedPrompt) -> ServedPrompt {
    let inputs = prompt.inputs.iter().map(|input| {
        let mark = if input.required { "" } else { "?" };
        format!("{}{mark}", input.name)
    });
    ServedPrompt {
        name: prompt.name.clone(),
        description: prompt.description.clone(),
        inputs: inputs.collect(),
    }
}

fn line(line: LogLine) -> ToolServerLogLine {
    ToolServerLogLine {
        number: u32::try_from(line.number).unwrap_or(u32::MAX),
        at: Millis(line.at),
        source: match line.source {
            LogSource::Program => ToolServerLogSource::Program,
            LogSource::Notice => ToolServerLogSource::Notice,
            LogSource::Connection => ToolServerLogSource::Connection,
        },
        text: line.text,
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn name(text: &str) -> Result<&str, ApiError> {
    let text = text.trim();
    let fits = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-';
    if (1..=NAME_LENGTH).contains(&text.len()) && text.chars().all(fits) {
        return Ok(text);
    }
    let problem = format!("A tool server's name has 1 to {NAME_LENGTH} lower-case letters, digits or “-”.");
    Err(invalid("name", problem).next_step("Write another one, for example files."))
}

/// Names of what a server is given. Whether they fit the kind of place is found out when it is saved.
fn given(names: &[String], place: &ToolServerPlace) -> Result<Vec<String>, ApiError> {
    let trimmed: Vec<String> = names.iter().map(|name| name.trim().to_owned()).collect();
    let unique: BTreeSet<String> = trimmed.iter().map(|name| name.to_ascii_lowercase()).collect();
    if trimmed.len() > MOST_GIVEN || unique.len() != trimmed.len() {
        return Err(invalid(
            "given",
            format!("At most {MOST_GIVEN} names can be given, each once."),
        )
        .next_step("Leave some out."));
    }
    let is_header = |name: &String| {
        let fits = |char: char| char.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(char);
        (1..=100).contains(&name.len()) && name.chars().all(fits)
    };
    if matches!(place, ToolServerPlace::Address { .. }) && !trimmed.iter().all(is_header) {
        return Err(invalid("given", "This is not the name of a header.")
            .next_step("Write one like Authorization: letters, digits and “-”."));
    }
    Ok(trimmed)
}

fn place(place: ToolServerPlace) -> Result<ToolServerPlace, ApiError> {
    match place {
        ToolServerPlace::Program {
            command,
            arguments,
            folder,
        } => {
            let folder = folder.filter(|folder| !folder.trim().is_empty());
            if let Some(folder) = &folder {
                check::absolute(folder.trim()).map_err(|error| error.field("folder"))?;
            }
            Ok(ToolServerPlace::Program {
                command: command.trim().to_owned(),
                arguments,
                folder: folder.map(|folder| folder.trim().to_owned()),
            })
        }
        ToolServerPlace::Address { url } => Ok(ToolServerPlace::Address {
            url: url.trim().to_owned(),
        }),
    }
}
