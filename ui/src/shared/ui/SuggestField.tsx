import { Autocomplete as Base } from "@base-ui/react/autocomplete";
import { ChevronDown } from "lucide-react";
import { useId, useState } from "react";
import { cx } from "../lib/cx";
import { FieldFrame } from "./FieldFrame";
import { FIELD } from "./TextField";

export interface Suggestion {
  /** What stands in the field once it is chosen. */
  value: string;
  label: string;
}

export interface SuggestFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  suggestions: readonly Suggestion[];
  /** What the list says when nothing in it matches. */
  nothing: string;
  placeholder?: string | undefined;
  hint?: string | undefined;
  error?: string | null | undefined;
}

/** One line of text with suggestions. What is written counts, whether it was suggested or not. */
export function SuggestField({
  label,
  value,
  onChange,
  suggestions,
  nothing,
  placeholder,
  hint,
  error,
}: SuggestFieldProps) {
  const id = useId();
  // Everything is offered until somebody types: what stands in the field is no search yet.
  const [typed, setTyped] = useState(false);
  const wanted = value.toLowerCase();
  const offered = suggestions.filter((each) => !typed || each.value.toLowerCase().includes(wanted));
  return (
    <FieldFrame id={id} label={label} hint={hint} error={error}>
      <Base.Root
        items={offered}
        mode="none"
        openOnInputClick
        value={value}
        itemToStringValue={(each: Suggestion) => each.value}
        onValueChange={(next, { reason }) => {
          // Esc closes the list; it does not throw away what is written.
          if (reason === "escape-key") return;
          setTyped(reason === "input-change");
          onChange(next);
        }}
        onOpenChange={(open) => !open && setTyped(false)}
      >
        <Base.InputGroup className="relative">
          <Base.Input
            id={id}
            placeholder={placeholder}
            spellCheck={false}
            autoComplete="off"
            aria-invalid={error ? true : undefined}
            aria-describedby={error || hint ? `${id}-note` : undefined}
            className={cx(FIELD, "h-8 pr-8 pl-2.5")}
          />
          <Base.Trigger
            aria-label={`Suggestions for ${label}`}
            className="absolute top-1 right-1 flex size-6 items-center justify-center rounded-sm text-ink-3 hover:bg-hover hover:text-ink"
          >
            <ChevronDown className="size-3.5" aria-hidden="true" />
          </Base.Trigger>
        </Base.InputGroup>
        <Suggestions nothing={nothing} />
      </Base.Root>
    </FieldFrame>
  );
}

function Suggestions({ nothing }: { nothing: string }) {
  return (
    <Base.Portal>
      <Base.Positioner sideOffset={4} className="z-50">
        <Base.Popup className="w-(--anchor-width) rounded-md border border-line bg-raised text-ink shadow-float transition-opacity data-[ending-style]:opacity-0 data-[starting-style]:opacity-0">
          <Base.Empty>
            <p className="px-3 py-2 text-note text-ink-2">{nothing}</p>
          </Base.Empty>
          <Base.List className="max-h-72 overflow-y-auto p-1 data-[empty]:p-0">
            {(each: Suggestion) => (
              <Base.Item
                key={each.value}
                value={each}
                className="flex min-h-7 items-center rounded-sm px-2 py-1 text-ui break-all text-ink outline-none data-[highlighted]:bg-hover"
              >
                {each.label}
              </Base.Item>
            )}
          </Base.List>
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  );
}
