// Which tools an agent may call. One that is not known here stays to be chosen as long as the agent has it.

import { useId } from "react";
import { isServed } from "@/shared/toolNames";
import { FieldGroup } from "@/shared/ui/FieldGroup";
import { useGivingServers } from "./servedTools";
import { BUILT_IN_TOOLS, CREW_TOOLS, GRANTED_TOOLS, type ToolWords, toolLabel } from "./toolWords";

interface Props {
  /** The tools that the agent has now. */
  present: readonly string[];
  value: readonly string[];
  error: string | null;
  onChange: (tools: string[]) => void;
}

interface Group {
  /** The server whose tools these are; null for the others. */
  server: string | null;
  tools: readonly ToolWords[];
}

const OURS = [...BUILT_IN_TOOLS, ...CREW_TOOLS, ...GRANTED_TOOLS];

/** What is good to know of a tool that is chosen and not there. */
const missing = (name: string): ToolWords => ({
  name,
  label: toolLabel(name),
  hint: isServed(name)
    ? "Its server is not on this machine, or the tool is not allowed there."
    : "It is not there on this machine.",
});

/** All that can be chosen, in the order in which it is offered. */
function useGroups(names: readonly string[]): Group[] {
  const servers = useGivingServers();
  const groups: Group[] = servers.map(({ name, allowed_tools: tools }) => ({
    server: name,
    tools: tools.map((tool) => ({
      name: tool.name,
      label: tool.title ?? tool.tool,
      hint: `${tool.asks ? "You are asked before, unless you allowed it." : "It only reads."} ${tool.description ?? ""}`,
    })),
  }));
  const known = new Set([...OURS, ...groups.flatMap(({ tools }) => tools)].map(({ name }) => name));
  const others = [...new Set(names)].filter((name) => !known.has(name)).map(missing);
  return [{ server: null, tools: [...OURS, ...others] }, ...groups];
}

interface ChoiceProps {
  tool: ToolWords;
  /** Said with the name, where several servers may have one of that name. */
  of: string | null;
  checked: boolean;
  onToggle: () => void;
}

function Choice({ tool, of, checked, onToggle }: ChoiceProps) {
  const id = useId();
  return (
    <label className="flex min-h-8 items-start gap-2">
      <input
        type="checkbox"
        aria-label={of === null ? tool.label : `${tool.label} (${of})`}
        aria-describedby={id}
        className="mt-0.5 size-4 shrink-0 accent-accent"
        checked={checked}
        onChange={onToggle}
      />
      <span className="min-w-0">
        <span className="break-words text-ink">{tool.label}</span>
        <span id={id} title={tool.hint} className="line-clamp-2 text-note break-words text-ink-3">
          {tool.hint}
        </span>
      </span>
    </label>
  );
}

/** A choice of tools, each with what it is good for. */
export function ToolsField({ present, value, error, onChange }: Props) {
  const id = useId();
  const groups = useGroups([...present, ...value]);
  const all = groups.flatMap(({ tools }) => tools);
  const toggle = (name: string) =>
    onChange(
      value.includes(name)
        ? value.filter((tool) => tool !== name)
        : all.map((tool) => tool.name).filter((tool) => tool === name || value.includes(tool)),
    );
  const choices = ({ server, tools }: Group) =>
    tools.map((tool) => (
      <Choice
        key={tool.name}
        tool={tool}
        of={server}
        checked={value.includes(tool.name)}
        onToggle={() => toggle(tool.name)}
      />
    ));
  return (
    <FieldGroup
      legend="Tools"
      look="label"
      describedBy={`${id}-note`}
      className="min-w-0"
      layout="flex flex-col gap-1"
    >
      {groups.map((group) =>
        group.server === null ? (
          choices(group)
        ) : (
          <FieldGroup
            key={group.server}
            legend={`From the tool server ${group.server}`}
            look="label"
            className="mt-1 min-w-0"
            layout="flex flex-col gap-1"
          >
            {choices(group)}
          </FieldGroup>
        ),
      )}
      {error === null ? (
        <p id={`${id}-note`} className="text-note text-ink-3">
          A model decides when to use them. Rehearsal only searches. What files, pages and programs
          it may reach is set apart, under “Reach”.
        </p>
      ) : (
        <p id={`${id}-note`} role="alert" className="text-note text-bad">
          {error}
        </p>
      )}
    </FieldGroup>
  );
}
