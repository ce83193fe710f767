// The document of a template as text, with everything that is wrong with it, all at once, at its lines.

import { useRef } from "react";
import type { TemplateDetail, TemplateProblem } from "@/bindings/bindings";
import { describeError } from "@/host";
import { plural } from "@/shared/lib/format";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { CodeEditor, type CodeEditorHandle } from "./editor/CodeEditor";
import { useTemplateText } from "./useTemplateText";

interface Props {
  detail: TemplateDetail;
  onDuplicate: () => void;
}

type TextState = ReturnType<typeof useTemplateText>;

/** What is wrong, in a list; each leads to its line. */
function Problems({
  problems,
  onShow,
}: {
  problems: readonly TemplateProblem[];
  onShow: (problem: TemplateProblem) => void;
}) {
  return (
    <ul aria-label="Problems" className="max-h-44 shrink-0 overflow-y-auto">
      {problems.map((problem) => (
        <li key={`${problem.step} ${problem.field} ${problem.message}`}>
          <button
            type="button"
            onClick={() => onShow(problem)}
            className="w-full rounded-md px-2 py-1 text-left hover:bg-hover"
          >
            <span className="text-note text-ink-3">
              {[problem.step, problem.field].filter(Boolean).join(", ") || "Template"}
            </span>
            <span className="block break-words text-ink">
              {problem.message} <span className="text-ink-2">{problem.next_step}</span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** What did not work, and that nothing typed is lost by it. */
function Trouble({ text, newest }: { text: TextState; newest: number }) {
  if (text.conflict || (text.overtaken && text.error === null)) {
    return (
      <ErrorNotice
        title={`Version ${newest} was saved since you began`}
        message="Your text is kept here and saves nothing by itself."
        nextStep="Compare the versions under Versions. Then save yours on top as the next version, or let it go."
        action={
          <>
            <Button small variant="primary" busy={text.saving} onClick={text.saveOnTop}>
              Save on top
            </Button>
            <Button small onClick={text.discard}>
              Let mine go
            </Button>
          </>
        }
      />
    );
  }
  if (text.error !== null) {
    return (
      <ErrorNotice title="It was not saved. Your text is kept." {...describeError(text.error)} />
    );
  }
  return text.checkError === null ? null : (
    <ErrorNotice title="It could not be checked." {...describeError(text.checkError)} />
  );
}

function stateWords(text: TextState, builtIn: boolean): string {
  if (text.problems.length > 0) return `${plural(text.problems.length, "problem")} found`;
  if (!text.checked) return "Checking";
  if (text.saved) return "Saved";
  if (text.changed) return "Nothing is wrong. Not saved yet; your text is kept.";
  return builtIn ? "It comes with the program: make a copy to change it." : "Nothing is changed.";
}

/** The tab. Ctrl-S saves. */
export function EditTab({ detail, onDuplicate }: Props) {
  const { template } = detail;
  const editor = useRef<CodeEditorHandle>(null);
  const text = useTemplateText(detail);
  const maySave = text.changed && text.checked && text.problems.length === 0;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the key works in the editor and beside it.
    <div
      className="flex h-full min-h-0 flex-col gap-2"
      onKeyDown={(event) => {
        if (event.key !== "s" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        if (maySave) text.save();
      }}
    >
      <Trouble text={text} newest={template.newest_version} />
      <div className="min-h-40 flex-1">
        <CodeEditor
          key={text.began.round}
          ref={editor}
          label={`Document of ${template.title}`}
          initial={text.began.text}
          readOnly={template.built_in}
          problems={text.problems}
          onChange={text.write}
        />
      </div>
      {text.problems.length === 0 ? null : (
        <Problems problems={text.problems} onShow={(problem) => editor.current?.show(problem)} />
      )}
      <div className="flex shrink-0 items-center gap-3">
        <p
          role="status"
          className={text.problems.length > 0 ? "flex-1 text-bad" : "flex-1 text-ink-2"}
        >
          {stateWords(text, template.built_in)}
        </p>
        {template.built_in ? (
          <Button onClick={onDuplicate}>Make a copy</Button>
        ) : (
          <>
            {text.changed ? (
              <Button variant="quiet" onClick={text.discard}>
                Discard
              </Button>
            ) : null}
            <Button variant="primary" disabled={!maySave} busy={text.saving} onClick={text.save}>
              Save as version {template.newest_version + 1}
            </Button>
          </>
        )}
      </div>
    </div>
  );
}
