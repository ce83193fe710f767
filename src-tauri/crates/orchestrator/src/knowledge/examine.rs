//! What one file is: unchanged, changed, or nothing that can be searched. Blocks on the file system.

use super::walk::SourceFile;
use std::fs::Metadata;
use std::io::ErrorKind;
use std::path::Path;
use std::time::UNIX_EPOCH;
use wheelhouse_domain::{ContentHash, Millis};
use wheelhouse_knowledge::{
    Format, MAX_DOCUMENT_BYTES, READER_VERSION, Triage, Unreadable, line_count, read, split, title, triage,
};
use wheelhouse_store::knowledge::{DocumentState, NewChunk, NewDocument};

/// A file that was changed so shortly before it was read may change again without a new time stamp: file systems
/// keep time as coarsely as this.
const COARSEST_CLOCK_NS: i64 = 2_000_000_000;

/// What a file is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Examined {
    /// As it was.
    Unchanged,
    /// The same text with another time stamp.
    Touched { bytes: i64, modified_ns: i64 },
    /// New, or with another text.
    Changed(Box<NewDocument>),
    /// Nothing that anybody expects to be searched.
    Passed,
    /// Gone since it was listed.
    Gone,
    /// It should be searched but holds nothing that can be.
    Refused(Unreadable),
    /// It could not be opened now. What is known of it is kept.
    Unopened(String),
}

pub(super) fn examine(file: &SourceFile, known: Option<&DocumentState>, now: fn() -> Millis) -> Examined {
    let format = match triage(&file.path) {
        Triage::Read(format) => format,
        Triage::Skip => return Examined::Passed,
        Triage::NotYet => return Examined::Refused(Unreadable::FormatNotYet),
    };
    look(file, format, known, now).unwrap_or_else(|error| match error.kind() {
        ErrorKind::NotFound => Examined::Gone,
        _ => Examined::Unopened(format!("It could not be opened: {error}")),
    })
}

fn look(
    file: &SourceFile,
    format: Format,
    known: Option<&DocumentState>,
    now: fn() -> Millis,
) -> std::io::Result<Examined> {
    let about = std::fs::metadata(&file.full)?;
    let known = known.filter(|known| known.reader == READER_VERSION);
    if known.is_some_and(|known| is_as_before(known, &about)) {
        return Ok(Examined::Unchanged);
    }
    if about.len() > MAX_DOCUMENT_BYTES {
        return Ok(Examined::Refused(Unreadable::TooLarge { bytes: about.len() }));
    }
    // Taken before the content, so that a change in between is noticed at the next scan.
    let read_at = now();
    let content = std::fs::read(&file.full)?;
    let text = match read(&content, format) {
        Ok(text) => text,
        Err(reason) => return Ok(Examined::Refused(reason)),
    };
    let hash = ContentHash::of(&text);
    let (bytes, modified_ns) = (size(&about), modified_ns(&about));
    if known.is_some_and(|known| known.hash == hash) {
        return Ok(Examined::Touched { bytes, modified_ns });
    }
    let stamp = Stamp {
        hash,
        bytes,
        modified_ns,
        read_at,
    };
    Ok(Examined::Changed(Box::new(document(
        &file.path, format, text, stamp,
    ))))
}

/// What is known of a document beside its text.
pub(super) struct Stamp {
    pub(super) hash: ContentHash,
    pub(super) bytes: i64,
    pub(super) modified_ns: i64,
    pub(super) read_at: Millis,
}

/// A document ready for the index.
pub(super) fn document(path: &str, format: Format, text: String, stamp: Stamp) -> NewDocument {
    let chunks = split(path, format, &text)
        .into_iter()
        .map(|chunk| NewChunk {
            start_line: chunk.start_line,
            end_line: chunk.end_line,
            headings: chunk.headings,
            text: chunk.text,
            heading_terms: chunk.heading_terms,
            terms: chunk.terms,
        })
        .collect();
    NewDocument {
        path: path.to_owned(),
        title: title(path, &text),
        lines: line_count(&text),
        hash: stamp.hash,
        bytes: stamp.bytes,
        modified_ns: stamp.modified_ns,
        reader: READER_VERSION,
        indexed_at: stamp.read_at,
        chunks,
        text,
    }
}

/// Whether the file at `path` holds another text than the one with this address, or is gone.
pub(super) fn is_changed(path: &Path, hash: &ContentHash) -> bool {
    let format = match path.to_str().map(triage) {
        Some(Triage::Read(format)) => format,
        _ => return true,
    };
    let fits = std::fs::metadata(path).is_ok_and(|about| about.len() <= MAX_DOCUMENT_BYTES);
    let content = fits.then(|| std::fs::read(path).ok()).flatten();
    let text = content.and_then(|content| read(&content, format).ok());
    text.is_none_or(|text| ContentHash::of(&text) != *hash)
}

fn is_as_before(known: &DocumentState, about: &Metadata) -> bool {
    let modified = modified_ns(about);
    let read_ns = known.indexed_at.0.saturating_mul(1_000_000);
    known.bytes == size(about)
        && known.modified_ns == modified
        && read_ns.saturating_sub(modified) > COARSEST_CLOCK_NS
}

fn size(about: &Metadata) -> i64 {
    i64::try_from(about.len()).unwrap_or(i64::MAX)
}

fn modified_ns(about: &Metadata) -> i64 {
    let since = about
        .modified()
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    since.map_or(0, |since| i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{File, FileTimes};
    use std::time::Duration;
    use tempfile::TempDir;

    const LATER: fn() -> Millis = || Millis(4_000_000_000_000);

    fn file(folder: &TempDir, name: &str, content: &[u8]) -> SourceFile {
        let full = folder.path().join(name);
        std::fs::write(&full, content).expect("written");
        SourceFile {
            path: name.to_owned(),
            full,
        }
    }

    fn state(examined: &Examined) -> DocumentState {
        let Examined::Changed(document) = examined else {
            panic!("not a document: {examined:?}");
        };
        DocumentState {
            hash: document.hash.clone(),
            bytes: document.bytes,
            modified_ns: document.modified_ns,
            reader: document.reader,
            indexed_at: document.indexed_at,
        }
    }

    #[test]
    fn size_and_time_tell_that_nothing_changed_and_the_text_decides_else() {
        let folder = TempDir::new().expect("a folder");
        let note = file(&folder, "a.md", b"# One\n");
        let known = state(&examine(&note, None, LATER));
        assert_eq!(examine(&note, Some(&known), LATER), Examined::Unchanged);

        let open = File::options().write(true).open(&note.full).expect("opened");
        open.set_times(FileTimes::new().set_modified(UNIX_EPOCH + Duration::from_secs(9)))
            .expect("touched");
        let touched = examine(&note, Some(&known), LATER);
        assert!(
            matches!(
                touched,
                Examined::Touched {
                    modified_ns: 9_000_000_000,
                    ..
                }
            ),
            "{touched:?}"
        );

        let older = DocumentState {
            reader: READER_VERSION + 1,
            ..known
        };
        assert!(matches!(
            examine(&note, Some(&older), LATER),
            Examined::Changed(_)
        ));
    }

    #[test]
    fn a_change_right_after_reading_is_seen_though_size_and_time_are_the_same() {
        let folder = TempDir::new().expect("a folder");
        let note = file(&folder, "a.md", b"# One\n");
        let mut known = state(&examine(&note, None, LATER));
        let modified = std::fs::metadata(&note.full)
            .expect("there")
            .modified()
            .expect("a time");
        known.indexed_at = Millis(known.modified_ns / 1_000_000);
        std::fs::write(&note.full, "# Two\n").expect("written");
        let open = File::options().write(true).open(&note.full).expect("opened");
        open.set_times(FileTimes::new().set_modified(modified))
            .expect("set back");
        assert!(matches!(
            examine(&note, Some(&known), LATER),
            Examined::Changed(_)
        ));
    }

    #[test]
    fn what_cannot_be_searched_says_why() {
        let folder = TempDir::new().expect("a folder");
        let large = vec![b'a'; 2 * 1024 * 1024 + 1];
        let seen = |name: &str, content: &[u8]| examine(&file(&folder, name, content), None, LATER);
        assert_eq!(seen("a.png", b"\0"), Examined::Passed);
        assert_eq!(
            seen("a.pdf", b"%PDF"),
            Examined::Refused(Unreadable::FormatNotYet)
        );
        assert_eq!(seen("a.txt", b"\0\0"), Examined::Refused(Unreadable::Binary));
        assert_eq!(seen("b.txt", b"caf\xE9"), Examined::Refused(Unreadable::Encoding));
        let bytes = large.len() as u64;
        assert_eq!(
            seen("c.txt", &large),
            Examined::Refused(Unreadable::TooLarge { bytes })
        );
        // A folder where a file was listed stands for a file that cannot be opened.
        let unopened = SourceFile {
            path: "d.txt".to_owned(),
            full: folder.path().to_owned(),
        };
        assert!(matches!(examine(&unopened, None, LATER), Examined::Unopened(_)));
        let gone = SourceFile {
            path: "e.txt".to_owned(),
            full: folder.path().join("e.txt"),
        };
        assert_eq!(examine(&gone, None, LATER), Examined::Gone);
    }
}
