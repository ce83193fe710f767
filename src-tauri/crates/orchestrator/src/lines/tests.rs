use super::*;
use futures::FutureExt;
use std::cell::RefCell;
use std::pin::pin;
use uuid::Uuid;

fn door(model: &str, places: u32) -> Door {
    Door {
        provider: ProviderUid(Uuid::nil()),
        name: "local".to_owned(),
        model: model.to_owned(),
        places,
    }
}

fn refusal(wait: Option<u32>) -> Failure {
    let mut failure = Failure::passing(FailureCode::ModelRateLimited, "Later.", "Wait.");
    failure.retry_after_ms = wait;
    failure
}

/// Whoever can go at once.
fn now(lines: &Arc<Lines>, door: &Door) -> Option<Pass> {
    lines.enter(door, |_| {}).now_or_never()
}

#[tokio::test]
async fn as_many_as_there_are_places_and_then_in_the_order_of_coming() {
    let (lines, door) = (Arc::new(Lines::default()), door("a", 2));
    let (first, second) = (
        now(&lines, &door).expect("free"),
        now(&lines, &door).expect("free"),
    );
    let told = RefCell::new(Vec::new());
    let mut third = pin!(lines.enter(&door, |held| told.borrow_mut().push(held)));
    let mut fourth = pin!(lines.enter(&door, |_| {}));
    assert!(third.as_mut().now_or_never().is_none());
    assert!(fourth.as_mut().now_or_never().is_none());
    drop(first);
    assert!(
        fourth.as_mut().now_or_never().is_none(),
        "who came later does not push in"
    );
    let third_pass = third.as_mut().now_or_never().expect("its turn");
    assert!(fourth.as_mut().now_or_never().is_none());
    drop((second, third_pass));
    assert!(fourth.now_or_never().is_some());
    assert_eq!(*told.borrow(), [Held::Busy]);
}

#[tokio::test]
async fn who_stops_waiting_leaves_the_line() {
    let (lines, door) = (Arc::new(Lines::default()), door("a", 1));
    let first = now(&lines, &door).expect("free");
    assert!(now(&lines, &door).is_none(), "it waits, and gives up at once");
    drop(first);
    assert!(now(&lines, &door).is_some());
    assert!(lines.lines()[&door.provider].waiting.is_empty());
}

#[tokio::test]
async fn a_pause_holds_every_call_of_the_model_and_no_other() {
    let lines = Arc::new(Lines::default());
    let (paused, other) = (door("a", 4), door("b", 4));
    let pass = now(&lines, &paused).expect("free");
    let begun = Instant::now();
    pass.failed(&refusal(Some(70)));
    drop(pass);
    let told = RefCell::new(Vec::new());
    let mut waiting = pin!(lines.enter(&paused, |held| told.borrow_mut().push(held)));
    assert!(waiting.as_mut().now_or_never().is_none());
    assert!(now(&lines, &other).is_some(), "another model passes");
    let pass = waiting.await;
    assert!(begun.elapsed() >= Duration::from_millis(70));
    assert!(matches!(told.borrow().as_slice(), [Held::Paused(until)] if *until >= begun));
    // Whether the pause is really over is found out by one call; the others wait for it.
    let mut next = pin!(lines.enter(&paused, |_| {}));
    assert!(next.as_mut().now_or_never().is_none());
    pass.went_well();
    assert!(next.now_or_never().is_some());
}

#[tokio::test]
async fn the_first_in_line_finds_out() {
    let (lines, door) = (Arc::new(Lines::default()), door("a", 4));
    now(&lines, &door).expect("free").failed(&refusal(Some(30)));
    let mut first = pin!(lines.enter(&door, |_| {}));
    let mut second = pin!(lines.enter(&door, |_| {}));
    assert!(first.as_mut().now_or_never().is_none());
    assert!(second.as_mut().now_or_never().is_none());
    let later = Instant::now() + Duration::from_secs(1);
    let over = |number| lines.lines()[&door.provider].may_go(number, &door, later);
    assert_eq!((over(1), over(2)), (Ok(()), Err(Held::Busy)));
    let pass = first.await;
    assert!(second.as_mut().now_or_never().is_none());
    drop(pass);
    assert!(
        second.now_or_never().is_some(),
        "the first was cancelled: the second finds out"
    );
}

#[tokio::test]
async fn a_server_in_trouble_pauses_all_its_models() {
    let lines = Arc::new(Lines::default());
    let mut trouble = Failure::passing(FailureCode::ModelUnavailable, "Overloaded.", "Wait.");
    now(&lines, &door("a", 4)).expect("free").failed(&trouble);
    assert!(now(&lines, &door("a", 4)).is_some(), "it asked for no pause");
    trouble.retry_after_ms = Some(30);
    now(&lines, &door("a", 4)).expect("free").failed(&trouble);
    let begun = Instant::now();
    let pass = lines.enter(&door("b", 4), |_| {}).await;
    assert!(begun.elapsed() >= Duration::from_millis(29));
    drop(pass);
}

#[tokio::test]
async fn pauses_of_unknown_length_grow_and_begin_anew_after_a_good_answer() {
    let mut before = None;
    for seconds in [1, 2, 4, 8, 16, 32, 60, 60] {
        let now = Instant::now();
        let pause = longer(before.map(|pause: Pause| Pause { until: now, ..pause }), None);
        let length = pause.until.duration_since(now).as_secs_f64();
        assert!(
            (length - f64::from(seconds)).abs() < 0.5,
            "{length} for {seconds}"
        );
        before = Some(pause);
    }
    let asked = longer(before, Some(Duration::from_millis(5)));
    assert_eq!(
        asked.until,
        before.expect("a pause").until,
        "never shorter than asked before"
    );
    let (lines, door) = (Arc::new(Lines::default()), door("a", 4));
    let pass = now(&lines, &door).expect("free");
    pass.failed(&refusal(None));
    pass.went_well();
    drop(pass);
    assert!(now(&lines, &door).is_some());
}

#[tokio::test]
async fn nothing_goes_to_a_model_that_is_used_up_until_it_is_not() {
    const WAIT: Duration = Duration::from_secs(3600);
    let lines = Arc::new(Lines::default());
    let (used_up, other) = (door("a", 4), door("b", 4));
    let (last, before) = (
        now(&lines, &used_up).expect("free"),
        now(&lines, &used_up).expect("free"),
    );
    last.used_up(WAIT);
    last.used_up(Duration::from_secs(1));
    let until = lines.lines()[&used_up.provider].used_up["a"];
    last.went_well();
    before.went_well();
    drop((last, before));
    let told = RefCell::new(Vec::new());
    let mut first = pin!(lines.enter(&used_up, |held| told.borrow_mut().push(held)));
    let mut second = pin!(lines.enter(&used_up, |_| {}));
    assert!(
        first.as_mut().now_or_never().is_none(),
        "though both calls went well"
    );
    assert!(second.as_mut().now_or_never().is_none());
    assert_eq!(*told.borrow(), [Held::Paused(until)]);
    assert!(now(&lines, &other).is_some(), "another model passes");
    let impatient = lines.enter_unless(&used_up, |wait| wait > WAIT / 2, |_| {});
    assert_eq!(impatient.now_or_never().expect("at once").err(), Some(until));
    let over = |number| lines.lines()[&used_up.provider].may_go(number, &used_up, until);
    assert_eq!((over(2), over(3)), (Ok(()), Ok(())), "nobody has to find out");
}

#[tokio::test]
async fn what_is_used_up_is_there_again_by_itself() {
    let (lines, door) = (Arc::new(Lines::default()), door("a", 4));
    let begun = Instant::now();
    now(&lines, &door)
        .expect("free")
        .used_up(Duration::from_millis(70));
    drop(lines.enter(&door, |_| {}).await);
    assert!(begun.elapsed() >= Duration::from_millis(70));
}

#[tokio::test]
async fn what_is_forgotten_holds_nobody_up_any_more() {
    type Said<'a> = &'a dyn Fn(&Pass);
    const HOUR: u32 = 3_600_000;
    let lines = Arc::new(Lines::default());
    let (here, elsewhere) = (
        door("a", 4),
        Door {
            provider: ProviderUid(Uuid::max()),
            ..door("a", 4)
        },
    );
    let mut trouble = Failure::passing(FailureCode::ModelUnavailable, "Overloaded.", "Wait.");
    trouble.retry_after_ms = Some(HOUR);
    let refused: Said<'_> = &|pass| pass.failed(&refusal(Some(HOUR)));
    let overloaded: Said<'_> = &|pass| pass.failed(&trouble);
    let used_up: Said<'_> = &|pass| pass.used_up(Duration::from_secs(3600));
    for said in [refused, overloaded, used_up] {
        let before = now(&lines, &here).expect("free");
        said(&now(&lines, &here).expect("free"));
        said(&now(&lines, &elsewhere).expect("free"));
        let (line, waiting) = (Arc::clone(&lines), here.clone());
        let told = Arc::new(Notify::new());
        let tell = Arc::clone(&told);
        let waits = tokio::spawn(async move { drop(line.enter(&waiting, |_| tell.notify_one()).await) });
        told.notified().await;
        lines.forget(|provider| provider == here.provider);
        let woken = tokio::time::timeout(Duration::from_secs(60), waits).await;
        woken.expect("it goes on").expect("no panic");
        // What was asked before says nothing of the new place.
        said(&before);
        drop(before);
        let (first, second) = (now(&lines, &here), now(&lines, &here));
        assert!(first.is_some() && second.is_some(), "nobody has to find out");
        assert!(now(&lines, &elsewhere).is_none(), "the others still wait");
        lines.forget(|provider| provider == elsewhere.provider);
    }
    assert!(lines.lines()[&here.provider].at_work.is_empty());
}

#[tokio::test]
async fn a_refusal_and_an_allowance_hold_until_the_later_of_the_two() {
    let (lines, door) = (Arc::new(Lines::default()), door("a", 4));
    let pass = now(&lines, &door).expect("free");
    pass.used_up(Duration::from_secs(3600));
    pass.failed(&refusal(Some(5_000)));
    drop(pass);
    let until = lines.lines()[&door.provider].used_up["a"];
    let held = lines.lines()[&door.provider].pause_of("a", Instant::now());
    assert_eq!(held, Some(Held::Paused(until)));
}
