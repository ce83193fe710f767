/** What stands behind the `?` of each address. Anything else is dropped, so that an address never breaks a screen. */

type Raw = Record<string, unknown>;

const text = (value: unknown) =>
  typeof value === "string" && value !== ""
    ? value
    : typeof value === "number"
      ? String(value)
      : undefined;
const whole = (value: unknown) => {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) && number >= 0
    ? number
    : undefined;
};

/** Leaves out what is not there. */
function present<T extends Raw>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}

/** `/workflows`: the group of states and the words that narrow the list. */
export const workflowsSearch = (raw: Raw) => present({ status: text(raw.status), q: text(raw.q) });

/** `/workflows/$id`: the task in the inspector and the tab. */
export const workflowSearch = (raw: Raw) => present({ task: whole(raw.task), tab: text(raw.tab) });

/** `/templates/$uid`: the tab, and whether its form to run it is open. */
export const templateSearch = (raw: Raw) => present({ tab: text(raw.tab), run: whole(raw.run) });

/** `/agents`: the agent in the inspector, and whether it is tried; or whether a new one is written. */
export const agentsSearch = (raw: Raw) =>
  present({ agent: whole(raw.agent), try: whole(raw.try), make: whole(raw.make) });

/** `/chat`: the agent that a new conversation is with. */
export const chatSearch = (raw: Raw) => present({ agent: whole(raw.agent) });

/** `/chat/$uid`: the message to go to, and the words that it was found by. */
export const conversationSearch = (raw: Raw) =>
  present({ message: text(raw.message), words: text(raw.words) });

/** `/knowledge`: the source whose documents are shown. */
export const knowledgeSearch = (raw: Raw) => present({ source: whole(raw.source) });

/** `/schedules`: the schedule in the inspector. */
export const schedulesSearch = (raw: Raw) => present({ schedule: whole(raw.schedule) });

/** `/spending`: the day that is looked at, by its beginning, and what its cost is split by. */
export const spendingSearch = (raw: Raw) => present({ day: whole(raw.day), by: text(raw.by) });

/** `/knowledge/document`: source (its uid), path below it, and the lines to show. */
export const documentSearch = (raw: Raw) => ({
  source: text(raw.source) ?? "",
  path: text(raw.path) ?? "",
  ...present({ from: whole(raw.from), to: whole(raw.to) }),
});
