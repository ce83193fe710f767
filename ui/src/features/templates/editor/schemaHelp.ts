/**
 * What the published form of templates says about a place in a document: which properties fit there, which values, and
 * what each is for. Only as much of JSON Schema as that form uses.
 */
import form from "../../../../../src-tauri/schema/template-1.schema.json";
import type { Way } from "./jsonPlaces";

interface Schema {
  $ref?: string;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  enum?: unknown[];
  const?: unknown;
  description?: string;
  type?: string | string[];
}

const ROOT = form as unknown as Schema & { $defs: Record<string, Schema> };

/** A schema with everything that it refers to, as plain alternatives. */
function alternatives(schema: Schema, depth = 0): Schema[] {
  if (depth > 8) return [];
  const name = schema.$ref?.split("/").at(-1);
  const referred = name === undefined ? undefined : ROOT.$defs[name];
  const further = [
    ...(referred === undefined ? [] : [referred]),
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
    ...(schema.allOf ?? []),
  ];
  return [schema, ...further.flatMap((each) => alternatives(each, depth + 1))];
}

/** What a property's value may be exactly, where it is named. */
function valuesOf(schema: Schema): unknown[] {
  const all = alternatives(schema).flatMap((each) =>
    each.const === undefined ? (each.enum ?? []) : [each.const],
  );
  return [...new Set(all)].filter((value) => value !== null);
}

/** The objects of the way, from the document inwards: what each of them says of its kind. */
type KindOf = (depth: number) => string | undefined;

/** The schemas that hold at a place. `kindOf` narrows the many forms of a step to the one that is written. */
function schemasAt(way: Way, kindOf: KindOf): Schema[] {
  let here = narrowed(alternatives(ROOT), kindOf(0));
  for (const [index, part] of way.entries()) {
    const next = here.flatMap((schema) => {
      if (typeof part === "number") return schema.items === undefined ? [] : [schema.items];
      const own = schema.properties?.[part];
      if (own !== undefined) return [own];
      return typeof schema.additionalProperties === "object" ? [schema.additionalProperties] : [];
    });
    here = narrowed(
      next.flatMap((schema) => alternatives(schema)),
      kindOf(index + 1),
    );
  }
  return here;
}

function narrowed(schemas: Schema[], kind: string | undefined): Schema[] {
  if (kind === undefined) return schemas;
  return schemas.filter((schema) => {
    const own = schema.properties?.kind;
    const known = own === undefined ? [] : valuesOf(own);
    return known.length === 0 || known.includes(kind);
  });
}

/** The properties that fit into an object at a place, each once, with what they are for. */
export function propertiesAt(way: Way, kindOf: KindOf): Map<string, Schema> {
  const found = new Map<string, Schema>();
  for (const schema of schemasAt(way, kindOf)) {
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      if (!found.has(name)) found.set(name, property);
    }
  }
  return found;
}

/** What fits as a value at a place, where it is named. */
export function valuesAt(way: Way, kindOf: KindOf): unknown[] {
  return [...new Set(schemasAt(way, kindOf).flatMap(valuesOf))];
}
