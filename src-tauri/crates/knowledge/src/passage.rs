//! Narrows a chunk to the lines that answer.

use crate::outline::{Fences, atx_heading};
use crate::query::Query;
use crate::words::Terms;

/// Blocks that a quote is made of at most.
const MAX_BLOCKS: usize = 4;
/// Quotes shorter than this are avoided where more of the chunk is as good.
const SHORT_CHARS: usize = 40;
/// What a full chunk's length costs, in the measure of coverage.
const LENGTH_COST: f64 = 0.18;

/// Lines of a chunk, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First line.
    pub first: usize,
    /// Last line, inclusive.
    pub last: usize,
}

struct Block {
    span: Span,
    is_heading: bool,
    text: String,
}

/// The contiguous whole lines of `chunk` that match best: a paragraph, a list, a block of code, or a few of them.
/// `weights` are those of the query's terms, in their order.
#[must_use]
pub fn best_span(query: &Query, weights: &[f64], chunk: &str) -> Span {
    let blocks = blocks(chunk);
    let body: Vec<&Block> = blocks.iter().skip_while(|block| block.is_heading).collect();
    let whole = |blocks: &[&Block]| match (blocks.first(), blocks.last()) {
        (Some(first), Some(last)) => Some(Span {
            first: first.span.first,
            last: last.span.last,
        }),
        _ => None,
    };
    let all: Vec<&Block> = blocks.iter().collect();
    let fallback = whole(&body)
        .or_else(|| whole(&all))
        .unwrap_or(Span { first: 0, last: 0 });
    let mut best = (0.0, fallback);
    for from in 0..body.len() {
        for to in from..body.len().min(from + MAX_BLOCKS) {
            let window = &body[from..=to];
            if window.last().is_some_and(|block| block.is_heading) {
                continue;
            }
            let value = value(query, weights, window);
            if let Some(span) = whole(window).filter(|_| value > best.0 + 1e-9) {
                best = (value, span);
            }
        }
    }
    best.1
}

fn value(query: &Query, weights: &[f64], window: &[&Block]) -> f64 {
    let text: Vec<&str> = window.iter().map(|block| block.text.as_str()).collect();
    let text = text.join("\n");
    let bag = Terms::new().bag(&text);
    let total: f64 = weights.iter().sum();
    let matched: f64 = query
        .terms()
        .iter()
        .zip(weights)
        .map(|(term, weight)| weight * term.strength(&bag))
        .sum();
    if matched <= 0.0 || total <= 0.0 {
        return 0.0;
    }
    let length = text.chars().count();
    let shortness = if length < SHORT_CHARS { 0.05 } else { 0.0 };
    #[expect(
        clippy::cast_precision_loss,
        reason = "a chunk is far shorter than 2^52 characters"
    )]
    let cost = LENGTH_COST * (length as f64 / 900.0).min(1.0);
    (matched / total - cost - shortness).max(f64::MIN_POSITIVE)
}

/// Paragraphs, lists and code blocks. A block that ends with a colon takes the next one with it.
fn blocks(chunk: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut fences = Fences::default();
    let mut is_open = false;
    for (line, text) in chunk.split('\n').enumerate() {
        let in_code = fences.inside(text);
        if text.trim().is_empty() && !in_code {
            is_open = false;
            continue;
        }
        let is_heading = !in_code && atx_heading(text).is_some();
        let announced = blocks
            .last()
            .is_some_and(|block| block.text.trim_end().ends_with(':'));
        match blocks.last_mut() {
            Some(block) if !is_heading && !block.is_heading && (is_open || announced) => {
                block.span.last = line;
                block.text.push('\n');
                block.text.push_str(text);
            }
            _ => blocks.push(Block {
                span: Span {
                    first: line,
                    last: line,
                },
                is_heading,
                text: text.to_owned(),
            }),
        }
        is_open = !is_heading;
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn quote(question: &str, chunk: &str) -> String {
        let query = Query::parse(question).expect("a question");
        let weights = vec![1.0; query.terms().len()];
        let span = best_span(&query, &weights, chunk);
        let lines: Vec<&str> = chunk.split('\n').collect();
        lines[span.first..=span.last].join("\n")
    }

    const CHUNK: &str = "## Errors\n\nNothing of interest stands in this first paragraph, which only fills some space here.\n\nReturn these codes:\n\n- 404 when a resource is missing\n- 409 on a conflict\n\nLast words about something else entirely, again only to fill the space.";

    #[test]
    fn a_list_comes_with_the_line_that_announces_it() {
        assert_eq!(
            quote("which code for a missing resource", CHUNK),
            "Return these codes:\n\n- 404 when a resource is missing\n- 409 on a conflict"
        );
    }

    #[test]
    fn a_match_in_the_heading_alone_gives_what_is_under_it() {
        let found = quote("errors", "## Errors\n\nOne.\n\nTwo.");
        assert_eq!(found, "One.\n\nTwo.");
    }

    proptest! {
        #[test]
        fn a_span_is_always_inside(question in "[a-z ]{1,40}", chunk in any::<String>()) {
            if let Some(query) = Query::parse(&question) {
                let weights = vec![1.0; query.terms().len()];
                let span = best_span(&query, &weights, &chunk);
                prop_assert!(span.first <= span.last);
                prop_assert!(span.last < chunk.split('\n').count());
            }
        }
    }
}
