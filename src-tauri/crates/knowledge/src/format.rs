//! Which files are documents, from their names.

/// How a document is read and split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Headings, paragraphs, lists, fenced code.
    Markdown,
    /// Prose without markup that we understand.
    Text,
    /// Source code, configuration, data: lines matter more than sentences.
    Code,
}

/// What to do with a file, before it is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Triage {
    /// Read it.
    Read(Format),
    /// Nobody expects text in it (a picture, an archive, a program): pass over it in silence.
    Skip,
    /// It holds text that people expect to be found, but in a format that is not read yet.
    NotYet,
}

const MARKDOWN: &[&str] = &["md", "markdown", "mdown", "mkd", "mdx", "qmd"];
const CODE: &[&str] = &[
    "rs",
    "py",
    "pyi",
    "js",
    "mjs",
    "cjs",
    "jsx",
    "ts",
    "mts",
    "cts",
    "tsx",
    "go",
    "java",
    "kt",
    "kts",
    "scala",
    "c",
    "h",
    "cc",
    "cpp",
    "cxx",
    "hpp",
    "hh",
    "cs",
    "fs",
    "swift",
    "m",
    "mm",
    "rb",
    "php",
    "pl",
    "pm",
    "lua",
    "r",
    "jl",
    "hs",
    "ml",
    "mli",
    "ex",
    "exs",
    "erl",
    "clj",
    "cljs",
    "dart",
    "zig",
    "nim",
    "sh",
    "bash",
    "zsh",
    "fish",
    "ps1",
    "bat",
    "sql",
    "graphql",
    "proto",
    "html",
    "htm",
    "css",
    "scss",
    "less",
    "vue",
    "svelte",
    "xml",
    "svg",
    "json",
    "jsonl",
    "json5",
    "yaml",
    "yml",
    "toml",
    "ini",
    "cfg",
    "conf",
    "env",
    "properties",
    "csv",
    "tsv",
    "tf",
    "hcl",
    "gradle",
    "cmake",
    "mk",
    "dockerfile",
    "nix",
    "el",
    "vim",
    "asm",
    "s",
    "ipynb",
    "diff",
    "patch",
];
const DOCUMENTS: &[&str] = &[
    "pdf", "doc", "docx", "odt", "rtf", "ppt", "pptx", "odp", "xls", "xlsx", "ods", "epub", "pages",
    "numbers", "key", "msg",
];
const MEDIA: &[&str] = &[
    "png", "jpg", "jpeg", "gif", "webp", "bmp", "ico", "icns", "tif", "tiff", "heic", "avif", "psd", "ai",
    "mp3", "wav", "flac", "ogg", "m4a", "mp4", "mov", "avi", "mkv", "webm", "zip", "gz", "tgz", "bz2", "xz",
    "zst", "7z", "rar", "tar", "jar", "war", "whl", "deb", "rpm", "dmg", "iso", "exe", "dll", "so", "dylib",
    "a", "o", "obj", "lib", "rlib", "class", "pyc", "pyo", "wasm", "bin", "dat", "db", "sqlite", "sqlite3",
    "woff", "woff2", "ttf", "otf", "eot", "pack", "idx", "map",
];

/// What to do with the file of this name. Names without a known ending are read as text; [`crate::read`] looks
/// at the content before it believes them.
#[must_use]
pub fn triage(path: &str) -> Triage {
    let name = path.rsplit('/').next().unwrap_or(path);
    let Some((_, ending)) = name.rsplit_once('.') else {
        return Triage::Read(Format::Text);
    };
    let ending = ending.to_lowercase();
    let among = |list: &[&str]| list.contains(&ending.as_str());
    if among(MARKDOWN) {
        Triage::Read(Format::Markdown)
    } else if among(CODE) {
        Triage::Read(Format::Code)
    } else if among(DOCUMENTS) {
        Triage::NotYet
    } else if among(MEDIA) {
        Triage::Skip
    } else {
        // Plain text by any name.
        Triage::Read(Format::Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_decides_whatever_its_case() {
        assert_eq!(triage("docs/Guide.MD"), Triage::Read(Format::Markdown));
        assert_eq!(triage("notes.txt"), Triage::Read(Format::Text));
        assert_eq!(triage("src/main.rs"), Triage::Read(Format::Code));
        assert_eq!(triage("table.csv"), Triage::Read(Format::Code));
        assert_eq!(triage("photo.JPG"), Triage::Skip);
        assert_eq!(triage("contract.pdf"), Triage::NotYet);
        assert_eq!(triage("LICENSE"), Triage::Read(Format::Text));
        assert_eq!(triage("v1.2/unknown.zzz"), Triage::Read(Format::Text));
    }
}
