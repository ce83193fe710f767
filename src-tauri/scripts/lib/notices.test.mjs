import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { allowedLicences, isAllowed, render } from "./notices.mjs";
import { root } from "./places.mjs";

test("the allowed licences are those of deny.toml", () => {
  const { all, only } = allowedLicences(readFileSync(join(root, "deny.toml"), "utf8"));
  assert.ok(all.includes("MIT") && all.includes("Apache-2.0 WITH LLVM-exception"), all.join());
  assert.ok(!all.some((name) => name.includes("GPL")), all.join());
  assert.deepEqual(only.get("cssparser"), ["MPL-2.0"]);
});

test("an expression is allowed when one of its choices can be met in full", () => {
  const allowed = ["MIT", "Apache-2.0 WITH LLVM-exception", "Unicode-3.0"];
  assert.ok(isAllowed("MIT", allowed));
  assert.ok(isAllowed("GPL-3.0 OR MIT", allowed));
  assert.ok(isAllowed("Apache-2.0/MIT", allowed));
  assert.ok(isAllowed("(MIT OR GPL-2.0) AND Unicode-3.0", allowed));
  assert.ok(isAllowed("Apache-2.0 WITH LLVM-exception OR GPL-2.0", allowed));
  assert.ok(!isAllowed("Apache-2.0", allowed));
  assert.ok(!isAllowed("MIT AND GPL-3.0", allowed));
  assert.ok(!isAllowed("(MIT OR Zlib) AND GPL-3.0", allowed));
  assert.ok(!isAllowed("", allowed));
  assert.ok(!isAllowed("SEE LICENSE IN LICENSE.txt", allowed));
});

test("a text that several share stands once, under the names of all", () => {
  const one = { version: "1.0.0", licence: "MIT", makers: ["Ada"], home: "", texts: ["Shared."] };
  const text = render([
    { ...one, name: "b" },
    { ...one, name: "a", home: "git+https://example.org/a" },
  ]);
  assert.match(text, /^a 1\.0\.0: MIT, by Ada <https:\/\/example\.org\/a>$/m);
  assert.equal(text.split("Shared.").length, 2);
  assert.match(text, /^a 1\.0\.0\nb 1\.0\.0$/m);
  assert.ok(!text.includes("The Wheelhouse authors"));
});
