// The gallery: templates that come with the program, and the operator's own.

import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { LayoutTemplate } from "lucide-react";
import { useState } from "react";
import type { TemplateView } from "@/bindings/bindings";
import { describeError } from "@/host";
import { useListKeys } from "@/shared/hooks/useListKeys";
import { templatesQuery } from "@/shared/queries";
import { Button } from "@/shared/ui/Button";
import { EmptyState } from "@/shared/ui/EmptyState";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { SearchField } from "@/shared/ui/SearchField";
import { Skeleton } from "@/shared/ui/Skeleton";
import { useWorkflowStore } from "@/stores";
import { ImportTemplate } from "./ImportTemplate";
import { TemplateCard } from "./TemplateCard";
import { useFreshTemplates } from "./templateQueries";
import { matches } from "./templateWords";

/** Built-in and own templates that match, in the order of the screen. */
function sorted(templates: readonly TemplateView[], words: string) {
  const found = templates.filter((template) => matches(template, words));
  return {
    own: found.filter((template) => !template.built_in),
    shipped: found.filter((template) => template.built_in),
  };
}

interface GroupProps {
  id: string;
  title: string;
  templates: readonly TemplateView[];
  activeUid: string | undefined;
  onRun: (uid: string) => void;
}

function Group({ id, title, templates, activeUid, onRun }: GroupProps) {
  const workflows = useWorkflowStore((state) => state.workflows);
  if (templates.length === 0) return null;
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className="mb-2 flex h-6 items-center gap-2 text-note font-semibold text-ink-2">
        {title} <span className="tabular font-normal text-ink-3">{templates.length}</span>
      </h2>
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(300px,1fr))] gap-3">
        {templates.map((template) => (
          <li key={template.uid}>
            <TemplateCard
              template={template}
              lastRun={workflows.find((workflow) => workflow.template.uid === template.uid)}
              active={template.uid === activeUid}
              onRun={() => onRun(template.uid)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Gallery({ templates }: { templates: readonly TemplateView[] }) {
  const navigate = useNavigate();
  const [words, setWords] = useState("");
  const { own, shipped } = sorted(templates, words);
  const order = [...own, ...shipped];
  const { active } = useListKeys(order.length, (index) => {
    const uid = order[index]?.uid;
    if (uid !== undefined) void navigate({ to: "/templates/$uid", params: { uid } });
  });
  const run = (uid: string) =>
    void navigate({ to: "/templates/$uid", params: { uid }, search: { run: 1 } });
  const shared = { activeUid: order[active]?.uid, onRun: run };
  return (
    <>
      <SearchField label="Search templates" value={words} onChange={setWords} className="w-72" />
      {order.length === 0 ? (
        <EmptyState
          icon={<LayoutTemplate />}
          title="No template matches"
          action={<Button onClick={() => setWords("")}>Show all templates</Button>}
        >
          Try other words: a title, what it is for, or a kind of step.
        </EmptyState>
      ) : null}
      <Group id="own-templates" title="Yours" templates={own} {...shared} />
      <Group id="built-in-templates" title="Built in" templates={shipped} {...shared} />
    </>
  );
}

/** The screen at `/templates`. */
export function TemplatesScreen() {
  useFreshTemplates();
  const { data, error, refetch } = useQuery(templatesQuery);
  return (
    <div className="h-full overflow-y-auto">
      <div className="flex flex-col gap-5 px-6 pt-5 pb-12">
        <div className="flex items-start gap-4">
          <div className="flex-1">
            <h1 className="text-title font-semibold">Templates</h1>
            <p className="mt-0.5 max-w-[70ch] text-ink-2">
              A template says which steps a workflow has and what it must be given. Run one, or make
              a copy and change it.
            </p>
          </div>
          <ImportTemplate />
        </div>
        {error === null ? null : (
          <ErrorNotice
            title="The templates could not be read."
            {...describeError(error)}
            action={<Button onClick={() => void refetch()}>Try again</Button>}
          />
        )}
        {data === undefined ? (
          error === null ? (
            <Skeleton rows={8} label="Loading templates" />
          ) : null
        ) : (
          <Gallery templates={data} />
        )}
      </div>
    </div>
  );
}
