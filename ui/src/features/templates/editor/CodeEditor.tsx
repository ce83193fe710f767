// A field for the text of a template. What is written is told on every change; problems are marked at their lines.
// Tab leaves it, as it leaves every field.

import { autocompletion, closeBrackets, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput } from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { type Ref, useEffect, useImperativeHandle, useRef } from "react";
import type { TemplateProblem } from "@/bindings/bindings";
import { completeTemplate } from "./completion";
import { rangeOf } from "./jsonPlaces";
import { EDITOR_THEME } from "./theme";

export interface CodeEditorHandle {
  /** Goes to a problem and shows it. */
  show: (problem: TemplateProblem) => void;
}

interface Props {
  label: string;
  /** What stands in it at first. Mount it anew for another text. */
  initial: string;
  readOnly: boolean;
  problems: readonly TemplateProblem[];
  onChange: (text: string) => void;
  ref?: Ref<CodeEditorHandle>;
}

/** What the editor can do, whatever stands in it. */
function abilities(label: string, readOnly: boolean): Extension {
  return [
    lineNumbers(),
    foldGutter(),
    lintGutter(),
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    EditorView.lineWrapping,
    EditorState.readOnly.of(readOnly),
    EditorView.contentAttributes.of({
      "aria-label": label,
      // The browser needs no telling, but who checks that it can be reached by keyboard does.
      tabindex: "0",
      ...(readOnly ? { "aria-readonly": "true" } : {}),
    }),
    json(),
    autocompletion({ override: [completeTemplate] }),
    keymap.of([
      ...defaultKeymap,
      ...historyKeymap,
      ...foldKeymap,
      ...searchKeymap,
      ...completionKeymap,
      ...lintKeymap,
    ]),
    EDITOR_THEME,
  ];
}

/** A problem as the editor marks it. */
function diagnosticOf(text: string, problem: TemplateProblem): Diagnostic {
  const { from, to } = rangeOf(text, problem.step, problem.field);
  return {
    from,
    to,
    severity: "error",
    message: `${problem.message} ${problem.next_step}`,
  };
}

/** The editor. It fills its parent. */
export function CodeEditor({ label, initial, readOnly, problems, onChange, ref }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const first = useRef({ initial, label });
  const tell = useRef(onChange);
  useEffect(() => {
    tell.current = onChange;
  });
  useEffect(() => {
    if (place.current === null) return;
    const editor = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: first.current.initial,
        extensions: [
          abilities(first.current.label, readOnly),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) tell.current(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => {
      view.current = null;
      editor.destroy();
    };
  }, [readOnly]);
  useEffect(() => {
    const editor = view.current;
    if (editor === null) return;
    const text = editor.state.doc.toString();
    const marks = problems.map((problem) => diagnosticOf(text, problem));
    editor.dispatch(
      setDiagnostics(
        editor.state,
        marks.sort((a, b) => a.from - b.from),
      ),
    );
  }, [problems]);
  useImperativeHandle(ref, () => ({
    show: (problem) => {
      const editor = view.current;
      if (editor === null) return;
      const { from } = rangeOf(editor.state.doc.toString(), problem.step, problem.field);
      editor.dispatch({
        selection: { anchor: from },
        effects: EditorView.scrollIntoView(from, { y: "center" }),
      });
      editor.focus();
    },
  }));
  return (
    <div
      ref={place}
      className="h-full min-h-0 overflow-hidden rounded-md border border-line focus-within:border-accent"
    />
  );
}
