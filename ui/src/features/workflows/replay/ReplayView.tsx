// A run that has ended, step by step as it was. Nothing is called: everything comes from the record.

import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import type { ReplayPage } from "@/bindings/bindings";
import { api, describeError } from "@/host";
import { formatCount, plural } from "@/shared/lib/format";
import { useKeys } from "@/shared/lib/keys";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Skeleton } from "@/shared/ui/Skeleton";
import { StatusBadge } from "@/shared/ui/StatusBadge";
import type { Task } from "@/stores";
import { GraphView } from "../graph/GraphView";
import { factWords, rowsAt, tasksAt } from "./positions";

interface Props {
  workflowId: number;
  tasks: readonly Task[];
  selectedId: number | null;
  onOpen: (taskId: number) => void;
}

const PAGE = 1_000;
/** Wait between two steps while it plays, in milliseconds. */
const PACE = 350;

async function everything(id: number): Promise<ReplayPage> {
  const first = await api.replayWorkflow(id, 0, PAGE);
  const positions = [...first.positions];
  while (positions.length < first.total) {
    const next = await api.replayWorkflow(id, positions.at(-1)?.seq ?? 0, PAGE);
    if (next.positions.length === 0) break;
    positions.push(...next.positions);
  }
  return { ...first, positions };
}

function usePlace(total: number) {
  const [index, setIndex] = useState(0);
  const [playing, setPlaying] = useState(false);
  const last = Math.max(0, total - 1);
  const go = (to: number) => setIndex(Math.min(last, Math.max(0, to)));
  useEffect(() => {
    if (!playing) return;
    if (index >= last) {
      setPlaying(false);
      return;
    }
    const timer = setTimeout(() => setIndex(index + 1), PACE);
    return () => clearTimeout(timer);
  }, [playing, index, last]);
  const play = () => {
    if (!playing && index >= last) setIndex(0);
    setPlaying(!playing);
  };
  const step = (by: number) => {
    setPlaying(false);
    go(index + by);
  };
  useKeys([
    { keys: "p", label: "Play or stop the replay", run: play },
    { keys: ",", label: "One step back", run: () => step(-1) },
    { keys: ".", label: "One step on", run: () => step(1) },
  ]);
  return { index, playing, play, step, go: (to: number) => step(to - index) };
}

/** Whether each event follows from what came before; nothing is changed by it. */
function Checked({ replay }: { replay: ReplayPage }) {
  const { differences, confirmed, unchecked } = replay;
  const first = differences[0];
  const total = confirmed + unchecked + differences.length;
  return (
    <p className="mt-1 text-note text-ink-3">
      {confirmed === total
        ? "Checked: every event follows from those before it."
        : `Checked: ${formatCount(confirmed)} of ${formatCount(total)} events follow from those before them.`}
      {unchecked > 0 ? ` For ${formatCount(unchecked)} the record does not say why.` : ""}
      {first === undefined
        ? ""
        : ` This version would go on otherwise in ${plural(differences.length, "place")}, first at event ${first.seq}. The record counts.`}
    </p>
  );
}

function Player({ replay, tasks, selectedId, onOpen }: Props & { replay: ReplayPage }) {
  const place = usePlace(replay.positions.length);
  const then = useMemo(() => tasksAt(replay.positions, place.index), [replay, place.index]);
  const rows = useMemo(() => rowsAt(tasks, then), [tasks, then]);
  const position = replay.positions[place.index];
  if (position === undefined) return null;
  const title = position.task === null ? undefined : then.get(position.task)?.title;
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="shrink-0 px-6 pt-3">
        <div className="flex items-center gap-2">
          <Button small onClick={() => place.step(-1)} disabled={place.index === 0}>
            Back
          </Button>
          <Button small variant="primary" onClick={place.play}>
            {place.playing ? "Stop" : "Play"}
          </Button>
          <Button
            small
            onClick={() => place.step(1)}
            disabled={place.index >= replay.positions.length - 1}
          >
            Next
          </Button>
          <input
            type="range"
            aria-label="Place in the replay"
            aria-valuetext={`Event ${position.seq}: ${factWords(position.kind)}`}
            className="mx-2 min-w-0 flex-1 accent-accent"
            min={0}
            max={replay.positions.length - 1}
            value={place.index}
            onChange={(event) => place.go(Number(event.target.value))}
          />
          <span className="tabular w-24 shrink-0 text-right text-ink-2">
            {position.seq} of {replay.total}
          </span>
        </div>
        <p className="mt-2 flex min-w-0 items-center gap-2 text-ink-2">
          <StatusBadge status={position.status} />
          <span className="min-w-0 truncate">
            {factWords(position.kind)}
            {title === undefined ? "" : `: ${title}`}
          </span>
          <time className="tabular ml-auto shrink-0 text-ink-3">
            {new Date(position.at).toLocaleTimeString()}
          </time>
        </p>
        <Checked replay={replay} />
      </div>
      <div className="min-h-0 flex-1">
        <GraphView tasks={rows} selectedId={selectedId} onOpen={onOpen} />
      </div>
    </div>
  );
}

/** The replay of an ended or imported run. */
export function ReplayView(props: Props) {
  const query = useQuery({
    queryKey: ["replay", props.workflowId],
    queryFn: () => everything(props.workflowId),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (query.error !== null) {
    return (
      <ErrorNotice
        title="The run could not be replayed."
        {...describeError(query.error)}
        action={<Button onClick={() => void query.refetch()}>Try again</Button>}
        className="m-6"
      />
    );
  }
  if (query.data === undefined)
    return <Skeleton rows={6} label="Loading the replay" className="m-6" />;
  return <Player {...props} replay={query.data} />;
}
