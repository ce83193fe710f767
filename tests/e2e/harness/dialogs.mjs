// The system's dialogs for files, used by keyboard as a person does.

import { until } from "./until.mjs";
import { Screen } from "./x11.mjs";

/**
 * Waits for a dialog to save with this title, names the file in it, and waits until it is gone.
 * @param {string} title
 * @param {string} path Absolute. Nothing may be there, because it would be asked about.
 */
export async function saveAs(title, path) {
  await inDialog(title, (screen) => {
    // A name is proposed, of which only the part before the ending is chosen.
    screen.chooseAll();
    screen.type(path);
    screen.press("Return");
  });
}

/**
 * Waits for a dialog to open with this title, names the file in it, and waits until it is gone.
 * @param {string} title
 * @param {string} path Absolute.
 */
export async function openFile(title, path) {
  await inDialog(title, async (screen, window) => {
    const before = await screen.picture(window);
    // The first letter of a path opens a field for it. Until that is there, letters are lost.
    screen.type("/");
    await until("a field for the path", async () => !before.equals(await screen.picture(window)));
    screen.chooseAll();
    screen.type(path);
    screen.press("Return");
  });
}

/**
 * Waits for the dialog with this title and leaves it without choosing.
 * @param {string} title
 */
export async function leaveDialog(title) {
  await inDialog(title, (screen) => screen.press("Escape"));
}

/**
 * @param {string} title
 * @param {(screen: Screen, window: number) => void | Promise<void>} act
 */
async function inDialog(title, act) {
  const screen = await Screen.open();
  try {
    const window = await until(`the dialog "${title}"`, () => screen.find(title));
    await screen.focus(window);
    await act(screen, window);
    await until(`the dialog "${title}" to close`, async () => (await screen.find(title)) === null);
  } finally {
    screen.close();
  }
}
