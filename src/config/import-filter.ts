import { dump } from 'js-yaml';
import { KeyTable, scanObject } from '../onebot/json-scan.ts';
import { decodeString } from '../onebot/json-text.ts';
import { elementsOf, isArray, isObject, isString, membersOf } from '../onebot/json-walk.ts';
import { type Text, text, type Words } from '../support/text.ts';

/** A filter as it stands in the file: a map of conditions. */
type Conditions = Readonly<Record<string, unknown>>;

export type ImportedFilter =
  | { readonly kind: 'imported' /** YAML, `filter:` and what is in it. */; readonly yaml: string }
  | { readonly kind: 'faulty'; readonly reason: Words };

/**
 * Turns an event filter of go-cqhttp (`filter.json`, its document `event-filter`) into one of ours. Both join the
 * conditions of a map by "and" and know RE2; theirs nests operators behind dots.
 */
export function importFilter(json: Buffer): ImportedFilter {
  const scan = scanObject(json, new KeyTable<never>([]));
  if (scan.kind === 'unsound') return { kind: 'faulty', reason: text`it is no JSON object: ${scan.reason}` };
  try {
    const filter = readConditions(scan.object.bytes, '');
    return { kind: 'imported', yaml: dump({ filter }, { lineWidth: 110, noRefs: true }) };
  } catch (error) {
    if (error instanceof Untranslatable) return { kind: 'faulty', reason: error.sentence };
    throw error;
  }
}

class Untranslatable extends Error {
  readonly sentence: Text;

  constructor(sentence: Text) {
    super(String(sentence));
    this.sentence = sentence;
  }
}

/** @param field The dotted path of the field that the conditions are for; empty: the event itself. */
function readConditions(raw: Buffer, field: string): Conditions {
  if (!isObject(raw))
    throw new Untranslatable(text`${field || text`the filter`}: found ${String(raw)}, expected a map`);
  return join([...membersOf(raw)].map(([key, value]) => readCondition(key, value, field)));
}

function readCondition(key: string, value: Buffer, field: string): Conditions {
  if (!key.startsWith('.')) {
    if (/[*?#|@\\]/.test(key))
      throw new Untranslatable(text`${key}: patterns in the name of a field have no counterpart`);
    const path = field === '' ? key : `${field}.${key}`;
    return isObject(value) ? readConditions(value, path) : { [path]: scalarOf(value, path) };
  }
  const at = `${field}${key}`;
  switch (key) {
    case '.and':
      return readConditions(value, field);
    case '.or':
      return { any: listOf(value, at).map((each) => readConditions(each, field)) };
    case '.not':
      return { not: readConditions(value, field) };
    case '.eq':
      return { [named(field, at)]: scalarOf(value, at) };
    case '.neq':
      // Theirs holds for a field that is missing, too.
      return { not: { [named(field, at)]: scalarOf(value, at) } };
    case '.in':
      return { [named(field, at)]: listOf(value, at).map((each) => scalarOf(each, at)) };
    case '.contains':
      return { [named(field, at)]: { contains: scalarOf(value, at) } };
    case '.regex':
      return { [named(field, at)]: { regex: scalarOf(value, at) } };
    default:
      throw new Untranslatable(text`${at}: no such operator`);
  }
}

/** One map where no name stands twice, else all of them. */
function join(conditions: readonly Conditions[]): Conditions {
  const names = conditions.flatMap((each) => Object.keys(each));
  return new Set(names).size === names.length ? Object.assign({}, ...conditions) : { all: conditions };
}

function named(field: string, at: string): string {
  if (field === '') throw new Untranslatable(text`${at}: it belongs under the name of a field`);
  return field;
}

function listOf(raw: Buffer, at: string): Buffer[] {
  if (!isArray(raw)) throw new Untranslatable(text`${at}: found ${String(raw)}, expected a list`);
  return elementsOf(raw);
}

/** Text, or a number as long as that loses nothing. */
function scalarOf(raw: Buffer, at: string): string | number | boolean {
  if (isString(raw)) return decodeString(raw);
  const found = raw.toString();
  if (isObject(raw) || isArray(raw) || found === 'null') {
    throw new Untranslatable(text`${at}: found ${found}, expected text, a number or a boolean`);
  }
  const value: unknown = JSON.parse(found);
  return (typeof value === 'number' && String(value) === found) || typeof value === 'boolean' ? value : found;
}
