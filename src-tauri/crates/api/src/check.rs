//! Whether what was asked for makes sense, before anything is done.

use std::path::Path;
use wheelhouse_contract::{ApiError, ErrorCode, RequestKey, RetentionRule};
use wheelhouse_domain::{
    AgentKind, BUILT_IN_TOOLS, CREW_TOOLS, DEFAULT_MODEL, Fallbacks, GRANTED_TOOLS, MOST_FALLBACKS,
    MOST_PARALLEL, ProviderLimits, is_served, rehearsal_model,
};
use wheelhouse_orchestrator::store::Retention;

/// Longest task and longest answer, in characters.
const TEXT_LENGTH: usize = 20_000;

/// Longest name, in characters.
const NAME_LENGTH: usize = 120;

pub(crate) fn key(key: &RequestKey) -> Result<&str, ApiError> {
    if key.is_valid() {
        return Ok(&key.0);
    }
    Err(invalid(
        "request_key",
        "The request key must be 8 to 64 letters, digits, \"-\" or \"_\".",
    )
    .next_step("Send a new random key with each new request."))
}

pub(crate) fn task(text: &str) -> Result<&str, ApiError> {
    text_of(text, "task", "Say what the crew should do.")
}

pub(crate) fn answer(text: &str) -> Result<&str, ApiError> {
    text_of(text, "answer", "Write an answer.")
}

/// What the operator says to an agent.
pub(crate) fn message(text: &str) -> Result<&str, ApiError> {
    text_of(text, "text", "Write what you want to say.")
}

fn text_of<'a>(text: &'a str, field: &str, when_empty: &str) -> Result<&'a str, ApiError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(invalid(field, "There is no text.").next_step(when_empty));
    }
    let length = text.chars().count();
    if length > TEXT_LENGTH {
        return Err(invalid(
            field,
            format!("The text has {length} characters, at most {TEXT_LENGTH} are possible."),
        )
        .next_step("Shorten it. Put long material into a file and add that in Knowledge."));
    }
    Ok(text)
}

pub(crate) fn name(text: &str) -> Result<&str, ApiError> {
    let length = text.trim().chars().count();
    if length <= NAME_LENGTH {
        return Ok(text.trim());
    }
    Err(invalid(
        "name",
        format!("The name has {length} characters, at most {NAME_LENGTH} are possible."),
    )
    .next_step("Shorten it."))
}

pub(crate) fn query(text: &str) -> Result<&str, ApiError> {
    let length = text.trim().chars().count();
    if (1..=1_000).contains(&length) {
        return Ok(text.trim());
    }
    Err(invalid("query", "Search for 1 to 1,000 characters.").next_step("Write what to look for."))
}

pub(crate) fn limit(limit: u32, most: u32) -> Result<u32, ApiError> {
    if (1..=most).contains(&limit) {
        return Ok(limit);
    }
    Err(
        invalid("limit", format!("The limit is {limit}, it must be 1 to {most}."))
            .next_step("Ask for fewer at a time."),
    )
}

pub(crate) fn invalid(field: &str, message: impl Into<String>) -> ApiError {
    ApiError::new(ErrorCode::InvalidRequest, message).field(field)
}

/// A path of the machine that does the work.
pub(crate) fn absolute(path: &str) -> Result<&Path, ApiError> {
    let found = Path::new(path);
    if found.is_absolute() {
        return Ok(found);
    }
    Err(invalid("path", "The path is not absolute.").next_step("Give the whole path, from the root on."))
}

/// A rule for how long ended workflows are kept.
pub(crate) fn retention(rule: &RetentionRule) -> Result<Retention, ApiError> {
    let bounds = [
        ("max_age_days", rule.max_age_days, 36_500, "days"),
        ("max_workflows", rule.max_workflows, 1_000_000, "workflows"),
        ("max_megabytes", rule.max_megabytes, 1_000_000, "megabytes"),
    ];
    for (field, bound, most, what) in bounds {
        if bound.is_some_and(|bound| bound == 0 || bound > most) {
            return Err(invalid(field, format!("There must be 1 to {most} {what}."))
                .next_step("Change the number, or leave this bound out."));
        }
    }
    Ok(Retention {
        max_age_days: rule.max_age_days,
        max_workflows: rule.max_workflows,
        max_megabytes: rule.max_megabytes,
    })
}

/// A name or a role.
pub(crate) fn line<'a>(text: &'a str, field: &str) -> Result<&'a str, ApiError> {
    let text = text.trim();
    if (1..=80).contains(&text.chars().count()) && !text.contains(char::is_control) {
        return Ok(text);
    }
    Err(invalid(field, "Use 1 to 80 characters on one line.").next_step("Shorten it, or write something."))
}

pub(crate) fn instructions(text: &str) -> Result<&str, ApiError> {
    text_of(text, "instructions", "Say how the agent should work.")
}

/// A model that an agent names.
pub(crate) fn model(name: &str) -> Result<&str, ApiError> {
    if name.trim() == DEFAULT_MODEL {
        Ok(DEFAULT_MODEL)
    } else {
        default_model(name)
    }
}

/// Tools for an agent, each once. `served` are those of tool servers that agents may be given. One that it has may stay, even
/// if it is not known here: it may have come with the agent from another machine.
pub(crate) fn tools(
    wanted: Vec<String>,
    present: &[String],
    served: &[String],
) -> Result<Vec<String>, ApiError> {
    let mut tools: Vec<String> = Vec::new();
    for tool in wanted {
        let mut known = BUILT_IN_TOOLS.iter().chain(&CREW_TOOLS).chain(&GRANTED_TOOLS);
        let is_known = known.any(|known| *known == tool) || served.contains(&tool);
        if !is_known && is_served(&tool) && !present.contains(&tool) {
            let shown: String = tool.chars().take(80).collect();
            return Err(invalid(
                "tools",
                format!("No tool server gives a tool “{shown}” that is allowed."),
            )
            .next_step("Add the server in Settings, under Tool servers, and allow the tool there."));
        }
        if !is_known && !present.contains(&tool) {
            let shown: String = tool.chars().take(80).collect();
            return Err(
                invalid("tools", format!("There is no tool called “{shown}”.")).next_step(format!(
                    "The tools are {}, {}, {}.",
                    BUILT_IN_TOOLS.join(", "),
                    CREW_TOOLS.join(", "),
                    GRANTED_TOOLS.join(", ")
                )),
            );
        }
        if !tools.contains(&tool) {
            tools.push(tool);
        }
    }
    let same = tools.len() == present.len() && tools.iter().all(|tool| present.contains(tool));
    // Another order of the same tools is no change.
    Ok(if same { present.to_vec() } else { tools })
}

/// A model for all agents of a kind.
pub(crate) fn default_model(name: &str) -> Result<&str, ApiError> {
    let name = name.trim();
    let of_provider = name
        .split_once('/')
        .is_some_and(|(provider, model)| is_slug(provider) && !model.is_empty());
    if name.chars().count() <= 200 && (name == rehearsal_model() || of_provider) {
        return Ok(name);
    }
    Err(
        invalid("model", format!("\"{name}\" is not the name of a model.")).next_step(
            "Choose \"rehearsal\", or a provider's name and a model's, for example \"local/llama\".",
        ),
    )
}

pub(crate) fn provider_name(name: &str) -> Result<&str, ApiError> {
    let name = name.trim();
    // Variables of the environment that give keys end in `_FILE` where they name a file.
    if is_slug(name) && !name.ends_with("-file") && name != DEFAULT_MODEL && name != rehearsal_model() {
        return Ok(name);
    }
    Err(invalid("name", format!("\"{name}\" can't be a provider's name."))
        .next_step("Use 1 to 32 lower-case letters, digits or \"-\", for example \"local\"."))
}

fn is_slug(name: &str) -> bool {
    (1..=32).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

pub(crate) fn base_url(text: &str) -> Result<&str, ApiError> {
    let text = text.trim().trim_end_matches('/');
    let fits = url::Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.host().is_some()
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
    });
    if fits {
        return Ok(text);
    }
    Err(invalid("base_url", "This is not the address of a provider.")
        .next_step("Give an address such as http://localhost:11434, without a name or key in it."))
}

/// Models that are asked where another one can't answer.
pub(crate) fn fallbacks(fallbacks: &Fallbacks) -> Result<(), ApiError> {
    for kind in AgentKind::ALL {
        let field = || format!("default_models.fallbacks.{}", kind.as_str());
        let models = fallbacks.of(kind);
        if models.len() > MOST_FALLBACKS {
            return Err(invalid(&field(), "These are too many models.")
                .next_step(format!("Name at most {MOST_FALLBACKS}.")));
        }
        for model in models {
            default_model(model).map_err(|error| error.field(&field()))?;
        }
    }
    Ok(())
}

/// Models that are asked where an agent's own can't answer.
pub(crate) fn behind(models: Vec<String>) -> Result<Vec<String>, ApiError> {
    if models.len() > MOST_FALLBACKS {
        return Err(invalid("fallbacks", "These are too many models.")
            .next_step(format!("Name at most {MOST_FALLBACKS}.")));
    }
    let mut named: Vec<String> = Vec::with_capacity(models.len());
    for model in models {
        let model = self::model(&model).map_err(|error| error.field("fallbacks"))?;
        if !named.iter().any(|known| known == model) {
            named.push(model.to_owned());
        }
    }
    Ok(named)
}

/// Models that windows can be set for at most.
const MOST_WINDOWS: usize = 200;

/// What is set about the calls of a provider.
pub(crate) fn provider_limits(limits: ProviderLimits) -> Result<ProviderLimits, ApiError> {
    if limits
        .parallel
        .is_some_and(|parallel| !(1..=MOST_PARALLEL).contains(&parallel))
    {
        return Err(
            invalid("limits.parallel", "So many calls at the same time can't be set.")
                .next_step(format!("Give a number from 1 to {MOST_PARALLEL}, or none.")),
        );
    }
    let fits = |(model, tokens): (&String, &u32)| {
        !model.trim().is_empty() && model.len() <= NAME_LENGTH && (1_000..=100_000_000).contains(tokens)
    };
    if limits.windows.len() > MOST_WINDOWS || !limits.windows.iter().all(fits) {
        return Err(
            invalid("limits.windows", "This is not what a model can read in one call.")
                .next_step("Give the name of the model and a number of tokens from 1,000 on."),
        );
    }
    Ok(limits)
}

/// What a task is told in place of its own words.
pub(crate) fn prompt(text: &str) -> Result<&str, ApiError> {
    text_of(text, "prompt", "Say what is to be done.")
}

/// Longest answer that the operator gives in place of a task's, in characters.
const ANSWER_LENGTH: usize = 200_000;

/// An answer in place of a task's; without words only where there is a value.
pub(crate) fn given_answer(text: &str, has_data: bool) -> Result<&str, ApiError> {
    let text = text.trim();
    let length = text.chars().count();
    if text.is_empty() && !has_data {
        return Err(invalid("text", "There is no text.").next_step("Write the answer."));
    }
    if length > ANSWER_LENGTH {
        return Err(invalid(
            "text",
            format!("The text has {length} characters, at most {ANSWER_LENGTH} are possible."),
        )
        .next_step("Shorten it."));
    }
    Ok(text)
}

/// Most workflows that are acted on at once.
const MANY: usize = 1_000;

/// Longest key of a wish about many workflows: each of them gets a key made from it.
const KEY_OF_MANY: usize = 48;

/// A wish about this many workflows.
pub(crate) fn many(key: &RequestKey, count: usize) -> Result<(), ApiError> {
    if key.0.len() > KEY_OF_MANY {
        return Err(invalid(
            "request_key",
            format!("The request key may have {KEY_OF_MANY} characters here."),
        )
        .next_step("Send a shorter one."));
    }
    if (1..=MANY).contains(&count) {
        return Ok(());
    }
    Err(invalid(
        "ids",
        format!("{count} workflows are named, it must be 1 to {MANY}."),
    )
    .next_step("Choose fewer at a time."))
}
