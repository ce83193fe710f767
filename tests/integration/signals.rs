//! Text as it is written: lossy, never the record, but without a gap for who keeps up.

use crate::common::{TASK, assert_completed, passing};
use std::collections::BTreeMap;
use tempfile::TempDir;
use tokio::sync::mpsc::Receiver;
use wheelhouse_api::signals;
use wheelhouse_contract::Signal;
use wheelhouse_domain::{Expects, TaskId};
use wheelhouse_testkit::{Play, ScriptedModel, Workbench, within};

/// Texts put together as a window does: a piece at offset 0 begins anew.
#[derive(Debug, Default)]
struct Texts {
    written: BTreeMap<TaskId, (u32, String)>,
}

impl Texts {
    fn take(&mut self, signal: Signal) {
        let Signal::TaskText {
            task_id,
            attempt,
            offset,
            text,
            ..
        } = signal
        else {
            return;
        };
        let (known, written) = self.written.entry(task_id).or_default();
        if offset == 0 {
            (*known, *written) = (attempt, String::new());
        }
        assert_eq!(*known, attempt, "another attempt begins at 0");
        let length = u32::try_from(written.encode_utf16().count()).expect("short");
        assert_eq!(length, offset, "pieces join, counted as JavaScript does");
        written.push_str(&text);
    }

    async fn until(&mut self, signals: &mut Receiver<Signal>, task: TaskId, text: &str) {
        while self.written.get(&task).is_none_or(|(_, written)| written != text) {
            let signal = within("the rest of the text", signals.recv()).await;
            self.take(signal.expect("signals go on"));
        }
    }
}

#[tokio::test]
async fn pieces_join_and_the_whole_is_the_recorded_answer() {
    let model = ScriptedModel::except(|asked| {
        let markdown = asked.request.expects == Expects::Markdown;
        markdown.then(|| match (asked.step(), asked.nth) {
            ("research", 1) => Play::fail(passing()).after_saying("This is never the record"),
            _ => Play::pieces(&["A wave 🌊 ", "and a café, ", "", "then **the end**."]),
        })
    });
    let bench = Workbench::with(model).await;
    let mut signals = signals(bench.api());
    let done = bench.run(TASK).await;
    assert_completed(&done);
    let mut texts = Texts::default();
    for task in &done.tasks {
        let detail = bench.task_detail(done.workflow.id, task.key.as_str()).await;
        assert_eq!(detail.partial, None, "nothing is being written any more");
        let answer = detail.answer.expect("an answer").text;
        match task.step.as_str() {
            // Structured answers are not shown as they come, and nobody writes the gathering.
            "analyse" | "staff" | "aggregate" => {}
            _ => texts.until(&mut signals, task.id, &answer).await,
        }
    }
    let silent = done
        .tasks
        .iter()
        .filter(|task| ["analyse", "staff", "aggregate"].contains(&task.step.as_str()));
    assert!(
        silent
            .into_iter()
            .all(|task| !texts.written.contains_key(&task.id))
    );
    let research = done
        .tasks
        .iter()
        .find(|task| task.key.as_str() == "research")
        .expect("research");
    assert_eq!(
        texts.written[&research.id].0, 2,
        "the second attempt took the place of the first"
    );
}

#[tokio::test]
async fn who_comes_later_joins_at_the_length_of_what_was_written() {
    let gate = wheelhouse_testkit::Gate::closed();
    let held = gate.clone();
    let model = ScriptedModel::except(move |asked| {
        (asked.step() == "research").then(|| {
            Play::answer("and the rest.")
                .held(&held)
                .after_saying("The beginning 🌊 ")
        })
    });
    let bench = Workbench::with(model).await;
    let mut early = signals(bench.api());
    let id = bench.begin(TASK).await;
    within("the beginning", early.recv()).await.expect("words");

    let mut late = signals(bench.api());
    let partial = bench
        .task_detail(id, "research")
        .await
        .partial
        .expect("being written");
    assert_eq!((partial.attempt, partial.text.as_str()), (1, "The beginning 🌊 "));
    gate.open();
    match within("the rest", late.recv()).await.expect("words") {
        Signal::TaskText { offset, text, .. } => {
            assert_eq!(
                (offset as usize, text.as_str()),
                (partial.text.encode_utf16().count(), "and the rest.")
            );
        }
        other => panic!("{other:?}"),
    }
    assert_completed(&bench.ended(id).await);
}

#[tokio::test]
async fn a_scan_tells_how_far_it_is_and_when_it_is_over() {
    let folder = TempDir::new().expect("a folder");
    for number in 0..20 {
        std::fs::write(folder.path().join(format!("{number}.md")), "# Page\n\nWords.\n").expect("written");
    }
    let bench = Workbench::open().await;
    let mut signals = signals(bench.api());
    let source = bench.add_source(folder.path()).await;
    let mut seen = 0;
    loop {
        let signal = within("the end of the scan", signals.recv())
            .await
            .expect("signals go on");
        let Signal::KnowledgeScan {
            source_id,
            done,
            total,
            finished,
        } = signal
        else {
            continue;
        };
        assert_eq!(source_id, source.id);
        assert!(done >= seen && done <= total.max(done), "progress goes one way");
        seen = done;
        if finished {
            assert_eq!((done, total), (20, 20));
            break;
        }
    }
}
