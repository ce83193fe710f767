/** Says above every screen that little is left of a budget, until the operator has seen it. */
import { useQuery } from "@tanstack/react-query";
import { Gauge } from "lucide-react";
import { budgetsQuery } from "@/shared/budgets";
import { formatCount } from "@/shared/lib/format";
import { WarningLink } from "@/shared/spending/WarningLink";
import { useSeeWarning, warningWords } from "@/shared/spending/warnings";
import { Button } from "@/shared/ui/Button";
import { useConnectionStore } from "@/stores";

/** The newest warning; how many more there are is said beside it. */
export function BudgetWarningLine() {
  const enabled = useConnectionStore((state) => state.status.connected);
  const { data } = useQuery({ ...budgetsQuery, enabled });
  const see = useSeeWarning();
  const [warning, ...more] = data?.warnings ?? [];
  if (warning === undefined) return null;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-signal-soft py-1 pr-2 pl-4">
      <Gauge className="size-4 shrink-0 text-signal" aria-hidden="true" />
      <p role="status" className="min-w-0 flex-1 break-words text-ink">
        {warningWords(warning)}
        {more.length === 0 ? null : (
          <span className="text-ink-2"> {formatCount(more.length)} more after this.</span>
        )}
        {see.error === null ? null : (
          <span className="text-bad"> That you saw it was not kept.</span>
        )}
      </p>
      <WarningLink warning={warning} />
      <Button small variant="quiet" busy={see.isPending} onClick={() => see.mutate(warning.id)}>
        Seen
      </Button>
    </div>
  );
}
