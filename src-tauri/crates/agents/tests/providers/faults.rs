//! Each fault becomes a failure that says what to do.

use crate::common::{CANARY, Outcome, ask, endpoint, hasty, plan, prose, run};
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use wheelhouse_agents::providers::Endpoint;
use wheelhouse_domain::{FailureCode, ProviderKind};
use wheelhouse_testkit::fake_models::{FakeModels, Fault, Reply};
use wheelhouse_testkit::within;

async fn fault(fault: Fault, kind: ProviderKind) -> Outcome {
    let server = FakeModels::start(move |_| Reply::fault(fault)).await;
    ask(&server, kind, prose()).await
}

#[tokio::test]
async fn answers_with_a_bad_status() {
    use FailureCode::{ModelRateLimited, ModelRefused, ModelUnavailable};
    for (trouble, code, retryable, words) in [
        (Fault::Unauthorized, ModelRefused, false, "key"),
        (Fault::NoSuchModel, ModelRefused, false, "fake-large"),
        (Fault::RateLimited, ModelRateLimited, true, "later"),
        (Fault::ServerError, ModelUnavailable, true, "500"),
        (Fault::BadRequest, ModelRefused, false, "can't be read"),
        (Fault::Redirect, ModelUnavailable, false, "another address"),
    ] {
        for kind in ProviderKind::ALL {
            let failure = fault(trouble, kind).await.failure();
            assert_eq!(
                (failure.code, failure.retryable),
                (code, retryable),
                "{trouble} {kind:?}"
            );
            assert!(
                failure.message.contains(words),
                "{trouble} {kind:?}: {}",
                failure.message
            );
            let wait = (trouble == Fault::RateLimited).then_some(7_000);
            assert_eq!(failure.retry_after_ms, wait, "{trouble} {kind:?}");
        }
    }
}

#[tokio::test]
async fn a_refusal_counts_though_its_words_break_off() {
    use FailureCode::{ModelRateLimited, ModelRefused, ModelUnavailable};
    for (trouble, code, retryable, words) in [
        (Fault::Unauthorized, ModelRefused, false, "key"),
        (Fault::RateLimited, ModelRateLimited, true, "later"),
        (Fault::ServerError, ModelUnavailable, true, "500"),
        (Fault::BadRequest, ModelRefused, false, "refused"),
    ] {
        let server = FakeModels::start(move |_| Reply::fault(trouble).with_cut_body()).await;
        for kind in ProviderKind::ALL {
            let failure = ask(&server, kind, prose()).await.failure();
            assert_eq!(
                (failure.code, failure.retryable),
                (code, retryable),
                "{trouble} {kind:?}"
            );
            assert!(failure.message.contains(words), "{trouble} {kind:?}: {failure:?}");
            assert!(
                !failure.message.contains("It said"),
                "{kind:?}: nothing whole was said: {failure:?}"
            );
            let wait = (trouble == Fault::RateLimited).then_some(7_000);
            assert_eq!(failure.retry_after_ms, wait, "{trouble} {kind:?}");
        }
    }
}

#[tokio::test]
async fn streams_that_go_wrong_in_the_middle() {
    use FailureCode::ModelUnavailable;
    for trouble in [
        Fault::CutMidStream,
        Fault::NoFinish,
        Fault::MalformedJson,
        Fault::ErrorMidStream,
    ] {
        for kind in ProviderKind::ALL {
            let outcome = fault(trouble, kind).await;
            assert!(
                outcome.shown.starts_with("The first"),
                "{trouble} {kind:?}: {}",
                outcome.shown
            );
            let failure = outcome.failure();
            assert_eq!(
                (failure.code, failure.retryable),
                (ModelUnavailable, true),
                "{trouble} {kind:?}"
            );
            if trouble == Fault::ErrorMidStream {
                assert!(
                    failure.message.contains("overloaded"),
                    "{kind:?}: {}",
                    failure.message
                );
            }
        }
    }
}

#[tokio::test]
async fn a_page_for_people_is_no_answer() {
    for kind in ProviderKind::ALL {
        let failure = fault(Fault::WebPage, kind).await.failure();
        assert_eq!(failure.code, FailureCode::ModelUnavailable);
        assert!(
            failure.message.contains("form") && failure.next_step.contains("base URL"),
            "{kind:?}: {failure:?}"
        );
    }
}

#[tokio::test]
async fn silence_ends_in_a_time_out() {
    for trouble in [Fault::HangBeforeHeaders, Fault::HangMidStream] {
        let server = FakeModels::start(move |_| Reply::fault(trouble)).await;
        for kind in ProviderKind::ALL {
            let model = hasty(endpoint(&server, kind), Duration::from_millis(100));
            let failure = run(&model, prose()).await.failure();
            assert_eq!(
                (failure.code, failure.retryable),
                (FailureCode::ModelTimedOut, true),
                "{trouble} {kind:?}"
            );
        }
        within("the server to be left alone", server.abandoned(4)).await;
    }
}

async fn at(base_url: String, kind: ProviderKind) -> Outcome {
    let endpoint = Endpoint {
        kind,
        base_url,
        key: None,
    };
    run(&hasty(endpoint, Duration::from_secs(10)), prose()).await
}

#[tokio::test]
async fn nobody_is_there() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    for kind in ProviderKind::ALL {
        let failure = at(format!("http://{address}"), kind).await.failure();
        assert_eq!(
            (failure.code, failure.retryable),
            (FailureCode::ModelUnavailable, true)
        );
        assert!(failure.message.contains("Nothing answers"), "{failure:?}");
        assert!(
            failure
                .next_step
                .contains(&format!("Is the server running at http://{address}"))
        );
    }
}

#[tokio::test]
async fn there_is_no_such_name() {
    let failure = at("http://no-such-host.invalid".to_owned(), ProviderKind::OpenAi)
        .await
        .failure();
    assert_eq!(failure.code, FailureCode::ModelUnavailable);
    assert!(failure.message.contains("no server by the name"), "{failure:?}");
}

#[tokio::test]
async fn a_server_without_tls_is_no_secure_one() {
    let server = FakeModels::start(|_| Reply::text("ready")).await;
    let base_url = server.base_url(ProviderKind::OpenAi).replace("http:", "https:");
    let failure = at(base_url, ProviderKind::OpenAi).await.failure();
    assert_eq!(
        (failure.code, failure.retryable),
        (FailureCode::ModelUnavailable, false)
    );
    assert!(failure.message.contains("secure"), "{failure:?}");
}

#[tokio::test]
async fn a_missing_key_is_told_from_a_wrong_one() {
    let server = FakeModels::start(|_| Reply::fault(Fault::Unauthorized)).await;
    let mut endpoint = endpoint(&server, ProviderKind::OpenAi);
    endpoint.key = None;
    let failure = run(&hasty(endpoint, Duration::from_secs(10)), prose())
        .await
        .failure();
    assert!(failure.message.contains("none is kept"), "{failure:?}");
    assert_eq!(server.captured()[0].header("authorization"), None);
}

#[tokio::test]
async fn a_server_without_schemas_is_asked_plainly() {
    let text = r#"{"question": "Which harbour?"}"#;
    let server = FakeModels::start(move |_| Reply::text(text).failing(Fault::NoSchemas)).await;
    for kind in ProviderKind::ALL {
        let before = server.asked().len();
        assert_eq!(ask(&server, kind, plan()).await.response().text, text, "{kind:?}");
        let held: Vec<bool> = server.asked()[before..]
            .iter()
            .map(|asked| asked.expects_json)
            .collect();
        assert_eq!(held, [true, false], "{kind:?}");
    }
}

#[tokio::test]
async fn a_model_without_thoughts_is_asked_for_none() {
    let server = FakeModels::start(|_| Reply::text("Yes.").failing(Fault::NoThoughts)).await;
    for kind in ProviderKind::ALL {
        let before = server.asked().len();
        assert_eq!(
            ask(&server, kind, prose()).await.response().text,
            "Yes.",
            "{kind:?}"
        );
        let times = if kind == ProviderKind::Gemini { 2 } else { 1 };
        assert_eq!(server.asked().len() - before, times, "{kind:?}");
    }
}

/// Log lines of this thread, of every level.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .expect("no panic while writing")
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_log_line_holds_a_key() {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let logging = tracing_subscriber::util::SubscriberInitExt::set_default(subscriber);
    for trouble in [Fault::Unauthorized, Fault::MalformedJson, Fault::CutMidStream] {
        for kind in ProviderKind::ALL {
            fault(trouble, kind).await.failure();
        }
    }
    drop(logging);
    let lines = lines.0.lock().expect("no panic while writing");
    let text = String::from_utf8_lossy(&lines);
    assert!(!text.is_empty(), "the client's own lines are there");
    assert!(!text.contains(CANARY), "{text}");
}
