import axe from "axe-core";

/** Runs axe on `element` and gives what it found, as short lines. Contrast needs a real window and is left out. */
export async function accessibilityProblems(element: Element): Promise<string[]> {
  const result = await axe.run(element, {
    rules: { "color-contrast": { enabled: false }, region: { enabled: false } },
  });
  return result.violations.map(
    (violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(" | ")}`,
  );
}
