import { readFileSync } from "node:fs";
import { resolve } from "node:path";

type Palette = Record<string, string>;

const css = readFileSync(resolve(import.meta.dirname, "styles.css"), "utf8");

function palette(selector: string): Palette {
  const start = css.indexOf(`\n${selector} {`);
  const block = css.slice(start, css.indexOf("\n}", start));
  return Object.fromEntries(
    [...block.matchAll(/--([a-z0-9-]+): (#[0-9a-f]{6});/g)].map(([, name = "", value = ""]) => [
      name,
      value,
    ]),
  );
}

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

const GROUNDS = ["ground", "rail", "raised", "field", "hover", "selected"];
const AGENTS = ["driver", "creator", "generator", 1, 2, 3, 4, 5, 6, 7, 8].map(
  (id) => `agent-${id}`,
);

/** Pairs of words on a ground, with the least contrast that they need. */
const PAIRS: [string, string, number][] = [
  ...GROUNDS.map((ground): [string, string, number] => ["ink", ground, 7]),
  ...GROUNDS.map((ground): [string, string, number] => ["ink-2", ground, 7]),
  ...GROUNDS.map((ground): [string, string, number] => ["ink-3", ground, 4.5]),
  ...["accent", "signal", "ok", "bad"].flatMap((tone) =>
    GROUNDS.map((ground): [string, string, number] => [tone, ground, 4.5]),
  ),
  ...["signal-soft", "ok-soft", "bad-soft", "accent-soft"].flatMap(
    (soft): [string, string, number][] => [
      ["ink", soft, 7],
      ["ink-2", soft, 7],
      [soft.replace("-soft", ""), soft, 4.5],
    ],
  ),
  ["on-accent", "accent", 4.5],
  ["on-accent", "accent-hover", 4.5],
  ["on-bad", "bad", 4.5],
  ["on-bad", "bad-hover", 4.5],
  ...AGENTS.map((agent): [string, string, number] => ["on-agent", agent, 4.5]),
  ...["ground", "field", "rail"].map((ground): [string, string, number] => [
    "line-strong",
    ground,
    3,
  ]),
];

const light = palette(":root");
const themes: [string, Palette][] = [
  ["light", light],
  ["dark", { ...light, ...palette(':root[data-theme="dark"]') }],
];

describe.each(themes)("the %s theme", (_name, colours) => {
  test.each(PAIRS)("shows %s on %s with a contrast of at least %d", (text, ground, least) => {
    expect(contrast(colours[text] ?? "", colours[ground] ?? "")).toBeGreaterThanOrEqual(least);
  });
});

test("both themes name the same colours", () => {
  const dark = palette(':root[data-theme="dark"]');
  expect(Object.keys(dark).sort()).toEqual(Object.keys(light).sort());
});
