//! The starter set: specialists that come with the program and are added when the operator wishes, one by one. What they
//! are told stands in files in `starter/`, so that people can read it.
//!
//! Deliberately absent: versions. Once added, an agent is the operator's own and is never changed from here.

use wheelhouse_domain::{ASK_OPERATOR, AgentText, CALCULATOR, DATE, DEFAULT_MODEL, KNOWLEDGE_SEARCH};

/// One of the set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Starter {
    /// Name that never changes.
    pub key: &'static str,
    /// What it is good for, in one sentence.
    pub summary: &'static str,
    /// The agent as it is added.
    pub text: AgentText,
}

/// The set, in the order in which it is offered.
#[must_use]
pub fn all() -> Vec<Starter> {
    vec![
        starter(
            "technical-writer",
            "Technical writer",
            "Writes guides, references and announcements that people can act on.",
            include_str!("../starter/technical-writer.md"),
            &[KNOWLEDGE_SEARCH],
        ),
        starter(
            "fact-checker",
            "Fact checker",
            "Takes a text apart and says which of its statements your sources support.",
            include_str!("../starter/fact-checker.md"),
            &[KNOWLEDGE_SEARCH, CALCULATOR, DATE],
        ),
        starter(
            "data-analyst",
            "Data analyst",
            "Answers questions with numbers, shows how they were worked out and how sure they are.",
            include_str!("../starter/data-analyst.md"),
            &[KNOWLEDGE_SEARCH, CALCULATOR, DATE],
        ),
        starter(
            "project-planner",
            "Project planner",
            "Makes plans with visible results, honest times and the risks that matter.",
            include_str!("../starter/project-planner.md"),
            &[KNOWLEDGE_SEARCH, CALCULATOR, DATE, ASK_OPERATOR],
        ),
        starter(
            "software-architect",
            "Software architect",
            "Designs software: parts, interfaces, data, and what happens when something fails.",
            include_str!("../starter/software-architect.md"),
            &[KNOWLEDGE_SEARCH, ASK_OPERATOR],
        ),
        starter(
            "critical-reviewer",
            "Critical reviewer",
            "Reads work before it goes out and says what must change and what should stay.",
            include_str!("../starter/critical-reviewer.md"),
            &[KNOWLEDGE_SEARCH],
        ),
    ]
}

fn starter(
    key: &'static str,
    name: &str,
    summary: &'static str,
    instructions: &str,
    tools: &[&str],
) -> Starter {
    Starter {
        key,
        summary,
        text: AgentText {
            name: name.to_owned(),
            role: name.to_owned(),
            instructions: instructions.trim().to_owned(),
            model: DEFAULT_MODEL.to_owned(),
            tools: tools.iter().map(|&tool| tool.to_owned()).collect(),
            fallbacks: Vec::new(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn there_are_six_different_ones() {
        let all = all();
        let keys: BTreeSet<&str> = all.iter().map(|one| one.key).collect();
        let names: BTreeSet<&str> = all.iter().map(|one| one.text.name.as_str()).collect();
        assert_eq!((all.len(), keys.len(), names.len()), (6, 6, 6));
    }

    #[test]
    fn each_is_told_a_page_and_has_no_tool_that_changes_anything() {
        for Starter { key, summary, text } in all() {
            let length = text.instructions.chars().count();
            assert!((1_200..4_000).contains(&length), "{key}: {length}");
            for part in ["How you work", "What you give back", "What you avoid"] {
                assert!(text.instructions.contains(part), "{key}: {part}");
            }
            assert!(summary.ends_with('.') && summary.len() < 100, "{key}");
            let harmless = [KNOWLEDGE_SEARCH, CALCULATOR, DATE, ASK_OPERATOR];
            assert!(
                text.tools.iter().all(|tool| harmless.contains(&tool.as_str())),
                "{key}"
            );
        }
    }
}
