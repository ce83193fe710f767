//! The system's own keychain on machines that have none: the ring opens all the same, and soon.
//!
//! A bus is the environment of a process, so each test starts this test program again with the environment to be
//! tried; there the same test does the work.

#![cfg(target_os = "linux")]

use super::Desk;
use crate::keys::{KeyPlace, KeychainChoice};
use std::env;
use std::fs;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const CHILD: &str = "WHEELHOUSE_TEST_BUS_CHILD";
/// The longest that opening may take, and opening with closing: two seconds are given to a keychain that hangs.
const LIMIT: Duration = Duration::from_secs(3);
/// A session bus that starts no service, whatever is installed.
const EMPTY_BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>"#;

/// Opens a ring on the system's keychain, when this is the program that was started for it. `probe_limit` far above
/// [`LIMIT`] shows that an answer was not waited for; none is the product's.
fn works_as_child(probe_limit: Option<Duration>) -> bool {
    if env::var_os(CHILD).is_none() {
        return false;
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let begun = Instant::now();
    let mut desk = Desk::new(KeychainChoice::System);
    if let Some(limit) = probe_limit {
        desk.options.probe_limit = limit;
    }
    let ring = runtime.block_on(desk.open());
    assert_eq!(ring.state().place, KeyPlace::File);
    assert!(begun.elapsed() < LIMIT, "opening took {:?}", begun.elapsed());
    drop(runtime);
    assert!(begun.elapsed() < LIMIT, "closing waited: {:?}", begun.elapsed());
    true
}

/// This test again, in a program of its own.
fn child(command: &mut Command, test: &str) {
    let done = command
        .args([&format!("keys::tests::bus::{test}"), "--exact", "--nocapture"])
        .env(CHILD, "1")
        .output()
        .expect("the program starts");
    let said = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{said}");
    assert!(said.contains("1 passed"), "the test was not found: {said}");
}

fn this_program() -> Command {
    Command::new(env::current_exe().expect("the test program"))
}

fn without_bus(command: &mut Command, runtime_folder: &Path) {
    command
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env("XDG_RUNTIME_DIR", runtime_folder);
}

#[test]
fn a_machine_without_a_bus_uses_the_file() {
    if works_as_child(Some(LIMIT * 20)) {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut program = this_program();
    without_bus(&mut program, folder.path());
    child(&mut program, "a_machine_without_a_bus_uses_the_file");
}

#[test]
fn a_bus_without_a_secret_service_uses_the_file() {
    if works_as_child(Some(LIMIT * 20)) {
        return;
    }
    let installed = Command::new("dbus-run-session").arg("--version").output().is_ok();
    if !installed {
        assert!(
            env::var_os("CI").is_none(),
            "dbus-run-session must be installed where CI runs"
        );
        println!("skipped: dbus-run-session is not installed");
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let config = folder.path().join("bus.conf");
    fs::write(&config, EMPTY_BUS).expect("written");
    let mut session = Command::new("dbus-run-session");
    session.arg("--config-file").arg(&config).arg("--");
    session.arg(env::current_exe().expect("the test program"));
    without_bus(&mut session, folder.path());
    child(&mut session, "a_bus_without_a_secret_service_uses_the_file");
}

#[test]
fn a_bus_that_never_answers_uses_the_file() {
    if works_as_child(None) {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let socket = folder.path().join("bus");
    let _listener = UnixListener::bind(&socket).expect("a socket that nobody serves");
    let mut program = this_program();
    program.env(
        "DBUS_SESSION_BUS_ADDRESS",
        format!("unix:path={}", socket.display()),
    );
    child(&mut program, "a_bus_that_never_answers_uses_the_file");
}
