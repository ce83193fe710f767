// The system's dialogs for files, used by keyboard as a person does.

import { until } from "./until.mjs";
import { Screen } from "./x11.mjs";

/**
 * Waits for the dialog with this title, names a file in it, and waits until it is gone.
 * @param {string} title
 * @param {string} path Absolute. What is there is not asked about, so it must be free where a file is saved.
 */
export async function nameFile(title, path) {
  await inDialog(title, (screen) => {
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
 * @param {(screen: Screen) => void} act
 */
async function inDialog(title, act) {
  const screen = await Screen.open();
  try {
    const window = await until(`the dialog "${title}"`, () => screen.find(title));
    await screen.focus(window);
    act(screen);
    await until(`the dialog "${title}" to close`, async () => (await screen.find(title)) === null);
  } finally {
    screen.close();
  }
}
