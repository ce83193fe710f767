/** What a tool server is given in secret: the variables of a program, or the headers for an address. */
import { Plus, X } from "lucide-react";
import { useId } from "react";
import { Button } from "@/shared/ui/Button";
import { FieldGroup } from "@/shared/ui/FieldGroup";
import { IconButton } from "@/shared/ui/IconButton";
import { TextField } from "@/shared/ui/TextField";
import type { GivenField, ToolServerFields } from "./useToolServerForm";

const WORDS = {
  program: {
    title: "Variables",
    lead: "The program finds these in its environment, and nothing of this application's own.",
    one: "Variable",
    example: "API_KEY",
    add: "Add a variable",
  },
  address: {
    title: "Headers",
    lead: "These are sent with every request, to this address and no other.",
    one: "Header",
    example: "Authorization",
    add: "Add a header",
  },
} as const;

interface Props {
  kind: ToolServerFields["kind"];
  given: readonly GivenField[];
  /** Whether values can't be kept now, because the file of keys is closed. */
  closed: boolean;
  problem: string | null;
  onChange: (given: GivenField[]) => void;
}

/** The rows. */
export function GivenFields({ kind, given, closed, problem, onChange }: Props) {
  const id = useId();
  const words = WORDS[kind];
  const change = (key: number, part: Partial<GivenField>) =>
    onChange(given.map((field) => (field.key === key ? { ...field, ...part } : field)));
  const next = Math.max(-1, ...given.map(({ key }) => key)) + 1;
  return (
    <FieldGroup
      legend={words.title}
      look="label"
      describedBy={`${id}-lead`}
      layout="flex flex-col gap-2"
    >
      <p id={`${id}-lead`} className="-mt-1 text-note text-ink-3">
        {words.lead} Values are kept with the keys and never shown again.
      </p>
      {given.map((field, at) => (
        <div key={field.key} className="flex items-start gap-2">
          <div className="min-w-0 flex-1">
            <TextField
              label={`${words.one} ${at + 1}`}
              hideLabel
              className="font-mono"
              placeholder={words.example}
              spellCheck={false}
              autoComplete="off"
              value={field.name}
              onChange={(event) => change(field.key, { name: event.target.value, kept: false })}
            />
          </div>
          <div className="min-w-0 flex-1">
            <TextField
              type="password"
              label={`Value ${at + 1}`}
              hideLabel
              placeholder={closed ? "Open the keys below first" : field.kept ? "Kept" : "Value"}
              disabled={closed}
              autoComplete="off"
              value={field.value}
              onChange={(event) => change(field.key, { value: event.target.value })}
            />
          </div>
          <IconButton
            label={`Leave out ${field.name === "" ? `${words.one.toLowerCase()} ${at + 1}` : field.name}`}
            icon={<X />}
            onClick={() => onChange(given.filter(({ key }) => key !== field.key))}
          />
        </div>
      ))}
      {problem === null ? null : (
        <p role="alert" className="text-note text-bad">
          {problem}
        </p>
      )}
      <div>
        <Button
          small
          icon={<Plus className="size-3.5" />}
          onClick={() => onChange([...given, { key: next, name: "", value: "", kept: false }])}
        >
          {words.add}
        </Button>
      </div>
    </FieldGroup>
  );
}
