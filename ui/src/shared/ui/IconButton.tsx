import type { ComponentProps, ReactElement } from "react";
import { cx } from "../lib/cx";
import { Tooltip } from "./Tooltip";

export interface IconButtonProps
  extends Omit<ComponentProps<"button">, "type" | "children" | "aria-label"> {
  /** What it does, in words; read aloud and shown on hover and focus. */
  label: string;
  icon: ReactElement;
  /** Key that does the same. */
  keys?: string;
}

/** A button with an icon only. */
export function IconButton({ label, icon, keys, className, ...rest }: IconButtonProps) {
  return (
    <Tooltip content={label} {...(keys === undefined ? {} : { keys })}>
      <button
        {...rest}
        type="button"
        aria-label={label}
        className={cx(
          "inline-flex size-7 shrink-0 items-center justify-center rounded-md text-ink-2 transition-colors hover:bg-hover hover:text-ink disabled:text-ink-3 [&>svg]:size-4",
          className,
        )}
      >
        {icon}
      </button>
    </Tooltip>
  );
}
