/** Templates for the harness, made of the documents that come with the program. */
import type { Field, TemplateStepView, TemplateView } from "@/bindings/bindings";
import publication from "../../src-tauri/crates/engine/gallery/approved-publication.json";
import compare from "../../src-tauri/crates/engine/gallery/compare-options.json";
import crew from "../../src-tauri/crates/engine/gallery/crew.json";
import loop from "../../src-tauri/crates/engine/gallery/draft-critique-revise.json";
import triage from "../../src-tauri/crates/engine/gallery/triage.json";

interface RawStep {
  id: string;
  title: string;
  kind: string;
  agent?: string;
  needs?: string[];
  steps?: RawStep[];
  cases?: { name: string; steps: RawStep[] }[];
  else?: { steps: RawStep[] };
}

interface RawDocument {
  uid: string;
  name: string;
  title: string;
  description: string;
  inputs: unknown[];
  agents?: { name: string }[];
  steps: unknown[];
}

function outline(
  steps: readonly RawStep[],
  container: string | null,
  block: string | null,
): TemplateStepView[] {
  return steps.flatMap((step) => [
    {
      id: step.id,
      title: step.title,
      kind: step.kind,
      agent: step.agent ?? null,
      needs: step.needs ?? [],
      container,
      block,
    },
    ...outline(step.steps ?? [], step.id, "each"),
    ...(step.cases ?? []).flatMap((way) => outline(way.steps, step.id, way.name)),
    ...outline(step.else?.steps ?? [], step.id, "else"),
  ]);
}

const view = (document: RawDocument, own: boolean): TemplateView => ({
  uid: own ? document.uid.replace(/.{4}$/, "ffff") : document.uid,
  name: document.name,
  title: own ? `${document.title}, our way` : document.title,
  description: document.description,
  version: own ? 3 : 1,
  newest_version: own ? 3 : 1,
  built_in: !own,
  removed: false,
  inputs: document.inputs as Field[],
  agents: (document.agents ?? []).map((agent) => agent.name),
  steps: outline(document.steps as RawStep[], null, null),
  created_at: Date.now() - 86_400_000,
  updated_at: Date.now() - 3_600_000,
});

const documents = [crew, compare, loop, triage, publication] as unknown as RawDocument[];

/** The gallery: five that come with the program, one of the operator's own. */
export const TEMPLATES = [
  ...documents.map((document) => ({ view: view(document, false), document })),
  { view: view(triage as unknown as RawDocument, true), document: triage },
];
