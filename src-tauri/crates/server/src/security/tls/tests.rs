//! Certificates that are made, and files that are not what they should be.

use super::*;
use crate::security::testing::Hand;
use rustls::{ClientConfig, RootCertStore};
use std::fs;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::{TlsAcceptor, TlsConnector};

struct Room {
    data: TempDir,
    names: Vec<String>,
}

impl Room {
    fn new(names: &[&str]) -> Self {
        Self {
            data: tempfile::tempdir().expect("a temporary folder"),
            names: names.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    fn identity(&self) -> Result<Identity, TlsError> {
        let tls = Tls::SelfSigned {
            names: self.names.clone(),
        };
        identity(self.data.path(), &tls, &Hand::default().clock())
    }

    fn file(&self, name: &str) -> PathBuf {
        self.data.path().join("server").join(name)
    }
}

fn own(certificate: &Path, key: &Path) -> Result<Identity, TlsError> {
    let tls = Tls::Own {
        certificate: certificate.to_owned(),
        key: key.to_owned(),
    };
    identity(Path::new("not used"), &tls, &Hand::default().clock())
}

/// Speaks TLS with it as a program does that trusts this one certificate.
async fn handshake(identity: &Identity, name: &str) -> Result<(), String> {
    let mut roots = RootCertStore::empty();
    roots.add(identity.certificate.clone()).expect("a certificate");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let (near, far) = tokio::io::duplex(16 * 1024);
    let name = ServerName::try_from(name.to_owned()).expect("a name");
    let connector = TlsConnector::from(Arc::new(config));
    let acceptor = TlsAcceptor::from(Arc::clone(&identity.config));
    let (client, server) = tokio::join!(connector.connect(name, near), acceptor.accept(far));
    let mut client = client.map_err(|error| error.to_string())?;
    let mut server = server.map_err(|error| error.to_string())?;
    client.write_all(b"hello").await.expect("sent");
    client.flush().await.expect("sent");
    let mut heard = [0; 5];
    server.read_exact(&mut heard).await.expect("heard");
    assert_eq!(&heard, b"hello");
    Ok(())
}

#[tokio::test]
async fn a_certificate_is_made_once_and_kept() {
    let room = Room::new(&["wheelhouse.example", "10.0.0.1", "fd00::1", "LOCALHOST."]);
    let made = room.identity().expect("made");
    assert!(made.is_new);
    let again = room.identity().expect("kept");
    assert!(!again.is_new);
    assert_eq!(made.fingerprint, again.fingerprint);
    let names = [
        "localhost",
        "127.0.0.1",
        "::1",
        "wheelhouse.example",
        "10.0.0.1",
        "fd00::1",
    ];
    for name in names {
        handshake(&again, name)
            .await
            .unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    assert!(handshake(&again, "other.example").await.is_err());
    let names = names.map(str::to_owned);
    assert_eq!(again.lacks(&names), Vec::<String>::new());
    let other = [
        "other.example".to_owned(),
        "localhost".to_owned(),
        "not a name".to_owned(),
    ];
    assert_eq!(again.lacks(&other), ["other.example", "not a name"]);
}

#[test]
fn each_server_has_its_own() {
    let fingerprint = || Room::new(&[]).identity().expect("made").fingerprint;
    assert_ne!(fingerprint(), fingerprint());
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_the_key() {
    use std::os::unix::fs::PermissionsExt;
    let room = Room::new(&[]);
    room.identity().expect("made");
    for name in [KEY_FILE, CERTIFICATE_FILE] {
        let mode = fs::metadata(room.file(name)).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[test]
fn two_starts_at_the_same_time_agree() {
    let room = Arc::new(Room::new(&[]));
    let starts = [(); 4].map(|()| {
        let room = Arc::clone(&room);
        std::thread::spawn(move || room.identity().expect("made").fingerprint)
    });
    let fingerprints = starts.map(|start| start.join().expect("ended"));
    assert!(fingerprints.iter().all(|one| *one == fingerprints[0]));
}

#[test]
fn a_start_that_was_killed_between_is_gone_over() {
    let room = Room::new(&[]);
    room.identity().expect("made");
    fs::remove_file(room.file(CERTIFICATE_FILE)).expect("removed");
    assert!(room.identity().expect("made anew").is_new);
}

#[test]
fn a_key_that_is_gone_is_told() {
    let room = Room::new(&[]);
    room.identity().expect("made");
    fs::remove_file(room.file(KEY_FILE)).expect("removed");
    let error = room.identity().expect_err("refused");
    assert!(matches!(error, TlsError::KeyGone(_)), "{error}");
    assert!(error.next_step().contains("paired again"));
}

#[test]
fn a_name_that_can_t_stand_there_is_told() {
    let error = Room::new(&["b\u{fc}ro"]).identity().expect_err("refused");
    assert!(
        matches!(&error, TlsError::Name(name) if name == "b\u{fc}ro"),
        "{error}"
    );
}

#[test]
fn the_operator_s_own_files_are_used() {
    let room = Room::new(&[]);
    let made = room.identity().expect("made");
    let own = own(&room.file(CERTIFICATE_FILE), &room.file(KEY_FILE)).expect("fit");
    assert_eq!(own.fingerprint, made.fingerprint);
    assert!(!own.is_new);
}

#[test]
fn files_that_are_not_what_they_should_be_are_told() {
    let (room, other) = (Room::new(&[]), Room::new(&[]));
    room.identity().expect("made");
    other.identity().expect("made");
    let (certificate, key) = (room.file(CERTIFICATE_FILE), room.file(KEY_FILE));
    let gone = room.file("gone.pem");
    let text = room.file("text.pem");
    fs::write(&text, "not a certificate").expect("written");
    let cut = room.file("cut.pem");
    let whole = fs::read_to_string(&certificate).expect("there");
    fs::write(&cut, &whole[..whole.len() / 2]).expect("written");
    let rotten = room.file("rotten.pem");
    fs::write(
        &rotten,
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    )
    .expect("written");

    let told = |certificate: &Path, key: &Path| own(certificate, key).expect_err("refused");
    assert!(matches!(told(&gone, &key), TlsError::Unreadable { path, .. } if path == gone));
    assert!(matches!(told(&certificate, &gone), TlsError::Unreadable { path, .. } if path == gone));
    assert!(matches!(told(&text, &key), TlsError::NoCertificate(path) if path == text));
    assert!(matches!(told(&key, &key), TlsError::NoCertificate(_)));
    assert!(matches!(told(&certificate, &certificate), TlsError::NoKey(_)));
    assert!(matches!(told(&certificate, &text), TlsError::NoKey(_)));
    assert!(matches!(told(&cut, &key), TlsError::NoPem(path) if path == cut));
    assert!(matches!(
        told(&certificate, &other.file(KEY_FILE)),
        TlsError::Mismatch { .. }
    ));
    assert!(matches!(told(&rotten, &key), TlsError::Unusable { .. }));
    let error = told(&certificate, &other.file(KEY_FILE));
    assert!(error.to_string().contains("key.pem") && error.next_step().contains("belong together"));
}

#[test]
fn nothing_shows_the_key() {
    let room = Room::new(&[]);
    let made = room.identity().expect("made");
    let key = fs::read_to_string(room.file(KEY_FILE)).expect("there");
    let line = key.lines().nth(1).expect("base64");
    assert!(!format!("{made:?}").contains(line));
}
