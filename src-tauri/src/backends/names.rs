//! What servers are called in this window: short, and each unlike the others.

use super::{BackendId, Saved};
use wheelhouse_contract::{ApiError, ErrorCode};

const LONGEST: usize = 40;

/// What this machine is called, so that nothing else may be.
const OWN: [&str; 2] = ["local", "this machine"];

/// The name that the operator wrote, as it is kept. `own` may keep its name.
///
/// # Errors
/// Where it is empty, too long, or taken.
pub(crate) fn given_name(saved: &Saved, name: &str, own: Option<BackendId>) -> Result<String, ApiError> {
    let name = name.trim();
    if name.is_empty() {
        return Err(wrong("A server needs a name.", "Write how you call it."));
    }
    if name.chars().count() > LONGEST {
        return Err(wrong("The name is too long.", "Write at most 40 characters."));
    }
    if name.chars().any(char::is_control) {
        return Err(wrong(
            "The name has characters that can't be shown.",
            "Write it anew.",
        ));
    }
    if OWN.contains(&name.to_lowercase().as_str()) {
        return Err(wrong("This machine is called that.", "Choose another name."));
    }
    if taken(saved, name, own) {
        let message = format!("Another server is called {name} already.");
        return Err(wrong(&message, "Choose another name."));
    }
    Ok(name.to_owned())
}

/// A name for a server that calls itself `name`, where the operator wrote none: the same, with a number where it is taken.
pub(crate) fn wanted_name(saved: &Saved, name: &str) -> String {
    let shown = name.chars().filter(|letter| !letter.is_control());
    let short: String = shown.take(LONGEST - 3).collect();
    let base = match short.trim() {
        "" => "Server",
        name if OWN.contains(&name.to_lowercase().as_str()) => "Server",
        name => name,
    };
    let numbered = (2..).map(|number| format!("{base} {number}"));
    let mut names = std::iter::once(base.to_owned()).chain(numbered);
    names
        .find(|name| !taken(saved, name, None))
        .unwrap_or_else(|| base.to_owned())
}

fn taken(saved: &Saved, name: &str, own: Option<BackendId>) -> bool {
    let name = name.to_lowercase();
    let mut others = saved.backends.iter().filter(|backend| Some(backend.id) != own);
    others.any(|backend| backend.name.to_lowercase() == name)
}

fn wrong(message: &str, next_step: &str) -> ApiError {
    ApiError::new(ErrorCode::InvalidRequest, message)
        .field("name")
        .next_step(next_step)
}

#[cfg(test)]
mod tests {
    use super::super::saved::tests::backend;
    use super::*;

    #[test]
    fn names_are_short_and_unlike_each_other() {
        let studio = backend("Studio");
        let saved = Saved {
            chosen: None,
            backends: vec![studio.clone()],
        };
        assert_eq!(given_name(&saved, "  Attic ", None).expect("fit"), "Attic");
        assert_eq!(
            given_name(&saved, "studio", Some(studio.id)).expect("its own"),
            "studio"
        );
        for unfit in [
            "",
            "  ",
            "studio",
            "Local",
            "this machine",
            "a\nb",
            &"x".repeat(41),
        ] {
            let error = given_name(&saved, unfit, None).expect_err("unfit");
            assert_eq!(error.details.field.as_deref(), Some("name"), "{unfit:?}");
        }
    }

    #[test]
    fn a_server_s_own_name_is_made_to_fit() {
        let mut saved = Saved::default();
        assert_eq!(wanted_name(&saved, "local"), "Server");
        assert_eq!(wanted_name(&saved, "\n"), "Server");
        for expected in ["Studio", "Studio 2", "Studio 3"] {
            let name = wanted_name(&saved, "Studio");
            assert_eq!(name, expected);
            given_name(&saved, &name, None).expect("a made name is fit");
            saved.backends.push(backend(&name));
        }
        assert!(wanted_name(&saved, &"x".repeat(200)).len() <= 40);
    }
}
