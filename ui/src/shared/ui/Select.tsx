import { Select as Base } from "@base-ui/react/select";
import { Check, ChevronDown } from "lucide-react";
import { cx } from "../lib/cx";

export interface SelectOption<T extends string> {
  value: T;
  label: string;
}

export interface SelectProps<T extends string> {
  label: string;
  value: T;
  options: readonly SelectOption<T>[];
  onChange: (value: T) => void;
  className?: string;
  /** Of the button, where a label stands beside it. */
  id?: string;
  /** What explains it, or says what is wrong. */
  describedBy?: string;
  invalid?: boolean;
}

/** One choice of a few. */
export function Select<T extends string>({
  label,
  value,
  options,
  onChange,
  className,
  id,
  describedBy,
  invalid = false,
}: SelectProps<T>) {
  return (
    <Base.Root
      items={[...options]}
      value={value}
      onValueChange={(next) => next !== null && onChange(next)}
    >
      <Base.Trigger
        id={id}
        aria-label={label}
        aria-describedby={describedBy}
        aria-invalid={invalid || undefined}
        className={cx(
          "inline-flex h-8 items-center gap-1.5 rounded-md border border-line-strong/70 bg-field px-2.5 text-ui text-ink hover:bg-hover aria-invalid:border-bad",
          className,
        )}
      >
        <Base.Value />
        <Base.Icon className="ml-auto text-ink-3">
          <ChevronDown className="size-3.5" aria-hidden="true" />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-50">
          <Base.Popup className="max-h-80 min-w-(--anchor-width) overflow-y-auto rounded-md border border-line bg-raised p-1 shadow-float transition-opacity data-[ending-style]:opacity-0 data-[starting-style]:opacity-0">
            {options.map((option) => (
              <Base.Item
                key={option.value}
                value={option.value}
                className="flex h-7 items-center gap-2 rounded-sm px-2 text-ui text-ink outline-none data-[highlighted]:bg-hover"
              >
                <span className="flex size-3.5 shrink-0 items-center">
                  <Base.ItemIndicator>
                    <Check className="size-3.5 text-accent" aria-hidden="true" />
                  </Base.ItemIndicator>
                </span>
                <Base.ItemText>{option.label}</Base.ItemText>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
