// Schedules in the real window: one is made by choice of times, shown with its next five, starts a workflow by itself
// when its time has come, and is paused. What happens after a sleep is tried with a clock that is moved by hand.

import assert from "node:assert/strict";
import { openedWorkflow, reaches } from "./harness/crew.mjs";
import { lookAt, wide } from "./harness/look.mjs";
import { builtIn } from "./harness/templates.mjs";
import { windowTest } from "./harness/test.mjs";
import { until } from "./harness/until.mjs";

/** The longest until the next full minute, a look at the clock, and a crew that ends on a slow machine, in ms. */
const RUN_MS = 130_000;

/** A due time that passed longer ago than this was missed, in ms. */
const GRACE_MS = 60_000;

windowTest("a schedule is made, starts a workflow by itself, and is paused", async (app) => {
  const page = await app.start();
  await page.go("/schedules");
  await page.byText("No schedules");
  await page.settle();
  await page.screenshot("schedules-1-none");
  await (await page.byRole("button", { name: "New schedule" })).click();
  const form = await page.byRole("form", { name: "New schedule" });
  await (await page.byLabel("Name", { within: form })).fill("Every minute");
  await (await page.byLabel("Task", { within: form })).fill("Explain how a run is kept");
  await (await page.byRole("combobox", { name: "Runs", within: form })).click();
  await (await page.byRole("option", { name: "Cron expression" })).click();
  const expression = await page.byLabel("Expression", { within: form });
  await expression.fill("0 25 * * *");
  await page.byText(/The hour "25" can't be read/);
  await page.screenshot("schedules-2-refused");
  await expression.fill("* * * * *");
  await page.byRole("region", { name: "Next five" });
  await page.settle();
  await page.screenshot("schedules-3-form");
  await (await page.byRole("button", { name: "Save", within: form })).click();
  await page.byRole("complementary", { name: "Schedule" });
  const [schedule] = await page.ask("list_schedules");
  assert.equal(schedule.next.length, 5);
  await page.screenshot("schedules-4-saved");

  const done = async () => {
    const { history } = await page.ask("get_schedule", { id: schedule.id });
    return history.some(
      (/** @type {{ workflow: { status: string } | null }} */ run) =>
        run.workflow?.status === "completed",
    );
  };
  await until("a workflow that started by itself has ended", done, RUN_MS);
  await page.byRole("link", { name: /^Workflow \d+: Completed$/ });
  await (await page.byRole("button", { name: "Pause" })).click();
  await page.byRole("button", { name: "Resume" });
  await page.settle();
  await page.screenshot("schedules-5-history");
  assert.deepEqual(await page.violations(), []);
});

windowTest("a schedule runs at once, and what was missed is told", async (app) => {
  const page = await app.start();
  const form = {
    name: "Every minute, of what is new",
    template: await builtIn(page, "crew"),
    template_version: null,
    inputs: { task: "Explain how a run is kept" },
    cron: "* * * * *",
    zone: "UTC",
    overlap: "skip",
    catch_up: "nothing",
    window_minutes: 60,
  };
  const key = () => crypto.randomUUID();
  // Due in most of a year at the soonest, so that nothing but the button starts it.
  const rare = {
    ...form,
    cron: `0 0 1 ${new Date().getUTCMonth() || 12} *`,
  };
  const saved = await page.ask("save_schedule", { request_key: key(), id: null, form: rare });
  await page.go(`/schedules?schedule=${saved.id}`);
  await (await page.byRole("button", { name: "Run now" })).click();
  await page.byRole("link", { name: /^Workflow \d+$/ });
  assert.deepEqual(await lookAt(page, "schedules-run-now"), []);
  await wide(page);
  await (await page.byRole("link", { name: /^Workflow \d+: / })).click();
  const id = await openedWorkflow(page);
  await reaches(page, id, "completed");
  await page.go(`/schedules?schedule=${saved.id}`);
  await page.byText("You started it.");
  const after = await page.ask("get_schedule", { id: saved.id });
  assert.deepEqual(after.schedule.next, saved.next);

  // From here on it is due every minute, and nobody is there.
  await page.ask("save_schedule", { request_key: key(), id: saved.id, form });
  const due = Math.ceil((Date.now() + 1) / 60_000) * 60_000;
  await app.kill();
  await until("a due time to pass unseen", () => Date.now() > due + GRACE_MS + 1_000, RUN_MS);

  const home = await app.start();
  const notices = await home.byRole("list", { name: "Trouble with schedules" });
  assert.match(await notices.text(), /Every minute, of what is newMissed.*makes up for nothing/);
  assert.deepEqual(await lookAt(home, "schedules-missed"), []);
  await wide(home);
  await (await home.byRole("button", { name: "Seen" })).click();
  await home.gone("list", { name: "Trouble with schedules" });
  assert.deepEqual(await home.ask("list_schedule_notices"), []);
});
