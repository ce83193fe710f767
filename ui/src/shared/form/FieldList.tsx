// A form made from fields: what a template must be given, what a question asks for. It only draws; what is written and
// what is wrong is held by `useFields`.

import { useId } from "react";
import type { Field } from "@/bindings/bindings";
import { FieldFrame } from "../ui/FieldFrame";
import { Select } from "../ui/Select";
import { TextArea } from "../ui/TextArea";
import { TextField } from "../ui/TextField";
import type { FieldsState } from "./useFields";
import { rangeWords, type Written } from "./values";

interface ControlProps {
  field: Field;
  label: string;
  hint: { hint?: string };
  written: Written;
  error: string | null;
  autoFocus: boolean;
  onChange: (written: Written) => void;
}

/** What stands under a field: its help, and its limits where nothing else says them. */
function hintOf(field: Field): { hint?: string } {
  // That an amount is not below nothing goes without saying.
  const bounded = field.min !== 0 || (field.max ?? null) !== null;
  const numeric = bounded && (field.type === "number" || field.type === "integer");
  const help = (field.help ?? "").trim();
  const words = [
    help === "" || /[.!?]$/.test(help) ? help : `${help}.`,
    field.type === "list" ? "One in each line." : "",
    numeric && rangeWords(field) !== "" ? `${rangeWords(field)}.` : "",
  ].filter((word) => word !== "");
  return words.length === 0 ? {} : { hint: words.join(" ") };
}

function YesNo({ label, hint, written, error, autoFocus, onChange }: ControlProps) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label className="flex items-center gap-2">
        <input
          type="checkbox"
          id={id}
          // biome-ignore lint/a11y/noAutofocus: the first field of a form that was just opened.
          autoFocus={autoFocus}
          checked={written === true}
          aria-describedby={error === null && hint.hint === undefined ? undefined : `${id}-note`}
          onChange={(event) => onChange(event.target.checked)}
          className="size-4 accent-accent"
        />
        <span className="text-ink">{label}</span>
      </label>
      {error === null && hint.hint === undefined ? null : (
        <p
          id={`${id}-note`}
          className={error === null ? "text-note text-ink-3" : "text-note text-bad"}
        >
          {error ?? hint.hint}
        </p>
      )}
    </div>
  );
}

const NONE = "";

function Choice({ field, label, hint, written, error, onChange }: ControlProps) {
  const id = useId();
  const choices = (field.choices ?? []).map((choice) => ({ value: choice, label: choice }));
  // What need not be given can be taken back.
  const open = written === "" || !field.required;
  const none = { value: NONE, label: field.required ? "Choose one" : "None" };
  return (
    <FieldFrame id={id} label={label} {...hint} error={error}>
      <Select
        id={id}
        label={label}
        value={String(written)}
        options={open ? [none, ...choices] : choices}
        onChange={onChange}
        {...(error === null && hint.hint === undefined ? {} : { describedBy: `${id}-note` })}
        invalid={error !== null}
        className="w-full max-w-80"
      />
    </FieldFrame>
  );
}

const ROWS = { long_text: 5, list: 4 } as const;

function Control(props: ControlProps) {
  const { field, label, hint, written, error, autoFocus, onChange } = props;
  const shared = {
    label,
    ...hint,
    error,
    autoFocus,
    value: String(written),
    required: field.required ?? false,
    // The browser's own words for what is missing would come before ours.
    "aria-required": field.required ?? false,
  };
  switch (field.type) {
    case "boolean":
      return <YesNo {...props} />;
    case "choice":
      return <Choice {...props} />;
    case "long_text":
    case "list":
      return (
        <TextArea
          {...shared}
          rows={ROWS[field.type]}
          className="field-sizing-content max-h-[40vh] min-h-20"
          onChange={(event) => onChange(event.target.value)}
        />
      );
    default:
      return (
        <TextField
          {...shared}
          {...(field.type === "text" ? {} : { inputMode: "decimal", className: "max-w-40" })}
          onChange={(event) => onChange(event.target.value)}
        />
      );
  }
}

interface Props {
  fields: readonly Field[];
  state: FieldsState;
  /** Whether the first field takes the focus: where the form was just opened. */
  focused?: boolean;
}

/** The fields, one under the other. Put it into a `<form noValidate>`. */
export function FieldList({ fields, state, focused = false }: Props) {
  return (
    <div className="flex flex-col gap-4">
      {fields.map((field, index) => (
        <Control
          key={field.name}
          field={field}
          label={
            field.required || field.type === "boolean" ? field.title : `${field.title} (optional)`
          }
          hint={hintOf(field)}
          written={state.draft[field.name] ?? ""}
          error={state.problems[field.name] ?? null}
          autoFocus={focused && index === 0}
          onChange={(written) => state.change(field.name, written)}
        />
      ))}
    </div>
  );
}
