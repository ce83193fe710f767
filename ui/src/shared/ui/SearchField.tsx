import { Search, X } from "lucide-react";
import { type ComponentProps, useRef } from "react";
import { cx } from "../lib/cx";
import { FIELD } from "./TextField";

export interface SearchFieldProps
  extends Omit<ComponentProps<"input">, "type" | "value" | "onChange" | "aria-label" | "ref"> {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

/** A search field. Esc empties it first and only then leaves it. */
export function SearchField({
  label,
  value,
  onChange,
  onKeyDown,
  className,
  ...rest
}: SearchFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className={cx("relative min-w-0", className)}>
      <Search
        className="pointer-events-none absolute top-1/2 left-2.5 size-3.5 -translate-y-1/2 text-ink-3"
        aria-hidden="true"
      />
      <input
        placeholder={label}
        {...rest}
        ref={input}
        type="search"
        aria-label={label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          onKeyDown?.(event);
          if (event.defaultPrevented || event.key !== "Escape") return;
          event.stopPropagation();
          if (value === "") event.currentTarget.blur();
          else onChange("");
        }}
        className={cx(FIELD, "h-8 pr-8 pl-8 [&::-webkit-search-cancel-button]:hidden")}
      />
      {value === "" ? null : (
        <button
          type="button"
          aria-label="Clear"
          onClick={() => {
            onChange("");
            input.current?.focus();
          }}
          className="absolute top-1 right-1 flex size-6 items-center justify-center rounded-sm text-ink-3 hover:bg-hover hover:text-ink"
        >
          <X className="size-3.5" aria-hidden="true" />
        </button>
      )}
    </div>
  );
}
