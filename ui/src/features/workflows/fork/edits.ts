// The changes that a fork can make, as the form holds them.

import type { ForkEdit, TaskView } from "@/bindings/bindings";

export type EditKind = ForkEdit["edit"];

/** The inputs as they stand in the form: their values, or what is wrong where they can't be read. */
export type InputsRead = { values: unknown } | { problem: string };

export interface Draft {
  kind: EditKind;
  prompt: string;
  model: string;
  /** The answer as text, or as JSON where the task gave a value. */
  output: string;
  inputs: InputsRead;
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

/** The value that a text stands for; undefined where it is no JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Inputs that were written as JSON, because the template does not say what it takes. */
export function inputsOfText(text: string): InputsRead {
  const values = jsonOf(text);
  const named = typeof values === "object" && values !== null && !Array.isArray(values);
  return named ? { values } : { problem: "Write the inputs as a JSON object." };
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
    case "inputs":
      return "problem" in draft.inputs
        ? draft.inputs.problem
        : { edit: "inputs", values: draft.inputs.values as never };
    case "output": {
      if (!structured) {
        return draft.output.trim() === ""
          ? "Write the answer."
          : { edit: "output", text: draft.output, data: null };
      }
      const data = jsonOf(draft.output);
      return data === undefined
        ? "This is no JSON. The steps after it expect a value."
        : { edit: "output", text: `\`\`\`json\n${draft.output}\n\`\`\``, data: data as never };
    }
  }
}
