//! Tests of the whole, in a package that builds without Tauri. Everything is in the test targets beside this
//! file: `integration` (whole flows through `api`), `contract` (what others rely on) and `crash`.
