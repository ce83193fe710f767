// Granting: which folders, sites and programs an agent may reach, and what of it unasked.

import { type FormEvent, type ReactNode, useId } from "react";
import type { Standing } from "@/bindings/bindings";
import { describeError } from "@/host";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { FieldGroup } from "@/shared/ui/FieldGroup";
import { Select } from "@/shared/ui/Select";
import { TextArea } from "@/shared/ui/TextArea";
import type { Agent } from "@/stores";
import { useSetGrant } from "./agentQueries";
import { FolderFields } from "./FolderFields";
import {
  ASKED_TOOLS,
  type AskedTool,
  grantOf,
  isReached,
  otherExact,
  problemIn,
  type ReachDraft,
  servedStanding,
  withServed,
} from "./reach";
import { type Reaching, useReachDrafts } from "./reachDrafts";
import { type GivenTool, useAskedServed } from "./servedTools";
import { toolLabel } from "./toolWords";

type Change = (changed: Partial<ReachDraft>) => void;

interface PartProps {
  draft: ReachDraft;
  change: Change;
}

const WEB = [
  { value: "none", label: "No web pages" },
  { value: "only", label: "Only these sites" },
  { value: "public", label: "Every public site" },
] as const;

const PROGRAMS = [
  { value: "none", label: "No programs" },
  { value: "only", label: "Only these programs" },
  { value: "any", label: "Every program" },
] as const;

const STANDINGS: readonly { value: Standing; label: string }[] = [
  { value: "ask", label: "Ask me each time" },
  { value: "allow", label: "Allow" },
  { value: "never", label: "Never" },
];

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <FieldGroup legend={title} look="label" className="min-w-0" layout="flex flex-col gap-2">
      {children}
    </FieldGroup>
  );
}

function Web({ draft, change }: PartProps) {
  return (
    <Part title="Web">
      <Select
        label="Web pages"
        value={draft.web}
        options={WEB}
        onChange={(web) => change({ web })}
      />
      {draft.web === "only" ? (
        <TextArea
          label="Sites"
          hint="One a line: example.org, or *.example.org for all beneath it."
          rows={3}
          spellCheck={false}
          value={draft.sites}
          onChange={(event) => change({ sites: event.target.value })}
        />
      ) : null}
    </Part>
  );
}

function Programs({ draft, change }: PartProps) {
  return (
    <Part title="Programs">
      <Select
        label="Programs"
        value={draft.programs}
        options={PROGRAMS}
        onChange={(programs) => change({ programs })}
      />
      {draft.programs === "only" ? (
        <TextArea
          label="Program names"
          hint="One a line: git, or ./build.sh for one in the folder."
          rows={3}
          spellCheck={false}
          value={draft.programNames}
          onChange={(event) => change({ programNames: event.target.value })}
        />
      ) : null}
      {draft.programs === "none" ? null : (
        <>
          <label className="flex items-center gap-2 text-ink">
            <input
              type="checkbox"
              className="size-4 shrink-0 accent-accent"
              checked={draft.network}
              onChange={(event) => change({ network: event.target.checked })}
            />
            They may open connections
          </label>
          <p className="text-note text-ink-3">
            They run in the folders that you tick for it above. No shell reads their arguments.
          </p>
        </>
      )}
    </Part>
  );
}

interface WordProps {
  label: string;
  value: Standing;
  describedBy: string;
  onChange: (standing: Standing) => void;
}

/** What happens when it wants to use one tool. */
function Word({ label, value, describedBy, onChange }: WordProps) {
  return (
    <div className="flex items-center justify-between gap-3">
      <span className="min-w-0 break-words text-ink">{label}</span>
      <Select
        label={label}
        value={value}
        options={STANDINGS}
        onChange={onChange}
        describedBy={describedBy}
        className="w-44 shrink-0"
      />
    </div>
  );
}

function Unasked({ draft, change, served }: PartProps & { served: readonly GivenTool[] }) {
  const id = useId();
  const tools = ASKED_TOOLS.filter((tool) => isReached(tool, draft));
  const exact = otherExact(draft, served);
  if (tools.length + served.length + exact.length === 0) return null;
  const set = (tool: AskedTool, standing: Standing) =>
    change({ standings: { ...draft.standings, [tool]: standing } });
  return (
    <Part title="When it wants to use them">
      {tools.map((tool) => (
        <Word
          key={tool}
          label={toolLabel(tool)}
          value={draft.standings[tool]}
          describedBy={`${id}-allow`}
          onChange={(standing) => set(tool, standing)}
        />
      ))}
      {served.map((tool) => (
        <Word
          key={tool.name}
          label={`${tool.title ?? tool.tool} (${tool.server})`}
          value={servedStanding(draft, tool)}
          describedBy={`${id}-allow`}
          onChange={(standing) => change(withServed(draft, tool, standing))}
        />
      ))}
      <p id={`${id}-allow`} className="text-note text-ink-3">
        “Allow” still asks where something that was read, such as a page or a file, may have chosen
        what is touched, and you did not write it in your task.
      </p>
      {exact.length === 0 ? null : (
        <ul aria-label="Always allowed" className="flex flex-col">
          {exact.map((rule) => (
            <li key={rule.only?.hash} className="flex items-center justify-between gap-3">
              <span className="min-w-0 break-all text-note text-ink">{rule.only?.shown}</span>
              <Button
                small
                variant="quiet"
                onClick={() => change({ exact: draft.exact.filter((other) => other !== rule) })}
              >
                Take back
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Part>
  );
}

interface Props {
  agent: Agent;
  reaching: Reaching;
}

/** The form. It is built on what was granted when it was opened. */
export function ReachForm({ agent, reaching: { start, draft } }: Props) {
  const drafts = useReachDrafts.getState();
  const onDone = () => drafts.drop(agent.id);
  const save = useSetGrant(agent, onDone);
  const change: Change = (changed) => drafts.change(agent.id, changed);
  const served = useAskedServed(agent.tools);
  const problem = problemIn(draft);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (problem !== null || save.isPending) return;
    save.mutate({ revision: start.revision, grant: grantOf(draft, start.grant) });
  };
  return (
    <form aria-label={`Reach of ${agent.name}`} onSubmit={onSubmit} className="flex flex-col gap-4">
      <FolderFields draft={draft} change={change} />
      <Web draft={draft} change={change} />
      <Programs draft={draft} change={change} />
      <Unasked draft={draft} change={change} served={served} />
      {problem === null ? null : <p className="text-note text-ink-2">{problem}</p>}
      {save.error === null ? null : (
        <ErrorNotice title="It was not saved." {...describeError(save.error)} />
      )}
      <div className="flex gap-2">
        <Button
          small
          type="submit"
          variant="primary"
          busy={save.isPending}
          disabled={problem !== null}
        >
          Save reach
        </Button>
        <Button small onClick={onDone}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
