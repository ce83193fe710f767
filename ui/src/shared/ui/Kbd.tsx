import { cx } from "../lib/cx";

const isMac = /mac/i.test(navigator.userAgent);

/** `mod` stands for the key that this system uses for commands. */
function keyName(key: string): string {
  const names: Record<string, string> = {
    mod: isMac ? "⌘" : "Ctrl",
    enter: "Enter",
    esc: "Esc",
    shift: "Shift",
    up: "↑",
    down: "↓",
  };
  return names[key.toLowerCase()] ?? key.toUpperCase();
}

/** Keys as they stand on the keyboard: `mod+k` together, `g w` one after the other. */
export function Kbd({ keys, className }: { keys: string; className?: string }) {
  return (
    <span className={cx("inline-flex shrink-0 items-center gap-1", className)}>
      {keys.split(" ").map((chord) => (
        <kbd
          key={chord}
          className="rounded-sm border border-line bg-rail px-1 font-sans text-micro text-ink-2"
        >
          {chord.split("+").map(keyName).join(" ")}
        </kbd>
      ))}
    </span>
  );
}
