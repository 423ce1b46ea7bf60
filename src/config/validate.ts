import type { z } from 'zod';
import { nearMiss } from '../support/near-miss.ts';
import { printable } from '../support/printable.ts';
import { Text, text, type Words } from '../support/text.ts';
import { ANY_NAME, namesIn } from './catalogue.ts';
import type { Findings, KeyPath } from './findings.ts';
import { SENTENCE } from './scalars.ts';
import { type Settings, settingsSchema } from './schema.ts';
import { type MapNode, nodeAt, type PlainMap, type PlainValue, placeOf, toPlain, type YamlNode } from './yaml-tree.ts';

const SECRET_KEYS: ReadonlySet<string | number> = new Set(['access_token', 'secret', 'token']);
const MAX_SHOWN = 60;
const KINDS = { text: text`text`, list: text`a list`, map: text`a map` } as const;
const ALLOWED_NAMES = text`a name without "/" and control characters, other than api, event, ws and _events`;

/**
 * Types the tree by the schema. Each faulty value is reported and taken for left out, so that the rest is still
 * typed and its faults found in the same run.
 */
export function validate(root: MapNode, findings: Findings): Settings {
  const plain = toPlain(root) as PlainMap;
  const result = settingsSchema.safeParse(plain);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    report(root, issue, findings);
    for (const path of faultyPaths(issue)) remove(plain, path);
  }
  return settingsSchema.parse(plain);
}

/** What stands at `path`, for the operator; never the value of a secret. */
export function describeFound(root: YamlNode, path: KeyPath): Words {
  const node = nodeAt(root, path);
  if (node?.kind !== 'text') return describeKind(node);
  return SECRET_KEYS.has(path.at(-1) ?? '') ? text`a secret that is not shown here` : showText(node.text);
}

/** What stands where a map or list should: its text may be a secret, with a key that went wrong. */
export function describeKind(node: YamlNode | undefined): Text {
  return node === undefined || node.kind === 'nothing' ? text`nothing` : KINDS[node.kind];
}

/** A URL's user info and query may be secrets too. */
function showText(found: string): string {
  const safe = found.replace(/\/\/[^/]*@/, '//***@').replace(/\?.*/s, '?***');
  return printable(JSON.stringify(safe.length > MAX_SHOWN ? `${safe.slice(0, MAX_SHOWN)}...` : safe));
}

function report(root: MapNode, issue: z.core.$ZodIssue, findings: Findings): void {
  const path = issue.path as KeyPath;
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) reportUnknownKey(root, [...path, key], findings);
    return;
  }
  // `bots: abc` stands for `bots: [abc]`: there is no item to point at.
  const shown = nodeAt(root, path) === undefined ? path.slice(0, -1) : path;
  const spot = { place: placeOf(root, shown), path: shown };
  if (issue.code === 'invalid_key')
    findings.fault(
      spot,
      path[0] === 'bots' ? text`a name that no bot may have` : text`a name that no server may have`,
      ALLOWED_NAMES,
    );
  else if (issue.code === 'invalid_type') findings.fault(spot, describeKind(nodeAt(root, shown)), allowedBy(issue));
  else findings.fault(spot, describeFound(root, shown), allowedBy(issue));
}

/** Our kinds of values bring a sentence along; a message of the schema is its own template. */
function allowedBy(issue: z.core.$ZodIssue): Text {
  const sentence = issue.code === 'custom' ? issue.params?.[SENTENCE] : undefined;
  return sentence instanceof Text ? sentence : new Text(issue.message);
}

function reportUnknownKey(root: MapNode, path: KeyPath, findings: Findings): void {
  const parent = path.slice(0, -1).map((key, index) => (index === 1 ? ANY_NAME : String(key)));
  const known = namesIn(parent);
  const meant = nearMiss(String(path.at(-1)), known);
  const allowed = meant === undefined ? text`one of ${known.join(', ')}` : text`${meant}: did you mean that?`;
  findings.fault({ place: placeOf(root, path), path }, text`an unknown key`, allowed);
}

function faultyPaths(issue: z.core.$ZodIssue): KeyPath[] {
  const path = issue.path as KeyPath;
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => [...path, key]);
  // Without one item a list would mean something else, so all of it goes.
  const item = path.findIndex((key) => typeof key === 'number');
  return [item === -1 ? path : path.slice(0, item)];
}

function remove(plain: PlainMap, path: KeyPath): void {
  let parent: PlainValue | undefined = plain;
  for (const key of path.slice(0, -1)) parent = isMap(parent) ? parent[String(key)] : undefined;
  if (isMap(parent)) delete parent[String(path.at(-1))];
}

function isMap(value: PlainValue | undefined): value is PlainMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
