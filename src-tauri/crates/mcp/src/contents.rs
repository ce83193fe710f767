//! What a server offers: tools, resources and prompts, read page by page within bounds.

use crate::connect::Service;
use crate::definition::Definition;
use crate::limits::Limits;
use crate::words::brief;
use crate::{McpError, error};
use rmcp::model::{
    ClientRequest, ListPromptsRequest, ListResourceTemplatesRequest, ListResourcesRequest, ListToolsRequest,
    PaginatedRequestParams, Prompt, Resource, ResourceTemplate, ServerResult,
};
use rmcp::service::ServiceError;
use std::collections::BTreeSet;

/// What a server offers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contents {
    /// Its tools, in its order.
    pub tools: Vec<Definition>,
    /// What can be read from it.
    pub resources: Vec<ListedResource>,
    /// The prompts that it has ready.
    pub prompts: Vec<ListedPrompt>,
}

/// Something that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedResource {
    /// Its address, or a pattern of addresses.
    pub uri: String,
    /// Its name.
    pub name: String,
    /// What it is said to be.
    pub description: Option<String>,
    /// What kind of content it is.
    pub kind: Option<String>,
    /// Whether the address is a pattern with gaps.
    pub is_pattern: bool,
}

/// A prompt that is ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedPrompt {
    /// Its name.
    pub name: String,
    /// What it is said to be for.
    pub description: Option<String>,
    /// What it must be given.
    pub inputs: Vec<PromptInput>,
}

/// What a prompt is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptInput {
    /// Its name.
    pub name: String,
    /// What it is said to be.
    pub description: Option<String>,
    /// Whether it must be there.
    pub required: bool,
}

/// Lists everything that the server says it has.
pub(crate) async fn read(service: &Service, limits: &Limits) -> Result<Contents, McpError> {
    let has = service
        .peer_info()
        .map(|info| info.capabilities.clone())
        .unwrap_or_default();
    let mut contents = Contents::default();
    if has.tools.is_some() {
        contents.tools = tools(service, limits).await?;
    }
    if has.resources.is_some() {
        contents.resources = resources(service, limits).await?;
    }
    if has.prompts.is_some() {
        contents.prompts = prompts(service, limits).await?;
    }
    Ok(contents)
}

/// Asks for page after page. The library would keep answers for a while; what is looked at here must be what counts now.
macro_rules! pages {
    ($service:expr, $limit:expr, $what:literal, $request:ident, $result:ident, $field:ident) => {{
        let mut all = Vec::new();
        let mut cursor = None;
        loop {
            let page = PaginatedRequestParams::default().with_cursor(cursor.take());
            let request = ClientRequest::$request($request::with_param(page));
            match $service.send_request(request).await {
                Ok(ServerResult::$result(page)) => {
                    // A page without entries that names a next one could go on for ever.
                    let is_empty = page.$field.is_empty();
                    all.extend(page.$field);
                    if all.len() > $limit {
                        return Err(McpError::TooMany {
                            what: $what,
                            limit: $limit,
                        });
                    }
                    cursor = page.next_cursor.filter(|_| !is_empty);
                }
                Ok(_) => return Err(McpError::NotMcp("an answer that fits no list".to_owned())),
                Err(error) => return Err(refusal(error)),
            }
            if cursor.is_none() {
                break all;
            }
        }
    }};
}

/// Lists its tools.
pub(crate) async fn tools(service: &Service, limits: &Limits) -> Result<Vec<Definition>, McpError> {
    let listed = pages!(
        service,
        limits.entries,
        "tools",
        ListToolsRequest,
        ListToolsResult,
        tools
    );
    let mut names = BTreeSet::new();
    let mut tools = Vec::new();
    for tool in listed {
        let definition = Definition::of(tool).map_err(|error| McpError::NotMcp(error.to_string()))?;
        if definition.bytes() > limits.definition_bytes {
            return Err(McpError::LongDefinition(brief(&definition.name)));
        }
        if !names.insert(definition.name.clone()) {
            return Err(McpError::SameName(brief(&definition.name)));
        }
        tools.push(definition);
    }
    Ok(tools)
}

async fn resources(service: &Service, limits: &Limits) -> Result<Vec<ListedResource>, McpError> {
    let fixed = pages!(
        service,
        limits.entries,
        "resources",
        ListResourcesRequest,
        ListResourcesResult,
        resources
    );
    let mut all: Vec<ListedResource> = fixed.into_iter().map(ListedResource::from).collect();
    match patterns(service, limits).await {
        Ok(patterns) => all.extend(patterns),
        // Many servers have resources and do not know the question for patterns.
        Err(McpError::Refused { .. }) => {}
        Err(error) => return Err(error),
    }
    Ok(all)
}

async fn patterns(service: &Service, limits: &Limits) -> Result<Vec<ListedResource>, McpError> {
    let patterns = pages!(
        service,
        limits.entries,
        "patterns of resources",
        ListResourceTemplatesRequest,
        ListResourceTemplatesResult,
        resource_templates
    );
    Ok(patterns.into_iter().map(ListedResource::from).collect())
}

async fn prompts(service: &Service, limits: &Limits) -> Result<Vec<ListedPrompt>, McpError> {
    let listed = pages!(
        service,
        limits.entries,
        "prompts",
        ListPromptsRequest,
        ListPromptsResult,
        prompts
    );
    Ok(listed.into_iter().map(ListedPrompt::from).collect())
}

fn refusal(error: ServiceError) -> McpError {
    error::of_service(error)
}

impl From<Resource> for ListedResource {
    fn from(resource: Resource) -> Self {
        Self {
            uri: resource.uri,
            name: resource.title.unwrap_or(resource.name),
            description: resource.description,
            kind: resource.mime_type,
            is_pattern: false,
        }
    }
}

impl From<ResourceTemplate> for ListedResource {
    fn from(pattern: ResourceTemplate) -> Self {
        Self {
            uri: pattern.uri_template,
            name: pattern.title.unwrap_or(pattern.name),
            description: pattern.description,
            kind: pattern.mime_type,
            is_pattern: true,
        }
    }
}

impl From<Prompt> for ListedPrompt {
    fn from(prompt: Prompt) -> Self {
        let inputs = prompt.arguments.unwrap_or_default().into_iter();
        Self {
            name: prompt.name,
            description: prompt.description,
            inputs: inputs
                .map(|input| PromptInput {
                    name: input.name,
                    description: input.description,
                    required: input.required.unwrap_or_default(),
                })
                .collect(),
        }
    }
}
