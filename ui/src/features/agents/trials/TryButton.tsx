// The way to a sample task, from wherever an agent is shown or written.

import { useNavigate, useSearch } from "@tanstack/react-router";
import { FlaskConical } from "lucide-react";
import { Button } from "@/shared/ui/Button";
import type { Agent } from "@/stores";
import { canBeTried } from "./trialWords";

interface Props {
  agent: Agent;
  className?: string;
}

/** Opens the sample task beside the agent. Nothing for those who work on whole workflows only. */
export function TryButton({ agent, className }: Props) {
  const navigate = useNavigate();
  const { try: open }: { try?: number } = useSearch({ strict: false });
  if (!canBeTried(agent)) return null;
  const search = { agent: agent.id, try: 1 };
  return (
    <Button
      small
      icon={<FlaskConical className="size-3.5" aria-hidden="true" />}
      className={className}
      // It keeps its place, so that a second click meets no other button.
      disabled={open !== undefined}
      onClick={() => void navigate({ to: "/agents", search, replace: true })}
    >
      Try it
    </Button>
  );
}
