//! Answers a search.

use super::error::KnowledgeError;
use std::collections::HashSet;
use wheelhouse_domain::{Passage, citation_label};
use wheelhouse_knowledge::{Candidate, Frequencies, Query, Ranked, Term, rank};
use wheelhouse_store::knowledge::{Hit, KnowledgeStore};

/// Chunks that hold every term and are looked at.
const ALL_CANDIDATES: u32 = 50;
/// Chunks that hold any of the terms and are looked at.
const ANY_CANDIDATES: u32 = 200;

/// What a search found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// Passages, best first.
    pub passages: Vec<Passage>,
    /// How many documents were searched.
    pub documents: u32,
}

pub(super) async fn find(
    store: &KnowledgeStore,
    question: &str,
    limit: usize,
) -> Result<Found, KnowledgeError> {
    let counts = store.counts().await?;
    let mut found = Found {
        passages: Vec::new(),
        documents: counts.documents,
    };
    let Some(query) = Query::parse(question) else {
        return Ok(found);
    };
    let hits = candidates(store, &query).await?;
    let terms: Vec<&str> = query.terms().iter().map(Term::text).collect();
    let frequencies = Frequencies {
        chunks: counts.chunks,
        by_term: store.frequencies(&terms).await?,
    };
    // Stemming some hundred chunks takes too long for a thread that others wait for.
    found.passages =
        tokio::task::spawn_blocking(move || passages(&query, &frequencies, &hits, limit)).await?;
    Ok(found)
}

/// Those that hold every term first, then those that hold any, so that many partial matches never hide a full one.
async fn candidates(store: &KnowledgeStore, query: &Query) -> Result<Vec<Hit>, KnowledgeError> {
    let mut hits = store.search(&query.match_all(), ALL_CANDIDATES).await?;
    let mut seen: HashSet<i64> = hits.iter().map(|hit| hit.chunk).collect();
    let others = store.search(&query.match_any(), ANY_CANDIDATES).await?;
    hits.extend(others.into_iter().filter(|hit| seen.insert(hit.chunk)));
    Ok(hits)
}

fn passages(query: &Query, frequencies: &Frequencies, hits: &[Hit], limit: usize) -> Vec<Passage> {
    let candidates: Vec<Candidate> = hits.iter().map(candidate).collect();
    rank(query, frequencies, &candidates, limit)
        .into_iter()
        .filter_map(|ranked| hits.get(ranked.candidate).map(|hit| passage(hit, ranked)))
        .collect()
}

fn candidate(hit: &Hit) -> Candidate {
    Candidate {
        document: hit.document,
        path: hit.path.clone(),
        title: hit.title.clone(),
        headings: hit.headings.clone(),
        start_line: hit.start_line,
        text: hit.text.clone(),
        bm25: hit.bm25,
    }
}

fn passage(hit: &Hit, ranked: Ranked) -> Passage {
    Passage {
        label: citation_label(
            hit.source,
            &hit.path,
            ranked.start_line,
            ranked.end_line,
            &ranked.text,
        ),
        source: hit.source,
        source_name: hit.source_name.clone(),
        path: hit.path.clone(),
        headings: hit.headings.clone(),
        start_line: ranked.start_line,
        end_line: ranked.end_line,
        text: ranked.text,
        score: short(ranked.score),
    }
}

/// A score that comes back from JSON as the very same number: with all its digits it may not, and a request that is
/// made again must be the one that was recorded.
fn short(score: f64) -> f64 {
    (score * 10_000.0).round() / 10_000.0
}
