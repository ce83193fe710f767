// One template: what it is for, what can be done with it, and its tabs.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Ellipsis } from "lucide-react";
import { useState } from "react";
import type { TemplateDetail } from "@/bindings/bindings";
import { api, describeError } from "@/host";
import { useKeys } from "@/shared/lib/keys";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { IconButton } from "@/shared/ui/IconButton";
import { Menu } from "@/shared/ui/Menu";
import { Skeleton } from "@/shared/ui/Skeleton";
import { TabPanel, Tabs } from "@/shared/ui/Tabs";
import { AboutTab } from "./AboutTab";
import { EditTab } from "./EditTab";
import { ExportTemplate } from "./ExportTemplate";
import { RunDialog } from "./RunDialog";
import { RunsTab } from "./RunsTab";
import { refreshTemplates, templateQuery, useFreshTemplates } from "./templateQueries";
import { VersionsTab } from "./VersionsTab";

const TABS = ["about", "edit", "versions", "runs"] as const;
type Tab = (typeof TABS)[number];
const TAB_WORDS: Record<Tab, string> = {
  about: "About",
  edit: "Edit",
  versions: "Versions",
  runs: "Runs",
};

/** Tab and the run form, kept in the address. */
function usePlace(uid: string) {
  const search: { tab?: string; run?: number } = useSearch({ strict: false });
  const navigate = useNavigate();
  const tab = TABS.find((each) => each === search.tab) ?? "about";
  const go = (next: { tab?: string; run?: number }) =>
    void navigate({ to: "/templates/$uid", params: { uid }, search: next, replace: true });
  return {
    tab,
    running: search.run === 1,
    show: (next: Tab) => go({ tab: next }),
    openRun: () => go({ tab, run: 1 }),
    closeRun: () => go({ tab }),
  };
}

/** Copies and removes; a removed one can be put back at once. */
function useActs(uid: string) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const refresh = () => refreshTemplates(client);
  const copy = useMutation({
    mutationFn: () => api.duplicateTemplate(uid),
    onSuccess: async (made) => {
      await refresh();
      await navigate({ to: "/templates/$uid", params: { uid: made.uid }, search: { tab: "edit" } });
    },
  });
  const remove = useMutation({ mutationFn: () => api.removeTemplate(uid), onSuccess: refresh });
  const restore = useMutation({ mutationFn: () => api.restoreTemplate(uid), onSuccess: refresh });
  const error = copy.error ?? remove.error ?? restore.error;
  return { copy, remove, restore, error };
}

function Removed({ onUndo, busy }: { onUndo: () => void; busy: boolean }) {
  return (
    <output className="mx-6 mt-3 flex items-center gap-3 rounded-md bg-accent-soft px-3.5 py-2">
      <span className="flex-1">
        It was taken out of the list. Its versions and runs are kept.{" "}
        <Link to="/templates" className="text-accent underline underline-offset-2">
          All templates
        </Link>
      </span>
      <Button small busy={busy} onClick={onUndo}>
        Put it back
      </Button>
    </output>
  );
}

function Opened({ detail }: { detail: TemplateDetail }) {
  const { template } = detail;
  const { uid } = template;
  const navigate = useNavigate();
  const place = usePlace(uid);
  const acts = useActs(uid);
  const [exporting, setExporting] = useState(false);
  useKeys([
    { keys: "r", label: "Run the template", run: place.openRun },
    { keys: "esc", label: "Back to the templates", run: () => void navigate({ to: "/templates" }) },
  ]);
  const items = [
    { key: "copy", label: "Duplicate", onSelect: () => acts.copy.mutate() },
    { key: "export", label: "Export…", onSelect: () => setExporting(true) },
    ...(template.built_in || template.removed
      ? []
      : [{ key: "remove", label: "Delete", onSelect: () => acts.remove.mutate() }]),
  ];
  return (
    <div className="flex h-full min-h-0 flex-col">
      <header className="shrink-0 px-6 pt-5">
        <div className="flex items-start gap-3">
          <h1 className="min-w-0 flex-1 text-title font-semibold break-words">{template.title}</h1>
          <Button variant="primary" onClick={place.openRun}>
            Run
          </Button>
          <Menu
            trigger={<IconButton label="More" icon={<Ellipsis />} className="size-8" />}
            groups={[{ heading: "Template", items }]}
          />
        </div>
        <p className="mt-1 max-w-[80ch] text-ink-2">{template.description}</p>
        <p className="mt-1 text-note text-ink-3">
          {template.built_in ? "Built in" : "Yours"}, version {template.newest_version}
        </p>
      </header>
      {template.removed ? (
        <Removed busy={acts.restore.isPending} onUndo={() => acts.restore.mutate()} />
      ) : null}
      {acts.error === null ? null : (
        <ErrorNotice
          title="That did not work."
          {...describeError(acts.error)}
          className="mx-6 mt-3"
        />
      )}
      <Tabs
        label="Views of the template"
        value={place.tab}
        onChange={place.show}
        className="mt-3 flex-1 [&>[role=tablist]]:mx-6"
        tabs={TABS.map((value) => ({ value, label: TAB_WORDS[value] }))}
      >
        <TabPanel value="about" className="overflow-y-auto px-6 pt-4 pb-10">
          <AboutTab template={template} />
        </TabPanel>
        <TabPanel value="edit" className="min-h-0 px-6 pt-3 pb-3">
          <EditTab detail={detail} onDuplicate={() => acts.copy.mutate()} />
        </TabPanel>
        <TabPanel value="versions" className="overflow-y-auto px-6 pt-4 pb-10">
          <VersionsTab key={template.newest_version} template={template} />
        </TabPanel>
        <TabPanel value="runs" className="overflow-y-auto px-6 pt-4 pb-10">
          <RunsTab uid={uid} />
        </TabPanel>
      </Tabs>
      <RunDialog template={template} open={place.running} onClose={place.closeRun} />
      {exporting ? <ExportTemplate uid={uid} onClose={() => setExporting(false)} /> : null}
    </div>
  );
}

/** The screen at `/templates/$uid`. */
export function TemplateScreen() {
  const { uid = "" } = useParams({ strict: false });
  useFreshTemplates();
  const { data, error, refetch } = useQuery(templateQuery(uid));
  if (data !== undefined) return <Opened key={uid} detail={data} />;
  if (error === null) return <Skeleton rows={8} label="Loading the template" className="p-6" />;
  return (
    <div className="mx-auto max-w-160 p-8">
      <h1 className="mb-4 text-title font-semibold">Template</h1>
      <ErrorNotice
        title="This template could not be opened."
        {...describeError(error)}
        action={<Button onClick={() => void refetch()}>Try again</Button>}
      />
      <p className="mt-3">
        <Link to="/templates" className="text-accent underline underline-offset-2">
          All templates
        </Link>
      </p>
    </div>
  );
}
