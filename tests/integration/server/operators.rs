//! Several operators on one server: what one changes the others see at once, and nobody's change is lost.

use wheelhouse_api::remote::{Remote, RemoteFeed, Told};
use wheelhouse_contract::{
    AgentView, AnswerQuestion, CreateWorkflow, DuplicateTemplate, ErrorCode, Frame, GetTemplate, ListAgents,
    ListQuestions, ListTemplates, Operations, RequestKey, SaveTemplate, StartWorkflow, UpdateAgent,
};
use wheelhouse_testkit::{Rows, Served, within};

fn key(name: &str) -> RequestKey {
    RequestKey(format!("operators-{name}"))
}

/// What an operator's window holds.
struct Window {
    remote: Remote,
    feed: RemoteFeed,
    rows: Rows,
}

impl Window {
    async fn open(served: &Served) -> Self {
        let remote = served.remote();
        let feed = remote.subscribe(None).await.expect("subscribed");
        let mut window = Self {
            remote,
            feed,
            rows: Rows::default(),
        };
        window.apply().await;
        window
    }

    async fn apply(&mut self) -> Frame {
        loop {
            let told = within("the server tells something", self.feed.next()).await;
            if let Told::Frame(frame) = told.expect("the way holds") {
                self.rows.apply(&frame);
                self.feed.ack(frame.to);
                return *frame;
            }
        }
    }

    async fn until(&mut self, wanted: impl Fn(&Rows) -> bool) {
        while !wanted(&self.rows) {
            self.apply().await;
        }
    }
}

fn renamed(agent: &AgentView, name: &str, wish: &str) -> UpdateAgent {
    UpdateAgent {
        request_key: key(wish),
        id: agent.id,
        version: agent.version,
        name: name.to_owned(),
        role: agent.role.clone(),
        instructions: agent.instructions.clone(),
        model: agent.model.clone(),
        tools: None,
        fallbacks: None,
    }
}

#[tokio::test]
async fn what_one_changes_the_other_sees_and_an_old_edit_is_refused() {
    let served = Served::open().await;
    let (mut anna, mut ben) = (Window::open(&served).await, Window::open(&served).await);
    let agents = anna.remote.list_agents(ListAgents {}).await.expect("agents");
    let driver = &agents[0];
    let by_anna = anna.remote.update_agent(renamed(driver, "Dora", "anna")).await;
    assert_eq!(by_anna.expect("changed").name, "Dora");
    ben.until(|rows| {
        rows.agents
            .get(&driver.id)
            .is_some_and(|agent| agent.name == "Dora")
    })
    .await;
    anna.until(|rows| {
        rows.agents
            .get(&driver.id)
            .is_some_and(|agent| agent.name == "Dora")
    })
    .await;

    // Ben's form was opened before that.
    let by_ben = ben
        .remote
        .update_agent(renamed(driver, "Bernd", "ben"))
        .await
        .expect_err("refused");
    assert_eq!(by_ben.code, ErrorCode::Conflict, "{by_ben}");
    let now = served.api().list_agents(ListAgents {}).await.expect("agents");
    assert_eq!(now[0].name, "Dora", "nobody's change is lost");
}

#[tokio::test]
async fn a_template_is_not_overwritten_by_whoever_saves_last() {
    let served = Served::open().await;
    let (anna, ben) = (served.remote(), served.remote());
    let templates = anna
        .list_templates(ListTemplates { removed: false })
        .await
        .expect("templates");
    let duplicate = DuplicateTemplate {
        request_key: key("duplicate"),
        uid: templates[0].uid,
        version: None,
    };
    let ours = anna.duplicate_template(duplicate).await.expect("made");
    let read = GetTemplate {
        uid: ours.uid,
        version: None,
    };
    let document = ben.get_template(read).await.expect("a template").text;
    let save = |wish: &str, title: &str| SaveTemplate {
        request_key: key(wish),
        text: document.replace(&ours.title, title),
        expected_version: ours.version,
    };
    anna.save_template(save("anna", "Anna's")).await.expect("saved");
    let late = ben
        .save_template(save("ben", "Ben's"))
        .await
        .expect_err("refused");
    assert_eq!(late.code, ErrorCode::Conflict, "{late}");
}

#[tokio::test]
async fn a_question_is_answered_once_whoever_is_first() {
    let served = Served::open().await;
    let (mut anna, mut ben) = (Window::open(&served).await, Window::open(&served).await);
    let create = CreateWorkflow {
        request_key: key("create"),
        // A task that says nothing is asked about.
        task: "help".to_owned(),
        name: String::new(),
        made_of: None,
    };
    let id = anna.remote.create_workflow(create).await.expect("created").id;
    let start = StartWorkflow {
        request_key: key("start"),
        id,
    };
    anna.remote.start_workflow(start).await.expect("started");
    for window in [&mut anna, &mut ben] {
        window.until(|rows| !rows.questions.is_empty()).await;
    }
    let open = ben
        .remote
        .list_questions(ListQuestions {})
        .await
        .expect("questions");
    let answer = |wish: &str| AnswerQuestion {
        request_key: key(wish),
        id: open[0].id,
        answer: "Compare two ways to keep a garden".to_owned(),
    };
    ben.remote.answer_question(answer("ben")).await.expect("answered");
    let late = anna
        .remote
        .answer_question(answer("anna"))
        .await
        .expect_err("refused");
    assert_eq!(late.code, ErrorCode::Conflict, "{late}");
}
