// Keys on a machine without a keychain: kept in the file with a passphrase, there again after a restart, and used.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { endChild } from "./harness/children.mjs";
import { reaches, runTask, TASK, watchRun } from "./harness/crew.mjs";
import { chooseForCrew, modelsOf, startModels, urlOf } from "./harness/models.mjs";
import { windowTest } from "./harness/test.mjs";

const KEY = "sk-canary-window-51e8d24b60";
const PASSPHRASE = "a horse that nobody guesses";

windowTest(
  "a key is kept over a restart, and the crew goes on when it is unlocked",
  async (app) => {
    const { server, urls } = await startModels(join(app.folder, "models.log"));
    try {
      const page = await app.start();
      await page.go("/settings");
      await (await page.byRole("button", { name: /^Anthropic/ })).click();
      await (await page.byRole("textbox", { name: "Address" })).fill(urlOf(urls, /anthropic/i));
      await (await page.byLabel("New passphrase")).fill(PASSPHRASE);
      await (await page.byLabel("The same once more")).fill(PASSPHRASE);
      await (await page.byRole("button", { name: "Create" })).click();
      // Said under the field once it can be written in.
      await page.byText("Made in the console of Anthropic.");
      await (await page.byLabel("Key")).fill(KEY);
      await (await page.byRole("button", { name: "Save and test" })).click();
      await chooseForCrew(page, "anthropic");
      await app.stop();

      const again = await app.start();
      const [provider] = await again.ask("list_providers");
      assert.equal(provider.key_from, "file");
      assert.equal((await again.ask("get_keys")).locked, true);
      await again.go("/");
      const id = await runTask(again, TASK);
      await reaches(again, id, "waiting");
      await again.screenshot("keys-locked");

      await again.go("/settings/keys");
      await again.byText("In a file with a passphrase, locked");
      await (await again.byLabel("Passphrase of the file of keys")).fill(PASSPHRASE);
      await again.press("Enter");
      await again.byText("In a file with a passphrase, unlocked");
      await again.screenshot("keys-unlocked");
      await again.go(`/workflows/${id}`);
      await watchRun(again, id);
      const models = await modelsOf(again, id);
      assert.ok(models.length > 0 && models.every((model) => model.startsWith("anthropic/")));

      assert.ok(
        !(await again.session.execute("return document.documentElement.outerHTML")).includes(KEY),
      );
      assert.ok(!JSON.stringify(await again.ask("list_providers")).includes(KEY));
      await app.closeWindow();
      const config = join(app.folder, "home", ".config", "app.wheelhouse.desktop");
      assert.ok(!existsSync(config), "no empty folder stays beside the data folder");
      assertNowhere(join(app.folder, "data"));
      assertNowhere(join(app.folder, "home"));
    } finally {
      await endChild(server);
    }
  },
  { WHEELHOUSE_KEYS: "file" },
);

windowTest("a start with knowledge to read opens the window at once", async (app) => {
  const page = await app.start(
    "--knowledge",
    join(import.meta.dirname, "..", "..", "src-tauri", "crates"),
    "--task",
    TASK,
  );
  // The folder is large: its reading is under way or waits while the window can be worked with.
  await page.byRole("textbox", { name: "What should the crew do?" });
  const state = await page.ask("get_status");
  assert.equal(state.status, "ok");
  await page.routeIs(/^\/workflows\/\d+/, 120_000);
});

/**
 * No file has the key in it, and none is called by it.
 * @param {string} folder
 */
function assertNowhere(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    assert.ok(!path.includes(KEY), path);
    if (entry.isFile()) assert.ok(!readFileSync(path).includes(KEY), `the key stands in ${path}`);
  }
}
