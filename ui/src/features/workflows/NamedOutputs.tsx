// What a run gives as named values, where its template says so: under the report, for whoever goes on with them.

import { CopyButton, Markdown } from "@/shared/markdown";

interface Props {
  /** An object of values by name; anything else is shown by the report alone. */
  output: unknown;
}

function Value({ value }: { value: unknown }) {
  if (typeof value === "string") {
    return value.includes("\n") ? (
      <Markdown text={value} size="interface" firstHeading={4} />
    ) : (
      value
    );
  }
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return (
    <pre className="overflow-x-auto font-mono text-note">{JSON.stringify(value, null, 2)}</pre>
  );
}

/** The values; nothing where there are none. */
export function NamedOutputs({ output }: Props) {
  if (typeof output !== "object" || output === null || Array.isArray(output)) return null;
  const named = Object.entries(output).filter(([, value]) => value !== null);
  if (named.length === 0) return null;
  return (
    <details className="mx-auto mt-8 max-w-[70ch] border-t border-line pt-3">
      <summary className="rounded-sm text-note font-semibold text-ink-2">
        Values that this workflow gives
      </summary>
      <div className="mt-1 flex justify-end">
        <CopyButton text={JSON.stringify(output, null, 2)} what="values" />
      </div>
      <dl className="flex flex-col gap-3">
        {named.map(([name, value]) => (
          <div key={name}>
            <dt className="font-mono text-note text-ink-3">{name}</dt>
            <dd className="break-words text-ink select-text">
              <Value value={value} />
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
