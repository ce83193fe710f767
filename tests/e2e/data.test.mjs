// A copy of the journal is restored without leaving the window, and the journal that was there is kept. Also where that
// one can't be opened any more.

import assert from "node:assert/strict";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { allWorkflows, reaches, runTask, TASK } from "./harness/crew.mjs";
import { lookAt, wide } from "./harness/look.mjs";
import { windowTest } from "./harness/test.mjs";
import { until } from "./harness/until.mjs";

windowTest("a copy is restored in the window, and the journal before it is kept", async (app) => {
  const page = await app.start();
  const first = await runTask(page, TASK);
  await reaches(page, first, "completed");
  await page.ask("back_up", { request_key: "e2e-key-backup" });
  await page.session.execute("window.location.hash = '#/'");
  const second = await runTask(page, TASK);
  await reaches(page, second, "completed");
  const before = await page.ask("get_status", {});

  await page.session.execute("window.location.hash = '#/settings/data'");
  await page.session.execute("window.beforeReload = true");
  const restore = await page.byRole("button", { name: /^Restore journal-/ });
  await page.screenshot("data");
  await restore.click();
  const dialog = await page.byRole("dialog", { name: "Restore this copy?" });
  await page.screenshot("restore");
  await (await page.byRole("button", { name: "Restore", within: dialog })).click();
  await until("the page to be another one", () =>
    page.session.execute("return !window.beforeReload"),
  );
  const after = await until("the backend to answer", () => page.ask("get_status", {}));
  assert.equal(after.store, before.store);
  assert.equal(after.epoch, before.epoch + 1);
  assert.deepEqual(
    (await allWorkflows(page)).map(({ id }) => id),
    [first],
  );
  await page.byRole("button", { name: /^Restore journal-before-restore-1/ });
  const notice = await page.byRole("button", { name: "Close this notice" });
  await page.screenshot("restored");
  await notice.click();
  await page.session.execute("window.location.hash = '#/'");
  const third = await runTask(page, TASK);
  await reaches(page, third, "completed");
});

windowTest("a damaged journal is told of, and a copy takes its place", async (app) => {
  const page = await app.start();
  const id = await runTask(page, TASK);
  await reaches(page, id, "completed");
  await page.ask("back_up", { request_key: "e2e-key-backup" });
  await app.stop();
  const data = join(app.folder, "data");
  for (const name of readdirSync(data).filter((name) => name.startsWith("journal.db-"))) {
    rmSync(join(data, name));
  }
  writeFileSync(join(data, "journal.db"), "Something else was written over it.".repeat(500));

  const closed = await app.start();
  await closed.byRole("heading", { name: "Your data can't be opened" });
  const restore = await closed.byRole("button", { name: /^Restore journal-/ });
  assert.deepEqual(await lookAt(closed, "data-damaged"), []);
  await wide(closed);
  // Trying again changes nothing while it is damaged.
  await (await closed.byRole("button", { name: "Try again" })).click();
  await closed.byText(/can't be read/);
  await restore.click();
  const dialog = await closed.byRole("dialog", { name: "Restore this copy?" });
  await closed.byText(/^1 workflow is in the copy\./, { within: dialog });
  await closed.settle();
  await closed.screenshot("data-damaged-restore");
  await closed.session.execute("window.beforeReload = true");
  await (await closed.byRole("button", { name: "Restore", within: dialog })).click();
  await until("the page to be another one", () =>
    closed.session.execute("return !window.beforeReload"),
  );
  await closed.byText(/^journal-.* was restored\./);
  assert.deepEqual(
    (await allWorkflows(closed)).map((workflow) => [workflow.id, workflow.status]),
    [[id, "completed"]],
  );
  await closed.settle();
  await closed.screenshot("data-damaged-restored");
  const kept = readdirSync(join(data, "backups"));
  assert.ok(
    kept.some((name) => name.startsWith("journal-before-restore")),
    `what was there is kept: ${kept.join(", ")}`,
  );
  await closed.go("/");
  await reaches(closed, await runTask(closed, TASK), "completed");
});
