import { anAgent } from "@/test/fixtures";
import { useAgentStore } from "./agentStore";

const store = () => useAgentStore.getState();
const driver = anAgent({ id: 1, name: "Driver", kind: "driver" });
const creator = anAgent({ id: 2 });

beforeEach(() => useAgentStore.setState(useAgentStore.getInitialState(), true));

test("agents are set, added and kept in order", () => {
  store().setAgents([creator, driver]);
  store().addAgent(anAgent({ id: 5, kind: "specialist" }));
  expect(store().agents.map((agent) => agent.id)).toEqual([1, 2, 5]);
});

test("adding an agent again replaces it", () => {
  store().setAgents([driver]);
  store().addAgent({ ...driver, role: "Captain" });
  expect(store().agents).toEqual([{ ...driver, role: "Captain" }]);
});

test("an update changes one row and leaves the others as they are", () => {
  store().setAgents([driver, creator]);
  store().updateAgent(2, { role: "Librarian" });
  store().updateAgentStatus(2, "working");
  expect(store().getAgentById(2)).toMatchObject({ role: "Librarian", status: "working" });
  expect(store().getAgentById(1)).toBe(driver);
});

test("an update that changes nothing, or nobody, keeps the list itself", () => {
  store().setAgents([driver]);
  const before = store().agents;
  store().updateAgent(1, { role: driver.role });
  store().updateAgent(99, { role: "Nobody" });
  store().setAgents([{ ...driver }]);
  expect(store().agents).toBe(before);
});

test("agents are found by number and by kind", () => {
  store().setAgents([driver, creator]);
  expect(store().getAgentByType("creator")).toBe(creator);
  expect(store().getAgentByType("generator")).toBeUndefined();
  expect(store().getAgentById(99)).toBeUndefined();
});

test("selection, loading and error are plain", () => {
  expect(store()).toMatchObject({ selectedAgentId: null, loading: true, error: null });
  store().selectAgent(2);
  store().setLoading(false);
  store().setError("The agents could not be loaded.");
  expect(store()).toMatchObject({
    selectedAgentId: 2,
    loading: false,
    error: "The agents could not be loaded.",
  });
});
