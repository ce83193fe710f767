import { mockIPC } from "@tauri-apps/api/mocks";
import { answer } from "./backend";
import { scene } from "./scenes";

const asked = new URLSearchParams(location.search);
localStorage.clear();
sessionStorage.clear();
const theme = asked.get("theme");
if (theme !== null) localStorage.setItem("theme", JSON.stringify(theme));

const chosen = scene(asked.get("case") ?? "busy");
mockIPC((command, args) => answer(chosen, command, args as Record<string, unknown>));
await import("../src/main");
