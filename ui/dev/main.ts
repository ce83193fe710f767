import { mockIPC } from "@tauri-apps/api/mocks";
import { answer } from "./backend";
import { scene } from "./scenes";

// The name of the page outlives a reload, which the address before the # does not (see below).
if (location.search !== "") window.name = location.search;
const asked = new URLSearchParams(window.name);
localStorage.clear();
sessionStorage.clear();
// The router counts what stands before the # to the address, so it is read here and taken away.
history.replaceState(null, "", location.pathname + location.hash);
const theme = asked.get("theme");
if (theme !== null) localStorage.setItem("theme", JSON.stringify(theme));

const chosen = scene(asked.get("case") ?? "busy");
mockIPC((command, args) => answer(chosen, command, args as Record<string, unknown>));
// As in the window, where libraries that write names of this prototype do not load.
if (asked.has("freeze")) Object.freeze(Object.prototype);
await import("../src/main");

// Dialogs that only a key or the shell opens.
const { useUiStore } = await import("../src/stores");
const { setPaletteOpen, setKeysOpen, setClosing } = useUiStore.getState();
setTimeout(() => {
  if (asked.get("open") === "palette") setPaletteOpen(true);
  if (asked.get("open") === "keys") setKeysOpen(true);
  if (asked.get("open") === "close") setClosing(2);
}, 1500);

// With `axe` in the address, what axe finds in the drawn page (contrast included) replaces its title.
if (asked.has("axe")) {
  const { default: axe } = await import("axe-core");
  setTimeout(async () => {
    const { violations } = await axe.run(document);
    document.title = `axe ${JSON.stringify(
      violations.map(({ id, nodes }) => [
        id,
        nodes.map((node) => `${node.html} ${node.failureSummary}`),
      ]),
    )}`;
  }, 3000);
}
