//! A whole backend on a folder of its own.

use crate::within;
use crate::world::TestWorld;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;
use wheelhouse_agents::rehearsal::{self, Rehearsal};
use wheelhouse_agents::{Model, ModelRegistry};
use wheelhouse_api::carried::{self, KeptRun};
use wheelhouse_api::{Local, LocalBackend};
use wheelhouse_contract::{
    AddSource, ApiError, CreateWorkflow, GetConversation, GetTask, GetWorkflow, ImportedWorkflow,
    MessageView, Operations, RequestKey, SentMessage, SourceView, StartWorkflow, TaskDetail, TaskView,
    WorkflowDetail,
};
use wheelhouse_domain::{Event, Limits, MessageUid, TaskKey, WorkflowId};
use wheelhouse_orchestrator::Options;
use wheelhouse_orchestrator::keys::{Environment, KeychainChoice};

/// What a workbench is set up with: `rehearsal` without pauses and short waits between attempts, unless told
/// otherwise.
#[derive(Clone)]
pub struct Setup {
    models: ModelRegistry,
    /// Bounds of new workflows.
    pub limits: Limits,
    /// Model calls at the same time, over all workflows.
    pub parallel_calls: usize,
    /// Variables that give keys. None, unless told otherwise.
    pub environment: Environment,
    /// Clock and ids.
    pub world: Arc<TestWorld>,
}

impl Default for Setup {
    fn default() -> Self {
        let rehearsal = Rehearsal::new(rehearsal::Options::instant());
        Self {
            models: ModelRegistry::new().with(Arc::new(rehearsal)),
            limits: Limits {
                retry_base_ms: 1,
                ..Limits::default()
            },
            parallel_calls: 16,
            environment: Environment::of([]),
            world: Arc::new(TestWorld::default()),
        }
    }
}

impl Setup {
    /// The same with `model`, in place of one of the same name.
    #[must_use]
    pub fn model(mut self, model: Arc<dyn Model>) -> Self {
        self.models = self.models.with(model);
        self
    }

    /// The same with `model` and no other.
    #[must_use]
    pub fn only(mut self, model: Arc<dyn Model>) -> Self {
        self.models = ModelRegistry::new().with(model);
        self
    }

    /// The same with other bounds.
    #[must_use]
    pub fn limits(mut self, change: impl FnOnce(&mut Limits)) -> Self {
        change(&mut self.limits);
        self
    }

    /// Opens a backend on `folder`.
    ///
    /// # Errors
    /// Those of [`LocalBackend::start`].
    pub async fn open_in(&self, folder: &Path) -> Result<LocalBackend, ApiError> {
        let mut options = Options::new(folder.to_owned(), self.models.clone());
        // Tests must not reach into the keychain of whoever runs them.
        options.keychain = KeychainChoice::Without;
        options.environment = self.environment.clone();
        options.limits = self.limits;
        options.parallel_calls = self.parallel_calls;
        options.world = Arc::<TestWorld>::clone(&self.world);
        within("the backend opens", LocalBackend::start(options)).await
    }

    /// Opens a backend on a new folder.
    ///
    /// # Panics
    /// Where it can't be opened.
    pub async fn open(self) -> Workbench {
        let folder = TempDir::new().expect("a temporary folder");
        let backend = self.open_in(folder.path()).await.expect("the backend opens");
        Workbench {
            backend: Some(backend),
            setup: self,
            keys: AtomicU32::new(0),
            folder,
        }
    }
}

/// A backend, its folder, and short words for what tests do with it.
pub struct Workbench {
    // Before the folder: the backend must let go of it first.
    backend: Option<LocalBackend>,
    setup: Setup,
    keys: AtomicU32,
    folder: TempDir,
}

impl Workbench {
    /// The usual one.
    pub async fn open() -> Self {
        Setup::default().open().await
    }

    /// One whose crew thinks with `model`.
    pub async fn with(model: Arc<dyn Model>) -> Self {
        Setup::default().model(model).open().await
    }

    /// The operations.
    ///
    /// # Panics
    /// While it is closed.
    #[must_use]
    pub fn api(&self) -> &Local {
        self.backend.as_ref().expect("the workbench is open").local()
    }

    /// The data folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The clock.
    #[must_use]
    pub fn world(&self) -> &TestWorld {
        &self.setup.world
    }

    /// What it was set up with.
    #[must_use]
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// A request key that was not used before.
    pub fn key(&self) -> RequestKey {
        let number = self.keys.fetch_add(1, Ordering::Relaxed);
        RequestKey(format!("test-key-{number:04}"))
    }

    /// Closes the backend, as quitting does.
    ///
    /// # Panics
    /// Where it does not close.
    pub async fn close(&mut self) {
        if let Some(backend) = self.backend.take() {
            within("the backend closes", backend.close()).await;
        }
    }

    /// Opens the same folder again, closing it first where that was not done.
    ///
    /// # Panics
    /// Where it can't be opened.
    pub async fn reopen(&mut self) {
        self.close().await;
        let opened = self.setup.open_in(self.folder.path()).await;
        self.backend = Some(opened.expect("the same folder opens again"));
    }

    /// Opens the same folder again with another set-up.
    pub async fn change(&mut self, change: impl FnOnce(Setup) -> Setup) {
        self.setup = change(self.setup.clone());
        self.reopen().await;
    }

    /// Writes a workflow down.
    ///
    /// # Panics
    /// Where that is refused.
    pub async fn create(&self, task: &str) -> WorkflowId {
        self.create_of(task, None).await
    }

    /// The same, where the task was made of a message.
    ///
    /// # Panics
    /// Where that is refused.
    pub async fn create_of(&self, task: &str, made_of: Option<MessageUid>) -> WorkflowId {
        let request = CreateWorkflow {
            request_key: self.key(),
            task: task.to_owned(),
            name: String::new(),
            made_of,
        };
        self.api().create_workflow(request).await.expect("created").id
    }

    /// Writes a workflow down and starts it.
    ///
    /// # Panics
    /// Where that is refused.
    pub async fn begin(&self, task: &str) -> WorkflowId {
        self.begin_of(task, None).await
    }

    /// The same, where the task was made of a message.
    ///
    /// # Panics
    /// Where that is refused.
    pub async fn begin_of(&self, task: &str, made_of: Option<MessageUid>) -> WorkflowId {
        let id = self.create_of(task, made_of).await;
        let request_key = self.key();
        self.api()
            .start_workflow(StartWorkflow { request_key, id })
            .await
            .expect("started");
        id
    }

    /// A reply as the operator sees it.
    ///
    /// # Panics
    /// Where it is not there.
    pub async fn reply(&self, sent: &SentMessage) -> MessageView {
        let request = GetConversation {
            uid: sent.conversation.uid,
            before: None,
            after: None,
            around: Some(sent.reply.uid),
            limit: 50,
        };
        let detail = self.api().get_conversation(request).await.expect("there");
        let found = detail.messages.into_iter().find(|one| one.uid == sent.reply.uid);
        found.expect("it is shown")
    }

    /// Begins a workflow and waits until it has ended, or waits for the operator.
    pub async fn run(&self, task: &str) -> WorkflowDetail {
        let id = self.begin(task).await;
        self.ended(id).await
    }

    /// Waits until a workflow has ended, or waits for the operator.
    ///
    /// # Panics
    /// Where it never does.
    pub async fn ended(&self, id: WorkflowId) -> WorkflowDetail {
        within("the workflow ends", self.api().handle().wait(id))
            .await
            .expect("the workflow is there");
        self.detail(id).await
    }

    /// Waits until a workflow has ended for good, whatever it asks meanwhile.
    ///
    /// # Panics
    /// Where that takes too long.
    pub async fn until_final(&self, id: WorkflowId) -> WorkflowDetail {
        self.until(id, "the workflow ends", |detail| {
            detail.workflow.status.is_final()
        })
        .await
    }

    /// Waits until a workflow is as `wanted`.
    ///
    /// # Panics
    /// Where it never is.
    pub async fn until(
        &self,
        id: WorkflowId,
        what: &str,
        wanted: impl Fn(&WorkflowDetail) -> bool,
    ) -> WorkflowDetail {
        let mut head = self.api().handle().store().head();
        let watching = async {
            loop {
                head.mark_unchanged();
                let detail = self.detail(id).await;
                if wanted(&detail) {
                    return detail;
                }
                head.changed().await.expect("the store is open");
            }
        };
        within(what, watching).await
    }

    /// A workflow with its tasks.
    ///
    /// # Panics
    /// Where there is none.
    pub async fn detail(&self, id: WorkflowId) -> WorkflowDetail {
        self.api()
            .get_workflow(GetWorkflow { id })
            .await
            .expect("it is there")
    }

    /// One task of a workflow by its key.
    ///
    /// # Panics
    /// Where there is none.
    pub async fn task(&self, id: WorkflowId, key: &str) -> TaskView {
        let tasks = self.detail(id).await.tasks;
        let found = tasks.into_iter().find(|task| task.key == TaskKey::from(key));
        found.unwrap_or_else(|| panic!("workflow {id} has no task {key}"))
    }

    /// Everything about one task of a workflow.
    ///
    /// # Panics
    /// Where there is none.
    pub async fn task_detail(&self, id: WorkflowId, key: &str) -> TaskDetail {
        let request = GetTask {
            workflow_id: id,
            task_id: self.task(id, key).await.id,
        };
        self.api().get_task(request).await.expect("it is there")
    }

    /// The journal of a workflow.
    ///
    /// # Panics
    /// Where it can't be read.
    pub async fn events(&self, id: WorkflowId) -> Vec<Event> {
        self.api()
            .handle()
            .store()
            .all_events(id)
            .await
            .expect("readable")
    }

    /// Writes an ended run into a file, as a window does.
    ///
    /// # Errors
    /// What a window would be told.
    ///
    /// # Panics
    /// Never: nobody stops it.
    pub async fn keep_run(&self, id: WorkflowId, path: &Path) -> Result<KeptRun, ApiError> {
        let kept = carried::keep_run(self.api(), id, path, |_| {}, std::future::pending());
        Ok(kept.await?.expect("nobody stops it"))
    }

    /// Takes in a run from a file, as a window does.
    ///
    /// # Errors
    /// What a window would be told.
    ///
    /// # Panics
    /// Never: nobody stops it.
    pub async fn take_run(&self, path: &Path) -> Result<ImportedWorkflow, ApiError> {
        let taken = carried::take_run(self.api(), self.key(), path, |_| {}, std::future::pending());
        Ok(taken.await?.expect("nobody stops it"))
    }

    /// Adds a folder or file to the knowledge and waits until it was read.
    ///
    /// # Panics
    /// Where that is refused.
    pub async fn add_source(&self, path: &Path) -> SourceView {
        let request = AddSource {
            request_key: self.key(),
            path: path.to_str().expect("a path in Unicode").to_owned(),
            stays_here: false,
        };
        let source = self.api().add_source(request).await.expect("added");
        within("the source is read", self.api().wait_for_source(source.id))
            .await
            .expect("it is there")
    }
}
