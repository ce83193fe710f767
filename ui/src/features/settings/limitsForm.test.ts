import { expect, test } from "vitest";
import { aProvider } from "@/test/fixtures";
import { limitFieldsOf, limitsOf, parallelProblem, windowsProblem } from "./limitsForm";

test("what is set comes back as it was typed", () => {
  const limits = { parallel: 2, windows: { "qwen3:8b": 32_768, "org/model": 1_000_000 } };
  const fields = limitFieldsOf(aProvider({ limits }));
  expect(fields.windows).toBe("qwen3:8b 32768\norg/model 1000000");
  expect(limitsOf(fields)).toEqual(limits);
  expect(limitsOf(limitFieldsOf(aProvider()))).toEqual({ parallel: null, windows: {} });
});

test("numbers are read as people write them", () => {
  const { windows } = limitsOf({ parallel: "", windows: " a = 8,192 \n\n b:7b 128_000" });
  expect(windows).toEqual({ a: 8_192, "b:7b": 128_000 });
});

test("what can't be meant is said", () => {
  expect(parallelProblem("0")).toContain("1 to 64");
  expect(parallelProblem("2.5")).not.toBeNull();
  expect(parallelProblem(" ")).toBeNull();
  expect(windowsProblem("a 8192\nb many")).toContain("“b many”");
  expect(windowsProblem("a 12")).not.toBeNull();
  expect(windowsProblem("")).toBeNull();
});
