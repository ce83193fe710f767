import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { accessibilityProblems } from "@/test/axe";
import { renderScreen } from "@/test/renderScreen";
import { MoveDialog, type MoveDialogProps, type MoveState } from "./MoveDialog";
import { MovedNotice } from "./MovedNotice";
import { MovesLine, type UnfinishedMove } from "./MovesLine";
import { type MoveStanding, type Outlook, placeOf, type Side } from "./moveWords";

const HERE: Side = { id: null, name: "This machine" };
const STUDIO: Side = { id: "0192", name: "Studio" };
const ATTIC: Side = { id: "0193", name: "Attic" };
const GOOD: Outlook = { obstacles: [], lacks: [], subWorkflows: 0, known: false };

const standing = (over: Partial<MoveStanding> = {}): MoveStanding => ({
  step: "finishing",
  sent: null,
  waitsFor: null,
  canCallOff: true,
  ...over,
});

const draw = (what: ReactNode) => renderScreen("/", { "/": () => what });

async function dialog(state: MoveState, over: Partial<MoveDialogProps> = {}) {
  const props: MoveDialogProps = {
    name: "Design a small REST API",
    targets: [STUDIO],
    to: STUDIO,
    state,
    busy: false,
    problem: null,
    onTarget: vi.fn(),
    onMove: vi.fn(),
    onCallOff: vi.fn(),
    onAgain: vi.fn(),
    onOpenThere: vi.fn(),
    onClose: vi.fn(),
    ...over,
  };
  await draw(<MoveDialog {...props} />);
  return { props, box: await screen.findByRole("dialog") };
}

test("says what will happen, that nothing is lacking, and moves when it is told to", async () => {
  const { props, box } = await dialog({ at: "ready", outlook: { ...GOOD, subWorkflows: 2 } });
  expect(box).toHaveAccessibleName("Move to Studio");
  expect(box).toHaveTextContent(/The run, with its sub-workflows, goes on at Studio/);
  expect(box).toHaveTextContent("Everything that it needs is there.");
  expect(within(box).queryByRole("combobox")).not.toBeInTheDocument();
  expect(await accessibilityProblems(box)).toEqual([]);
  await userEvent.click(within(box).getByRole("button", { name: "Move run" }));
  expect(props.onMove).toHaveBeenCalledOnce();
});

test("lists what the other side lacks with what follows, and moves all the same", async () => {
  const lacks = [
    {
      kind: "provider",
      name: "openai",
      text: "The provider openai is not set up there.",
      follows: "Tasks that use it will wait and ask.",
    },
  ];
  const { box } = await dialog({ at: "ready", outlook: { ...GOOD, lacks, known: true } });
  const lacking = within(box).getByRole("region", { name: "What is lacking there" });
  expect(lacking).toHaveTextContent("Studio lacks");
  expect(lacking).toHaveTextContent(
    "The provider openai is not set up there. Tasks that use it will wait and ask.",
  );
  expect(box).toHaveTextContent("It was there before");
  expect(within(box).getByRole("button", { name: "Move run" })).toBeEnabled();
  expect(await accessibilityProblems(box)).toEqual([]);
});

test("a run that must stay says why and what to do, and offers no move", async () => {
  const obstacles = [
    {
      kind: "part_of_another" as const,
      text: "It was started by workflow 3 and goes where that one goes.",
      next_step: "Move workflow 3.",
      root: 3,
    },
  ];
  const { box } = await dialog({ at: "ready", outlook: { ...GOOD, obstacles } });
  expect(within(box).getByRole("alert")).toHaveTextContent("Move workflow 3.");
  expect(within(box).getByRole("link", { name: "Open workflow 3" })).toHaveAttribute(
    "href",
    "/workflows/3",
  );
  expect(within(box).queryByRole("button", { name: "Move run" })).not.toBeInTheDocument();
  expect(await accessibilityProblems(box)).toEqual([]);
});

test("where there is a choice of backends, one is chosen", async () => {
  const { props, box } = await dialog({ at: "asking" }, { targets: [HERE, STUDIO, ATTIC] });
  expect(within(box).getByRole("button", { name: "Move run" })).toBeDisabled();
  await userEvent.click(within(box).getByRole("combobox", { name: "Where to" }));
  await userEvent.click(await screen.findByRole("option", { name: "This machine" }));
  expect(props.onTarget).toHaveBeenCalledExactlyOnceWith(null);
});

test("shows how far it is, and can be called off while that is possible", async () => {
  const sending = standing({ step: "sending", sent: { done: 12_000_000, bytes: 38_000_000 } });
  const { props, box } = await dialog({ at: "moving", standing: sending });
  const steps = within(box).getAllByRole("listitem");
  expect(steps.map((step) => step.textContent)).toEqual([
    "Finishing calls in flight, done",
    "Sending the run, under way12.0 MB of 38.0 MB",
    "Handing over, to come",
  ]);
  expect(within(box).getByRole("progressbar", { name: "Sent" })).toBeVisible();
  expect(await accessibilityProblems(box)).toEqual([]);
  await userEvent.click(within(box).getByRole("button", { name: "Call off" }));
  expect(props.onCallOff).toHaveBeenCalledOnce();
});

test("what can't be called off any more says what it waits for", async () => {
  const waitsFor = "Studio can't be reached. It goes on by itself when it can.";
  const { box } = await dialog({
    at: "moving",
    standing: standing({ step: "handing_over", canCallOff: false, waitsFor }),
  });
  expect(within(box).getByRole("status")).toHaveTextContent(waitsFor);
  expect(within(box).queryByRole("button", { name: "Call off" })).not.toBeInTheDocument();
});

test("afterwards it is opened on the other side", async () => {
  const { props, box } = await dialog({ at: "moved" }, { to: HERE, targets: [HERE] });
  expect(box).toHaveAccessibleName("Moved to this machine");
  await userEvent.click(within(box).getByRole("button", { name: "Open it on this machine" }));
  expect(props.onOpenThere).toHaveBeenCalledOnce();
});

test("what went wrong says so and can be tried again", async () => {
  const error = {
    code: "unavailable",
    message: "Nothing answers there.",
    details: { field: null, next_step: "Start it." },
  };
  const { props, box } = await dialog({ at: "failed", error });
  expect(within(box).getByRole("alert")).toHaveTextContent("Nothing answers there.Start it.");
  await userEvent.click(within(box).getByRole("button", { name: "Try again" }));
  expect(props.onAgain).toHaveBeenCalledOnce();
});

test("moves that are not finished are listed with what they wait for", async () => {
  const move = (over: Partial<UnfinishedMove>): UnfinishedMove => ({
    uid: "m1",
    name: "Plan a launch",
    workflow: 7,
    from: HERE,
    to: STUDIO,
    standing: standing({ waitsFor: "Studio can't be reached." }),
    ...over,
  });
  const onCallOff = vi.fn();
  const gone = move({
    uid: "m2",
    name: "Write a sonnet",
    workflow: null,
    standing: standing({ step: "handing_over", canCallOff: false }),
  });
  const { container } = await draw(
    <MovesLine moves={[move({}), gone]} calling={null} onCallOff={onCallOff} />,
  );
  const [first, second] = within(
    screen.getByRole("list", { name: "Moves under way" }),
  ).getAllByRole("listitem");
  expect(first).toHaveTextContent(
    "Moving Plan a launch from this machine to Studio. Studio can't be reached.",
  );
  expect(second).toHaveTextContent(
    "Moving Write a sonnet from this machine to Studio. Handing over.",
  );
  expect(screen.getAllByRole("button")).toHaveLength(1);
  await userEvent.click(screen.getByRole("button", { name: "Call off" }));
  expect(onCallOff).toHaveBeenCalledExactlyOnceWith("m1");
  expect(await accessibilityProblems(container)).toEqual([]);
});

test("a run that went elsewhere leads there, where the window is paired with that", async () => {
  const onOpenThere = vi.fn();
  const { container, unmount } = await draw(
    <MovedNotice to={STUDIO} at={Date.now()} busy={false} onOpenThere={onOpenThere} />,
  );
  expect(screen.getByRole("status")).toHaveTextContent(
    "Moved to Studio just now. It goes on there",
  );
  await userEvent.click(screen.getByRole("button", { name: "Open it on Studio" }));
  expect(onOpenThere).toHaveBeenCalledOnce();
  expect(await accessibilityProblems(container)).toEqual([]);
  unmount();
  const to = { id: undefined, name: "Cellar" };
  await draw(<MovedNotice to={to} at={null} busy={false} onOpenThere={onOpenThere} />);
  expect(screen.getByRole("status")).toHaveTextContent("This window is not paired with it.");
  expect(screen.queryByRole("button")).not.toBeInTheDocument();
});

test("a step is before, at or after the one that is done", () => {
  expect(placeOf("finishing", "sending")).toBe("done");
  expect(placeOf("sending", "sending")).toBe("now");
  expect(placeOf("handing_over", "sending")).toBe("later");
});
