//! A model server on this machine that speaks the four wire formats and plays the crew, for development.

#![allow(clippy::print_stdout, reason = "its addresses are what it is started for")]

use clap::Parser;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use wheelhouse_domain::ProviderKind;
use wheelhouse_testkit::fake_models::{Asked, FakeModels, Fault, Reply, crew};

/// A model server for development: OpenAI chat completions, Anthropic messages, Gemini and Ollama, all streaming.
///
/// It plays the whole crew by simple rules, so that a run can be watched from end to end. Add one of the printed
/// addresses as a provider in Settings; every key is accepted, and the models are called fake-large and fake-small.
#[derive(Parser)]
#[command(name = "fake-models")]
struct Options {
    /// Port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Go wrong in this way: unauthorized, no-such-model, rate-limited, server-error, bad-request, no-schemas, no-thoughts,
    /// redirect, hang-before-headers, hang-mid-stream, cut-mid-stream, no-finish, malformed-json, error-mid-stream
    /// or web-page.
    #[arg(long, value_parser = fault)]
    fault: Option<Fault>,
    /// How many requests go wrong before all is well again; without it, all do.
    #[arg(long, requires = "fault")]
    times: Option<u64>,
    /// Which model goes wrong; without it, each does.
    #[arg(long, requires = "fault")]
    fault_model: Option<String>,
    /// How long a refusal for lack of room asks to wait, in milliseconds.
    #[arg(long)]
    wait_ms: Option<u32>,
    /// How long each answer says that no further one is allowed, in milliseconds.
    #[arg(long)]
    last_for_ms: Option<u32>,
    /// What is thought aloud before each answer.
    #[arg(long)]
    thinking: Option<String>,
    /// Of the 100 tokens that are read each time, how many were kept from before.
    #[arg(long, value_parser = clap::value_parser!(u32).range(0..=100))]
    kept: Option<u32>,
}

#[derive(Debug, thiserror::Error)]
#[error("there is no fault called {0}")]
struct NoSuchFault(String);

fn fault(word: &str) -> Result<Fault, NoSuchFault> {
    Fault::parse(word).ok_or_else(|| NoSuchFault(word.to_owned()))
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    let left = AtomicU64::new(options.times.unwrap_or(u64::MAX));
    let script = move |asked: &Asked| -> Reply {
        let mut reply = crew(asked);
        if let Some(thoughts) = &options.thinking {
            reply = reply.thinking(thoughts);
        }
        reply.cached = options.kept.map(|kept| (kept, 0));
        reply.wait_ms = options.wait_ms;
        reply.used_up_ms = options.last_for_ms;
        let meant = options
            .fault_model
            .as_ref()
            .is_none_or(|model| *model == asked.model);
        let goes_wrong =
            || left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        match options.fault {
            Some(fault) if meant && goes_wrong().is_ok() => reply.failing(fault),
            _ => reply,
        }
    };
    let server = match FakeModels::on(options.port, script).await {
        Ok(server) => server,
        Err(error) => {
            println!("Port {} can't be had: {error}.", options.port);
            return ExitCode::FAILURE;
        }
    };
    for (name, kind) in [
        ("OpenAI-compatible", ProviderKind::OpenAi),
        ("Anthropic", ProviderKind::Anthropic),
        ("Gemini", ProviderKind::Gemini),
        ("Ollama", ProviderKind::Ollama),
    ] {
        println!("{name:18} {}", server.base_url(kind));
    }
    println!("Models: fake-large, fake-small. Any key will do. Stop with Ctrl+C.");
    server.serve_forever().await;
    ExitCode::SUCCESS
}
