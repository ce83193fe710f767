//! A backend with an agent that was granted a folder, sites on this machine and programs, and a model that obeys whoever
//! speaks to it last.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use wheelhouse_contract::{
    AgentGrantView, AttachFile, BeginTransfer, FinishTransfer, GetAgent, ListQuestions, MessageView,
    Operations, QuestionView, ReplyToQuestion, SendMessage, SentMessage, SetAgentGrant, UpdateAgent,
    WriteTransferPart,
};
use wheelhouse_domain::{
    Access, AgentGrant, AgentId, CommandGrant, CommandLimits, ContentHash, FolderGrant, Grant, Hosts, Json,
    ModelMessage, Programs, Standing, ToolCall, ToolRule, TransferUid, WebGrant, WorkflowId,
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

/// A call of a tool, hidden in a text that says nothing else to a reader.
pub(crate) fn directive(tool: &str, arguments: &Value) -> String {
    let call = json!([tool, arguments]).to_string();
    let digits: String = call.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("call-{digits}-end")
}

/// The calls that are hidden in a text.
fn directives(text: &str) -> Vec<(String, Value)> {
    let parts = text.split("call-").skip(1);
    parts
        .filter_map(|part| {
            let (digits, _) = part.split_once("-end")?;
            let bytes: Option<Vec<u8>> = (0..digits.len() / 2)
                .map(|at| u8::from_str_radix(digits.get(2 * at..2 * at + 2)?, 16).ok())
                .collect();
            serde_json::from_slice(&bytes?).ok()
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

/// What tests act on.
pub(crate) struct Scene {
    pub(crate) bench: Workbench,
    pub(crate) site: Site,
    granted: TempDir,
}

impl Scene {
    /// The researcher has all tools, may read and write `project`, and these words hold.
    pub(crate) async fn with(model: Arc<ScriptedModel>, rules: &[(&str, Standing)]) -> Self {
        let scene = Self {
            bench: Workbench::with(model).await,
            site: Site::open().await,
            granted: TempDir::new().expect("a folder"),
        };
        scene.give_tools().await;
        scene.grant(0, rules).await;
        scene
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

    async fn give_tools(&self) {
        let agent = self.bench.api().get_agent(GetAgent { id: RESEARCHER }).await;
        let agent = agent.expect("the researcher").agent;
        let tools = [
            "knowledge_search",
            "read_file",
            "list_folder",
            "search_files",
            "write_file",
            "fetch_page",
            "run_command",
        ];
        let update = UpdateAgent {
            request_key: self.bench.key(),
            id: agent.id,
            version: agent.version,
            name: agent.name,
            role: agent.role,
            instructions: agent.instructions,
            model: agent.model,
            tools: Some(tools.map(str::to_owned).into()),
        };
        self.bench.api().update_agent(update).await.expect("given");
    }

    pub(crate) async fn grant(&self, revision: u32, rules: &[(&str, Standing)]) {
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
            id: RESEARCHER,
            revision,
            grant,
        };
        self.bench.api().set_agent_grant(request).await.expect("granted");
    }

    fn reach(&self) -> Grant {
        Grant {
            folders: vec![FolderGrant {
                name: "project".to_owned(),
                path: self.granted.path().to_owned(),
                access: Access::Write,
                hard_links: false,
                stays_here: false,
            }],
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

    async fn grant_now(&self) -> AgentGrantView {
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
        let request = SendMessage {
            request_key: self.bench.key(),
            conversation: after.map(|reply| reply.conversation),
            agent: RESEARCHER,
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

    /// The open questions of a run.
    pub(crate) async fn questions(&self, id: WorkflowId) -> Vec<QuestionView> {
        let all = self
            .bench
            .api()
            .list_questions(ListQuestions {})
            .await
            .expect("questions");
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
        let request = ReplyToQuestion {
            request_key: self.bench.key(),
            id: question.id,
            outcome: Some(outcome.to_owned()),
            fields: Json(json!({})),
        };
        self.bench.api().reply_to_question(request).await.expect("taken");
        self.settled(id, &question).await;
    }

    /// Waits until a run has ended, or asks another question than that one.
    pub(crate) async fn settled(&self, id: WorkflowId, before: &QuestionView) {
        loop {
            let detail = self
                .bench
                .until(id, "it ends or asks", |detail| {
                    detail.workflow.status.is_final()
                        || detail.workflow.status == wheelhouse_domain::WorkflowStatus::Waiting
                })
                .await;
            let asks = self.questions(id).await;
            if detail.workflow.status.is_final() || asks.iter().any(|open| open.id != before.id) {
                return;
            }
            tokio::task::yield_now().await;
        }
    }
}
