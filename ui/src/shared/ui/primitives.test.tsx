/** Every primitive is accessible, by axe and by what it says of itself. */
import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Trash2 } from "lucide-react";
import { type ReactElement, useState } from "react";
import { accessibilityProblems } from "@/test/axe";
import { AgentAvatar, agentColour, initials } from "./AgentAvatar";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { Elapsed } from "./Elapsed";
import { EmptyState } from "./EmptyState";
import { ErrorNotice } from "./ErrorNotice";
import { IconButton } from "./IconButton";
import { Kbd } from "./Kbd";
import { Menu } from "./Menu";
import { ProgressLine } from "./ProgressLine";
import { SearchField } from "./SearchField";
import { Select } from "./Select";
import { Sheet } from "./Sheet";
import { Skeleton } from "./Skeleton";
import { Splitter } from "./Splitter";
import { StatusBadge } from "./StatusBadge";
import { SuggestField } from "./SuggestField";
import { TabPanel, Tabs } from "./Tabs";
import { TextArea } from "./TextArea";
import { TextField } from "./TextField";
import { TimeAgo } from "./TimeAgo";
import { VirtualList } from "./VirtualList";

const nothing = () => {};
const TABS = [
  { value: "tasks", label: "Tasks", count: 3 },
  { value: "report", label: "Report" },
] as const;
const OPTIONS = [
  { value: "all", label: "All" },
  { value: "failed", label: "Failed" },
] as const;

function Search() {
  const [words, setWords] = useState("api");
  return <SearchField label="Search" value={words} onChange={setWords} />;
}

const MODELS = ["", "local/small", "local/large"].map((value) => ({
  value,
  label: value || "The default",
}));

function Suggest({ initial }: { initial: string }) {
  const [value, setValue] = useState(initial);
  return (
    <SuggestField
      label="Model"
      value={value}
      onChange={setValue}
      suggestions={MODELS}
      nothing="Used as written."
    />
  );
}

const EVERY: [string, ReactElement][] = [
  ["Button", <Button key="x">Run</Button>],
  [
    "Button, busy",
    <Button key="x" busy>
      Run
    </Button>,
  ],
  ["IconButton", <IconButton key="x" label="Delete" icon={<Trash2 />} />],
  ["Kbd", <Kbd key="x" keys="g w" />],
  ["TextField", <TextField key="x" label="Path" hint="A folder or a file" />],
  ["TextField, wrong", <TextField key="x" label="Path" error="There is no such folder." />],
  ["TextArea", <TextArea key="x" label="Your answer" />],
  ["SearchField", <SearchField key="x" label="Search workflows" value="api" onChange={nothing} />],
  ["SuggestField", <Suggest key="x" initial="local/small" />],
  ["Select", <Select key="x" label="Status" value="all" options={OPTIONS} onChange={nothing} />],
  [
    "Tabs",
    <Tabs key="x" label="Views" value="tasks" tabs={TABS} onChange={nothing}>
      <TabPanel value="tasks">Three tasks</TabPanel>
      <TabPanel value="report">A report</TabPanel>
    </Tabs>,
  ],
  ["StatusBadge", <StatusBadge key="x" status="waiting" word="Needs you" />],
  ["StatusBadge, icon only", <StatusBadge key="x" status="failed" iconOnly />],
  ["AgentAvatar", <AgentAvatar key="x" name="API designer" kind="specialist" id={4} />],
  [
    "EmptyState",
    <EmptyState key="x" title="No workflows yet">
      Type a task on Home.
    </EmptyState>,
  ],
  [
    "ErrorNotice",
    <ErrorNotice key="x" title="It failed" message="The model is gone." nextStep="Retry." />,
  ],
  ["ProgressLine", <ProgressLine key="x" label="Tasks done" done={2} total={5} />],
  ["ProgressLine, unknown", <ProgressLine key="x" label="Files read" done={0} total={0} />],
  ["Skeleton", <Skeleton key="x" rows={2} />],
  ["Elapsed", <Elapsed key="x" from={1000} to={43_000} />],
  ["TimeAgo", <TimeAgo key="x" at={Date.UTC(2026, 10, 1)} />],
  [
    "Splitter",
    <Splitter key="x" name="test" label="Inspector" panel={<p>Panel</p>}>
      <p>Rest</p>
    </Splitter>,
  ],
  [
    "VirtualList",
    <VirtualList key="x" label="Numbers" items={[1, 2, 3]} itemKey={(item) => item}>
      {(item) => <span>Number {item}</span>}
    </VirtualList>,
  ],
];

test.each(EVERY)("%s has no accessibility problem", async (_name, element) => {
  const { container } = render(element);
  expect(await accessibilityProblems(container)).toEqual([]);
});

test.each([
  [
    "Dialog",
    <Dialog
      key="x"
      open
      onClose={nothing}
      title="Delete it?"
      description="It is gone then."
      dismissable
    />,
  ],
  [
    "Sheet",
    <Sheet key="x" open onClose={nothing} label="Inspector">
      <p>Task</p>
    </Sheet>,
  ],
])("%s has no accessibility problem and takes the focus", async (_name, element) => {
  render(element);
  const dialog = await screen.findByRole("dialog");
  await vi.waitFor(() => expect(dialog).toContainElement(document.activeElement as HTMLElement));
  expect(await accessibilityProblems(dialog)).toEqual([]);
});

test("a busy button keeps the focus and can't be pressed again", async () => {
  const press = vi.fn();
  render(
    <Button busy onClick={press}>
      Run
    </Button>,
  );
  const button = screen.getByRole("button", { name: "Run" });
  await userEvent.click(button);
  expect(button).toHaveFocus();
  expect(press).not.toHaveBeenCalled();
});

test("a field names its error", () => {
  render(<TextField label="Path" error="There is no such folder." />);
  const field = screen.getByRole("textbox", { name: "Path" });
  expect(field).toBeInvalid();
  expect(field).toHaveAccessibleDescription("There is no such folder.");
});

test("Esc empties a search field first and leaves it after that", async () => {
  render(<Search />);
  const field = screen.getByRole("searchbox", { name: "Search" });
  await userEvent.click(field);
  await userEvent.keyboard("{Escape}");
  expect(field).toHaveValue("");
  expect(field).toHaveFocus();
  await userEvent.keyboard("{Escape}");
  expect(field).not.toHaveFocus();
});

test("a select is chosen from with keys", async () => {
  const choose = vi.fn();
  render(<Select label="Status" value="all" options={OPTIONS} onChange={choose} />);
  const trigger = screen.getByRole("combobox", { name: "Status" });
  trigger.focus();
  await userEvent.keyboard("{Enter}");
  await screen.findByRole("option", { name: "Failed" });
  await userEvent.keyboard("{ArrowDown}{Enter}");
  await vi.waitFor(() => expect(choose).toHaveBeenCalledWith("failed"));
});

test("a suggestion is found by typing, chosen with keys, and may be empty", async () => {
  render(<Suggest initial="local/small" />);
  const field = screen.getByRole("combobox", { name: "Model" });
  await userEvent.click(field);
  expect(await screen.findAllByRole("option")).toHaveLength(3);
  await userEvent.clear(field);
  await userEvent.type(field, "lar");
  await vi.waitFor(() => expect(screen.getAllByRole("option")).toHaveLength(1));
  await userEvent.keyboard("{ArrowDown}{Enter}");
  await vi.waitFor(() => expect(field).toHaveValue("local/large"));
  await userEvent.click(field);
  await userEvent.click(await screen.findByRole("option", { name: "The default" }));
  await vi.waitFor(() => expect(field).toHaveValue(""));
});

test("what is written in a field with suggestions counts, suggested or not", async () => {
  render(<Suggest initial="" />);
  const field = screen.getByRole("combobox", { name: "Model" });
  await userEvent.type(field, "elsewhere/own");
  expect(await screen.findByText("Used as written.")).toBeVisible();
  await userEvent.keyboard("{Escape}{Escape}");
  await userEvent.tab();
  expect(field).toHaveValue("elsewhere/own");
});

test("a menu is opened and chosen from with keys", async () => {
  const choose = vi.fn();
  const items = [
    { key: "a", label: "LM Studio", onSelect: choose },
    { key: "b", label: "Ollama", note: "local", onSelect: nothing },
  ];
  render(<Menu trigger={<Button>Add</Button>} groups={[{ heading: "Here", items }]} />);
  screen.getByRole("button", { name: "Add" }).focus();
  await userEvent.keyboard("{Enter}");
  const menu = await screen.findByRole("menu");
  expect(await accessibilityProblems(menu)).toEqual([]);
  await vi.waitFor(() => expect(screen.getByRole("menuitem", { name: "LM Studio" })).toHaveFocus());
  await userEvent.keyboard("{Enter}");
  expect(choose).toHaveBeenCalledTimes(1);
});

test("tabs are changed with the arrow keys", async () => {
  const change = vi.fn();
  render(
    <Tabs label="Views" value="tasks" tabs={TABS} onChange={change}>
      <TabPanel value="tasks">Three tasks</TabPanel>
    </Tabs>,
  );
  await userEvent.tab();
  expect(screen.getByRole("tab", { name: /Tasks/ })).toHaveFocus();
  await userEvent.keyboard("{ArrowRight}{Enter}");
  expect(change).toHaveBeenCalledWith("report");
});

test("Esc closes a dialog", async () => {
  const close = vi.fn();
  render(<Dialog open onClose={close} title="Keys" dismissable />);
  await screen.findByRole("dialog", { name: "Keys" });
  await userEvent.keyboard("{Escape}");
  expect(close).toHaveBeenCalled();
});

test("a splitter is moved with keys and remembers its size", async () => {
  localStorage.clear();
  const bar = () => screen.getByRole("separator", { name: "Width of Inspector" });
  const element = (
    <Splitter name="keys" label="Inspector" panel={<p>Panel</p>} initial={400} min={300} max={500}>
      <p>Rest</p>
    </Splitter>
  );
  const { unmount } = render(element);
  bar().focus();
  await userEvent.keyboard("{ArrowLeft}{ArrowLeft}");
  expect(bar()).toHaveAttribute("aria-valuenow", "432");
  await userEvent.keyboard("{Home}");
  expect(bar()).toHaveAttribute("aria-valuenow", "500");
  unmount();
  render(element);
  expect(bar()).toHaveAttribute("aria-valuenow", "500");
});

test("a long list keeps few rows in the page, and says how long it is", () => {
  const items = Array.from({ length: 5000 }, (_, index) => index);
  render(
    <VirtualList label="Numbers" items={items} itemKey={(item) => item}>
      {(item) => <span>Number {item}</span>}
    </VirtualList>,
  );
  const rows = within(screen.getByRole("list", { name: "Numbers" })).getAllByRole("listitem");
  expect(rows.length).toBeLessThan(100);
  expect(rows[0]).toHaveAttribute("aria-setsize", "5000");
});

test("a skeleton shows nothing before 200 ms", () => {
  vi.useFakeTimers();
  const { container } = render(<Skeleton rows={1} />);
  expect(container.querySelectorAll("span")).toHaveLength(0);
  vi.advanceTimersByTime(199);
  expect(container.querySelectorAll("span")).toHaveLength(0);
  vi.useRealTimers();
});

test("a specialist keeps its colour, the crew has its own", () => {
  expect(agentColour("driver", 1)).toBe("bg-agent-driver");
  expect(agentColour("specialist", 4)).toBe(agentColour("specialist", 12));
  expect(agentColour("specialist", 4)).not.toBe(agentColour("specialist", 5));
  expect(initials("API designer")).toBe("AD");
  expect(initials("")).toBe("?");
});
