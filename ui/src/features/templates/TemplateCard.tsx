// A template in the gallery: what it is good for, what it takes, the kinds of its steps at a glance, its last run.

import { Link } from "@tanstack/react-router";
import { Play } from "lucide-react";
import type { TemplateView } from "@/bindings/bindings";
import { useRowFocus } from "@/shared/list/useRowFocus";
import { Button } from "@/shared/ui/Button";
import { RunBadge } from "@/shared/ui/RunBadge";
import { TimeAgo } from "@/shared/ui/TimeAgo";
import type { Workflow } from "@/stores";
import { kindsOf, kindWord, sizeWords } from "./templateWords";

interface Props {
  template: TemplateView;
  lastRun: Workflow | undefined;
  active: boolean;
  onRun: () => void;
}

/** The kinds of steps as quiet words. */
function Kinds({ template }: { template: TemplateView }) {
  return (
    <ul aria-label="Kinds of steps" className="flex flex-wrap gap-1">
      {kindsOf(template.steps).map((kind) => (
        <li key={kind} className="rounded-sm bg-rail px-1.5 text-micro leading-5 text-ink-2">
          {kindWord(kind)}
        </li>
      ))}
    </ul>
  );
}

function LastRun({ workflow }: { workflow: Workflow | undefined }) {
  if (workflow === undefined) return <span>Not run lately</span>;
  return (
    <Link
      to="/workflows/$id"
      params={{ id: String(workflow.id) }}
      title={workflow.name}
      className="inline-flex items-center gap-1.5 rounded-sm underline-offset-2 hover:text-ink hover:underline"
    >
      <RunBadge workflow={workflow} />
      <TimeAgo at={workflow.completed_at ?? workflow.created_at} />
    </Link>
  );
}

/** One card. Its title opens the template. */
export function TemplateCard({ template, lastRun, active, onRun }: Props) {
  const link = useRowFocus<HTMLAnchorElement>(active);
  return (
    <article className="flex h-full flex-col gap-2 rounded-md border border-line bg-field p-4 transition-colors hover:border-line-strong">
      <h3 className="font-semibold">
        <Link
          ref={link}
          to="/templates/$uid"
          params={{ uid: template.uid }}
          className="rounded-sm underline-offset-2 hover:underline"
        >
          {template.title}
        </Link>
      </h3>
      <p className="flex-1 text-ink-2">{template.description}</p>
      <Kinds template={template} />
      <div className="flex items-center gap-3 text-note text-ink-3">
        <span>{sizeWords(template)}</span>
        <LastRun workflow={lastRun} />
        <Button
          small
          className="ml-auto"
          icon={<Play className="size-3.5" aria-hidden="true" />}
          aria-label={`Run ${template.title}`}
          onClick={onRun}
        >
          Run
        </Button>
      </div>
    </article>
  );
}
