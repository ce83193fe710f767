/**
 * A harness for looks: the real interface over a backend made of fixtures, in an ordinary browser. It is no part
 * of the product; nothing in src/ knows of it. `npm run ui:look`, then open /?case=busy&theme=dark#/workflows.
 */
import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("."),
  plugins: [react(), tailwindcss()],
  resolve: { alias: { "@": here("../src") } },
  server: { port: 5199, host: "127.0.0.1", fs: { allow: [here("../..")] } },
});
