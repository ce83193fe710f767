import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { SourceView } from "@/bindings/bindings";
import { plural } from "@/shared/lib/format";
import { sourcesQuery, statusQuery } from "@/shared/queries";
import { TemplateChoice } from "./TemplateChoice";

/** What the knowledge holds, in few words: `Handbook and 2 sources`. */
function knowledgeWords(sources: readonly SourceView[]): string {
  const builtin = sources.find((source) => source.kind === "builtin");
  const others = sources.filter((source) => source !== builtin).length;
  if (builtin === undefined) return others === 0 ? "No knowledge yet" : plural(others, "source");
  return others === 0 ? builtin.name : `${builtin.name} and ${plural(others, "source")}`;
}

/** With what the task will be done: knowledge, template, model. Each has a sensible choice made. */
export function CrewLine() {
  const { data: sources } = useQuery(sourcesQuery);
  const { data: status } = useQuery(statusQuery);
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-x-1.5 text-note text-ink-3">
      <Link
        to="/knowledge"
        title="What the crew looks things up in"
        className="rounded-sm text-ink-2 underline decoration-line-strong underline-offset-3 hover:text-ink"
      >
        {sources === undefined ? "Knowledge" : knowledgeWords(sources)}
      </Link>
      <span aria-hidden="true">·</span>
      <TemplateChoice />
      {status === undefined ? null : (
        <>
          <span aria-hidden="true">·</span>
          <Link
            to="/settings/$section"
            params={{ section: "models" }}
            title="The model that agents think with when they name none"
            className="rounded-sm text-ink-2 underline decoration-line-strong underline-offset-3 hover:text-ink"
          >
            {status.rehearsal ? "Rehearsal" : status.model}
          </Link>
        </>
      )}
    </div>
  );
}
