// Words of the screen, and small decisions that need no screen.

import type { MessageView, PassedOver, ReplyView } from "@/bindings/bindings";
import { formatCount } from "@/shared/lib/format";
import type { HomeDraft } from "@/shared/lib/homeDraft";
import type { Agent, Message } from "@/stores";

/** Three questions that suit an agent, so that nobody has to begin with an empty field. */
export function exampleQuestions(agent: Pick<Agent, "kind" | "role">): readonly string[] {
  switch (agent.kind) {
    case "driver":
      return [
        "How would you divide a product launch among the crew?",
        "What do you need to know before you begin a task?",
        "What does the handbook say about reports?",
      ];
    case "creator":
      return [
        "What does the handbook say about backups?",
        "What happens to a run when the application is closed?",
        "Which kinds of files can be added to the knowledge?",
      ];
    case "generator":
      return [
        "Which specialists would a small research project need?",
        "When do you hire somebody new instead of asking who is there?",
        "What makes good instructions for a specialist?",
      ];
    case "specialist":
      return [
        `What do you need from me to do good work as ${withArticle(agent.role)}?`,
        "How would you begin with a new task?",
        "What do my documents say about your field?",
      ];
  }
}

function withArticle(role: string): string {
  return `${/^[aeio]/i.test(role) ? "an" : "a"} ${role}`;
}

/** Whether a reply is still being made. */
export function isReplying(reply: Pick<ReplyView, "status"> | null): boolean {
  return reply !== null && !["completed", "failed", "cancelled"].includes(reply.status);
}

/** Why another model was asked. */
export function passedOverWords({ model, why, shown }: PassedOver): string {
  const broken = shown === true ? " A part of its answer was shown before; it does not count." : "";
  return `Asked in place of ${model}: ${why}${broken}`;
}

/** What the agent was not told, because its model reads no more at once. */
export function leftOutWords(reply: Pick<ReplyView, "left_out">): string | null {
  if (reply.left_out === null) return null;
  const { turns, results, window } = reply.left_out;
  const what = turns > 0 ? "Older messages" : results > 0 ? "Older findings" : "Older parts";
  return `${what} were left out: the model reads ${formatCount(window)} tokens at once.`;
}

/** Where a message stands among those in its place, from 1. */
export function placeOf({ uid, siblings }: Pick<MessageView, "uid" | "siblings">): number {
  return siblings.indexOf(uid) + 1;
}

/** Longest task, as the composer of a workflow takes it. */
const LONGEST_TASK = 20_000;

/** The draft of a workflow that is made of a message; with what was said before it, where the operator wants that. */
export function draftOf(message: Message, before: readonly Message[], agent: string): HomeDraft {
  const own = message.from === "operator" && before.every(({ from }) => from === "operator");
  return { task: taskOf(message, before, agent), madeOf: own ? null : message.id };
}

function taskOf(message: Message, before: readonly Message[], agent: string): string {
  const task = message.content.trim();
  if (before.length === 0) return task;
  const head = `${task}\n\nWhat was said before, for orientation:`;
  const said: string[] = [];
  let length = head.length;
  for (const { from, content } of before.toReversed()) {
    const words = `${from === "operator" ? "Me" : agent}: ${content.trim()}`;
    length += words.length + 2;
    if (length > LONGEST_TASK) break;
    said.unshift(words);
  }
  return [head, ...said].join("\n\n");
}
