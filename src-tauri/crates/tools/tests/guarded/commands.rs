//! Programs: what they get, what they may use, and that nothing of them is left.

#![cfg(unix)]

use crate::harness::{INSIDE, Place, SECRET, refusal, tells};
use crate::site::Site;
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use wheelhouse_tools::{Access, Done, Effect, Ended, Programs, RUN_COMMAND, ToolError};

fn call(program: &str, arguments: &[&str]) -> Value {
    json!({"program": program, "arguments": arguments, "folder": "project"})
}

async fn run(place: &Place, program: &str, arguments: &[&str]) -> Ended {
    let done = place.call(RUN_COMMAND, call(program, arguments)).await.unwrap();
    ended(&done)
}

async fn shell(place: &Place, script: &str) -> Ended {
    run(place, "sh", &["-c", script]).await
}

fn ended(done: &Done) -> Ended {
    serde_json::from_value(done.data.clone()).unwrap()
}

/// Processes whose command line contains `mark`.
#[cfg(target_os = "linux")]
fn alive(mark: &str) -> usize {
    let processes = fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    processes
        .filter(|entry| {
            entry
                .file_name()
                .to_string_lossy()
                .bytes()
                .all(|byte| byte.is_ascii_digit())
        })
        .filter(|entry| {
            let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).contains(mark)
        })
        .count()
}

/// A number of seconds to sleep that no other process sleeps.
fn mark() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!(
        "{}.{}",
        100_000 + std::process::id(),
        1_000 + NEXT.fetch_add(1, Ordering::Relaxed)
    )
}

#[tokio::test]
async fn a_program_gets_its_arguments_as_they_are() {
    let place = Place::new().with_commands();
    let words = [
        "%s|", "a b", "$HOME", "`id`", "$(id)", "; ls", "*", "'", "\"", "\\", "", "-n", "é", "a\nb",
    ];
    let ended = run(&place, "printf", &words).await;
    assert_eq!(
        ended.output,
        words[1..]
            .iter()
            .map(|word| format!("{word}|"))
            .collect::<String>()
    );
    assert_eq!(
        (ended.status, ended.timed_out, ended.errors.as_str()),
        (Some(0), false, "")
    );
    let done = place
        .call(RUN_COMMAND, call("sh", &["-c", "echo out; echo err >&2; exit 3"]))
        .await
        .unwrap();
    assert_eq!(
        done.text,
        "`sh -c 'echo out; echo err >&2; exit 3'` ended with status 3.\n\nOutput:\nout\n\nErrors:\nerr\n"
    );
    assert!(done.untrusted);
    let signal = shell(&place, "kill -TERM $$").await;
    assert_eq!((signal.status, signal.signal), (None, Some(15)));
}

#[tokio::test]
async fn it_starts_in_its_folder_with_nothing_but_the_necessary() {
    let mut place = Place::new().with_commands();
    place
        .commands()
        .environment
        .insert("GIVEN".to_owned(), "yes".to_owned());
    let ended = run(&place, "env", &[]).await;
    let mut names: Vec<&str> = ended
        .output
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(name, _)| name)
        .collect();
    names.sort_unstable();
    names.retain(|name| !matches!(*name, "_" | "SHLVL" | "OLDPWD"));
    assert_eq!(
        names,
        [
            "GIVEN", "HOME", "LANG", "LC_ALL", "NO_COLOR", "PATH", "PWD", "TERM", "TMPDIR"
        ]
    );
    let granted = place.granted("").canonicalize().unwrap();
    let there = place
        .call(
            RUN_COMMAND,
            json!({"program": "sh", "arguments": ["-c", "pwd -P; cat file.txt"], "folder": "project/sub"}),
        )
        .await;
    assert_eq!(
        ended_output(&there.unwrap()),
        format!("{}/sub\n{INSIDE}\n", granted.display())
    );
    // Nothing to read, no terminal, and a home of its own that is gone afterwards.
    assert_eq!(run(&place, "cat", &[]).await.output, "");
    let home = shell(&place, "echo x > $HOME/x; cat $TMPDIR/x; echo $HOME")
        .await
        .output;
    let home = home.strip_prefix("x\n").unwrap().trim();
    assert!(home.contains("wheelhouse-run-") && !PathBuf::from(home).exists());
    // What this process has open, the program has not.
    let held = fs::File::open(place.outside("secret.txt")).unwrap();
    let open = shell(&place, "ls -l /proc/self/fd 2>/dev/null").await.output;
    assert!(!open.contains("secret.txt"), "{open}");
    drop(held);
}

fn ended_output(done: &Done) -> String {
    ended(done).output
}

#[tokio::test]
async fn the_preview_names_the_very_program_and_one_that_changed_is_not_run() {
    let place = Place::new().with_commands();
    let script = place.granted("build.sh");
    fs::write(&script, "#!/bin/sh\necho built $1\n").unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let preview = place
        .preview(RUN_COMMAND, call("./build.sh", &["all now"]))
        .await
        .unwrap();
    let Effect::Run {
        program,
        shown,
        confined,
        network,
        ..
    } = &preview.effect
    else {
        panic!("{:?}", preview.effect);
    };
    assert_eq!(
        (program.path.as_str(), shown.as_str()),
        ("project/build.sh", "./build.sh 'all now'")
    );
    assert!(program.sha256.is_some() && !network);
    println!("confined: {confined}");
    assert_eq!(
        ended_output(&place.carry_out(&preview).await.unwrap()),
        "built all now\n"
    );
    fs::write(&script, "#!/bin/sh\necho something else\n").unwrap();
    assert!(matches!(place.carry_out(&preview).await, Err(ToolError::Changed)));
    let system = place.preview(RUN_COMMAND, call("true", &[])).await.unwrap();
    let Effect::Run { program, .. } = &system.effect else {
        panic!()
    };
    assert!(program.path.starts_with('/') && program.path.ends_with("/true") && program.sha256.is_none());
}

#[tokio::test]
async fn what_is_not_granted_is_not_run() {
    let mut place = Place::new().with_commands();
    fs::write(place.granted("notes.txt"), "x").unwrap();
    for (program, words) in [
        ("no-such-program-here", "no program"),
        ("/bin/sh", "is a path"),
        ("../outside/x", "is a path"),
        ("sub/x", "is a path"),
        ("./../outside/x", ".."),
        ("./notes.txt", "not marked"),
        ("./none.sh", "nothing at"),
        ("", "is a path"),
        ("..", "is a path"),
        ("true\0x", "zero byte"),
    ] {
        assert!(
            refusal(place.preview(RUN_COMMAND, call(program, &[])).await).contains(words),
            "{program:?}"
        );
    }
    let many: Vec<&str> = vec!["x"; 201];
    assert!(refusal(place.preview(RUN_COMMAND, call("true", &many)).await).contains("too many"));
    place.commands().programs = Programs::Only(vec!["true".to_owned(), "./build.sh".to_owned()]);
    assert!(place.preview(RUN_COMMAND, call("true", &[])).await.is_ok());
    for program in ["sh", "./true", "TRUE", "true ", "env"] {
        assert!(
            refusal(place.preview(RUN_COMMAND, call(program, &[])).await).contains("may not run"),
            "{program:?}"
        );
    }
    place.commands().folders.clear();
    assert!(refusal(place.preview(RUN_COMMAND, call("true", &[])).await).contains("may not be started in"));
    place.grant.commands = None;
    assert!(refusal(place.preview(RUN_COMMAND, call("true", &[])).await).contains("not granted any program"));
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn all_that_it_started_ends_with_it_however_it_ends() {
    let mut place = Place::new().with_commands();
    place.commands().limits.seconds = 1;
    let left = |mark: &str| {
        format!(
            "sleep {mark} & setsid sleep {mark} & (sleep {mark} &) ; sh -c 'sleep {mark} & sleep {mark}' &"
        )
    };
    // By itself.
    let one = mark();
    let began = Instant::now();
    let ended = shell(&place, &format!("{} echo done", left(&one))).await;
    assert_eq!((ended.status, ended.output.as_str()), (Some(0), "done\n"));
    assert_eq!(alive(&one), 0);
    // Because its time ran out.
    let two = mark();
    let ended = shell(&place, &format!("{} sleep {two}", left(&two))).await;
    assert!(ended.timed_out && ended.status.is_none());
    assert_eq!(alive(&two), 0);
    // Ignoring every signal that can be ignored.
    let three = mark();
    let ended = shell(
        &place,
        &format!("trap '' TERM INT HUP QUIT; while :; do sleep {three}; done"),
    )
    .await;
    assert!(ended.timed_out);
    assert_eq!(alive(&three), 0);
    assert!(began.elapsed() < Duration::from_secs(30));
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_stopped_or_forgotten_leaves_nothing() {
    let place = Place::new().with_commands();
    for forget in [false, true] {
        let mark = mark();
        let script = format!("sleep {mark} & setsid sleep {mark} & touch started; sleep {mark}");
        let cancel = CancellationToken::new();
        let arguments = call("sh", &["-c", &script]);
        let (toolbox, grant, stop) = (place.toolbox.clone(), place.grant.clone(), cancel.clone());
        let task = tokio::spawn(async move {
            toolbox
                .perform(&grant, RUN_COMMAND, &arguments, None, &stop)
                .await
        });
        let started = place.granted("started");
        while !started.exists() {
            tokio::task::yield_now().await;
        }
        fs::remove_file(&started).unwrap();
        if forget {
            task.abort();
            assert!(task.await.unwrap_err().is_cancelled());
        } else {
            cancel.cancel();
            assert!(matches!(task.await.unwrap(), Err(ToolError::Cancelled)));
        }
        // Killed is killed, but the kernel takes a moment to clear up.
        let began = Instant::now();
        while alive(&mark) > 0 {
            assert!(began.elapsed() < Duration::from_secs(10), "forgotten: {forget}");
            tokio::task::yield_now().await;
        }
    }
}

/// For the test below, in a process of its own: starts a program and waits to be killed.
#[cfg(target_os = "linux")]
#[tokio::test]
#[ignore = "started by another test"]
async fn a_program_is_started_and_never_ends() {
    let mut place = Place::new().with_commands();
    place.commands().limits.seconds = 600;
    let mark = std::env::var("WHEELHOUSE_TEST_MARK").unwrap();
    shell(
        &place,
        &format!("sleep {mark} & setsid sleep {mark} & sleep {mark}"),
    )
    .await;
}

#[cfg(target_os = "linux")]
#[test]
fn a_program_ends_with_the_application_even_if_that_is_killed() {
    let mark = mark();
    let mut application = std::process::Command::new(std::env::current_exe().unwrap())
        .args([
            "--ignored",
            "--exact",
            "commands::a_program_is_started_and_never_ends",
        ])
        .env("WHEELHOUSE_TEST_MARK", &mark)
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let wait_until = |wanted: &dyn Fn(usize) -> bool| {
        let began = Instant::now();
        while !wanted(alive(&mark)) {
            assert!(
                began.elapsed() < Duration::from_secs(30),
                "{} alive",
                alive(&mark)
            );
            std::thread::yield_now();
        }
    };
    // The shell and three that sleep.
    wait_until(&|alive| alive >= 4);
    application.kill().unwrap();
    application.wait().unwrap();
    wait_until(&|alive| alive == 0);
}

#[tokio::test]
async fn what_it_writes_is_cut_in_the_middle_and_said_so() {
    let mut place = Place::new().with_commands();
    place.commands().limits.output_bytes = 2_000;
    let script = "echo begin; i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done; echo end; printf '\\033[31mred\\007' >&2";
    let done = place
        .call(RUN_COMMAND, call("sh", &["-c", script]))
        .await
        .unwrap();
    let ended = ended(&done);
    assert!(
        ended.output.starts_with("begin\n") && ended.output.ends_with("end\n") && ended.output.len() < 2_100
    );
    assert!(ended.output_left_out > 100_000);
    assert!(done.text.contains(&format!(
        "({} bytes in the middle are left out)",
        ended.output_left_out
    )));
    assert_eq!((ended.errors.as_str(), ended.errors_left_out), ("[31mred", 0));
}

#[tokio::test]
async fn its_time_its_memory_and_its_files_are_limited() {
    let mut place = Place::new().with_commands();
    let limits = &mut place.commands().limits;
    (
        limits.cpu_seconds,
        limits.memory_mib,
        limits.file_mib,
        limits.seconds,
    ) = (1, 64, 1, 60);
    let spinning = shell(&place, "while :; do :; done").await;
    assert!(spinning.status.is_none() && !spinning.timed_out && spinning.milliseconds < 30_000);
    let written = shell(&place, "dd if=/dev/zero of=big bs=65536 count=64 2>/dev/null").await;
    assert_ne!(written.status, Some(0));
    assert!(fs::metadata(place.granted("big")).unwrap().len() <= 1024 * 1024);
    if cfg!(target_os = "linux") {
        // It keeps the last line, which never ends.
        let greedy = run(&place, "tail", &["-n", "1", "/dev/zero"]).await;
        assert_ne!(greedy.status, Some(0));
        assert!(!greedy.timed_out);
    }
    let core = shell(&place, "ulimit -c; ulimit -t").await;
    assert_eq!(core.output, "0\n1\n");
    let raised = shell(&place, "ulimit -t 100 && echo raised").await;
    assert_eq!(raised.output, "", "no limit can be raised from inside");
    let mut short = call("sleep", &["50"]);
    short["seconds"] = json!(1);
    assert!(ended(&place.call(RUN_COMMAND, short).await.unwrap()).timed_out);
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn the_kernel_keeps_it_to_its_folders_and_off_the_network() {
    let mut place = Place::new().with_commands();
    let preview = place.preview(RUN_COMMAND, call("true", &[])).await.unwrap();
    let Effect::Run { confined, .. } = preview.effect else {
        panic!()
    };
    if !confined {
        println!("this kernel can't confine programs; nothing to try");
        return;
    }
    let outside = place.outside("");
    let outside = outside.display();
    std::os::unix::fs::symlink(place.outside("secret.txt"), place.granted("link.txt")).unwrap();
    for script in [
        format!("cat {outside}/secret.txt"),
        "cat ../outside/secret.txt link.txt".to_owned(),
        format!("cd {outside} && cat secret.txt"),
        format!("ls {outside}"),
        format!("ln {outside}/secret.txt got.txt && cat got.txt"),
        format!("mv {outside}/secret.txt ."),
        format!(
            "cat /proc/{}/environ /proc/{0}/root{outside}/secret.txt",
            std::process::id()
        ),
        format!(
            "echo x > {outside}/new.txt; cp file.txt {outside}/new.txt; mkdir {outside}/made; rm -rf {outside}/secret.txt"
        ),
        format!("ln -s {outside} way && cat way/secret.txt"),
        "cat ~root/.bashrc ~root/.profile /root/.ssh/* /var/log/*".to_owned(),
    ] {
        let ended = shell(&place, &script).await;
        assert!(ended.confined);
        assert!(!ended.output.contains(SECRET), "{script}: {}", ended.output);
        assert_ne!(ended.status, Some(0), "{script}: {}", ended.output);
    }
    assert_eq!(
        fs::read_to_string(place.outside("secret.txt")).unwrap(),
        format!("{SECRET}\n")
    );
    assert!(!place.outside("new.txt").exists() && !place.outside("made").exists());

    // What it is for still works.
    let ended = shell(
        &place,
        "echo a > a.txt && mkdir b && mv a.txt b/ && cat b/a.txt && echo x > /dev/null",
    )
    .await;
    assert_eq!(
        (ended.status, ended.output.as_str()),
        (Some(0), "a\n"),
        "{}",
        ended.errors
    );

    // No socket of any kind, and no signal to anyone else.
    let site = Site::forbidden("127.0.0.1").await.unwrap();
    let knock = format!(
        "exec 3<>/dev/tcp/127.0.0.1/{0}; echo x > /dev/udp/127.0.0.1/{0}; kill -0 {1}; echo $?",
        site.port(),
        std::process::id()
    );
    let ended = run(&place, "bash", &["-c", &knock]).await;
    assert_eq!(site.came(), 0, "{}", ended.errors);
    // Only from Linux 6.12 on can signals be held back.
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
    let mut kernel = kernel
        .split(['.', '-'])
        .map_while(|part| part.trim().parse::<u32>().ok());
    if (kernel.next(), kernel.next()) >= (Some(6), Some(12)) {
        assert!(ended.output.ends_with("1\n"), "{} {}", ended.output, ended.errors);
    }
    place.commands().network = true;
    let ended = run(
        &place,
        "bash",
        &["-c", &format!("exec 3<>/dev/tcp/127.0.0.1/{}", site.port())],
    )
    .await;
    assert_eq!(ended.status, Some(0), "{}", ended.errors);
    assert_eq!(site.came(), 1);

    // A folder that is granted for reading stays as it is.
    place.grant.folders[0].access = Access::Read;
    let ended = shell(
        &place,
        "cat file.txt; echo x > file.txt; rm -f file.txt; touch more.txt",
    )
    .await;
    assert_eq!(ended.output, format!("{INSIDE}\n"));
    assert!(place.granted("file.txt").exists() && !place.granted("more.txt").exists());
    assert!(!tells(
        &place.call(RUN_COMMAND, call("ls", &[])).await.unwrap(),
        "more.txt"
    ));
}
