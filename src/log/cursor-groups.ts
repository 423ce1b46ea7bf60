import type { Cursor } from './cursor.ts';
import type { Entry } from './entry.ts';
import type { CursorMove } from './types.ts';

/** The contents of a new cursor: cursors that it takes over whole, and events of cursors that are split. */
export interface CursorGroup {
  readonly whole: Cursor[];
  /** Single events, with the names of the cursors that each was in. */
  readonly split: Map<Entry, string[]>;
}

export interface CursorGroups {
  /** All cursors that are moved or changed. */
  readonly sources: ReadonlySet<Cursor>;
  /** The new cursors, by name. */
  readonly groups: ReadonlyMap<string, CursorGroup>;
}

/**
 * Computes a regrouping (`EventLog.regroup`) without changing anything.
 *
 * @throws Error when a cursor that would be moved or changed has events in flight.
 */
export function groupCursors(
  cursors: ReadonlyMap<string, Cursor>,
  moves: ReadonlyMap<string, CursorMove>,
): CursorGroups {
  const sources = new Set<Cursor>();
  const groups = new Map<string, CursorGroup>();
  const groupOf = (name: string): CursorGroup => {
    const group = groups.get(name) ?? { whole: [], split: new Map() };
    groups.set(name, group);
    return group;
  };
  for (const [name, move] of moves) {
    const cursor = cursors.get(name);
    if (cursor === undefined) continue;
    sources.add(cursor);
    if (typeof move === 'string') {
      groupOf(move).whole.push(cursor);
      continue;
    }
    const routed = cursor.waiting().map((entry) => ({ entry, targets: move(entry) }));
    const [only, ...others] = new Set(routed.flatMap(({ targets }) => targets));
    if (only !== undefined && others.length === 0 && routed.every(({ targets }) => targets.length === 1)) {
      groupOf(only).whole.push(cursor);
      continue;
    }
    for (const { entry, targets } of routed) for (const target of targets) addTo(groupOf(target).split, entry, name);
  }
  for (const [name, { whole }] of groups) {
    const existing = cursors.get(name);
    if (existing === undefined || moves.has(name)) continue;
    sources.add(existing);
    whole.push(existing);
  }
  for (const { name, hasInFlight } of sources) {
    if (hasInFlight) throw new Error(`cursor ${name} has events in flight and can not be moved`);
  }
  return { sources, groups };
}

/** If the group consists of one whole cursor, that cursor. It only has to be renamed. */
export function onlyCursor({ whole, split }: CursorGroup): Cursor | undefined {
  return whole.length === 1 && split.size === 0 ? whole[0] : undefined;
}

/** All events of a group in order. An event that two cursors had is listed once. */
export function entriesOf({ whole, split }: CursorGroup): readonly Entry[] {
  const entries = new Set(split.keys());
  for (const cursor of whole) for (const entry of cursor.waiting()) entries.add(entry);
  return [...entries].sort((a, b) => a.sequence - b.sequence);
}

/**
 * The regrouping that restores the cursors of these groups. Events that came in the meantime go to the first former
 * cursor of a group.
 */
export function inverseOf(groups: ReadonlyMap<string, CursorGroup>): ReadonlyMap<string, CursorMove> {
  const inverse = new Map<string, CursorMove>();
  for (const [name, group] of groups) {
    const only = onlyCursor(group);
    if (only !== undefined) {
      inverse.set(name, only.name);
      continue;
    }
    const { split } = group;
    const whole = group.whole.map((cursor) => ({ name: cursor.name, entries: cursor.waiting() }));
    const first = whole[0]?.name ?? split.values().next().value?.[0];
    // Only made when the regrouping is undone, which is rare. For 100,000 events it takes as long as the regrouping.
    let origins: ReadonlyMap<number, readonly string[]> | undefined;
    inverse.set(name, ({ sequence }) => {
      origins ??= originsOf(whole, split);
      return origins.get(sequence) ?? (first === undefined ? [] : [first]);
    });
  }
  return inverse;
}

/** For each event of a group, the names of the cursors that it was in. */
function originsOf(
  whole: readonly { readonly name: string; readonly entries: readonly Entry[] }[],
  split: ReadonlyMap<Entry, readonly string[]>,
): ReadonlyMap<number, readonly string[]> {
  const origins = new Map<number, string[]>();
  for (const [{ sequence }, names] of split) origins.set(sequence, [...names]);
  for (const { name, entries } of whole) for (const { sequence } of entries) addTo(origins, sequence, name);
  return origins;
}

function addTo<K>(lists: Map<K, string[]>, key: K, item: string): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}
