import { type ComponentProps, useId } from "react";
import { cx } from "../lib/cx";
import { FieldFrame } from "./FieldFrame";
import { FIELD } from "./TextField";

export interface TextAreaProps extends ComponentProps<"textarea"> {
  label: string;
  hideLabel?: boolean;
  hint?: string;
  error?: string | null;
}

/** Several lines of text. */
export function TextArea({ label, hideLabel, hint, error, className, ...rest }: TextAreaProps) {
  const id = useId();
  return (
    <FieldFrame id={id} label={label} hideLabel={hideLabel} hint={hint} error={error}>
      <textarea
        {...rest}
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={error || hint ? `${id}-note` : undefined}
        className={cx(FIELD, "resize-none px-2.5 py-1.5", className)}
      />
    </FieldFrame>
  );
}
