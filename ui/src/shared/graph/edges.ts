/** What leads to what in a graph, level by level. */
export interface Edge {
  from: string;
  to: string;
}

/** The edges between what stands directly in a container, by its id; `""` is the outermost. */
export type Edges = ReadonlyMap<string, readonly Edge[]>;

/** Leaves out edges whose ends are joined by a longer way as well. */
export function withoutImplied(edges: readonly Edge[]): Edge[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) next.set(from, [...(next.get(from) ?? []), to]);
  return edges.filter(({ from, to }) => {
    const seen = new Set<string>();
    const open = (next.get(from) ?? []).filter((id) => id !== to);
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (id === to) return false;
      if (seen.has(id)) continue;
      seen.add(id);
      open.push(...(next.get(id) ?? []));
    }
    return true;
  });
}
