import type { ReactNode } from "react";

interface FieldFrameProps {
  id: string;
  label: string;
  hideLabel?: boolean | undefined;
  hint?: string | undefined;
  error?: string | null | undefined;
  children: ReactNode;
}

/** Label above a field, hint or error under it. */
export function FieldFrame({ id, label, hideLabel, hint, error, children }: FieldFrameProps) {
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className={hideLabel ? "sr-only" : "text-note font-medium text-ink-2"}>
        {label}
      </label>
      {children}
      {error ? (
        <p id={`${id}-note`} role="alert" className="text-note text-bad">
          {error}
        </p>
      ) : hint ? (
        <p id={`${id}-note`} className="text-note text-ink-3">
          {hint}
        </p>
      ) : null}
    </div>
  );
}
