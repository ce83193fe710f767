//! What a model costs at a time: what the operator set, else nothing for models on this machine, else what the program
//! came with.

mod shipped;

use crate::error::Error;
use crate::handle::{Handle, Wish};
use wheelhouse_domain::{Millis, Money, Price, PriceId, ProviderKind, QuestionKind, Spend, Usage};
use wheelhouse_engine::Run;
use wheelhouse_engine::budget::{cost, price_at};
use wheelhouse_store::{NewPrice, Store};

pub use shipped::{SHIPPED_ON, shipped};
pub use wheelhouse_agents::providers::is_on_this_machine;

/// What is known of a model's price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Pricing {
    /// It costs nothing.
    Free,
    /// It costs this.
    Priced(Price),
    /// Nobody knows.
    Unknown,
}

impl Pricing {
    /// What `usage` costs; none where that is not known.
    pub(crate) fn spend(&self, usage: Usage) -> Spend {
        let money = match self {
            Self::Free => Some(Money::default()),
            Self::Priced(price) => cost(price, usage),
            Self::Unknown => None,
        };
        let tokens = usage.input_tokens.zip(usage.output_tokens);
        Spend {
            money,
            tokens: tokens.map(|(input, output)| i64::from(input) + i64::from(output)),
        }
    }
}

/// What a model, as agents name it, costs at a time in a run.
///
/// # Errors
/// [`Error`] where the journal can't be read.
pub(crate) async fn pricing(store: &Store, run: &Run, model: &str, at: Millis) -> Result<Pricing, Error> {
    let Some((provider, name)) = model.split_once('/') else {
        // Built in: it works in this process.
        return Ok(Pricing::Free);
    };
    let Some(row) = store.provider_by_name(provider).await? else {
        return Ok(Pricing::Unknown);
    };
    let own = store.prices().await?;
    // Before anything else: an address on this machine may be a door to somewhere that costs.
    if let Some(price) = price_at(own.iter().map(|row| &row.price), row.kind, name, at) {
        return Ok(Pricing::Priced(price.clone()));
    }
    if row.kind == ProviderKind::Ollama || is_on_this_machine(&row.base_url) || counts_as_free(run, model) {
        return Ok(Pricing::Free);
    }
    let shipped = shipped();
    let found = price_at(&shipped, row.kind, name, at);
    Ok(found.map_or(Pricing::Unknown, |price| Pricing::Priced(price.clone())))
}

/// Whether the operator said in this run that a model is to count as free in it.
fn counts_as_free(run: &Run, model: &str) -> bool {
    use wheelhouse_domain::FormAbout;
    run.questions.iter().any(|question| {
        let about = question.form.as_ref().and_then(|form| form.about.as_ref());
        let same = matches!(about, Some(FormAbout::Price { model: asked }) if asked == model);
        let outcome = question.reply.as_ref().and_then(|reply| reply.outcome.as_deref());
        question.kind == QuestionKind::PriceUnknown && same && outcome == Some(crate::budgets::FREE)
    })
}

impl Handle {
    /// Adds a price, or changes one.
    ///
    /// # Errors
    /// [`Error::Store`] where there is one from the same time on, or it is gone.
    pub async fn save_price(&self, wish: Wish<'_>, price: NewPrice) -> Result<(), Error> {
        let (request, now) = self.arrangement(wish);
        let saved = self.store().save_price(price, request, now).await;
        saved.or_else(|error| self.unless_known(wish, error))
    }

    /// Removes a price. Says whether it was still there.
    ///
    /// # Errors
    /// [`Error::Store`] where it could not be written.
    pub async fn remove_price(&self, wish: Wish<'_>, id: PriceId) -> Result<bool, Error> {
        let (request, now) = self.arrangement(wish);
        match self.store().remove_price(id, request, now).await {
            Ok(removed) => Ok(removed),
            Err(error) => self.unless_known(wish, error).map(|()| true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_free_costs_nothing_and_what_is_unknown_is_not_zero() {
        let usage = Usage {
            input_tokens: Some(10),
            output_tokens: Some(5),
            cached_tokens: None,
            cache_written_tokens: None,
        };
        let free = Pricing::Free.spend(usage);
        assert_eq!((free.money, free.tokens), (Some(Money(0)), Some(15)));
        assert_eq!(Pricing::Unknown.spend(usage).money, None);
        assert_eq!(Pricing::Free.spend(Usage::default()).tokens, None);
    }
}
