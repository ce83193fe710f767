// No run is lost or doubled: not by a power cut, not by a reload in the middle of *Run*.

import assert from "node:assert/strict";
import { allWorkflows, reaches, runTask, TASK, writeTask } from "./harness/crew.mjs";
import { windowTest } from "./harness/test.mjs";
import { until } from "./harness/until.mjs";

// Slow enough that there is a middle to be cut off in, on every machine.
const SLOWLY = { WHEELHOUSE_REHEARSAL_PACE_MS: "25" };

windowTest(
  "killed in the middle it goes on by itself",
  async (app) => {
    const page = await app.start();
    const id = await runTask(page, TASK);
    await until("some tasks to be done and others not", async () => {
      const { workflow } = await page.ask("get_workflow", { id });
      assert.equal(workflow.status, "running", "the run is not over before it was cut off");
      return workflow.tasks_completed >= 2;
    });
    await app.kill();

    const again = await app.start();
    await reaches(again, id, "completed");
    assert.equal((await allWorkflows(again)).length, 1, "there is one workflow");
    const { report, tasks } = await again.ask("get_workflow", { id });
    assert.ok(report, "there is a report");
    assert.deepEqual(
      tasks.filter((task) => task.status !== "completed").map((task) => task.title),
      [],
      "every task is complete",
    );
    await again.screenshot("after-kill");
  },
  SLOWLY,
);

windowTest("a reload in the middle of Run gives one workflow", async (app) => {
  const page = await app.start();
  // From before the command left the page to after its answer came back.
  const delays = [0, 1, 4, 15, 60];
  for (const [index, delay] of delays.entries()) {
    await goHome(page);
    const task = `Explain citations, round ${index + 1}`;
    await writeTask(page, task);
    const button = await page.byRole("button", { name: "Run" });
    await page.session.execute(RUN_AND_RELOAD, [button.reference, delay]);
    await until("the page to be another one", () =>
      page.session.execute("return !window.beforeReload"),
    );
    const { id } = await until("the workflow", async () => {
      const found = await allWorkflows(page);
      return found.find((each) => each.description === task);
    });
    // The window shows it, whether the answer came before the reload or the wish was repeated after it.
    await page.routeIs(new RegExp(`^/workflows/${id}`));
  }
  await until(
    "every run to end",
    async () => (await allWorkflows(page)).every((each) => each.status === "completed"),
    120_000,
  );
  const tasks = (await allWorkflows(page)).map((each) => each.description).sort();
  assert.deepEqual(
    tasks,
    delays.map((_, index) => `Explain citations, round ${index + 1}`),
  );
});

const RUN_AND_RELOAD = `
  const [button, delay] = arguments;
  window.beforeReload = true;
  button.click();
  if (delay === 0) location.reload();
  else setTimeout(() => location.reload(), delay);
`;

/** @param {import("./harness/page.mjs").Page} page */
async function goHome(page) {
  await (await page.byRole("link", { name: "Home" })).click();
  await page.routeIs(/^\/$/);
}
