//! What every format can do.

use crate::common::{CANARY, answered, ask, endpoint, model_at, plan, prose, run, with_tools};
use serde_json::json;
use std::time::Duration;
use wheelhouse_domain::{FailureCode, KNOWLEDGE_SEARCH, ModelMessage, ProviderKind, Usage};
use wheelhouse_testkit::fake_models::{Chunking, FakeModels, Fault, Reply, Turn};

const TEXT: &str = "Ahoi, Größe 🚢: “ready” — {\"not\": \"json\"}\n\nSecond line.";

#[tokio::test]
async fn plain_text_arrives_whole_however_its_bytes_are_split() {
    for chunking in [Chunking::Frames, Chunking::Bytes, Chunking::LineEnds] {
        let server = FakeModels::start(move |_| Reply::text(TEXT).chunked(chunking)).await;
        for kind in ProviderKind::ALL {
            let outcome = ask(&server, kind, prose()).await;
            assert_eq!(outcome.shown, TEXT, "{kind:?} {chunking:?}");
            assert_eq!(outcome.response().text, TEXT, "{kind:?} {chunking:?}");
        }
    }
}

#[tokio::test]
async fn a_request_arrives_as_it_was_meant() {
    let server = FakeModels::start(|_| Reply::text("ready")).await;
    for kind in ProviderKind::ALL {
        let request = with_tools();
        ask(&server, kind, request.clone()).await.response();
        let asked = server.asked().pop().expect("a request");
        assert_eq!((asked.format, asked.model.as_str()), (kind, "fake-large"));
        assert_eq!(asked.system, request.system);
        let [ModelMessage::User { text }] = request.messages.as_slice() else {
            panic!("one message")
        };
        assert_eq!(asked.turns, [Turn::User(text.clone())]);
        assert_eq!(asked.tools, [KNOWLEDGE_SEARCH]);
        assert!(!asked.expects_json);
    }
}

#[tokio::test]
async fn the_key_travels_in_its_header_and_nowhere_else() {
    let server = FakeModels::start(|_| Reply::text("ready")).await;
    for (kind, header, value) in [
        (ProviderKind::OpenAi, "authorization", format!("Bearer {CANARY}")),
        (ProviderKind::Anthropic, "x-api-key", CANARY.to_owned()),
        (ProviderKind::Gemini, "x-goog-api-key", CANARY.to_owned()),
        (ProviderKind::Ollama, "authorization", format!("Bearer {CANARY}")),
    ] {
        ask(&server, kind, prose()).await.response();
        let captured = server.captured().pop().expect("a request");
        assert_eq!(captured.header(header), Some(value.as_str()), "{kind:?}");
        let holding = captured
            .headers
            .iter()
            .filter(|(_, value)| value.contains(CANARY))
            .count();
        assert_eq!(holding, 1);
        assert!(!captured.path.contains(CANARY) && !captured.body.to_string().contains(CANARY));
    }
}

#[tokio::test]
async fn parallel_tools_are_called_and_their_results_fit() {
    let calls = || {
        [
            (KNOWLEDGE_SEARCH, json!({"query": "Größe"})),
            (KNOWLEDGE_SEARCH, json!({"query": "two"})),
        ]
    };
    for chunking in [Chunking::Frames, Chunking::Bytes] {
        let server = FakeModels::start(move |asked| {
            if asked.results().count() == 4 {
                Reply::text("done")
            } else {
                Reply::calls(calls()).chunked(chunking)
            }
        })
        .await;
        for kind in ProviderKind::ALL {
            let mut request = with_tools();
            for _ in 0..2 {
                let response = ask(&server, kind, request.clone()).await.response();
                let found: Vec<_> = response
                    .tool_calls
                    .iter()
                    .map(|call| call.arguments.0.clone())
                    .collect();
                assert_eq!(found, calls().map(|(_, arguments)| arguments), "{kind:?}");
                assert_ne!(
                    response.tool_calls[0].call_id, response.tool_calls[1].call_id,
                    "{kind:?}"
                );
                request = answered(request, &response);
            }
            // The server refuses results that don't fit their calls.
            assert_eq!(
                ask(&server, kind, request).await.response().text,
                "done",
                "{kind:?}"
            );
            let asked = server.asked().pop().expect("a request");
            let texts: Vec<_> = asked.results().map(|result| result.text.clone()).collect();
            assert!(
                texts[0].contains("Größe") && texts[1].contains("two"),
                "{kind:?} {texts:?}"
            );
        }
    }
}

#[tokio::test]
async fn text_and_tools_come_together() {
    let server = FakeModels::start(|_| {
        let mut reply = Reply::calls([(KNOWLEDGE_SEARCH, json!({"query": "x"}))]);
        reply.pieces = vec!["I look ".to_owned(), "it up.".to_owned()];
        reply
    })
    .await;
    for kind in ProviderKind::ALL {
        let response = ask(&server, kind, with_tools()).await.response();
        assert_eq!(
            (response.text.as_str(), response.tool_calls.len()),
            ("I look it up.", 1),
            "{kind:?}"
        );
    }
}

#[tokio::test]
async fn a_plan_is_asked_for_in_the_form_that_the_provider_knows() {
    let strict = json!({
        "summary": "s", "research": "r", "question": null,
        "sub_tasks": [{"id": "a", "title": "t", "description": "d", "role": "x", "needs": [], "done_when": ""}]
    });
    let text = strict.to_string();
    let server = FakeModels::start(move |_| Reply::text(&text)).await;
    for kind in ProviderKind::ALL {
        let response = ask(&server, kind, plan()).await.response();
        let asked = server.asked().pop().expect("a request");
        assert!(asked.expects_json, "{kind:?}");
        let read: wheelhouse_domain::Plan = serde_json::from_str(&response.text).expect("a plan");
        assert_eq!(read.sub_tasks.len(), 1);
        assert!(!response.text.contains("question"));
    }
}

#[tokio::test]
async fn the_schema_has_the_dialect_of_each_provider() {
    let server = FakeModels::start(|_| Reply::text("{}")).await;
    for (kind, pointer) in [
        (ProviderKind::OpenAi, "/response_format/json_schema/schema"),
        (ProviderKind::Anthropic, "/output_config/format/schema"),
        (ProviderKind::Gemini, "/generationConfig/responseJsonSchema"),
    ] {
        ask(&server, kind, plan()).await.response();
        let body = server.captured().pop().expect("a request").body;
        let schema = body
            .pointer(pointer)
            .unwrap_or_else(|| panic!("{kind:?}: {body}"));
        assert_eq!(
            schema["required"],
            json!(["summary", "research", "sub_tasks", "question"])
        );
        assert_eq!(schema["additionalProperties"], json!(false));
    }
    ask(&server, ProviderKind::Ollama, plan()).await.response();
    assert_eq!(server.captured().pop().expect("a request").body["format"], "json");
}

#[tokio::test]
async fn tools_come_before_the_form_where_both_are_too_much() {
    let server = FakeModels::start(|_| Reply::text("{}")).await;
    for (kind, both) in [
        (ProviderKind::OpenAi, true),
        (ProviderKind::Anthropic, true),
        (ProviderKind::Gemini, false),
        (ProviderKind::Ollama, false),
    ] {
        let mut request = plan();
        request.tools = with_tools().tools;
        ask(&server, kind, request).await.response();
        let asked = server.asked().pop().expect("a request");
        assert_eq!((asked.tools.len(), asked.expects_json), (1, both), "{kind:?}");
    }
}

#[tokio::test]
async fn usage_is_what_was_reported_and_else_unknown() {
    let server = FakeModels::start(|asked| {
        let reply = Reply::text("ready");
        if asked.nth % 2 == 1 {
            reply
        } else {
            reply.without_usage()
        }
    })
    .await;
    for kind in ProviderKind::ALL {
        let reported = ask(&server, kind, prose()).await.response().usage;
        assert_eq!(
            reported,
            Usage {
                input_tokens: Some(100),
                output_tokens: Some(2),
                cached_tokens: None,
                cache_written_tokens: None
            },
            "{kind:?}"
        );
        let silent = ask(&server, kind, prose()).await.response().usage;
        assert_eq!(silent, Usage::default(), "{kind:?}");
    }
}

#[tokio::test]
async fn what_was_kept_is_told_apart() {
    let server = FakeModels::start(|_| Reply {
        cached: Some((60, 30)),
        ..Reply::text("ready")
    })
    .await;
    for kind in ProviderKind::ALL {
        let usage = ask(&server, kind, prose()).await.response().usage;
        // Gemini and Ollama say nothing of what they keep for later.
        let written = matches!(kind, ProviderKind::OpenAi | ProviderKind::Anthropic).then_some(30);
        assert_eq!(
            (
                usage.input_tokens,
                usage.cached_tokens,
                usage.cache_written_tokens
            ),
            (Some(100), Some(60), written),
            "{kind:?}"
        );
    }
}

#[tokio::test]
async fn how_long_to_wait_is_read_from_where_each_provider_says_it() {
    let server = FakeModels::start(|_| Reply::later(1_250)).await;
    for kind in ProviderKind::ALL {
        let failure = ask(&server, kind, prose()).await.failure();
        assert_eq!(failure.code, FailureCode::ModelRateLimited);
        assert_eq!(failure.retry_after_ms, Some(1_250), "{kind:?}");
    }
}

#[tokio::test]
async fn a_good_answer_tells_how_long_it_is_the_last_one() {
    const WAIT: Duration = Duration::from_secs(1800);
    for chunking in [Chunking::Frames, Chunking::Bytes] {
        let server = FakeModels::start(move |asked| {
            let reply = Reply::text("All is well.").chunked(chunking);
            if asked.nth % 2 == 1 {
                reply.last_for(1_800_000)
            } else {
                reply
            }
        })
        .await;
        for kind in ProviderKind::ALL {
            let last = ask(&server, kind, prose()).await;
            assert_eq!(last.shown, "All is well.", "{kind:?}");
            let [wait] = last.used_up[..] else {
                panic!("{kind:?}: it is told once, and not {:?}", last.used_up);
            };
            // A moment comes nearer while the answer is on its way, whose own time is told in whole seconds.
            assert!(
                wait <= WAIT + Duration::from_secs(1) && wait > WAIT - Duration::from_secs(60),
                "{kind:?}: {wait:?}"
            );
            assert_eq!(last.response().text, "All is well.");
            assert!(ask(&server, kind, prose()).await.used_up.is_empty());
        }
    }
}

#[tokio::test]
async fn what_was_said_of_the_next_counts_though_the_answer_breaks_off() {
    let server = FakeModels::start(|_| Reply::fault(Fault::CutMidStream).last_for(60_000)).await;
    for kind in ProviderKind::ALL {
        let outcome = ask(&server, kind, prose()).await;
        assert_eq!(outcome.used_up.len(), 1, "{kind:?}");
        let failure = outcome.failure();
        assert_eq!(failure.code, FailureCode::ModelUnavailable, "{kind:?}");
        assert!(failure.message.contains("was cut"), "{failure:?}");
    }
}

#[tokio::test]
async fn prose_that_was_cut_short_says_so() {
    let server = FakeModels::start(|_| Reply {
        cut_short: true,
        ..Reply::text("One and")
    })
    .await;
    for kind in ProviderKind::ALL {
        let outcome = ask(&server, kind, prose()).await;
        assert!(
            outcome.shown.starts_with("One and\n\n*"),
            "{kind:?} {}",
            outcome.shown
        );
        assert_eq!(outcome.shown.clone(), outcome.response().text);
    }
}

#[tokio::test]
async fn thoughts_in_front_of_the_answer_are_left_out() {
    let server =
        FakeModels::start(|_| Reply::text("<think>\nHm, {}.\n</think>\n\nYes.").chunked(Chunking::Bytes))
            .await;
    for kind in ProviderKind::ALL {
        let outcome = ask(&server, kind, prose()).await;
        assert_eq!(outcome.shown.trim_start(), "Yes.", "{kind:?}");
    }
}

#[tokio::test]
async fn thoughts_are_streamed_and_kept_apart_from_the_answer() {
    const THOUGHTS: &str = "Hm, a harbour. Let me see: größer 🚢.";
    for chunking in [Chunking::Frames, Chunking::Bytes] {
        let server =
            FakeModels::start(move |_| Reply::text("Yes, it is.").thinking(THOUGHTS).chunked(chunking)).await;
        for kind in ProviderKind::ALL {
            let outcome = ask(&server, kind, prose()).await;
            assert_eq!(
                (outcome.thought.as_str(), outcome.shown.as_str()),
                (THOUGHTS, "Yes, it is."),
                "{kind:?} {chunking:?}"
            );
            let response = outcome.response();
            assert_eq!(response.text, "Yes, it is.");
            let thoughts = response.thoughts.expect("they are kept");
            assert_eq!(
                (thoughts.text.as_str(), thoughts.model.as_str()),
                (THOUGHTS, "local/fake-large")
            );
        }
    }
}

#[tokio::test]
async fn what_a_provider_wants_back_of_its_thoughts_goes_back_with_the_results() {
    let server = FakeModels::start(|asked| match asked.results().count() {
        0 => Reply::calls([
            (KNOWLEDGE_SEARCH, json!({"query": "x"})),
            (KNOWLEDGE_SEARCH, json!({"query": "y"})),
        ])
        .thinking("Let me look."),
        _ => Reply::text("done"),
    })
    .await;
    for kind in ProviderKind::ALL {
        let begun = ask(&server, kind, with_tools()).await.response();
        let seal = format!("seal_{}", server.captured().len());
        let request = answered(with_tools(), &begun);
        ask(&server, kind, request.clone()).await.response();
        let given_back = server.asked().pop().expect("a request").given_back;
        let expected = match kind {
            ProviderKind::OpenAi => vec!["Let me look.".to_owned()],
            ProviderKind::Anthropic => vec!["Let me look.".to_owned(), seal],
            ProviderKind::Gemini => vec![seal],
            ProviderKind::Ollama => Vec::new(),
        };
        assert_eq!(given_back, expected, "{kind:?}");

        // To every other provider, and to another model of the same one, nothing of it goes.
        for other in ProviderKind::ALL {
            let name = if other == kind { "other" } else { "fake-large" };
            let model = model_at(endpoint(&server, other), name);
            run(&model, request.clone()).await.response();
            let captured = server.captured().pop().expect("a request");
            let asked = captured.asked.expect("an answer was asked for");
            assert_eq!(asked.given_back, Vec::<String>::new(), "{kind:?} to {other:?}");
            assert!(!captured.body.to_string().contains("Let me look."));
        }
    }
}

#[tokio::test]
async fn an_empty_answer_can_be_sent_back() {
    let server = FakeModels::start(|_| Reply::text("ready")).await;
    for kind in ProviderKind::ALL {
        let mut request = prose();
        request.messages.push(ModelMessage::Assistant {
            text: String::new(),
            tool_calls: Vec::new(),
            thoughts: None,
        });
        request.messages.push(ModelMessage::User {
            text: "Again.".to_owned(),
        });
        assert_eq!(
            ask(&server, kind, request).await.response().text,
            "ready",
            "{kind:?}"
        );
    }
}

#[tokio::test]
async fn a_conversation_that_began_elsewhere_goes_on_at_anthropic() {
    let server = FakeModels::start(|asked| {
        if asked.results().count() == 0 {
            Reply::calls([(KNOWLEDGE_SEARCH, json!({"query": "x"}))])
        } else {
            Reply::text("done")
        }
    })
    .await;
    let begun = ask(&server, ProviderKind::Gemini, with_tools()).await.response();
    let request = answered(with_tools(), &begun);
    assert!(begun.tool_calls[0].call_id.contains('#'));
    assert_eq!(
        ask(&server, ProviderKind::Anthropic, request)
            .await
            .response()
            .text,
        "done"
    );
}
