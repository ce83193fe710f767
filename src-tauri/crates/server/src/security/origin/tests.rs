//! Hosts and origins in every form that is not the plain one.

use super::*;
use axum::http::HeaderValue;

const HERE: &str = "127.0.0.1:7711";

/// What is no host of a server that listens at [`HERE`].
const NO_HOSTS: &[&str] = &[
    "",
    " ",
    "evil.example",
    "evil.example:7711",
    "localhost",
    "localhost:80",
    "localhost:07711",
    "localhost:+7711",
    "localhost:",
    "localhost:77110",
    "localhost:7711 ",
    " localhost:7711",
    "localhost :7711",
    "localhost:7711:7711",
    "user@localhost:7711",
    "user:pass@localhost:7711",
    "localhost@evil.example:7711",
    "localhost:7711@evil.example",
    "localhost:7711/",
    "localhost:7711?",
    "localhost:7711#",
    "http://localhost:7711",
    "localhost..:7711",
    ".localhost:7711",
    "evil.localhost:7711",
    "localhost.evil.example:7711",
    "127.0.0.1.evil.example:7711",
    "127.0.0.1.:7711",
    "127.0.0.2:7711",
    "0.0.0.0:7711",
    "127.1:7711",
    "2130706433:7711",
    "0x7f.0.0.1:7711",
    "0x7f000001:7711",
    "127.000.000.001:7711",
    "0177.0.0.1:7711",
    "::1:7711",
    "[::1]:7711",
    "[::1",
    "::1]",
    "[::1]7711",
    "[[::1]]:7711",
    "[::1%25lo]:7711",
    "[127.0.0.1]:7711",
    "[]:7711",
    "localhost,evil.example:7711",
    "localhost\t:7711",
    "loc\u{e4}lhost:7711",
    "localhos\u{2174}:7711",
    "*:7711",
    "-:7711:",
    "localhost%00:7711",
    ":7711",
];

fn origins(names: &[&str], pages: &[&str]) -> Origins {
    let all = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    Origins::new(false, &all(names), &all(pages)).expect("fit")
}

fn ask(origins: &Origins, local: &str, hosts: &[&str], from: &[&str]) -> Result<(), OriginRefusal> {
    let mut headers = HeaderMap::new();
    for host in hosts {
        headers.append(
            header::HOST,
            HeaderValue::from_bytes(host.as_bytes()).expect("a value"),
        );
    }
    for origin in from {
        headers.append(
            header::ORIGIN,
            HeaderValue::from_bytes(origin.as_bytes()).expect("a value"),
        );
    }
    origins.check(
        &Uri::from_static("/api/status"),
        &headers,
        local.parse().expect("an address"),
    )
}

fn is_host(origins: &Origins, local: &str, host: &str) -> bool {
    ask(origins, local, &[host], &[]).is_ok()
}

#[test]
fn the_own_address_and_localhost_are_hosts() {
    let origins = origins(&[], &[]);
    for host in [
        "127.0.0.1:7711",
        "localhost:7711",
        "LOCALHOST:7711",
        "LocalHost.:7711",
        "[::ffff:127.0.0.1]:7711",
    ] {
        assert!(is_host(&origins, HERE, host), "{host}");
    }
    for host in ["[::1]:7711", "[0:0:0:0:0:0:0:1]:7711", "localhost:7711"] {
        assert!(is_host(&origins, "[::1]:7711", host), "{host}");
    }
    assert!(is_host(&origins, "[::ffff:10.0.0.1]:7711", "10.0.0.1:7711"));
    assert!(is_host(&origins, "[2001:db8::1]:7711", "[2001:DB8::1]:7711"));
}

#[test]
fn nothing_else_is_a_host() {
    let origins = origins(&[], &[]);
    for host in NO_HOSTS {
        let asked = ask(&origins, HERE, &[*host], &[]);
        assert!(asked.is_err(), "{host:?}");
    }
    let long = format!("{}:7711", "a.".repeat(200));
    assert!(!is_host(&origins, HERE, &long));
}

#[test]
fn no_host_and_several_are_refused() {
    let origins = origins(&[], &[]);
    for hosts in [
        &[][..],
        &["localhost:7711", "localhost:7711"],
        &["localhost:7711", "evil.example"],
    ] {
        assert_eq!(
            ask(&origins, HERE, hosts, &[]),
            Err(OriginRefusal::HostMissing),
            "{hosts:?}"
        );
    }
}

#[test]
fn the_first_line_counts_too() {
    let origins = origins(&[], &[]);
    let mut headers = HeaderMap::new();
    headers.insert(header::HOST, HeaderValue::from_static("localhost:7711"));
    let local = HERE.parse().expect("an address");
    let ask = |uri: &'static str| origins.check(&Uri::from_static(uri), &headers, local);
    assert_eq!(ask("http://localhost:7711/api/status"), Ok(()));
    for uri in [
        "http://evil.example/api/status",
        "http://user@localhost:7711/",
        "http://localhost:7712/",
    ] {
        assert_eq!(ask(uri), Err(OriginRefusal::HostForeign), "{uri}");
    }
}

#[test]
fn configured_names_are_hosts() {
    let named = origins(
        &[
            "Wheelhouse.example",
            "cellar:9000",
            "10.0.0.9",
            "[fd00::9]",
            "3server",
        ],
        &[],
    );
    let hosts = [
        "wheelhouse.example:7711",
        "WHEELHOUSE.EXAMPLE.:7711",
        "wheelhouse.example",
        "wheelhouse.example:80",
        "cellar:9000",
        "10.0.0.9:7711",
        "[fd00:0::9]:7711",
        "3server:7711",
    ];
    for host in hosts {
        assert!(is_host(&named, HERE, host), "{host}");
    }
    for host in [
        "wheelhouse.example:443",
        "cellar:7711",
        "cellar",
        "a.wheelhouse.example",
        "10.0.0.9:1",
    ] {
        assert!(!is_host(&named, HERE, host), "{host}");
    }
    let over_tls = Origins::new(true, &["wheelhouse.example".to_owned()], &[]).expect("fit");
    assert!(is_host(&over_tls, HERE, "wheelhouse.example"));
    assert!(is_host(&over_tls, HERE, "wheelhouse.example:443"));
    assert!(!is_host(&over_tls, HERE, "wheelhouse.example:80"));
    assert!(is_host(&over_tls, "127.0.0.1:443", "localhost"));
}

#[test]
fn a_request_comes_from_no_page_or_a_known_one() {
    let none = origins(&[], &[]);
    let known = origins(&[], &["https://App.example/", "http://localhost:5173"]);
    let from = |origins: &Origins, pages: &[&str]| ask(origins, HERE, &["localhost:7711"], pages);
    assert_eq!(from(&none, &[]), Ok(()));
    for page in [
        "https://app.example",
        "https://APP.example:443",
        "HTTPS://app.example",
        "http://localhost:5173",
    ] {
        assert_eq!(from(&known, &[page]), Ok(()), "{page}");
        assert_eq!(from(&none, &[page]), Err(OriginRefusal::OriginForeign), "{page}");
    }
    let foreign = [
        "null",
        "",
        "NULL",
        "https://evil.example",
        "http://app.example",
        "https://app.example:444",
        "https://app.example/",
        "https://app.example/x",
        "https://user@app.example",
        "https://app.example.evil.example",
        "https://xapp.example",
        "app.example",
        "//app.example",
        "https:app.example",
        "ftp://app.example",
        "file://",
        "https://",
        "tauri://localhost",
        "https://app.example, https://app.example",
        "https://app.example https://evil.example",
        "http://localhost:7711",
        "http://127.0.0.1:5173",
        "https://\u{e4}pp.example",
        "http://localhost",
        "moz-extension://app.example",
    ];
    for page in foreign {
        assert_eq!(from(&known, &[page]), Err(OriginRefusal::OriginForeign), "{page}");
    }
    let twice = ["https://app.example", "https://app.example"];
    assert_eq!(from(&known, &twice), Err(OriginRefusal::OriginForeign));
}

#[test]
fn what_can_t_be_configured_is_named() {
    for name in [
        "",
        "https://a.example",
        "a.example/x",
        "a b",
        "b\u{fc}ro",
        "*.example",
        "a.example:0",
        "user@a",
    ] {
        let fault = Origins::new(true, &[name.to_owned()], &[]).expect_err(name);
        assert_eq!(fault, UnfitOrigin::Name(name.to_owned()));
    }
    for origin in [
        "",
        "null",
        "*",
        "app.example",
        "https://*",
        "https://app.example//",
        "https://app.example/x",
    ] {
        let fault = Origins::new(true, &[], &[origin.to_owned()]).expect_err(origin);
        assert_eq!(fault, UnfitOrigin::Origin(origin.to_owned()));
    }
}
