// Which tools an agent may call. One that is not known here stays to be chosen as long as the agent has it.

import { useId } from "react";
import { BUILT_IN_TOOLS, CREW_TOOLS, GRANTED_TOOLS, toolLabel } from "./toolWords";

interface Props {
  /** The tools that the agent has now. */
  present: readonly string[];
  value: readonly string[];
  error: string | null;
  onChange: (tools: string[]) => void;
}

/** A choice of tools, each with what it is good for. */
export function ToolsField({ present, value, error, onChange }: Props) {
  const id = useId();
  const ours = [...BUILT_IN_TOOLS, ...CREW_TOOLS, ...GRANTED_TOOLS];
  const builtIn = ours.map((tool) => tool.name);
  const others = [...new Set([...present, ...value])].filter((name) => !builtIn.includes(name));
  const all = [
    ...ours,
    ...others.map((name) => ({
      name,
      label: toolLabel(name),
      hint: "It is not there on this machine.",
    })),
  ];
  const toggle = (name: string) =>
    onChange(
      value.includes(name)
        ? value.filter((tool) => tool !== name)
        : all.map((tool) => tool.name).filter((tool) => tool === name || value.includes(tool)),
    );
  return (
    <fieldset aria-describedby={`${id}-note`} className="flex min-w-0 flex-col gap-1">
      <legend className="mb-1 text-note font-medium text-ink-2">Tools</legend>
      {all.map((tool) => (
        <label key={tool.name} className="flex min-h-8 items-start gap-2">
          <input
            type="checkbox"
            aria-label={tool.label}
            aria-describedby={`${id}-${tool.name}`}
            className="mt-0.5 size-4 shrink-0 accent-accent"
            checked={value.includes(tool.name)}
            onChange={() => toggle(tool.name)}
          />
          <span className="min-w-0">
            <span className="text-ink">{tool.label}</span>
            <span id={`${id}-${tool.name}`} className="block text-note text-ink-3">
              {tool.hint}
            </span>
          </span>
        </label>
      ))}
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
    </fieldset>
  );
}
