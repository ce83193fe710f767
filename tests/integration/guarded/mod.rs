//! Tools within what the operator granted: what is asked, what an answer allows, and that nothing from outside gets further.

mod approvals;
mod attacks;
mod reading;
mod scene;

use scene::{Scene, calling, directive, obeying};
