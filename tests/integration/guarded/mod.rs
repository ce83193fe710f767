//! Tools within what the operator granted: what is asked, what an answer allows, and that nothing from outside gets further.

mod approvals;
mod attacks;
mod house;
mod places;
mod reading;
mod scene;
mod twins;
mod wishes;

use scene::{Scene, calling, directive, obeying};
