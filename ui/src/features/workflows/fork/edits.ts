// The changes that a fork can make, as the form holds them.

import type { ForkEdit, TaskView } from "@/bindings/bindings";

export type EditKind = ForkEdit["edit"];

export interface Draft {
  kind: EditKind;
  prompt: string;
  model: string;
  /** The answer as text, or as JSON where the task gave a value. */
  output: string;
  /** The inputs as JSON. */
  inputs: string;
}

type Forked = Pick<TaskView, "status" | "agent_kind" | "step_kind">;

/** Whether a fork can begin at a task. */
export function canFork(task: Pick<TaskView, "status">): boolean {
  return ["completed", "failed", "skipped", "cancelled"].includes(task.status);
}

/** What can be changed at a task. */
export function editKinds(task: Forked): { value: EditKind; label: string }[] {
  const planned = task.step_kind === "plan" || task.step_kind === "staff";
  return [
    { value: "again", label: "Nothing, do it again" },
    ...(task.agent_kind === null
      ? []
      : [
          { value: "prompt" as const, label: "What it is told" },
          { value: "model" as const, label: "Its model" },
        ]),
    ...(planned ? [] : [{ value: "output" as const, label: "Its answer" }]),
    { value: "inputs", label: "The inputs of the workflow" },
  ];
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The change that the form stands for; a sentence where it stands for none. */
export function editOf(draft: Draft, structured: boolean): ForkEdit | string {
  switch (draft.kind) {
    case "again":
      return { edit: "again" };
    case "prompt":
      return draft.prompt.trim() === ""
        ? "Write what it is told."
        : { edit: "prompt", text: draft.prompt };
    case "model":
      return draft.model.trim() === ""
        ? "Choose a model."
        : { edit: "model", model: draft.model.trim() };
    case "inputs": {
      const values = json(draft.inputs);
      const named = typeof values === "object" && values !== null && !Array.isArray(values);
      return named
        ? { edit: "inputs", values: values as never }
        : "Write the inputs as a JSON object.";
    }
    case "output": {
      if (!structured) {
        return draft.output.trim() === ""
          ? "Write the answer."
          : { edit: "output", text: draft.output, data: null };
      }
      const data = json(draft.output);
      return data === undefined
        ? "This is no JSON. The steps after it expect a value."
        : { edit: "output", text: `\`\`\`json\n${draft.output}\n\`\`\``, data: data as never };
    }
  }
}
