// Whether the text of a source is told to models elsewhere, with what follows from that.

import { useId } from "react";
import type { SourceView } from "@/bindings/bindings";
import { describeError } from "@/host";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { useServer } from "@/stores";
import { useSetStaysHere } from "./knowledgeQueries";

/** The choice. What ships with the application is no secret, and has none. */
export function StaysHereChoice({ source }: { source: SourceView }) {
  const set = useSetStaysHere(source.id);
  const server = useServer();
  const hint = useId();
  if (source.kind === "builtin") return null;
  return (
    <div className="mt-3">
      <label className="flex items-center gap-2 text-ink">
        <input
          type="checkbox"
          checked={source.stays_here}
          disabled={set.isPending}
          aria-describedby={hint}
          onChange={(event) => set.mutate(event.target.checked)}
          className="size-4 shrink-0 accent-accent"
        />
        Stays on {server === null ? "this machine" : server.name}
      </label>
      <p id={hint} className="mt-0.5 ml-6 text-note text-ink-3">
        {source.stays_here
          ? "Models elsewhere are not shown its text. A workflow that has read it asks before it would go on with such a model, and can’t be moved to another backend."
          : "Models elsewhere may be shown its text. A mark counts for what is searched from then on, not for what workflows have read before."}
      </p>
      {set.error === null ? null : (
        <ErrorNotice
          title="The mark was not changed."
          {...describeError(set.error)}
          className="mt-2"
        />
      )}
    </div>
  );
}
