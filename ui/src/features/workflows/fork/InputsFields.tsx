// The inputs of a run, in the same form that its template is run with, filled in with what the run was given. Where the
// template is not here any more, they are edited as JSON.

import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { Field, TemplateRef } from "@/bindings/bindings";
import { api } from "@/host";
import { FieldList } from "@/shared/form/FieldList";
import { useFields } from "@/shared/form/useFields";
import { readDraft } from "@/shared/form/values";
import { useSettled } from "@/shared/hooks/useSettled";
import { Skeleton } from "@/shared/ui/Skeleton";
import { TextArea } from "@/shared/ui/TextArea";
import { type InputsRead, inputsOfText } from "./edits";

interface Props {
  template: TemplateRef;
  /** What the run was given. */
  given: unknown;
  onChange: (read: InputsRead) => void;
}

/** Wait after the last letter before something is called wrong, in milliseconds. */
const PAUSE = 350;

/** Says what the form stands for whenever that changes. */
function useTold(read: InputsRead, onChange: Props["onChange"]): void {
  const tell = useRef(onChange);
  useEffect(() => {
    tell.current = onChange;
  });
  const text = JSON.stringify(read);
  useEffect(() => tell.current(JSON.parse(text) as InputsRead), [text]);
}

function Named({ fields, given, onChange }: Omit<Props, "template"> & { fields: Field[] }) {
  const state = useFields(fields, { given });
  const { values, problems } = readDraft(fields, state.draft);
  const wrong = fields.find((field) => problems[field.name] !== undefined);
  useTold(
    wrong === undefined
      ? { values }
      : { problem: `“${wrong.title}”: ${problems[wrong.name] ?? ""}` },
    onChange,
  );
  // What is being written is not blamed before it stands still.
  const settled = useSettled(problems, PAUSE);
  const still = Object.fromEntries(
    Object.entries(settled).filter(([name, words]) => problems[name] === words),
  );
  return <FieldList fields={fields} state={{ ...state, problems: still }} />;
}

function AsJson({ given, onChange }: Omit<Props, "template">) {
  const [text, setText] = useState(() => JSON.stringify(given, null, 2));
  const read = inputsOfText(text);
  useTold(read, onChange);
  return (
    <TextArea
      label="Inputs as JSON"
      hint="The template of this workflow is not here, so its form is not known."
      rows={7}
      value={text}
      error={"problem" in read ? read.problem : null}
      className="font-mono"
      onChange={(event) => setText(event.target.value)}
    />
  );
}

/** The fields. */
export function InputsFields({ template, given, onChange }: Props) {
  const query = useQuery({
    queryKey: ["template", template.uid, template.version],
    queryFn: () => api.getTemplate(template.uid, template.version),
    retry: false,
  });
  if (query.isPending) return <Skeleton rows={3} label="Loading the form" className="-mx-3" />;
  const fields = query.data?.template.inputs ?? [];
  return fields.length === 0 ? (
    <AsJson given={given} onChange={onChange} />
  ) : (
    <Named fields={fields} given={given} onChange={onChange} />
  );
}
