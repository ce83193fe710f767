import { describeError, HostError, toHostError } from "./errors";
import { answerOf } from "./transport";

const apiError = {
  code: "not_found" as const,
  message: "There is no workflow 12.",
  details: { field: null, next_step: "Go back to the list." },
};

test("our own errors pass as they are", () => {
  const error = toHostError(apiError);
  expect(error).toBeInstanceOf(HostError);
  expect(error).toMatchObject({ code: "not_found", message: "There is no workflow 12." });
  expect(error.isAnswer).toBe(true);
  expect(toHostError(error)).toBe(error);
});

test.each([
  ["a text of the framework", "command get_status not found"],
  ["an exception", new Error("command get_status not found")],
])("%s becomes an error with a next step", (_what, cause) => {
  const error = toHostError(cause);
  expect(error.code).toBe("internal");
  expect(error.isAnswer).toBe(false);
  expect(describeError(cause)).toEqual({
    message: "The window could not reach the rest of Wheelhouse: command get_status not found",
    nextStep: "Try again. If it stays, restart Wheelhouse.",
  });
});

test("an answer is given back, an error is thrown in one form", async () => {
  await expect(answerOf(async () => ({ status: "ok", data: 5 }))).resolves.toBe(5);
  await expect(answerOf(async () => ({ status: "error", error: apiError }))).rejects.toMatchObject({
    code: "not_found",
  });
  await expect(
    answerOf(async () => ({ status: "error", error: "missing permission" })),
  ).rejects.toMatchObject({ code: "internal" });
  await expect(answerOf(() => Promise.reject(new TypeError("no bridge")))).rejects.toMatchObject({
    code: "internal",
  });
});
