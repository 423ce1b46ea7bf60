import { signal } from '@preact/signals';
import type { CallOutcome } from '../../src/calls/types.ts';

/** An event as the stream carries it. */
export interface StreamedEvent {
  readonly at: number;
  readonly selfId: string;
  readonly name: string;
  readonly byteLength: number;
  readonly json: string;
}

/** A call as the stream carries it. */
export interface StreamedCall {
  readonly at: number;
  readonly server: string;
  readonly selfId?: string;
  readonly action: string;
  readonly outcome: CallOutcome;
  readonly retcode?: string;
  readonly reason?: string;
  readonly ms: number;
  readonly request: string;
  readonly requestLength: number;
  readonly answer?: string;
  readonly answerLength?: number;
}

export type Item =
  | {
      readonly kind: 'event';
      readonly key: number;
      readonly event: StreamedEvent;
      readonly summary: string;
      readonly size: number;
    }
  | {
      readonly kind: 'call';
      readonly key: number;
      readonly call: StreamedCall;
      readonly summary: string;
      readonly size: number;
    };

/** What the page keeps; the oldest go. */
const MAX_ITEMS = 500;
const MAX_CHARACTERS = 4 * 1024 * 1024;

/** For how long it says that something was left out. */
const LEFT_OUT_MS = 5_000;

/** Newest first. */
export const items = signal<readonly Item[]>([]);
/** Nothing new is shown. */
export const isHeld = signal(false);
/** How many came while it was held. */
export const passed = signal(0);
/** Left out by the daemon in the last seconds. */
export const leftOut = signal(0);

let lastKey = 0;
let recentlyLeftOut: { readonly at: number; readonly count: number }[] = [];

export function takeEvents(batch: { readonly items: readonly StreamedEvent[]; readonly leftOut: number }): void {
  noteLeftOut(batch.leftOut);
  take(
    batch.items.map((event) => {
      lastKey += 1;
      return { kind: 'event', key: lastKey, event, summary: eventSummary(event), size: event.json.length };
    }),
  );
}

export function takeCalls(batch: { readonly items: readonly StreamedCall[]; readonly leftOut: number }): void {
  noteLeftOut(batch.leftOut);
  take(
    batch.items.map((call) => {
      lastKey += 1;
      const size = call.request.length + (call.answer?.length ?? 0);
      return { kind: 'call', key: lastKey, call, summary: call.reason ?? paramsOf(call.request), size };
    }),
  );
}

export function clearItems(): void {
  items.value = [];
  passed.value = 0;
}

export function setHeld(held: boolean): void {
  isHeld.value = held;
  passed.value = 0;
}

function take(fresh: readonly Item[]): void {
  if (fresh.length === 0) return;
  if (isHeld.value) {
    passed.value += fresh.length;
    return;
  }
  const kept: Item[] = [];
  let characters = 0;
  for (const item of [...fresh.toReversed(), ...items.value]) {
    characters += item.size;
    if (kept.length >= MAX_ITEMS || (characters > MAX_CHARACTERS && kept.length > 0)) break;
    kept.push(item);
  }
  items.value = kept;
}

function noteLeftOut(count: number): void {
  const now = performance.now();
  if (count > 0) recentlyLeftOut.push({ at: now, count });
  settleLeftOut(now);
}

/** Forgets what was left out long ago; called each second. */
export function settleLeftOut(now = performance.now()): void {
  recentlyLeftOut = recentlyLeftOut.filter(({ at }) => now - at < LEFT_OUT_MS);
  leftOut.value = recentlyLeftOut.reduce((sum, { count }) => sum + count, 0);
}

/** What a person said, else which ids are concerned. */
function eventSummary({ json }: StreamedEvent): string {
  const head = json.slice(0, 8_192);
  const text = stringMember(head, 'raw_message');
  const ids = ['group_id', 'user_id'].flatMap((name) => {
    const id = new RegExp(`"${name}"\\s*:\\s*"?(\\d+)`).exec(head)?.[1];
    return id === undefined ? [] : [id];
  });
  return [ids.join(' '), text ?? ''].filter((part) => part !== '').join('  ');
}

function paramsOf(request: string): string {
  return /"params"\s*:\s*(\{.*)/s.exec(request.slice(0, 1_024))?.[1]?.slice(0, 300) ?? '';
}

function stringMember(json: string, name: string): string | undefined {
  const literal = new RegExp(`"${name}"\\s*:\\s*("(?:[^"\\\\]|\\\\.)*")`).exec(json)?.[1];
  if (literal === undefined) return undefined;
  try {
    return String(JSON.parse(literal)).slice(0, 300);
  } catch {
    // Cut in the middle of an escape.
    return undefined;
  }
}
