// A copy of the journal is restored without leaving the window, and the journal that was there is kept.

import assert from "node:assert/strict";
import { allWorkflows, reaches, runTask, TASK } from "./harness/crew.mjs";
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
