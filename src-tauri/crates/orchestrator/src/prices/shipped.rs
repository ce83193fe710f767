//! Prices that the program comes with, so that common models have one from the start. They are list prices as they were
//! known on [`SHIPPED_ON`]: providers change theirs, and the operator's own always come first.

use wheelhouse_domain::{Millis, Money, Price, ProviderKind};

/// When the prices were gathered: 1 November 2025, UTC.
pub const SHIPPED_ON: Millis = Millis(1_761_955_200_000);

/// Provider, names, and US cents for a million tokens: read, written, read from what was kept.
type Row = (ProviderKind, &'static [&'static str], [f64; 3]);

const ROWS: &[Row] = &[
    (
        ProviderKind::OpenAi,
        &["gpt-5", "gpt-5-20*"],
        [125.0, 1_000.0, 12.5],
    ),
    (
        ProviderKind::OpenAi,
        &["gpt-5-mini", "gpt-5-mini-20*"],
        [25.0, 200.0, 2.5],
    ),
    (
        ProviderKind::OpenAi,
        &["gpt-5-nano", "gpt-5-nano-20*"],
        [5.0, 40.0, 0.5],
    ),
    (
        ProviderKind::OpenAi,
        &["gpt-4.1", "gpt-4.1-20*"],
        [200.0, 800.0, 50.0],
    ),
    (
        ProviderKind::OpenAi,
        &["gpt-4.1-mini", "gpt-4.1-mini-20*"],
        [40.0, 160.0, 10.0],
    ),
    (
        ProviderKind::OpenAi,
        &["gpt-4.1-nano", "gpt-4.1-nano-20*"],
        [10.0, 40.0, 2.5],
    ),
    (
        ProviderKind::OpenAi,
        &["gpt-4o", "gpt-4o-20*"],
        [250.0, 1_000.0, 125.0],
    ),
    (
        ProviderKind::OpenAi,
        &["gpt-4o-mini", "gpt-4o-mini-20*"],
        [15.0, 60.0, 7.5],
    ),
    (ProviderKind::OpenAi, &["o3", "o3-20*"], [200.0, 800.0, 50.0]),
    (
        ProviderKind::OpenAi,
        &["o4-mini", "o4-mini-20*"],
        [110.0, 440.0, 27.5],
    ),
    (
        ProviderKind::Anthropic,
        &["claude-opus-4-0", "claude-opus-4-20*", "claude-opus-4-1*"],
        [1_500.0, 7_500.0, 150.0],
    ),
    (
        ProviderKind::Anthropic,
        &[
            "claude-sonnet-4-0",
            "claude-sonnet-4-20*",
            "claude-sonnet-4-5*",
            "claude-3-7-sonnet-*",
        ],
        [300.0, 1_500.0, 30.0],
    ),
    (
        ProviderKind::Anthropic,
        &["claude-haiku-4-5*"],
        [100.0, 500.0, 10.0],
    ),
    (
        ProviderKind::Anthropic,
        &["claude-3-5-haiku-*"],
        [80.0, 400.0, 8.0],
    ),
    // The dearer of its two prices: requests of more than 200,000 tokens cost as much.
    (ProviderKind::Gemini, &["gemini-2.5-pro"], [250.0, 1_500.0, 62.5]),
    (ProviderKind::Gemini, &["gemini-2.5-flash"], [30.0, 250.0, 7.5]),
    (
        ProviderKind::Gemini,
        &["gemini-2.5-flash-lite"],
        [10.0, 40.0, 2.5],
    ),
];

/// Every price that the program comes with.
#[must_use]
pub fn shipped() -> Vec<Price> {
    let priced = |(kind, names, [input, output, cached]): &Row| {
        let (kind, input, output, cached) = (*kind, money(*input), money(*output), money(*cached));
        names.iter().map(move |name| Price {
            kind,
            model: (*name).to_owned(),
            input,
            output,
            cached: Some(cached),
            // Anthropic charges a quarter more for what it keeps for five minutes; the others nothing.
            cache_write: (kind == ProviderKind::Anthropic).then_some(Money(input.0 + input.0 / 4)),
            // They were the prices for a while before: calls of earlier days are not without one.
            valid_from: Millis(0),
            note: "List price of November 2025. Check it with the provider.".to_owned(),
        })
    };
    ROWS.iter().flat_map(priced).collect()
}

fn money(cents: f64) -> Money {
    #[expect(clippy::cast_possible_truncation, reason = "the numbers above are small")]
    Money((cents * 10_000.0).round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wheelhouse_engine::budget::price_at;

    #[test]
    fn dated_names_have_the_price_of_their_model_and_other_models_have_none() {
        let all = shipped();
        let input = |kind, model| price_at(&all, kind, model, SHIPPED_ON).map(|price| price.input);
        assert_eq!(input(ProviderKind::OpenAi, "gpt-4o"), Some(Money(2_500_000)));
        assert_eq!(
            input(ProviderKind::OpenAi, "gpt-4o-2024-08-06"),
            Some(Money(2_500_000))
        );
        assert_eq!(
            input(ProviderKind::OpenAi, "gpt-4o-mini-2024-07-18"),
            Some(Money(150_000))
        );
        assert_eq!(input(ProviderKind::OpenAi, "gpt-4o-audio-preview"), None);
        assert_eq!(
            input(ProviderKind::Anthropic, "claude-opus-4-1-20250805"),
            Some(Money(15_000_000))
        );
        assert_eq!(input(ProviderKind::Gemini, "gpt-4o"), None);
    }
}
