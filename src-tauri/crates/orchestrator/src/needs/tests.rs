//! What is said to be lacking, for every kind of need.

use super::compare::{Here, ProviderHere, SourceHere, lacks};
use uuid::Uuid;
use wheelhouse_domain::{
    AgentKind, AgentUid, DefaultModels, Lack, LackKind, MoveNeeds, NeededAgent, NeededModel, NeededSource,
    NeededTemplate, ProviderKind, SourceKind, SourceUid, TemplateUid, WorkflowUid,
};

fn nothing() -> MoveNeeds {
    MoveNeeds {
        workflow: WorkflowUid(Uuid::from_u128(1)),
        models: Vec::new(),
        tools: Vec::new(),
        agents: Vec::new(),
        templates: Vec::new(),
        sources: Vec::new(),
    }
}

fn here() -> Here {
    Here {
        builtin: ["rehearsal".to_owned()].into(),
        tools: ["knowledge_search".to_owned()].into(),
        ..Here::default()
    }
}

fn model(name: &str, provider: Option<ProviderKind>, users: &[&str]) -> NeededModel {
    NeededModel {
        name: name.to_owned(),
        provider,
        has_key: provider.is_some(),
        default_of: None,
        used_by: users.iter().map(|&user| user.to_owned()).collect(),
    }
}

fn of_models(models: Vec<NeededModel>, here: &Here) -> Vec<Lack> {
    lacks(&MoveNeeds { models, ..nothing() }, here)
}

#[test]
fn who_needs_nothing_lacks_nothing() {
    assert_eq!(lacks(&nothing(), &Here::default()), []);
    let rehearsal = model("rehearsal", None, &["Driver"]);
    assert_eq!(of_models(vec![rehearsal], &here()), []);
}

#[test]
fn a_provider_is_found_by_its_name_and_must_be_of_the_same_kind() {
    let wanted = || {
        vec![model(
            "acme/large",
            Some(ProviderKind::OpenAi),
            &["Driver", "Creator"],
        )]
    };
    let found = of_models(wanted(), &here());
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].kind, LackKind::Provider);
    assert_eq!(found[0].text, "The provider acme is not set up there.");
    assert!(
        found[0]
            .follows
            .starts_with("Tasks of Creator and Driver fail until"),
        "{}",
        found[0].follows
    );

    let mut there = here();
    let provider = |kind, has_key| ProviderHere { kind, has_key };
    there
        .providers
        .insert("acme".to_owned(), provider(ProviderKind::OpenAi, true));
    assert_eq!(of_models(wanted(), &there), []);
    there
        .providers
        .insert("acme".to_owned(), provider(ProviderKind::Gemini, true));
    assert_eq!(of_models(wanted(), &there)[0].kind, LackKind::OtherProvider);
    there
        .providers
        .insert("acme".to_owned(), provider(ProviderKind::OpenAi, false));
    assert_eq!(of_models(wanted(), &there)[0].kind, LackKind::Key);
}

#[test]
fn a_key_is_missed_only_where_there_is_one_now() {
    let mut there = here();
    let keyless = ProviderHere {
        kind: ProviderKind::Ollama,
        has_key: false,
    };
    there.providers.insert("ollama".to_owned(), keyless);
    let wanted = NeededModel {
        has_key: false,
        ..model("ollama/small", Some(ProviderKind::Ollama), &[])
    };
    assert_eq!(of_models(vec![wanted], &there), []);
}

#[test]
fn a_lack_is_told_once_however_many_models_meet_it() {
    let both = vec![
        model("acme/large", Some(ProviderKind::OpenAi), &["Driver"]),
        model("acme/small", Some(ProviderKind::OpenAi), &["Creator"]),
    ];
    let found = of_models(both, &here());
    assert_eq!(found.len(), 1);
    assert!(
        found[0].follows.starts_with("Tasks of Creator and Driver fail"),
        "{}",
        found[0].follows
    );
}

#[test]
fn agents_without_a_model_of_their_own_go_by_the_settings_there() {
    let wanted = NeededModel {
        default_of: Some(AgentKind::Creator),
        ..model("acme/large", Some(ProviderKind::OpenAi), &["Creator"])
    };
    let found = of_models(vec![wanted.clone()], &here());
    assert_eq!(found[0].kind, LackKind::DefaultModel);
    assert_eq!(
        found[0].text,
        "The creator uses acme/large here and rehearsal there."
    );
    let mut same = here();
    same.defaults = DefaultModels {
        creator: "acme/large".to_owned(),
        ..DefaultModels::default()
    };
    let found = of_models(vec![wanted], &same);
    assert_eq!(
        found[0].kind,
        LackKind::Provider,
        "the settings agree, the provider is gone"
    );
}

#[test]
fn a_tool_of_a_tool_server_is_missed_by_its_server_s_name() {
    let needs = MoveNeeds {
        tools: vec!["mcp_my-files_read_all".to_owned()],
        ..nothing()
    };
    let found = lacks(&needs, &here());
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].text,
        "The tool read_all of the tool server my-files is not allowed there."
    );
    let mut there = here();
    there.tools.insert("mcp_my-files_read_all".to_owned());
    assert_eq!(lacks(&needs, &there), []);
}

#[test]
fn tools_templates_and_agents_are_looked_up() {
    let agent = |number, travels| NeededAgent {
        uid: AgentUid(Uuid::from_u128(number)),
        name: "Editor".to_owned(),
        kind: AgentKind::Specialist,
        travels,
    };
    let template = |version| NeededTemplate {
        uid: TemplateUid(Uuid::from_u128(7)),
        version,
        title: "Digest".to_owned(),
        used_by: vec!["Sum up".to_owned()],
    };
    let needs = MoveNeeds {
        tools: vec!["knowledge_search".to_owned(), "other".to_owned()],
        agents: vec![agent(3, true), agent(4, false)],
        templates: vec![template(Some(2))],
        ..nothing()
    };
    let mut there = here();
    there.disabled = [AgentUid(Uuid::from_u128(3)), AgentUid(Uuid::from_u128(4))].into();
    let kinds = |there: &Here| {
        lacks(&needs, there)
            .iter()
            .map(|lack| lack.kind)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        kinds(&there),
        [LackKind::Tool, LackKind::Agent, LackKind::Template]
    );
    let uid = TemplateUid(Uuid::from_u128(7));
    there.templates.insert(uid, [1].into());
    let found = lacks(&needs, &there);
    assert!(found[2].text.contains("not its version 2"), "{}", found[2].text);
    assert_eq!(found[2].follows, "“Sum up” fails until you import it there.");
    there.templates.insert(uid, [1, 2].into());
    assert_eq!(kinds(&there), [LackKind::Tool, LackKind::Agent]);
    let newest = MoveNeeds {
        templates: vec![template(None)],
        ..nothing()
    };
    assert_eq!(lacks(&newest, &there), []);
}

#[test]
fn sources_are_found_by_name_and_the_handbook_by_itself() {
    let source = |number, name: &str, kind, read| NeededSource {
        uid: SourceUid(Uuid::from_u128(number)),
        name: name.to_owned(),
        kind,
        documents: 3,
        read,
        cited: read,
        stays_here: false,
    };
    let needs = MoveNeeds {
        sources: vec![
            source(1, "Handbook", SourceKind::Builtin, false),
            source(2, "notes", SourceKind::Folder, true),
        ],
        ..nothing()
    };
    let found = lacks(&needs, &here());
    assert_eq!(found.len(), 2);
    assert_eq!(found[1].text, "The source “notes” (3 documents) is not there.");
    assert_eq!(
        found[1].follows,
        "What was read of it goes along. Searches from then on do not find it."
    );
    let mut there = here();
    let own = |number, name: &str, kind, documents| SourceHere {
        uid: SourceUid(Uuid::from_u128(number)),
        name: name.to_owned(),
        kind,
        documents,
    };
    there.sources = vec![
        own(1, "Handbook", SourceKind::Builtin, 10),
        own(9, "notes", SourceKind::Folder, 0),
    ];
    let found = lacks(&needs, &there);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].kind, LackKind::Documents);
    there.sources[1].documents = 2;
    assert_eq!(lacks(&needs, &there), []);
}
