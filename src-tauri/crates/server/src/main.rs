//! The program of the server.

fn main() {}
