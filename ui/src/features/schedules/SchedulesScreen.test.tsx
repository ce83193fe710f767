import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { accessibilityProblems } from "@/test/axe";
import { type Answers, answerWith, renderScreen, resetStores } from "@/test/renderScreen";
import { aMiss, aRun, aSchedule, aScheduleNotice, aTemplate, NEXT } from "@/test/scheduleFixtures";
import { SchedulesScreen } from "./SchedulesScreen";

const CREW = aTemplate();

const DIGEST = aTemplate({
  uid: "01920000-0000-7000-8000-000000000008",
  title: "Nightly digest",
  newest_version: 2,
  version: 2,
  inputs: [
    { name: "topic", title: "Topic", type: "text", required: true },
    { name: "items", title: "Items", type: "integer", default: 5 },
  ],
});

const SLEEPY = aSchedule({
  id: 4,
  form: { ...aSchedule().form, name: "Hourly check", cron: "0 * * * *", zone: "UTC" },
  words: "At minute 0 past every hour",
  paused: true,
  next: [],
  last: aMiss(),
});

function open(address = "/schedules", answers: Answers = {}) {
  answerWith({
    listSchedules: () => [aSchedule(), SLEEPY],
    listScheduleNotices: () => [],
    getSchedule: ({ id }) => ({
      schedule: id === 4 ? SLEEPY : aSchedule(),
      history: id === 4 ? [aMiss()] : [aRun()],
    }),
    previewSchedule: () => ({ words: "At 07:00", next: aSchedule().next }),
    listTemplates: () => [CREW, DIGEST],
    getTemplate: ({ uid }) => ({ template: uid === DIGEST.uid ? DIGEST : CREW, text: "{}" }),
    ...answers,
  });
  return renderScreen(address, {
    "/schedules": SchedulesScreen,
    "/workflows/$id": () => <p>One workflow</p>,
  });
}

beforeEach(resetStores);

describe("SchedulesScreen", () => {
  it("lists when each is due and how it went last", async () => {
    await open();
    const digest = await screen.findByRole("button", { name: /Morning digest/ });
    expect(digest).toHaveTextContent("At 07:00 · Europe/Berlin");
    expect(digest).toHaveTextContent("Completed");
    const sleepy = screen.getByRole("button", { name: /Hourly check/ });
    expect(sleepy).toHaveTextContent("Paused");
    expect(sleepy).toHaveTextContent("Missed");
  });

  it("opens one by key, with the next five and what became of each due time", async () => {
    const { address, container } = await open();
    await screen.findByRole("button", { name: /Morning digest/ });
    await userEvent.keyboard("j{Enter}");
    expect(address()).toBe("/schedules?schedule=3");
    const inspector = await screen.findByRole("complementary", { name: "Schedule" });
    const berlin = new Intl.DateTimeFormat(undefined, {
      weekday: "short",
      day: "numeric",
      month: "short",
      year: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      timeZone: "Europe/Berlin",
    }).format(NEXT);
    expect(within(inspector).getByText(berlin)).toBeInTheDocument();
    expect(within(inspector).getAllByRole("row")).toHaveLength(6);
    const run = await within(inspector).findByRole("link", { name: "Workflow 12: Completed" });
    expect(await accessibilityProblems(container)).toEqual([]);
    await userEvent.click(run);
    expect(address()).toBe("/workflows/12");
  });

  it("explains what was missed and how often", async () => {
    await open("/schedules?schedule=4");
    const list = await screen.findByRole("list", { name: "What became of each due time" });
    expect(list).toHaveTextContent("Missed");
    expect(list).toHaveTextContent("3 times, the first on");
    expect(list).toHaveTextContent("longer than this schedule makes up for");
  });

  it("runs one now and leads to its workflow; one that is refused says why", async () => {
    const begun = aSchedule({
      last: aRun({ outcome: { outcome: "started", workflow: 31, late: false, by_hand: true } }),
    });
    const runSchedule = vi.fn(() => begun);
    const { address } = await open("/schedules?schedule=3", { runSchedule });
    await userEvent.click(await screen.findByRole("button", { name: "Run now" }));
    expect(runSchedule).toHaveBeenCalledWith(expect.objectContaining({ id: 3 }));
    runSchedule.mockImplementation(() => {
      throw {
        code: "conflict",
        message: "Workflow 31 of this schedule is still at work.",
        details: { field: null, next_step: "Wait until it has ended." },
      };
    });
    const link = await screen.findByRole("link", { name: "Workflow 31" });
    await userEvent.click(screen.getByRole("button", { name: "Run now" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("Workflow 31 of this schedule");
    expect(link).not.toBeInTheDocument();
    expect(address()).toBe("/schedules?schedule=3");
  });

  it("runs and resumes a paused one, and removes one after asking", async () => {
    const setSchedulePaused = vi.fn(() => aSchedule());
    const removeSchedule = vi.fn(() => ({ removed: true }));
    const runSchedule = vi.fn(() => aSchedule());
    const { address } = await open("/schedules?schedule=4", {
      setSchedulePaused,
      removeSchedule,
      runSchedule,
    });
    await userEvent.click(await screen.findByRole("button", { name: "Run now" }));
    expect(runSchedule).toHaveBeenCalledWith(expect.objectContaining({ id: 4 }));
    await userEvent.click(await screen.findByRole("button", { name: "Resume" }));
    expect(setSchedulePaused).toHaveBeenCalledWith(
      expect.objectContaining({ id: 4, paused: false }),
    );
    await userEvent.click(screen.getByRole("button", { name: "Remove" }));
    const dialog = await screen.findByRole("dialog", { name: "Remove this schedule?" });
    expect(dialog).toHaveTextContent("Its workflows stay.");
    await userEvent.click(within(dialog).getByRole("button", { name: "Remove" }));
    await waitFor(() => expect(address()).toBe("/schedules"));
    expect(removeSchedule).toHaveBeenCalledWith(expect.objectContaining({ id: 4 }));
  });

  it("says what to do when there is none, and when they can't be read", async () => {
    const empty = await open("/schedules", { listSchedules: () => [] });
    expect(await screen.findByText("No schedules")).toBeInTheDocument();
    empty.unmount();
    await open("/schedules", {
      listSchedules: () => {
        throw {
          code: "unavailable",
          message: "The journal is closed.",
          details: { field: null, next_step: "Start it again." },
        };
      },
    });
    expect(await screen.findByRole("alert")).toHaveTextContent("The journal is closed.");
  });
});

describe("the form", () => {
  it("makes a schedule of a choice of times, and shows the next five before it is saved", async () => {
    const saveSchedule = vi.fn((_: { form: unknown }) => aSchedule());
    const previewSchedule = vi.fn(() => ({ words: "At 07:00", next: aSchedule().next }));
    const { address } = await open("/schedules", { saveSchedule, previewSchedule });
    await screen.findByRole("button", { name: /Morning digest/ });
    await userEvent.click(screen.getByRole("button", { name: "New schedule" }));
    const form = await screen.findByRole("form", { name: "New schedule" });
    await userEvent.type(within(form).getByLabelText("Name"), "Morning digest");
    await userEvent.type(await within(form).findByLabelText("Task"), "Sum it up");
    await userEvent.click(within(form).getByRole("combobox", { name: "Runs" }));
    await userEvent.click(await screen.findByRole("option", { name: "Monday to Friday" }));
    const next = await within(form).findByRole("region", { name: "Next five" });
    expect(next).toHaveTextContent("At 07:00. The next five:");
    await waitFor(() =>
      expect(previewSchedule).toHaveBeenLastCalledWith(
        expect.objectContaining({ cron: "0 7 * * 1-5" }),
      ),
    );
    await userEvent.click(within(form).getByRole("button", { name: "Save" }));
    await waitFor(() => expect(address()).toBe("/schedules?schedule=3"));
    expect(saveSchedule.mock.calls[0]?.[0].form).toMatchObject({
      name: "Morning digest",
      cron: "0 7 * * 1-5",
      inputs: { task: "Sum it up" },
      overlap: "skip",
      catch_up: "newest",
    });
  });

  it("asks for what the chosen template needs, and tells at the input what the backend refuses", async () => {
    const saveSchedule = vi.fn((_: { form: unknown }) => {
      throw {
        code: "invalid_request",
        message: "“Topic” is too long.",
        details: { field: "inputs.topic", next_step: "Shorten it." },
      };
    });
    await open("/schedules", { saveSchedule });
    await userEvent.click(await screen.findByRole("button", { name: "New schedule" }));
    const form = await screen.findByRole("form", { name: "New schedule" });
    await within(form).findByLabelText("Task");
    await userEvent.click(within(form).getByRole("combobox", { name: "Template" }));
    await userEvent.click(await screen.findByRole("option", { name: "Nightly digest" }));
    const topic = await within(form).findByLabelText("Topic");
    await userEvent.click(within(form).getByRole("button", { name: "Save" }));
    expect(topic).toHaveAccessibleDescription("Write something here.");
    expect(saveSchedule).not.toHaveBeenCalled();
    await userEvent.type(topic, "Boats");
    await userEvent.click(within(form).getByRole("button", { name: "Save" }));
    await waitFor(() => expect(topic).toHaveAccessibleDescription(/too long. Shorten it/));
    expect(screen.queryByText("It was not saved.")).not.toBeInTheDocument();
    expect(saveSchedule.mock.calls[0]?.[0].form).toMatchObject({
      template: DIGEST.uid,
      template_version: null,
      inputs: { topic: "Boats", items: 5 },
    });
  });

  it("shows what is wrong with an expression at its field", async () => {
    await open("/schedules?schedule=3", {
      listSchedules: () => [aSchedule({ form: { ...aSchedule().form, cron: "0 25 * * MON#1" } })],
      previewSchedule: () => {
        throw {
          code: "invalid_request",
          message: "The hour “25” can't be read.",
          details: { field: "cron", next_step: "Correct it." },
        };
      },
    });
    await userEvent.click(await screen.findByRole("button", { name: "Change" }));
    const field = await screen.findByLabelText("Expression");
    expect(field).toHaveValue("0 25 * * MON#1");
    await waitFor(() => expect(field).toHaveAccessibleDescription(/The hour “25”/));
    expect(screen.queryByRole("region", { name: "Next five" })).not.toBeInTheDocument();
  });

  it("keeps what is written when the name is taken", async () => {
    await open("/schedules?schedule=3", {
      saveSchedule: () => {
        throw {
          code: "conflict",
          message: "Another schedule is called so already.",
          details: { field: "name", next_step: "Choose another name." },
        };
      },
    });
    await userEvent.click(await screen.findByRole("button", { name: "Change" }));
    expect(await screen.findByLabelText("Task")).toHaveValue("Sum up what is new");
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    const name = screen.getByLabelText("Name");
    await waitFor(() => expect(name).toHaveAccessibleDescription(/Choose another name/));
    expect(name).toHaveValue("Morning digest");
  });
});

describe("what went wrong", () => {
  it("is told until it was seen", async () => {
    let told = [aScheduleNotice()];
    const dismissScheduleNotices = vi.fn(() => {
      told = [];
      return { removed: true };
    });
    await open("/schedules", { listScheduleNotices: () => told, dismissScheduleNotices });
    const list = await screen.findByRole("list", { name: "Trouble with schedules" });
    expect(list).toHaveTextContent("Missed 3 times");
    await userEvent.click(within(list).getByRole("button", { name: "Seen" }));
    await waitFor(() =>
      expect(screen.queryByRole("list", { name: "Trouble with schedules" })).toBeNull(),
    );
    expect(dismissScheduleNotices).toHaveBeenCalledWith(
      expect.objectContaining({ id: 3, until: aScheduleNotice().at }),
    );
  });
});
