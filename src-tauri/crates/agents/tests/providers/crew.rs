//! The whole crew's prompts, answered by the server's built-in script through each format.

use crate::common::{answered, ask, brief, plan, with_tools};
use wheelhouse_agents::prompt;
use wheelhouse_domain::{
    AgentKind, AgentUid, BriefInput, Candidate, Citation, Expects, ModelMessage, Passage, Plan, ProviderKind,
    StaffingAnswer, ToolResponse,
};
use wheelhouse_testkit::fake_models::{FakeModels, crew};

async fn planned(server: &FakeModels, kind: ProviderKind) -> Plan {
    let text = ask(server, kind, plan()).await.response().text;
    serde_json::from_str(&text).expect("a plan")
}

#[tokio::test]
async fn the_driver_plans_and_the_generator_staffs() {
    let server = FakeModels::start(crew).await;
    for kind in ProviderKind::ALL {
        let plan = planned(&server, kind).await;
        assert_eq!(plan.sub_tasks.len(), 3);
        assert!(
            plan.summary.contains("Plan a small harbour festival"),
            "{}",
            plan.summary
        );
        let mut facts = brief(AgentKind::Generator);
        facts.plan = Some(plan.clone());
        let writer: AgentUid =
            serde_json::from_str("\"01890000-0000-7000-8000-000000000001\"").expect("a uid");
        facts.candidates = vec![Candidate {
            uid: writer,
            name: "Wren".to_owned(),
            role: "Writer".to_owned(),
            instructions: "Write.".to_owned(),
            record: wheelhouse_domain::WorkRecord::default(),
        }];
        let request = prompt::request(facts, "m", &[], Expects::Staffing);
        let text = ask(&server, kind, request).await.response().text;
        let staffing: StaffingAnswer = serde_json::from_str(&text).expect("a staffing");
        let named: Vec<&str> = staffing
            .assignments
            .iter()
            .map(|one| one.sub_task.as_str())
            .collect();
        assert_eq!(named, ["outline", "draft", "review"], "{kind:?}");
        assert_eq!(staffing.assignments[1].agent, Some(writer));
        assert!(staffing.assignments[0].design.is_some());
    }
}

#[tokio::test]
async fn the_creator_searches_and_cites_what_it_found() {
    let server = FakeModels::start(crew).await;
    for kind in ProviderKind::ALL {
        let first = ask(&server, kind, with_tools()).await.response();
        assert_eq!(first.tool_calls.len(), 1, "{kind:?}");
        let mut request = answered(with_tools(), &first);
        let passage: Passage = serde_json::from_value(serde_json::json!({
            "label": "s1a2b3c", "source": "01890000-0000-7000-8000-000000000002", "source_name": "docs",
            "path": "harbour.md", "headings": [], "start_line": 1, "end_line": 2,
            "text": "Ships leave at noon.", "score": 1.0
        }))
        .expect("a passage");
        if let Some(ModelMessage::Tool { response, .. }) = request.messages.last_mut() {
            *response = ToolResponse::Passages {
                query: "q".to_owned(),
                passages: vec![passage],
                documents: 1,
                left_out: 0,
            };
        }
        let text = ask(&server, kind, request).await.response().text;
        assert!(text.contains("[s1a2b3c]"), "{kind:?}: {text}");
    }
}

#[tokio::test]
async fn specialists_work_and_the_driver_reports() {
    let server = FakeModels::start(crew).await;
    for kind in ProviderKind::ALL {
        let part = prompt::request(brief(AgentKind::Specialist), "m", &[], Expects::Markdown);
        let text = ask(&server, kind, part).await.response().text;
        assert!(text.starts_with("**Outline the festival**"), "{text}");
        let mut facts = brief(AgentKind::Driver);
        facts.inputs = vec![BriefInput {
            task: "work/outline".into(),
            title: "The outline".to_owned(),
            agent_name: "Wren".to_owned(),
            role: "Writer".to_owned(),
            text,
            citations: Vec::<Citation>::new(),
        }];
        let report = prompt::request(facts, "m", &[], Expects::Markdown);
        let text = ask(&server, kind, report).await.response().text;
        assert!(
            text.starts_with("# Plan a small harbour festival") && text.contains("## The outline"),
            "{text}"
        );
    }
}
