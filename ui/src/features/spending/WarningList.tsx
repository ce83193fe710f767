// Every budget of which little is left, until the operator has seen it.

import type { BudgetWarning } from "@/bindings/bindings";
import { describeError } from "@/host";
import { WarningLink } from "@/shared/spending/WarningLink";
import { useSeeWarning, warningWords } from "@/shared/spending/warnings";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { TimeAgo } from "@/shared/ui/TimeAgo";

function Item({ warning }: { warning: BudgetWarning }) {
  const see = useSeeWarning();
  return (
    <li className="flex flex-wrap items-center gap-x-3 border-t border-line py-1.5 first:border-0">
      <span className="min-w-0 flex-1 break-words text-ink">
        {warningWords(warning)} <TimeAgo at={warning.at} className="text-note text-ink-3" />
      </span>
      <WarningLink warning={warning} />
      <Button small variant="quiet" busy={see.isPending} onClick={() => see.mutate(warning.id)}>
        Seen
      </Button>
      {see.error === null ? null : (
        <ErrorNotice
          title="That was not kept."
          {...describeError(see.error)}
          className="basis-full"
        />
      )}
    </li>
  );
}

/** Nothing where all is well; one alone is said above every screen already. */
export function WarningList({ warnings }: { warnings: readonly BudgetWarning[] }) {
  if (warnings.length < 2) return null;
  return (
    <ul aria-label="Little is left" className="rounded-md border border-line px-3.5 py-1">
      {warnings.map((warning) => (
        <Item key={warning.id} warning={warning} />
      ))}
    </ul>
  );
}
