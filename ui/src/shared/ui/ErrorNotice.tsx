import { CircleAlert, CloudOff } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "../lib/cx";

export interface ErrorNoticeProps {
  /** What did not work. */
  title: string;
  /** Why. */
  message: string;
  /** What the operator can do, in words. */
  nextStep?: string | null;
  /** The likely next step as a button. */
  action?: ReactNode;
  /** Nothing went wrong: a server is away, which the frame says already. */
  quiet?: boolean;
  className?: string;
}

/** An error that stands where the work is, until it is mended. */
export function ErrorNotice({
  title,
  message,
  nextStep,
  action,
  quiet = false,
  className,
}: ErrorNoticeProps) {
  if (quiet) return <Quiet message={message} nextStep={nextStep} className={className} />;
  return (
    <div
      role="alert"
      className={cx("flex flex-wrap gap-3 rounded-md bg-bad-soft px-3.5 py-3", className)}
    >
      <CircleAlert className="mt-0.5 size-4 shrink-0 text-bad" aria-hidden="true" />
      <div className="min-w-0 flex-1 basis-60">
        <p className="font-semibold text-ink">{title}</p>
        <p className="break-words text-ink-2">{message}</p>
        {nextStep ? <p className="break-words text-ink-2">{nextStep}</p> : null}
      </div>
      {action ? <div className="ml-auto flex shrink-0 items-center gap-2">{action}</div> : null}
    </div>
  );
}

/** The same where there is nothing to mend. */
function Quiet({
  message,
  nextStep,
  className,
}: {
  message: string;
  nextStep: string | null | undefined;
  className: string | undefined;
}) {
  return (
    <p role="status" className={cx("flex gap-3 px-3.5 py-3 text-ink-2", className)}>
      <CloudOff className="mt-0.5 size-4 shrink-0 text-ink-3" aria-hidden="true" />
      <span className="min-w-0 break-words">{[message, nextStep].filter(Boolean).join(" ")}</span>
    </p>
  );
}
