use sqlx::AssertSqlSafe;
use uuid::Uuid;
use wheelhouse_domain::{
    AgentGrant, AgentId, AgentStatus, CALCULATOR, DEFAULT_MODEL, DefaultModels, FETCH_PAGE, KNOWLEDGE_SEARCH,
    Position, ProviderId, ProviderKind, ProviderLimits, ProviderUid, Standing, ToolRule, WRITE_FILE,
};

use super::super::{
    AGENT_ENABLED, AGENT_GRANTED, AGENT_UPDATED, AgentEdit, AgentGrantRow, AgentRow, GrantEdit, GrantedRow,
    NewProvider, PROVIDER_REMOVED, PROVIDER_SAVED, SETTINGS_SAVED,
};
use super::*;
use crate::test_util::request;

pub(super) fn provider(name: &str) -> NewProvider {
    NewProvider {
        id: None,
        uid: ProviderUid(Uuid::now_v7()),
        name: name.to_owned(),
        kind: ProviderKind::OpenAi,
        base_url: "http://localhost:1234/v1".to_owned(),
        limits: ProviderLimits::default(),
    }
}

pub(super) fn edit_of(agent: &AgentRow, name: &str) -> AgentEdit {
    AgentEdit {
        id: agent.id,
        expected_version: agent.version,
        name: name.to_owned(),
        role: agent.role.clone(),
        instructions: format!("{} Be brief.", agent.instructions),
        model: "local/qwen/qwen3-8b".to_owned(),
        tools: None,
        fallbacks: None,
    }
}

async fn agent(place: &Place, id: u32) -> AgentRow {
    place
        .store
        .agent(AgentId(id))
        .await
        .expect("read")
        .expect("there")
}

async fn kinds_after(place: &Place, after: Position) -> Vec<String> {
    let changes = place.store.changes(after, 100).await.expect("changes");
    assert!(changes.events.iter().all(|event| event.workflow_id.is_none()));
    changes.events.into_iter().map(|event| event.kind).collect()
}

#[tokio::test]
async fn a_provider_is_added_changed_and_removed() {
    let place = Place::new().await;
    let store = &place.store;
    let new = provider("local");
    let row = store
        .save_provider(new.clone(), request("add-1"), Millis(10))
        .await
        .expect("add");
    assert_eq!(
        (row.id, row.uid, row.created_at),
        (ProviderId(1), new.uid, Millis(10))
    );
    let changed = NewProvider {
        id: Some(row.id),
        kind: ProviderKind::Ollama,
        base_url: "http://localhost:11434".to_owned(),
        ..provider("home")
    };
    let row = store
        .save_provider(changed, request("change-1"), Millis(20))
        .await
        .expect("change");
    assert_eq!(
        (row.id, row.uid, row.created_at),
        (ProviderId(1), new.uid, Millis(10)),
        "it stays what it was"
    );
    assert_eq!((row.name.as_str(), row.kind), ("home", ProviderKind::Ollama));
    assert_eq!(store.provider(row.id).await.expect("read"), Some(row.clone()));
    assert_eq!(
        store.provider_by_name("home").await.expect("read"),
        Some(row.clone())
    );
    assert_eq!(store.provider_by_name("local").await.expect("read"), None);

    let removed = store.remove_provider(row.id, request("remove-1"), Millis(30));
    assert!(removed.await.expect("remove"));
    let again = store.remove_provider(row.id, request("remove-2"), Millis(30));
    assert!(!again.await.expect("remove"), "it was not there any more");
    assert!(store.providers().await.expect("read").is_empty());
    let next = store
        .save_provider(provider("home"), request("add-2"), Millis(40))
        .await
        .expect("add");
    assert_eq!(next.id, ProviderId(2), "numbers are not given out again");
    assert_eq!(
        kinds_after(&place, Position(0)).await,
        [PROVIDER_SAVED, PROVIDER_SAVED, PROVIDER_REMOVED, PROVIDER_SAVED]
    );
}

#[tokio::test]
async fn providers_need_names_of_their_own() {
    let place = Place::new().await;
    let store = &place.store;
    let first = store
        .save_provider(provider("first"), request("add-1"), Millis(10))
        .await
        .expect("add");
    let second = store
        .save_provider(provider("second"), request("add-2"), Millis(10))
        .await
        .expect("add");
    let before = store.position();
    let taken = NewProvider {
        id: Some(second.id),
        ..provider("first")
    };
    for (number, wrong) in [provider("first"), taken].into_iter().enumerate() {
        let key = format!("taken-{number}");
        let refused = store.save_provider(wrong, request(&key), Millis(20)).await;
        assert!(
            matches!(&refused, Err(Error::ProviderNameTaken(name)) if name == "first"),
            "{refused:?}"
        );
        assert_eq!(store.find_request(&key).await.expect("read"), None);
    }
    let unknown = NewProvider {
        id: Some(ProviderId(9)),
        ..provider("third")
    };
    let refused = store
        .save_provider(unknown, request("unknown-1"), Millis(20))
        .await;
    assert!(
        matches!(refused, Err(Error::ProviderNotFound(ProviderId(9)))),
        "{refused:?}"
    );
    assert_eq!(store.position(), before);
    assert_eq!(store.providers().await.expect("read"), [first, second], "by name");
}

#[tokio::test]
async fn default_models_are_those_that_were_set_last() {
    let place = Place::new().await;
    let store = &place.store;
    assert_eq!(
        store.default_models().await.expect("read"),
        DefaultModels::default()
    );
    let models = DefaultModels {
        specialist: "local/small".to_owned(),
        ..DefaultModels::default()
    };
    for key in ["set-1", "set-2"] {
        store
            .save_default_models(models.clone(), request(key), Millis(10))
            .await
            .expect("save");
    }
    assert_eq!(store.default_models().await.expect("read"), models);
    assert_eq!(
        kinds_after(&place, Position(0)).await,
        [SETTINGS_SAVED],
        "what is set already is no fact"
    );
    assert!(store.find_request("set-2").await.expect("read").is_some());
    store
        .save_default_models(DefaultModels::default(), request("set-3"), Millis(20))
        .await
        .expect("save");
    assert_eq!(
        store.default_models().await.expect("read"),
        DefaultModels::default()
    );
}

#[tokio::test]
async fn a_changed_agent_keeps_its_versions() {
    let place = Place::new().await;
    let store = &place.store;
    let old = agent(&place, 2).await;
    assert_eq!((old.model.as_str(), old.version), (DEFAULT_MODEL, 1));
    let edit = edit_of(&old, "Scholar");
    let new = store
        .update_agent(edit.clone(), request("edit-1"), Millis(900))
        .await
        .expect("update");
    assert_eq!(
        (new.name.as_str(), new.version, new.model.as_str()),
        ("Scholar", 2, "local/qwen/qwen3-8b")
    );
    assert_eq!((new.uid, &new.tools, new.kind), (old.uid, &old.tools, old.kind));
    let versions = store.agent_versions(old.id).await.expect("versions");
    let numbers: Vec<(u32, &str, Millis)> = versions
        .iter()
        .map(|v| (v.version, v.name.as_str(), v.since))
        .collect();
    assert_eq!(
        numbers,
        [(2, "Scholar", Millis(900)), (1, "Creator", old.created_at)]
    );
    assert_eq!(
        (&versions[0].instructions, &versions[1].instructions),
        (&edit.instructions, &old.instructions)
    );

    let stale = store.update_agent(edit, request("edit-2"), Millis(950)).await;
    assert!(
        matches!(
            stale,
            Err(Error::AgentChanged {
                id: AgentId(2),
                found: 2
            })
        ),
        "{stale:?}"
    );
    let same = AgentEdit {
        expected_version: 2,
        instructions: new.instructions.clone(),
        ..edit_of(&new, "Scholar")
    };
    let unchanged = store
        .update_agent(same, request("edit-3"), Millis(960))
        .await
        .expect("update");
    assert_eq!(unchanged, new, "what is like that already becomes no version");
    let nobody = AgentEdit {
        id: AgentId(99),
        ..edit_of(&new, "Nobody")
    };
    let refused = store.update_agent(nobody, request("edit-4"), Millis(970)).await;
    assert!(
        matches!(refused, Err(Error::AgentNotFound(AgentId(99)))),
        "{refused:?}"
    );
    assert_eq!(kinds_after(&place, Position(0)).await, [AGENT_UPDATED]);
    assert!(store.agent_versions(AgentId(99)).await.expect("read").is_empty());
}

#[tokio::test]
async fn tools_are_given_and_taken_by_versions() {
    let place = Place::new().await;
    place.whole_run("Whole").await;
    let store = &place.store;
    let old = agent(&place, 4).await;
    let given = vec![KNOWLEDGE_SEARCH.to_owned(), CALCULATOR.to_owned()];
    let edit = |version: u32, tools: Option<Vec<String>>| AgentEdit {
        expected_version: version,
        instructions: "Count.".to_owned(),
        tools,
        ..edit_of(&old, "Wren")
    };
    let new = store
        .update_agent(edit(1, Some(given.clone())), request("give-1"), Millis(900))
        .await
        .expect("give");
    assert_eq!((&new.tools, new.version), (&given, 2));
    let same = store
        .update_agent(edit(2, None), request("same-1"), Millis(910))
        .await
        .expect("the same");
    assert_eq!(same, new, "who says nothing of tools changes none");
    let none = store
        .update_agent(edit(2, Some(Vec::new())), request("take-1"), Millis(920))
        .await
        .expect("take");
    assert_eq!((none.tools.len(), none.version), (0, 3));

    let had = async || -> Vec<Vec<String>> {
        let versions = store.agent_versions(old.id).await.expect("versions");
        versions.into_iter().map(|version| version.tools).collect()
    };
    assert_eq!(had().await, [Vec::new(), given.clone(), old.tools.clone()]);
    let kept = place.derived().await;
    store.rebuild_projections().await.expect("rebuild");
    assert_eq!(place.derived().await, kept);
    assert_eq!(had().await, [Vec::new(), given, old.tools.clone()]);
    assert_eq!(agent(&place, 4).await.tools, Vec::<String>::new());
}

#[tokio::test]
async fn who_is_hired_names_no_model_and_has_a_first_version() {
    let place = Place::new().await;
    place.whole_run("Whole").await;
    let hired = agent(&place, 4).await;
    assert_eq!((hired.model.as_str(), hired.version), (DEFAULT_MODEL, 1));
    let versions = place.store.agent_versions(hired.id).await.expect("versions");
    assert_eq!(versions.len(), 1);
    assert_eq!(versions[0].tools, hired.tools);
    assert_eq!(
        (&versions[0].name, &versions[0].model, versions[0].since),
        (&hired.name, &hired.model, hired.created_at)
    );
}

#[tokio::test]
async fn only_specialists_can_be_disabled() {
    let place = Place::new().await;
    let store = &place.store;
    place.whole_run("Whole").await;
    let before = store.position();
    let switch = |id: u32, enabled: bool, key: &'static str| {
        store.set_agent_enabled(AgentId(id), enabled, request(key), Millis(20))
    };
    let disabled = switch(4, false, "off-1").await.expect("disable");
    assert_eq!((disabled.status, disabled.version), (AgentStatus::Disabled, 1));
    assert_eq!(store.enabled_agents().await.expect("count"), 3);
    switch(4, false, "off-2").await.expect("it is disabled already");
    let enabled = switch(4, true, "on-1").await.expect("enable");
    assert_eq!(enabled.status, AgentStatus::Idle);
    assert_eq!(kinds_after(&place, before).await, [AGENT_ENABLED, AGENT_ENABLED]);
    for id in 1..=3 {
        let refused = store
            .set_agent_enabled(AgentId(id), false, request(&format!("crew-{id}")), Millis(30))
            .await;
        assert!(
            matches!(refused, Err(Error::AgentPermanent(found)) if found == AgentId(id)),
            "{refused:?}"
        );
    }
    let refused = switch(99, true, "nobody-1").await;
    assert!(
        matches!(refused, Err(Error::AgentNotFound(AgentId(99)))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn what_an_agent_may_reach_is_kept_and_made_anew_and_no_change_is_overwritten() {
    let place = Place::new().await;
    let store = &place.store;
    place.whole_run("Whole").await;
    let specialist = agent(&place, 4).await;
    let before = store.position();
    assert_eq!(
        store.agent_grant(specialist.id).await.expect("read"),
        AgentGrantRow::default()
    );
    let granting = |revision: u32, standing: Standing, key: &'static str| {
        let edit = GrantEdit {
            id: specialist.id,
            expected_revision: revision,
            grant: AgentGrant::default().with(rule(WRITE_FILE, standing)),
        };
        store.set_agent_grant(edit, request(key), Millis(20))
    };
    let first = granting(0, Standing::Allow, "grant-1").await.expect("granted");
    assert_eq!(
        (first.revision, first.grant.standing(WRITE_FILE)),
        (1, Some(Standing::Allow))
    );
    granting(1, Standing::Allow, "grant-2").await.expect("the same");
    let stale = granting(0, Standing::Never, "grant-3").await;
    assert!(
        matches!(stale, Err(Error::GrantChanged { found: 1, .. })),
        "{stale:?}"
    );
    store
        .set_tool_rule(
            specialist.id,
            rule(FETCH_PAGE, Standing::Never),
            request("rule-1"),
            Millis(21),
        )
        .await
        .expect("said");
    assert_eq!(kinds_after(&place, before).await, [AGENT_GRANTED, AGENT_GRANTED]);
    let now = store.agent_grant(specialist.id).await.expect("read");
    assert_eq!((now.revision, now.grant.rules.len()), (2, 2));
    let at_work = store.granted_to(specialist.uid).await.expect("read");
    assert_eq!((&at_work.grant, at_work.is_designed), (&now.grant, true));

    let same_words = AgentEdit {
        instructions: specialist.instructions.clone(),
        ..edit_of(&specialist, "Another name")
    };
    let renamed = store
        .update_agent(same_words, request("edit-0"), Millis(21))
        .await;
    let renamed = renamed.expect("changed");
    let at_work = store.granted_to(specialist.uid).await.expect("read");
    assert!(at_work.is_designed, "how it works is still what a model wrote");
    store
        .update_agent(edit_of(&renamed, "Other"), request("edit-1"), Millis(22))
        .await
        .expect("changed");
    let at_work = store.granted_to(specialist.uid).await.expect("read");
    assert!(!at_work.is_designed, "the operator wrote it by now");
    let driver = agent(&place, 1).await;
    assert!(!store.granted_to(driver.uid).await.expect("read").is_designed);
    let nobody = store.granted_to(AgentUid(Uuid::now_v7())).await.expect("read");
    assert_eq!(nobody, GrantedRow::default());

    let kept = place.derived().await;
    store.rebuild_projections().await.expect("rebuilt");
    assert_eq!(place.derived().await, kept);
}

fn rule(tool: &str, standing: Standing) -> ToolRule {
    ToolRule {
        tool: tool.to_owned(),
        standing,
        only: None,
    }
}

#[tokio::test]
async fn each_of_these_wishes_is_carried_out_once() {
    let place = Place::new().await;
    let store = &place.store;
    place.whole_run("Whole").await;
    let row = store
        .save_provider(provider("local"), request("add-1"), Millis(10))
        .await
        .expect("add");
    let kept = (place.derived().await, store.position());
    let specialist = agent(&place, 4).await;
    let repeated = [
        store
            .save_provider(provider("other"), request("add-1"), Millis(20))
            .await
            .map(drop),
        store
            .remove_provider(row.id, request("add-1"), Millis(20))
            .await
            .map(drop),
        store
            .save_default_models(
                DefaultModels {
                    driver: "local/big".to_owned(),
                    ..DefaultModels::default()
                },
                request("add-1"),
                Millis(20),
            )
            .await,
        store
            .update_agent(edit_of(&specialist, "Other"), request("add-1"), Millis(20))
            .await
            .map(drop),
        store
            .set_agent_enabled(specialist.id, false, request("add-1"), Millis(20))
            .await
            .map(drop),
    ];
    for result in repeated {
        assert!(
            matches!(&result, Err(Error::RequestRepeated(record)) if *record == request("add-1")),
            "{result:?}"
        );
    }
    assert_eq!((place.derived().await, store.position()), kept);
}

#[tokio::test]
async fn a_refused_wish_fails_alone_in_its_group() {
    let place = Place::new().await;
    let store = &place.store;
    let mut run = place.run("Run").await;
    let (first, taken, created, second) = tokio::join!(
        store.save_provider(provider("first"), request("add-1"), Millis(10)),
        store.save_provider(provider("first"), request("add-2"), Millis(10)),
        store.commit(run.commit(Target::New)),
        store.save_provider(provider("second"), request("add-3"), Millis(10)),
    );
    assert!(matches!(taken, Err(Error::ProviderNameTaken(_))), "{taken:?}");
    assert_eq!(
        created.expect("commit").first,
        Position(2),
        "no gap is left behind"
    );
    assert_eq!(
        (first.expect("first").id, second.expect("second").id),
        (ProviderId(1), ProviderId(2))
    );
    assert_eq!(store.write_counts().transactions, 1);
}

#[tokio::test]
async fn lost_tables_are_made_anew_from_the_journal() {
    let place = Place::new().await;
    let store = &place.store;
    place.whole_run("Whole").await;
    for name in ["first", "second"] {
        store
            .save_provider(provider(name), request(&format!("add-{name}")), Millis(10))
            .await
            .expect("add");
    }
    store
        .remove_provider(ProviderId(1), request("remove-1"), Millis(20))
        .await
        .expect("remove");
    let hired = agent(&place, 4).await;
    store
        .update_agent(edit_of(&hired, "Robin"), request("edit-1"), Millis(30))
        .await
        .expect("update");
    store
        .set_agent_enabled(hired.id, false, request("off-1"), Millis(40))
        .await
        .expect("disable");
    let kept = place.derived().await;
    let mut raw = place.raw().await;
    for statement in [
        "DELETE FROM providers",
        "UPDATE agents SET name = 'wrong', disabled = 0 WHERE id = 4",
        "DELETE FROM agent_versions WHERE agent_id = 4",
    ] {
        sqlx::query(AssertSqlSafe(statement))
            .execute(&mut raw)
            .await
            .expect("spoil");
    }
    store.rebuild_projections().await.expect("rebuild");
    assert_eq!(place.derived().await, kept);
    let next = store
        .save_provider(provider("third"), request("add-third"), Millis(50))
        .await
        .expect("add");
    assert_eq!(next.id, ProviderId(3));
}
