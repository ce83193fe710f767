//! The program as a service manager sees it: a datagram when it serves, signs of life, one when it stops.

#![cfg(unix)]
#![allow(clippy::expect_used, clippy::panic, reason = "a panic is how a test fails")]

use std::ffi::OsString;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// What the program says to the manager.
struct Heard(UnixDatagram);

impl Heard {
    fn new(socket: UnixDatagram) -> Self {
        let patience = Some(Duration::from_secs(60));
        socket.set_read_timeout(patience).expect("set");
        Self(socket)
    }

    fn next(&self) -> String {
        let mut bytes = [0; 1024];
        let read = self.0.recv(&mut bytes).expect("the program tells something");
        String::from_utf8_lossy(&bytes[..read]).into_owned()
    }
}

fn start(data: &Path, socket: OsString, watchdog: Option<&str>) -> Child {
    let mut program = Command::new(env!("CARGO_BIN_EXE_wheelhouse-server"));
    program
        .args(["--port", "0", "--data"])
        .arg(data)
        .env("NOTIFY_SOCKET", socket)
        .stderr(Stdio::null());
    if let Some(micros) = watchdog {
        program.env("WATCHDOG_USEC", micros);
    }
    program.spawn().expect("started")
}

/// Asks it to end, as managers do.
fn end(mut program: Child) {
    let asked = Command::new("kill")
        .args(["-TERM", &program.id().to_string()])
        .status();
    assert!(asked.expect("asked").success());
    let ended = program.wait().expect("ended");
    assert!(ended.success(), "{ended}");
}

fn address_in(told: &str) -> &str {
    let line = told
        .lines()
        .find_map(|line| line.strip_prefix("STATUS=Listens at "));
    line.unwrap_or_else(|| panic!("no address: {told}"))
}

#[test]
fn it_tells_when_it_serves_that_it_lives_and_when_it_stops() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("manager");
    let heard = Heard::new(UnixDatagram::bind(&path).expect("bound"));
    let program = start(&folder.path().join("data"), path.into(), Some("300000"));
    let told = heard.next();
    assert!(told.starts_with("READY=1\n"), "{told}");
    let address = address_in(&told).to_owned();
    let mut stream = TcpStream::connect(&address).expect("it takes connections from then on");
    let request = format!("GET /ready HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("asked");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answered");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    for _ in 0..3 {
        assert_eq!(heard.next(), "WATCHDOG=1");
    }
    end(program);
    let last = std::iter::repeat_with(|| heard.next()).find(|told| told != "WATCHDOG=1");
    assert!(last.expect("told").starts_with("STOPPING=1\n"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_socket_that_is_in_no_file_system_is_told_too() {
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::SocketAddr;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let name = format!("wheelhouse-manager-{}", std::process::id());
    let address = SocketAddr::from_abstract_name(&name).expect("a name");
    let heard = Heard::new(UnixDatagram::bind_addr(&address).expect("bound"));
    let program = start(folder.path(), format!("@{name}").into(), None);
    assert!(heard.next().starts_with("READY=1\n"));
    end(program);
    assert!(heard.next().starts_with("STOPPING=1\n"));
}

#[test]
fn a_manager_that_is_gone_is_no_reason_not_to_serve() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut program = Command::new(env!("CARGO_BIN_EXE_wheelhouse-server"))
        .args(["--port", "0", "--data"])
        .arg(folder.path().join("data"))
        .env("NOTIFY_SOCKET", folder.path().join("nowhere"))
        .stderr(Stdio::piped())
        .spawn()
        .expect("started");
    let mut lines = std::io::BufReader::new(program.stderr.take().expect("piped"));
    let mut said = String::new();
    while !said.contains("Stop it with Ctrl+C") {
        let read = std::io::BufRead::read_line(&mut lines, &mut said).expect("read");
        assert!(read > 0, "it ended: {said}");
    }
    assert!(said.contains("can't be told"), "{said}");
    end(program);
}
