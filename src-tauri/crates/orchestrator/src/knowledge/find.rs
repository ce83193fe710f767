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
    /// Passages that match as well and were left out.
    pub left_out: u32,
}

/// Who hears what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// The operator, or a model on this machine.
    Here,
    /// A model elsewhere: what stays here is left out.
    Elsewhere,
}

pub(super) async fn find(
    store: &KnowledgeStore,
    question: &str,
    limit: usize,
    audience: Audience,
) -> Result<Found, KnowledgeError> {
    let counts = store.counts().await?;
    let staying = match audience {
        Audience::Here => 0,
        Audience::Elsewhere => store.staying_documents().await?,
    };
    let mut found = Found {
        documents: counts.documents.saturating_sub(staying),
        ..Found::default()
    };
    let Some(query) = Query::parse(question) else {
        return Ok(found);
    };
    let terms: Vec<&str> = query.terms().iter().map(Term::text).collect();
    let frequencies = Frequencies {
        chunks: counts.chunks,
        by_term: store.frequencies(&terms).await?,
    };
    let search = Search {
        store,
        query,
        frequencies,
        limit,
    };
    found.passages = search.of(Audience::Here).await?;
    if audience == Audience::Elsewhere {
        let staying = found.passages.iter().filter(|passage| passage.stays_here);
        found.left_out = u32::try_from(staying.count()).unwrap_or(u32::MAX);
        if found.left_out > 0 {
            found.passages = search.of(Audience::Elsewhere).await?;
        }
        // Whatever the index gave: a source may have been marked between the two searches.
        found.passages.retain(|passage| !passage.stays_here);
    }
    Ok(found)
}

/// One question to the index.
struct Search<'a> {
    store: &'a KnowledgeStore,
    query: Query,
    frequencies: Frequencies,
    limit: usize,
}

impl Search<'_> {
    /// The best passages of what such an audience may hear.
    async fn of(&self, audience: Audience) -> Result<Vec<Passage>, KnowledgeError> {
        let hits = self.candidates(audience).await?;
        let (query, frequencies, limit) = (self.query.clone(), self.frequencies.clone(), self.limit);
        // Stemming some hundred chunks takes too long for a thread that others wait for.
        let ranked = tokio::task::spawn_blocking(move || passages(&query, &frequencies, &hits, limit));
        Ok(ranked.await?)
    }

    /// Those that hold every term first, then those that hold any, so that many partial matches never hide a full one.
    async fn candidates(&self, audience: Audience) -> Result<Vec<Hit>, KnowledgeError> {
        let mut hits = self
            .matching(&self.query.match_all(), ALL_CANDIDATES, audience)
            .await?;
        let mut seen: HashSet<i64> = hits.iter().map(|hit| hit.chunk).collect();
        let others = self
            .matching(&self.query.match_any(), ANY_CANDIDATES, audience)
            .await?;
        hits.extend(others.into_iter().filter(|hit| seen.insert(hit.chunk)));
        Ok(hits)
    }

    async fn matching(
        &self,
        expression: &str,
        limit: u32,
        audience: Audience,
    ) -> Result<Vec<Hit>, KnowledgeError> {
        Ok(match audience {
            Audience::Here => self.store.search(expression, limit).await?,
            Audience::Elsewhere => self.store.search_for_elsewhere(expression, limit).await?,
        })
    }
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
        stays_here: hit.stays_here,
    }
}

/// A score that comes back from JSON as the very same number: with all its digits it may not, and a request that is
/// made again must be the one that was recorded.
fn short(score: f64) -> f64 {
    (score * 10_000.0).round() / 10_000.0
}
