//! Which of the candidates are answers, and in which order.
//!
//! BM25 finds candidates but knows no "none of these": its scores are only comparable within one query. What counts
//! here is coverage, the share of the query's weight that a chunk holds, where rare terms weigh more. A chunk below
//! the floor is no match, however many there are of it.

use crate::passage::best_span;
use crate::query::Query;
use crate::words::{Bag, Terms};
use std::collections::{HashMap, HashSet};
use wheelhouse_domain::DocumentId;

/// Share of the query's weight that a passage must hold.
const FLOOR: f64 = 0.3;
/// Share that is enough where only one term of several is matched.
const LONE_FLOOR: f64 = 0.45;
/// Passages from one part of a document.
const PER_REGION: usize = 2;
/// Lines that make a region where there are no headings.
const REGION_LINES: u32 = 100;

/// A chunk that the index found.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The document that it is from.
    pub document: DocumentId,
    /// The document's path below its source.
    pub path: String,
    /// The document's title.
    pub title: String,
    /// Headings above it, outermost first.
    pub headings: Vec<String>,
    /// Its first line, from 1.
    pub start_line: u32,
    /// Its lines, verbatim.
    pub text: String,
    /// SQLite's `bm25()`: lower is better.
    pub bm25: f64,
}

/// How often terms occur in the whole index.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frequencies {
    /// Chunks in the index.
    pub chunks: u32,
    /// Chunks that hold a term; a missing term is in none.
    pub by_term: HashMap<String, u32>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// Which candidate it is from.
    pub candidate: usize,
    /// First line, from 1.
    pub start_line: u32,
    /// Last line, inclusive.
    pub end_line: u32,
    /// The lines, verbatim.
    pub text: String,
    /// 0 to 1, higher is better.
    pub score: f64,
}

/// The best answers, best first, at most `limit`. Empty when no candidate really matches.
#[must_use]
pub fn rank(query: &Query, frequencies: &Frequencies, candidates: &[Candidate], limit: usize) -> Vec<Ranked> {
    let weights = weights(query, frequencies);
    let mut scored = score_all(query, &weights, candidates);
    scored.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut chosen: Vec<Ranked> = Vec::new();
    let mut regions: HashMap<(DocumentId, String), usize> = HashMap::new();
    let mut texts: HashSet<String> = HashSet::new();
    for (index, score) in scored {
        if chosen.len() >= limit {
            break;
        }
        let candidate = &candidates[index];
        let from_region = regions.entry(region(candidate)).or_default();
        if *from_region >= PER_REGION {
            continue;
        }
        let passage = narrow(query, &weights, candidates, index, score);
        // The same words can be found twice where one source lies inside another.
        if overlaps(&chosen, candidates, &passage) || !texts.insert(passage.text.clone()) {
            continue;
        }
        *from_region += 1;
        chosen.push(passage);
    }
    chosen
}

/// What each term weighs: rare ones more. A term that the knowledge does not hold weighs as the average one, so that
/// it counts against everything without drowning what is there.
fn weights(query: &Query, frequencies: &Frequencies) -> Vec<f64> {
    let total = f64::from(frequencies.chunks);
    let known: Vec<Option<f64>> = query
        .terms()
        .iter()
        .map(|term| {
            frequencies
                .by_term
                .get(term.text())
                .copied()
                .filter(|&count| count > 0)
        })
        .map(|count| count.map(|count| (1.0 + (total + 1.0) / (f64::from(count) + 0.5)).ln()))
        .collect();
    let present: Vec<f64> = known.iter().flatten().copied().collect();
    let count = u32::try_from(present.len()).unwrap_or(u32::MAX);
    let average = if present.is_empty() {
        1.0
    } else {
        present.iter().sum::<f64>() / f64::from(count)
    };
    known
        .into_iter()
        .map(|weight| weight.unwrap_or(average))
        .collect()
}

fn score_all(query: &Query, weights: &[f64], candidates: &[Candidate]) -> Vec<(usize, f64)> {
    let terms = Terms::new();
    let best_bm25 = candidates
        .iter()
        .map(|candidate| -candidate.bm25)
        .fold(f64::MIN_POSITIVE, f64::max);
    let mut scored = Vec::new();
    for (index, candidate) in candidates.iter().enumerate() {
        let above = terms.bag(&format!(
            "{} {} {}",
            candidate.title,
            candidate.path,
            candidate.headings.join(" ")
        ));
        let body = terms.bag(&candidate.text);
        let matched = Matched::of(query, weights, &above, &body);
        if matched.is_enough(query) {
            let bm25 = (-candidate.bm25 / best_bm25).clamp(0.0, 1.0);
            let share = 0.4 * matched.anywhere + 0.2 * matched.body + 0.2 * matched.above;
            scored.push((index, share + 0.2 * bm25));
        }
    }
    scored
}

/// How much of a query a chunk holds, as shares of its weight.
struct Matched {
    terms: usize,
    anywhere: f64,
    body: f64,
    above: f64,
}

impl Matched {
    fn of(query: &Query, weights: &[f64], above: &Bag, body: &Bag) -> Self {
        let total: f64 = weights.iter().sum::<f64>().max(f64::MIN_POSITIVE);
        let mut matched = Self {
            terms: 0,
            anywhere: 0.0,
            body: 0.0,
            above: 0.0,
        };
        for (term, weight) in query.terms().iter().zip(weights) {
            let in_above = term.strength(above);
            let in_body = term.strength(body);
            let best = in_body.max(in_above);
            matched.terms += usize::from(best > 0.0);
            matched.anywhere += best * weight / total;
            matched.body += in_body * weight / total;
            matched.above += in_above * weight / total;
        }
        matched
    }

    fn is_enough(&self, query: &Query) -> bool {
        let floor = match (self.terms, query.terms().len()) {
            (0, _) => return false,
            (1, asked) if asked > 1 => LONE_FLOOR,
            _ => FLOOR,
        };
        self.anywhere >= floor
    }
}

fn region(candidate: &Candidate) -> (DocumentId, String) {
    let part = if candidate.headings.is_empty() {
        (candidate.start_line / REGION_LINES).to_string()
    } else {
        let outer: Vec<&str> = candidate.headings.iter().take(2).map(String::as_str).collect();
        outer.join("\n")
    };
    (candidate.document, part)
}

fn narrow(query: &Query, weights: &[f64], candidates: &[Candidate], index: usize, score: f64) -> Ranked {
    let candidate = &candidates[index];
    let span = best_span(query, weights, &candidate.text);
    let lines: Vec<&str> = candidate.text.split('\n').collect();
    let line = |offset: usize| candidate.start_line + u32::try_from(offset).unwrap_or_default();
    Ranked {
        candidate: index,
        start_line: line(span.first),
        end_line: line(span.last),
        text: lines[span.first..=span.last].join("\n"),
        score,
    }
}

fn overlaps(chosen: &[Ranked], candidates: &[Candidate], passage: &Ranked) -> bool {
    chosen.iter().any(|other| {
        candidates[other.candidate].document == candidates[passage.candidate].document
            && other.start_line <= passage.end_line
            && passage.start_line <= other.end_line
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn candidate(document: u32, start_line: u32, heading: &str, text: &str) -> Candidate {
        Candidate {
            document: DocumentId(document),
            path: format!("{document}.md"),
            title: String::new(),
            headings: vec![heading.to_owned()],
            start_line,
            text: text.to_owned(),
            bm25: -1.0,
        }
    }

    fn frequencies(pairs: &[(&str, u32)]) -> Frequencies {
        Frequencies {
            chunks: 100,
            by_term: pairs
                .iter()
                .map(|&(term, count)| (term.to_owned(), count))
                .collect(),
        }
    }

    fn query(text: &str) -> Query {
        Query::parse(text).expect("a query")
    }

    #[test]
    fn one_common_word_of_many_is_no_match() {
        let candidates = [candidate(1, 1, "Tasks", "A task is a piece of work.")];
        let counts = frequencies(&[("task", 60), ("work", 50)]);
        assert!(rank(&query("volcano eruption forecast task"), &counts, &candidates, 5).is_empty());
        assert_eq!(rank(&query("what is a task"), &counts, &candidates, 5).len(), 1);
    }

    #[test]
    fn the_heading_lifts_a_passage() {
        let candidates = [
            candidate(1, 1, "Else", "Pagination is mentioned in passing with errors."),
            candidate(
                2,
                1,
                "Pagination",
                "Lists are cut into pages; pagination by cursor.",
            ),
        ];
        let found = rank(
            &query("pagination"),
            &frequencies(&[("pagin", 2)]),
            &candidates,
            5,
        );
        assert_eq!(
            found.iter().map(|ranked| ranked.candidate).collect::<Vec<_>>(),
            [1, 0]
        );
    }

    #[test]
    fn one_region_gives_two_passages_and_the_same_words_one() {
        let mut candidates: Vec<Candidate> = (0..5)
            .map(|n| candidate(1, 1 + n * 10, "H", &format!("cursor number {n}")))
            .collect();
        candidates.push(candidate(2, 1, "H", "cursor number 0"));
        let found = rank(&query("cursor"), &frequencies(&[("cursor", 6)]), &candidates, 10);
        assert_eq!(found.len(), 2);
    }

    proptest! {
        #[test]
        fn whatever_comes_scores_fall_and_lines_stay_inside(
            question in "[a-z ]{1,30}",
            texts in proptest::collection::vec("[a-z \n]{0,200}", 0..12),
        ) {
            let candidates: Vec<Candidate> = (0u32..).zip(&texts).map(|(n, text)| candidate(n % 3, 1, "h", text)).collect();
            if let Some(query) = Query::parse(&question) {
                let found = rank(&query, &Frequencies::default(), &candidates, 8);
                prop_assert!(found.windows(2).all(|pair| pair[0].score >= pair[1].score));
                for ranked in &found {
                    let text = &candidates[ranked.candidate].text;
                    let whole = format!("{text}\n.");
                    let inside = crate::is_verbatim(&whole, ranked.start_line, ranked.end_line, &ranked.text);
                    prop_assert!(inside);
                }
            }
        }
    }
}
