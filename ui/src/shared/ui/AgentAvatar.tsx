import type { AgentKind } from "@/bindings/bindings";
import { cx } from "../lib/cx";

const SPECIALISTS = [
  "bg-agent-1",
  "bg-agent-2",
  "bg-agent-3",
  "bg-agent-4",
  "bg-agent-5",
  "bg-agent-6",
  "bg-agent-7",
  "bg-agent-8",
] as const;

/** The ground of an agent's avatar and lane: fixed for the permanent crew, one of eight by number for specialists. */
export function agentColour(kind: AgentKind | null, id: number | null): string {
  if (kind === "driver") return "bg-agent-driver";
  if (kind === "creator") return "bg-agent-creator";
  if (kind === "generator") return "bg-agent-generator";
  return SPECIALISTS[(id ?? 0) % SPECIALISTS.length] ?? SPECIALISTS[0];
}

/** One or two letters of a name. */
export function initials(name: string): string {
  const words = name.split(/[\s\-_]+/).filter(Boolean);
  const [first = "", second = ""] = [words[0]?.[0], words[1]?.[0]];
  return (first + second).toUpperCase() || "?";
}

export interface AgentAvatarProps {
  /** Null where nobody does the work yet. */
  name: string | null;
  kind: AgentKind | null;
  id: number | null;
  /** 20 px beside text, 28 px in a list, 40 px in a detail. */
  size?: "small" | "medium" | "large";
}

const SIZES = {
  small: "size-5 text-[9px] rounded-sm",
  medium: "size-7 text-micro rounded-md",
  large: "size-10 text-ui rounded-md",
};

/** An agent's mark. The name always stands beside it, so it is not read aloud. */
export function AgentAvatar({ name, kind, id, size = "small" }: AgentAvatarProps) {
  return (
    <span
      aria-hidden="true"
      className={cx(
        "inline-flex shrink-0 items-center justify-center font-semibold",
        SIZES[size],
        name === null
          ? "border border-dashed border-line-strong text-ink-3"
          : `${agentColour(kind, id)} text-on-agent`,
      )}
    >
      {name === null ? "" : initials(name)}
    </span>
  );
}
