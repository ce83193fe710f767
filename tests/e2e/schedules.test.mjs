// Schedules in the real window: one is made by choice of times, shown with its next five, starts a workflow by itself
// when its time has come, and is paused. What happens after a sleep is tried with a clock that is moved by hand.

import assert from "node:assert/strict";
import { windowTest } from "./harness/test.mjs";
import { until } from "./harness/until.mjs";

/** The longest until the next full minute, a look at the clock, and a crew that ends on a slow machine, in ms. */
const RUN_MS = 130_000;

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
