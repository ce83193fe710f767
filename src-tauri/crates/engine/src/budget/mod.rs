//! What may be spent: a ledger of budgets that stand above each other, and what a call is expected to cost.
//!
//! Before a call its estimate is reserved in every budget above it, all or nothing; after it what it really cost takes the
//! reservation's place. What can't be known is never counted as zero: a reservation that was not settled stays booked as
//! a possible cost, and a call without a price is counted as one.
//!
//! Deliberately absent: clocks (the day of a budget comes in), where prices are kept, and who asks the operator.

mod estimate;
mod ledger;
mod node;
mod price;

pub use estimate::{OUTPUT_RESERVE, expected_usage, prompt_tokens};
pub use ledger::{Ledger, Reached, Refused, Reservation};
pub use node::{Allowance, Day, Node, Standing};
/// The outcome by which the operator gives more, of a question about a budget.
pub const RAISE: &str = "raise";
/// The outcome by which the operator lets it be tried again with the limits as they are by then.
pub const AGAIN: &str = "again";
/// The outcome by which the operator gives a task that asks about a budget or a price no more. The task fails.
pub const STOP: &str = "stop";

pub use price::{cost, price_at};
