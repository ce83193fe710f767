//! Runs that change hands: nothing is written to one that is not here, and of what is known of it nothing is lost.

use super::Place;
use crate::journal::{
    Admission, ArrivalState, ArrivedAgent, ArrivingRun, Commit, Completion, Departing, DepartureState, Error,
    HeldRun, MoveFault, Newcomer, OtherStore, RunCommit, RunPlace, Target,
};
use crate::test_util::{RunBuilder, request};
use uuid::Uuid;
use wheelhouse_domain::{
    ContentHash, Event, EventBody, Millis, MoveUid, StoreUid, TaskKey, TaskOf, WorkflowId, WorkflowStatus,
    crew_template,
};

const NOW: Millis = Millis(90_000);

fn other(place: &Place, name: &str) -> OtherStore {
    OtherStore {
        uid: place.store.identity().uid,
        name: name.to_owned(),
    }
}

fn stranger() -> OtherStore {
    OtherStore {
        uid: StoreUid(Uuid::now_v7()),
        name: "far".to_owned(),
    }
}

fn a_move() -> MoveUid {
    MoveUid(Uuid::now_v7())
}

fn departing(workflow: WorkflowId, move_uid: MoveUid, to: OtherStore) -> Departing {
    Departing {
        move_uid,
        workflow,
        to,
        secret: format!("secret of {move_uid}"),
    }
}

/// A run with work under way and an open question.
async fn at_work(place: &Place, name: &str) -> (WorkflowId, RunBuilder) {
    let mut run = place.run(name).await;
    run.started().planned(&["draft"]);
    run.attempt("research", 1).call("research", 1, 0);
    run.asked("research", "Which year?");
    let id = place.create(&mut run).await;
    (id, run)
}

/// What a store tells of a run that leaves it, as it comes to the other one.
async fn bundle(from: &Place, move_uid: MoveUid) -> (Newcomer, ContentHash) {
    let departure = from.store.departure(move_uid).await.expect("readable").expect("known");
    let root = departure.workflow_id.expect("a number");
    let mut rows = vec![from.store.workflow(root).await.expect("readable").expect("there")];
    let mut next = 0;
    while let Some(uid) = rows.get(next).map(|row| row.uid) {
        rows.extend(from.store.child_workflows(uid).await.expect("readable"));
        next += 1;
    }
    let mut runs = Vec::new();
    let mut hashes = Vec::new();
    for row in &rows {
        let events = from.store.all_events(row.id).await.expect("events");
        hashes.extend(events.iter().filter_map(|event| event.body.content().cloned()));
        runs.push(ArrivingRun {
            uid: row.uid,
            events,
        });
    }
    let contents = from.store.contents(&hashes).await.expect("texts");
    let agents = from.store.agents().await.expect("agents");
    let newcomer = Newcomer {
        move_uid,
        name: rows[0].name.clone(),
        from: other(from, "laptop"),
        to_name: "studio".to_owned(),
        hand: departure.hand,
        template: crew_template().document.uid,
        runs,
        contents: contents.into_values().collect(),
        agents: agents
            .into_iter()
            .map(|agent| ArrivedAgent {
                uid: agent.uid,
                name: agent.name,
                kind: agent.kind,
                role: agent.role,
                instructions: agent.instructions,
                model: agent.model,
                tools: agent.tools,
                version: agent.version,
                why: "It came along.".to_owned(),
            })
            .collect(),
        templates: Vec::new(),
    };
    (newcomer, ContentHash::of(&departure.secret))
}

fn admission(newcomer: &Newcomer) -> Admission {
    Admission {
        newcomer: newcomer.clone(),
        bundle: b"as it came".to_vec(),
    }
}

/// The whole way, as whoever carries it goes.
async fn carry(from: &Place, to: &Place, id: WorkflowId) -> WorkflowId {
    let uid = a_move();
    from.store
        .depart(departing(id, uid, other(to, "studio")), NOW)
        .await
        .expect("leaves");
    let (newcomer, seal) = bundle(from, uid).await;
    to.store.admit(admission(&newcomer), NOW).await.expect("kept");
    let decided = from.store.confirm_departure(uid, NOW).await.expect("decided");
    let completion = Completion {
        newcomer,
        seal,
        receipt: decided.secret,
    };
    let arrived = to.store.complete_arrival(completion, NOW).await.expect("here");
    from.store.finish_departure(uid, NOW).await.expect("finished");
    arrived[0]
}

async fn place_of(place: &Place, id: WorkflowId) -> Option<RunPlace> {
    let row = place.store.workflow(id).await.expect("readable").expect("there");
    row.moved.map(|moved| moved.place)
}

fn refused_place(outcome: Result<(), Error>) -> RunPlace {
    match outcome {
        Err(Error::NotHere { place, .. }) => place,
        other => panic!("it was not refused: {other:?}"),
    }
}

fn fault<T: std::fmt::Debug>(outcome: Result<T, Error>) -> MoveFault {
    match outcome {
        Err(Error::Move(fault)) => fault,
        other => panic!("it was not refused: {other:?}"),
    }
}

#[tokio::test]
async fn nothing_is_written_to_a_run_that_leaves_or_is_gone_until_it_is_called_back() {
    let place = Place::new().await;
    let (id, run) = at_work(&place, "Lamp").await;
    let uid = a_move();
    let to = stranger();
    let leaving = place.store.depart(departing(id, uid, to.clone()), NOW).await;
    let leaving = leaving.expect("leaves");
    assert_eq!((leaving.state, leaving.hand), (DepartureState::Leaving, 2));
    let before = place.store.all_events(id).await.expect("events");

    let mut next = run.clone();
    next.answered("research", "This one.");
    assert_eq!(refused_place(place.append(id, &mut next).await), RunPlace::Leaving);
    assert_eq!(place.store.all_events(id).await.expect("events"), before);
    assert_eq!(place_of(&place, id).await, Some(RunPlace::Leaving));
    assert_eq!(place.store.unfinished_workflows().await.expect("readable").len(), 0);
    assert_eq!(place.store.open_questions().await.expect("readable").len(), 0);

    let back = place.store.call_off_departure(uid, false, NOW).await.expect("stays");
    assert_eq!(back, [id]);
    assert_eq!(place_of(&place, id).await, None);
    assert_eq!(place.store.open_questions().await.expect("readable").len(), 1);
    let mut next = run.clone();
    next.answered("research", "This one.");
    place.append(id, &mut next).await.expect("as if nothing had been");

    let again = a_move();
    let leaving = place.store.depart(departing(id, again, to), NOW).await;
    assert_eq!(leaving.expect("leaves").hand, 3, "it rises with every move");
    place.store.confirm_departure(again, NOW).await.expect("decided");
    let mut after = next.clone();
    after.attempt("staff", 1);
    assert_eq!(refused_place(place.append(id, &mut after).await), RunPlace::Gone);
    assert_eq!(
        fault(place.store.call_off_departure(again, false, NOW).await),
        MoveFault::Decided(again)
    );
}

#[tokio::test]
async fn what_is_committed_beside_a_run_that_left_is_not_kept_either() {
    let place = Place::new().await;
    let (gone, run) = at_work(&place, "Lamp").await;
    let (here, mut beside) = at_work(&place, "Chair").await;
    place
        .store
        .depart(departing(gone, a_move(), stranger()), NOW)
        .await
        .expect("leaves");
    let before = place.store.all_events(here).await.expect("events");
    beside.answered("research", "This one.");
    let mut of_gone = run.clone();
    of_gone.answered("research", "This one.");
    let mut both = beside.commit(Target::Existing(here));
    both.runs.extend(of_gone.commit(Target::Existing(gone)).runs);
    both.contents.push("a text that nobody needs".to_owned());
    let refused = place.store.commit(both).await.map(drop);
    assert_eq!(refused_place(refused), RunPlace::Leaving);
    assert_eq!(place.store.all_events(here).await.expect("events"), before);
    let text = ContentHash::of("a text that nobody needs");
    assert!(place.store.contents(&[text]).await.expect("readable").is_empty());
}

#[tokio::test]
async fn of_commits_that_race_with_a_departure_none_comes_after_it() {
    for _ in 0..20 {
        let place = Place::new().await;
        let (id, mut run) = at_work(&place, "Lamp").await;
        let seq = place.store.all_events(id).await.expect("events").len();
        for _ in 0..15 {
            run.push(EventBody::WorkflowPaused).push(EventBody::WorkflowResumed);
        }
        let events = run.commit(Target::Existing(id)).runs.remove(0).events;
        let commits = events.iter().map(|event| {
            place.store.commit(Commit {
                runs: vec![RunCommit {
                    target: Target::Existing(id),
                    events: vec![event.clone()],
                }],
                ..Commit::default()
            })
        });
        let commits: Vec<_> = commits.collect();
        let leaves = place.store.depart(departing(id, a_move(), stranger()), NOW);
        let (all, left) = futures::join!(futures::future::join_all(commits), leaves);
        left.expect("leaves");
        let written = all.iter().filter(|one| one.is_ok()).count();
        let stored = place.store.all_events(id).await.expect("events");
        assert_eq!(stored.len(), seq + written, "what was acknowledged is there, and nothing else");
        let moved = place.store.workflow(id).await.expect("readable").expect("there").moved;
        assert!(moved.is_some());
        assert!(
            all.iter().skip(written).all(|one| matches!(
                one,
                Err(Error::NotHere { .. } | Error::SeqConflict { .. })
            )),
            "{all:?}"
        );
    }
}

#[tokio::test]
async fn only_a_whole_run_that_is_not_over_leaves() {
    let place = Place::new().await;
    let (root, above) = at_work(&place, "Lamp").await;
    let mut below = place.run("Shade").await;
    below.started_for(TaskOf {
        workflow: above.uid(),
        task: TaskKey::from("work"),
    });
    below.started();
    let child = place.create(&mut below).await;
    let leave = async |id| place.store.depart(departing(id, a_move(), stranger()), NOW).await;
    assert_eq!(fault(leave(child).await), MoveFault::NotRoot { child, root });

    let ended = place.whole_run("Chair").await;
    let status = WorkflowStatus::Completed;
    assert_eq!(fault(leave(ended).await), MoveFault::Ended { id: ended, status });

    let mut history = place.run("Table").await;
    history.whole_run();
    history.push(EventBody::WorkflowImported {});
    let imported = place.create(&mut history).await;
    assert_eq!(fault(leave(imported).await), MoveFault::Imported(imported));
    assert!(matches!(leave(WorkflowId(99)).await, Err(Error::WorkflowNotFound(_))));

    let own = other(&place, "itself");
    let same = place.store.depart(departing(root, a_move(), own), NOW).await;
    assert_eq!(fault(same), MoveFault::SameStore);

    let uid = a_move();
    let to = stranger();
    place.store.depart(departing(root, uid, to.clone()), NOW).await.expect("leaves");
    for id in [root, child] {
        assert_eq!(place_of(&place, id).await, Some(RunPlace::Leaving));
    }
    let again = place.store.depart(departing(root, uid, to), NOW).await.expect("the same");
    assert_eq!(again.secret, format!("secret of {uid}"));
    let elsewhere = place.store.depart(departing(root, uid, stranger()), NOW).await;
    assert_eq!(fault(elsewhere), MoveFault::Other(uid));
    let second = place.store.depart(departing(root, a_move(), stranger()), NOW).await;
    assert_eq!(refused_place(second.map(drop)), RunPlace::Leaving);
    let mut next = below.clone();
    next.attempt("analyse", 1);
    assert_eq!(refused_place(place.append(child, &mut next).await), RunPlace::Leaving);
}

#[tokio::test]
async fn what_arrives_is_nobody_s_until_the_other_side_has_decided() {
    let (from, to) = (Place::new().await, Place::new().await);
    to.whole_run("Something of its own").await;
    let (id, _) = at_work(&from, "Lamp").await;
    let uid = a_move();
    let leaving = departing(id, uid, other(&to, "studio"));
    from.store.depart(leaving, NOW).await.expect("leaves");
    let (newcomer, seal) = bundle(&from, uid).await;
    let before = to.everything().await;
    let head = to.store.position();

    let arrival = to.store.admit(admission(&newcomer), NOW).await.expect("kept");
    assert_eq!(arrival.state, ArrivalState::Arriving);
    to.store.admit(admission(&newcomer), NOW).await.expect("the same again");
    assert_eq!(to.everything().await, before, "nothing of it is to be seen");
    assert_eq!(to.store.position(), head);

    let mut completion = Completion {
        newcomer: newcomer.clone(),
        seal,
        receipt: "made up".to_owned(),
    };
    let early = to.store.complete_arrival(completion.clone(), NOW).await;
    assert_eq!(fault(early), MoveFault::Receipt(uid));
    assert_eq!(to.everything().await, before);
    // Nor can somebody else make the run while it arrives.
    let made = Commit {
        runs: vec![RunCommit {
            target: Target::New,
            events: newcomer.runs[0].events.clone(),
        }],
        contents: newcomer.contents.clone(),
        request: None,
    };
    assert!(matches!(to.store.commit(made).await, Err(Error::Arriving(_))));

    let decided = from.store.confirm_departure(uid, NOW).await.expect("decided");
    let told_again = from.store.confirm_departure(uid, NOW).await.expect("the same again");
    assert_eq!(decided.secret, told_again.secret);
    completion.receipt = decided.secret;
    let arrived = to.store.complete_arrival(completion.clone(), NOW).await.expect("here");
    let there = arrived[0];
    let (left, came) = (
        from.store.all_events(id).await.expect("events"),
        to.store.all_events(there).await.expect("events"),
    );
    assert_eq!(came[..left.len()], left[..], "word for word");
    let [Event {
        body: EventBody::WorkflowArrived { hand: 2, .. },
        ..
    }] = &came[left.len()..]
    else {
        panic!("{:?}", &came[left.len()..])
    };
    assert_eq!(to.store.open_questions().await.expect("readable").len(), 1);
    let again = to.store.complete_arrival(completion, NOW).await.expect("the same again");
    assert!(again.is_empty());
    assert_eq!(to.store.all_events(there).await.expect("events"), came);
    let drop = to.store.drop_arrival(uid, NOW).await.expect("answered");
    assert_eq!(drop.state, ArrivalState::Here, "what is here is not thrown away");
}

#[tokio::test]
async fn what_was_thrown_away_never_comes_whoever_has_the_receipt() {
    let (from, to) = (Place::new().await, Place::new().await);
    let (id, run) = at_work(&from, "Lamp").await;
    let uid = a_move();
    let leaving = departing(id, uid, other(&to, "studio"));
    from.store.depart(leaving, NOW).await.expect("leaves");
    let (newcomer, seal) = bundle(&from, uid).await;
    to.store.admit(admission(&newcomer), NOW).await.expect("kept");
    let receipt = from.store.confirm_departure(uid, NOW).await.expect("decided").secret;
    let dropped = to.store.drop_arrival(uid, NOW).await.expect("answered");
    assert_eq!(dropped.state, ArrivalState::Dropped);
    let completion = Completion {
        newcomer: newcomer.clone(),
        seal,
        receipt,
    };
    let late = to.store.complete_arrival(completion, NOW).await;
    assert_eq!(fault(late), MoveFault::Dropped(uid));
    assert_eq!(
        fault(to.store.admit(admission(&newcomer), NOW).await),
        MoveFault::Dropped(uid)
    );
    // Nobody has it now, which only the other side can know for certain.
    assert_eq!(
        fault(from.store.call_off_departure(uid, false, NOW).await),
        MoveFault::Decided(uid)
    );
    from.store.call_off_departure(uid, true, NOW).await.expect("it comes back");
    let mut next = run.clone();
    next.answered("research", "This one.");
    from.append(id, &mut next).await.expect("it is here");
    assert_eq!(
        fault(from.store.confirm_departure(uid, NOW).await),
        MoveFault::CalledOff(uid)
    );

    // One that was never heard of is known from then on.
    let unheard = a_move();
    to.store.drop_arrival(unheard, NOW).await.expect("answered");
    from.store
        .depart(departing(id, unheard, other(&to, "studio")), NOW)
        .await
        .expect("leaves");
    let (newcomer, _) = bundle(&from, unheard).await;
    assert_eq!(
        fault(to.store.admit(admission(&newcomer), NOW).await),
        MoveFault::Dropped(unheard)
    );
}

#[tokio::test]
async fn a_run_that_comes_back_has_its_number_and_one_history() {
    let (laptop, studio) = (Place::new().await, Place::new().await);
    let (id, mut run) = at_work(&laptop, "Lamp").await;
    let there = carry(&laptop, &studio, id).await;
    // As it goes on there.
    let came = studio.store.all_events(there).await.expect("events");
    run.push(came.last().expect("an event").body.clone());
    run.commit(Target::Existing(there));
    run.answered("research", "This one.").call("research", 1, 1);
    run.completed("research", 1);
    studio.append(there, &mut run).await.expect("it is there");
    let back = carry(&studio, &laptop, there).await;
    assert_eq!(back, id);
    let (here, left) = (
        laptop.store.all_events(id).await.expect("events"),
        studio.store.all_events(there).await.expect("events"),
    );
    assert_eq!(here[..left.len()], left[..]);
    assert_eq!(here.len(), left.len() + 1);
    let hands: Vec<u32> = here
        .iter()
        .filter_map(|event| match event.body {
            EventBody::WorkflowArrived { hand, .. } => Some(hand),
            _ => None,
        })
        .collect();
    assert_eq!(hands, [2, 3]);
    assert_eq!(place_of(&laptop, id).await, None);
    assert_eq!(place_of(&studio, there).await, Some(RunPlace::Gone));
    // And once more, to see that nothing of it is in the way.
    assert_eq!(carry(&laptop, &studio, id).await, there);
    for place in [&laptop, &studio] {
        let derived = place.derived().await;
        place.store.rebuild_projections().await.expect("made anew");
        assert_eq!(place.derived().await, derived, "the same from the journal alone");
    }
    assert_eq!(place_of(&laptop, id).await, Some(RunPlace::Gone), "that is no projection");
}

#[tokio::test]
async fn what_this_store_knows_better_is_not_taken_in() {
    let (from, to) = (Place::new().await, Place::new().await);
    let (id, _) = at_work(&from, "Lamp").await;
    let there = carry(&from, &to, id).await;
    let uid = a_move();
    to.store
        .depart(departing(there, uid, other(&from, "laptop")), NOW)
        .await
        .expect("leaves");
    let (newcomer, _) = bundle(&to, uid).await;

    let mut late = newcomer.clone();
    (late.hand, late.move_uid) = (2, a_move());
    assert_eq!(fault(from.store.admit(admission(&late), NOW).await), MoveFault::Stale);
    let mut other_way = newcomer.clone();
    other_way.move_uid = a_move();
    other_way.runs[0].events[1].at = Millis(1);
    assert_eq!(
        fault(from.store.admit(admission(&other_way), NOW).await),
        MoveFault::Diverged(id)
    );
    let mut short = newcomer.clone();
    short.move_uid = a_move();
    short.runs[0].events.truncate(3);
    assert_eq!(
        fault(from.store.admit(admission(&short), NOW).await),
        MoveFault::Diverged(id)
    );
    assert!(from.store.moves().await.expect("readable").arrivals.is_empty());

    // A copy of the first store from before: it believes the run its own.
    let copy = Place::new().await;
    let original = from.store.all_events(id).await.expect("events");
    let copied = Commit {
        runs: vec![RunCommit {
            target: Target::New,
            events: original,
        }],
        contents: newcomer.contents.clone(),
        request: None,
    };
    // Its crew is another one, so that its own must stand for it first.
    for agent in from.store.agents().await.expect("agents") {
        sqlx::query(
            "INSERT INTO agent_aliases (uid, agent_id) SELECT ?1, id FROM agents WHERE kind = ?2 LIMIT 1",
        )
        .bind(agent.uid.to_string())
        .bind(agent.kind.as_str())
        .execute(&mut copy.raw().await)
        .await
        .expect("written");
    }
    let here = copy.store.commit(copied).await.expect("there").workflow_ids[0];
    assert_eq!(
        fault(copy.store.admit(admission(&newcomer), NOW).await),
        MoveFault::RunsHere(here)
    );
}

#[tokio::test]
async fn the_lower_hand_yields_and_of_two_equal_ones_exactly_one() {
    let (one, two) = (Place::new().await, Place::new().await);
    let (id, run) = at_work(&one, "Lamp").await;
    let held = |hand| {
        vec![HeldRun {
            workflow: run.uid(),
            hand,
        }]
    };
    let give_up = async |hand| {
        let to = other(&two, "studio");
        one.store.yield_runs(to, held(hand), NOW).await.expect("answered")
    };
    assert!(give_up(1).await.is_empty(), "never moved, as far as both know");
    assert_eq!(give_up(2).await, [id]);
    assert_eq!(place_of(&one, id).await, Some(RunPlace::Gone));
    assert!(give_up(3).await.is_empty(), "it is given up already");

    // Each came by the same hand, which only copies can bring about.
    let mut yielded = 0;
    for (place, to) in [(&one, &two), (&two, &one)] {
        let (id, run) = at_work(place, "Chair").await;
        let uid = a_move();
        place.store.depart(departing(id, uid, stranger()), NOW).await.expect("leaves");
        place.store.call_off_departure(uid, false, NOW).await.expect("stays");
        let held = vec![HeldRun {
            workflow: run.uid(),
            hand: 2,
        }];
        let given_up = place.store.yield_runs(other(to, "other"), held, NOW).await;
        yielded += given_up.expect("answered").len();
    }
    assert_eq!(yielded, 1);
}

#[tokio::test]
async fn a_restored_journal_does_not_call_off_alone_what_it_may_have_decided() {
    let place = Place::new().await;
    let (id, _) = at_work(&place, "Lamp").await;
    let uid = a_move();
    place.store.depart(departing(id, uid, stranger()), NOW).await.expect("leaves");
    sqlx::query("UPDATE departures SET epoch = epoch - 1")
        .execute(&mut place.raw().await)
        .await
        .expect("as if restored");
    assert_eq!(
        fault(place.store.call_off_departure(uid, false, NOW).await),
        MoveFault::Uncertain(uid)
    );
    assert_eq!(place_of(&place, id).await, Some(RunPlace::Leaving));
    place.store.call_off_departure(uid, true, NOW).await.expect("the other side knows");
    assert_eq!(place_of(&place, id).await, None);
}

#[tokio::test]
async fn a_run_that_is_gone_may_be_deleted_and_come_back_and_one_that_leaves_may_not() {
    let (laptop, studio) = (Place::new().await, Place::new().await);
    let (id, _) = at_work(&laptop, "Lamp").await;
    let uid = a_move();
    laptop
        .store
        .depart(departing(id, uid, stranger()), NOW)
        .await
        .expect("leaves");
    let refused = laptop.store.delete_workflow(id, request("key-1")).await;
    assert_eq!(refused_place(refused.map(drop)), RunPlace::Leaving);
    laptop.store.call_off_departure(uid, false, NOW).await.expect("stays");
    let there = carry(&laptop, &studio, id).await;
    assert!(laptop.store.delete_workflow(id, request("key-2")).await.expect("gone"));
    let back = carry(&studio, &laptop, there).await;
    assert_ne!(back, id, "a number is given once");
    assert_eq!(
        laptop.store.all_events(back).await.expect("events").len(),
        studio.store.all_events(there).await.expect("events").len() + 1
    );
}
