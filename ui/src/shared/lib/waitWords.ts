import type { TaskView } from "@/bindings/bindings";

const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });

/** Why a task waits before its model is asked; none where it does not. */
export function waitWords(task: Pick<TaskView, "waits_for">): string | null {
  const wait = task.waits_for ?? null;
  if (wait === null) return null;
  if (wait.why === "busy") return `Waits for its turn at “${wait.provider}”`;
  const until = wait.until === null ? "" : ` until ${CLOCK.format(wait.until)}`;
  return `Waits${until}: “${wait.provider}” asked for a pause`;
}
