// Copies a text and says whether that worked, in its own label.

import { useEffect, useState } from "react";

type Outcome = "idle" | "copied" | "failed";

const WORDS: Record<Outcome, string> = { idle: "Copy", copied: "Copied", failed: "Not copied" };

interface Props {
  text: string;
  /** What is copied, for screen readers: "code", "answer". */
  what: string;
  className?: string;
}

/** A quiet button that copies `text`. */
export function CopyButton({ text, what, className = "copy-button" }: Props) {
  const [outcome, setOutcome] = useState<Outcome>("idle");

  useEffect(() => {
    if (outcome === "idle") return;
    const timer = setTimeout(() => setOutcome("idle"), 2000);
    return () => clearTimeout(timer);
  }, [outcome]);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setOutcome("copied");
    } catch {
      // No permission or no clipboard: the label says so, and the text stays selectable.
      setOutcome("failed");
    }
  };

  return (
    <button
      type="button"
      className={className}
      aria-label={`${WORDS[outcome]}: ${what}`}
      onClick={() => void copy()}
    >
      {WORDS[outcome]}
    </button>
  );
}
