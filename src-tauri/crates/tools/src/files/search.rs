//! Searches the text files beneath a folder.

use super::error::FileError;
use super::list::plain;
use super::path::Inside;
use super::room::{Room, Spot};
use super::text::{as_text, bytes};
use crate::arguments::SearchFiles;
use crate::call::Done;
use cap_std::fs::Dir;
use globset::{GlobBuilder, GlobMatcher};
use regex::{Regex, RegexBuilder};
use serde_json::{Value, json};
use std::fmt::Write;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

const MOST_RESULTS: usize = 200;
const MOST_FILES: usize = 20_000;
const MOST_FILE_BYTES: u64 = 2 * 1_024 * 1_024;
const MOST_TIME: Duration = Duration::from_secs(10);
const MOST_LINE_CHARS: usize = 300;
const MOST_DEPTH: usize = 40;
/// Memory that one pattern may take when it is made ready, in bytes.
const PATTERN_BYTES: usize = 1_024 * 1_024;

struct Hit {
    path: String,
    line: usize,
    text: String,
}

struct Search<'a> {
    room: &'a Room,
    pattern: Regex,
    files: Option<GlobMatcher>,
    most: usize,
    until: Instant,
    cancel: &'a CancellationToken,
    hits: Vec<Hit>,
    searched: usize,
    stopped: Option<&'static str>,
}

/// Lines that match, beneath the folder at `path`.
pub(crate) fn search(
    room: &Room,
    path: &Inside,
    wanted: &SearchFiles,
    cancel: &CancellationToken,
) -> Result<Done, FileError> {
    let dir = room.folder(path)?;
    let most = wanted
        .most
        .and_then(|most| usize::try_from(most).ok())
        .unwrap_or(MOST_RESULTS);
    let mut search = Search {
        room,
        pattern: pattern(wanted)?,
        files: wanted.files.as_deref().map(glob).transpose()?,
        most: most.clamp(1, MOST_RESULTS),
        until: Instant::now() + MOST_TIME,
        cancel,
        hits: Vec::new(),
        searched: 0,
        stopped: None,
    };
    search.folder(&dir, path, &mut Vec::new());
    let hits: Vec<Value> = search
        .hits
        .iter()
        .map(|hit| json!({ "path": hit.path, "line": hit.line, "text": hit.text }))
        .collect();
    Ok(Done {
        text: shown(&search, wanted, path),
        data: json!({
            "path": path.to_string(), "pattern": wanted.pattern, "searched": search.searched,
            "stopped": search.stopped, "hits": hits,
        }),
        untrusted: true,
        checkpoint: None,
    })
}

impl Search<'_> {
    /// `way` is the path from where the search began.
    fn folder(&mut self, dir: &Dir, path: &Inside, way: &mut Vec<String>) {
        // What can't be read is left out, like what is not text.
        let Ok(entries) = dir.entries() else { return };
        let mut names: Vec<String> = entries
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .take(MOST_FILES)
            .collect();
        names.sort();
        for name in names {
            if self.is_over() {
                return;
            }
            let Ok(metadata) = dir.symlink_metadata(&name) else {
                continue;
            };
            let inside = path.joined(&name);
            way.push(name);
            if metadata.is_dir() {
                self.enter(dir, &inside, way);
            } else if metadata.is_file() && self.is_wanted(way) {
                self.file(dir, &inside);
            }
            way.pop();
        }
    }

    fn enter(&mut self, dir: &Dir, inside: &Inside, way: &mut Vec<String>) {
        let Some(name) = way.last() else { return };
        if name.starts_with('.') || way.len() >= MOST_DEPTH {
            return;
        }
        if let Ok(next) = self.room.step(dir, name, inside) {
            self.folder(&next, inside, way);
        }
    }

    fn file(&mut self, dir: &Dir, inside: &Inside) {
        let (Some(name), Ok(dir)) = (inside.parts.last().cloned(), dir.try_clone()) else {
            return;
        };
        self.searched += 1;
        let Ok(Some((file, metadata))) = self.room.file(&Spot { dir, name }, inside) else {
            return;
        };
        let Ok(bytes) = bytes(file, &metadata, inside, MOST_FILE_BYTES) else {
            return;
        };
        let Some(text) = as_text(&bytes) else { return };
        for (index, line) in text.lines().enumerate() {
            if !self.pattern.is_match(line) {
                continue;
            }
            if self.hits.len() == self.most {
                self.stopped = Some("there were more lines than asked for");
                return;
            }
            self.hits.push(Hit {
                path: inside.to_string(),
                line: index + 1,
                text: line.trim_end().chars().take(MOST_LINE_CHARS).collect(),
            });
        }
    }

    fn is_wanted(&self, way: &[String]) -> bool {
        self.files
            .as_ref()
            .is_none_or(|files| files.is_match(way.join("/")))
    }

    fn is_over(&mut self) -> bool {
        if self.stopped.is_some() {
            return true;
        }
        if self.cancel.is_cancelled() {
            self.stopped = Some("it was called off");
        } else if self.searched >= MOST_FILES {
            self.stopped = Some("there are too many files");
        } else if Instant::now() >= self.until {
            self.stopped = Some("it took too long");
        }
        self.stopped.is_some()
    }
}

fn pattern(wanted: &SearchFiles) -> Result<Regex, FileError> {
    let text = if wanted.regex == Some(true) {
        wanted.pattern.clone()
    } else {
        regex::escape(&wanted.pattern)
    };
    RegexBuilder::new(&text)
        .case_insensitive(wanted.ignore_case == Some(true))
        .size_limit(PATTERN_BYTES)
        .build()
        .map_err(|error| FileError::BadPattern {
            pattern: wanted.pattern.clone(),
            problem: error.to_string(),
        })
}

fn glob(text: &str) -> Result<GlobMatcher, FileError> {
    let glob = GlobBuilder::new(text).literal_separator(true).build();
    glob.map(|glob| glob.compile_matcher())
        .map_err(|error| FileError::BadPattern {
            pattern: text.to_owned(),
            problem: error.to_string(),
        })
}

fn shown(search: &Search<'_>, wanted: &SearchFiles, path: &Inside) -> String {
    let mut out = match search.hits.len() {
        0 => format!("Nothing beneath {path} matches “{}”", wanted.pattern),
        1 => format!("One line beneath {path} matches “{}”", wanted.pattern),
        some => format!("{some} lines beneath {path} match “{}”", wanted.pattern),
    };
    // Writing to a string cannot fail.
    let _ = writeln!(out, " ({} files searched).", search.searched);
    for hit in &search.hits {
        let _ = writeln!(out, "{}:{}: {}", plain(&hit.path), hit.line, hit.text);
    }
    if let Some(why) = search.stopped {
        let _ = writeln!(
            out,
            "(It stopped early, because {why}. Search a smaller folder or a rarer pattern.)"
        );
    }
    out
}
