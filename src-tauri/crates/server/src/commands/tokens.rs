//! `wheelhouse-server tokens`.

use super::{CommandError, Output, moment};
use crate::security::{Scope, ServerAccess, TokenRow};
use clap::{Args, Subcommand};
use wheelhouse_contract::domain::Millis;

/// Issue, list and revoke the tokens that programs and devices are let in with.
///
/// A running server notices a change within a second.
#[derive(Debug, Clone, Args)]
pub struct TokensCommand {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Clone, Subcommand)]
enum Act {
    /// Make a token. It is shown once, and can't be had again.
    Issue {
        /// What to call it, unlike any other: the device or program that it is for.
        name: String,
        /// What it may do.
        #[arg(long, value_enum, default_value_t = Scope::Operator)]
        scope: Scope,
        /// After what time it is refused: a number and m, h or d, as in 90d. Without it, never.
        #[arg(long, value_name = "TIME", value_parser = moment::parse_length)]
        expires_in: Option<i64>,
    },
    /// Show every token, without what makes it good.
    List {
        /// As JSON, for programs. Times are milliseconds since 1970.
        #[arg(long)]
        json: bool,
    },
    /// Take a token back. Its connections are closed.
    Revoke {
        /// Its name or id.
        token: String,
    },
}

/// Carries out a command. `now` is the time.
///
/// # Errors
/// [`CommandError`] where the tokens could not be read or changed.
pub fn tokens(
    command: &TokensCommand,
    access: &ServerAccess,
    now: Millis,
    output: &mut Output<'_>,
) -> Result<(), CommandError> {
    match &command.act {
        Act::Issue {
            name,
            scope,
            expires_in,
        } => {
            let expires_at = expires_in.map(|length| now.plus(length));
            let issued = access.tokens().issue(name, *scope, expires_at)?;
            writeln!(output.result, "{}", issued.token.expose())?;
            let note = "The token is shown this once. Keep it as you keep a password.";
            writeln!(output.note, "{note}")?;
        }
        Act::List { json: true } => {
            let rows = access.tokens().list()?;
            writeln!(output.result, "{}", serde_json::to_string_pretty(&rows)?)?;
        }
        Act::List { json: false } => list(&access.tokens().list()?, now, output)?,
        Act::Revoke { token } => {
            let row = access.tokens().revoke(token)?;
            writeln!(output.note, "Revoked {} ({}).", row.name, row.id)?;
        }
    }
    Ok(())
}

fn list(rows: &[TokenRow], now: Millis, output: &mut Output<'_>) -> Result<(), CommandError> {
    if rows.is_empty() {
        writeln!(
            output.note,
            "There are no tokens. `wheelhouse-server tokens issue NAME` makes one."
        )?;
        return Ok(());
    }
    let widest = rows.iter().map(|row| row.name.chars().count()).max();
    let name = widest.unwrap_or_default().max(4);
    writeln!(
        output.result,
        "{:13}  {:name$}  {:8}  {:23}  EXPIRES",
        "ID", "NAME", "MAY", "MADE"
    )?;
    for row in rows {
        let made = moment::shown(row.created_at);
        let (id, word) = (row.id.as_str(), row.scope.word());
        writeln!(
            output.result,
            "{id:13}  {:name$}  {word:8}  {made}  {}",
            row.name,
            expiry(row, now)
        )?;
    }
    Ok(())
}

fn expiry(row: &TokenRow, now: Millis) -> String {
    match row.expires_at {
        None => "never".to_owned(),
        Some(time) if row.has_expired(now) => format!("{} (over)", moment::shown(time)),
        Some(time) => moment::shown(time),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{PairCommand, pair};
    use super::*;
    use crate::security::Clock;
    use clap::{CommandFactory, Parser};

    const NOW: Millis = Millis(1_767_225_600_000);

    #[derive(Debug, Parser)]
    enum Program {
        Tokens(TokensCommand),
        Pair(PairCommand),
    }

    struct Terminal {
        _data: tempfile::TempDir,
        access: ServerAccess,
    }

    impl Terminal {
        fn new() -> Self {
            let data = tempfile::tempdir().expect("a temporary folder");
            let access = ServerAccess::open(data.path(), Clock::of(|| NOW)).expect("opened");
            Self { _data: data, access }
        }

        fn say(&self, line: &str) -> Result<(String, String), CommandError> {
            let words = std::iter::once("wheelhouse-server").chain(line.split(' '));
            let program = Program::try_parse_from(words).expect("a command");
            let (mut result, mut note) = (Vec::new(), Vec::new());
            let mut output = Output {
                result: &mut result,
                note: &mut note,
            };
            match program {
                Program::Tokens(command) => tokens(&command, &self.access, NOW, &mut output)?,
                Program::Pair(command) => pair(&command, &self.access, None, &mut output)?,
            }
            let text = |bytes| String::from_utf8(bytes).expect("text");
            Ok((text(result), text(note)))
        }
    }

    #[test]
    fn the_commands_are_sound() {
        Program::command().debug_assert();
        assert!(Program::try_parse_from(["w", "tokens", "issue", "a", "--expires-in", "soon"]).is_err());
        assert!(Program::try_parse_from(["w", "tokens", "issue", "a", "--scope", "root"]).is_err());
        assert!(Program::try_parse_from(["w", "tokens"]).is_err());
    }

    #[test]
    fn a_token_is_issued_listed_and_revoked() {
        let terminal = Terminal::new();
        let (token, _) = terminal
            .say("tokens issue laptop --expires-in 90d")
            .expect("issued");
        assert!(token.starts_with("wh_") && token.ends_with('\n') && token.lines().count() == 1);
        terminal.say("tokens issue wall --scope viewer").expect("issued");
        let (list, _) = terminal.say("tokens list").expect("listed");
        assert!(!list.contains("wh_"), "{list}");
        let lines: Vec<&str> = list.lines().collect();
        assert_eq!(lines.len(), 3, "{list}");
        assert!(
            lines[1].contains("laptop  operator  2026-01-01 00:00:00 UTC  2026-04-01 00:00:00 UTC"),
            "{list}"
        );
        assert!(
            lines[2].contains("wall    viewer    2026-01-01 00:00:00 UTC  never"),
            "{list}"
        );
        let column = lines[0].find("EXPIRES").expect("a head");
        assert_eq!(lines[2].find("never"), Some(column), "{list}");
        let (_, note) = terminal.say("tokens revoke laptop").expect("revoked");
        assert!(note.starts_with("Revoked laptop (id-"), "{note}");
        let (json, _) = terminal.say("tokens list --json").expect("listed");
        let rows: Vec<TokenRow> = serde_json::from_str(&json).expect("rows");
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].name.as_str(), rows[0].scope), ("wall", Scope::Viewer));
    }

    #[test]
    fn an_empty_list_says_what_to_do() {
        let (list, note) = Terminal::new().say("tokens list").expect("listed");
        assert_eq!(list, "");
        assert!(note.contains("tokens issue"), "{note}");
    }

    #[test]
    fn what_is_not_there_can_t_be_revoked() {
        let error = Terminal::new().say("tokens revoke nobody").expect_err("refused");
        assert!(
            error.next_step().is_some_and(|step| step.contains("tokens list")),
            "{error}"
        );
    }

    #[test]
    fn a_code_is_shown_alone_on_its_line() {
        let terminal = Terminal::new();
        let (code, note) = terminal.say("pair --scope viewer").expect("made");
        assert_eq!(code.trim_end().len(), 9, "{code}");
        assert!(note.contains("2026-01-01 00:10:00 UTC"), "{note}");
        let issued = terminal
            .access
            .pairing()
            .redeem(code.trim_end(), "wall")
            .expect("taken");
        assert_eq!(issued.row.scope, Scope::Viewer);
    }
}
