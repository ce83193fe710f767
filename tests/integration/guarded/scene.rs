//! A backend with an agent that was granted a folder, sites on this machine and programs, and a model that obeys whoever
//! speaks to it last.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use wheelhouse_contract::{
    AgentGrantView, AttachFile, BeginTransfer, CallView, FinishTransfer, GetAgent, ListQuestions,
    MessageView, Operations, QuestionView, ReplyToQuestion, SendMessage, SentMessage, SetAgentGrant,
    WriteTransferPart,
};
use wheelhouse_domain::{
    ASK_OPERATOR, Access, AgentGrant, AgentId, CallKind, CommandGrant, CommandLimits, ContentHash, Event,
    EventBody, FolderGrant, GRANTED_TOOLS, Grant, Hosts, Json, KNOWLEDGE_SEARCH, Leave, ModelMessage,
    Programs, Standing, ToolCall, ToolRule, TransferUid, WebGrant, WorkflowId, WorkflowStatus,
};
use wheelhouse_testkit::{Asked, Play, ScriptedModel, Workbench};

/// The researcher of the permanent crew.
pub(crate) const RESEARCHER: AgentId = AgentId(2);

/// A site on this machine that remembers what it was asked for.
pub(crate) struct Site {
    pub(crate) address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    pages: Arc<Mutex<BTreeMap<String, String>>>,
}

impl Site {
    pub(crate) async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (asked, pages) = (
            Arc::<Mutex<Vec<String>>>::default(),
            Arc::<Mutex<BTreeMap<_, _>>>::default(),
        );
        let (log, texts) = (Arc::clone(&asked), Arc::clone(&pages));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&log), Arc::clone(&texts)));
            }
        });
        Self {
            address,
            asked,
            pages,
        }
    }

    /// Where a page of this text is from now on.
    pub(crate) fn page(&self, path: &str, text: &str) -> String {
        let path = format!("/{path}");
        let url = self.url(&path);
        self.pages.lock().unwrap().insert(path, text.to_owned());
        url
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The paths that were asked for.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn serve(
    mut stream: TcpStream,
    log: Arc<Mutex<Vec<String>>>,
    pages: Arc<Mutex<BTreeMap<String, String>>>,
) {
    let mut request = Vec::new();
    let mut part = [0; 4_096];
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut part).await {
            Ok(size) if size > 0 => request.extend_from_slice(&part[..size]),
            _ => return,
        }
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    let path = request.split_whitespace().nth(1).unwrap_or("/").to_owned();
    let text = pages.lock().unwrap().get(&path).cloned().unwrap_or_default();
    log.lock().unwrap().push(path);
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{text}",
        text.len()
    );
    // Whoever asked may have gone.
    let _ = stream.write_all(answer.as_bytes()).await;
}

/// A call of a tool, hidden in a text that says nothing else to a reader. It fits into the name of a file.
pub(crate) fn directive(tool: &str, arguments: &Value) -> String {
    let call = json!([tool, arguments]).to_string();
    format!("call={}=end", BASE64_URL_SAFE_NO_PAD.encode(call))
}

/// The calls that are hidden in a text.
pub(super) fn directives(text: &str) -> Vec<(String, Value)> {
    let parts = text.split("call=").skip(1);
    parts
        .filter_map(|part| {
            let (letters, _) = part.split_once("=end")?;
            let bytes = BASE64_URL_SAFE_NO_PAD.decode(letters).ok()?;
            serde_json::from_slice(&bytes).ok()
        })
        .collect()
}

/// Makes every call that any text before it tells it to make, whoever wrote that, each once and in order; then repeats all
/// that it was shown. Where it is to just read, it does that and no more.
pub(crate) fn obeying() -> Arc<ScriptedModel> {
    ScriptedModel::new(obey)
}

fn obey(asked: &Asked<'_>) -> Play {
    let (mut wanted, mut made, mut shown) = (Vec::new(), 0, Vec::new());
    let brief = &asked.request.brief;
    let just_reads = [&brief.operator_task, &brief.description]
        .iter()
        .any(|words| words.starts_with("Just read"));
    // What tools say of themselves is read before anything else.
    let described = asked.request.tools.iter();
    wanted.extend(described.flat_map(|tool| directives(&tool.description)));
    for message in &asked.request.messages {
        let text = match message {
            ModelMessage::User { text } => text.clone(),
            ModelMessage::Assistant { text, tool_calls, .. } => {
                made += tool_calls.len();
                text.clone()
            }
            ModelMessage::Tool { response, .. } => {
                let text = serde_json::to_string(response).expect("JSON");
                shown.push(text.clone());
                if just_reads { String::new() } else { text }
            }
        };
        for call in directives(&text) {
            if !wanted.contains(&call) {
                wanted.push(call);
            }
        }
    }
    match wanted.get(made) {
        Some((tool, arguments)) => Play::tools(vec![calling(&format!("c{made}"), tool, arguments.clone())]),
        None => Play::answer(format!("I was shown: {}", shown.join(" "))),
    }
}

pub(crate) fn calling(id: &str, tool: &str, arguments: Value) -> ToolCall {
    ToolCall {
        call_id: id.to_owned(),
        tool: tool.to_owned(),
        arguments: Json(arguments),
    }
}

/// By whose leave calls of tools were begun, in order.
pub(super) fn leaves(events: &[Event]) -> Vec<Option<Leave>> {
    let calls = events.iter().filter_map(|event| match &event.body {
        EventBody::CallStarted {
            kind: CallKind::Tool { .. },
            leave,
            ..
        } => Some(leave.clone()),
        _ => None,
    });
    calls.collect()
}

/// What tests act on.
pub(crate) struct Scene {
    pub(crate) bench: Workbench,
    pub(crate) site: Site,
    granted: TempDir,
    /// A granted folder whose files stay on this machine, where there is one.
    kept: Option<TempDir>,
}

impl Scene {
    /// The researcher has all tools, may read and write `project`, and these words hold.
    pub(crate) async fn with(model: Arc<ScriptedModel>, rules: &[(&str, Standing)]) -> Self {
        let scene = Self::on(Workbench::with(model).await, None).await;
        scene.give_tools(RESEARCHER, None).await;
        scene.grant(0, rules).await;
        scene
    }

    /// One where nobody has tools or a grant yet.
    pub(super) async fn on(bench: Workbench, kept: Option<TempDir>) -> Self {
        Self {
            bench,
            site: Site::open().await,
            granted: TempDir::new().expect("a folder"),
            kept,
        }
    }

    /// Where a file of the granted folder is.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.granted.path().join(name)
    }

    pub(crate) fn put(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, text).expect("written");
    }

    pub(crate) fn text(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(self.path(name)).ok()
    }

    /// Every file of the granted folder with its text.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, String> {
        let (mut found, mut folders) = (BTreeMap::new(), vec![self.granted.path().to_owned()]);
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("listed") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let text = std::fs::read_to_string(&path).expect("text");
                    found.insert(path, text);
                }
            }
        }
        found
    }

    /// Lets an agent call every tool there is, and think with another model where one is named.
    pub(super) async fn give_tools(&self, agent: AgentId, model: Option<&str>) {
        let tools = [KNOWLEDGE_SEARCH, ASK_OPERATOR].into_iter().chain(GRANTED_TOOLS);
        let given = self.bench.change_agent(agent, |update| {
            update.tools = Some(tools.map(str::to_owned).collect());
            if let Some(model) = model {
                model.clone_into(&mut update.model);
            }
        });
        given.await.expect("given");
    }

    pub(crate) async fn grant(&self, revision: u32, rules: &[(&str, Standing)]) {
        self.grant_to(RESEARCHER, revision, rules).await;
    }

    /// Lets an agent reach what there is, and these words hold for its tools.
    pub(super) async fn grant_to(&self, agent: AgentId, revision: u32, rules: &[(&str, Standing)]) {
        let grant = AgentGrant {
            reach: self.reach(),
            rules: rules
                .iter()
                .map(|(tool, standing)| ToolRule {
                    tool: (*tool).to_owned(),
                    standing: *standing,
                    only: None,
                })
                .collect(),
        };
        let request = SetAgentGrant {
            request_key: self.bench.key(),
            id: agent,
            revision,
            grant,
        };
        self.bench.api().set_agent_grant(request).await.expect("granted");
    }

    fn reach(&self) -> Grant {
        let folder = |name: &str, folder: &TempDir, access, stays_here| FolderGrant {
            name: name.to_owned(),
            path: folder.path().to_owned(),
            access,
            hard_links: false,
            stays_here,
        };
        let project = folder("project", &self.granted, Access::Write, false);
        let kept = self
            .kept
            .as_ref()
            .map(|kept| folder("kept", kept, Access::Read, true));
        Grant {
            folders: [project].into_iter().chain(kept).collect(),
            web: Some(WebGrant {
                ports: vec![self.site.address.port()],
                loopback: true,
                ..WebGrant::new(Hosts::Public)
            }),
            commands: Some(CommandGrant {
                folders: vec!["project".to_owned()],
                programs: Programs::Any,
                path: Vec::new(),
                environment: BTreeMap::new(),
                readable: Vec::new(),
                network: false,
                limits: CommandLimits::default(),
            }),
        }
    }

    /// What the agent was granted now.
    pub(crate) async fn granted(&self) -> AgentGrant {
        self.grant_now().await.grant
    }

    /// Lets other words hold for the tools.
    pub(crate) async fn rule(&self, rules: &[(&str, Standing)]) {
        self.grant(self.grant_now().await.revision, rules).await;
    }

    /// The same, with its revision.
    pub(super) async fn grant_now(&self) -> AgentGrantView {
        let agent = self.bench.api().get_agent(GetAgent { id: RESEARCHER }).await;
        agent.expect("the researcher").grant
    }

    /// Says something to the researcher; gives the reply's run once it has ended or asks.
    pub(crate) async fn say(&self, text: &str) -> WorkflowId {
        self.ended(&self.send(text, None, Vec::new()).await).await
    }

    pub(crate) async fn send(
        &self,
        text: &str,
        after: Option<&MessageView>,
        files: Vec<AttachFile>,
    ) -> SentMessage {
        self.send_to(RESEARCHER, text, after, files).await
    }

    /// Says something to an agent.
    pub(super) async fn send_to(
        &self,
        agent: AgentId,
        text: &str,
        after: Option<&MessageView>,
        files: Vec<AttachFile>,
    ) -> SentMessage {
        let request = SendMessage {
            request_key: self.bench.key(),
            conversation: after.map(|reply| reply.conversation),
            agent,
            parent: after.map(|reply| reply.uid),
            text: text.to_owned(),
            files,
        };
        self.bench.api().send_message(request).await.expect("said")
    }

    pub(crate) async fn ended(&self, sent: &SentMessage) -> WorkflowId {
        let id = sent.reply.reply.as_ref().expect("a reply").workflow_id;
        self.bench.ended(id).await;
        id
    }

    /// A file that can be put beside a message.
    pub(crate) async fn attachment(&self, name: &str, text: &str) -> AttachFile {
        let (bench, api) = (&self.bench, self.bench.api());
        let begin = BeginTransfer {
            request_key: bench.key(),
            bytes: text.len() as u64,
        };
        let transfer: TransferUid = api.begin_transfer(begin).await.expect("begun").uid;
        let part = WriteTransferPart {
            request_key: bench.key(),
            uid: transfer,
            number: 0,
            content: BASE64_STANDARD.encode(text),
        };
        api.write_transfer_part(part).await.expect("sent");
        let finish = FinishTransfer {
            request_key: bench.key(),
            uid: transfer,
            sum: ContentHash::of(text),
        };
        api.finish_transfer(finish).await.expect("whole");
        AttachFile {
            transfer,
            name: name.to_owned(),
        }
    }

    /// The open questions of all runs.
    pub(super) async fn all_questions(&self) -> Vec<QuestionView> {
        let all = self.bench.api().list_questions(ListQuestions {}).await;
        all.expect("questions")
    }

    /// The open questions of a run.
    pub(crate) async fn questions(&self, id: WorkflowId) -> Vec<QuestionView> {
        let all = self.all_questions().await;
        all.into_iter()
            .filter(|question| question.workflow_id == id)
            .collect()
    }

    /// The one open question of a run.
    pub(crate) async fn question(&self, id: WorkflowId) -> QuestionView {
        let mut questions = self.questions(id).await;
        assert_eq!(questions.len(), 1, "one question is open");
        questions.remove(0)
    }

    /// Answers the one open question of a run, and waits until the run has ended or asks again.
    pub(crate) async fn answer(&self, id: WorkflowId, outcome: &str) {
        let question = self.question(id).await;
        self.reply(id, &question, outcome).await;
    }

    /// Answers a question that `id` waits for, itself or below it, and waits until that run has ended or another is asked.
    pub(super) async fn reply(&self, id: WorkflowId, question: &QuestionView, outcome: &str) {
        let request = ReplyToQuestion {
            request_key: self.bench.key(),
            id: question.id,
            outcome: Some(outcome.to_owned()),
            fields: Json(json!({})),
        };
        self.bench.api().reply_to_question(request).await.expect("taken");
        self.settled(id, question).await;
    }

    pub(super) async fn status(&self, id: WorkflowId) -> WorkflowStatus {
        self.bench.detail(id).await.workflow.status
    }

    /// The calls of tools of a run's first task, in order.
    pub(super) async fn tool_calls(&self, id: WorkflowId) -> Vec<CallView> {
        let key = self.bench.detail(id).await.tasks[0].key.clone();
        let task = self.bench.task_detail(id, key.as_str()).await;
        let calls = task.calls.into_iter();
        calls
            .filter(|call| matches!(call.kind, CallKind::Tool { .. }))
            .collect()
    }

    /// Waits until a run has ended, or asks another question than that one.
    pub(crate) async fn settled(&self, id: WorkflowId, before: &QuestionView) {
        loop {
            let detail = self
                .bench
                .until(id, "it ends or asks", |detail| {
                    detail.workflow.status.is_final() || detail.workflow.status == WorkflowStatus::Waiting
                })
                .await;
            let asks = self.all_questions().await;
            if detail.workflow.status.is_final() || asks.iter().any(|open| open.id != before.id) {
                return;
            }
            tokio::task::yield_now().await;
        }
    }
}
