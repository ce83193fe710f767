//! Which price holds for a call, and what the call costs by it.

use wheelhouse_domain::{Millis, Money, Price, ProviderKind, Usage};

/// Prices are for a million tokens.
const MILLION: i128 = 1_000_000;

/// The price of a model at a time: of those that were valid by then and whose pattern fits, the one with the most exact
/// pattern, and of several of that pattern the newest.
#[must_use]
pub fn price_at<'a>(
    prices: impl IntoIterator<Item = &'a Price>,
    kind: ProviderKind,
    model: &str,
    at: Millis,
) -> Option<&'a Price> {
    prices
        .into_iter()
        .filter(|price| price.kind == kind && price.valid_from <= at && fits(&price.model, model))
        .max_by_key(|price| (exactness(&price.model), price.valid_from))
}

/// What `usage` costs; none where the model did not say what it used. Parts of a millionth count as one.
#[must_use]
pub fn cost(price: &Price, usage: Usage) -> Option<Money> {
    let (input, output) = (usage.input_tokens?, usage.output_tokens?);
    let kept = usage.cached_tokens.unwrap_or(0).min(input);
    let written = usage.cache_written_tokens.unwrap_or(0).min(input - kept);
    let parts = [
        (input - kept - written, price.input),
        (kept, price.cached.unwrap_or(price.input)),
        (written, price.cache_write.unwrap_or(price.input)),
        (output, price.output),
    ];
    let millionths: i128 = parts
        .iter()
        .map(|(tokens, price)| i128::from(*tokens) * i128::from(price.0.max(0)))
        .sum();
    let money = (millionths + MILLION - 1) / MILLION;
    Some(Money(i64::try_from(money).unwrap_or(i64::MAX)))
}

/// Whether a pattern names a model: the same name, or one that begins like it where the pattern ends with `*`.
fn fits(pattern: &str, model: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => model.starts_with(beginning),
        None => pattern == model,
    }
}

fn exactness(pattern: &str) -> (bool, usize) {
    (!pattern.ends_with('*'), pattern.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(model: &str, input: i64, from: i64) -> Price {
        Price {
            kind: ProviderKind::OpenAi,
            model: model.to_owned(),
            input: Money(input),
            output: Money(4 * input),
            cached: Some(Money(input / 10)),
            cache_write: None,
            valid_from: Millis(from),
            note: String::new(),
        }
    }

    fn found(prices: &[Price], model: &str, at: i64) -> Option<i64> {
        price_at(prices, ProviderKind::OpenAi, model, Millis(at)).map(|price| price.input.0)
    }

    #[test]
    fn the_price_of_the_day_holds() {
        let prices = [price("big", 100, 0), price("big", 80, 50), price("big", 60, 90)];
        assert_eq!(found(&prices, "big", 0), Some(100));
        assert_eq!(found(&prices, "big", 89), Some(80));
        assert_eq!(found(&prices, "big", 1_000), Some(60));
        assert_eq!(found(&prices, "big", -1), None);
    }

    #[test]
    fn the_most_exact_name_wins() {
        let prices = [
            price("big-*", 1, 9),
            price("big-mini-*", 2, 5),
            price("big-mini-7", 3, 0),
        ];
        assert_eq!(found(&prices, "big-large", 9), Some(1));
        assert_eq!(found(&prices, "big-mini-8", 9), Some(2));
        assert_eq!(found(&prices, "big-mini-7", 9), Some(3));
        assert_eq!(found(&prices, "small", 9), None);
        let other = price_at(&prices, ProviderKind::Gemini, "big-mini-7", Millis(9));
        assert_eq!(other, None);
    }

    #[test]
    fn what_is_kept_for_later_has_a_price_of_its_own_where_one_is_known() {
        let usage = Usage {
            input_tokens: Some(1_000),
            output_tokens: Some(0),
            cached_tokens: Some(100),
            cache_written_tokens: Some(800),
        };
        let plain = price("big", 1_000_000, 0);
        assert_eq!(cost(&plain, usage), Some(Money(100 + 800 + 10)));
        let dearer = Price {
            cache_write: Some(Money(1_250_000)),
            ..plain
        };
        assert_eq!(cost(&dearer, usage), Some(Money(100 + 1_000 + 10)));
    }

    #[test]
    fn costs_are_rounded_up_and_kept_input_is_cheaper() {
        let big = price("big", 2_500_000, 0);
        let usage = |input, output, kept| Usage {
            input_tokens: input,
            output_tokens: output,
            cached_tokens: kept,
            cache_written_tokens: None,
        };
        assert_eq!(
            cost(&big, usage(Some(1_000), Some(100), None)),
            Some(Money(3_500))
        );
        assert_eq!(
            cost(&big, usage(Some(1_000), Some(100), Some(900))),
            Some(Money(1_475))
        );
        assert_eq!(cost(&big, usage(Some(1_000), None, None)), None);
        assert_eq!(
            cost(&price("tiny", 1, 0), usage(Some(1), Some(0), None)),
            Some(Money(1))
        );
        let most = usage(Some(u32::MAX), Some(u32::MAX), None);
        assert_eq!(cost(&price("dear", i64::MAX / 4, 0), most), Some(Money(i64::MAX)));
    }
}
