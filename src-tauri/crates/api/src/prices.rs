//! What models cost.

use crate::check;
use crate::error::Wrapped;
use crate::local::{Local, wish};
use wheelhouse_contract::{ApiError, ErrorCode, ListPrices, PriceView, RemovePrice, Removed, SavePrice};
use wheelhouse_domain::{Money, Price};
use wheelhouse_orchestrator::prices::shipped;
use wheelhouse_orchestrator::store::NewPrice;

/// Ten thousand dollars for a million tokens: more than that is a slip of the hand.
const MOST: Money = Money(10_000_000_000);

/// Longest name of a model and longest note, in characters.
const LONGEST: usize = 200;

impl Local {
    pub(crate) async fn price_views(&self, _: ListPrices) -> Result<Vec<PriceView>, ApiError> {
        let own = self.handle().store().prices().await.map_err(Wrapped::from)?;
        let own = own.into_iter().map(|row| PriceView {
            id: Some(row.id),
            price: row.price,
        });
        let came = shipped().into_iter().map(|price| PriceView { id: None, price });
        Ok(own.chain(came).collect())
    }

    pub(crate) async fn keep_price(&self, request: SavePrice) -> Result<Vec<PriceView>, ApiError> {
        let wish = wish(&request.request_key, "save_price")?;
        let price = checked(request.price)?;
        let new = NewPrice {
            id: request.id,
            price,
        };
        self.handle().save_price(wish, new).await.map_err(Wrapped::from)?;
        self.price_views(ListPrices {}).await
    }

    pub(crate) async fn drop_price(&self, request: RemovePrice) -> Result<Removed, ApiError> {
        check::key(&request.request_key)?;
        let wish = wish(&request.request_key, "remove_price")?;
        let removed = self
            .handle()
            .remove_price(wish, request.id)
            .await
            .map_err(Wrapped::from)?;
        Ok(Removed { removed })
    }
}

fn checked(price: Price) -> Result<Price, ApiError> {
    let refused = |field: &str, text: &str| Err(ApiError::new(ErrorCode::InvalidRequest, text).field(field));
    let model = price.model.trim().to_owned();
    let stars = model.matches('*').count();
    if model.is_empty() || model.chars().count() > LONGEST {
        return refused("model", "Name the model, in 1 to 200 characters.");
    }
    if stars > 1 || (stars == 1 && !model.ends_with('*')) {
        return refused(
            "model",
            "A * stands for the rest of a name, so it can only be at the end.",
        );
    }
    for (field, amount) in [
        ("input", Some(price.input)),
        ("output", Some(price.output)),
        ("cached", price.cached),
    ] {
        if amount.is_some_and(|amount| !(Money(0)..=MOST).contains(&amount)) {
            return refused(
                field,
                "A price must be between 0 and 10,000 US dollars for a million tokens.",
            );
        }
    }
    if price.note.chars().count() > LONGEST {
        return refused("note", "Keep the note within 200 characters.");
    }
    Ok(Price { model, ..price })
}
