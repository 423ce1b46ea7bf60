import { printable } from '../support/printable.ts';
import { type Text, text, type Words } from '../support/text.ts';

/** A key path as it stands in the file: `['server_list', 'survival', 'port']`. */
export type KeyPath = readonly (string | number)[];

/** Where a value stands: a line of the file (from 1) or an environment variable. Neither: the file as a whole. */
export interface Place {
  readonly line?: number;
  readonly variable?: string;
}

/** A place and the key that stands there. */
export interface Spot {
  readonly place: Place;
  readonly path: KeyPath;
}

/** One reason why a config can't be used. It never holds the value of a secret. */
export interface Fault extends Place {
  /** The config file as the caller named it. */
  readonly file: string;
  /** `server_list.survival.port`; empty for the whole file. */
  readonly path: string;
  readonly found: Words;
  readonly allowed: Words;
}

/** Collects all that is to be said about one config, so that the operator sees every fault at once. */
export class Findings {
  readonly faults: Fault[] = [];
  readonly warnings: Text[] = [];
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** A later fault at the same key and place only repeats the first, and is left out. */
  fault(spot: Spot, found: Words, allowed: Words): void {
    const fault = { file: this.#file, ...spot.place, path: formatPath(spot.path), found, allowed };
    const known = this.faults.some(
      ({ path, line, variable }) => path === fault.path && line === spot.place.line && variable === spot.place.variable,
    );
    if (!known) this.faults.push(fault);
  }

  /** Removes faults that are only a consequence of another fault. */
  withdraw(isExplained: (fault: Fault) => boolean): void {
    const kept = this.faults.filter((fault) => !isExplained(fault));
    this.faults.splice(0, this.faults.length, ...kept);
  }

  warn(spot: Spot, message: Text): void {
    const line = formatLine({ file: this.#file, ...spot.place, path: formatPath(spot.path) }, message);
    if (!this.warnings.some((known) => String(known) === String(line))) this.warnings.push(line);
  }

  /** Whether the value at `path`, one above it or one in it is faulty: what it means is unknown then. */
  isFaulty(path: KeyPath): boolean {
    const key = formatPath(path);
    return this.faults.some((fault) => isWithin(fault.path, key) || isWithin(key, fault.path));
  }
}

/** One line for the operator: `config.yml:9: server_list.a.port: found "abc", expected a port number from 1 to 65535`. */
export function formatFault(fault: Fault): Text {
  return formatLine(fault, text`found ${fault.found}, expected ${fault.allowed}`);
}

/** `server_list.survival.bots[1]`; a key that isn't a plain word is quoted, so that it can't forge a line. */
export function formatPath(path: KeyPath): string {
  let text = '';
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`;
    else text += `${text === '' ? '' : '.'}${/^[\p{L}\p{N}_-]+$/u.test(key) ? key : printable(JSON.stringify(key))}`;
  }
  return text;
}

function formatLine(head: Place & { readonly file: string; readonly path: string }, message: Text): Text {
  const place = head.variable ?? (head.line === undefined ? head.file : `${head.file}:${head.line}`);
  return head.path === '' ? text`${place}: ${message}` : text`${place}: ${head.path}: ${message}`;
}

function isWithin(path: string, parent: string): boolean {
  return path === parent || path.startsWith(`${parent}.`) || path.startsWith(`${parent}[`);
}
