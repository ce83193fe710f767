// Brings a text's headings under the headings of the page. Models begin anywhere and skip levels; who moves by
// headings needs an outline without holes. How big a heading looks stays as the text says.

interface TreeNode {
  tagName?: string;
  properties?: Record<string, unknown>;
  children?: TreeNode[];
}

function visit(node: TreeNode, act: (node: TreeNode) => void): void {
  act(node);
  for (const child of node.children ?? []) visit(child, act);
}

interface Outline {
  /** Level of the text's first heading. */
  first: number;
  /** Levels of the headings that are open where the tree begins, joined by commas. */
  open: string;
}

/** Rehype plugin: the text's first heading gets level `first`, each deeper one the next level. */
export function rehypeHeadings({ first, open: before }: Outline): (tree: unknown) => void {
  return (tree) => {
    const open = before === "" ? [] : before.split(",").map(Number);
    visit(tree as TreeNode, (node) => {
      const level = Number(/^h([1-6])$/.exec(node.tagName ?? "")?.[1] ?? 0);
      if (level === 0) return;
      while ((open.at(-1) ?? 0) >= level) open.pop();
      open.push(level);
      node.tagName = `h${Math.min(6, first + open.length - 1)}`;
      const known = node.properties?.className;
      const classes = [...(Array.isArray(known) ? known : []), `md-h${level}`];
      node.properties = { ...node.properties, className: classes };
    });
  };
}
