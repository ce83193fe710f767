// The steps of a template as an outline: what contains what, who does it, what it waits for. Read-only.

import type { TemplateStepView } from "@/bindings/bindings";
import { cx } from "@/shared/lib/cx";
import { agentWord, blockWord, kindWord } from "./templateWords";

interface Props {
  steps: readonly TemplateStepView[];
}

/** What a step waits for, by title. */
function needsWords(step: TemplateStepView, steps: readonly TemplateStepView[]): string {
  const titles = step.needs.map((need) => steps.find(({ id }) => id === need)?.title ?? need);
  return titles.length === 0 ? "" : `after ${titles.join(", ")}`;
}

function Steps({
  steps,
  inside,
}: Props & { inside: { step: string | null; block: string | null } }) {
  const here = steps.filter(
    (step) =>
      step.container === inside.step && (inside.step === null || step.block === inside.block),
  );
  return (
    <ol className={cx("flex flex-col", inside.step !== null && "ml-2 border-l border-line pl-4")}>
      {here.map((step) => (
        <li key={step.id}>
          <div className="flex min-h-8 flex-wrap items-center gap-x-3 py-1">
            <span className="text-ink">{step.title}</span>
            <span className="rounded-sm bg-rail px-1.5 text-micro leading-5 text-ink-2">
              {kindWord(step.kind)}
            </span>
            {step.agent === null ? null : (
              <span className="text-note text-ink-2">{agentWord(step)}</span>
            )}
            <span className="text-note text-ink-3">{needsWords(step, steps)}</span>
          </div>
          <Blocks step={step} steps={steps} />
        </li>
      ))}
    </ol>
  );
}

function Blocks({ step, steps }: Props & { step: TemplateStepView }) {
  const inner = steps.filter((each) => each.container === step.id);
  const blocks = [...new Set(inner.map((each) => each.block))];
  return blocks.map((block) => (
    <div key={block ?? ""} className="mt-0.5 mb-1">
      <p className="ml-2 text-note text-ink-3">{block === null ? "" : blockWord(block)}</p>
      <Steps steps={steps} inside={{ step: step.id, block }} />
    </div>
  ));
}

/** All steps, the outer before the inner. */
export function StepOutline({ steps }: Props) {
  return <Steps steps={steps} inside={{ step: null, block: null }} />;
}
