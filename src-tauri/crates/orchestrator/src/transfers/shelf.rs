//! The folder of files on their way, and what is known of each. Everything here waits for the disk.
//!
//! `<uid>.<bytes>.part` is being sent, `<uid>.<bytes>.whole` is whole, `<uid>.0.making` is being made here. What is found
//! at the start is known by its name; when it was begun stands in the uid.

use super::{Bounds, Part, Transfer, TransferError};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tracing::warn;
use uuid::Uuid;
use wheelhouse_domain::{ContentHash, Millis, TRANSFER_PART, TransferUid};

const HOUR: u64 = 60 * 60 * 1_000;

/// Nobody is at a file any more that was not read or written for so long.
const IDLE: Duration = Duration::from_secs(2 * 60);

/// What lies here longer is a leftover.
const DAY: u64 = 24 * HOUR;

/// Where a file stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Part,
    Whole,
    Making,
}

impl Stage {
    const ALL: [Self; 3] = [Self::Part, Self::Whole, Self::Making];

    fn word(self) -> &'static str {
        match self {
            Self::Part => "part",
            Self::Whole => "whole",
            Self::Making => "making",
        }
    }
}

#[derive(Debug, Clone)]
struct Row {
    bytes: u64,
    stage: Stage,
    begun: Millis,
    /// When it was last written or read, by a clock that is never set.
    used: Instant,
    /// The wish that began it, as long as the application is open.
    key: Option<String>,
}

/// The files.
#[derive(Debug)]
pub(super) struct Shelf {
    folder: PathBuf,
    bounds: Bounds,
    rows: BTreeMap<TransferUid, Row>,
}

impl Shelf {
    pub(super) fn open(folder: PathBuf, bounds: Bounds, now: Millis) -> Self {
        let rows = match found(&folder, now) {
            Ok(rows) => rows,
            Err(error) if error.kind() == io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => {
                warn!(%error, "what was on its way can't be found; it has to be sent again");
                BTreeMap::new()
            }
        };
        let mut shelf = Self { folder, bounds, rows };
        // Nobody makes it any more.
        let broken_off = |row: &Row| row.stage == Stage::Making;
        if let Err(error) = shelf.sweep(broken_off) {
            warn!(%error, "a file that was broken off could not be removed");
        }
        shelf
    }

    pub(super) fn begin(
        &mut self,
        uid: TransferUid,
        key: &str,
        bytes: u64,
        now: Millis,
    ) -> Result<Transfer, TransferError> {
        let same = |(_, row): &(&TransferUid, &Row)| row.key.as_deref() == Some(key);
        if let Some((uid, row)) = self.rows.iter().find(same) {
            let (uid, begun) = (*uid, row.bytes);
            return match begun == bytes {
                true => self.view(uid),
                false => Err(TransferError::OtherLength { begun, asked: bytes }),
            };
        }
        self.check_size(bytes)?;
        self.make_room(bytes, now)?;
        let row = Row {
            bytes,
            stage: Stage::Part,
            begun: now,
            used: Instant::now(),
            key: Some(key.to_owned()),
        };
        self.create(uid, row)?;
        self.view(uid)
    }

    pub(super) fn begin_making(
        &mut self,
        uid: TransferUid,
        now: Millis,
    ) -> Result<(PathBuf, File), TransferError> {
        // How long it becomes is not known before it is made.
        self.make_room(self.bounds.largest, now)?;
        let row = Row {
            bytes: 0,
            stage: Stage::Making,
            begun: now,
            used: Instant::now(),
            key: None,
        };
        self.create(uid, row)
    }

    pub(super) fn made(&mut self, uid: TransferUid, bytes: u64) -> Result<(), TransferError> {
        self.check_size(bytes)?;
        let row = self.row(uid)?;
        let whole = Row {
            bytes,
            stage: Stage::Whole,
            ..row
        };
        self.pass_to(uid, whole)
    }

    pub(super) fn write(
        &mut self,
        uid: TransferUid,
        number: u32,
        content: &[u8],
    ) -> Result<Transfer, TransferError> {
        let row = self.used(uid)?;
        let (at, expected) = place(row.bytes, number)?;
        if content.len() != expected {
            let found = content.len();
            return Err(TransferError::PartLength {
                number,
                expected,
                found,
            });
        }
        let path = self.path(uid, &row);
        let fault = fault(&path);
        let opened = OpenOptions::new().read(true).write(true).open(&path);
        let mut file = opened.map_err(&fault)?;
        let there = file.metadata().map_err(&fault)?.len();
        if there < at {
            // What was cut off in a part by an earlier failure is not counted.
            let expected = u32::try_from(there / u64::from(TRANSFER_PART)).unwrap_or(u32::MAX);
            return Err(TransferError::OutOfOrder { number, expected });
        }
        file.seek(SeekFrom::Start(at)).map_err(&fault)?;
        if there < at + expected as u64 {
            file.write_all(content).map_err(&fault)?;
        } else if !holds(&mut file, content).map_err(&fault)? {
            return Err(TransferError::OtherContent { number });
        }
        self.view(uid)
    }

    /// Where a file is whose parts are all here.
    pub(super) fn complete(&self, uid: TransferUid) -> Result<PathBuf, TransferError> {
        let Transfer { received, bytes, .. } = self.view(uid)?;
        let row = self.row(uid)?;
        if row.stage == Stage::Making || received != bytes {
            return Err(TransferError::Incomplete { received, bytes });
        }
        Ok(self.path(uid, &row))
    }

    pub(super) fn finish(&mut self, uid: TransferUid, fits: bool) -> Result<Transfer, TransferError> {
        let row = self.row(uid)?;
        match (row.stage, fits) {
            (Stage::Whole, true) => {}
            (Stage::Whole, false) => return Err(TransferError::OtherSum),
            (_, false) => {
                self.remove(uid)?;
                return Err(TransferError::OtherSum);
            }
            (_, true) => {
                let stage = Stage::Whole;
                self.pass_to(uid, Row { stage, ..row })?;
            }
        }
        self.view(uid)
    }

    pub(super) fn whole(&self, uid: TransferUid) -> Result<PathBuf, TransferError> {
        let row = self.row(uid)?;
        if row.stage == Stage::Whole {
            return Ok(self.path(uid, &row));
        }
        let Transfer { received, bytes, .. } = self.view(uid)?;
        Err(TransferError::Incomplete { received, bytes })
    }

    pub(super) fn read(&mut self, uid: TransferUid, number: u32) -> Result<Part, TransferError> {
        let path = self.whole(uid)?;
        let bytes = self.used(uid)?.bytes;
        let (at, length) = place(bytes, number)?;
        let fault = fault(&path);
        let mut file = File::open(&path).map_err(&fault)?;
        file.seek(SeekFrom::Start(at)).map_err(&fault)?;
        let mut content = vec![0; length];
        file.read_exact(&mut content).map_err(&fault)?;
        let last = at + length as u64 == bytes;
        Ok(Part { content, last })
    }

    pub(super) fn remove(&mut self, uid: TransferUid) -> Result<bool, TransferError> {
        let Some(row) = self.rows.get(&uid) else {
            return Ok(false);
        };
        let path = self.path(uid, row);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(fault(&path)(error)),
            _ => {
                self.rows.remove(&uid);
                Ok(true)
            }
        }
    }

    pub(super) fn tidy(&mut self, now: Millis) -> Result<usize, TransferError> {
        self.sweep(|row| row.age(now) > DAY)
    }

    fn used(&mut self, uid: TransferUid) -> Result<Row, TransferError> {
        let row = self.rows.get_mut(&uid).ok_or(TransferError::Unknown(uid))?;
        row.used = Instant::now();
        Ok(row.clone())
    }

    fn row(&self, uid: TransferUid) -> Result<Row, TransferError> {
        self.rows.get(&uid).cloned().ok_or(TransferError::Unknown(uid))
    }

    fn view(&self, uid: TransferUid) -> Result<Transfer, TransferError> {
        let row = self.row(uid)?;
        let path = self.path(uid, &row);
        let there = fs::metadata(&path).map_err(fault(&path))?.len();
        Ok(Transfer {
            uid,
            bytes: row.bytes,
            received: there.min(row.bytes),
            whole: row.stage == Stage::Whole,
        })
    }

    fn check_size(&self, bytes: u64) -> Result<(), TransferError> {
        let limit = self.bounds.largest;
        match (1..=limit).contains(&bytes) {
            true => Ok(()),
            false => Err(TransferError::Size { bytes, limit }),
        }
    }

    /// Leftovers go where there is no room without: of the last hours first, then whatever nobody is at.
    fn make_room(&mut self, bytes: u64, now: Millis) -> Result<(), TransferError> {
        if self.has_room(bytes) {
            return Ok(());
        }
        self.sweep(|row| row.stage != Stage::Making && row.age(now) > HOUR)?;
        if self.has_room(bytes) {
            return Ok(());
        }
        self.sweep(|row| row.stage != Stage::Making && row.used.elapsed() > IDLE)?;
        if self.has_room(bytes) {
            return Ok(());
        }
        Err(TransferError::Full {
            files: self.rows.len(),
            bytes: self.room_taken(),
        })
    }

    fn has_room(&self, bytes: u64) -> bool {
        self.rows.len() < self.bounds.files && self.room_taken() + bytes <= self.bounds.bytes
    }

    fn room_taken(&self) -> u64 {
        let room = |row: &Row| match row.stage {
            Stage::Making => self.bounds.largest,
            Stage::Part | Stage::Whole => row.bytes,
        };
        self.rows.values().map(room).sum()
    }

    fn create(&mut self, uid: TransferUid, row: Row) -> Result<(PathBuf, File), TransferError> {
        fs::create_dir_all(&self.folder).map_err(fault(&self.folder))?;
        let path = self.path(uid, &row);
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create_new(true).open(&path);
        let file = file.map_err(fault(&path))?;
        self.rows.insert(uid, row);
        Ok((path, file))
    }

    /// The name says what is there, so that a name is whole only after what is in it is on the disk.
    fn pass_to(&mut self, uid: TransferUid, row: Row) -> Result<(), TransferError> {
        let (from, to) = (self.path(uid, &self.row(uid)?), self.path(uid, &row));
        let fault = fault(&from);
        let file = File::open(&from).map_err(&fault)?;
        file.sync_all().map_err(&fault)?;
        fs::rename(&from, &to).map_err(&fault)?;
        self.rows.insert(uid, row);
        Ok(())
    }

    fn path(&self, uid: TransferUid, row: &Row) -> PathBuf {
        self.folder
            .join(format!("{uid}.{}.{}", row.bytes, row.stage.word()))
    }

    /// Removes what `goes`. The first failure is told, after the others are gone.
    fn sweep(&mut self, goes: impl Fn(&Row) -> bool) -> Result<usize, TransferError> {
        let going = self.rows.iter().filter(|(_, row)| goes(row));
        let going: Vec<TransferUid> = going.map(|(uid, _)| *uid).collect();
        let removed: Vec<_> = going.into_iter().map(|uid| self.remove(uid)).collect();
        let removed: Result<Vec<bool>, _> = removed.into_iter().collect();
        removed.map(|removed| removed.len())
    }
}

impl Row {
    /// A clock that was put back makes it older too, so that nothing stays for ever.
    fn age(&self, now: Millis) -> u64 {
        now.0.abs_diff(self.begun.0)
    }
}

/// Where a part of a file of `bytes` bytes begins, and how long it is.
fn place(bytes: u64, number: u32) -> Result<(u64, usize), TransferError> {
    let at = u64::from(number) * u64::from(TRANSFER_PART);
    if at >= bytes {
        let parts = bytes.div_ceil(u64::from(TRANSFER_PART));
        let parts = u32::try_from(parts).unwrap_or(u32::MAX);
        return Err(TransferError::NoSuchPart { number, parts });
    }
    let length = (bytes - at).min(u64::from(TRANSFER_PART));
    // No part is longer than `TRANSFER_PART`.
    Ok((at, usize::try_from(length).unwrap_or(TRANSFER_PART as usize)))
}

/// Whether the next bytes of `file` are these.
fn holds(file: &mut File, content: &[u8]) -> io::Result<bool> {
    let mut there = vec![0; content.len()];
    file.read_exact(&mut there)?;
    Ok(there == content)
}

/// Length and sum of a file that was written, once it is on the disk.
pub(super) fn settled(path: &Path, file: &File) -> Result<(u64, ContentHash), TransferError> {
    file.sync_all().map_err(fault(path))?;
    let bytes = file.metadata().map_err(fault(path))?.len();
    Ok((bytes, sum_of(path)?))
}

/// SHA-256 of a file.
pub(super) fn sum_of(path: &Path) -> Result<ContentHash, TransferError> {
    let fault = fault(path);
    let mut file = File::open(path).map_err(&fault)?;
    let mut sum = Sha256::new();
    let mut piece = vec![0; TRANSFER_PART as usize];
    loop {
        let read = file.read(&mut piece).map_err(&fault)?;
        if read == 0 {
            break;
        }
        sum.update(&piece[..read]);
    }
    let sum = sum.finalize();
    Ok(ContentHash(
        sum.iter().map(|byte| format!("{byte:02x}")).collect(),
    ))
}

fn fault(path: &Path) -> impl Fn(io::Error) -> TransferError + use<> {
    let path = path.to_owned();
    move |source| TransferError::File {
        path: path.clone(),
        source,
    }
}

/// What lies in the folder. Other names are left alone.
fn found(folder: &Path, now: Millis) -> io::Result<BTreeMap<TransferUid, Row>> {
    let mut rows = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_file()
            && let Some((uid, mut row)) = entry.file_name().to_str().and_then(|name| named(name, now))
        {
            row.used = last_used(&entry.metadata()?).unwrap_or(row.used);
            rows.insert(uid, row);
        }
    }
    Ok(rows)
}

fn named(name: &str, now: Millis) -> Option<(TransferUid, Row)> {
    let mut parts = name.split('.');
    let uid = Uuid::parse_str(parts.next()?).ok()?;
    let bytes = parts.next()?.parse().ok()?;
    let word = parts.next()?;
    let stage = Stage::ALL.into_iter().find(|stage| stage.word() == word)?;
    let row = Row {
        bytes,
        stage,
        begun: begun(uid).unwrap_or(now),
        used: Instant::now(),
        key: None,
    };
    parts.next().is_none().then_some((TransferUid(uid), row))
}

/// When a file was written last, as far as the system tells and this machine has run for so long.
fn last_used(file: &fs::Metadata) -> Option<Instant> {
    let idle = file.modified().ok()?.elapsed().ok()?;
    Instant::now().checked_sub(idle)
}

/// When a uid was made.
fn begun(uid: Uuid) -> Option<Millis> {
    let (seconds, nanoseconds) = uid.get_timestamp()?.to_unix();
    let millis = seconds.checked_mul(1_000)? + u64::from(nanoseconds / 1_000_000);
    i64::try_from(millis).ok().map(Millis)
}
