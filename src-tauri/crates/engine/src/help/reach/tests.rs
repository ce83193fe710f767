use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;
use wheelhouse_domain::ExactCall;

fn folder(name: &str, path: &str, access: Access, stays_here: bool) -> FolderGrant {
    FolderGrant {
        name: name.to_owned(),
        path: PathBuf::from(path),
        access,
        hard_links: false,
        stays_here,
    }
}

fn of_folders(folders: Vec<FolderGrant>) -> AgentGrant {
    AgentGrant {
        reach: Grant {
            folders,
            ..Grant::default()
        },
        rules: Vec::new(),
    }
}

fn of_hosts(hosts: &[&str]) -> AgentGrant {
    let hosts = Hosts::Only(hosts.iter().map(|host| (*host).to_owned()).collect());
    AgentGrant {
        reach: Grant {
            web: Some(WebGrant::new(hosts)),
            ..Grant::default()
        },
        rules: Vec::new(),
    }
}

fn rule(tool: &str, standing: Standing, only: Option<&str>) -> ToolRule {
    ToolRule {
        tool: tool.to_owned(),
        standing,
        only: only.map(|hash| ExactCall {
            hash: hash.to_owned(),
            shown: hash.to_owned(),
        }),
    }
}

#[test]
fn the_narrower_folder_is_shared_with_the_lesser_access() {
    let helper = of_folders(vec![
        folder("all", "/work", Access::Write, false),
        folder("own", "/own", Access::Write, false),
    ]);
    let asker = of_folders(vec![folder("notes", "/work/notes", Access::Read, true)]);
    let shared = attenuated(&helper, &asker).reach.folders;
    assert_eq!(shared, [folder("notes", "/work/notes", Access::Read, true)]);
    assert_eq!(attenuated(&asker, &helper).reach.folders, shared);
    // A name that begins the same is another folder.
    let beside = of_folders(vec![folder("notes", "/work/notes-old", Access::Read, false)]);
    assert_eq!(attenuated(&beside, &asker).reach.folders, []);
}

#[test]
fn two_folders_never_have_one_name() {
    let helper = of_folders(vec![
        folder("a", "/x", Access::Read, false),
        folder("b", "/y", Access::Read, false),
    ]);
    let asker = of_folders(vec![
        folder("b", "/x/1", Access::Read, false),
        folder("c", "/y", Access::Read, false),
    ]);
    let shared = attenuated(&helper, &asker).reach.folders;
    let names: Vec<&str> = shared.iter().map(|folder| folder.name.as_str()).collect();
    assert_eq!(names, ["b", "b-2"]);
}

#[test]
fn a_host_is_shared_where_both_name_it() {
    let shared = |one: &[&str], other: &[&str]| {
        let web = attenuated(&of_hosts(one), &of_hosts(other)).reach.web;
        web.map(|web| match web.hosts {
            Hosts::Only(hosts) => hosts,
            Hosts::Public => vec!["public".to_owned()],
        })
    };
    assert_eq!(
        shared(&["*.example.org"], &["a.example.org", "example.org"]),
        Some(vec!["a.example.org".to_owned()])
    );
    assert_eq!(
        shared(&["*.a.example.org"], &["*.example.org"]),
        Some(vec!["*.a.example.org".to_owned()])
    );
    assert_eq!(shared(&["badexample.org"], &["*.example.org"]), None);
    assert_eq!(shared(&["one.org"], &["two.org"]), None);
    assert_eq!(
        attenuated(&of_hosts(&["one.org"]), &AgentGrant::default())
            .reach
            .web,
        None
    );
}

#[test]
fn what_either_forbids_is_forbidden_and_only_what_both_allow_is_done_unasked() {
    let of = |rules: Vec<ToolRule>| AgentGrant {
        reach: Grant::default(),
        rules,
    };
    let allow = of(vec![rule("write_file", Standing::Allow, None)]);
    let exactly = of(vec![rule("write_file", Standing::Allow, Some("x"))]);
    let never = of(vec![rule("write_file", Standing::Never, None)]);
    assert_eq!(
        attenuated(&allow, &allow).standing("write_file"),
        Some(Standing::Allow)
    );
    assert_eq!(
        attenuated(&allow, &AgentGrant::default()).standing("write_file"),
        None
    );
    assert_eq!(
        attenuated(&allow, &never).standing("write_file"),
        Some(Standing::Never)
    );
    assert_eq!(
        attenuated(&never, &allow).standing("write_file"),
        Some(Standing::Never)
    );
    for both in [attenuated(&allow, &exactly), attenuated(&exactly, &allow)] {
        assert_eq!(both.standing("write_file"), None);
        assert!(both.allows_exactly("write_file", "x") && !both.allows_exactly("write_file", "y"));
    }
    // A word about all tools of a name says nothing of a server's tool as it is described.
    let (served, described) = ("mcp_files_read", Some("definition"));
    let helper = of(vec![rule(served, Standing::Allow, described)]);
    let asker = of(vec![rule(served, Standing::Allow, None)]);
    assert!(!attenuated(&helper, &asker).allows_exactly(served, "definition"));
}

fn commands(folders: &[&str], programs: Programs, path: &[&str]) -> CommandGrant {
    CommandGrant {
        folders: folders.iter().map(|name| (*name).to_owned()).collect(),
        programs,
        path: path.iter().map(PathBuf::from).collect(),
        environment: BTreeMap::from([("A".to_owned(), "1".to_owned())]),
        readable: vec![PathBuf::from("/usr/share")],
        network: true,
        limits: CommandLimits::default(),
    }
}

#[test]
fn programs_are_run_where_and_as_both_may() {
    let with = |folders: Vec<FolderGrant>, commands: CommandGrant| AgentGrant {
        reach: Grant {
            folders,
            web: None,
            commands: Some(commands),
        },
        rules: Vec::new(),
    };
    let work = || folder("work", "/work", Access::Write, false);
    let other = || folder("other", "/other", Access::Write, false);
    let git = || Programs::Only(vec!["git".to_owned()]);
    let helper = with(
        vec![work(), other()],
        commands(&["work", "other"], Programs::Any, &[]),
    );
    let asker = with(vec![work(), other()], commands(&["work"], git(), &[]));
    let shared = attenuated(&helper, &asker)
        .reach
        .commands
        .expect("something is shared");
    assert_eq!(
        (shared.folders, shared.programs),
        (vec!["work".to_owned()], git())
    );
    let elsewhere = with(vec![work()], commands(&["work"], Programs::Any, &["/opt/bin"]));
    assert_eq!(
        attenuated(&helper, &elsewhere).reach.commands,
        None,
        "the usual places are not shared"
    );
    let quiet = CommandGrant {
        network: false,
        environment: BTreeMap::from([("A".to_owned(), "2".to_owned())]),
        ..commands(&["work"], Programs::Any, &[])
    };
    let shared = attenuated(&helper, &with(vec![work()], quiet))
        .reach
        .commands
        .expect("shared");
    assert!(!shared.network && shared.environment.is_empty());
}

fn some_folder() -> impl Strategy<Value = FolderGrant> {
    let path = proptest::collection::vec(prop_oneof![Just("a"), Just("b")], 1..4);
    let name = prop_oneof![Just("one"), Just("two"), Just("three")];
    (name, path, any::<bool>(), any::<bool>()).prop_map(|(name, path, write, stays)| {
        let access = if write { Access::Write } else { Access::Read };
        folder(name, &format!("/{}", path.join("/")), access, stays)
    })
}

fn some_grant() -> impl Strategy<Value = AgentGrant> {
    let host = prop_oneof![
        Just("example.org"),
        Just("*.example.org"),
        Just("a.example.org"),
        Just("other.net")
    ];
    let hosts = proptest::option::of(proptest::collection::vec(host, 1..4));
    let standing = prop_oneof![Just(Standing::Ask), Just(Standing::Allow), Just(Standing::Never)];
    let only = proptest::option::of(prop_oneof![Just("x"), Just("y")]);
    let tool = prop_oneof![Just("write_file"), Just("fetch_page"), Just("mcp_s_t")];
    let rules = proptest::collection::vec((tool, standing, only), 0..5);
    (proptest::collection::vec(some_folder(), 0..4), hosts, rules).prop_map(|(folders, hosts, rules)| {
        let mut grant = of_folders(folders);
        grant.reach.web = hosts.and_then(|hosts| of_hosts(&hosts).reach.web);
        for (tool, standing, only) in rules {
            grant = grant.with(rule(tool, standing, only));
        }
        grant
    })
}

fn may(grant: &AgentGrant, path: &str, access: Access) -> bool {
    let mut folders = grant.reach.folders.iter();
    folders.any(|folder| {
        Path::new(path).starts_with(&folder.path)
            && (access == Access::Read || folder.access == Access::Write)
    })
}

fn may_fetch(grant: &AgentGrant, host: &str) -> bool {
    match grant.reach.web.as_ref().map(|web| &web.hosts) {
        None => false,
        Some(Hosts::Public) => true,
        Some(Hosts::Only(hosts)) => hosts.iter().any(|named| covers(named, host)),
    }
}

proptest! {
    #[test]
    fn what_is_left_is_what_both_may(helper in some_grant(), asker in some_grant()) {
        let shared = attenuated(&helper, &asker);
        for path in ["/a", "/b", "/a/a", "/a/b/c", "/b/a", "/b/b/b/b", "/c"] {
            for access in [Access::Read, Access::Write] {
                prop_assert_eq!(may(&shared, path, access), may(&helper, path, access) && may(&asker, path, access));
            }
            let stays = |grant: &AgentGrant| grant.reach.folders.iter()
                .any(|folder| folder.stays_here && Path::new(path).starts_with(&folder.path));
            if may(&shared, path, Access::Read) && (stays(&helper) || stays(&asker)) {
                prop_assert!(stays(&shared));
            }
        }
        for host in ["example.org", "a.example.org", "b.a.example.org", "other.net", "evil.net"] {
            prop_assert_eq!(may_fetch(&shared, host), may_fetch(&helper, host) && may_fetch(&asker, host));
        }
        for tool in ["write_file", "fetch_page", "mcp_s_t"] {
            let of = |grant: &AgentGrant| grant.standing(tool);
            let forbids = of(&helper) == Some(Standing::Never) || of(&asker) == Some(Standing::Never);
            prop_assert_eq!(of(&shared) == Some(Standing::Never), forbids);
            if of(&shared) == Some(Standing::Allow) {
                prop_assert!(of(&helper) == Some(Standing::Allow) && of(&asker) == Some(Standing::Allow));
            }
            for hash in ["x", "y"] {
                let exactly = |grant: &AgentGrant| grant.allows_exactly(tool, hash)
                    || (!is_served(tool) && of(grant) == Some(Standing::Allow));
                if shared.allows_exactly(tool, hash) {
                    prop_assert!(exactly(&helper) && exactly(&asker));
                }
            }
        }
        let mut names: Vec<&String> = shared.reach.folders.iter().map(|folder| &folder.name).collect();
        names.sort();
        names.dedup();
        prop_assert_eq!(names.len(), shared.reach.folders.len());
        prop_assert_eq!(&attenuated(&shared, &asker).rules, &shared.rules);
    }
}
