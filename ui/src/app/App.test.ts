import { AwayError } from "@/host";
import { createQueryClient } from "./App";

const away = () =>
  new AwayError({
    code: "unavailable",
    message: "Studio can't be reached now.",
    details: { field: null, next_step: null },
  });

test("what is known of a server that is away stays, and is asked for again afterwards", async () => {
  const client = createQueryClient();
  const answers = [() => "then", () => Promise.reject(away()), () => "now"];
  const queryKey = ["workflows"];
  const ask = () =>
    client.fetchQuery({ queryKey, queryFn: () => answers.shift()?.(), staleTime: 0, retry: false });
  await ask();
  await expect(ask()).rejects.toBeInstanceOf(AwayError);
  const { data, error, status, isInvalidated } = client.getQueryState(queryKey) ?? {};
  expect([data, error, status, isInvalidated]).toEqual(["then", null, "success", true]);
  await ask();
  expect(client.getQueryData(queryKey)).toBe("now");
});

test("what was never read says why it can't be, at once", async () => {
  const client = createQueryClient();
  const queryFn = vi.fn(() => Promise.reject(away()));
  const retry = client.getDefaultOptions().queries?.retry;
  expect(typeof retry === "function" && retry(0, away())).toBe(false);
  await expect(client.fetchQuery({ queryKey: ["tasks"], queryFn })).rejects.toThrow(
    "Studio can't be reached now.",
  );
  expect(client.getQueryState(["tasks"])?.status).toBe("error");
  expect(queryFn).toHaveBeenCalledOnce();
});
