// What a model thought before it answered: folded, and never mistaken for the answer.

/** Thoughts behind a line that opens them. */
export function Thoughts({ text, now = false }: { text: string; now?: boolean }) {
  if (text.trim() === "") return null;
  return (
    <details className="mb-1">
      <summary className="inline-flex h-6 items-center rounded-sm text-note text-accent">
        {now ? "What it thinks" : "What it thought"}
      </summary>
      <p className="mt-1 max-h-80 overflow-y-auto border-l border-line pl-3 text-note break-words whitespace-pre-wrap text-ink-2">
        {text.trim()}
      </p>
    </details>
  );
}
