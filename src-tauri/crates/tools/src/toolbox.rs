//! One way in to all tools: what a call would do, and doing it.

use crate::arguments::{
    self, Calculator, Date, FetchPage, ListFolder, ReadFile, RunCommand, SearchFiles, WriteFile,
};
use crate::call::{Done, Effect, Preview};
use crate::describe::{
    CALCULATOR, DATE, FETCH_PAGE, LIST_FOLDER, READ_FILE, RUN_COMMAND, SEARCH_FILES, WRITE_FILE,
};
use crate::error::ToolError;
use crate::files::{self, Checkpoint, Checkpoints, FileError, Inside, Room};
use crate::web::{self, Door, Resolve, SystemResolver};
use crate::{calculate::calculate, command, date};
use serde::Serialize;
use serde_json::{Value, json};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use url::Url;
use wheelhouse_domain::Fingerprint;
use wheelhouse_domain::Millis;
use wheelhouse_domain::{Grant, WebGrant};

/// What the tools need of the application.
#[derive(Clone)]
pub struct Surroundings {
    /// Where what stood in files before is kept. Without it nothing is written.
    pub checkpoints: Option<Checkpoints>,
    /// How names of sites are looked up.
    pub resolver: Arc<dyn Resolve>,
    /// The clock.
    pub now: Arc<dyn Fn() -> Millis + Send + Sync>,
}

impl Surroundings {
    /// The system's own way to look names up, checkpoints in `checkpoints`, and the caller's clock.
    pub fn new(checkpoints: PathBuf, now: impl Fn() -> Millis + Send + Sync + 'static) -> Self {
        Self {
            checkpoints: Some(Checkpoints::new(checkpoints)),
            resolver: Arc::new(SystemResolver),
            now: Arc::new(now),
        }
    }
}

impl fmt::Debug for Surroundings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Surroundings")
            .field("checkpoints", &self.checkpoints)
            .finish_non_exhaustive()
    }
}

/// All tools.
#[derive(Debug, Clone)]
pub struct Toolbox {
    surroundings: Surroundings,
}

/// A call that was understood and checked, and not done.
enum Prepared {
    Read(Room, Inside, ReadFile),
    ListGranted,
    List(Room, Inside),
    Search(Room, Inside, SearchFiles),
    Write(Room, Box<files::WritePlan>),
    Fetch(WebGrant, Url, u64),
    Run(Box<command::Plan>),
    Calculate(String),
    Date(Date),
}

/// What is known of a call before it is done.
struct Seen {
    prepared: Prepared,
    arguments: Value,
    effect: Effect,
}

impl Toolbox {
    /// Tools in these surroundings.
    #[must_use]
    pub fn new(surroundings: Surroundings) -> Self {
        Self { surroundings }
    }

    /// What a call of `tool` with `arguments` would do. Nothing is changed, and nobody outside is asked.
    ///
    /// # Errors
    ///
    /// The arguments do not fit, it is not granted, or it can't be done as things are.
    pub async fn preview(&self, grant: &Grant, tool: &str, arguments: &Value) -> Result<Preview, ToolError> {
        let seen = self.look(grant, tool, arguments).await?;
        Ok(Preview::new(tool, seen.arguments, seen.effect)?)
    }

    /// Does what a call of `tool` with `arguments` says. If `approved` is given, only if it is exactly what that stands for.
    ///
    /// # Errors
    ///
    /// As [`Toolbox::preview`]; and if it would do something else than what was approved, or if it fails, or `cancel` is
    /// called. What was begun and can be taken back is taken back.
    pub async fn perform(
        &self,
        grant: &Grant,
        tool: &str,
        arguments: &Value,
        approved: Option<&Fingerprint>,
        cancel: &CancellationToken,
    ) -> Result<Done, ToolError> {
        let seen = self.look(grant, tool, arguments).await?;
        if let Some(approved) = approved {
            let now = Preview::new(tool, seen.arguments, seen.effect)?;
            if now.fingerprint != *approved {
                return Err(ToolError::Changed);
            }
        }
        if cancel.is_cancelled() {
            return Err(ToolError::Cancelled);
        }
        self.carry_out(seen.prepared, grant, cancel).await
    }

    /// Sets a file back to what stood in it before the write of `checkpoint`.
    ///
    /// # Errors
    ///
    /// The file was changed since, what stood there is not kept any more, or its folder is not granted for writing any more.
    pub async fn undo(&self, grant: &Grant, checkpoint: &Checkpoint) -> Result<(), ToolError> {
        let (grant, checkpoint) = (grant.clone(), checkpoint.clone());
        let checkpoints = self.surroundings.checkpoints.clone();
        blocking(move || {
            let checkpoints = checkpoints.ok_or(FileError::NoCheckpoints)?;
            let (room, path) = enter(&grant, &checkpoint.path)?;
            Ok(files::undo(&room, &path, &checkpoint, &checkpoints)?)
        })
        .await
    }

    async fn look(&self, grant: &Grant, tool: &str, arguments: &Value) -> Result<Seen, ToolError> {
        if tool == FETCH_PAGE {
            return self.look_at_page(grant, arguments);
        }
        let (grant, tool, arguments) = (grant.clone(), tool.to_owned(), arguments.clone());
        blocking(move || look(&grant, &tool, &arguments)).await
    }

    fn look_at_page(&self, grant: &Grant, arguments: &Value) -> Result<Seen, ToolError> {
        let wanted: FetchPage = arguments::read(FETCH_PAGE, arguments)?;
        let grant = grant.web.clone().ok_or(ToolError::NotGranted("the web"))?;
        let resolver = self.surroundings.resolver.as_ref();
        let url = Door {
            grant: &grant,
            resolver,
        }
        .read(&wanted.url)?;
        let effect = Effect::Fetch {
            url: url.to_string(),
            host: web::plain_host(&url),
            port: url.port_or_known_default().unwrap_or_default(),
        };
        let start = wanted.start.unwrap_or(0);
        seen(Prepared::Fetch(grant, url, start), &wanted, effect)
    }

    async fn carry_out(
        &self,
        prepared: Prepared,
        grant: &Grant,
        cancel: &CancellationToken,
    ) -> Result<Done, ToolError> {
        match prepared {
            Prepared::Fetch(web, url, start) => {
                let resolver = self.surroundings.resolver.as_ref();
                let door = Door {
                    grant: &web,
                    resolver,
                };
                web::fetch(door, url, usize::try_from(start).unwrap_or(usize::MAX), cancel).await
            }
            Prepared::Run(plan) => command::perform(*plan, cancel).await,
            Prepared::ListGranted => Ok(files::list_granted(grant)),
            other => {
                let (surroundings, cancel) = (self.surroundings.clone(), cancel.clone());
                blocking(move || carry_out(other, &surroundings, &cancel)).await
            }
        }
    }
}

/// The work that waits for a disk or a processor, apart from everything that must not wait.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ToolError> + Send + 'static,
) -> Result<T, ToolError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| ToolError::BrokeOff)?
}

fn seen(prepared: Prepared, arguments: &impl Serialize, effect: Effect) -> Result<Seen, ToolError> {
    Ok(Seen {
        prepared,
        arguments: serde_json::to_value(arguments)?,
        effect,
    })
}

fn enter(grant: &Grant, path: &str) -> Result<(Room, Inside), ToolError> {
    let path = Inside::parse(path)?;
    Ok((Room::open(path.grant(grant)?)?, path))
}

fn look(grant: &Grant, tool: &str, arguments: &Value) -> Result<Seen, ToolError> {
    match tool {
        READ_FILE => {
            let wanted: ReadFile = arguments::read(READ_FILE, arguments)?;
            let (room, path) = enter(grant, &wanted.path)?;
            let effect = Effect::Read {
                path: path.to_string(),
            };
            seen(Prepared::Read(room, path, wanted.clone()), &wanted, effect)
        }
        LIST_FOLDER => look_at_folder(grant, arguments),
        SEARCH_FILES => {
            let wanted: SearchFiles = arguments::read(SEARCH_FILES, arguments)?;
            let (room, path) = enter(grant, &wanted.path)?;
            let effect = Effect::Search {
                path: path.to_string(),
                pattern: wanted.pattern.clone(),
            };
            seen(Prepared::Search(room, path, wanted.clone()), &wanted, effect)
        }
        WRITE_FILE => {
            let wanted: WriteFile = arguments::read(WRITE_FILE, arguments)?;
            let (room, path) = enter(grant, &wanted.path)?;
            let plan = files::preview_write(&room, &path, &wanted)?;
            let effect = plan.effect();
            seen(Prepared::Write(room, Box::new(plan)), &wanted, effect)
        }
        RUN_COMMAND => {
            let wanted: RunCommand = arguments::read(RUN_COMMAND, arguments)?;
            let plan = command::preview(grant, &wanted)?;
            let effect = plan.effect();
            seen(Prepared::Run(Box::new(plan)), &wanted, effect)
        }
        CALCULATOR => {
            let wanted: Calculator = arguments::read(CALCULATOR, arguments)?;
            seen(
                Prepared::Calculate(wanted.expression.clone()),
                &wanted,
                Effect::Compute,
            )
        }
        DATE => {
            let wanted: Date = arguments::read(DATE, arguments)?;
            seen(Prepared::Date(wanted.clone()), &wanted, Effect::Compute)
        }
        other => Err(ToolError::Unknown(other.chars().take(80).collect())),
    }
}

fn look_at_folder(grant: &Grant, arguments: &Value) -> Result<Seen, ToolError> {
    let wanted: ListFolder = arguments::read(LIST_FOLDER, arguments)?;
    let given = wanted.path.as_deref().unwrap_or_default();
    if matches!(given, "" | "." | "./" | "/") {
        let effect = Effect::List { path: String::new() };
        return seen(Prepared::ListGranted, &wanted, effect);
    }
    let (room, path) = enter(grant, given)?;
    let effect = Effect::List {
        path: path.to_string(),
    };
    seen(Prepared::List(room, path), &wanted, effect)
}

fn carry_out(
    prepared: Prepared,
    surroundings: &Surroundings,
    cancel: &CancellationToken,
) -> Result<Done, ToolError> {
    match prepared {
        Prepared::Read(room, path, wanted) => {
            Ok(files::read(&room, &path, wanted.first_line, wanted.last_line)?)
        }
        Prepared::List(room, path) => Ok(files::list(&room, &path)?),
        Prepared::Search(room, path, wanted) => Ok(files::search(&room, &path, &wanted, cancel)?),
        Prepared::Write(room, plan) => {
            let checkpoints = surroundings
                .checkpoints
                .as_ref()
                .ok_or(FileError::NoCheckpoints)?;
            Ok(files::write(&room, &plan, checkpoints)?)
        }
        Prepared::Calculate(expression) => calculated(&expression),
        Prepared::Date(wanted) => Ok(date::date(&wanted, (surroundings.now)())?),
        // Done elsewhere, because they wait for others.
        Prepared::ListGranted | Prepared::Fetch(..) | Prepared::Run(_) => Err(ToolError::BrokeOff),
    }
}

fn calculated(expression: &str) -> Result<Done, ToolError> {
    let found = calculate(expression)?;
    let text = match (&found.exact, &found.fraction) {
        (true, _) => format!("{expression} = {}", found.value),
        (false, Some(fraction)) => format!("{expression} = {} (rounded; exactly {fraction})", found.value),
        (false, None) => format!("{expression} = {} (rounded)", found.value),
    };
    Ok(Done {
        text,
        data: json!(found),
        untrusted: false,
        checkpoint: None,
    })
}
