/**
 * Which containers are folded. The operator's word counts; until it is given, a container with more in it than can be
 * taken in at a glance is folded, and so is every round of a loop but the newest.
 */
import { type GroupItem, type Item, type TaskTree, tasksIn } from "./taskTree";

/** More tasks than this are folded at first. */
export const GLANCE = 24;

/** What the operator folded or unfolded, by the container's id. */
export type FoldWishes = ReadonlyMap<string, boolean>;

/** The ids of the folded containers. */
export function foldedOf(tree: TaskTree, wishes: FoldWishes): Set<string> {
  const folded = new Set<string>();
  const visit = (items: readonly Item[], loop: boolean) => {
    const rounds = items.filter((item) => item.type === "group" && item.scope !== null);
    for (const item of items) {
      if (item.type !== "group") continue;
      const past = loop && item.scope !== null && item !== rounds.at(-1);
      if (wishes.get(item.id) ?? (past || isLarge(item))) folded.add(item.id);
      visit(item.items, item.kind === "loop");
    }
  };
  visit(tree.items, false);
  return folded;
}

const isLarge = (group: GroupItem) => tasksIn(group).length > GLANCE;

/** Every container of the tree folded, or none. */
export function allFolded(tree: TaskTree, folded: boolean): FoldWishes {
  const groups = [...tree.byId.values()].filter((item) => item.type === "group");
  return new Map(groups.map((group) => [group.id, folded]));
}
