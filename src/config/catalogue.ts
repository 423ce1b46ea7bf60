import { configJsonSchema, type JsonSchema } from './json-schema.ts';

/** Stands in a path for the name of a server. */
export const ANY_NAME = '<name>';

/** One key of the config file, as the schema describes it. */
export interface CatalogueKey {
  /** `['log', 'max_size']`, `['server_list', ANY_NAME, 'port']`. */
  readonly path: readonly string[];
  readonly description: string;
  /** What a value may be, for people. */
  readonly allowed: string;
  /** As it would be written in YAML's flow style. Absent: the key has none, or its description tells. */
  readonly preset?: string;
  readonly example?: string;
  /** `text`: a scalar. The others are given as YAML in a variable. */
  readonly kind: 'text' | 'list' | 'map';
}

/** Every key of the config file, parents before their children, in the order of the schema. */
export const CATALOGUE: readonly CatalogueKey[] = keysOf(configJsonSchema(), []);

/** The names that may stand beside each other in the map at `path`. */
export function namesIn(path: readonly string[]): readonly string[] {
  const parent = JSON.stringify(path);
  return CATALOGUE.filter((key) => JSON.stringify(key.path.slice(0, -1)) === parent).flatMap((key) =>
    key.path.slice(-1),
  );
}

function keysOf(schema: JsonSchema, parent: readonly string[]): CatalogueKey[] {
  const children = { ...schema.properties, [ANY_NAME]: schema.additionalProperties ?? false };
  return Object.entries(children).flatMap(([name, child]) => {
    const path = [...parent, name];
    return typeof child === 'object' ? [describeKey(child, path), ...keysOf(child, path)] : [];
  });
}

function describeKey(schema: JsonSchema, path: readonly string[]): CatalogueKey {
  const kind = schema.items === undefined ? (schema.type === 'object' ? 'map' : 'text') : 'list';
  const example = schema.examples?.[0];
  return {
    path,
    description: schema.description ?? '',
    allowed: String(schema['errorMessage'] ?? '').replace(/^expected /, ''),
    kind,
    ...(kind !== 'text' || schema.default === undefined ? {} : { preset: String(schema.default) }),
    ...(example === undefined ? {} : { example: kind === 'text' ? String(example) : JSON.stringify(example) }),
  };
}
