//! The arrows of ARCHITECTURE.md, read from the workspace's own manifests.

use crate::root;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// What each part of the house may use of the others. A part that is not listed here is not known to the house.
const ARROWS: &[(&str, &[&str])] = &[
    ("wheelhouse-domain", &[]),
    ("wheelhouse-engine", &["domain"]),
    ("wheelhouse-store", &["domain"]),
    ("wheelhouse-agents", &["domain"]),
    ("wheelhouse-knowledge", &["domain"]),
    ("wheelhouse-tools", &["domain"]),
    ("wheelhouse-mcp", &["tools"]),
    ("wheelhouse-contract", &["domain"]),
    (
        "wheelhouse-orchestrator",
        &["engine", "store", "agents", "knowledge", "tools", "mcp", "domain"],
    ),
    ("wheelhouse-api", &["contract", "orchestrator", "domain"]),
    ("wheelhouse-server", &["api", "contract"]),
    ("wheelhouse", &["api", "contract"]),
    // What memory is compared with: a window, and nothing of the house.
    (EMPTY_WINDOW, &[]),
];

const EMPTY_WINDOW: &str = "wheelhouse-empty-window";

/// These are for tests and may use everything; nothing else may use them but in its tests.
const FOR_TESTS: &[&str] = &["wheelhouse-testkit", "wheelhouse-tests"];

/// What only one part may use, and which.
const OWNERS: &[(&str, &str)] = &[
    ("rmcp", "wheelhouse-mcp"),
    ("sqlx", "wheelhouse-store"),
    ("tauri", "wheelhouse"),
];

/// What the pure parts never see, not even behind something else.
const IMPURE: &[&str] = &["sqlx", "reqwest", "tokio", "tauri"];

#[derive(Debug, Default)]
struct Uses {
    normal: BTreeSet<String>,
    build: BTreeSet<String>,
}

fn cargo(arguments: &[&str]) -> String {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(arguments)
        .current_dir(root())
        .output()
        .expect("cargo runs");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo {arguments:?}: {complaint}");
    String::from_utf8(output.stdout).expect("Unicode")
}

/// What each package of the workspace names in its manifest, tests aside.
fn workspace() -> BTreeMap<String, Uses> {
    let text = cargo(&["metadata", "--no-deps", "--format-version", "1", "--offline"]);
    let metadata: Value = serde_json::from_str(&text).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    packages
        .iter()
        .map(|package| {
            let mut uses = Uses::default();
            for dependency in package["dependencies"].as_array().expect("dependencies") {
                let name = dependency["name"].as_str().expect("a name").to_owned();
                match dependency["kind"].as_str() {
                    None => uses.normal.insert(name),
                    Some("build") => uses.build.insert(name),
                    Some(_) => false,
                };
            }
            (package["name"].as_str().expect("a name").to_owned(), uses)
        })
        .collect()
}

#[test]
fn parts_use_only_what_the_arrows_allow() {
    let mut wrong = Vec::new();
    for (package, uses) in workspace() {
        if FOR_TESTS.contains(&package.as_str()) {
            continue;
        }
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == package) else {
            wrong.push(format!("{package} is not known to the house"));
            continue;
        };
        for used in uses.normal.union(&uses.build) {
            let inside = used.strip_prefix("wheelhouse-");
            if inside.is_some_and(|name| !allowed.contains(&name)) || used == "wheelhouse" {
                wrong.push(format!("{package} uses {used}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn sql_is_the_store_s_and_tauri_the_shell_s() {
    let mut wrong = Vec::new();
    for (package, uses) in workspace() {
        for used in uses.normal.union(&uses.build) {
            let belongs = OWNERS.iter().find(|(crate_name, _)| {
                used == crate_name
                    || used
                        .strip_prefix(crate_name)
                        .is_some_and(|rest| rest.starts_with('-'))
            });
            if let Some((_, owner)) = belongs
                && package != *owner
                && package != EMPTY_WINDOW
                && !FOR_TESTS.contains(&package.as_str())
            {
                wrong.push(format!("{package} uses {used}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_tests_of_the_whole_build_without_tauri() {
    for package in FOR_TESTS {
        let tree = cargo(&[
            "tree",
            "-p",
            package,
            "-e",
            "normal,dev",
            "--prefix",
            "none",
            "--offline",
        ]);
        assert!(
            !names(&tree).contains("tauri"),
            "{package} must build without Tauri"
        );
    }
}

#[test]
fn the_pure_parts_see_no_runtime_no_database_and_no_network() {
    for package in ["wheelhouse-domain", "wheelhouse-engine", "wheelhouse-contract"] {
        let tree = cargo(&[
            "tree",
            "-p",
            package,
            "-e",
            "normal",
            "--prefix",
            "none",
            "--offline",
        ]);
        let seen = names(&tree);
        let wrong: Vec<&&str> = IMPURE.iter().filter(|name| seen.contains(**name)).collect();
        assert!(wrong.is_empty(), "{package} sees {wrong:?}");
        assert!(seen.contains("serde"), "the tree was read: {tree}");
    }
}

/// The first word of each line.
fn names(tree: &str) -> BTreeSet<&str> {
    tree.lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect()
}
