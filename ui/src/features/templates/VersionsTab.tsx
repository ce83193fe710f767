// The versions of a template, and how any two of them differ. An older one comes back as a new version.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ChangeKind, TemplateChange, TemplateView } from "@/bindings/bindings";
import { api, describeError } from "@/host";
import { plural } from "@/shared/lib/format";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Select } from "@/shared/ui/Select";
import { Skeleton } from "@/shared/ui/Skeleton";
import { TimeAgo } from "@/shared/ui/TimeAgo";
import { differenceQuery, refreshTemplates, versionsQuery } from "./templateQueries";
import { valueWords } from "./templateWords";

const CHANGE_WORDS: Record<ChangeKind, string> = {
  added: "Added",
  removed: "Removed",
  changed: "Changed",
};

function Change({ change }: { change: TemplateChange }) {
  const where = [change.step === null ? "" : `step ${change.step}`, change.field]
    .filter((word) => word !== "")
    .join(", ");
  const value = "max-h-40 overflow-y-auto rounded-sm px-2 py-1 break-words whitespace-pre-wrap";
  return (
    <li className="border-b border-line py-2 last:border-0">
      <p className="text-note text-ink-2">
        <span className="font-semibold text-ink">{CHANGE_WORDS[change.kind]}</span>{" "}
        {where === "" ? "the whole template" : where}
      </p>
      {change.before === null || change.before === undefined ? null : (
        <del className={`mt-1 block bg-bad-soft no-underline ${value}`}>
          {valueWords(change.before)}
        </del>
      )}
      {change.after === null || change.after === undefined ? null : (
        <ins className={`mt-1 block bg-ok-soft no-underline ${value}`}>
          {valueWords(change.after)}
        </ins>
      )}
    </li>
  );
}

function Difference({ uid, from, to }: { uid: string; from: number; to: number }) {
  const { data, error } = useQuery(differenceQuery(uid, from, to));
  if (error !== null) {
    return <ErrorNotice title="The versions could not be compared." {...describeError(error)} />;
  }
  if (data === undefined) return <Skeleton rows={4} label="Comparing" />;
  if (data.length === 0) return <p className="text-ink-2">These versions say the same.</p>;
  return (
    <ul aria-label={`Changes from version ${from} to version ${to}`}>
      {data.map((change) => (
        <Change key={`${change.kind} ${change.step} ${change.field}`} change={change} />
      ))}
    </ul>
  );
}

/** Keeps an older version's text as the newest one. */
function useTakeBack(template: TemplateView) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (version: number) => {
      const { text } = await api.getTemplate(template.uid, version);
      return api.saveTemplate(text, template.newest_version);
    },
    onSuccess: () => refreshTemplates(client),
  });
}

/** The tab. */
export function VersionsTab({ template }: { template: TemplateView }) {
  const { uid, newest_version: newest } = template;
  const { data: versions } = useQuery(versionsQuery(uid));
  const [from, setFrom] = useState(Math.max(1, newest - 1));
  const [to, setTo] = useState(newest);
  const taking = useTakeBack(template);
  if (versions === undefined) return <Skeleton rows={4} label="Loading versions" />;
  const options = versions.map(({ version }) => ({
    value: String(version),
    label: `Version ${version}`,
  }));
  return (
    <div className="flex max-w-200 flex-col gap-6">
      {taking.error === null ? null : (
        <ErrorNotice title="The version was not brought back." {...describeError(taking.error)} />
      )}
      <ul aria-label="Versions">
        {versions.map(({ version, title, steps, since }) => (
          <li key={version} className="flex h-10 items-center gap-4">
            <span className="tabular w-20">Version {version}</span>
            <span className="min-w-0 flex-1 truncate text-ink-2" title={title}>
              {title}, {plural(steps, "step")}
            </span>
            <TimeAgo at={since} className="text-note text-ink-3" />
            {template.built_in || version === newest ? null : (
              <Button
                small
                busy={taking.isPending && taking.variables === version}
                onClick={() => taking.mutate(version)}
              >
                Bring back as version {newest + 1}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {versions.length < 2 ? null : (
        <section aria-labelledby="template-difference">
          <h2 id="template-difference" className="mb-2 text-note font-semibold text-ink-2">
            What changed
          </h2>
          <div className="mb-3 flex items-center gap-2">
            <Select
              label="From version"
              value={String(from)}
              options={options}
              onChange={(value) => setFrom(Number(value))}
            />
            <span className="text-ink-3">to</span>
            <Select
              label="To version"
              value={String(to)}
              options={options}
              onChange={(value) => setTo(Number(value))}
            />
          </div>
          <Difference uid={uid} from={from} to={to} />
        </section>
      )}
    </div>
  );
}
