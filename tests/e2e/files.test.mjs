// Templates and runs as files in the real window: written and chosen in the system's own dialog. A file that can't be
// taken in says why and what to do, and nothing is changed by it.

import assert from "node:assert/strict";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { App } from "./harness/app.mjs";
import { allWorkflows, openedWorkflow, reaches, runTask, TASK } from "./harness/crew.mjs";
import { leaveDialog, openFile, saveAs } from "./harness/dialogs.mjs";
import { lookAt, wide } from "./harness/look.mjs";
import { builtIn } from "./harness/templates.mjs";
import { windowTest } from "./harness/test.mjs";
import { until } from "./harness/until.mjs";

/** @typedef {import("./harness/page.mjs").Page} Page */

const IMPORT_TEMPLATE = "Import a template";
const IMPORT_RUN = "Import a workflow";
/** One byte more than the largest run that is read. */
const TOO_LARGE = 100 * 1024 * 1024 + 1;

windowTest("a template goes into a file and comes back from it", async (app) => {
  const page = await app.start();
  const file = join(app.folder, "triage of mine.template.json");
  await page.go(`/templates/${await builtIn(page, "triage")}`);
  await (await page.byRole("button", { name: "More" })).click();
  await (await page.byRole("menuitem", { name: "Duplicate" })).click();
  await page.byRole("heading", { name: /\(copy\)$/ });
  const { uid, title } = await own(page);

  await exported(page, uid, file);
  assert.equal(JSON.parse(readFileSync(file, "utf8")).uid, uid);
  await (await page.byRole("button", { name: "More" })).click();
  await (await page.byRole("menuitem", { name: "Delete" })).click();
  await page.byRole("button", { name: "Put it back" });
  assert.equal(await own(page), undefined);

  await page.go("/templates");
  await (await page.byRole("button", { name: "Import…" })).click();
  await leaveDialog(IMPORT_TEMPLATE);
  assert.equal(await own(page), undefined, "nothing was chosen, so nothing happened");
  await imported(page, "/templates", IMPORT_TEMPLATE, file);
  await page.routeIs(new RegExp(`^/templates/${uid}`));
  await page.byRole("heading", { name: title });
  assert.equal((await own(page)).uid, uid);

  await page.press("r");
  const dialog = await page.byRole("dialog");
  const [field] = (await own(page)).inputs;
  await (await page.byRole("textbox", { name: field.title, within: dialog })).fill(
    "The export button does nothing",
  );
  await (await page.byRole("button", { name: "Run", within: dialog })).click();
  await reaches(page, await openedWorkflow(page), "completed");
});

windowTest("a file that holds no template is refused with a way on", async (app) => {
  const page = await app.start();
  const good = join(app.folder, "good.json");
  await exported(page, await builtIn(page, "triage"), good);
  const text = readFileSync(good, "utf8");
  const newer = JSON.stringify({ ...JSON.parse(text), schema: 2 });
  const before = await page.ask("list_templates", { removed: true });
  /** @type {[string, string | Buffer, RegExp][]} */
  const files = [
    ["cut.json", text.slice(0, text.length / 2), /is no JSON: .*Look there for a missing/s],
    [
      "foreign.json",
      '{"name": "a package", "version": "1.0.0"}',
      /holds something else than a template.*\.template\.json/s,
    ],
    ["newer.json", newer, /has form 2; this program reads up to 1\..*Update Wheelhouse/s],
    ["huge.json", `"${"a".repeat(2 << 20)}"`, /larger than a template can be.*\.template\.json/s],
    ["run.json", gzipSync(text), /is no text, so it is no template/],
    ["nested.json", "[".repeat(5000), /stand in each other more than/],
  ];
  for (const [name, content, why] of files) {
    const file = join(app.folder, name);
    writeFileSync(file, content);
    await imported(page, "/templates", IMPORT_TEMPLATE, file);
    await refused(page, IMPORT_TEMPLATE, why, `files-${name}`);
  }
  assert.deepEqual(await page.ask("list_templates", { removed: true }), before);
});

windowTest("a run goes into a file, and is looked at and replayed elsewhere", async (app) => {
  const page = await app.start();
  const id = await runTask(page, TASK);
  await reaches(page, id, "completed");
  const file = join(app.folder, "kept run.wheelhouse");
  await (await page.byRole("button", { name: "Export…" })).click();
  await saveAs("Export the workflow", file);
  const done = await page.byRole("dialog", { name: "Export" });
  await page.byText(/The workflow is in .*kept run\.wheelhouse/, { within: done });
  await (await page.byRole("button", { name: "Close", within: done })).click();
  const { workflow, report } = await page.ask("get_workflow", { id });

  const elsewhere = new App("a run looked at elsewhere");
  try {
    const there = await elsewhere.start();
    await imported(there, "/workflows", IMPORT_RUN, file);
    const number = await openedWorkflow(there);
    const taken = await there.ask("get_workflow", { id: number });
    assert.equal(taken.workflow.uid, workflow.uid);
    assert.deepEqual(taken.report, report);
    await there.byRole("heading", { name: workflow.name, state: { level: 1 } });
    await there.settle();
    await there.screenshot("files-imported");
    await (await there.byRole("tab", { name: "Replay" })).click();
    const slider = await there.byRole("slider", { name: "Place in the replay" });
    await there.session.execute("arguments[0].focus()", [slider.reference]);
    await there.press("End");
    await until("the last event", async () =>
      /(\d+) of \1/.test(await (await there.byRole("tabpanel")).text()),
    );
    await there.settle();
    await there.screenshot("files-replayed");
    await badRuns(there, elsewhere.folder, readFileSync(file));
    assert.equal((await allWorkflows(there)).length, 1);
    // The same once more opens what is here.
    await imported(there, "/workflows", IMPORT_RUN, file);
    assert.equal(await openedWorkflow(there), number);
    assert.equal((await allWorkflows(there)).length, 1);
  } finally {
    await elsewhere.remove();
  }
});

/**
 * Tries to import what is no run, or no whole one.
 * @param {Page} page
 * @param {string} folder
 * @param {Buffer} good
 */
async function badRuns(page, folder, good) {
  const lines = gunzipSync(good).toString("utf8").split("\n");
  const newer = [lines[0].replace('"version":1', '"version":99'), ...lines.slice(1)].join("\n");
  const changed = lines.with(1, lines[1].replace(/"at":\d+/, '"at":1')).join("\n");
  /** @type {[string, Buffer, RegExp][]} */
  const files = [
    ["cut.wheelhouse", good.subarray(0, good.length / 2), /can't be used.*export it once more/s],
    ["foreign.wheelhouse", Buffer.from("no run at all"), /can't be used/],
    ["newer.wheelhouse", gzipSync(newer), /newer Wheelhouse.*Install the newer Wheelhouse/s],
    ["changed.wheelhouse", gzipSync(changed), /can't be used/],
    ["huge.wheelhouse", Buffer.alloc(0), /larger than/],
  ];
  for (const [name, content, why] of files) {
    const file = join(folder, name);
    writeFileSync(file, content);
    if (name === "huge.wheelhouse") truncateSync(file, TOO_LARGE);
    await imported(page, "/workflows", IMPORT_RUN, file);
    await refused(page, IMPORT_RUN, why, `files-${name}`);
  }
}

/**
 * Imports a file from a list.
 * @param {Page} page
 * @param {string} route
 * @param {string} dialog Title of the system's dialog.
 * @param {string} file
 */
async function imported(page, route, dialog, file) {
  await page.go(route);
  await (await page.byRole("button", { name: "Import…" })).click();
  await openFile(dialog, file);
}

/**
 * Reads why a file was refused, and closes that.
 * @param {Page} page
 * @param {string} title
 * @param {RegExp} why
 * @param {string} picture
 */
async function refused(page, title, why, picture) {
  const dialog = await page.byRole("dialog", { name: title });
  const alert = await page.byRole("alert", { within: dialog });
  assert.match(await alert.text(), why);
  await page.settle();
  await page.screenshot(picture);
  await (await page.byRole("button", { name: "Close", within: dialog })).click();
  await page.gone("dialog");
}

/**
 * Exports a template from its screen.
 * @param {Page} page
 * @param {string} uid
 * @param {string} file
 */
async function exported(page, uid, file) {
  const open = async () => {
    await page.go(`/templates/${uid}`);
    await (await page.byRole("button", { name: "More" })).click();
    await (await page.byRole("menuitem", { name: "Export…" })).click();
    return await page.byRole("dialog", { name: "Export" });
  };
  const shown = async () => {
    if ((await page.allByRole("dialog")).length === 0) await open();
  };
  assert.deepEqual(await lookAt(page, "files-export", shown), []);
  await page.press("Escape");
  await page.gone("dialog");
  await wide(page);
  const dialog = await open();
  await (await page.byRole("button", { name: "Save to a file…", within: dialog })).click();
  await saveAs("Export the template", file);
  await page.byText(`It is in ${file}.`, { within: dialog });
  await page.press("Escape");
  await page.gone("dialog");
}

/**
 * The one template that the operator has, if any.
 * @param {Page} page
 */
async function own(page) {
  const all = await page.ask("list_templates", { removed: false });
  return all.find((/** @type {{ built_in: boolean }} */ template) => !template.built_in);
}
