// What a move would mean, before it begins: what keeps the run here, and what the other side does not have.

import { Link } from "@tanstack/react-router";
import { Check, TriangleAlert } from "lucide-react";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { type Missing, type Obstacle, type Outlook, type Side, sentenceOf } from "./moveWords";

function Keeps({ obstacles }: { obstacles: readonly Obstacle[] }) {
  return obstacles.map(({ kind, text, next_step, root }) => (
    <ErrorNotice
      key={kind}
      title="It can't be moved."
      message={text}
      nextStep={next_step}
      action={
        root === null ? undefined : (
          <Link
            to="/workflows/$id"
            params={{ id: String(root) }}
            className="text-accent underline underline-offset-2"
          >
            Open workflow {root}
          </Link>
        )
      }
    />
  ));
}

function Lacking({ to, lacks }: { to: Side; lacks: readonly Missing[] }) {
  return (
    <section aria-label="What is lacking there">
      <h3 className="mb-2 font-semibold">
        {to.id === null ? "This machine lacks" : `${to.name} lacks`}
      </h3>
      <ul className="flex flex-col gap-2.5">
        {lacks.map(({ kind, name, text, follows }) => (
          <li key={`${kind} ${name}`} className="flex gap-2.5">
            <TriangleAlert className="mt-0.5 size-4 shrink-0 text-ink-3" aria-hidden="true" />
            <p className="min-w-0 break-words">
              <span className="text-ink">{text}</span> <span className="text-ink-2">{follows}</span>
            </p>
          </li>
        ))}
      </ul>
      <p className="mt-3 text-note text-ink-2">
        None of it keeps the run from moving. What is added there later is found then.
      </p>
    </section>
  );
}

/** The outlook. */
export function MoveOutlook({ to, outlook }: { to: Side; outlook: Outlook }) {
  const { obstacles, lacks, subWorkflows, known } = outlook;
  if (obstacles.length > 0) return <Keeps obstacles={obstacles} />;
  return (
    <div className="flex flex-col gap-4">
      <p className="text-ink-2">{sentenceOf(to, subWorkflows)}</p>
      {known ? (
        <p className="text-ink-2">It was there before, and goes on there under the same number.</p>
      ) : null}
      {lacks.length > 0 ? (
        <Lacking to={to} lacks={lacks} />
      ) : (
        <p className="flex items-center gap-2.5 text-ink">
          <Check className="size-4 shrink-0 text-ok" aria-hidden="true" />
          Everything that it needs is there.
        </p>
      )}
    </div>
  );
}
