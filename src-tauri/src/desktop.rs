//! Runs the program with its window.

use crate::backends::Backends;
use crate::bindings;
use crate::channels::Subscriptions;
use crate::commands::files::Carrying;
use crate::data_folder::rehearsal_pace;
use crate::drawing;
use crate::handover::{self, HandoverError, Taken, Wish};
use crate::launch::Launch;
use crate::logging;
use crate::moves::{Moves, keep_on};
use crate::output::{fail, say};
use crate::owned::Owned;
use crate::state::{Backend, LaunchOptions, begun_here};
use crate::updates;
use crate::wish::carry_out;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use tauri::async_runtime::block_on;
use tauri::{App, AppHandle, Manager, RunEvent, Url, WebviewWindowBuilder, WindowEvent};
use tracing::{error, warn};
use wheelhouse_api::{LocalBackend, Settings};
use wheelhouse_contract::{ApiError, ErrorCode, GetWorkflowStats, Operations, Signal};

const WINDOW: &str = "main";

/// A second wish to close within this time is carried out without asking: the window may not answer any more.
const INSIST: Duration = Duration::from_secs(5);

/// What is in flight gets this long to stop. Nothing depends on it: what is on record is on disk.
const CLOSING_TIME: Duration = Duration::from_secs(5);

#[derive(Default)]
struct Closing {
    asked_at: Mutex<Option<Instant>>,
}

pub(crate) fn run(launch: &Launch, data_folder: PathBuf) -> ExitCode {
    let _log = match logging::start(&data_folder) {
        Ok(guard) => guard,
        Err(error) => {
            return fail(&format!(
                "The log can't be written: {error}. Check the data folder."
            ));
        }
    };
    let wish = Wish::of(launch);
    let settings = Settings {
        data_folder: data_folder.clone(),
        rehearsal_pace: rehearsal_pace(),
    };
    let folder = LocalBackend::own(settings.clone());
    if matches!(&folder, Err(error) if error.code == ErrorCode::Conflict)
        && let Some(code) = hand_over(&data_folder, &wish)
    {
        return code;
    }
    // Beside the making of the window, because both take their time. A thread, because what opens a backend can't move
    // between threads while it waits.
    let opening = thread::spawn(|| block_on(async { folder?.open().await }));
    match build(&data_folder, settings) {
        Ok(app) => {
            let handle = app.handle().clone();
            thread::spawn(move || begin(&handle, opened(opening), wish, data_folder));
            let config_folder = app.path().app_config_dir();
            let code = app.run_return(on_event);
            if let Ok(folder) = config_folder {
                remove_empty(&folder);
            }
            ExitCode::from(u8::try_from(code).unwrap_or(1))
        }
        Err(error) => fail(&format!("The window could not be opened: {error}.")),
    }
}

/// Gives the wish to the Wheelhouse that owns the folder. None where nobody took it; then the window says why
/// it can't work.
fn hand_over(data_folder: &Path, wish: &Wish) -> Option<ExitCode> {
    match handover::send(data_folder, wish) {
        Ok(()) => {
            say("Wheelhouse is open already. It comes to the front.");
            Some(ExitCode::SUCCESS)
        }
        Err(error @ (HandoverError::NoAnswer | HandoverError::Io(_) | HandoverError::Form(_))) => {
            error!(%error, "the wish could not be handed over");
            None
        }
    }
}

fn build(data_folder: &Path, settings: Settings) -> tauri::Result<App> {
    let commands = bindings::builder();
    let webview_data = data_folder.join("webview");
    let window_state = data_folder.join("window.json");
    tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .plugin(
            // An absolute file name, so that this too is kept in the data folder.
            tauri_plugin_window_state::Builder::default()
                .with_filename(window_state.display().to_string())
                .build(),
        )
        .manage(Backend::default())
        .manage(Backends::open(data_folder))
        .manage(Subscriptions::default())
        .manage(Carrying::default())
        .manage(Closing::default())
        .manage(Moves::default())
        .manage(Owned::new(settings))
        .invoke_handler(commands.invoke_handler())
        .setup(move |app| {
            updates::register(app)?;
            let config = app
                .config()
                .app
                .windows
                .first()
                .ok_or(tauri::Error::WindowNotFound)?
                .clone();
            let window = WebviewWindowBuilder::from_config(app.handle(), &config)?
                .data_directory(webview_data)
                .on_navigation(is_own_page)
                .build()?;
            drawing::suit_machine(&window)?;
            Ok(())
        })
        .build(tauri::generate_context!())
}

/// The plugin that remembers the window makes a folder of its own, although its file is in the data folder. Only an empty
/// one goes: what a person has put there is theirs.
fn remove_empty(folder: &Path) {
    if let Err(error) = std::fs::remove_dir(folder)
        && !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::DirectoryNotEmpty)
    {
        warn!(%error, folder = %folder.display(), "an empty folder stays");
    }
}

/// The window shows the application and nothing else, whatever a text in it says.
fn is_own_page(url: &Url) -> bool {
    url.scheme() == "tauri" || (url.scheme() == "http" && url.host_str() == Some("tauri.localhost"))
}

fn opened(opening: JoinHandle<Result<LocalBackend, ApiError>>) -> Result<LocalBackend, ApiError> {
    opening.join().unwrap_or_else(|_| {
        error!("opening the data folder broke off");
        Err(
            ApiError::new(ErrorCode::Internal, "Wheelhouse could not open its data folder.")
                .next_step("Close it and start it again. Nothing is lost."),
        )
    })
}

fn begin(app: &AppHandle, opened: Result<LocalBackend, ApiError>, wish: Wish, data_folder: PathBuf) {
    tauri::async_runtime::spawn(keep_on(app.clone()));
    let state = app.state::<Backend>();
    let backend = match opened {
        Ok(backend) => backend,
        Err(error) => return state.failed(error),
    };
    let local = backend.local().clone();
    app.state::<Owned>().put(backend);
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        app.state::<Backend>().opened(local.clone());
        // Reading a large folder takes its time; the window and other starts do not wait for it.
        let launched = app.clone();
        tauri::async_runtime::spawn(async move {
            let options = carry_out(&local, &wish).await;
            launched.state::<Backend>().launched(options);
        });
        listen(&app, data_folder);
    });
}

/// Takes in what other starts hand over, for as long as this process owns the folder.
pub(crate) fn listen(app: &AppHandle, data_folder: PathBuf) {
    if !app.state::<Owned>().begins_to_listen() {
        return;
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        for taken in handover::left_over(&data_folder) {
            take_in(&app, taken);
        }
        loop {
            for taken in handover::next(&data_folder).await {
                take_in(&app, taken);
            }
        }
    });
}

/// Another start handed over its wish. The window comes to the front at once, and the wish is carried out beside others.
fn take_in(app: &AppHandle, taken: Taken) {
    if let Some(window) = app.get_webview_window(WINDOW)
        && let Err(error) = window.unminimize().and_then(|()| window.set_focus())
    {
        error!(%error, "the window could not come to the front");
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        // Waits while the backend is opened again. What can't be carried out now stays for the next start.
        let Ok(local) = app.state::<Backend>().local().await else {
            return;
        };
        let LaunchOptions {
            started_workflow,
            notice,
        } = carry_out(&local, &taken.wish).await;
        taken.done();
        let subscriptions = app.state::<Subscriptions>();
        match (started_workflow, app.state::<Backends>().chosen()) {
            (Some(workflow_id), None) => {
                subscriptions.tell(WINDOW, Signal::OpenWorkflow { workflow_id });
            }
            (Some(workflow_id), Some(_)) => {
                let text = begun_here(workflow_id);
                subscriptions.tell(WINDOW, Signal::Notice { text });
            }
            (None, _) => {}
        }
        if let Some(notice) = notice {
            error!(%notice, "a wish of another start could not be carried out");
        }
    });
}

fn on_event(app: &AppHandle, event: RunEvent) {
    match event {
        RunEvent::WindowEvent {
            event: WindowEvent::CloseRequested { api, .. },
            ..
        } if must_ask(app) => {
            api.prevent_close();
        }
        RunEvent::Exit => close(app),
        _ => {}
    }
}

/// Whether the window was told to ask first: work is running, it can answer, and it was not asked just now.
fn must_ask(app: &AppHandle) -> bool {
    let closing = app.state::<Closing>();
    let mut asked_at = closing
        .asked_at
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    if asked_at.is_some_and(|at| at.elapsed() < INSIST) {
        return false;
    }
    let Some(local) = app.state::<Backend>().local_now() else {
        return false;
    };
    let stats = block_on(local.get_workflow_stats(GetWorkflowStats {}));
    let running = stats.map_or(0, |stats| stats.active);
    let asked = running > 0
        && app
            .state::<Subscriptions>()
            .tell(WINDOW, Signal::CloseRequested { running });
    *asked_at = asked.then(Instant::now);
    asked
}

fn close(app: &AppHandle) {
    if let Some(backend) = app.state::<Owned>().take() {
        let closed = block_on(async { tokio::time::timeout(CLOSING_TIME, backend.close()).await });
        if closed.is_err() {
            error!("what was in flight did not stop in time; it is taken up at the next start");
        }
    }
}
