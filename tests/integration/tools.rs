//! Tools that the operator gives to agents, and takes from them.

use crate::common::{TASK, assert_completed};
use std::sync::Arc;
use wheelhouse_contract::{AgentView, ErrorCode, GetAgent, ListAgentVersions, Operations, UpdateAgent};
use wheelhouse_domain::{
    AgentId, CALCULATOR, DATE, Json, KNOWLEDGE_SEARCH, ModelMessage, ToolCall, ToolResponse,
};
use wheelhouse_testkit::{Play, ScriptedModel, Workbench};

/// The researcher of the permanent crew.
const CREATOR: AgentId = AgentId(2);

async fn creator(bench: &Workbench) -> AgentView {
    let detail = bench.api().get_agent(GetAgent { id: CREATOR }).await;
    detail.expect("the creator").agent
}

/// The agent as it is, with these tools.
fn giving(bench: &Workbench, agent: &AgentView, tools: Option<&[&str]>) -> UpdateAgent {
    UpdateAgent {
        request_key: bench.key(),
        id: agent.id,
        version: agent.version,
        name: agent.name.clone(),
        role: agent.role.clone(),
        instructions: agent.instructions.clone(),
        model: agent.model.clone(),
        tools: tools.map(|tools| tools.iter().map(|tool| (*tool).to_owned()).collect()),
        fallbacks: None,
    }
}

/// A researcher that counts once and then answers.
fn counting() -> Arc<ScriptedModel> {
    ScriptedModel::except(|asked| match (asked.step(), asked.nth) {
        ("research", 1) => Some(Play::tools(vec![ToolCall {
            call_id: "sum".to_owned(),
            tool: CALCULATOR.to_owned(),
            arguments: Json(serde_json::json!({ "expression": "250 * 3" })),
        }])),
        ("research", _) => Some(Play::answer("It takes 750.")),
        _ => None,
    })
}

/// What the tool gave, as the researcher read it.
fn read_by_researcher(model: &ScriptedModel) -> ToolResponse {
    let requests = model.requests().into_iter();
    let second = requests.filter(|request| request.brief.step == "research").nth(1);
    let messages = second.expect("asked twice").messages.into_iter();
    let mut read = messages.filter_map(|message| match message {
        ModelMessage::Tool { response, .. } => Some(response),
        _ => None,
    });
    read.next_back().expect("a result")
}

#[tokio::test]
async fn a_tool_that_was_given_is_used_and_one_that_was_not_is_refused() {
    let model = counting();
    let bench = Workbench::with(model.clone()).await;
    assert_completed(&bench.run(TASK).await);
    let refused = read_by_researcher(&model);
    assert!(
        matches!(&refused, ToolResponse::Refused { reason } if reason.contains(CALCULATOR)),
        "the crew keeps the tools that it had: {refused:?}"
    );

    let model = counting();
    let bench = Workbench::with(model.clone()).await;
    let before = creator(&bench).await;
    let given = giving(&bench, &before, Some(&[KNOWLEDGE_SEARCH, CALCULATOR, CALCULATOR]));
    let after = bench.api().update_agent(given).await.expect("given");
    assert_eq!(after.tools, [KNOWLEDGE_SEARCH, CALCULATOR]);
    assert_completed(&bench.run(TASK).await);
    let read = read_by_researcher(&model);
    assert!(
        matches!(&read, ToolResponse::Done { tool, text, .. } if tool == CALCULATOR && text == "250 * 3 = 750"),
        "{read:?}"
    );
}

#[tokio::test]
async fn every_version_says_which_tools_it_had_and_only_those_there_are_can_be_given() {
    let bench = Workbench::open().await;
    let first = creator(&bench).await;
    let api = bench.api();
    let second = api
        .update_agent(giving(&bench, &first, Some(&[DATE, KNOWLEDGE_SEARCH])))
        .await;
    let second = second.expect("given");
    for same in [None, Some([KNOWLEDGE_SEARCH, DATE].as_slice())] {
        let unchanged = api
            .update_agent(giving(&bench, &second, same))
            .await
            .expect("the same");
        assert_eq!((unchanged.version, &unchanged.tools), (2, &second.tools));
    }
    for unknown in ["read_files", "shell", "rm", ""] {
        let refused = api
            .update_agent(giving(&bench, &second, Some(&[DATE, unknown])))
            .await;
        let error = refused.expect_err("not there to be given");
        assert_eq!(error.code, ErrorCode::InvalidRequest);
        assert_eq!(error.details.field.as_deref(), Some("tools"));
    }
    let versions = api.list_agent_versions(ListAgentVersions { id: CREATOR }).await;
    let tools: Vec<Vec<String>> = versions
        .expect("versions")
        .into_iter()
        .map(|version| version.tools)
        .collect();
    assert_eq!(tools, [second.tools, first.tools]);
}
