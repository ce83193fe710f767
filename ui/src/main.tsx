import "./app/styles.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App, createQueryClient } from "./app/App";
import { rememberScreen } from "./app/lastScreen";
import { createAppRouter } from "./app/router";
import { applyTheme } from "./app/theme";
import { useUiStore } from "./stores";

// Before anything is drawn, so that the first picture has the right colours.
applyTheme(useUiStore.getState().theme, window.matchMedia("(prefers-color-scheme: dark)").matches);

const router = createAppRouter();
rememberScreen(router);

const root = document.getElementById("root");
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <App router={router} queries={createQueryClient()} />
    </StrictMode>,
  );
}
