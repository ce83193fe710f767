//! What an orchestrator is started with.

use crate::keys::{Environment, KeychainChoice};
use crate::points::Points;
use crate::world::{SystemWorld, World};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use wheelhouse_agents::rehearsal::{self, Rehearsal};
use wheelhouse_agents::{LoopLimits, ModelRegistry};
use wheelhouse_domain::Limits;

/// Often enough for what is done once a day, seldom enough to cost nothing.
const LOOK_AT_CLOCK: Duration = Duration::from_secs(10 * 60);

/// Time for calls in flight when a run leaves.
const CALLS_MAY_END: Duration = Duration::from_secs(10);

/// Settings of an orchestrator.
#[derive(Clone)]
pub struct Options {
    /// Folder that holds everything. Made when it is not there.
    pub data_folder: PathBuf,
    /// Models that agents can think with.
    pub models: ModelRegistry,
    /// Bounds of new workflows.
    pub limits: Limits,
    /// Bounds of one agent's conversation.
    pub turns: LoopLimits,
    /// Model calls at the same time, over all workflows.
    pub parallel_calls: usize,
    /// Passages that one search gives.
    pub passages: u32,
    /// Where keys are kept where there is a choice.
    pub keychain: KeychainChoice,
    /// Where keys that are given by variables are read from.
    pub environment: Environment,
    /// How often the clock is looked at to see whether it is time to clean up.
    pub look_at_clock: Duration,
    /// How long calls in flight may take to end when a run leaves for another store. Short enough for whoever asked over a
    /// network to be answered.
    pub calls_may_end: Duration,
    /// Clock and new ids.
    pub world: Arc<dyn World>,
    /// Name of the file layer of SQLite that the journal is used through; none for that of the system. For tests.
    pub file_layer: Option<String>,
    /// What tests do at named moments.
    pub points: Points,
}

impl Options {
    /// The settings that the product ships with: `rehearsal` is the one model, writing at `pace` for each piece.
    #[must_use]
    pub fn with_rehearsal(data_folder: PathBuf, pace: Duration) -> Self {
        let rehearsal = Rehearsal::new(rehearsal::Options { pace });
        Self::new(data_folder, ModelRegistry::new().with(Arc::new(rehearsal)))
    }

    /// The settings that the product ships with, and these models.
    #[must_use]
    pub fn new(data_folder: PathBuf, models: ModelRegistry) -> Self {
        Self {
            data_folder,
            models,
            limits: Limits::default(),
            turns: LoopLimits::default(),
            parallel_calls: 16,
            passages: 8,
            keychain: KeychainChoice::System,
            environment: Environment::process(),
            look_at_clock: LOOK_AT_CLOCK,
            calls_may_end: CALLS_MAY_END,
            world: Arc::new(SystemWorld),
            file_layer: None,
            points: Points::default(),
        }
    }
}
