import { canonicalJson } from '@headwater/core/ids.ts';
import { isJsonObject } from '@headwater/core/json.ts';
import { z } from 'zod';

type JsonSchema = Readonly<Record<string, unknown>>;

/** Collects the named schemas of a document, each once, and gives references to them. */
export class SchemaBook {
  private readonly held = new Map<string, JsonSchema>();

  /** The JSON Schema of a zod schema; named parts become components. Input is what callers send, output what they get. */
  use(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const { $schema: _, ...whole } = z.toJSONSchema(schema, { io, unrepresentable: 'any', override: simplify });
    const found = new Map<string, JsonSchema>();
    const root = withoutDefinitions(whole, found) as JsonSchema;
    const names = new Map<string, string>();
    const defs = [...found];
    for (const [name] of defs) names.set(name, name);
    for (const [name, def] of defs) names.set(name, this.nameFor(name, def, io));
    for (const [name, def] of defs) this.held.set(names.get(name) ?? name, pointed(def, names));
    return pointed(root, names);
  }

  components(): Record<string, JsonSchema> {
    return Object.fromEntries(this.held);
  }

  /** The same name for both directions as long as they agree; defaults and conversions make them differ. */
  private nameFor(name: string, def: JsonSchema, io: 'input' | 'output'): string {
    const known = this.held.get(name);
    const same = known === undefined || canonicalJson(known) === canonicalJson(pointed(def, new Map([[name, name]])));
    return same || io === 'output' ? name : `${name}Input`;
  }
}

/** The same without `$defs`, wherever they stand: a schema described by hand may carry its own inside. */
function withoutDefinitions(value: unknown, found: Map<string, JsonSchema>): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutDefinitions(item, found));
  if (!isJsonObject(value)) return value;
  const { $defs, ...rest } = value;
  for (const [name, def] of Object.entries(isJsonObject($defs) ? $defs : {}))
    found.set(name, withoutDefinitions(def, found) as JsonSchema);
  return Object.fromEntries(Object.entries(rest).map(([key, item]) => [key, withoutDefinitions(item, found)]));
}

/** Rewrites local definitions to components of the document. */
function pointed(schema: JsonSchema, names: ReadonlyMap<string, string>): JsonSchema {
  return JSON.parse(
    JSON.stringify(schema, (key, value: unknown) => {
      const name = key === '$ref' && typeof value === 'string' ? /^#\/\$defs\/(.+)$/.exec(value)?.[1] : undefined;
      return name === undefined ? value : `#/components/schemas/${names.get(name) ?? name}`;
    }),
  ) as JsonSchema;
}

interface Overridden {
  readonly jsonSchema: Record<string, unknown>;
}

// What zod adds beyond the meaning: the pattern of a format it also names, the bounds of a double, and closed objects,
// which would make every new field of an answer a breaking change.
function simplify({ jsonSchema }: Overridden): void {
  if (jsonSchema['format'] === 'date-time') delete jsonSchema['pattern'];
  if (jsonSchema['maximum'] === Number.MAX_SAFE_INTEGER) delete jsonSchema['maximum'];
  if (jsonSchema['minimum'] === Number.MIN_SAFE_INTEGER) delete jsonSchema['minimum'];
  if (jsonSchema['additionalProperties'] === false) delete jsonSchema['additionalProperties'];
  delete jsonSchema['id'];
}
