// What stands where nothing is said yet: whom to talk to, or three questions to begin with.

import { Link } from "@tanstack/react-router";
import { AgentAvatar } from "@/shared/ui/AgentAvatar";
import type { Agent } from "@/stores";
import { exampleQuestions } from "./chatWords";

const LINE =
  "flex w-full items-center gap-3 rounded-md border border-line bg-field px-3.5 text-left transition-colors hover:border-line-strong hover:bg-hover";

/** Everybody who can be talked to. */
export function WhomToTalkTo({ agents }: { agents: readonly Agent[] }) {
  return (
    <div className="mx-auto flex w-full max-w-180 flex-col px-6 py-14">
      <h2 className="text-title font-semibold text-ink">Whom do you want to talk to?</h2>
      <p className="mt-1 mb-4 text-ink-2">
        Each agent answers as itself, with its own model and its own tools. Conversations are kept
        until you remove them.
      </p>
      <ul className="flex flex-col gap-1.5">
        {agents.map((agent) => (
          <li key={agent.id}>
            <Link to="/chat" search={{ agent: agent.id }} className={`${LINE} h-13`}>
              <AgentAvatar name={agent.name} kind={agent.kind} id={agent.id} size="medium" />
              <span className="min-w-0">
                <span className="block truncate font-medium text-ink">{agent.name}</span>
                <span className="block truncate text-note text-ink-3">{agent.role}</span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface Props {
  agent: Agent;
  /** Whether it is the whole screen, so that its title is the screen's. */
  narrow: boolean;
  /** Puts a question into the field. */
  onAsk: (question: string) => void;
}

/** Who the agent is, and three questions that suit it. */
export function FirstQuestions({ agent, narrow, onAsk }: Props) {
  const Title = narrow ? "h1" : "h2";
  const Under = narrow ? "h2" : "h3";
  return (
    <div className="mx-auto flex w-full max-w-180 flex-col px-6 pt-[10vh] pb-6">
      <AgentAvatar name={agent.name} kind={agent.kind} id={agent.id} size="large" />
      <Title className="mt-3 text-title font-semibold text-ink">Talk to {agent.name}</Title>
      <p className="text-ink-2">{agent.role}</p>
      <Under className="mt-6 mb-1.5 text-note font-semibold text-ink-2">You could ask</Under>
      <ul className="flex flex-col gap-1.5">
        {exampleQuestions(agent).map((question) => (
          <li key={question}>
            <button
              type="button"
              onClick={() => onAsk(question)}
              className={`${LINE} min-h-9 py-1.5 text-ink`}
            >
              {question}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
