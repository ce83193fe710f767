/**
 * Where things stand in the text of a template: the place of a step's field, so that a problem is marked where it is,
 * and the way to the cursor, so that what fits there can be offered. Works on text that is only half right.
 */
import { jsonLanguage } from "@codemirror/lang-json";
import type { SyntaxNode } from "@lezer/common";

export interface Range {
  from: number;
  to: number;
}

/** A step of the way into a document: the name of a property, or the place in a list. */
export type Way = readonly (string | number)[];

const VALUES = new Set(["Object", "Array", "String", "Number", "True", "False", "Null"]);

const isValue = (node: SyntaxNode) => VALUES.has(node.name);

/** The document's own value. */
function rootOf(text: string): SyntaxNode | null {
  return childrenOf(jsonLanguage.parser.parse(text).topNode).find(isValue) ?? null;
}

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
}

/** The text of a string, without its quotes. */
function stringOf(text: string, node: SyntaxNode): string {
  const written = text.slice(node.from, node.to);
  try {
    return String(JSON.parse(written));
  } catch {
    return written.replaceAll('"', "");
  }
}

interface Property {
  name: string;
  key: SyntaxNode;
  value: SyntaxNode | null;
}

/** The properties of an object, in their order. */
export function propertiesOf(text: string, object: SyntaxNode): Property[] {
  return childrenOf(object)
    .filter((child) => child.name === "Property")
    .flatMap((property) => {
      const key = property.getChild("PropertyName");
      if (key === null) return [];
      const value = childrenOf(property).find(isValue) ?? null;
      return [{ name: stringOf(text, key), key, value }];
    });
}

const propertyOf = (text: string, object: SyntaxNode, name: string) =>
  propertiesOf(text, object).find((property) => property.name === name);

/** The object of a step, at any depth. */
function stepOf(text: string, node: SyntaxNode, id: string): SyntaxNode | null {
  if (node.name === "Object") {
    const own = propertyOf(text, node, "id")?.value;
    const isStep = propertyOf(text, node, "kind") !== undefined;
    if (isStep && own?.name === "String" && stringOf(text, own) === id) return node;
    for (const { value } of propertiesOf(text, node)) {
      const found = value === null ? null : stepOf(text, value, id);
      if (found !== null) return found;
    }
  }
  if (node.name === "Array") {
    for (const item of childrenOf(node).filter(isValue)) {
      const found = stepOf(text, item, id);
      if (found !== null) return found;
    }
  }
  return null;
}

/** `cases[1].when` becomes `cases`, `1`, `when`. */
function wayOf(field: string): (string | number)[] {
  return [...field.matchAll(/[^.[\]]+/g)].map(([part]) =>
    /^\d+$/.test(part) ? Number(part) : part,
  );
}

/**
 * Where a problem stands: its field, as far along the way as the text goes; else its step; else the beginning. Whole
 * objects are marked at their first line, because a mark over half of the file says nothing.
 */
export function rangeOf(text: string, step: string | null, field: string): Range {
  const root = rootOf(text);
  if (root === null) return { from: 0, to: Math.min(1, text.length) };
  let node = step === null ? root : (stepOf(text, root, step) ?? root);
  let range = step === null ? { from: node.from, to: node.from + 1 } : markOf(text, node);
  for (const part of wayOf(field)) {
    const next = into(text, node, part);
    if (next === null) break;
    node = next.value ?? node;
    range = next.range;
  }
  return range;
}

function into(
  text: string,
  node: SyntaxNode,
  part: string | number,
): { value: SyntaxNode | null; range: Range } | null {
  if (node.name === "Object") {
    const found = propertyOf(text, node, String(part));
    if (found === undefined) return null;
    const short =
      found.value !== null && found.value.name !== "Object" && found.value.name !== "Array";
    const range = short && found.value !== null ? found.value : found.key;
    return { value: found.value, range: { from: range.from, to: range.to } };
  }
  if (node.name !== "Array") return null;
  const items = childrenOf(node).filter(isValue);
  // Lists of inputs and agents are named by what they hold.
  const item =
    typeof part === "number"
      ? items[part]
      : items.find((each) => {
          const name = each.name === "Object" ? propertyOf(text, each, "name")?.value : null;
          return name != null && stringOf(text, name) === part;
        });
  return item === undefined ? null : { value: item, range: markOf(text, item) };
}

/** What is marked for a whole value: an object by its name, anything else by itself. */
function markOf(text: string, node: SyntaxNode): Range {
  const named =
    node.name === "Object"
      ? (propertyOf(text, node, "id")?.value ?? propertyOf(text, node, "name")?.value)
      : node;
  if (named == null) return { from: node.from, to: node.from + 1 };
  return { from: named.from, to: named.to };
}
