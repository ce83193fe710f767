//! What models cost.

use crate::RequestKey;
use serde::{Deserialize, Serialize};
use specta::Type;
use wheelhouse_domain::{Price, PriceId};

/// Asks for every price.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ListPrices {}

/// Adds a price, or changes one that the operator set. Prices that the program came with are not changed: one of the
/// operator's own for the same name comes first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SavePrice {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which one to change; none to add one.
    pub id: Option<PriceId>,
    /// The price.
    pub price: Price,
}

/// Removes a price that the operator set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RemovePrice {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which one.
    pub id: PriceId,
}

/// A price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PriceView {
    /// Number in this store; none where the program came with it.
    pub id: Option<PriceId>,
    /// The price.
    pub price: Price,
}
