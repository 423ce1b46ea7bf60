import type { OneBotEvent } from '../onebot/bot-frame.ts';
import { KeyTable, type ScannedObject, scanObject } from '../onebot/json-scan.ts';

/** Reads fields of events by their path, as text: the digits of a number, the characters of a string. */
export class FieldReader {
  readonly #keys: KeyTable<string>;

  /** @param names The first names of all paths that will be asked for. */
  constructor(names: Iterable<string>) {
    this.#keys = new KeyTable([...new Set(names)]);
  }

  /** Scans the event once; the returned function gives the field of a path, undefined where it is no scalar. */
  fieldsOf(event: OneBotEvent): (path: readonly string[]) => string | undefined {
    const scan = scanObject(event.bytes, this.#keys);
    if (scan.kind === 'unsound') return () => undefined;
    const { object } = scan;
    // A long text is decoded once for the filters of all servers.
    let long: Map<string, string | undefined> | undefined;
    return ([first = '', ...rest]) => {
      const raw = object.raw(first);
      if (raw === undefined) return undefined;
      if (rest.length > 0 || raw.length < LONG_BYTES) return scalarAt(object, first, rest);
      long ??= new Map();
      if (!long.has(first)) long.set(first, scalarAt(object, first, rest));
      return long.get(first);
    };
  }
}

const LONG_BYTES = 4096;

function scalarAt(object: ScannedObject<string>, name: string, rest: readonly string[]): string | undefined {
  const [next, ...others] = rest;
  if (next === undefined) return object.text(name) ?? object.numeral(name) ?? booleanOf(object.raw(name));
  const raw = object.raw(name);
  if (raw === undefined) return undefined;
  const scan = scanObject(raw, new KeyTable([next]));
  return scan.kind === 'object' ? scalarAt(scan.object, next, others) : undefined;
}

function booleanOf(raw: Buffer | undefined): string | undefined {
  const word = raw !== undefined && raw.length <= 5 ? raw.toString('latin1') : '';
  return word === 'true' || word === 'false' ? word : undefined;
}
