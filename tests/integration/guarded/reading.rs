//! Tools that read: within granted folders, unasked, and nowhere else.

use super::{Scene, calling, obeying};
use serde_json::json;
use wheelhouse_contract::{ErrorCode, Operations, SetAgentGrant};
use wheelhouse_domain::{
    Access, AgentGrant, AgentId, CallKind, EventBody, FolderGrant, Grant, ModelMessage, Outside,
    ToolResponse, WorkflowStatus,
};
use wheelhouse_engine::Run;
use wheelhouse_testkit::{Play, ScriptedModel};

#[tokio::test]
async fn granted_files_are_listed_read_and_searched_without_a_question() {
    let model = ScriptedModel::new(|asked| match asked.nth {
        1 => Play::tools(vec![
            calling("a", "list_folder", json!({})),
            calling("b", "read_file", json!({"path": "project/notes.md"})),
            calling(
                "c",
                "search_files",
                json!({"path": "project", "pattern": "ferry"}),
            ),
            calling("d", "read_file", json!({"path": "project/../secret"})),
            calling("e", "read_file", json!({"path": "/etc/passwd"})),
        ]),
        _ => Play::answer("Read."),
    });
    let scene = Scene::with(model.clone(), &[]).await;
    scene.put("notes.md", "The ferry leaves at nine.\n");
    let id = scene.say("What is in my notes?").await;
    assert_eq!(
        scene.bench.detail(id).await.workflow.status,
        WorkflowStatus::Completed
    );
    let request = model.requests().pop().expect("asked twice");
    let read: Vec<ToolResponse> = request
        .messages
        .into_iter()
        .filter_map(|message| match message {
            ModelMessage::Tool { response, .. } => Some(response),
            _ => None,
        })
        .collect();
    let text = |at: usize| match &read[at] {
        ToolResponse::Done { text, untrusted, .. } if at == 0 || *untrusted => text.clone(),
        other => panic!("{at}: {other:?}"),
    };
    assert!(text(0).contains("project"));
    assert!(text(1).contains("The ferry leaves at nine."));
    assert!(text(2).contains("notes.md"));
    assert!(matches!(&read[3], ToolResponse::Refused { .. }));
    assert!(matches!(&read[4], ToolResponse::Refused { reason } if reason.contains("absolute")));

    let events = scene.bench.events(id).await;
    let run = Run::fold(&events).expect("it folds");
    assert!(run.seen.contains(&Outside::Files));
    let tools = events.iter().filter(|event| {
        matches!(
            &event.body,
            EventBody::CallStarted {
                kind: CallKind::Tool { .. },
                leave: None,
                ..
            }
        )
    });
    assert_eq!(tools.count(), 5);
}

#[tokio::test]
async fn without_a_grant_no_tool_is_offered_and_none_does_anything() {
    let scene = Scene::with(obeying(), &[]).await;
    let refused = |grant: AgentGrant, revision: u32| SetAgentGrant {
        request_key: scene.bench.key(),
        id: AgentId(2),
        revision,
        grant,
    };
    let stale = scene
        .bench
        .api()
        .set_agent_grant(refused(AgentGrant::default(), 0))
        .await;
    assert_eq!(stale.expect_err("somebody changed it").code, ErrorCode::Conflict);
    let own = AgentGrant {
        reach: Grant {
            folders: vec![FolderGrant {
                name: "own".to_owned(),
                path: scene.bench.folder().to_owned(),
                access: Access::Read,
                hard_links: false,
                stays_here: false,
            }],
            ..Grant::default()
        },
        rules: Vec::new(),
    };
    let error = scene.bench.api().set_agent_grant(refused(own, 1)).await;
    assert_eq!(error.expect_err("its own folder").code, ErrorCode::InvalidRequest);
    let taken = scene
        .bench
        .api()
        .set_agent_grant(refused(AgentGrant::default(), 1))
        .await;
    assert_eq!(taken.expect("taken away").revision, 2);
    scene.put("notes.md", "The ferry leaves at nine.\n");
    let words = super::directive("read_file", &json!({"path": "project/notes.md"}));
    let id = scene.say(&format!("Read. {words}")).await;
    let detail = scene.bench.detail(id).await;
    assert_eq!(detail.workflow.status, WorkflowStatus::Completed);
    let answer = detail.report.expect("an answer").text;
    assert!(
        answer.contains("granted") && !answer.contains("ferry"),
        "{answer}"
    );
}
