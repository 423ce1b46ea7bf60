import type { KeyPath, Place } from './findings.ts';

/**
 * A YAML value that still knows where it stands. Scalars are the text as written: only the schema knows whether
 * `0123` is a token or a number, and no digit of an id may be lost before it is asked.
 */
export type YamlNode = TextNode | NothingNode | ListNode | MapNode;

/** A scalar, quoted or not. */
export interface TextNode {
  readonly kind: 'text';
  readonly place: Place;
  /** Set anew where a `${NAME}` in it is replaced. */
  text: string;
}

/** `key:` with nothing behind it, `~` or `null`. */
export interface NothingNode {
  readonly kind: 'nothing';
  readonly place: Place;
}

export interface ListNode {
  readonly kind: 'list';
  readonly place: Place;
  readonly items: readonly YamlNode[];
}

export interface MapNode {
  readonly kind: 'map';
  readonly place: Place;
  /** A value's place is that of its key. */
  readonly entries: Map<string, YamlNode>;
}

/** What zod reads: text as string, nothing as null. */
export type PlainValue = string | null | PlainValue[] | PlainMap;
export type PlainMap = { [key: string]: PlainValue };

export function toPlain(node: YamlNode): PlainValue {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'nothing':
      return null;
    case 'list':
      return node.items.map(toPlain);
    case 'map':
      return Object.fromEntries([...node.entries].map(([key, value]) => [key, toPlain(value)]));
  }
}

/** Every text in the tree with its path, keys left out. */
export function* textsOf(
  node: YamlNode,
  path: KeyPath = [],
): Generator<{ readonly node: TextNode; readonly path: KeyPath }> {
  if (node.kind === 'text') yield { node, path };
  if (node.kind === 'list') for (const [index, item] of node.items.entries()) yield* textsOf(item, [...path, index]);
  if (node.kind === 'map') for (const [key, value] of node.entries) yield* textsOf(value, [...path, key]);
}

/** The node at `path`, or none where the path leads out of the tree. */
export function nodeAt(root: YamlNode, path: KeyPath): YamlNode | undefined {
  let node: YamlNode | undefined = root;
  for (const key of path) node = node === undefined ? undefined : childOf(node, key);
  return node;
}

/** Where `path` stands, or would stand: the place of its nearest existing parent. */
export function placeOf(root: YamlNode, path: KeyPath): Place {
  let node = root;
  for (const key of path) {
    const child = childOf(node, key);
    if (child === undefined) break;
    node = child;
  }
  return node.place;
}

/** Puts `value` at `path`, making the maps on the way. Does nothing where something else than a map is in the way. */
export function setAt(root: MapNode, path: readonly string[], value: YamlNode): void {
  let map = root;
  for (const key of path.slice(0, -1)) {
    const next = map.entries.get(key) ?? { kind: 'map', place: value.place, entries: new Map() };
    if (next.kind !== 'map') return;
    map.entries.set(key, next);
    map = next;
  }
  const last = path.at(-1);
  if (last !== undefined) map.entries.set(last, value);
}

function childOf(node: YamlNode, key: string | number): YamlNode | undefined {
  if (node.kind === 'map') return node.entries.get(String(key));
  return node.kind === 'list' ? node.items[Number(key)] : undefined;
}
