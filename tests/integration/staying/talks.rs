//! A conversation holds what one of its replies has read: each later reply begins where the one that it follows was.

use super::flows::use_for_all;
use super::{Desk, HARMLESS, PLANTED, assert_no_call_leaves};
use crate::templates::{completed, over, questions};
use wheelhouse_contract::{
    ChooseBranch, EditMessage, MessageView, Operations, RegenerateReply, SendMessage, SentMessage,
};
use wheelhouse_domain::{AgentId, EventBody, MessageUid, Outside, StaysHere, WorkflowId, WorkflowStatus};

/// The researcher: second of the permanent crew.
const RESEARCHER: AgentId = AgentId(2);

async fn say(desk: &Desk, text: &str, after: Option<&MessageView>) -> SentMessage {
    let request = SendMessage {
        request_key: desk.bench.key(),
        conversation: after.map(|reply| reply.conversation),
        agent: RESEARCHER,
        parent: after.map(|reply| reply.uid),
        text: text.to_owned(),
        files: Vec::new(),
    };
    desk.bench.api().send_message(request).await.expect("said")
}

async fn edit(desk: &Desk, uid: MessageUid, text: &str) -> SentMessage {
    let request = EditMessage {
        request_key: desk.bench.key(),
        uid,
        text: text.to_owned(),
    };
    desk.bench.api().edit_message(request).await.expect("said")
}

async fn regenerate(desk: &Desk, uid: MessageUid) -> SentMessage {
    let request = RegenerateReply {
        request_key: desk.bench.key(),
        uid,
    };
    desk.bench.api().regenerate_reply(request).await.expect("begun")
}

async fn choose(desk: &Desk, uid: MessageUid) {
    let request = ChooseBranch {
        request_key: desk.bench.key(),
        uid,
    };
    desk.bench.api().choose_branch(request).await.expect("chosen");
}

fn run_of(sent: &SentMessage) -> WorkflowId {
    sent.reply.reply.as_ref().expect("a reply").workflow_id
}

/// What a reply holds from its first moment on.
async fn begins_with(desk: &Desk, id: WorkflowId) -> Vec<StaysHere> {
    match desk
        .bench
        .events(id)
        .await
        .into_iter()
        .next()
        .map(|event| event.body)
    {
        Some(EventBody::WorkflowCreated { setup, .. }) => setup.stays_here,
        other => panic!("no run begins with {other:?}"),
    }
}

/// A reply that has ended, and was free to ask whom it wanted.
async fn free(desk: &Desk, sent: &SentMessage) -> MessageView {
    completed(&over(&desk.bench, run_of(sent)).await);
    let reply = desk.bench.reply(sent).await;
    assert!(reply.reply.as_ref().expect("a reply").stays_here.is_empty());
    reply
}

/// A workflow that is made of a message: it begins with what the conversation holds up to there.
async fn made_of(desk: &Desk, message: &MessageView) -> Vec<String> {
    let id = desk.bench.create_of(&message.text, Some(message.uid)).await;
    let held = begins_with(desk, id).await;
    held.into_iter().map(|one| one.name).collect()
}

/// A reply that begins confined: it asks before a model elsewhere is told anything, and is made here then.
async fn confined(desk: &Desk, sent: &SentMessage) -> MessageView {
    let id = run_of(sent);
    let held: Vec<String> = begins_with(desk, id)
        .await
        .into_iter()
        .map(|one| one.name)
        .collect();
    assert_eq!(held, ["secret"]);
    let waiting = over(&desk.bench, id).await;
    assert_eq!(waiting.workflow.status, WorkflowStatus::Waiting);
    completed(&desk.answer(id, "here").await);
    assert_no_call_leaves(&desk.bench.events(id).await);
    let reply = desk.bench.reply(sent).await;
    let names = |reply: &MessageView| -> Vec<String> {
        let stays = &reply.reply.as_ref().expect("a reply").stays_here;
        stays.iter().map(|one| one.name.clone()).collect()
    };
    assert_eq!(names(&reply), ["secret"], "the operator is told");
    reply
}

#[tokio::test]
async fn what_stays_here_in_one_reply_stays_in_all_that_follow_it() {
    let desk = Desk::open().await;
    use_for_all(&desk, "near/fake-large").await;
    let first = say(&desk, "Tell of the walnut lamp.", None).await;
    completed(&over(&desk.bench, run_of(&first)).await);
    let told = desk.bench.reply(&first).await;
    assert!(told.text.contains(PLANTED), "{}", told.text);
    assert!(
        begins_with(&desk, run_of(&first)).await.is_empty(),
        "it is free until it has read"
    );
    let reply = told.reply.as_ref().expect("a reply");
    assert_eq!(reply.stays_here.len(), 1);
    assert_eq!(reply.has_read, [Outside::Documents]);

    // From here on whoever is asked is elsewhere.
    use_for_all(&desk, "far/fake-large").await;
    let second = say(&desk, "And what does it burn?", Some(&told)).await;
    let second_reply = confined(&desk, &second).await;
    let otherwise = edit(&desk, second.message.uid, "What does it burn, then?").await;
    confined(&desk, &otherwise).await;
    choose(&desk, second.reply.uid).await;
    let anew = regenerate(&desk, second.reply.uid).await;
    confined(&desk, &anew).await;

    // Back to the first branch, and on from its end: the mark came by way of a reply that read nothing itself.
    choose(&desk, second.reply.uid).await;
    let third = say(&desk, "Thank you.", Some(&second_reply)).await;
    confined(&desk, &third).await;
    desk.assert_nothing_told();

    // What is made of it holds what it held, also where the operator's own words were taken and what was said before them.
    for message in [&told, &second.message, &second_reply] {
        assert_eq!(made_of(&desk, message).await, ["secret"]);
    }
    assert!(made_of(&desk, &first.message).await.is_empty());

    // Another beginning has nothing of it: what stays here is left out of what its model finds.
    let apart = regenerate(&desk, first.reply.uid).await;
    let apart_reply = free(&desk, &apart).await;
    assert!(apart_reply.text.contains(HARMLESS) && !apart_reply.text.contains(PLANTED));
    assert!(made_of(&desk, &apart_reply).await.is_empty());
    let on = say(&desk, "Go on.", Some(&apart_reply)).await;
    free(&desk, &on).await;
    assert!(questions(&desk.bench).await.is_empty());
    desk.assert_kept(&[&first, &second, &otherwise, &anew, &third, &apart, &on].map(run_of))
        .await;
}
