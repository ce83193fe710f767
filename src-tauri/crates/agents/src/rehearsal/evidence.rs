//! What the searches found, and which of its sentences bear on a question.
//!
//! Sentences are taken as they stand and never reworded. They are weighed by the question's words they
//! contain, rare words more, and by the heading above them.

use super::prose::{self, Sentence};
use super::text::{stem, stems, words};
use std::collections::BTreeSet;
use wheelhouse_domain::{
    BriefInput, Citation, ModelMessage, ModelRequest, Passage, ToolResponse, cited_labels,
};

/// Beginnings that lean on the sentence before.
const LEANING: [&str; 18] = [
    "it",
    "its",
    "this",
    "these",
    "they",
    "that",
    "those",
    "he",
    "she",
    "such",
    "then",
    "otherwise",
    "but",
    "and",
    "so",
    "however",
    "also",
    "there",
];

/// One search that was made.
#[derive(Debug, Clone)]
pub(super) struct Search {
    /// What was searched for.
    pub(super) query: String,
    /// How many documents were searched.
    pub(super) documents: u32,
}

/// One sentence of a document with its source.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    /// Verbatim.
    pub(super) text: String,
    /// Name of its passage.
    pub(super) label: String,
    /// Document.
    pub(super) path: String,
    /// Innermost heading above it.
    pub(super) heading: String,
    /// How well it fits the question, higher is better.
    pub(super) weight: f64,
}

impl Finding {
    /// The sentence with its source behind it.
    pub(super) fn cited(&self) -> String {
        format!("{} [{}]", self.text, self.label)
    }

    /// Whether it says nearly the same as `other`.
    pub(super) fn repeats(&self, other: &Self) -> bool {
        let (ours, theirs) = (stems(&self.text), stems(&other.text));
        let shared = ours.iter().filter(|stem| theirs.contains(stem)).count();
        self.text == other.text || shared * 10 > ours.len().max(theirs.len()) * 7
    }
}

/// Everything that was searched and found in one task.
#[derive(Debug, Clone, Default)]
pub(super) struct Evidence {
    /// The searches, in order.
    pub(super) searches: Vec<Search>,
    /// Why searches were refused.
    pub(super) refusals: Vec<String>,
    /// What was found, each passage once, best first.
    pub(super) passages: Vec<Passage>,
}

impl Evidence {
    /// What the tools gave in this exchange.
    pub(super) fn of(request: &ModelRequest) -> Self {
        let mut evidence = Self::default();
        for message in &request.messages {
            let ModelMessage::Tool { response, .. } = message else {
                continue;
            };
            match response {
                ToolResponse::Refused { reason } => evidence.refusals.push(reason.clone()),
                // Rehearsal answers from passages alone.
                ToolResponse::Done { .. } => {}
                ToolResponse::Passages {
                    query,
                    passages,
                    documents,
                    ..
                } => {
                    evidence.searches.push(Search {
                        query: query.clone(),
                        documents: *documents,
                    });
                    for passage in passages {
                        evidence.add(passage.clone());
                    }
                }
            }
        }
        evidence
    }

    /// The same, with the sources that earlier tasks cited.
    pub(super) fn with_inputs(mut self, inputs: &[BriefInput]) -> Self {
        for citation in inputs.iter().flat_map(|input| &input.citations) {
            self.add(passage(citation));
        }
        self
    }

    /// The same, with sources that the task's own words quote.
    pub(super) fn with_sources(mut self, sources: &[Citation]) -> Self {
        for citation in sources {
            self.add(passage(citation));
        }
        self
    }

    fn add(&mut self, passage: Passage) {
        if !self.passages.iter().any(|known| known.label == passage.label) {
            self.passages.push(passage);
        }
    }

    /// Every sentence that was found, with its source behind it.
    pub(super) fn all_sentences(&self) -> Vec<String> {
        let cited = |passage: &Passage| {
            let label = passage.label.0.clone();
            prose::sentences(&passage.text)
                .into_iter()
                .map(move |sentence| format!("{} [{label}]", sentence.text))
        };
        self.passages.iter().flat_map(cited).collect()
    }

    /// How many documents there are to search.
    pub(super) fn documents(&self) -> u32 {
        self.searches
            .iter()
            .map(|search| search.documents)
            .max()
            .unwrap_or(0)
    }

    /// The paths of the documents that passages are from, each once.
    pub(super) fn paths(&self) -> Vec<String> {
        let mut paths: Vec<String> = Vec::new();
        for passage in &self.passages {
            if !paths.contains(&passage.path) {
                paths.push(passage.path.clone());
            }
        }
        paths
    }

    /// Whether any passage contains a form of `word`.
    pub(super) fn mentions(&self, word: &str) -> bool {
        let wanted = stem(word);
        self.passages.iter().any(|passage| {
            words(&passage.text)
                .iter()
                .chain(&words(&passage.headings.join(" ")))
                .any(|word| stem(word) == wanted)
        })
    }

    /// The sentences that bear on `question`, best first, none said twice.
    pub(super) fn findings(&self, question: &str) -> Vec<Finding> {
        let asked = stems(question);
        let all = self.sentences();
        let total = all.len() as f64;
        let rarity: Vec<f64> = asked
            .iter()
            .map(|stem| {
                (1.0 + total / (1.0 + all.iter().filter(|one| one.stems.contains(stem)).count() as f64)).ln()
            })
            .collect();
        let mut found: Vec<Finding> = all
            .iter()
            .filter_map(|one| one.finding(&self.passages[one.passage], &asked, &rarity))
            .collect();
        // Stable: equal weights keep the order of the documents.
        found.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        let floor = found.first().map_or(0.0, |best| best.weight * 0.35);
        let mut kept: Vec<Finding> = Vec::new();
        for finding in found.into_iter().filter(|one| one.weight >= floor) {
            if !kept.iter().any(|known| known.repeats(&finding)) {
                kept.push(finding);
            }
        }
        kept
    }

    fn sentences(&self) -> Vec<Candidate> {
        let mut all = Vec::new();
        for (passage, found) in self.passages.iter().enumerate() {
            let heading: BTreeSet<String> = stems(&found.headings.join(" ")).into_iter().collect();
            for sentence in prose::sentences(&found.text) {
                // A document that writes about labels must not look as if it were cited.
                if cited_labels(&sentence.text).is_empty() {
                    let stems = stems(&sentence.text).into_iter().collect();
                    all.push(Candidate {
                        passage,
                        sentence,
                        stems,
                        heading: heading.clone(),
                    });
                }
            }
        }
        all
    }
}

struct Candidate {
    passage: usize,
    sentence: Sentence,
    stems: BTreeSet<String>,
    heading: BTreeSet<String>,
}

impl Candidate {
    /// This sentence as a finding, if it has enough of the question's words.
    fn finding(&self, passage: &Passage, asked: &[String], rarity: &[f64]) -> Option<Finding> {
        let (mut inside, mut above, mut weight) = (0_usize, 0_usize, 0.0);
        // A word that stands in the heading too is what the passage is about.
        let topical = asked
            .iter()
            .any(|stem| self.stems.contains(stem) && self.heading.contains(stem));
        for (stem, rare) in asked.iter().zip(rarity) {
            if self.stems.contains(stem) {
                inside += 1;
                weight += rare;
            } else if self.heading.contains(stem) {
                above += 1;
                weight += rare * 0.4;
            }
        }
        if inside == 0 || (inside == 1 && above == 0 && !topical && asked.len() > 2) {
            return None;
        }
        let text = &self.sentence.text;
        let length = words(text).len() as f64;
        let first = words(text)
            .first()
            .map(|word| word.to_lowercase())
            .unwrap_or_default();
        let leaning = LEANING.contains(&first.as_str()) && self.sentence.place + self.sentence.block > 0;
        let weight = weight / (1.0 + (length - 18.0).abs() * 0.015) * if leaning { 0.55 } else { 1.0 }
            + 0.3 / (1.0 + self.passage as f64);
        Some(Finding {
            text: text.clone(),
            label: passage.label.0.clone(),
            path: passage.path.clone(),
            heading: passage.headings.last().cloned().unwrap_or_default(),
            weight,
        })
    }
}

fn passage(citation: &Citation) -> Passage {
    Passage {
        label: citation.label.clone(),
        source: citation.source,
        source_name: citation.source_name.clone(),
        path: citation.path.clone(),
        headings: Vec::new(),
        start_line: citation.start_line,
        end_line: citation.end_line,
        text: citation.quote.clone(),
        score: 0.0,
        stays_here: citation.stays_here,
    }
}

/// `text` without labels that were not given: a source that nobody can open must not be shown as one.
pub(super) fn only_known(text: &str, known: &BTreeSet<String>) -> String {
    let mut clean = text.to_owned();
    for label in cited_labels(text) {
        if !known.contains(&label.0) {
            clean = clean.replace(&format!("[{label}]"), &format!("({label})"));
        }
    }
    clean
}

/// The labels that a task was given: by its searches and with its inputs.
pub(super) fn known_labels(request: &ModelRequest) -> BTreeSet<String> {
    let evidence = Evidence::of(request).with_inputs(&request.brief.inputs);
    evidence
        .passages
        .into_iter()
        .map(|passage| passage.label.0)
        .chain(request.brief.sources.iter().map(|source| source.label.0.clone()))
        .collect()
}
