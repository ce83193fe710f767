// The tools that agents can be given, in words.

import { ASK_AGENT, ASK_OPERATOR, servedLabel } from "@/shared/toolNames";

export interface ToolWords {
  name: string;
  label: string;
  /** What it is good for, in one short sentence. */
  hint: string;
}

/** Those that come with the application. The backend checks what it is given against its own list. */
export const BUILT_IN_TOOLS: readonly ToolWords[] = [
  {
    name: "knowledge_search",
    label: "Knowledge search",
    hint: "Finds passages in your sources, each with its place.",
  },
  { name: "calculator", label: "Calculator", hint: "Works out sums exactly." },
  { name: "date", label: "Date", hint: "Knows the time and counts with dates." },
];

/** Those by which an agent turns to others. They reach nothing more. */
export const CREW_TOOLS: readonly ToolWords[] = [
  {
    ...ASK_OPERATOR,
    hint: "Asks you what it can't find out, and waits. At most three questions in a task.",
  },
  {
    ...ASK_AGENT,
    hint: "Hands over a part of its work and waits for the answer. Whoever helps may do no more than it may.",
  },
];

/** Those that do something only within what the agent may reach. */
export const GRANTED_TOOLS: readonly ToolWords[] = [
  { name: "read_file", label: "Read files", hint: "In the folders that it may reach." },
  { name: "list_folder", label: "List folders", hint: "In the folders that it may reach." },
  { name: "search_files", label: "Search files", hint: "In the folders that it may reach." },
  {
    name: "write_file",
    label: "Write files",
    hint: "In folders that it may write. You see each change before, unless you allowed it.",
  },
  {
    name: "fetch_page",
    label: "Fetch web pages",
    hint: "From the sites that it may reach. You are asked before, unless you allowed it.",
  },
  {
    name: "run_command",
    label: "Run programs",
    hint: "In the folders that you choose for it. You are asked before, unless you allowed it.",
  },
];

const ALL_TOOLS = [...BUILT_IN_TOOLS, ...CREW_TOOLS, ...GRANTED_TOOLS];

/** A tool by the name that people read. One that came with an agent from elsewhere is called by its own. */
export function toolLabel(name: string): string {
  const ours = ALL_TOOLS.find((tool) => tool.name === name)?.label;
  return ours ?? servedLabel(name) ?? name.replaceAll("_", " ");
}

/** Tools in one line: `Knowledge search, Calculator`. */
export function toolsWords(names: readonly string[]): string {
  return names.length === 0 ? "None" : names.map(toolLabel).join(", ");
}

/** Whether both have the same tools. In which order does not matter. */
export function sameTools(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((tool) => others.includes(tool));
}
