import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ConnectionState } from "@/features/connection/ConnectionState";
import { budgetsQuery, NEARLY, todaysLimit, usedMost } from "@/shared/budgets";
import { cx } from "@/shared/lib/cx";
import { formatCount } from "@/shared/lib/format";
import { spentWords } from "@/shared/lib/money";
import { statusQuery } from "@/shared/queries";
import { useFreshSpending } from "@/shared/spending/spendingQueries";
import { isActive, useConnectionStore, useQuestionStore, useWorkflowStore } from "@/stores";

const LINK = "tabular rounded-sm hover:text-ink hover:underline underline-offset-2";

/** What was spent today, with a warning where a limit comes near. Nothing where nothing was spent. */
function Today() {
  const { data } = useQuery(budgetsQuery);
  if (data === undefined) return null;
  const used = usedMost(data.spent, todaysLimit(data));
  const nearly = used !== null && used.part >= NEARLY;
  const spent = spentWords(data.spent);
  if (!nearly && (spent === null || data.spent.money + data.spent.unpriced === 0)) return null;
  return (
    <>
      <Dot />
      <Link
        to="/spending"
        title="What was spent today, in UTC. Opens what it was spent on."
        className={cx(LINK, nearly && "font-medium text-signal")}
      >
        {nearly ? `${used.spent} of ${used.limit} today` : `${spent} today`}
      </Link>
    </>
  );
}

/** One line under everything: the connection, what runs, what needs the operator. Numbers lead to what they count. */
export function StatusBar() {
  useFreshSpending();
  const connected = useConnectionStore((state) => state.status.connected);
  const known = useConnectionStore(
    ({ status }) => status.connected || status.lastContactAt !== null,
  );
  const running = useWorkflowStore((state) => state.workflows.filter(isActive).length);
  const questions = useQuestionStore((state) => state.questions.length);
  const { data: status } = useQuery({ ...statusQuery, enabled: connected });
  return (
    <footer className="col-span-2 flex h-7 items-center gap-2 border-t border-line bg-rail px-3 text-note text-ink-2">
      <ConnectionState />
      {known ? (
        <>
          <Dot />
          <Link to="/workflows" search={{ status: "active" }} className={LINK}>
            {formatCount(running)} running
          </Link>
        </>
      ) : null}
      {questions === 0 ? null : (
        <>
          <Dot />
          <Link to="/questions" className={`${LINK} font-medium text-signal`}>
            {formatCount(questions)} {questions === 1 ? "needs you" : "need you"}
          </Link>
        </>
      )}
      {connected ? <Today /> : null}
      {status === undefined ? null : (
        <Link
          to="/settings/$section"
          params={{ section: "models" }}
          title="The model that agents think with when they name none. Opens the settings."
          className={`${LINK} ml-auto max-w-[40%] truncate text-ink-3`}
        >
          {status.rehearsal ? "Rehearsal, a rule-based stand-in" : status.model}
        </Link>
      )}
    </footer>
  );
}

function Dot() {
  return <span aria-hidden="true">·</span>;
}
