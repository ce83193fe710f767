//! The arrows inside the webview, read from the imports of its files.

use crate::root;
use std::fs;
use std::path::{Path, PathBuf};

/// One import or export-from of one file.
#[derive(Debug)]
struct Import {
    file: String,
    /// Whether only types are taken, which leave nothing in the program.
    types_only: bool,
    from: String,
}

impl Import {
    /// The place below `ui/src` that is imported; none for packages.
    fn inside(&self) -> Option<String> {
        if let Some(place) = self.from.strip_prefix("@/") {
            return Some(place.to_owned());
        }
        if !self.from.starts_with('.') {
            return None;
        }
        let mut parts: Vec<&str> = self.file.split('/').collect();
        parts.pop();
        for part in self.from.split('/') {
            match part {
                "." => {}
                ".." => {
                    parts.pop();
                }
                name => parts.push(name),
            }
        }
        Some(parts.join("/"))
    }
}

fn source() -> PathBuf {
    root().join("ui/src")
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("readable") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|end| end == "ts" || end == "tsx") {
            found.push(path);
        }
    }
}

fn imports() -> Vec<Import> {
    let mut paths = Vec::new();
    files(&source(), &mut paths);
    let mut all = Vec::new();
    for path in paths {
        let relative = path
            .strip_prefix(source())
            .expect("below")
            .to_string_lossy()
            .replace('\\', "/");
        let text = fs::read_to_string(&path).expect("readable");
        all.extend(imports_of(&relative, &text));
    }
    assert!(all.len() > 100, "the imports were found");
    all
}

/// Statements that name a module: `import … from "x"`, `export … from "x"`, `import "x"`, `import("x")`, and the
/// mocks of tests are left alone.
fn imports_of(file: &str, text: &str) -> Vec<Import> {
    let mut found = Vec::new();
    let mut statement = String::new();
    for line in text.lines() {
        let begins = ["import ", "import{", "export "]
            .iter()
            .any(|word| line.starts_with(word));
        if begins {
            statement.clear();
        }
        if begins || !statement.is_empty() {
            statement.push_str(line);
            statement.push(' ');
        }
        if let Some(from) = module_of(&statement) {
            let types_only = statement.starts_with("import type ") || statement.starts_with("export type ");
            found.push(Import {
                file: file.to_owned(),
                types_only,
                from,
            });
            statement.clear();
        } else if line.ends_with(';') {
            statement.clear();
        }
        found.extend(dynamic(line).map(|from| Import {
            file: file.to_owned(),
            types_only: false,
            from,
        }));
    }
    found
}

fn module_of(statement: &str) -> Option<String> {
    let rest = match statement.rfind(" from \"") {
        Some(at) => &statement[at + 7..],
        None => statement.strip_prefix("import \"")?,
    };
    rest.split('"').next().map(str::to_owned)
}

fn dynamic(line: &str) -> Option<String> {
    let rest = line.split("import(\"").nth(1)?;
    rest.split('"').next().map(str::to_owned)
}

fn is_in(place: &str, folder: &str) -> bool {
    place == folder
        || place
            .strip_prefix(folder)
            .is_some_and(|rest| rest.starts_with('/'))
}

#[test]
fn imports_are_read_as_they_are_written() {
    let text = "import type { A } from \"@/bindings/bindings\";\nimport {\n  b,\n  c,\n} from \"../host\";\nimport \"./x.css\";\n\
                export const d = 1;\nconst e = () => import(\"@tauri-apps/api/core\");\nexport { f } from \"./f\";\n";
    let read: Vec<(bool, String)> = imports_of("features/home/a.ts", text)
        .into_iter()
        .map(|import| (import.types_only, import.inside().unwrap_or(import.from)))
        .collect();
    let expected = [
        (true, "bindings/bindings"),
        (false, "features/host"),
        (false, "features/home/x.css"),
        (false, "@tauri-apps/api/core"),
        (false, "features/home/f"),
    ];
    assert_eq!(read, expected.map(|(types, place)| (types, place.to_owned())));
}

/// Where Tauri may be named: the host, the bindings that it calls, and, by tests only, Tauri's own stand-in for the shell.
fn may_know_tauri(import: &Import) -> bool {
    let is_test = is_in(&import.file, "test") || import.file.contains(".test.");
    ["host", "bindings"]
        .iter()
        .any(|folder| is_in(&import.file, folder))
        || (is_test && import.from == "@tauri-apps/api/mocks")
}

#[test]
fn only_the_host_knows_tauri() {
    let outside = imports()
        .into_iter()
        .filter(|import| import.from.starts_with("@tauri-apps") && !may_know_tauri(import));
    let wrong: Vec<String> = outside
        .map(|import| format!("{} imports {}", import.file, import.from))
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn only_the_host_calls_the_bindings() {
    let outside = imports().into_iter().filter(|import| {
        let from_bindings = import.inside().is_some_and(|place| is_in(&place, "bindings"));
        from_bindings && !import.types_only && !is_in(&import.file, "host")
    });
    let wrong: Vec<String> = outside
        .map(|import| format!("{} imports {}", import.file, import.from))
        .collect();
    assert_eq!(wrong, Vec::<String>::new(), "others take types only");
}

#[test]
fn features_do_not_import_each_other() {
    let mut wrong = Vec::new();
    for import in imports() {
        let Some(feature) = import
            .file
            .strip_prefix("features/")
            .and_then(|rest| rest.split('/').next())
        else {
            continue;
        };
        let other = import.inside().and_then(|place| {
            let other = place.strip_prefix("features/")?.split('/').next()?.to_owned();
            (other != feature).then_some(other)
        });
        if let Some(other) = other {
            wrong.push(format!("{} imports the feature {other}", import.file));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn what_is_shared_knows_no_feature_and_the_stores_know_no_screen() {
    let mut wrong = Vec::new();
    for import in imports() {
        let Some(place) = import.inside() else { continue };
        let forbidden: &[&str] = match import.file.split('/').next() {
            Some("shared") => &["features", "app"],
            Some("stores") => &["features", "app", "shared/ui"],
            Some("host") => &["features", "app", "shared/ui"],
            _ => continue,
        };
        let is_test = import.file.contains(".test.");
        if !is_test && forbidden.iter().any(|folder| is_in(&place, folder)) {
            wrong.push(format!("{} imports {place}", import.file));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}
