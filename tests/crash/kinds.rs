//! A run that has every kind of step in it: those of the crew stand in its sub-workflow.

use crate::application::{CREATE, EXECUTE, START};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use wheelhouse_api::Local;
use wheelhouse_contract::{
    ListQuestions, Operations, ReplyToQuestion, RequestKey, RunTemplate, SaveTemplate,
};
use wheelhouse_domain::{CREW, Json, TemplateUid, crew_template};

/// Key of the wish to keep the template.
pub(crate) const KEEP: &str = "crash-keep-template";
/// Key of the wish to run it.
pub(crate) const RUN: &str = "crash-run-template";
/// Every wish of the application.
pub(crate) const WISHES: [&str; 5] = [EXECUTE, CREATE, START, KEEP, RUN];
/// What the run is about.
pub(crate) const THIRD: &str = "Prepare the summer concert of a village band.";
/// What its sub-workflow is about.
pub(crate) const BELOW: &str = "Plan the reading hour of a village library.";

const UID: &str = "01920000-0000-7000-8000-00000000cccc";

fn uid() -> TemplateUid {
    TemplateUid(UID.parse().expect("a uid"))
}

fn transform(id: &str, value: &str) -> Value {
    json!({"id": id, "title": id, "kind": "transform", "value": value})
}

fn document() -> Value {
    let schema = json!({"type": "object", "required": ["score"], "properties": {
        "score": {"type": "integer", "minimum": 0, "maximum": 10}}});
    json!({
        "schema": 1, "uid": UID, "name": "every-kind", "title": "Every kind",
        "inputs": [{"name": "task", "title": "Task", "type": "long_text", "required": true}],
        "output": {"choice": "steps.decide.data.outcome", "notes": "steps.notes.data"},
        "steps": [
            {"id": "look", "title": "Look", "kind": "tool", "tool": "knowledge_search",
                "arguments": {"query": "{{ inputs.task }}"}},
            {"id": "notes", "title": "Notes", "kind": "map", "over": "['music', 'chairs', 'rain']", "parallel": 2,
                "needs": ["look"], "output": "steps.short.data", "steps": [
                    {"id": "note", "title": "Note", "kind": "agent", "agent": "creator",
                        "prompt": "Note what matters about {{ item }} for: {{ inputs.task }}"},
                    {"id": "short", "title": "Short", "kind": "transform", "value": "steps.note.text[:40]",
                        "needs": ["note"]}
                ]},
            {"id": "again", "title": "Again", "kind": "loop", "max": 2, "until": "steps.rate.data.score > 10",
                "needs": ["look"], "steps": [
                    {"id": "rate", "title": "Rate", "kind": "agent", "agent": "creator", "answer": schema,
                        "prompt": "Rate the plan (round {{ round }}) for: {{ inputs.task }}"}
                ]},
            {"id": "way", "title": "Way", "kind": "branch", "needs": ["again"], "cases": [
                {"name": "outside", "when": "steps.again.data.score >= 0", "steps": [transform("tent", "'tent'")]}
            ], "else": {"steps": [transform("hall", "'hall'")]}},
            {"id": "caught", "title": "Caught", "kind": "transform", "value": "1 // 0", "needs": ["way"],
                "retry": {"attempts": 1},
                "on_error": {"do": "branch", "block": {"steps": [transform("mend", "error.code")]}}},
            {"id": "never", "title": "Never", "kind": "transform", "value": "1", "needs": ["way"],
                "when": "inputs.task == ''"},
            {"id": "rest", "title": "Rest", "kind": "wait", "for": "0.02", "needs": ["caught"]},
            {"id": "decide", "title": "Decide", "kind": "approval", "text": "Go on?", "needs": ["rest"]},
            {"id": "say", "title": "Say", "kind": "input", "text": "When?", "needs": ["rest"],
                "fields": [{"name": "day", "title": "Day", "type": "text", "default": "Sunday"}]},
            {"id": "below", "title": "Below", "kind": "workflow", "template": CREW.to_string(),
                "inputs": {"task": format!("'{BELOW}'")}, "needs": ["look"]},
            {"id": "end", "title": "End", "kind": "transform",
                "value": "steps.decide.data.outcome ~ ' on ' ~ steps.say.data.day",
                "needs": ["notes", "never", "decide", "say", "below"]}
        ]
    })
}

/// Keeps the template and starts its run.
pub(crate) async fn wish(local: &Local) {
    let save = SaveTemplate {
        request_key: RequestKey(KEEP.to_owned()),
        text: document().to_string(),
        expected_version: 0,
    };
    local.save_template(save).await.expect("a fit template");
    let run = RunTemplate {
        request_key: RequestKey(RUN.to_owned()),
        uid: uid(),
        version: Some(1),
        inputs: Json(json!({ "task": THIRD })),
        name: String::new(),
        start: true,
    };
    local.run_template(run).await.expect("a run");
}

/// Answers whatever is asked, as soon as it is. Never ends.
pub(crate) async fn answer_everything(local: &Local) {
    let mut head = local.handle().store().head();
    loop {
        head.mark_unchanged();
        for question in local.list_questions(ListQuestions {}).await.expect("questions") {
            let outcomes = question.form.map(|form| form.outcomes).unwrap_or_default();
            let reply = ReplyToQuestion {
                request_key: RequestKey(format!("crash-reply-{}", question.id)),
                id: question.id,
                outcome: outcomes.first().map(|outcome| outcome.name.clone()),
                fields: Json(json!({})),
            };
            local.reply_to_question(reply).await.expect("taken");
        }
        if head.changed().await.is_err() {
            return;
        }
    }
}

/// That the run and the sub-workflow together have every kind of step.
#[test]
fn every_kind_of_step_is_in_it() {
    let document: wheelhouse_domain::Document = serde_json::from_value(document()).expect("a document");
    let crew = crew_template().document;
    let steps = document.all_steps().into_iter().chain(crew.all_steps());
    let kinds: BTreeSet<&str> = steps.map(|step| step.kind.as_str()).collect();
    let every = [
        "agent",
        "aggregate",
        "approval",
        "branch",
        "expand",
        "input",
        "loop",
        "map",
        "plan",
        "staff",
        "tool",
        "transform",
        "wait",
        "workflow",
    ];
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), every);
}
