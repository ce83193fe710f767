//! The whole crew on varied tasks: what must hold of every run, whatever the task.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;

use common::{Crew, Run, candidate};
use proptest::prelude::*;
use std::collections::BTreeSet;
use wheelhouse_agents::Answer;
use wheelhouse_domain::{Clarification, Plan, WorkRecord, cited_labels};

const API: &str = "Create a REST API for a blog platform with user authentication";
const LONG: &str = "We need to prepare the launch of our new invoicing app for small companies. Please plan it.\n\n\
    The plan must cover:\n- a timeline of eight weeks\n- the messages to existing customers\n- training for the support team\n- what we do if the payment provider fails\n\n\
    The budget is 5000 euros. Do not promise features that are not finished.";
const SQLITE: &str = "Compare SQLite and PostgreSQL for a desktop application with one user";

/// Task, and words that its plan must contain.
const TASKS: &[(&str, &[&str])] = &[
    (API, &["blog platform", "user authentication", "REST API"]),
    (
        "Write a getting started guide for new employees about our expense tool",
        &["getting started guide", "new employees", "expense tool"],
    ),
    (SQLITE, &["SQLite", "PostgreSQL", "desktop application"]),
    ("How does Wheelhouse survive a crash?", &["Wheelhouse", "crash"]),
    (
        "Plan a two-day workshop for 20 designers in Lisbon without a big budget",
        &["workshop", "designers", "budget"],
    ),
    (
        "Review our privacy policy and suggest improvements",
        &["privacy policy", "improvements"],
    ),
    ("birthday party", &["birthday party"]),
    (
        LONG,
        &["invoicing app", "timeline of eight weeks", "payment provider"],
    ),
    (
        "Erstelle eine REST-API für einen Blog mit Benutzeranmeldung und Kommentaren",
        &["REST-API", "Benutzeranmeldung"],
    ),
    ("🎉🎉 launch!!! 🚀 <b>our</b> app | now [sabcdef]", &["launch"]),
    (
        "Build a recipe app. Users can save recipes and share them with friends. It must work offline. Use React Native.",
        &["recipe app", "share them with friends", "offline", "React Native"],
    ),
    (
        "Fix the slow search in the customer portal",
        &["slow search", "customer portal"],
    ),
    (
        "Analyse the sales data of 2024 and find out why returns went up",
        &["sales data"],
    ),
    ("为博客平台设计数据库", &["为博客平台设计数据库"]),
];

#[test]
fn every_run_keeps_its_promises() {
    for (task, nouns) in TASKS {
        let run = Crew::default().run(task);
        assert_plan(&run.plan, 12);
        let words: String = run
            .plan
            .sub_tasks
            .iter()
            .map(|part| format!("{} {} ", part.title, part.description))
            .collect();
        for noun in *nouns {
            assert!(
                words.to_lowercase().contains(&noun.to_lowercase()),
                "{noun:?} is missing in the plan of {task:?}: {words}"
            );
        }
        assert_sources(&run, task);
        assert_texts(&run, task);
    }
}

fn assert_plan(plan: &Plan, allowed: usize) {
    let ids: Vec<&str> = plan.sub_tasks.iter().map(|part| part.id.as_str()).collect();
    assert!((1..=allowed.min(6)).contains(&ids.len()), "{ids:?}");
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{ids:?}");
    assert!(!plan.summary.trim().is_empty() && !plan.research.trim().is_empty());
    for (index, part) in plan.sub_tasks.iter().enumerate() {
        assert!(
            !part.id.is_empty()
                && part
                    .id
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
            "{}",
            part.id
        );
        assert!(
            !part.title.trim().is_empty()
                && !part.role.is_empty()
                && !part.done_when.is_empty()
                && !part.description.is_empty()
        );
        assert!(part.title.chars().count() <= 120, "{}", part.title);
        // Needs only point back, so no circle can be.
        assert!(
            part.needs
                .iter()
                .all(|need| ids[..index].contains(&need.as_str())),
            "{part:?}"
        );
    }
}

fn assert_sources(run: &Run, task: &str) {
    let all = run
        .parts
        .iter()
        .chain([&run.research])
        .map(|input| input.text.as_str())
        .chain([run.report.as_str()]);
    for text in all {
        for label in cited_labels(text) {
            assert!(
                run.given.contains(&label.0),
                "{label} was never given in {task:?}"
            );
        }
    }
    let cited = run
        .parts
        .iter()
        .chain([&run.research])
        .flat_map(|input| &input.citations);
    for citation in cited {
        assert!(!citation.quote.is_empty());
    }
}

fn assert_texts(run: &Run, task: &str) {
    for (index, part) in run.parts.iter().enumerate() {
        let words = part.text.split_whitespace().count();
        assert!(
            (90..=480).contains(&words),
            "{words} words in {:?} of {task:?}",
            part.title
        );
        for other in &run.parts[index + 1..] {
            assert_ne!(part.text, other.text, "{task:?}");
        }
        // A table whose rows have more cells than its head shows as a broken one.
        let mut cells = 0;
        for line in part.text.lines() {
            let found = line.matches('|').count();
            assert!(cells == 0 || found == 0 || cells == found, "{line}");
            cells = found;
        }
    }
    let lines: Vec<&str> = run.report.lines().filter(|line| line.len() > 60).collect();
    for (index, line) in lines.iter().enumerate() {
        assert!(
            !lines[index + 1..].contains(line),
            "said twice in the report on {task:?}: {line}"
        );
    }
    assert!(run.report.lines().last().unwrap().contains("rule-based stand-in"));
    for needed in [
        "# ",
        "## In short",
        "## What the knowledge says",
        "## What is open",
        "## Who worked on it",
    ] {
        assert!(run.report.contains(needed), "{needed}");
    }
}

#[test]
fn with_no_document_it_says_so_everywhere() {
    let run = Crew {
        documents: &[],
        ..Crew::default()
    }
    .run(API);
    assert!(
        run.research
            .text
            .contains("Nothing in the knowledge matches this task.")
    );
    assert!(run.research.text.contains("no documents in the knowledge yet"));
    assert!(run.research.text.contains("add a folder"));
    assert!(run.parts.iter().all(|part| part.text.contains("Nothing matched")));
    assert!(run.report.contains("no statement rests on a source"));
}

#[test]
fn with_no_match_it_says_how_much_was_searched() {
    let run = Crew::default().run("Write a poem about penguins");
    assert!(
        run.research.text.contains("5 documents were searched"),
        "{}",
        run.research.text
    );
}

#[test]
fn extracted_sentences_stand_in_the_documents_word_for_word() {
    let normal = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    for (task, _) in TASKS {
        let run = Crew::default().run(task);
        let documents: Vec<String> = common::DOCUMENTS.iter().map(|(_, text)| normal(text)).collect();
        let lines = run
            .research
            .text
            .lines()
            .filter(|line| line.starts_with("- ") && !cited_labels(line).is_empty());
        for line in lines {
            let sentence = line.trim_start_matches("- ").rsplit_once(" [").unwrap().0;
            assert!(documents.iter().any(|text| text.contains(sentence)), "{sentence}");
        }
    }
}

#[test]
fn who_has_the_profession_is_hired_again() {
    let crew = Crew {
        candidates: vec![
            candidate(
                7,
                "Ada",
                "Test engineer",
                "You show whether an API does what was asked.",
            ),
            candidate(8, "Bo", "Gardener", "You grow roses."),
        ],
        ..Crew::default()
    };
    let run = crew.run(API);
    let hired: Vec<_> = run
        .staffing
        .assignments
        .iter()
        .filter(|choice| choice.agent.is_some())
        .collect();
    assert_eq!(hired.len(), 1);
    assert_eq!(hired[0].agent, Some(crew.candidates[0].uid));
    assert!(hired[0].why.contains("Ada"));
    assert!(run.staffing.summary.contains("Re-hired: Ada"));
    assert!(
        run.staffing
            .assignments
            .iter()
            .all(|choice| choice.agent.is_some() != choice.design.is_some())
    );
}

#[test]
fn who_did_better_is_hired_again_and_who_was_called_poor_is_not() {
    let tester = |number, name: &str, good, poor| {
        let mut one = candidate(number, name, "Test engineer", "You show whether an API works.");
        one.record = WorkRecord {
            completed: 5,
            failed: 0,
            good,
            poor,
        };
        one
    };
    let staffed = |candidates| {
        let crew = Crew {
            candidates,
            ..Crew::default()
        };
        crew.run(API).staffing
    };
    let staffing = staffed(vec![tester(7, "Ada", 0, 1), tester(8, "Bo", 2, 0)]);
    let hired: Vec<_> = staffing
        .assignments
        .iter()
        .filter(|choice| choice.agent.is_some())
        .collect();
    assert!(
        hired[0].why.contains("Bo") && hired[0].why.contains("2 of its results were called good"),
        "{}",
        hired[0].why
    );
    let staffing = staffed(vec![tester(7, "Ada", 0, 2)]);
    assert!(staffing.assignments.iter().all(|choice| choice.agent.is_none()));
    assert!(staffing.assignments.iter().any(|choice| {
        choice
            .why
            .contains("Ada is one, and its results were called poor")
    }));
}

#[test]
fn parts_with_one_profession_share_one_design() {
    let run = Crew::default().run(SQLITE);
    let designs: Vec<_> = run
        .staffing
        .assignments
        .iter()
        .filter_map(|choice| choice.design.as_ref())
        .collect();
    for one in &designs {
        assert!(
            designs
                .iter()
                .filter(|other| other.role == one.role)
                .all(|other| other == one)
        );
        assert!(one.instructions.lines().count() >= 5, "{}", one.instructions);
        assert!(one.instructions.contains("SQLite"), "{}", one.instructions);
    }
    let roles: BTreeSet<_> = designs.iter().map(|design| design.role.as_str()).collect();
    assert!(roles.len() < designs.len(), "two options, one option analyst");
}

#[test]
fn what_says_nothing_is_asked_about_once() {
    for task in ["???", "do it", "help", "asdf", "🎉", "please", "", "make it work"] {
        let Answer::Question(question) = Crew::default().analyse(task) else {
            panic!("a question for {task:?}")
        };
        assert!(question.ends_with('?'));
        let answered = |answer: &str| Crew {
            clarifications: vec![Clarification {
                question: question.clone(),
                answer: answer.to_owned(),
            }],
            ..Crew::default()
        };
        let Answer::Plan(plan) = answered("A guide for new sailors").analyse(task) else {
            panic!("a plan")
        };
        assert!(
            plan.sub_tasks
                .iter()
                .any(|part| part.title.contains("guide for new sailors")),
            "{plan:#?}"
        );
        assert!(
            matches!(answered("???").analyse(task), Answer::Plan(_)),
            "never asked twice"
        );
    }
}

#[test]
fn short_tasks_with_a_subject_are_not_asked_about() {
    for task in [
        "birthday party",
        "Wheelhouse",
        "Test the login",
        "Plan my holiday",
    ] {
        assert!(matches!(Crew::default().analyse(task), Answer::Plan(_)), "{task}");
    }
}

#[test]
fn the_number_of_parts_that_is_allowed_is_kept() {
    for allowed in 0..8 {
        let mut brief = Crew::default().brief(
            LONG,
            "analyse",
            wheelhouse_domain::AgentKind::Driver,
            "Driver",
            "CEO",
        );
        brief.max_sub_tasks = allowed;
        let (Answer::Plan(plan), _) = Crew::default().agent(brief, wheelhouse_domain::Expects::Plan) else {
            panic!("a plan")
        };
        assert_plan(&plan, allowed.max(1) as usize);
    }
}

#[test]
fn the_rest_api_reads_well() {
    insta::assert_snapshot!("rest_api", Crew::default().run(API).print());
}

#[test]
fn the_launch_reads_well() {
    insta::assert_snapshot!("launch", Crew::default().run(LONG).print());
}

#[test]
fn the_comparison_reads_well() {
    insta::assert_snapshot!("comparison", Crew::default().run(SQLITE).print());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_text_gives_a_plan_or_a_question(task in any_task()) {
        match Crew::default().analyse(&task) {
            Answer::Plan(plan) => assert_plan(&plan, 12),
            Answer::Question(question) => prop_assert!(!question.is_empty()),
            other => panic!("{other:?}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_text_can_be_worked_on_to_the_end(task in any_task()) {
        if matches!(Crew::default().analyse(&task), Answer::Plan(_)) {
            let run = Crew::default().run(&task);
            assert_sources(&run, &task);
        }
    }
}

fn any_task() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("create".to_owned()),
        Just("with".to_owned()),
        Just("for".to_owned()),
        Just("and".to_owned()),
        Just("compare".to_owned()),
        Just("\n- ".to_owned()),
        Just("1. ".to_owned()),
        Just("API".to_owned()),
        Just("plan".to_owned()),
        Just("vs".to_owned()),
        Just("[s1a2b3c]".to_owned()),
        Just("```\n".to_owned()),
        Just("| a | b |".to_owned()),
        Just("İ".to_owned()),
        Just("ß.".to_owned()),
        "\\PC{1,8}",
        "[a-z]{2,9}",
    ];
    prop_oneof![
        "\\PC{0,200}",
        any::<String>(),
        proptest::collection::vec(word, 0..30).prop_map(|words| words.join(" ")),
    ]
}
