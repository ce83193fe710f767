// One workflow: what it is and where it stands, its tasks as they are worked on (as a list, a graph and over time),
// its report, its journal, and the inspector of the selected task.

import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { describeError } from "@/host";
import { WithInspector } from "@/shared/inspector/WithInspector";
import { useKeys } from "@/shared/lib/keys";
import { useOpenCitation } from "@/shared/markdown";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Skeleton } from "@/shared/ui/Skeleton";
import { TabPanel, Tabs } from "@/shared/ui/Tabs";
import { useWorkflowStore, type Workflow } from "@/stores";
import { GraphView } from "./graph/GraphView";
import { JournalView } from "./JournalView";
import { NamedOutputs } from "./NamedOutputs";
import { Notices, ReportWaits } from "./Notices";
import { useWorkflowDetail } from "./queries";
import { ReportTab } from "./ReportTab";
import { ReplayView } from "./replay/ReplayView";
import { TaskInspector } from "./TaskInspector";
import { TaskList } from "./TaskList";
import { TimelineView } from "./timeline/TimelineView";
import { useWorkflowActions } from "./useWorkflowActions";
import { useWorkflowPlace } from "./useWorkflowTab";
import { WorkflowHeader } from "./WorkflowHeader";
import { isAtRest, isFinal } from "./words";

const PANEL = "overflow-y-auto px-6 pt-4 pb-10";

function Gone({ error, retry }: { error: unknown; retry: () => void }) {
  const { message, nextStep } = describeError(error);
  return (
    <div className="mx-auto max-w-160 p-8">
      <h1 className="mb-4 text-title font-semibold">Workflow</h1>
      <ErrorNotice
        title="This workflow could not be opened."
        message={message}
        nextStep={nextStep}
        action={<Button onClick={retry}>Try again</Button>}
      />
      <p className="mt-3">
        <Link to="/workflows" className="text-accent underline underline-offset-2">
          All workflows
        </Link>
      </p>
    </div>
  );
}

type Detail = ReturnType<typeof useWorkflowDetail>;

function Opened({ workflow, detail }: { workflow: Workflow; detail: Detail }) {
  const navigate = useNavigate();
  const actions = useWorkflowActions(workflow.id);
  const place = useWorkflowPlace(workflow);
  const onCitation = useOpenCitation();
  const { tasks, plan, report } = detail;
  const ended = isFinal(workflow.status);
  const selected = tasks.find((task) => task.id === place.taskId);
  useKeys([
    { keys: "1", label: "Tasks", run: () => place.showTab("tasks") },
    { keys: "2", label: "Report", run: () => place.showTab("report") },
    { keys: "3", label: "Graph", run: () => place.showTab("graph") },
    { keys: "4", label: "Timeline", run: () => place.showTab("timeline") },
    { keys: "5", label: "Journal", run: () => place.showTab("journal") },
    { keys: "6", label: "Replay", run: () => ended && place.showTab("replay") },
    {
      keys: "esc",
      label: "Close the task, then back to the list",
      run: () => (selected === undefined ? void navigate({ to: "/workflows" }) : place.closeTask()),
    },
  ]);
  const inspector =
    selected === undefined ? null : (
      <TaskInspector
        key={selected.id}
        task={selected}
        workflow={workflow}
        tasks={tasks}
        onClose={place.closeTask}
        onCitation={onCitation}
      />
    );

  return (
    <WithInspector name="task" label="Task" inspector={inspector} onClose={place.closeTask}>
      {/* A long question makes the page longer; the tabs keep enough room to be used. */}
      <div className="flex h-full min-h-0 flex-col overflow-y-auto">
        <WorkflowHeader
          workflow={workflow}
          actions={actions}
          tasks={tasks}
          childRuns={detail.children}
        />
        <Notices workflow={workflow} tasks={tasks} actions={actions} onOpenTask={place.showTask} />
        <Tabs
          label="Views of the workflow"
          value={place.tab}
          onChange={place.showTab}
          className="mt-3 min-h-96! flex-1 [&>[role=tablist]]:mx-6"
          tabs={[
            { value: "tasks", label: "Tasks", count: tasks.length },
            { value: "report", label: "Report" },
            { value: "graph", label: "Graph" },
            { value: "timeline", label: "Timeline" },
            { value: "journal", label: "Journal" },
            ...(ended ? [{ value: "replay" as const, label: "Replay" }] : []),
          ]}
        >
          <TabPanel value="tasks" className="overflow-y-auto px-3 pt-3 pb-10">
            {place.reportWaits ? <ReportWaits onRead={() => place.showTab("report")} /> : null}
            <TaskList tasks={tasks} plan={plan} selectedId={place.taskId} onOpen={place.showTask} />
          </TabPanel>
          <TabPanel value="report" className={PANEL}>
            <ReportTab workflow={workflow} report={report} tasks={tasks} onCitation={onCitation} />
            <NamedOutputs output={detail.output} />
          </TabPanel>
          <TabPanel value="graph" className="min-h-0">
            <GraphView tasks={tasks} selectedId={place.taskId} onOpen={place.showTask} />
          </TabPanel>
          <TabPanel value="timeline" className="min-h-0">
            <TimelineView
              workflow={workflow}
              tasks={tasks}
              selectedId={place.taskId}
              onOpen={place.showTask}
            />
          </TabPanel>
          <TabPanel value="journal" className="min-h-0 px-3 pt-3">
            <JournalView workflowId={workflow.id} live={!isAtRest(workflow)} />
          </TabPanel>
          <TabPanel value="replay" className="min-h-0">
            {ended ? (
              <ReplayView
                workflowId={workflow.id}
                tasks={tasks}
                selectedId={place.taskId}
                onOpen={place.showTask}
              />
            ) : null}
          </TabPanel>
        </Tabs>
      </div>
    </WithInspector>
  );
}

/** The screen at `/workflows/$id`. */
export function WorkflowScreen() {
  const { id: text } = useParams({ strict: false });
  const id = Number(text);
  const detail = useWorkflowDetail(id);
  const setActive = useWorkflowStore((state) => state.setActiveWorkflow);
  useEffect(() => {
    setActive(id);
    return () => setActive(null);
  }, [id, setActive]);

  if (detail.workflow !== undefined) {
    return <Opened key={id} workflow={detail.workflow} detail={detail} />;
  }
  if (detail.error !== null)
    return <Gone error={detail.error} retry={() => void detail.refetch()} />;
  return <Skeleton rows={8} label="Loading the workflow" className="p-6" />;
}
