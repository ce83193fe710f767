//! The traps of the library underneath, each with the number under which it was found.

use crate::common::{ask, endpoint, hasty, model_at, prose, run, with_tools};
use futures::StreamExt;
use serde_json::json;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use wheelhouse_agents::{Model, ModelEvent};
use wheelhouse_domain::{FailureCode, Json, KNOWLEDGE_SEARCH, ProviderKind, Usage};
use wheelhouse_testkit::fake_models::{Chunking, FakeModels, Fault, Reply};
use wheelhouse_testkit::within;

#[tokio::test]
async fn trap_01_a_failed_streaming_call_keeps_its_status_and_retry_time() {
    let server = FakeModels::start(|_| Reply::fault(Fault::RateLimited)).await;
    for kind in ProviderKind::ALL {
        let failure = ask(&server, kind, prose()).await.failure();
        assert_eq!(failure.code, FailureCode::ModelRateLimited, "{kind:?}");
        assert_eq!(failure.retry_after_ms, Some(7_000), "{kind:?}");
    }
}

#[tokio::test]
async fn trap_02_a_clean_close_without_a_finish_marker_is_a_failure() {
    let server = FakeModels::start(|_| Reply::fault(Fault::NoFinish)).await;
    for kind in ProviderKind::ALL {
        let failure = ask(&server, kind, prose()).await.failure();
        assert_eq!(
            (failure.code, failure.retryable),
            (FailureCode::ModelUnavailable, true),
            "{kind:?}"
        );
        assert!(failure.message.contains("broke off"), "{kind:?}");
    }
}

/// The other way round: the reason for finishing was given, only the very last marker is missing.
#[tokio::test]
async fn trap_02_a_finish_reason_is_marker_enough() {
    let server = FakeModels::start(|asked| {
        let reply = match asked.nth {
            1 => Reply::text("whole"),
            _ => Reply::calls([
                (KNOWLEDGE_SEARCH, json!({"query": "a"})),
                (KNOWLEDGE_SEARCH, json!({"query": "b"})),
            ]),
        };
        Reply {
            no_last_marker: true,
            ..reply
        }
    })
    .await;
    assert_eq!(
        ask(&server, ProviderKind::OpenAi, prose()).await.response().text,
        "whole"
    );
    let calls = ask(&server, ProviderKind::OpenAi, with_tools())
        .await
        .response()
        .tool_calls;
    let found: Vec<_> = calls.iter().map(|call| call.arguments.0.clone()).collect();
    assert_eq!(found, [json!({"query": "a"}), json!({"query": "b"})]);
}

#[tokio::test]
async fn trap_03_tools_are_called_whatever_the_stop_reason_says() {
    // The server gives Gemini's and Ollama's ordinary reason for stopping here, as the real ones do.
    let server = FakeModels::start(|_| Reply::calls([(KNOWLEDGE_SEARCH, json!({"query": "x"}))])).await;
    for kind in [ProviderKind::Gemini, ProviderKind::Ollama] {
        assert_eq!(
            ask(&server, kind, with_tools()).await.response().tool_calls.len(),
            1,
            "{kind:?}"
        );
    }
}

/// With CRLF and a chunk boundary between CR and LF the library loses Anthropic's events. What must never happen is
/// an answer with a hole in it. When the library is mended, the failure becomes an answer and this test says so.
#[tokio::test]
async fn trap_04_crlf_split_between_cr_and_lf_loses_no_text_silently() {
    let server = FakeModels::start(|_| {
        Reply::text("one two three")
            .with_crlf()
            .chunked(Chunking::LineEnds)
    })
    .await;
    for kind in [ProviderKind::OpenAi, ProviderKind::Gemini, ProviderKind::Ollama] {
        assert_eq!(
            ask(&server, kind, prose()).await.response().text,
            "one two three",
            "{kind:?}"
        );
    }
    let failure = ask(&server, ProviderKind::Anthropic, prose()).await.failure();
    assert_eq!(
        (failure.code, failure.retryable),
        (FailureCode::ModelUnavailable, true)
    );
    assert!(failure.message.contains("lost"), "{}", failure.message);
}

#[tokio::test]
async fn trap_04_crlf_in_whole_lines_is_read_by_all() {
    let server = FakeModels::start(|_| Reply::text("one two three").with_crlf()).await;
    for kind in ProviderKind::ALL {
        assert_eq!(
            ask(&server, kind, prose()).await.response().text,
            "one two three",
            "{kind:?}"
        );
    }
}

#[tokio::test]
async fn trap_05_usage_and_tool_calls_are_captured() {
    let server = FakeModels::start(|_| Reply::calls([(KNOWLEDGE_SEARCH, json!({"query": "x"}))])).await;
    for kind in ProviderKind::ALL {
        let response = ask(&server, kind, with_tools()).await.response();
        assert_eq!(response.usage.input_tokens, Some(100), "{kind:?}");
        assert_eq!(response.tool_calls.len(), 1, "{kind:?}");
    }
    let usage = server.captured()[0].body["stream_options"]["include_usage"].clone();
    assert_eq!(usage, json!(true));
}

#[tokio::test]
async fn trap_06_names_that_look_like_something_else_arrive_whole() {
    let server = FakeModels::start(|_| Reply::text("ready")).await;
    for kind in ProviderKind::ALL {
        for name in [
            "claude-sonnet-4-5",
            "gemini-3-pro",
            "gpt-5.1",
            "mistral-medium",
            "qwen-max",
            "grok-4-high",
            "deepseek-none",
            "open_ai::model",
            "llama3:8b-instruct",
        ] {
            let outcome = run(&model_at(endpoint(&server, kind), name), prose()).await;
            assert_eq!(outcome.response().text, "ready", "{kind:?} {name}");
            let asked = server.asked().pop().expect("a request");
            assert_eq!((asked.format, asked.model.as_str()), (kind, name));
            let body = server.captured().pop().expect("a request").body;
            for field in ["reasoning_effort", "thinking", "think"] {
                let value = &body[field];
                assert!(
                    value.is_null() || value["type"] == "disabled",
                    "{kind:?} {name}: {field} {value}"
                );
            }
            for wish in ["thinkingBudget", "thinkingLevel"] {
                assert!(body["generationConfig"]["thinkingConfig"][wish].is_null());
            }
        }
    }
}

/// Runs the test below with keys in the environment: none of them may be sent.
#[test]
fn trap_06_keys_in_the_environment_are_not_used() {
    let mut child = Command::new(std::env::current_exe().expect("this test"));
    for name in [
        "OPENAI_API_KEY",
        "ANTHROPIC_API_KEY",
        "GEMINI_API_KEY",
        "OLLAMA_API_KEY",
    ] {
        child.env(name, "from-the-environment");
    }
    let output = child
        .args([
            "--exact",
            "--ignored",
            "traps::trap_06_in_an_environment_with_keys",
        ])
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

#[tokio::test]
#[ignore = "is run by the test above, in an environment of its own"]
async fn trap_06_in_an_environment_with_keys() {
    let server = FakeModels::start(|_| Reply::text("ready")).await;
    for kind in ProviderKind::ALL {
        let mut endpoint = endpoint(&server, kind);
        endpoint.key = None;
        run(&model_at(endpoint, "claude-sonnet-4-5"), prose())
            .await
            .response();
    }
    for captured in server.captured() {
        let named = ["authorization", "x-api-key", "x-goog-api-key"];
        assert!(
            !named.iter().any(|name| captured.header(name).is_some()),
            "{captured:?}"
        );
        assert!(!format!("{captured:?}").contains("from-the-environment"));
    }
}

/// The library makes JSON keep the order of its keys. Two calls that say the same are the same, in whichever order.
#[tokio::test]
async fn trap_07_the_order_of_keys_means_nothing() {
    let server = FakeModels::start(|asked| {
        let arguments = match asked.nth {
            1 => r#"{"query": "x", "limit": 2}"#,
            _ => r#"{"limit": 2, "query": "x"}"#,
        };
        Reply::calls([(KNOWLEDGE_SEARCH, serde_json::from_str(arguments).expect("JSON"))])
    })
    .await;
    let mut seen: Vec<Json> = Vec::new();
    for _ in 0..2 {
        let response = ask(&server, ProviderKind::OpenAi, with_tools()).await.response();
        seen.push(response.tool_calls[0].arguments.clone());
    }
    assert_eq!(seen[0], seen[1]);
    // And the same request is the same bytes, because its fields are written in one order.
    let bytes = |request| serde_json::to_string(&request).expect("JSON");
    assert_eq!(bytes(with_tools()), bytes(with_tools()));
}

#[test]
fn trap_08_the_library_is_named_in_one_folder_only() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the crates")
        .to_owned();
    let mut naming = Vec::new();
    let mut folders = vec![crates.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
        {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|ending| ending == "rs") {
                let text = std::fs::read_to_string(&entry).expect("a text");
                if text.contains(concat!("gen", "ai::")) {
                    naming.push(entry.strip_prefix(&crates).expect("below").to_owned());
                }
            }
        }
    }
    assert!(!naming.is_empty());
    assert!(
        naming.iter().all(|path| path.starts_with("agents/src/providers")),
        "{naming:?}"
    );
}

#[tokio::test]
async fn trap_09_missing_usage_is_unknown_and_never_zero() {
    let server = FakeModels::start(|_| Reply::text("ready").without_usage()).await;
    for kind in ProviderKind::ALL {
        let usage = ask(&server, kind, prose()).await.response().usage;
        assert_eq!(
            usage,
            Usage {
                input_tokens: None,
                output_tokens: None,
                cached_tokens: None,
                cache_written_tokens: None
            },
            "{kind:?}"
        );
    }
}

#[tokio::test]
async fn trap_10_nothing_is_tried_again_here() {
    for trouble in [
        Fault::CutMidStream,
        Fault::NoFinish,
        Fault::ServerError,
        Fault::RateLimited,
    ] {
        for kind in ProviderKind::ALL {
            let server = FakeModels::start(move |_| Reply::fault(trouble)).await;
            ask(&server, kind, prose()).await.failure();
            assert_eq!(server.captured().len(), 1, "{trouble} {kind:?}");
        }
    }
}

#[tokio::test]
async fn trap_11_dropping_the_stream_closes_the_connection() {
    for (count, kind) in ProviderKind::ALL.into_iter().enumerate() {
        let server = FakeModels::start(|asked| {
            Reply::fault(if asked.nth == 1 {
                Fault::HangMidStream
            } else {
                Fault::HangBeforeHeaders
            })
        })
        .await;
        let model = hasty(endpoint(&server, kind), Duration::from_secs(600));
        let mut stream = model.stream(prose());
        let first = within("the first words", stream.next()).await;
        assert!(
            matches!(first, Some(Ok(ModelEvent::Delta(_)))),
            "{count} {kind:?}"
        );
        drop(stream);
        within("the server to see the first one go", server.abandoned(1)).await;

        // Before anything came: polled once so that the request is on its way.
        let mut stream = model.stream(prose());
        tokio::select! {
            _ = stream.next() => panic!("nothing can come"),
            () = asked_twice(&server) => {}
        }
        drop(stream);
        within("the server to see the second one go", server.abandoned(2)).await;
    }
}

async fn asked_twice(server: &FakeModels) {
    while server.asked().len() < 2 {
        tokio::task::yield_now().await;
    }
}
