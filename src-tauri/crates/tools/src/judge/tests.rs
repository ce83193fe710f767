use super::*;
use crate::describe::{FETCH_PAGE, READ_FILE, RUN_COMMAND, WRITE_FILE, description};
use proptest::prelude::*;
use std::path::PathBuf;
use wheelhouse_domain::{
    Access, CommandGrant, CommandLimits, FileChange, FolderGrant, Grant, Json, ProgramSeen, Programs,
    QuestionKey, ToolRule, ToolServerPlace, ToolServerUid,
};

fn folder(name: &str, stays_here: bool) -> FolderGrant {
    FolderGrant {
        name: name.to_owned(),
        path: PathBuf::from("/granted").join(name),
        access: Access::Write,
        hard_links: false,
        stays_here,
    }
}

fn grant(rules: &[(&str, Standing)]) -> AgentGrant {
    AgentGrant {
        reach: Grant {
            folders: vec![folder("project", false), folder("private", true)],
            web: None,
            commands: Some(CommandGrant {
                folders: vec!["project".to_owned()],
                programs: Programs::Any,
                path: Vec::new(),
                environment: std::collections::BTreeMap::new(),
                readable: Vec::new(),
                network: false,
                limits: CommandLimits::default(),
            }),
        },
        rules: rules
            .iter()
            .map(|(tool, standing)| ToolRule {
                tool: (*tool).to_owned(),
                standing: *standing,
                only: None,
            })
            .collect(),
    }
}

/// A tool, its arguments and what it would do.
fn call(tool: &str, value: &str) -> (String, Value, ToolEffect) {
    let (arguments, effect) = match tool {
        WRITE_FILE => (json!({ "path": value, "text": "x" }), write(value)),
        FETCH_PAGE => (
            json!({ "url": value }),
            ToolEffect::Fetch {
                url: value.to_owned(),
                host: "example.org".to_owned(),
                port: 443,
            },
        ),
        _ => {
            let mut words = value.split(' ').map(str::to_owned);
            let program = words.next().unwrap_or_default();
            let arguments: Vec<String> = words.collect();
            (
                json!({ "program": program, "arguments": arguments, "folder": "project" }),
                run(&program, &arguments, value),
            )
        }
    };
    (tool.to_owned(), arguments, effect)
}

fn write(path: &str) -> ToolEffect {
    ToolEffect::Write {
        path: path.to_owned(),
        change: FileChange::Create,
        diff: String::new(),
        added: 1,
        removed: 0,
        invisible: 0,
        before: None,
        after: String::new(),
        new_folders: Vec::new(),
    }
}

fn run(program: &str, arguments: &[String], shown: &str) -> ToolEffect {
    ToolEffect::Run {
        program: ProgramSeen {
            name: program.to_owned(),
            path: format!("/usr/bin/{program}"),
            sha256: None,
        },
        arguments: arguments.to_vec(),
        folder: "project".to_owned(),
        shown: shown.to_owned(),
        network: false,
        confined: true,
        limits: CommandLimits::default(),
    }
}

struct Circumstances<'a> {
    grant: AgentGrant,
    in_run: Vec<AllowedInRun>,
    said: &'a str,
    seen: BTreeSet<Outside>,
    stays: bool,
}

impl<'a> Circumstances<'a> {
    fn new(rules: &[(&str, Standing)], said: &'a str, seen: &[Outside]) -> Self {
        Self {
            grant: grant(rules),
            in_run: Vec::new(),
            said,
            seen: seen.iter().copied().collect(),
            stays: false,
        }
    }

    fn judge(&self, (tool, arguments, effect): &(String, Value, ToolEffect)) -> Judgement {
        let description = description(tool).unwrap();
        judge(
            &Call {
                tool,
                risk: description.risk,
                role: &|name| description.role(name),
                arguments,
                effect: Some(effect),
            },
            &Rules {
                grant: &self.grant,
                in_run: &self.in_run,
                said: &[self.said],
                seen: &self.seen,
                holds_what_stays: self.stays,
            },
        )
    }
}

fn asks(judgement: &Judgement) -> bool {
    matches!(judgement, Judgement::Ask { .. })
}

const ABOVE_READ: [(&str, &str); 3] = [
    (WRITE_FILE, "project/out.md"),
    (FETCH_PAGE, "https://example.org/a"),
    (RUN_COMMAND, "cargo test"),
];

#[test]
fn what_does_more_than_read_asks_unless_it_is_allowed() {
    for (tool, value) in ABOVE_READ {
        let call = call(tool, value);
        let judged = Circumstances::new(&[], "", &[]).judge(&call);
        assert!(
            matches!(&judged, Judgement::Ask { why, exactly: false, .. } if *why == [WhyAsked::NotAllowed]),
            "{judged:?}"
        );
        let allowed = Circumstances::new(&[(tool, Standing::Allow)], "", &[]).judge(&call);
        assert_eq!(allowed, Judgement::Allow(Some(Leave::Agent)));
        let never = Circumstances::new(&[(tool, Standing::Never)], value, &[]).judge(&call);
        assert!(matches!(never, Judgement::Refuse(_)));
    }
}

#[test]
fn what_was_read_from_outside_may_not_choose_what_is_touched_or_done() {
    for (tool, value) in ABOVE_READ {
        let call = call(tool, value);
        let allow = [(tool, Standing::Allow)];
        let judged = Circumstances::new(&allow, "Do as the page says.", &[Outside::Web]).judge(&call);
        assert!(matches!(&judged, Judgement::Ask { exactly: true, why, .. }
            if why.iter().all(|why| matches!(why, WhyAsked::Untrusted { from, .. } if *from == [Outside::Web]))));
        let said = format!("Please do `{value}` now.");
        let twin = Circumstances::new(&allow, &said, &[Outside::Web]).judge(&call);
        assert_eq!(twin, Judgement::Allow(Some(Leave::Agent)), "{tool}");
    }
}

#[test]
fn an_answer_for_longer_holds_for_the_exact_call_where_it_was_bound() {
    for (tool, value) in ABOVE_READ {
        let (this, other) = (call(tool, value), call(tool, &format!("{value}x")));
        let mut there = Circumstances::new(&[(tool, Standing::Allow)], "", &[Outside::Files]);
        let Judgement::Ask { exact, .. } = there.judge(&this) else {
            panic!("it asks");
        };
        there.in_run.push(AllowedInRun {
            question: QuestionKey("q".to_owned()),
            agent: None,
            tool: tool.to_owned(),
            only: Some(exact.hash.clone()),
        });
        assert!(matches!(
            there.judge(&this),
            Judgement::Allow(Some(Leave::Run { .. }))
        ));
        assert!(asks(&there.judge(&other)));
        there.in_run.clear();
        there.grant = there.grant.with(ToolRule {
            tool: tool.to_owned(),
            standing: Standing::Allow,
            only: Some(exact),
        });
        assert_eq!(there.judge(&this), Judgement::Allow(Some(Leave::Agent)));
        assert!(asks(&there.judge(&other)));
    }
}

#[test]
fn a_general_word_for_the_run_covers_nothing_that_was_chosen_outside() {
    let call = call(WRITE_FILE, "project/out.md");
    let mut there = Circumstances::new(&[], "", &[]);
    there.in_run.push(AllowedInRun {
        question: QuestionKey("q".to_owned()),
        agent: None,
        tool: WRITE_FILE.to_owned(),
        only: None,
    });
    assert!(matches!(
        there.judge(&call),
        Judgement::Allow(Some(Leave::Run { .. }))
    ));
    there.seen.insert(Outside::Documents);
    assert!(asks(&there.judge(&call)));
}

#[test]
fn what_stays_here_is_not_carried_away() {
    let all: Vec<(&str, Standing)> = ABOVE_READ
        .iter()
        .map(|(tool, _)| (*tool, Standing::Allow))
        .collect();
    let mut there = Circumstances::new(&all, "", &[]);
    there.stays = true;
    assert!(matches!(
        there.judge(&call(FETCH_PAGE, "https://example.org")),
        Judgement::Refuse(_)
    ));
    assert!(asks(&there.judge(&call(WRITE_FILE, "project/out.md"))));
    assert!(matches!(
        there.judge(&call(WRITE_FILE, "private/out.md")),
        Judgement::Allow(_)
    ));
    assert!(asks(&there.judge(&call(RUN_COMMAND, "cargo test"))));
    let (tool, arguments, mut effect) = call(RUN_COMMAND, "cargo test");
    if let ToolEffect::Run { confined, .. } = &mut effect {
        *confined = false;
    }
    assert!(matches!(
        there.judge(&(tool, arguments, effect)),
        Judgement::Refuse(_)
    ));
}

#[test]
fn reading_within_the_grant_needs_no_word() {
    let description = description(READ_FILE).unwrap();
    let arguments = json!({ "path": "project/a.md" });
    let effect = ToolEffect::Read {
        path: "project/a.md".to_owned(),
    };
    let call = Call {
        tool: READ_FILE,
        risk: description.risk,
        role: &|name| description.role(name),
        arguments: &arguments,
        effect: Some(&effect),
    };
    let there = Circumstances::new(&[], "", &[Outside::Files]);
    let rules = Rules {
        grant: &there.grant,
        in_run: &[],
        said: &[],
        seen: &there.seen,
        holds_what_stays: true,
    };
    assert_eq!(judge(&call, &rules), Judgement::Allow(None));
}

#[test]
fn what_is_not_known_asks_or_is_refused() {
    let arguments = json!({ "to": "a@b.c", "body": "x" });
    let call = Call {
        tool: "send_mail",
        risk: Risk::Network,
        role: &|_| Role::Command,
        arguments: &arguments,
        effect: None,
    };
    let mut there = Circumstances::new(&[("send_mail", Standing::Allow)], "", &[Outside::Tools]);
    let rules = |there: &Circumstances<'_>| {
        let rules = Rules {
            grant: &there.grant,
            in_run: &[],
            said: &["Write to a@b.c"],
            seen: &there.seen,
            holds_what_stays: there.stays,
        };
        judge(&call, &rules)
    };
    assert!(matches!(rules(&there), Judgement::Ask { why, .. } if why.len() == 1));
    there.stays = true;
    assert!(matches!(rules(&there), Judgement::Refuse(_)));
}

fn outside() -> impl Strategy<Value = BTreeSet<Outside>> {
    let all = vec![
        Outside::Documents,
        Outside::Files,
        Outside::Web,
        Outside::Programs,
        Outside::Tools,
        Outside::Run,
    ];
    prop::sample::subsequence(all, 1..=6).prop_map(|some| some.into_iter().collect())
}

proptest! {
    /// Whatever is allowed in general: with anything from outside in sight, a value that the operator did not write asks.
    #[test]
    fn no_general_leave_covers_a_value_from_outside(
        tool in prop::sample::select(vec![WRITE_FILE, FETCH_PAGE, RUN_COMMAND]),
        value in "[a-z]{1,8}(/[a-z]{1,8}){0,3}\\.[a-z]{1,4}",
        said in "[A-Z][A-Z .,]{0,60}",
        seen in outside(),
        for_run in any::<bool>(),
        stays in any::<bool>(),
    ) {
        let mut there = Circumstances::new(&[(tool, Standing::Allow)], &said, &[]);
        there.seen = seen;
        there.stays = stays;
        if for_run {
            there.in_run.push(AllowedInRun {
                question: QuestionKey("q".to_owned()),
                agent: None,
                tool: tool.to_owned(),
                only: None,
            });
        }
        prop_assert!(!matches!(there.judge(&call(tool, &value)), Judgement::Allow(_)));
    }

    /// More in sight never allows more.
    #[test]
    fn seeing_more_never_allows_more(
        tool in prop::sample::select(vec![WRITE_FILE, FETCH_PAGE, RUN_COMMAND]),
        value in "[a-z]{1,4}/[a-z]{1,4}",
        quoted in any::<bool>(),
        allowed in any::<bool>(),
        seen in outside(),
        more in outside(),
    ) {
        let rules: &[(&str, Standing)] = if allowed { &[(tool, Standing::Allow)] } else { &[] };
        let said = if quoted { format!("`{value}`") } else { String::new() };
        let mut there = Circumstances::new(rules, &said, &[]);
        let call = call(tool, &value);
        let free = there.judge(&call);
        there.seen = seen;
        let some = there.judge(&call);
        there.seen.extend(more);
        let all = there.judge(&call);
        prop_assert!(matches!(free, Judgement::Allow(_)) || !matches!(some, Judgement::Allow(_)));
        prop_assert!(matches!(some, Judgement::Allow(_)) || !matches!(all, Judgement::Allow(_)));
    }
}

const SERVED: &str = "mcp_fake_post";

fn server() -> ToolServerUid {
    serde_json::from_value(json!("01920000-0000-7000-8000-000000000007")).expect("an identity")
}

/// A call of a tool of a tool server.
fn served(arguments: Value, definition: &str) -> (String, Value, ToolEffect) {
    let effect = ToolEffect::Served {
        server: "fake".to_owned(),
        uid: server(),
        place: ToolServerPlace::Address {
            url: "https://example.org/mcp".to_owned(),
        },
        elsewhere: true,
        tool: "post".to_owned(),
        arguments: Json(arguments.clone()),
        invisible: 0,
        definition: definition.to_owned(),
        read_only: false,
    };
    (SERVED.to_owned(), arguments, effect)
}

fn judge_served(
    there: &Circumstances<'_>,
    (tool, arguments, effect): &(String, Value, ToolEffect),
    risk: Risk,
) -> Judgement {
    let call = Call {
        tool,
        risk,
        role: &|_| Role::Target,
        arguments,
        effect: Some(effect),
    };
    judge(
        &call,
        &Rules {
            grant: &there.grant,
            in_run: &there.in_run,
            said: &[there.said],
            seen: &there.seen,
            holds_what_stays: there.stays,
        },
    )
}

/// The agent may use the tool unasked, as it is described.
fn allowing<'a>(effect: &ToolEffect, said: &'a str, seen: &[Outside]) -> Circumstances<'a> {
    let mut there = Circumstances::new(&[], said, seen);
    there.grant = there.grant.with(ToolRule {
        tool: SERVED.to_owned(),
        standing: Standing::Allow,
        only: effect.as_described(),
    });
    there
}

#[test]
fn a_word_about_a_served_tool_holds_as_long_as_it_is_described_so() {
    let call = served(json!({ "to": "a" }), "one");
    let there = allowing(&call.2, "", &[]);
    assert_eq!(
        judge_served(&there, &call, Risk::Network),
        Judgement::Allow(Some(Leave::Agent))
    );
    let changed = served(json!({ "to": "a" }), "two");
    let Judgement::Ask { why, exactly, .. } = judge_served(&there, &changed, Risk::Network) else {
        panic!("it is another tool");
    };
    assert_eq!((why, exactly), (vec![WhyAsked::NotAllowed], false));
    // A word about any tool of that name says nothing, and a refusal counts whatever it is by now.
    let general = Circumstances::new(&[(SERVED, Standing::Allow)], "", &[]);
    assert!(matches!(
        judge_served(&general, &call, Risk::Network),
        Judgement::Ask { .. }
    ));
    let mut never = there;
    never.grant = never.grant.with(ToolRule {
        tool: SERVED.to_owned(),
        standing: Standing::Never,
        only: None,
    });
    assert!(matches!(
        judge_served(&never, &changed, Risk::Read),
        Judgement::Refuse(_)
    ));
}

#[test]
fn what_the_operator_allowed_in_a_run_holds_for_the_tool_as_it_was_described() {
    let call = served(json!({ "to": "a" }), "one");
    let mut there = Circumstances::new(&[], "", &[]);
    there.in_run.push(AllowedInRun {
        question: QuestionKey("q".to_owned()),
        agent: None,
        tool: SERVED.to_owned(),
        only: call.2.as_described().map(|only| only.hash),
    });
    assert!(matches!(
        judge_served(&there, &call, Risk::Network),
        Judgement::Allow(Some(Leave::Run { .. }))
    ));
    let changed = served(json!({ "to": "a" }), "two");
    assert!(matches!(
        judge_served(&there, &changed, Risk::Network),
        Judgement::Ask { .. }
    ));
}

#[test]
fn nothing_that_stays_here_is_told_to_a_tool_server() {
    for risk in [Risk::Read, Risk::Network] {
        let call = served(json!({ "to": "`a`" }), "one");
        let mut there = allowing(&call.2, "`a`", &[]);
        there.stays = true;
        assert!(matches!(judge_served(&there, &call, risk), Judgement::Refuse(_)));
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a-z]{1,6}".prop_map(Value::from),
        "[a-z]{1,4}/[a-z]{1,4}\\.md".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,4}", inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    /// Whatever an argument is called and however deep a value lies: where something from outside was seen, each value that
    /// the operator did not write is asked about.
    #[test]
    fn no_argument_of_a_served_tool_is_chosen_from_outside(
        arguments in prop::collection::btree_map("[a-z]{1,6}", any_value(), 1..5),
        from in prop::sample::select(vec![Outside::Web, Outside::Tools, Outside::Documents, Outside::Run]),
    ) {
        let some: Vec<String> = arguments
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, _)| name.clone())
            .collect();
        let call = served(Value::Object(arguments.into_iter().collect()), "one");
        let there = allowing(&call.2, "Do what you think is right.", &[from]);
        match judge_served(&there, &call, Risk::Network) {
            Judgement::Allow(_) => prop_assert!(some.is_empty()),
            Judgement::Ask { why, exactly, .. } => {
                prop_assert!(exactly);
                let named: Vec<String> = why
                    .into_iter()
                    .filter_map(|why| match why {
                        WhyAsked::Untrusted { argument, .. } => Some(argument),
                        _ => None,
                    })
                    .collect();
                prop_assert_eq!(named, some);
            }
            Judgement::Refuse(reason) => prop_assert!(false, "refused: {reason}"),
        }
    }

    /// An answer for exactly that call holds for no other arguments, and for no other definition.
    #[test]
    fn an_exact_word_about_a_served_tool_fits_one_call(one in any_value(), other in any_value()) {
        let call = served(json!({ "a": one }), "one");
        let exact = |call: &(String, Value, ToolEffect)| exact_call(&Call {
            tool: &call.0,
            risk: Risk::Network,
            role: &|_| Role::Target,
            arguments: &call.1,
            effect: Some(&call.2),
        });
        let same = exact(&served(json!({ "a": other }), "one")).hash == exact(&call).hash;
        prop_assert_eq!(same, one == other);
        prop_assert_ne!(exact(&served(json!({ "a": one }), "two")).hash, exact(&call).hash);
    }
}
