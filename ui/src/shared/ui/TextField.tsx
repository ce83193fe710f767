import { type ComponentProps, useId } from "react";
import { cx } from "../lib/cx";
import { FieldFrame } from "./FieldFrame";

export interface TextFieldProps extends ComponentProps<"input"> {
  label: string;
  /** The label is read aloud but not shown; only where the place says it too. */
  hideLabel?: boolean;
  hint?: string;
  /** What is wrong with the value and what to do. */
  error?: string | null;
}

/** One line of text. */
export function TextField({ label, hideLabel, hint, error, className, ...rest }: TextFieldProps) {
  const id = useId();
  return (
    <FieldFrame id={id} label={label} hideLabel={hideLabel} hint={hint} error={error}>
      <input
        {...rest}
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={error || hint ? `${id}-note` : undefined}
        className={cx(FIELD, "h-8 px-2.5", className)}
      />
    </FieldFrame>
  );
}

/** How every field looks. */
export const FIELD =
  "w-full rounded-md border border-line-strong/70 bg-field text-ui text-ink transition-colors hover:border-line-strong focus:border-accent focus-visible:outline-1 focus-visible:outline-offset-0 disabled:bg-hover disabled:text-ink-3 aria-invalid:border-bad";
