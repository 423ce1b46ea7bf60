import { EVENT_ID, type Event, getScalarValue, parseEvents, SCALAR_STYLE, YAMLException } from 'js-yaml';
import { text } from '../support/text.ts';
import type { Findings, KeyPath, Place } from './findings.ts';
import type { ListNode, MapNode, YamlNode } from './yaml-tree.ts';

/** YAML text and where it comes from. */
export interface YamlSource {
  readonly text: string;
  /** The environment variable that holds the text; else it is the config file. */
  readonly variable?: string;
  /** The key whose value the text is; empty for the file. */
  readonly path: KeyPath;
}

/** Nodes of one document, each use of an anchor counted with all it holds: a few nested anchors make billions. */
const MAX_NODES = 100_000;

const NULL_TEXTS: ReadonlySet<string> = new Set(['', '~', 'null', 'Null', 'NULL']);

/** Tags that say what the schema decides anyway. Others would make objects, which no key takes. */
const KNOWN_TAGS: ReadonlySet<string> = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'timestamp', 'seq', 'map'].flatMap((name) => [
    `!!${name}`,
    `!<tag:yaml.org,2002:${name}>`,
  ]),
);

/**
 * Reads one YAML document as PyYAML did (anchors and merge keys too), except that a key given twice is a fault.
 * Returns nothing when the text is no YAML; what is wrong is in `findings`. Parsing stops at the first fault of
 * syntax; all others are found together.
 */
export function parseYaml(source: YamlSource, findings: Findings): YamlNode | undefined {
  try {
    return new Composer(source, findings).document();
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const line = (error.mark?.line ?? 0) + 1;
    const place = source.variable === undefined ? { line } : { variable: source.variable };
    // The reason's end may quote the text, and that may be a token: `access_token: !abc`.
    const reason = error.reason.replace(/(: | ").*$/s, '');
    findings.fault(
      { place, path: source.path },
      text`broken YAML (${reason})`,
      text`spaces before a key to match its neighbours, ": " after it, and quotes around text with special characters`,
    );
    return undefined;
  }
}

/** Builds the tree from js-yaml's events: its own loader keeps neither positions nor the text of scalars. */
class Composer {
  readonly #source: YamlSource;
  readonly #findings: Findings;
  readonly #events: readonly Event[];
  readonly #anchors = new Map<string, { readonly node: YamlNode; readonly size: number }>();
  #next = 0;
  #nodes = 0;
  #offset = 0;
  #line = 1;

  constructor(source: YamlSource, findings: Findings) {
    this.#source = source;
    this.#findings = findings;
    this.#events = parseEvents(source.text, {});
  }

  document(): YamlNode {
    const { path } = this.#source;
    if (this.#events.length === 0) return { kind: 'nothing', place: this.#place() };
    this.#next = 1;
    const root = this.#compose(path);
    const rest = this.#events.slice(this.#next + 1);
    if (rest.length > 0) {
      for (const event of rest.slice(0, 2)) this.#advance(event);
      this.#findings.fault({ place: this.#place(), path }, text`a second YAML document`, text`one document`);
    }
    return root;
  }

  #compose(path: KeyPath): YamlNode {
    const event = this.#events[this.#next++];
    if (event === undefined) throw new YAMLException('unexpected end');
    this.#advance(event);
    this.#count(1);
    if (event.type === EVENT_ID.ALIAS) return this.#alias(this.#slice(event.anchorStart, event.anchorEnd), path);
    const before = this.#nodes;
    const node = this.#value(event, path);
    if ('anchorStart' in event && event.anchorStart >= 0) {
      const size = this.#nodes - before + 1;
      this.#anchors.set(this.#slice(event.anchorStart, event.anchorEnd), { node, size });
    }
    return node;
  }

  #value(event: Event, path: KeyPath): YamlNode {
    const place = this.#place();
    const tag = 'tagStart' in event && event.tagStart >= 0 ? this.#slice(event.tagStart, event.tagEnd) : '';
    if (tag.length > 1 && !KNOWN_TAGS.has(tag)) {
      this.#findings.fault({ place, path }, text`a YAML tag`, text`a plain value, in quotes if it starts with "!"`);
    }
    if (event.type === EVENT_ID.MAPPING) return this.#map(path);
    if (event.type === EVENT_ID.SEQUENCE) return this.#list(path);
    if (event.type !== EVENT_ID.SCALAR) throw new YAMLException('unexpected event');
    const scalar = getScalarValue(this.#source.text, event);
    const isNothing = isPlain(event) && NULL_TEXTS.has(scalar) && (tag === '' || tag.includes('null'));
    return isNothing ? { kind: 'nothing', place } : { kind: 'text', place, text: scalar };
  }

  #list(path: KeyPath): ListNode {
    const place = this.#place();
    const items: YamlNode[] = [];
    while (!this.#takeEnd()) items.push(this.#compose([...path, items.length]));
    return { kind: 'list', place, items };
  }

  #map(path: KeyPath): MapNode {
    const map: MapNode = { kind: 'map', place: this.#place(), entries: new Map() };
    const merged: YamlNode[] = [];
    while (!this.#takeEnd()) {
      const { key, isMerge } = this.#key(path);
      const keyPath = [...path, key];
      const place = this.#place();
      const value = { ...this.#compose(keyPath), place };
      const first = map.entries.get(key);
      if (isMerge) merged.push(value);
      else if (first === undefined) map.entries.set(key, value);
      else
        this.#findings.fault(
          { place, path: keyPath },
          text`the key again after line ${first.place.line ?? 1}`,
          text`it once`,
        );
    }
    for (const value of merged) this.#merge(map, value, path);
    return map;
  }

  /** The key's text as written: `1:` and `0123:` are names. */
  #key(path: KeyPath): { readonly key: string; readonly isMerge: boolean } {
    const event = this.#events[this.#next];
    const node = this.#compose(path);
    const key = event?.type === EVENT_ID.SCALAR ? getScalarValue(this.#source.text, event) : undefined;
    // `__proto__` is the one name that a JavaScript object can't hold as data.
    if (key === undefined || key === '__proto__') {
      this.#findings.fault({ place: node.place, path }, text`a key that is no plain text`, text`a name before the ":"`);
    }
    return { key: key ?? '', isMerge: key === '<<' && event !== undefined && isPlain(event) };
  }

  /** YAML 1.1 `<<`: the map's own keys win, then the first of several merged maps. */
  #merge(map: MapNode, value: YamlNode, path: KeyPath): void {
    for (const part of value.kind === 'list' ? value.items : [value]) {
      if (part.kind !== 'map') {
        const spot = { place: value.place, path: [...path, '<<'] };
        this.#findings.fault(spot, text`something else than a map`, text`a map or a list of maps`);
        continue;
      }
      for (const [key, entry] of part.entries) if (!map.entries.has(key)) map.entries.set(key, entry);
    }
  }

  #alias(name: string, path: KeyPath): YamlNode {
    const place = this.#place();
    const anchor = this.#anchors.get(name);
    if (anchor === undefined) {
      // Without the name: it may be a token that starts with "*".
      const allowed = text`an anchor (&...) above it, or quotes around text that starts with "*"`;
      this.#findings.fault({ place, path }, text`an alias (*...) without an anchor`, allowed);
      return { kind: 'nothing', place };
    }
    this.#count(anchor.size);
    // A copy: what happens to one use of an anchor must not happen to the others.
    return { ...structuredClone(anchor.node), place };
  }

  #count(nodes: number): void {
    this.#nodes += nodes;
    if (this.#nodes > MAX_NODES) {
      YAMLException.throwAt(
        this.#source.text,
        this.#offset,
        `more than ${MAX_NODES} values in all uses of its anchors`,
      );
    }
  }

  #takeEnd(): boolean {
    if (this.#events[this.#next]?.type !== EVENT_ID.POP) return false;
    this.#next += 1;
    return true;
  }

  #advance(event: Event): void {
    const target = startOf(event);
    if (target <= this.#offset) return;
    this.#line += this.#slice(this.#offset, target).match(/\r\n|\r|\n/g)?.length ?? 0;
    this.#offset = target;
  }

  #place(): Place {
    return this.#source.variable === undefined ? { line: this.#line } : { variable: this.#source.variable };
  }

  #slice(start: number, end: number): string {
    return this.#source.text.slice(start, end);
  }
}

function isPlain(event: Event): boolean {
  return event.type === EVENT_ID.SCALAR && event.style === SCALAR_STYLE.PLAIN;
}

/** Offset in the text, or -1 where an event has none of its own (an empty value). */
function startOf(event: Event): number {
  switch (event.type) {
    case EVENT_ID.MAPPING:
    case EVENT_ID.SEQUENCE:
      return event.start;
    case EVENT_ID.SCALAR:
      return event.valueStart;
    case EVENT_ID.ALIAS:
      return event.anchorStart;
    default:
      return -1;
  }
}
