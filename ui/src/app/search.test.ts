import { documentSearch, workflowSearch, workflowsSearch } from "./search";

test("what is not understood is dropped", () => {
  expect(workflowsSearch({ status: "active", q: "", odd: 1 })).toEqual({ status: "active" });
  expect(workflowSearch({ task: "12", tab: 7 })).toEqual({ task: 12, tab: "7" });
  expect(workflowSearch({ task: "x", tab: null })).toEqual({});
  expect(documentSearch({ source: "s", path: "a.md", from: 3, to: -1 })).toEqual({
    source: "s",
    path: "a.md",
    from: 3,
  });
  expect(documentSearch({})).toEqual({ source: "", path: "" });
});
