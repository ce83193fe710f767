//! What a machine lacks of what a run needs. Pure: both sides are given.

use std::collections::{BTreeMap, BTreeSet};
use wheelhouse_domain::{
    AgentKind, AgentUid, DefaultModels, Lack, LackKind, MoveNeeds, NeededModel, NeededSource, NeededTemplate,
    ProviderKind, SourceKind, SourceUid, TemplateUid, is_served,
};

/// A provider that is set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ProviderHere {
    /// Form that it speaks.
    pub(crate) kind: ProviderKind,
    /// Whether it has a key.
    pub(crate) has_key: bool,
}

/// A source of the knowledge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SourceHere {
    /// Identity.
    pub(crate) uid: SourceUid,
    /// Name.
    pub(crate) name: String,
    /// What it is.
    pub(crate) kind: SourceKind,
    /// Documents in it.
    pub(crate) documents: u32,
}

/// What a machine has.
#[derive(Debug, Clone, Default)]
pub(crate) struct Here {
    /// Providers by name.
    pub(crate) providers: BTreeMap<String, ProviderHere>,
    /// Models that need no provider.
    pub(crate) builtin: BTreeSet<String>,
    /// Models of agents that name none.
    pub(crate) defaults: DefaultModels,
    /// Tools.
    pub(crate) tools: BTreeSet<String>,
    /// Agents that may not work.
    pub(crate) disabled: BTreeSet<AgentUid>,
    /// Templates with their versions.
    pub(crate) templates: BTreeMap<TemplateUid, BTreeSet<u32>>,
    /// Sources of the knowledge.
    pub(crate) sources: Vec<SourceHere>,
}

/// What `here` lacks of `needs`: what tasks fail without first, each thing once.
pub(crate) fn lacks(needs: &MoveNeeds, here: &Here) -> Vec<Lack> {
    let mut found: Vec<Lack> = Vec::new();
    found.extend(
        by_provider(&needs.models)
            .iter()
            .filter_map(|model| model_lack(model, here)),
    );
    found.extend(needs.tools.iter().filter_map(|tool| tool_lack(tool, here)));
    for agent in needs.agents.iter().filter(|agent| agent.travels) {
        if here.disabled.contains(&agent.uid) {
            found.push(Lack {
                kind: LackKind::Agent,
                name: agent.name.clone(),
                text: format!("The agent {} is retired there.", agent.name),
                follows: "It still does the tasks that it was given in this run.".to_owned(),
            });
        }
    }
    found.extend(
        needs
            .templates
            .iter()
            .filter_map(|template| template_lack(template, here)),
    );
    found.extend(
        needs
            .sources
            .iter()
            .filter_map(|source| source_lack(source, here)),
    );
    found.sort_by(|one, other| (one.kind, &one.name).cmp(&(other.kind, &other.name)));
    found.dedup_by(|one, other| one.kind == other.kind && one.name == other.name);
    found
}

/// The models with everybody who uses another one of the same provider, so that a lack of it names them all.
fn by_provider(models: &[NeededModel]) -> Vec<NeededModel> {
    let provider = |model: &NeededModel| model.name.split_once('/').map(|(name, _)| name.to_owned());
    let mut users: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for model in models {
        if let Some(name) = provider(model) {
            users
                .entry(name)
                .or_default()
                .extend(model.used_by.iter().cloned());
        }
    }
    let with_users = |model: &NeededModel| NeededModel {
        used_by: match provider(model).and_then(|name| users.get(&name)) {
            Some(users) => users.iter().cloned().collect(),
            None => model.used_by.clone(),
        },
        ..model.clone()
    };
    models.iter().map(with_users).collect()
}

fn model_lack(model: &NeededModel, here: &Here) -> Option<Lack> {
    match model.default_of {
        Some(kind) => default_lack(kind, model, here),
        None => named_lack(model, here),
    }
}

/// What an agent names counts there too. The provider is found by its name.
fn named_lack(model: &NeededModel, here: &Here) -> Option<Lack> {
    let lack = |kind, name: &str, text: String, follows: String| {
        Some(Lack {
            kind,
            name: name.to_owned(),
            text,
            follows,
        })
    };
    let Some((provider, _)) = model.name.split_once('/') else {
        if here.builtin.contains(&model.name) {
            return None;
        }
        return lack(
            LackKind::Model,
            &model.name,
            format!("The model {} is not there.", model.name),
            format!(
                "{} fail until you choose another model.",
                tasks_of(&model.used_by)
            ),
        );
    };
    let Some(there) = here.providers.get(provider) else {
        return lack(
            LackKind::Provider,
            provider,
            format!("The provider {provider} is not set up there."),
            format!(
                "{} fail until you add it there or choose another model.",
                tasks_of(&model.used_by)
            ),
        );
    };
    if model.provider.is_some_and(|kind| kind != there.kind) {
        return lack(
            LackKind::OtherProvider,
            provider,
            format!("The provider {provider} is another kind of provider there."),
            format!("{} are sent to that one.", tasks_of(&model.used_by)),
        );
    }
    if model.has_key && !there.has_key {
        return lack(
            LackKind::Key,
            provider,
            format!("The provider {provider} has no key there. Keys never go along with a run."),
            format!("{} fail until you set a key there.", tasks_of(&model.used_by)),
        );
    }
    None
}

/// Agents that name no model go by the settings of the machine that they are on.
fn default_lack(kind: AgentKind, model: &NeededModel, here: &Here) -> Option<Lack> {
    let there = here.defaults.of(kind);
    if there == model.name {
        return named_lack(model, here);
    }
    let who = match kind {
        AgentKind::Driver => "The driver",
        AgentKind::Creator => "The creator",
        AgentKind::Generator => "The generator",
        AgentKind::Specialist => "Specialists",
    };
    let uses = if kind == AgentKind::Specialist {
        "use"
    } else {
        "uses"
    };
    Some(Lack {
        kind: LackKind::DefaultModel,
        name: kind.as_str().to_owned(),
        text: format!("{who} {uses} {} here and {there} there.", model.name),
        follows: format!(
            "What is still to be done goes on with {there}, unless you change the settings there."
        ),
    })
}

fn tool_lack(tool: &str, here: &Here) -> Option<Lack> {
    if here.tools.contains(tool) {
        return None;
    }
    let (text, follows) = match served(tool) {
        Some((server, name)) => (
            format!("The tool {name} of the tool server {server} is not allowed there."),
            "Agents are told so and go on without it, until you add a server of that name there and allow the tool.",
        ),
        None => (
            format!("The tool {tool} is not there."),
            "Agents are told so and go on without it. A step that is nothing but this tool fails.",
        ),
    };
    Some(Lack {
        kind: LackKind::Tool,
        name: tool.to_owned(),
        text,
        follows: follows.to_owned(),
    })
}

/// The server and the tool that a name of a tool server's tool is made of. Names of servers have no `_`.
fn served(tool: &str) -> Option<(&str, &str)> {
    if !is_served(tool) {
        return None;
    }
    let (_, rest) = tool.split_once('_')?;
    rest.split_once('_')
}

fn template_lack(template: &NeededTemplate, here: &Here) -> Option<Lack> {
    let versions = here.templates.get(&template.uid);
    let text = match (versions, template.version) {
        (Some(_), None) => return None,
        (Some(versions), Some(version)) if versions.contains(&version) => return None,
        (Some(_), Some(version)) => format!(
            "The template “{}” is there, but not its version {version}.",
            template.title
        ),
        (None, _) => format!("The template “{}” is not there.", template.title),
    };
    let follows = match template.used_by.as_slice() {
        [] => "The sub-workflow that runs it fails until you import it there.".to_owned(),
        titles => format!("{} fails until you import it there.", quoted(titles)),
    };
    Some(Lack {
        kind: LackKind::Template,
        name: template.title.clone(),
        text,
        follows,
    })
}

/// The operator's own sources are found by name: each machine reads its own folders.
fn source_lack(source: &NeededSource, here: &Here) -> Option<Lack> {
    let there = here.sources.iter().find(|there| match source.kind {
        SourceKind::Builtin => there.uid == source.uid,
        SourceKind::Folder | SourceKind::File => {
            there.uid == source.uid || (there.kind != SourceKind::Builtin && there.name == source.name)
        }
    });
    let follows = if source.read {
        "What was read of it goes along. Searches from then on do not find it."
    } else {
        "Searches there do not find it."
    };
    let documents = match source.documents {
        0 => "no documents".to_owned(),
        1 => "1 document".to_owned(),
        some => format!("{some} documents"),
    };
    let (kind, text) = match there {
        None => (
            LackKind::Source,
            format!("The source “{}” ({documents}) is not there.", source.name),
        ),
        Some(there) if there.documents == 0 && source.documents > 0 => (
            LackKind::Documents,
            format!("The source “{}” is there, but has no documents yet.", source.name),
        ),
        Some(_) => return None,
    };
    Some(Lack {
        kind,
        name: source.name.clone(),
        text,
        follows: follows.to_owned(),
    })
}

/// Whose tasks, so that it can stand before a verb.
fn tasks_of(agents: &[String]) -> String {
    match agents {
        [] => "Tasks that use it".to_owned(),
        names => format!("Tasks of {}", listed(names)),
    }
}

fn quoted(titles: &[String]) -> String {
    let titles: Vec<String> = titles.iter().map(|title| format!("“{title}”")).collect();
    listed(&titles)
}

/// `a`, `a and b`, `a, b and c`; the rest is counted past the third.
fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [one, other] => format!("{one} and {other}"),
        [one, other, third] => format!("{one}, {other} and {third}"),
        [one, other, third, rest @ ..] => format!("{one}, {other}, {third} and {} more", rest.len()),
    }
}
