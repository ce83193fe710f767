import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, type KeyboardEvent, type Ref, useImperativeHandle, useRef } from "react";
import { cx } from "@/shared/lib/cx";
import { formatCount } from "@/shared/lib/format";
import { Button } from "@/shared/ui/Button";
import { Kbd } from "@/shared/ui/Kbd";
import { CrewLine } from "./CrewLine";
import { LONGEST_TASK, NEAR_LIMIT, useComposer } from "./useComposer";

export interface ComposerHandle {
  /** Puts a task into the field, ready to be changed or run. */
  write: (task: string) => void;
}

/** The field for the task. Ctrl-Enter runs it. What is written is kept until it runs. */
export function Composer({ ref }: { ref?: Ref<ComposerHandle> }) {
  const navigate = useNavigate();
  const field = useRef<HTMLTextAreaElement>(null);
  const { task, isMadeOf, write, change, problem, busy, length, run } = useComposer((id) =>
    navigate({ to: "/workflows/$id", params: { id: String(id) } }),
  );
  useImperativeHandle(ref, () => ({
    write: (text) => {
      write(text);
      field.current?.focus();
    },
  }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Out of the field, the keys of the window work again.
    if (event.key === "Escape") field.current?.blur();
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void run();
  };
  return (
    <form onSubmit={submit}>
      <div
        className={cx(
          "rounded-lg border bg-field transition-colors focus-within:border-accent focus-within:ring-3 focus-within:ring-accent-soft",
          problem === null ? "border-line-strong/70" : "border-bad",
        )}
      >
        <textarea
          ref={field}
          // biome-ignore lint/a11y/noAutofocus: the composer is the screen; whoever comes here comes to write.
          autoFocus
          aria-labelledby="home-title"
          aria-describedby={cx(
            problem === null ? "task-hint" : "task-problem",
            isMadeOf && "task-origin",
          )}
          aria-invalid={problem === null ? undefined : true}
          placeholder="Describe the task in your own words"
          value={task}
          onChange={(event) => change(event.target.value, isUndone(event.nativeEvent))}
          onKeyDown={onKeyDown}
          className="field-sizing-content block max-h-[40vh] min-h-26 w-full resize-none bg-transparent px-4 pt-3.5 pb-2 text-read text-ink outline-none focus-visible:outline-none"
        />
        <div className="flex items-center gap-3 py-2 pr-2 pl-4">
          <CrewLine />
          <Counter length={length} />
          <span id="task-hint" className="ml-auto flex items-center gap-3">
            <span className="sr-only">Control and Enter run the task.</span>
            <Kbd keys="mod+enter" />
          </span>
          <Button type="submit" variant="primary" busy={busy}>
            Run
          </Button>
        </div>
      </div>
      {isMadeOf ? (
        <p id="task-origin" className="mt-2 text-note text-ink-2">
          An agent wrote part of this. You are asked before a file, a page or a program that it
          names is touched.
        </p>
      ) : null}
      {problem === null ? null : (
        <p id="task-problem" role="alert" className="mt-2 text-bad">
          {problem}
        </p>
      )}
    </form>
  );
}

/** Whether an earlier text came back, by undoing what was done to it. */
function isUndone(event: Event): boolean {
  return event instanceof InputEvent && event.inputType.startsWith("history");
}

/** Characters, once the limit is near. */
function Counter({ length }: { length: number }) {
  if (length < NEAR_LIMIT) return null;
  const over = length > LONGEST_TASK;
  return (
    <span
      role="status"
      className={cx("tabular text-note", over ? "font-medium text-bad" : "text-ink-2")}
    >
      {formatCount(length)} of {formatCount(LONGEST_TASK)} characters
    </span>
  );
}
