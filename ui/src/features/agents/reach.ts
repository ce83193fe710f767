// What an agent may reach, as the form has it, and in words.

import type { AgentGrant, FolderGrant, Standing, ToolRule } from "@/bindings/bindings";
import { isServed } from "@/shared/toolNames";
import type { GivenTool } from "./servedTools";
import { toolLabel } from "./toolWords";

/** The tools that do more than read: for each the operator says what happens. */
export const ASKED_TOOLS = ["write_file", "fetch_page", "run_command"] as const;
export type AskedTool = (typeof ASKED_TOOLS)[number];

export interface FolderDraft {
  key: number;
  name: string;
  path: string;
  write: boolean;
  staysHere: boolean;
  /** Whether programs may be started there. */
  programs: boolean;
}

export interface ReachDraft {
  folders: readonly FolderDraft[];
  web: "none" | "only" | "public";
  /** One site a line. */
  sites: string;
  programs: "none" | "only" | "any";
  /** One program a line. */
  programNames: string;
  network: boolean;
  standings: Readonly<Record<AskedTool, Standing>>;
  /** Single calls that are allowed, and tools of tool servers as they are described. */
  exact: readonly ToolRule[];
  /** Tools of tool servers that are never used. */
  never: readonly string[];
}

let keys = 0;

/** A folder that was chosen, under its last name. */
export function newFolder(path: string, others: readonly FolderDraft[]): FolderDraft {
  keys += 1;
  const last = path.split(/[\\/]/).filter(Boolean).at(-1) ?? "folder";
  const plain = last
    .replace(/[^\p{L}\p{N}._-]+/gu, "-")
    .replace(/^\.+/, "")
    .slice(0, 36);
  const taken = new Set(others.map((other) => other.name));
  let name = plain === "" ? "folder" : plain;
  for (let number = 2; taken.has(name); number += 1) name = `${plain}-${number}`;
  return { key: keys, name, path, write: false, staysHere: false, programs: false };
}

/** The form for what is granted. */
export function draftOf(grant: AgentGrant): ReachDraft {
  const { folders = [], web = null, commands = null } = grant.reach ?? {};
  const rules = grant.rules ?? [];
  const standing = (tool: AskedTool) =>
    rules.find((rule) => rule.tool === tool && (rule.only ?? null) === null)?.standing ?? "ask";
  return {
    folders: folders.map((folder) => ({
      ...newFolder(folder.path, []),
      name: folder.name,
      write: folder.access === "write",
      staysHere: folder.stays_here ?? false,
      programs: commands?.folders.includes(folder.name) ?? false,
    })),
    web: web === null ? "none" : web.hosts === "public" ? "public" : "only",
    sites: web === null || web.hosts === "public" ? "" : web.hosts.only.join("\n"),
    programs: commands === null ? "none" : commands.programs === "any" ? "any" : "only",
    programNames:
      commands === null || commands.programs === "any" ? "" : commands.programs.only.join("\n"),
    network: commands?.network ?? false,
    standings: {
      write_file: standing("write_file"),
      fetch_page: standing("fetch_page"),
      run_command: standing("run_command"),
    },
    exact: rules.filter((rule) => (rule.only ?? null) !== null),
    never: rules
      .filter((rule) => isServed(rule.tool) && rule.standing === "never")
      .map((rule) => rule.tool),
  };
}

/** Whether a rule is about all calls of a tool of a tool server, as it is described now. */
const isAbout = (rule: ToolRule, tool: GivenTool): boolean =>
  rule.tool === tool.name && rule.only?.hash === tool.as_described.hash;

/** What happens when the agent wants to use a tool of a tool server. */
export function servedStanding(draft: ReachDraft, tool: GivenTool): Standing {
  if (draft.never.includes(tool.name)) return "never";
  return draft.exact.some((rule) => isAbout(rule, tool)) ? "allow" : "ask";
}

/** The draft with another word about a tool of a tool server. It holds for the tool as it is described now. */
export function withServed(
  draft: ReachDraft,
  tool: GivenTool,
  standing: Standing,
): Pick<ReachDraft, "exact" | "never"> {
  const exact = draft.exact.filter((rule) => !isAbout(rule, tool));
  const never = draft.never.filter((name) => name !== tool.name);
  if (standing === "never") return { exact, never: [...never, tool.name] };
  if (standing === "ask") return { exact, never };
  return { exact: [...exact, { tool: tool.name, standing, only: tool.as_described }], never };
}

/** What is always allowed and is not told by a choice for one of `tools`. */
export function otherExact(draft: ReachDraft, tools: readonly GivenTool[]): ToolRule[] {
  return draft.exact.filter((rule) => !tools.some((tool) => isAbout(rule, tool)));
}

const lines = (text: string) =>
  text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== "");

/** What the form grants. What it does not show stays as it was. */
export function grantOf(draft: ReachDraft, before: AgentGrant): AgentGrant {
  const known = (path: string) => before.reach?.folders?.find((folder) => folder.path === path);
  const folders: FolderGrant[] = draft.folders.map((folder) => ({
    name: folder.name.trim(),
    path: folder.path.trim(),
    access: folder.write ? "write" : "read",
    hard_links: known(folder.path)?.hard_links ?? false,
    stays_here: folder.staysHere,
  }));
  const started = draft.folders
    .filter((folder) => folder.programs)
    .map((folder) => folder.name.trim());
  const general = ASKED_TOOLS.filter((tool) => draft.standings[tool] !== "ask").map((tool) => ({
    tool,
    standing: draft.standings[tool],
  }));
  return {
    reach: {
      folders,
      web:
        draft.web === "none"
          ? null
          : {
              ...before.reach?.web,
              hosts: draft.web === "public" ? "public" : { only: lines(draft.sites) },
            },
      commands:
        draft.programs === "none"
          ? null
          : {
              ...before.reach?.commands,
              folders: started,
              programs: draft.programs === "any" ? "any" : { only: lines(draft.programNames) },
              network: draft.network,
            },
    },
    rules: [
      ...general,
      ...draft.never.map((tool) => ({ tool, standing: "never" as const })),
      ...draft.exact,
    ],
  };
}

/** What keeps the form from being saved; null where nothing does. */
export function problemIn(draft: ReachDraft): string | null {
  if (draft.folders.some((folder) => folder.name.trim() === "")) return "Give each folder a name.";
  if (draft.web === "only" && lines(draft.sites).length === 0) {
    return "Name at least one site, or choose that it fetches no pages.";
  }
  if (draft.programs === "none") return null;
  if (!draft.folders.some((folder) => folder.programs)) {
    return "Choose at least one folder in which programs may be started.";
  }
  if (draft.programs === "only" && lines(draft.programNames).length === 0) {
    return "Name at least one program, or choose that it runs none.";
  }
  return null;
}

const STANDING_WORDS: Record<Standing, string> = {
  ask: "asks first",
  allow: "allowed",
  never: "never",
};

/** What is granted, one fact for each kind of thing; empty where nothing is. */
export function reachFacts(grant: AgentGrant): { name: string; lines: string[] }[] {
  const { folders = [], web = null, commands = null } = grant.reach ?? {};
  const draft = draftOf(grant);
  const facts = [
    {
      name: "Folders",
      lines: folders.map(
        (folder) =>
          `${folder.name}: ${folder.path} (${folder.access === "write" ? "read and write" : "read"}${
            folder.stays_here ? ", stays here" : ""
          })`,
      ),
    },
    {
      name: "Web",
      lines:
        web === null
          ? []
          : [web.hosts === "public" ? "Every public site" : web.hosts.only.join(", ")],
    },
    {
      name: "Programs",
      lines:
        commands === null
          ? []
          : [
              `${commands.programs === "any" ? "Every program" : commands.programs.only.join(", ")} in ${commands.folders.join(", ")}${commands.network ? ", with network" : ""}`,
            ],
    },
  ].filter((fact) => fact.lines.length > 0);
  const never = draft.never.map((tool) => `${toolLabel(tool)}: ${STANDING_WORDS.never}`);
  const words = ASKED_TOOLS.filter((tool) => isReached(tool, draft)).map(
    (tool) => `${toolLabel(tool)}: ${STANDING_WORDS[draft.standings[tool]]}`,
  );
  const exact = draft.exact.map((rule) => `Always allowed: ${rule.only?.shown ?? ""}`);
  const said = [...words, ...never, ...exact];
  return said.length === 0 ? facts : [...facts, { name: "Unasked", lines: said }];
}

/** Whether a tool could do anything with what the form grants. */
export function isReached(tool: AskedTool, draft: ReachDraft): boolean {
  switch (tool) {
    case "write_file":
      return draft.folders.some((folder) => folder.write);
    case "fetch_page":
      return draft.web !== "none";
    case "run_command":
      return draft.programs !== "none";
  }
}

/** Tools that would use what is granted, and that the agent was not given. */
export function missingTools(grant: AgentGrant, tools: readonly string[]): string[] {
  const { folders = [], web = null, commands = null } = grant.reach ?? {};
  const wanted = [
    ...(folders.length === 0 ? [] : ["read_file"]),
    ...(folders.some((folder) => folder.access === "write") ? ["write_file"] : []),
    ...(web === null ? [] : ["fetch_page"]),
    ...(commands === null ? [] : ["run_command"]),
  ];
  return wanted.filter((tool) => !tools.includes(tool));
}
