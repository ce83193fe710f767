// What a schedule runs, and what that is given.

import type { ScheduleForm } from "@/bindings/bindings";
import { TextArea } from "@/shared/ui/TextArea";

/** The template that takes a task in words. */
export const CREW = "01920000-0000-7000-8000-000000000001";

const LONGEST_TASK = 20_000;

interface Props {
  values: ScheduleForm;
  onChange: (changed: Partial<ScheduleForm>) => void;
  error: string | null;
}

/** The task that an object of inputs holds. */
export function taskOf(inputs: unknown): string {
  const task = (inputs as { task?: unknown } | null)?.task;
  return typeof task === "string" ? task : "";
}

/** The task for the crew. */
export function WorkFields({ values, onChange, error }: Props) {
  return (
    <TextArea
      label="What should the crew do?"
      rows={4}
      required
      maxLength={LONGEST_TASK}
      className="field-sizing-content max-h-[40vh] min-h-20"
      value={taskOf(values.inputs)}
      error={error}
      onChange={(event) =>
        onChange({ inputs: { ...(values.inputs as object), task: event.target.value } })
      }
    />
  );
}
