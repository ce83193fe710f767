//! What there is to work from: sentences of the documents with their sources, and the words of the operator's material.

use super::super::evidence::{Evidence, Finding};
use super::super::text::{content_words, inline, listed, shorten, stems, words};
use super::super::{prose, vocabulary};
use super::asked::Asked;
use wheelhouse_domain::{ModelRequest, cited_labels};

/// Words that say how a question is asked, and not what about.
const ASKING: [&str; 12] = [
    "question",
    "documents",
    "somebody",
    "please",
    "since",
    "today",
    "morning",
    "thanks",
    "hello",
    "regards",
    "anything",
    "something",
];

/// Letters of a word that says what something is about.
const SHORTEST: usize = 5;

/// What news is written with.
const NEWS: &str = "new changed decided due next deadline open";

/// The material of one step.
pub(super) struct Stock {
    /// What it is about: the operator's words.
    pub(super) question: String,
    /// What the searches and the results to build on gave.
    pub(super) evidence: Evidence,
    /// Sentences that bear on the question, best first.
    pub(super) findings: Vec<Finding>,
}

impl Stock {
    pub(super) fn of(request: &ModelRequest, asked: &Asked) -> Self {
        let brief = &request.brief;
        let evidence = Evidence::of(request)
            .with_inputs(&brief.inputs)
            .with_sources(&brief.sources);
        let question = question(&brief.operator_task);
        let findings = if asked.sections.is_empty() {
            let about = asked.about.as_deref().unwrap_or_default();
            let found = evidence.findings(&format!("{question} {about}"));
            // Words that a message shares with a document by chance make no answer.
            let is_message = asked.fenced.is_some() || asked.lead.contains(" reply ");
            if is_message {
                strong(found, &question)
            } else {
                found
            }
        } else {
            of_sections(&evidence, asked, &question)
        };
        Self {
            question,
            evidence,
            findings,
        }
    }

    /// What it is about, to stand in a sentence.
    pub(super) fn subject(&self) -> String {
        shorten(&self.question, 90)
    }

    /// What bears on something narrower, what bears on the question too first.
    pub(super) fn on(&self, about: &str) -> Vec<Finding> {
        let wanted = stems(&self.question);
        let mut found = self.evidence.findings(about);
        found.sort_by_key(|one| {
            let said = stems(&one.text);
            std::cmp::Reverse(wanted.iter().filter(|stem| said.contains(stem)).count())
        });
        found
    }

    /// The findings whose sources a text names.
    pub(super) fn named_in(&self, text: &str) -> Vec<Finding> {
        let labels: Vec<String> = cited_labels(text).into_iter().map(|label| label.0).collect();
        let named = |one: &&Finding| labels.contains(&one.label);
        self.findings.iter().filter(named).cloned().collect()
    }

    /// Main words of the question that nothing in the material has.
    pub(super) fn missing(&self) -> Vec<String> {
        content_words(&self.question)
            .into_iter()
            .filter(|word| !vocabulary::is_filler(word) && !ASKING.contains(&word.as_str()))
            .filter(|word| word.chars().count() >= SHORTEST)
            .filter(|word| !self.evidence.mentions(word))
            .take(5)
            .map(|word| format!("“{word}”"))
            .collect()
    }

    /// What the documents leave open, in one or two sentences.
    pub(super) fn gaps(&self) -> String {
        if self.findings.is_empty() {
            return "The documents say nothing on it, so nothing here rests on a source.".to_owned();
        }
        let missing = self.missing();
        if missing.is_empty() {
            "Every main word of the question occurs in the documents. Whether they answer it fully has to be judged by reading \
             them."
                .to_owned()
        } else {
            format!("The documents do not speak of {}.", listed(&missing))
        }
    }

    /// Documents that findings are from, the most often named first.
    pub(super) fn documents(&self) -> Vec<String> {
        let mut counts: Vec<(String, usize)> = Vec::new();
        for finding in &self.findings {
            match counts.iter_mut().find(|(path, _)| *path == finding.path) {
                Some((_, count)) => *count += 1,
                None => counts.push((finding.path.clone(), 1)),
            }
        }
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        counts.into_iter().map(|(path, _)| path).collect()
    }

    /// Steps that follow, each with its reason.
    pub(super) fn next_steps(&self) -> Vec<String> {
        let mut steps = Vec::new();
        if let Some(path) = self.documents().first() {
            steps.push(format!(
                "Read `{path}`: most of what bears on the question stands there."
            ));
        }
        let missing = self.missing();
        if self.findings.is_empty() {
            steps.push("Add documents about it in Knowledge: there are none that bear on it.".to_owned());
        } else if !missing.is_empty() {
            steps.push(format!(
                "Add a document that speaks of {}: none does yet.",
                listed(&missing)
            ));
        }
        steps
    }
}

/// What the operator wants to know: the first of what was given. The rest is how it is wanted ("Length: one page").
pub(super) fn question(given: &str) -> String {
    let is_setting = |paragraph: &&str| {
        let name = paragraph.split_once(": ").map_or("", |(name, _)| name);
        !name.is_empty() && words(name).len() <= 4 && !paragraph.contains('\n')
    };
    let paragraphs: Vec<&str> = given.trim().split("\n\n").collect();
    let first = paragraphs.first().copied().unwrap_or_default();
    let rest = paragraphs
        .iter()
        .skip(1)
        .copied()
        .filter(|paragraph| !is_setting(paragraph));
    let kept: Vec<&str> = std::iter::once(first).chain(rest).collect();
    inline(&kept.join(" "))
}

/// What bears on the headings of the material, each in turn.
fn of_sections(evidence: &Evidence, asked: &Asked, question: &str) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    for section in &asked.sections {
        for about in [
            format!("{} {question}", section.title),
            format!("{} {NEWS}", section.title),
        ] {
            for one in evidence.findings(&about) {
                if !found.iter().any(|known| known.repeats(&one)) {
                    found.push(one);
                }
            }
        }
    }
    found
}

/// Findings that share enough with what is wanted: one word alone is chance, where there are many.
fn strong(findings: Vec<Finding>, wanted: &str) -> Vec<Finding> {
    let wanted: Vec<String> = content_words(wanted)
        .into_iter()
        .filter(|word| !ASKING.contains(&word.as_str()))
        .flat_map(|word| stems(&word))
        .collect();
    let enough = if wanted.len() > 3 { 2 } else { 1 };
    let shares = |one: &Finding| {
        let said = stems(&format!("{} {}", one.text, one.heading));
        wanted.iter().filter(|stem| said.contains(stem)).count() >= enough
    };
    findings.into_iter().filter(shares).collect()
}

/// The findings as a list.
pub(super) fn bullets(findings: &[Finding]) -> String {
    let lines: Vec<String> = findings.iter().map(|one| format!("- {}", one.cited())).collect();
    lines.join("\n")
}

/// The findings as running text.
pub(super) fn running(findings: &[Finding]) -> String {
    let sentences: Vec<String> = findings.iter().map(Finding::cited).collect();
    sentences.join(" ")
}

/// The sentences of a message, without marks.
pub(super) fn sentences(text: &str) -> Vec<String> {
    let lines: Vec<String> = text.lines().map(inline).filter(|line| !line.is_empty()).collect();
    prose::split(&lines.join(" "))
}
