// The state of a form made from fields: what is written, what is wrong with it, and the values once nothing is.

import { useState } from "react";
import type { Field, TemplateProblem } from "@/bindings/bindings";
import type { Written } from "./values";
import {
  type Draft,
  draftOf,
  type Problems,
  problemsByField,
  readDraft,
  type Values,
} from "./values";

export interface FieldsState {
  draft: Draft;
  problems: Problems;
  change: (name: string, written: Written) => void;
  /** Puts other values in, for example those of an earlier run. */
  fill: (given: unknown) => void;
  /** The values, or null where something is wrong; what is wrong then stands at its field. */
  read: () => Values | null;
  /** Puts what the backend said at its field. Gives what belongs to no field. */
  refuse: (found: readonly TemplateProblem[]) => TemplateProblem[];
}

interface Options {
  /** Values to begin with; the fields' defaults stand where it has none. */
  given?: unknown;
  /** Told of every change, for whoever keeps what is written. */
  onChange?: (draft: Draft) => void;
  /** What was written before; counts instead of `given`. */
  draft?: Draft | undefined;
}

/** A form's state. Mount it anew for other fields. */
export function useFields(fields: readonly Field[], options: Options = {}): FieldsState {
  const { given, onChange } = options;
  const [draft, setDraft] = useState<Draft>(() => ({
    ...draftOf(fields, given),
    ...options.draft,
  }));
  const [problems, setProblems] = useState<Problems>({});
  const put = (next: Draft) => {
    setDraft(next);
    onChange?.(next);
  };
  return {
    draft,
    problems,
    change: (name, written) => {
      put({ ...draft, [name]: written });
      // What is being mended is not blamed while somebody writes.
      setProblems(({ [name]: _mended, ...rest }) => rest);
    },
    fill: (values) => {
      put(draftOf(fields, values));
      setProblems({});
    },
    read: () => {
      const result = readDraft(fields, draft);
      setProblems(result.problems);
      return Object.keys(result.problems).length === 0 ? result.values : null;
    },
    refuse: (found) => {
      const sorted = problemsByField(fields, found);
      setProblems(sorted.problems);
      return sorted.rest;
    },
  };
}
