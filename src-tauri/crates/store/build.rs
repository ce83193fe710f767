//! Embeds the migrations anew when one is added.

#![allow(
    clippy::print_stdout,
    reason = "a build script speaks to cargo through its output"
)]

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
