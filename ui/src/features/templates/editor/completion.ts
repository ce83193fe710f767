// Offers what fits where the cursor stands, after the published form of templates.

import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";
import type { SyntaxNode } from "@lezer/common";
import { propertiesOf } from "./jsonPlaces";
import { propertiesAt, valuesAt } from "./schemaHelp";

interface Place {
  way: (string | number)[];
  /** The objects and lists along the way, outermost first; one more than the way is long. */
  nodes: SyntaxNode[];
}

/** The way from the document to a node. */
function placeOf(text: string, node: SyntaxNode): Place {
  const way: (string | number)[] = [];
  const nodes: SyntaxNode[] = [];
  for (let at: SyntaxNode | null = node; at !== null; at = at.parent) {
    if (at.name === "Object" || at.name === "Array") nodes.unshift(at);
    const above: SyntaxNode | null = at.parent;
    if (above?.name === "Property" && at.name !== "PropertyName") {
      const key = above.getChild("PropertyName");
      way.unshift(key === null ? "" : text.slice(key.from + 1, key.to - 1));
    }
    if (above?.name === "Array") {
      let index = 0;
      for (
        let item = above.firstChild;
        item !== null && item.from < at.from;
        item = item.nextSibling
      ) {
        if (!/^[[\],⚠]$/.test(item.name)) index += 1;
      }
      way.unshift(index);
    }
  }
  return { way, nodes };
}

/** The kind that an object along the way says that it is. */
function kindIn(text: string, node: SyntaxNode | undefined): string | undefined {
  if (node?.name !== "Object") return undefined;
  const kind = propertiesOf(text, node).find(({ name }) => name === "kind")?.value;
  return kind?.name === "String" ? text.slice(kind.from + 1, kind.to - 1) : undefined;
}

/** What is offered at the cursor. */
export function completeTemplate(context: CompletionContext): CompletionResult | null {
  const text = context.state.doc.toString();
  const node = syntaxTree(context.state).resolveInner(context.pos, -1);
  const quoted = node.name === "String" || node.name === "PropertyName";
  if (!quoted && !context.explicit) return null;
  const from = quoted ? node.from : context.pos;
  // Without its closing quote, a name reaches to the end of its line.
  const to = quoted ? Math.min(node.to, context.state.doc.lineAt(context.pos).to) : context.pos;
  const isValue = node.name === "String" && node.parent?.name !== "Object";
  const options = isValue ? offeredValues(text, node) : offeredNames(text, node);
  return options.length === 0 ? null : { from, to, options, filter: true };
}

function offeredValues(text: string, node: SyntaxNode): Completion[] {
  const { way, nodes } = placeOf(text, node);
  return valuesAt(way, (depth) => kindIn(text, nodes[depth])).map((value) => ({
    label: JSON.stringify(value),
    type: "enum",
  }));
}

function offeredNames(text: string, node: SyntaxNode): Completion[] {
  let object: SyntaxNode | null = node;
  while (object !== null && object.name !== "Object") {
    if (object.name === "Array") return [];
    object = object.parent;
  }
  if (object === null) return [];
  const { way, nodes } = placeOf(text, object);
  const present = new Set(propertiesOf(text, object).map(({ name }) => name));
  const known = propertiesAt(way, (depth) => {
    // What is being written in the innermost object is no narrowing of its own kind.
    return kindIn(text, nodes[depth]);
  });
  const own = node.name === "PropertyName" ? text.slice(node.from + 1, node.to - 1) : "";
  return [...known]
    .filter(([name]) => name === own || !present.has(name))
    .map(([name, schema]) => ({
      label: JSON.stringify(name),
      type: "property",
      ...(schema.description === undefined ? {} : { info: schema.description }),
    }));
}
