// What stands in the graph, as a list: grounds of open containers below the lines, everything else above.

import type { ReactNode } from "react";
import type { Task } from "@/stores";
import { GraphGroup } from "./GraphGroup";
import { GraphNode } from "./GraphNode";
import { nodeLabel } from "./graphWords";
import type { Placed } from "./layout";
import type { StepKind } from "./taskPlace";
import type { Item, TaskTree } from "./taskTree";

interface Props {
  tasks: readonly Task[];
  tree: TaskTree;
  placed: Placed;
  folded: ReadonlySet<string>;
  /** Key of the selected task. */
  selected: string | undefined;
  /** The item that Tab reaches. */
  current: string | undefined;
  onOpen: (id: string) => void;
  onToggle: (id: string) => void;
  onReach: (id: string) => void;
  /** The lines. */
  children: ReactNode;
}

/** The titles of what a task needs: of tasks and containers by their key, of steps by the tasks that they became. */
function needsOf(task: Task, tree: TaskTree, titles: ReadonlyMap<string, string>): string[] {
  const named = task.needs.map((need) => {
    const item = tree.byId.get(need);
    return item === undefined
      ? titles.get(need)
      : item.type === "task"
        ? item.task.title
        : item.title;
  });
  return named.filter((title) => title !== undefined);
}

function kindAbove(tree: TaskTree, id: string): StepKind | null {
  const above = tree.paths.get(id)?.at(-2);
  return (above === undefined ? undefined : tree.byId.get(above))?.kind ?? null;
}

/** Every visible item. */
export function GraphItems(props: Props) {
  const { tasks, tree, placed, folded, selected, current, onOpen, onToggle, onReach } = props;
  const titles = new Map(tasks.map((task) => [task.step, task.title]));
  const draw = (item: Item) => {
    const box = placed.boxes.get(item.id);
    if (box === undefined) return null;
    if (item.type === "group") {
      return (
        <GraphGroup
          item={item}
          box={box}
          folded={folded.has(item.id)}
          selected={item.id === selected}
          current={item.id === current}
          onToggle={onToggle}
          onOpen={onOpen}
          onReach={onReach}
        />
      );
    }
    const within = kindAbove(tree, item.id);
    return (
      <GraphNode
        item={item}
        within={within}
        label={nodeLabel(item, needsOf(item.task, tree, titles), within)}
        x={box.x}
        y={box.y}
        selected={item.id === selected}
        current={item.id === current}
        onOpen={onOpen}
        onReach={onReach}
      />
    );
  };
  const visible = [...placed.boxes.keys()].flatMap((id) => tree.byId.get(id) ?? []);
  return (
    <>
      {props.children}
      <ul aria-label="Tasks">
        {visible.map((item) => (
          <li key={item.id}>{draw(item)}</li>
        ))}
      </ul>
    </>
  );
}
