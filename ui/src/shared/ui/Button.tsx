import type { ComponentProps, ReactNode } from "react";
import { cx } from "../lib/cx";

export type ButtonVariant = "primary" | "secondary" | "quiet" | "danger";

const VARIANTS: Record<ButtonVariant, string> = {
  primary: "bg-accent text-on-accent enabled:hover:bg-accent-hover",
  secondary: "border border-line-strong/60 bg-field text-ink enabled:hover:bg-hover",
  quiet: "text-ink-2 enabled:hover:bg-hover enabled:hover:text-ink",
  danger: "bg-bad text-on-bad enabled:hover:bg-bad-hover",
};

export interface ButtonProps extends Omit<ComponentProps<"button">, "type"> {
  variant?: ButtonVariant;
  /** 28 px instead of 32 px. */
  small?: boolean;
  /** Shown before the words. */
  icon?: ReactNode;
  /** What it does is under way: it keeps its place and width, and can't be pressed again. */
  busy?: boolean;
  type?: "button" | "submit";
}

/** A button with words. */
export function Button({
  variant = "secondary",
  small = false,
  icon,
  busy = false,
  type = "button",
  className,
  children,
  disabled,
  onClick,
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      // A busy button keeps the focus, so that nobody is thrown out of their place.
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      disabled={disabled}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      className={cx(
        "inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap transition-colors",
        small ? "h-7 px-2.5 text-note" : "h-8 px-3 text-ui",
        "disabled:cursor-not-allowed disabled:border-transparent disabled:bg-hover disabled:text-ink-3 aria-busy:opacity-80",
        VARIANTS[variant],
        className,
      )}
    >
      {busy ? <BusyMark /> : icon}
      {children}
    </button>
  );
}

function BusyMark() {
  return (
    <svg viewBox="0 0 16 16" className="size-3.5 animate-turn" aria-hidden="true">
      <path
        d="M8 2a6 6 0 1 1-6 6"
        fill="none"
        stroke="currentColor"
        strokeWidth="2"
        strokeLinecap="round"
      />
    </svg>
  );
}
