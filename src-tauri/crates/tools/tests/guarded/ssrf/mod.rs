//! Attempts to make the machine ask itself, its network or a cloud's inner services. What counts is what arrives there.

mod table;

use crate::harness::SECRET;
use crate::site::{Names, Site, html, redirect};
use crate::web::{fetch, granted, here, public, toolbox};
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use table::{CLOSED_V4, CLOSED_V6, CONFUSING, HARMLESS, spellings};
use wheelhouse_tools::{Done, Effect, FETCH_PAGE, Hosts, ToolError, WebError, WebGrant, why_not_public};

fn is_refusal(outcome: &Result<Done, ToolError>) -> bool {
    matches!(outcome, Err(ToolError::Web(error)) if !matches!(
        error,
        // These would mean that someone was asked.
        WebError::Unreachable(_) | WebError::WrongPeer(_) | WebError::TooSlow(_) | WebError::Status(_)
            | WebError::NotText(_) | WebError::Damaged
    ))
}

#[tokio::test(flavor = "multi_thread")]
async fn no_spelling_of_a_closed_address_is_asked() {
    let site = Site::forbidden("0.0.0.0").await.unwrap();
    let six = Site::forbidden("[::1]").await.ok();
    let toolbox = toolbox(Arc::default());
    let port = site.port();
    let mut cases = BTreeSet::new();
    for address in CLOSED_V4 {
        for spelling in spellings(address) {
            cases.insert(format!("http://{spelling}:{port}/latest/meta-data/"));
        }
    }
    for address in CLOSED_V6 {
        cases.insert(format!("http://[{address}]:{port}/"));
        cases.insert(format!("https://[{address}]/"));
    }
    for confusing in CONFUSING {
        cases.insert(confusing.replace("PORT", &port.to_string()));
    }
    // Where the machine speaks IPv6, the same again at a port where it does.
    let v6_port = six.as_ref().map(Site::port);
    for confusing in CONFUSING.iter().filter(|_| v6_port.is_some()) {
        cases.insert(confusing.replace("PORT", &v6_port.unwrap_or_default().to_string()));
    }
    let web = WebGrant {
        ports: [Some(port), v6_port].into_iter().flatten().collect(),
        ..public()
    };
    for url in &cases {
        let outcome = fetch(&toolbox, web.clone(), url).await;
        assert!(is_refusal(&outcome), "{url:?}: {outcome:?}");
    }
    assert!(cases.len() >= 900, "{}", cases.len());
    assert_eq!(site.came() + six.map_or(0, |six| six.came()), 0, "nobody came");
    println!("{} addresses that lead inward, none asked", cases.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_name_that_leads_inward_is_asked_even_if_it_leads_outward_too() {
    let site = Site::forbidden("0.0.0.0").await.unwrap();
    let names = Arc::new(Names::default());
    let toolbox = toolbox(names.clone());
    let web = WebGrant {
        ports: vec![site.port()],
        ..public()
    };
    let outward: IpAddr = "93.184.215.14".parse().unwrap();
    let outward_v6: IpAddr = "2606:2800:21f:cb07:6820:80da:af6b:8b2c".parse().unwrap();
    let mut cases = 0;
    for address in CLOSED_V4.iter().chain(CLOSED_V6) {
        let inward: IpAddr = address.parse().unwrap();
        for answer in [
            vec![inward],
            vec![outward, inward],
            vec![inward, outward],
            vec![outward, outward_v6, inward, outward],
        ] {
            names.say("rebound.attack.org", vec![answer]);
            let outcome = fetch(
                &toolbox,
                web.clone(),
                &format!("http://rebound.attack.org:{}/", site.port()),
            )
            .await;
            assert!(
                matches!(outcome, Err(ToolError::Web(WebError::NotPublic { .. }))),
                "{address}: {outcome:?}"
            );
            cases += 1;
        }
    }
    assert_eq!(site.came(), 0);
    assert_eq!(names.lookups(), cases, "one look-up each");
    names.say("empty.attack.org", vec![vec![]]);
    let none = fetch(&toolbox, public(), "http://empty.attack.org/").await;
    assert!(matches!(none, Err(ToolError::Web(WebError::NotFound(_)))));
    println!("{cases} names that lead inward, none asked");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_redirect_leads_inward() {
    let forbidden = Site::forbidden("0.0.0.0").await.unwrap();
    let port = forbidden.port();
    let mut targets = BTreeSet::new();
    for address in CLOSED_V4 {
        for spelling in spellings(address) {
            targets.insert(format!("http://{spelling}:{port}/"));
        }
    }
    targets.extend(
        CLOSED_V6
            .iter()
            .map(|address| format!("http://[{address}]:{port}/")),
    );
    // An address without a scheme or a host leads back to where it came from, which is no attack.
    let relative = |target: &&&str| !matches!(target.split_once(':'), Some(("http" | "https", rest)) if rest.starts_with("//"));
    targets.extend(
        CONFUSING
            .iter()
            .filter(|target| !relative(target))
            .map(|target| target.replace("PORT", &port.to_string())),
    );
    targets.extend(
        [
            "file:///etc/passwd",
            "ftp://127.0.0.1/",
            "gopher://127.0.0.1/",
            "javascript:1",
            "data:text/html,x",
        ]
        .map(str::to_owned),
    );
    targets.retain(|target| !target.contains(['\n', '\t']));
    let list: Vec<String> = targets.into_iter().collect();
    let answers = list.clone();
    let start = Site::at("127.0.0.1", move |path| {
        let number: usize = path.trim_start_matches('/').parse().unwrap();
        redirect(&answers[number])
    })
    .await;
    let names = Arc::new(Names::default());
    names.say("start.attack.org", vec![vec!["127.0.0.1".parse().unwrap()]]);
    let toolbox = toolbox(names);
    // The first site is on this machine, so this machine is granted; the port of the other one is not.
    for (number, target) in list.iter().enumerate() {
        let url = format!("http://start.attack.org:{}/{number}", start.port());
        let outcome = fetch(&toolbox, here(&[start.port()]), &url).await;
        assert!(is_refusal(&outcome), "{target:?}: {outcome:?}");
    }
    assert_eq!((forbidden.came(), start.came()), (0, list.len()));
    assert!(list.len() >= 800, "{}", list.len());
    println!("{} redirects that lead inward, none followed", list.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_changes_its_mind_is_not_believed() {
    let good = Site::at("127.0.0.1", |path| match path {
        "/again" => redirect("/"),
        _ => html("good"),
    })
    .await;
    // The same port on another address of this machine: whoever looks the name up again arrives there.
    let Ok(evil) = Site::on(&format!("127.0.0.2:{}", good.port()), |_| html(SECRET)).await else {
        // Only Linux has all of 127.0.0.0/8 on this machine.
        println!("127.0.0.2 is not on this machine; nothing to try");
        return;
    };
    let names = Arc::new(Names::default());
    let toolbox = toolbox(names.clone());
    let (one, two): (IpAddr, IpAddr) = ("127.0.0.1".parse().unwrap(), "127.0.0.2".parse().unwrap());
    let url = |path: &str| format!("http://mind.attack.org:{}{path}", good.port());
    for _ in 0..50 {
        names.say("mind.attack.org", vec![vec![one], vec![two]]);
        let before = names.lookups();
        let done = fetch(&toolbox, here(&[good.port()]), &url("/")).await.unwrap();
        assert!(done.text.contains("# good"));
        assert_eq!(names.lookups(), before + 1);
    }
    assert_eq!(evil.came(), 0);
    // A redirect looks the name up anew, and what it says then is checked anew.
    for inward in ["10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1", "fd00::1"] {
        names.say("mind.attack.org", vec![vec![one], vec![inward.parse().unwrap()]]);
        let outcome = fetch(&toolbox, here(&[good.port()]), &url("/again")).await;
        assert!(
            matches!(outcome, Err(ToolError::Web(WebError::NotPublic { .. }))),
            "{inward}"
        );
    }
    assert_eq!(evil.came(), 0);
}

#[tokio::test]
async fn ports_that_are_not_granted_are_not_asked() {
    let site = Site::forbidden("127.0.0.1").await.unwrap();
    let toolbox = toolbox(Arc::default());
    for port in [
        1,
        21,
        22,
        25,
        79,
        81,
        442,
        444,
        3306,
        5432,
        6379,
        8080,
        9200,
        11211,
        65535,
        site.port(),
    ] {
        for scheme in ["http", "https"] {
            let outcome = fetch(&toolbox, here(&[]), &format!("{scheme}://127.0.0.1:{port}/")).await;
            assert!(
                matches!(outcome, Err(ToolError::Web(WebError::Port(_)))),
                "{port}"
            );
        }
    }
    assert_eq!(site.came(), 0);
}

#[tokio::test]
async fn harmless_twins_pass() {
    let names = Arc::new(Names::default());
    let toolbox = toolbox(names.clone());
    for url in HARMLESS {
        let preview = toolbox
            .preview(&granted(public()), FETCH_PAGE, &json!({"url": url}))
            .await;
        assert!(preview.is_ok(), "{url}: {preview:?}");
    }
    assert_eq!(names.lookups(), 0, "a preview asks nobody");
    // And with a site that can be asked: every way that leads there is gone.
    let site = Site::at("127.0.0.1", |_| html("welcome")).await;
    let loopback: IpAddr = "127.0.0.1".parse().unwrap();
    for host in [
        "example.org",
        "bücher.example.org",
        "EXAMPLE.org",
        "example.org.",
        "localhost",
        "127.0.0.1",
        "127.1",
        "0x7f000001",
        "www.localhost",
    ] {
        for name in [
            "example.org",
            "xn--bcher-kva.example.org",
            "localhost",
            "www.localhost",
        ] {
            names.say(name, vec![vec![loopback]]);
        }
        let mut web = here(&[site.port()]);
        web.hosts = Hosts::Only(
            [
                "example.org",
                "*.example.org",
                "localhost",
                "*.localhost",
                "127.0.0.1",
            ]
            .map(str::to_owned)
            .to_vec(),
        );
        let done = fetch(&toolbox, web, &format!("http://{host}:{}/", site.port())).await;
        assert!(done.is_ok_and(|done| done.text.contains("# welcome")), "{host}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_spelling_of_an_address_is_judged_as_the_address_is(bits in any::<u32>(), near in 0..CLOSED_V4.len(), far in any::<bool>()) {
        let address = if far { Ipv4Addr::from_bits(bits) } else {
            // Around the edges of what is closed.
            let edge: Ipv4Addr = CLOSED_V4[near].parse().unwrap();
            Ipv4Addr::from_bits(edge.to_bits().wrapping_add(bits % 512).wrapping_sub(256))
        };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let toolbox = toolbox(Arc::default());
        for spelling in spellings(&address.to_string()).iter().take(19) {
            let arguments = json!({"url": format!("http://{spelling}/")});
            let outcome = runtime.block_on(toolbox.preview(&granted(public()), FETCH_PAGE, &arguments));
            // Whoever reads a number otherwise reads another address; that one has to be public then.
            let read = outcome.as_ref().ok().map(|preview| match &preview.effect {
                Effect::Fetch { host, .. } => host.parse::<IpAddr>(),
                other => panic!("{other:?}"),
            });
            match read {
                Some(read) => prop_assert!(why_not_public(read.clone().unwrap()).is_none(), "{spelling}: {read:?}"),
                None => prop_assert!(why_not_public(address.into()).is_some(), "{spelling}"),
            }
        }
    }
}
