//! Lists of models and *Test connection*.

use crate::common::{CANARY, clients, endpoint};
use wheelhouse_agents::providers::{CallOptions, Clients, Endpoint, check, list_models};
use wheelhouse_domain::{FailureCode, ProviderKind};
use wheelhouse_testkit::fake_models::{FakeModels, Fault, Reply, crew};

fn http() -> Clients {
    clients(&CallOptions::default())
}

#[tokio::test]
async fn every_provider_lists_its_models() {
    let server = FakeModels::start(crew).await;
    for kind in ProviderKind::ALL {
        let models = list_models(&endpoint(&server, kind), &http())
            .await
            .expect("a list");
        assert_eq!(models, ["fake-large", "fake-small"], "{kind:?}");
        let captured = server.captured().pop().expect("a request");
        assert!(captured.headers.iter().any(|(_, value)| value.contains(CANARY)));
        assert!(!captured.path.contains(CANARY));
    }
}

#[tokio::test]
async fn a_check_gives_the_list_and_a_word() {
    let server = FakeModels::start(crew).await;
    for kind in ProviderKind::ALL {
        let endpoint = endpoint(&server, kind);
        let checked = check(&endpoint, None, &http()).await.expect("it is there");
        assert_eq!(
            (checked.models.map(|models| models.len()), checked.said),
            (Some(2), None)
        );
        let checked = check(&endpoint, Some("fake-small"), &http())
            .await
            .expect("it answers");
        assert_eq!(checked.said.as_deref(), Some("ready"), "{kind:?}");
        assert!(!checked.latency.is_zero() && checked.models.is_some());
        assert_eq!(server.asked().pop().expect("a request").model, "fake-small");
    }
}

#[tokio::test]
async fn a_check_says_what_is_wrong() {
    let server = FakeModels::start(|_| Reply::fault(Fault::Unauthorized)).await;
    for kind in ProviderKind::ALL {
        let failure = check(&endpoint(&server, kind), Some("m"), &http())
            .await
            .expect_err("no key");
        assert_eq!(failure.code, FailureCode::ModelRefused);
        assert!(!format!("{failure:?}").contains(CANARY));
    }
    let elsewhere = Endpoint {
        base_url: server.base_url(ProviderKind::OpenAi).replace("/v1", "/wrong"),
        ..endpoint(&server, ProviderKind::OpenAi)
    };
    let failure = check(&elsewhere, None, &http()).await.expect_err("nothing there");
    assert!(
        failure.next_step.contains("base URL") && !failure.retryable,
        "{failure:?}"
    );
}
