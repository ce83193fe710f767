//! Conversations: said, replied to, stopped, said otherwise, and still there after a restart.

use crate::common::assert_calls_made_once;
use wheelhouse_contract::{
    AttachFile, BeginTransfer, ChooseBranch, ConversationDetail, DeleteWorkflow, EditMessage, ErrorCode,
    FinishTransfer, GetBudgets, GetConversation, GetWorkflow, GetWorkflowStats, ListConversations,
    ListWorkflows, MessageView, MoveObstacleKind, Operations, PlanFork, PlanMove, PreviewRetention,
    RegenerateReply, RemoveConversation, RenameConversation, RunAgain, SearchMessages, SendMessage,
    SentMessage, StopReply, WriteTransferPart,
};
use wheelhouse_domain::{
    AgentId, Author, ContentHash, ConversationUid, ForkEdit, ModelMessage, Outside, TransferUid,
    WorkflowStatus,
};
use wheelhouse_testkit::{Follower, Gate, Play, ScriptedModel, Workbench, within};

/// The researcher: second of the permanent crew.
const RESEARCHER: AgentId = AgentId(2);

async fn say(bench: &Workbench, text: &str, after: Option<&MessageView>) -> SentMessage {
    let request = SendMessage {
        request_key: bench.key(),
        conversation: after.map(|reply| reply.conversation),
        agent: RESEARCHER,
        parent: after.map(|reply| reply.uid),
        text: text.to_owned(),
        files: Vec::new(),
    };
    bench.api().send_message(request).await.expect("said")
}

async fn shown(bench: &Workbench, uid: ConversationUid) -> ConversationDetail {
    let request = GetConversation {
        uid,
        before: None,
        after: None,
        around: None,
        limit: 50,
    };
    bench.api().get_conversation(request).await.expect("there")
}

/// The newest message that is shown, once its reply has ended.
async fn replied(bench: &Workbench, sent: &SentMessage) -> MessageView {
    let reply = sent.reply.reply.as_ref().expect("a reply");
    bench.ended(reply.workflow_id).await;
    let detail = shown(bench, sent.conversation.uid).await;
    let found = detail
        .messages
        .into_iter()
        .find(|message| message.uid == sent.reply.uid);
    found.expect("it is shown")
}

fn texts(detail: &ConversationDetail) -> Vec<&str> {
    detail
        .messages
        .iter()
        .map(|message| message.text.as_str())
        .collect()
}

fn status(message: &MessageView) -> WorkflowStatus {
    message.reply.as_ref().expect("a reply").status
}

/// Says what it was asked, and how much was said before.
fn echo() -> std::sync::Arc<ScriptedModel> {
    ScriptedModel::new(|asked| {
        let before = asked.request.messages.len() - 1;
        Play::answer(format!(
            "{} ({before} before, {})",
            asked.request.brief.operator_task, asked.nth
        ))
    })
}

#[tokio::test]
async fn a_conversation_goes_on_and_stands_in_no_list_of_workflows() {
    let model = echo();
    let bench = Workbench::with(model.clone()).await;
    let first = say(&bench, "What is a ferry?\nTell me.", None).await;
    assert_eq!(first.conversation.title, "What is a ferry?");
    assert_eq!(first.reply.parent, Some(first.message.uid));
    let reply = replied(&bench, &first).await;
    assert_eq!(reply.text, "What is a ferry?\nTell me. (0 before, 1)");
    assert_eq!(status(&reply), WorkflowStatus::Completed);
    let second = say(&bench, "And a barge?", Some(&reply)).await;
    assert_eq!(second.conversation.uid, first.conversation.uid);
    let reply = replied(&bench, &second).await;
    assert_eq!(reply.text, "And a barge? (2 before, 1)");

    let detail = shown(&bench, first.conversation.uid).await;
    let by: Vec<Author> = detail.messages.iter().map(|message| message.author).collect();
    assert_eq!(
        by,
        [Author::Operator, Author::Agent, Author::Operator, Author::Agent]
    );
    let page = GetConversation {
        uid: first.conversation.uid,
        before: Some(detail.messages[3].uid),
        after: None,
        around: None,
        limit: 2,
    };
    let page = bench.api().get_conversation(page).await.expect("a page");
    assert_eq!((page.messages[0].uid, page.more), (detail.messages[1].uid, true));
    let asked = model.requests().pop().expect("asked");
    assert!(asked.system.contains("The operator talks with you"));
    assert!(
        matches!(&asked.messages[1], ModelMessage::Assistant { text, .. } if text.starts_with("What is"))
    );

    let list = ListWorkflows {
        statuses: Vec::new(),
        query: String::new(),
        template: None,
        before: None,
        limit: 50,
    };
    assert!(
        bench
            .api()
            .list_workflows(list)
            .await
            .expect("listed")
            .workflows
            .is_empty()
    );
    let stats = bench.api().get_workflow_stats(GetWorkflowStats::default()).await;
    assert_eq!(stats.expect("counted").total, 0);
}

#[tokio::test]
async fn the_same_wish_is_said_once_and_a_reply_is_no_workflow_to_be_deleted() {
    let bench = Workbench::with(echo()).await;
    let request = SendMessage {
        request_key: bench.key(),
        conversation: None,
        agent: RESEARCHER,
        parent: None,
        text: "Hello".to_owned(),
        files: Vec::new(),
    };
    let once = bench.api().send_message(request.clone()).await.expect("said");
    let again = bench.api().send_message(request).await.expect("said before");
    assert_eq!(
        (once.reply.uid, once.message.uid),
        (again.reply.uid, again.message.uid)
    );
    replied(&bench, &once).await;
    let id = once.reply.reply.expect("a reply").workflow_id;
    let delete = DeleteWorkflow {
        request_key: bench.key(),
        id,
    };
    let refused = bench.api().delete_workflow(delete).await.expect_err("refused");
    assert_eq!(refused.code, ErrorCode::Conflict);
    let run_again = RunAgain {
        request_key: bench.key(),
        id,
    };
    let refused = bench.api().run_again(run_again).await.expect_err("refused");
    assert_eq!(refused.code, ErrorCode::Conflict);
    let plan = bench.api().plan_move(PlanMove { id }).await.expect("planned");
    let kinds: Vec<_> = plan.obstacles.iter().map(|obstacle| obstacle.kind).collect();
    assert_eq!(kinds, [MoveObstacleKind::Reply], "it stays where it is held");
    let detail = bench.api().get_workflow(GetWorkflow { id }).await.expect("found");
    let fork = PlanFork {
        workflow_id: id,
        task_id: detail.tasks.first().expect("the reply").id,
        edit: ForkEdit::Again,
    };
    let refused = bench.api().plan_fork(fork).await.expect_err("refused");
    assert_eq!(refused.code, ErrorCode::Conflict);
    let all = ListConversations {
        agent: Some(RESEARCHER),
        offset: 0,
        limit: 10,
    };
    assert_eq!(
        bench
            .api()
            .list_conversations(all)
            .await
            .expect("listed")
            .conversations
            .len(),
        1
    );
}

#[tokio::test]
async fn what_was_said_until_it_was_stopped_stays() {
    let model = ScriptedModel::new(|asked| match asked.request.brief.operator_task.as_str() {
        "Tell a story" => Play::hang().after_saying("It was a dark and "),
        _ => Play::answer("stormy night."),
    });
    let mut bench = Workbench::with(model.clone()).await;
    let mut live = bench.api().handle().live().listen();
    let sent = say(&bench, "Tell a story", None).await;
    within("the first words", live.recv()).await.expect("words");
    let detail = shown(&bench, sent.conversation.uid).await;
    assert_eq!(
        detail.messages[1].text, "It was a dark and ",
        "what is written so far is shown"
    );
    assert!(detail.conversation.replying);
    let early = SendMessage {
        request_key: bench.key(),
        conversation: Some(sent.conversation.uid),
        agent: RESEARCHER,
        parent: Some(sent.reply.uid),
        text: "Go on".to_owned(),
        files: Vec::new(),
    };
    assert_eq!(
        bench.api().send_message(early).await.expect_err("too early").code,
        ErrorCode::Conflict
    );

    let stop = StopReply {
        request_key: bench.key(),
        uid: sent.reply.uid,
    };
    bench.api().stop_reply(stop.clone()).await.expect("stopped");
    bench.api().stop_reply(stop).await.expect("stopped before");
    let stopped = replied(&bench, &sent).await;
    assert_eq!(
        (stopped.text.as_str(), status(&stopped)),
        ("It was a dark and ", WorkflowStatus::Cancelled)
    );
    assert_eq!(
        model.counter().tally().dropped,
        1,
        "the request in flight was let go"
    );

    bench.reopen().await;
    let next = say(&bench, "Go on", Some(&stopped)).await;
    replied(&bench, &next).await;
    let told = model.requests().pop().expect("asked");
    assert!(matches!(&told.messages[1], ModelMessage::Assistant { text, .. }
        if text == "It was a dark and\n\n(The operator stopped this reply here.)"));
}

#[tokio::test]
async fn a_reply_goes_on_after_a_restart_and_repeats_no_recorded_call() {
    let gate = Gate::closed();
    let held = gate.clone();
    let model = ScriptedModel::new(move |asked| match asked.nth {
        1 => Play::rehearsal(),
        2 => Play::hang().after_saying("Half"),
        _ => Play::answer("Whole.").held(&held),
    });
    let mut bench = Workbench::with(model.clone()).await;
    let sent = say(&bench, "How are backups restored?", None).await;
    model
        .counter()
        .until("the second turn", |tally| tally.asked == 2)
        .await;
    bench.close().await;
    bench.reopen().await;
    model
        .counter()
        .until("asked again", |tally| tally.asked == 3)
        .await;
    let detail = shown(&bench, sent.conversation.uid).await;
    assert!(!status(&detail.messages[1]).is_final(), "it goes on");
    gate.open();
    let reply = replied(&bench, &sent).await;
    assert_eq!(reply.text, "Whole.");
    let events = bench.events(reply.reply.expect("a reply").workflow_id).await;
    assert_calls_made_once(&events);
    let searches = events
        .iter()
        .filter(|event| event.body.kind() == "call_finished")
        .count();
    assert_eq!(searches, 3, "a search asked for, the search, and the answer");
}

#[tokio::test]
async fn other_replies_and_other_words_stand_beside_the_first() {
    let bench = Workbench::with(echo()).await;
    let first = say(&bench, "One", None).await;
    let reply = replied(&bench, &first).await;
    let next = say(&bench, "Then", Some(&reply)).await;
    replied(&bench, &next).await;

    let anew = RegenerateReply {
        request_key: bench.key(),
        uid: reply.uid,
    };
    let anew = bench.api().regenerate_reply(anew).await.expect("begun");
    assert_eq!(anew.message.uid, first.message.uid);
    let second = replied(&bench, &anew).await;
    assert_eq!(second.text, "One (0 before, 2)");
    assert_eq!(second.siblings, [reply.uid, second.uid]);
    let detail = shown(&bench, first.conversation.uid).await;
    assert_eq!(
        texts(&detail),
        ["One", "One (0 before, 2)"],
        "the newest is shown, with what follows it"
    );

    let otherwise = EditMessage {
        request_key: bench.key(),
        uid: first.message.uid,
        text: "Uno".to_owned(),
    };
    let otherwise = bench.api().edit_message(otherwise).await.expect("said");
    replied(&bench, &otherwise).await;
    assert_eq!(
        otherwise.message.siblings,
        [first.message.uid, otherwise.message.uid]
    );
    let detail = shown(&bench, first.conversation.uid).await;
    assert_eq!(texts(&detail), ["Uno", "Uno (0 before, 1)"]);

    for uid in [first.message.uid, reply.uid] {
        let choice = ChooseBranch {
            request_key: bench.key(),
            uid,
        };
        bench.api().choose_branch(choice).await.expect("chosen");
    }
    let detail = shown(&bench, first.conversation.uid).await;
    assert_eq!(
        texts(&detail),
        ["One", "One (0 before, 1)", "Then", "Then (2 before, 1)"]
    );
    let own = EditMessage {
        request_key: bench.key(),
        uid: reply.uid,
        text: "Mine".to_owned(),
    };
    assert_eq!(
        bench.api().edit_message(own).await.expect_err("an agent's").code,
        ErrorCode::InvalidRequest
    );
}

async fn page(bench: &Workbench, request: GetConversation) -> (ConversationDetail, Vec<String>) {
    let detail = bench.api().get_conversation(request).await.expect("a page");
    let said = texts(&detail).into_iter().map(str::to_owned).collect();
    (detail, said)
}

#[tokio::test]
async fn a_part_is_read_around_a_message_and_on_from_there() {
    let bench = Workbench::with(echo()).await;
    let mut sent = vec![say(&bench, "0", None).await];
    let mut last = replied(&bench, &sent[0]).await;
    for number in 1..6 {
        sent.push(say(&bench, &number.to_string(), Some(&last)).await);
        last = replied(&bench, &sent[number]).await;
    }
    let uid = last.conversation;
    let whole = shown(&bench, uid).await;
    let all: Vec<String> = texts(&whole).into_iter().map(str::to_owned).collect();
    assert_eq!((all.len(), whole.more, whole.newer), (12, false, false));
    let of = |before, after, around| GetConversation {
        uid,
        before,
        after,
        around,
        limit: 4,
    };
    let (middle, said) = page(&bench, of(None, None, Some(sent[3].message.uid))).await;
    assert_eq!(said, all[4..8]);
    assert_eq!(
        (middle.more, middle.newer, middle.end),
        (true, true, Some(last.uid))
    );
    let (on, said) = page(&bench, of(None, Some(middle.messages[3].uid), None)).await;
    assert_eq!((said, on.more, on.newer), (all[8..].to_vec(), true, false));
    let (back, said) = page(&bench, of(Some(middle.messages[0].uid), None, None)).await;
    assert_eq!((said, back.more, back.newer), (all[..4].to_vec(), false, true));
    let twice = of(Some(last.uid), Some(last.uid), None);
    let refused = bench.api().get_conversation(twice).await.expect_err("both ways");
    assert_eq!(refused.code, ErrorCode::InvalidRequest);

    // A message on another branch is not among those that are shown; once it is chosen, all that it follows is.
    let otherwise = EditMessage {
        request_key: bench.key(),
        uid: sent[1].message.uid,
        text: "one".to_owned(),
    };
    let otherwise = bench.api().edit_message(otherwise).await.expect("said");
    replied(&bench, &otherwise).await;
    let (newest, said) = page(&bench, of(None, None, Some(sent[4].reply.uid))).await;
    assert_eq!(
        (said.len(), newest.end),
        (4, Some(otherwise.reply.uid)),
        "the newest"
    );
    let choice = ChooseBranch {
        request_key: bench.key(),
        uid: sent[4].reply.uid,
    };
    bench.api().choose_branch(choice).await.expect("chosen");
    assert_eq!(texts(&shown(&bench, uid).await), all);
    bench
        .api()
        .handle()
        .store()
        .rebuild_projections()
        .await
        .expect("rebuilt");
    assert_eq!(texts(&shown(&bench, uid).await), all, "the facts say the same");
}

/// A file that is here; `encoded` is its content in base64.
async fn sent_file(bench: &Workbench, content: &str, encoded: &str) -> TransferUid {
    let begin = BeginTransfer {
        request_key: bench.key(),
        bytes: content.len() as u64,
    };
    let uid = bench.api().begin_transfer(begin).await.expect("begun").uid;
    let part = WriteTransferPart {
        request_key: bench.key(),
        uid,
        number: 0,
        content: encoded.to_owned(),
    };
    bench.api().write_transfer_part(part).await.expect("sent");
    let finish = FinishTransfer {
        request_key: bench.key(),
        uid,
        sum: ContentHash::of(content),
    };
    bench.api().finish_transfer(finish).await.expect("whole");
    uid
}

#[tokio::test]
async fn files_are_read_by_the_agent_also_later() {
    let model = echo();
    let bench = Workbench::with(model.clone()).await;
    let transfer = sent_file(
        &bench,
        "The ferry leaves at nine.\n",
        "VGhlIGZlcnJ5IGxlYXZlcyBhdCBuaW5lLgo=",
    )
    .await;
    let with_file = |name: &str, transfer| SendMessage {
        request_key: bench.key(),
        conversation: None,
        agent: RESEARCHER,
        parent: None,
        text: "When does it leave?".to_owned(),
        files: vec![AttachFile {
            transfer,
            name: name.to_owned(),
        }],
    };
    let sent = bench
        .api()
        .send_message(with_file("times.txt", transfer))
        .await
        .expect("said");
    assert_eq!(
        (sent.message.files[0].name.as_str(), sent.message.files[0].bytes),
        ("times.txt", 26)
    );
    let reply = replied(&bench, &sent).await;
    let read = |reply: &MessageView| reply.reply.as_ref().expect("a reply").has_read.clone();
    assert_eq!(read(&reply), [Outside::Attachments]);
    let sure = replied(&bench, &say(&bench, "Sure?", Some(&reply)).await).await;
    assert_eq!(read(&sure), [Outside::Conversation]);
    for request in model.requests() {
        let ModelMessage::User { text } = &request.messages[0] else {
            panic!("the operator's");
        };
        assert!(text.starts_with("When does it leave?\n\n<<<") && text.contains("The ferry leaves at nine."));
    }
    let binary = sent_file(&bench, "a\0b", "YQBi").await;
    let refused = bench.api().send_message(with_file("picture.png", binary)).await;
    let refused = refused.expect_err("no text");
    assert_eq!(
        (refused.code, refused.message.as_str()),
        (ErrorCode::Unreadable, "picture.png is not a text file.")
    );
}

#[tokio::test]
async fn everything_that_was_said_is_found_until_it_is_removed() {
    let mut bench = Workbench::with(echo()).await;
    let sent = say(&bench, "How do ferries dock in Zürich?", None).await;
    replied(&bench, &sent).await;
    let search = |query: &str| SearchMessages {
        query: query.to_owned(),
        limit: 10,
    };
    let found = bench
        .api()
        .search_messages(search("zurich FERR"))
        .await
        .expect("found");
    let by: Vec<Author> = found.iter().map(|found| found.author).collect();
    assert_eq!(by.len(), 2, "{found:?}");
    assert!(by.contains(&Author::Agent) && found[0].excerpt.contains("Zürich"));

    let rename = RenameConversation {
        request_key: bench.key(),
        uid: sent.conversation.uid,
        title: "Docking".to_owned(),
    };
    bench.api().rename_conversation(rename).await.expect("renamed");
    bench
        .api()
        .handle()
        .store()
        .rebuild_projections()
        .await
        .expect("made anew");
    bench.reopen().await;
    let detail = shown(&bench, sent.conversation.uid).await;
    assert_eq!(
        (detail.conversation.title.as_str(), detail.messages.len()),
        ("Docking", 2)
    );
    assert_eq!(
        bench
            .api()
            .search_messages(search("zürich"))
            .await
            .expect("found")
            .len(),
        2
    );

    let remove = RemoveConversation {
        request_key: bench.key(),
        uid: sent.conversation.uid,
    };
    assert!(
        bench
            .api()
            .remove_conversation(remove.clone())
            .await
            .expect("removed")
            .removed
    );
    assert!(
        bench
            .api()
            .remove_conversation(remove)
            .await
            .expect("removed before")
            .removed
    );
    assert!(
        bench
            .api()
            .search_messages(search("zürich"))
            .await
            .expect("searched")
            .is_empty()
    );
    let gone = GetConversation {
        uid: sent.conversation.uid,
        before: None,
        after: None,
        around: None,
        limit: 5,
    };
    assert_eq!(
        bench.api().get_conversation(gone).await.expect_err("gone").code,
        ErrorCode::NotFound
    );
    let facts = bench
        .api()
        .handle()
        .store()
        .recorded_after(wheelhouse_domain::Position(0), 500)
        .await;
    let left = format!("{:?}", facts.expect("read"));
    assert!(
        !left.contains("Zürich") && !left.contains("Docking"),
        "nothing of it stays: {left}"
    );
}

#[tokio::test]
async fn subscribers_hear_of_messages_and_not_of_their_workflows() {
    let bench = Workbench::with(echo()).await;
    let mut follower = Follower::new(bench.api());
    follower.next().await;
    let sent = say(&bench, "Hello there", None).await;
    let mut heard = None;
    while heard != Some(WorkflowStatus::Completed) {
        let frame = within("a frame", follower.next()).await;
        assert!(frame.workflows.is_empty() && frame.tasks.is_empty());
        if let Some(reply) = frame
            .messages
            .iter()
            .find(|message| message.uid == sent.reply.uid)
        {
            heard = Some(status(reply));
            assert_eq!(frame.conversations[0].uid, sent.conversation.uid);
        }
    }
    let remove = RemoveConversation {
        request_key: bench.key(),
        uid: sent.conversation.uid,
    };
    bench.api().remove_conversation(remove).await.expect("removed");
    loop {
        let frame = within("a frame", follower.next()).await;
        if frame.removed_conversations == [sent.conversation.uid] {
            break;
        }
    }
}

#[tokio::test]
async fn the_rule_for_old_workflows_leaves_conversations_alone_and_their_cost_counts() {
    let bench = Workbench::open().await;
    for text in ["How are backups restored?", "What is a step?"] {
        replied(&bench, &say(&bench, text, None).await).await;
    }
    let rule = PreviewRetention {
        max_workflows: Some(1),
        ..PreviewRetention::default()
    };
    let seen = bench.api().preview_retention(rule).await.expect("seen");
    assert_eq!((seen.workflows, seen.kept), (0, 0));
    let spent = bench.api().get_budgets(GetBudgets {}).await.expect("read");
    assert!(spent.spent.tokens > 0, "the day counts them: {spent:?}");
    assert!(
        spent.agents.iter().any(|agent| agent.spent.tokens > 0),
        "and so does the agent"
    );
}
