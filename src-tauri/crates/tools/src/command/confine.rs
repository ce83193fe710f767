//! Keeps a thread, and all that it starts, to some folders and from opening connections. There is no way back, so it is
//! always a thread of its own.
//!
//! Landlock names what may be read and written; what is not named is closed, and so are signals to other processes. A
//! seccomp filter refuses every new socket, and lets attempts to leave the group come to nothing.

use super::{CommandError, Plan};
use landlock::{
    ABI, Access as _, AccessFs, CompatLevel, Compatible, PathBeneath, Ruleset, RulesetAttr, RulesetCreated,
    RulesetCreatedAttr, RulesetError, RulesetStatus, Scope, path_beneath_rules,
};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    TargetArch, apply_filter,
};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;
use wheelhouse_domain::Access;

/// What the kernel must know (Linux 6.2): every way to read, write and cut files.
const NEEDED: ABI = ABI::V3;
/// What is asked for beside that, where the kernel knows it (Linux 6.12): no signals to others, no commands to devices.
const WANTED: ABI = ABI::V6;
/// What programs need of the system to run at all. No person's folders, no sockets of services, no logs.
const SYSTEM: &[&str] = &[
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/etc",
    "/opt",
    "/nix/store",
    "/proc",
    "/sys",
    "/run/current-system",
    "/run/systemd/resolve",
];
const DEVICES: &[&str] = &[
    "/dev/null",
    "/dev/zero",
    "/dev/full",
    "/dev/random",
    "/dev/urandom",
];

/// Whether the kernel can do all of it. Found out once, by a thread that is thrown away.
pub(super) fn is_possible() -> bool {
    static POSSIBLE: OnceLock<bool> = OnceLock::new();
    *POSSIBLE.get_or_init(|| {
        let tried = std::thread::spawn(|| {
            let status = closed(CompatLevel::HardRequirement).and_then(RulesetCreated::restrict_self);
            let is_closed = status.is_ok_and(|status| status.ruleset != RulesetStatus::NotEnforced);
            is_closed && no_sockets().is_ok()
        });
        tried.join().unwrap_or(false)
    })
}

/// Confines the calling thread. Says whether it did: where the kernel can't do all that is needed, it does what it can, and
/// the preview has said that it is not all.
pub(super) fn this_thread(plan: &Plan, group: i32, own: &Path) -> Result<bool, CommandError> {
    let refused = |error: &dyn std::fmt::Display| CommandError::NotConfined(error.to_string());
    let possible = is_possible();
    let level = if possible {
        CompatLevel::HardRequirement
    } else {
        CompatLevel::BestEffort
    };
    rules(plan, own, level)
        .and_then(RulesetCreated::restrict_self)
        .map_err(|error| refused(&error))?;
    match filters(plan, group) {
        Err(error) if possible => Err(refused(&error)),
        _ => Ok(possible),
    }
}

fn closed(level: CompatLevel) -> Result<RulesetCreated, RulesetError> {
    Ruleset::default()
        .set_compatibility(level)
        .handle_access(AccessFs::from_all(NEEDED))?
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(WANTED))?
        .scope(Scope::from_all(WANTED))?
        .create()
}

fn rules(plan: &Plan, own: &Path, level: CompatLevel) -> Result<RulesetCreated, RulesetError> {
    let (look, all) = (AccessFs::from_read(WANTED), AccessFs::from_all(WANTED));
    let mut rules = closed(level)?
        .add_rules(path_beneath_rules(SYSTEM, look))?
        .add_rules(path_beneath_rules(
            DEVICES,
            look | AccessFs::WriteFile | AccessFs::Truncate,
        ))?
        .add_rules(path_beneath_rules(&plan.path, look))?
        .add_rules(path_beneath_rules(&plan.readable, look))?
        .add_rules(path_beneath_rules([own], all))?;
    // By their handles: a link in a path was refused when they were opened.
    for (folder, access) in &plan.folders {
        let access = match access {
            Access::Read => look,
            Access::Write => all,
        };
        rules = rules.add_rule(PathBeneath::new(folder, access))?;
    }
    Ok(rules)
}

fn filters(plan: &Plan, group: i32) -> Result<(), seccompiler::Error> {
    if !plan.network {
        no_sockets()?;
    }
    stay_in(group)
}

/// The number of a system call, and the one by which 64-bit Intel processors know it in their third way of calling (x32).
fn numbers(call: i64) -> impl Iterator<Item = i64> {
    const X32: i64 = 0x4000_0000;
    let other = cfg!(target_arch = "x86_64").then_some(call | X32);
    [call].into_iter().chain(other)
}

/// Refuses every new socket. Pairs that are connected from the start lead nowhere else and stay allowed.
fn no_sockets() -> Result<(), seccompiler::Error> {
    let calls = [libc::SYS_socket, libc::SYS_io_uring_setup];
    let calls = calls.into_iter().flat_map(numbers).map(|call| (call, Vec::new()));
    install(calls.collect(), u32::try_from(libc::EACCES).unwrap_or(1))
}

/// Lets attempts to leave the group come to nothing, without an error: programs that try need not succeed.
fn stay_in(group: i32) -> Result<(), seccompiler::Error> {
    let group = u64::from(group.unsigned_abs());
    let elsewhere = SeccompCondition::new(1, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, group)?;
    let elsewhere = SeccompRule::new(vec![elsewhere])?;
    let sessions = numbers(libc::SYS_setsid).map(|call| (call, Vec::new()));
    let groups = numbers(libc::SYS_setpgid).map(|call| (call, vec![elsewhere.clone()]));
    install(sessions.chain(groups).collect(), 0)
}

fn install(calls: BTreeMap<i64, Vec<SeccompRule>>, errno: u32) -> Result<(), seccompiler::Error> {
    let here: TargetArch = std::env::consts::ARCH.try_into()?;
    let filter = SeccompFilter::new(calls, SeccompAction::Allow, SeccompAction::Errno(errno), here)?;
    let program: BpfProgram = filter.try_into()?;
    apply_filter(&program)
}
