// What a template takes, who works in it, and its steps.

import type { Field, TemplateView } from "@/bindings/bindings";
import { isMoreThanALine } from "./graph/stepGraph";
import { TemplateGraph } from "./graph/TemplateGraph";
import { StepOutline } from "./StepOutline";
import { typeWords, valueWords } from "./templateWords";

/** What an input is where nothing is given: `; 8 unless you say otherwise`. */
function usualWords({ default: usual }: Field): string {
  if (usual === null || usual === undefined) return "";
  if (typeof usual === "boolean") return `; ${usual ? "yes" : "no"} unless you say otherwise`;
  if (!Array.isArray(usual)) return `; ${valueWords(usual)} unless you say otherwise`;
  return `. Unless you say otherwise: ${usual.map(valueWords).join("; ")}`;
}

function Inputs({ template }: { template: TemplateView }) {
  if (template.inputs.length === 0) return <p className="text-ink-2">It needs nothing from you.</p>;
  return (
    <dl className="grid grid-cols-[minmax(120px,max-content)_minmax(0,1fr)] gap-x-6 gap-y-2">
      {template.inputs.map((field) => (
        <div key={field.name} className="contents">
          <dt className="text-ink">{field.title}</dt>
          <dd className="text-ink-2">
            {typeWords(field)}
            {field.required ? ", required" : ""}
            {usualWords(field)}
            {field.help ? <span className="block text-note text-ink-3">{field.help}</span> : null}
          </dd>
        </div>
      ))}
    </dl>
  );
}

const HEADING = "mb-2 text-note font-semibold text-ink-2";

/** The tab. */
export function AboutTab({ template }: { template: TemplateView }) {
  return (
    <div className="flex max-w-240 flex-col gap-7">
      <section aria-labelledby="template-inputs">
        <h2 id="template-inputs" className={HEADING}>
          What it takes
        </h2>
        <Inputs template={template} />
      </section>
      {template.agents.length === 0 ? null : (
        <section aria-labelledby="template-agents">
          <h2 id="template-agents" className={HEADING}>
            Agents that it brings along
          </h2>
          <p>{template.agents.join(", ")}</p>
        </section>
      )}
      <section aria-labelledby="template-steps">
        <h2 id="template-steps" className={HEADING}>
          Steps
        </h2>
        {isMoreThanALine(template.steps) ? (
          <div className="mb-4">
            <TemplateGraph steps={template.steps} />
          </div>
        ) : null}
        <StepOutline steps={template.steps} />
      </section>
    </div>
  );
}
