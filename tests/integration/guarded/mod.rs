//! Tools within what the operator granted: what is asked, what an answer allows, and that nothing from outside gets further.

mod approvals;
mod asking;
mod attacks;
mod helping;
mod house;
mod made_of;
mod places;
mod reading;
mod scene;
#[cfg(unix)]
mod served;
mod twins;
mod wishes;

use scene::{Scene, calling, directive, obeying};
