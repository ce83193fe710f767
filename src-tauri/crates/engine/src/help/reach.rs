//! What two agents may both reach: as much as the one was granted, where the other was granted it too.

use std::path::{Path, PathBuf};
use wheelhouse_domain::{
    Access, AgentGrant, CommandGrant, CommandLimits, FolderGrant, Grant, Hosts, Programs, Standing, ToolRule,
    WebGrant, is_served,
};

/// As much of `helper` as `asker` was granted too. Nothing is in it that is not in both.
#[must_use]
pub fn attenuated(helper: &AgentGrant, asker: &AgentGrant) -> AgentGrant {
    let (mine, theirs) = (&helper.reach, &asker.reach);
    let folders = folders(&mine.folders, &theirs.folders);
    let web = mine.web.as_ref().zip(theirs.web.as_ref());
    AgentGrant {
        reach: Grant {
            web: web.and_then(|(mine, theirs)| pages(mine, theirs)),
            commands: programs(mine, theirs, &folders),
            folders,
        },
        rules: rules(helper, asker),
    }
}

/// The narrower one of two folders of which one lies in the other, with what may be done in both.
fn folders(mine: &[FolderGrant], theirs: &[FolderGrant]) -> Vec<FolderGrant> {
    let mut shared: Vec<FolderGrant> = Vec::new();
    for (one, other) in mine
        .iter()
        .flat_map(|one| theirs.iter().map(move |other| (one, other)))
    {
        let narrower = if one.path.starts_with(&other.path) {
            one
        } else if other.path.starts_with(&one.path) {
            other
        } else {
            continue;
        };
        let folder = FolderGrant {
            name: narrower.name.clone(),
            path: narrower.path.clone(),
            access: match (one.access, other.access) {
                (Access::Write, Access::Write) => Access::Write,
                _ => Access::Read,
            },
            hard_links: one.hard_links && other.hard_links,
            stays_here: one.stays_here || other.stays_here,
        };
        match shared.iter_mut().find(|known| known.path == folder.path) {
            // Reached in two ways: what either pair of grants allows.
            Some(known) => {
                if folder.access == Access::Write {
                    known.access = Access::Write;
                }
                known.hard_links |= folder.hard_links;
                known.stays_here |= folder.stays_here;
            }
            None => shared.push(folder),
        }
    }
    // A name that stands for two folders would let a model mean the one and touch the other.
    let names: Vec<String> = shared.iter().map(|folder| folder.name.clone()).collect();
    for (place, folder) in shared.iter_mut().enumerate() {
        let earlier = names[..place].iter().filter(|name| **name == folder.name).count();
        if earlier > 0 {
            folder.name = free_name(&folder.name, earlier + 1, &names);
        }
    }
    shared
}

fn free_name(name: &str, from: usize, taken: &[String]) -> String {
    let mut numbered = (from..).map(|number| format!("{name}-{number}"));
    numbered.find(|name| !taken.contains(name)).unwrap_or_default()
}

fn pages(mine: &WebGrant, theirs: &WebGrant) -> Option<WebGrant> {
    let hosts = match (&mine.hosts, &theirs.hosts) {
        (Hosts::Public, hosts) | (hosts, Hosts::Public) => hosts.clone(),
        (Hosts::Only(mine), Hosts::Only(theirs)) => {
            let mut shared: Vec<String> = Vec::new();
            for (one, other) in mine
                .iter()
                .flat_map(|one| theirs.iter().map(move |other| (one, other)))
            {
                let narrower = if covers(other, one) {
                    one
                } else if covers(one, other) {
                    other
                } else {
                    continue;
                };
                if !shared.contains(narrower) {
                    shared.push(narrower.clone());
                }
            }
            Hosts::Only(shared)
        }
    };
    if matches!(&hosts, Hosts::Only(hosts) if hosts.is_empty()) {
        return None;
    }
    Some(WebGrant {
        hosts,
        ports: mine
            .ports
            .iter()
            .filter(|port| theirs.ports.contains(port))
            .copied()
            .collect(),
        loopback: mine.loopback && theirs.loopback,
        seconds: mine.seconds.min(theirs.seconds),
    })
}

/// Whether every machine that `narrow` names is one that `wide` names.
fn covers(wide: &str, narrow: &str) -> bool {
    let (wide, narrow) = (wide.to_ascii_lowercase(), narrow.to_ascii_lowercase());
    wide == narrow
        || wide
            .strip_prefix('*')
            .is_some_and(|beneath| beneath.starts_with('.') && narrow.ends_with(beneath))
}

fn programs(mine: &Grant, theirs: &Grant, folders: &[FolderGrant]) -> Option<CommandGrant> {
    let (one, other) = mine.commands.as_ref().zip(theirs.commands.as_ref())?;
    let is_in = |reach: &Grant, commands: &CommandGrant, folder: &Path| {
        let named = commands.folders.iter().filter_map(|name| reach.folder(name));
        named.into_iter().any(|granted| folder.starts_with(&granted.path))
    };
    let folders: Vec<String> = folders
        .iter()
        .filter(|folder| is_in(mine, one, &folder.path) && is_in(theirs, other, &folder.path))
        .map(|folder| folder.name.clone())
        .collect();
    let programs = match (&one.programs, &other.programs) {
        (Programs::Any, programs) | (programs, Programs::Any) => programs.clone(),
        (Programs::Only(mine), Programs::Only(theirs)) => Programs::Only(in_both(mine, theirs)),
    };
    let path = in_both(&one.path, &other.path);
    // An empty list means the usual places, so that nothing shared must not be told by one.
    let finds_nothing = path.is_empty() && !(one.path.is_empty() && other.path.is_empty());
    if folders.is_empty() || finds_nothing || matches!(&programs, Programs::Only(only) if only.is_empty()) {
        return None;
    }
    let environment = one.environment.iter();
    Some(CommandGrant {
        folders,
        programs,
        path,
        environment: environment
            .filter(|(name, value)| other.environment.get(*name) == Some(value))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
        readable: beneath_both(&one.readable, &other.readable),
        network: one.network && other.network,
        limits: least(one.limits, other.limits),
    })
}

fn in_both<T: Clone + PartialEq>(mine: &[T], theirs: &[T]) -> Vec<T> {
    mine.iter().filter(|one| theirs.contains(one)).cloned().collect()
}

/// The narrower one of each two folders of which one lies in the other.
fn beneath_both(mine: &[PathBuf], theirs: &[PathBuf]) -> Vec<PathBuf> {
    let beneath = |one: &[PathBuf], other: &[PathBuf]| -> Vec<PathBuf> {
        let is_beneath = |path: &&PathBuf| other.iter().any(|above| path.starts_with(above));
        one.iter().filter(is_beneath).cloned().collect()
    };
    let mut shared = beneath(mine, theirs);
    shared.extend(beneath(theirs, mine));
    shared.sort();
    shared.dedup();
    shared
}

fn least(one: CommandLimits, other: CommandLimits) -> CommandLimits {
    CommandLimits {
        seconds: one.seconds.min(other.seconds),
        cpu_seconds: one.cpu_seconds.min(other.cpu_seconds),
        memory_mib: one.memory_mib.min(other.memory_mib),
        file_mib: one.file_mib.min(other.file_mib),
        output_bytes: one.output_bytes.min(other.output_bytes),
    }
}

/// What either forbids is forbidden; what both allow is allowed. About the rest the operator is asked.
fn rules(helper: &AgentGrant, asker: &AgentGrant) -> Vec<ToolRule> {
    let all = |rule: &&ToolRule| rule.only.is_none();
    let forbidden = helper.rules.iter().chain(&asker.rules).filter(all);
    let mut rules: Vec<ToolRule> = Vec::new();
    for rule in forbidden.filter(|rule| rule.standing == Standing::Never) {
        if !rules.contains(rule) {
            rules.push(rule.clone());
        }
    }
    let allows = |grant: &AgentGrant, tool: &str| grant.standing(tool) == Some(Standing::Allow);
    let is_open = |rules: &[ToolRule], tool: &str| rules.iter().all(|rule| rule.tool != tool);
    let mut allowed: Vec<ToolRule> = Vec::new();
    for rule in helper.rules.iter().chain(&asker.rules) {
        let by_both = |grant: &AgentGrant| match &rule.only {
            None => allows(grant, &rule.tool),
            // Of a tool server, only a word about the tool as it is described counts.
            Some(only) => {
                let of_all = !is_served(&rule.tool) && allows(grant, &rule.tool);
                of_all || grant.allows_exactly(&rule.tool, &only.hash)
            }
        };
        let is_allowed = rule.standing == Standing::Allow && by_both(helper) && by_both(asker);
        if is_allowed && is_open(&rules, &rule.tool) && !allowed.contains(rule) {
            allowed.push(rule.clone());
        }
    }
    rules.extend(allowed);
    rules
}

#[cfg(test)]
mod tests;
