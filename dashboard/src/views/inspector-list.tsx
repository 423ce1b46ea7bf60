import { type Signal, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { type CallOutcome, NO_SERVER } from '../../../src/calls/types.ts';
import type { Item } from '../feed.ts';
import { clockText, msText } from '../format.ts';
import { t } from '../i18n.ts';

const ROW = 30;
/** Rows above and below what can be seen. */
const SPARE = 8;

const OUTCOMES = {
  ok: 'outcomeOk',
  failed: 'outcomeFailed',
  malformed: 'outcomeMalformed',
  denied: 'outcomeDenied',
  no_bot: 'outcomeNoBot',
  limited: 'outcomeLimited',
  offline: 'outcomeOffline',
  timed_out: 'outcomeTimedOut',
  abandoned: 'outcomeAbandoned',
} as const;

export function outcomeText(outcome: CallOutcome): string {
  return t(OUTCOMES[outcome]);
}

/** The name of the caller. A caller that is no server has a name that no server can have. */
export function callerText(server: string): string {
  if (server === NO_SERVER.anonymous) return t('anonymous');
  return server === NO_SERVER.console ? t('console') : server;
}

export interface InspectorListProps {
  /** Newest first. */
  readonly items: readonly Item[];
  readonly chosen: Signal<Item | undefined>;
}

/** Only the rows that can be seen are in the page; what is looked at stays in its place while new rows come above it. */
export function InspectorList({ items, chosen }: InspectorListProps): JSX.Element {
  const list = useRef<HTMLDivElement>(null);
  const view = useSignal({ top: 0, height: 600 });
  const topKey = useRef(0);

  useLayoutEffect(() => {
    const element = list.current;
    if (element === null) return;
    const added = items.findIndex(({ key }) => key === topKey.current);
    if (element.scrollTop > ROW && added > 0) element.scrollTop += added * ROW;
    topKey.current = items[0]?.key ?? 0;
  }, [items]);

  useEffect(() => {
    const element = list.current;
    if (element === null) return undefined;
    const look = () => {
      view.value = { top: element.scrollTop, height: element.clientHeight };
    };
    const sizes = new ResizeObserver(look);
    sizes.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      sizes.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, []);

  const first = Math.max(0, Math.floor(view.value.top / ROW) - SPARE);
  const last = Math.min(items.length, Math.ceil((view.value.top + view.value.height) / ROW) + SPARE);
  const at = items.findIndex(({ key }) => key === chosen.value?.key);

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -items.length, End: items.length }[
      event.key
    ];
    if (step === undefined) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(items.length - 1, at < 0 ? 0 : at + step));
    chosen.value = items[next];
    const element = list.current;
    if (element === null) return;
    if (next * ROW < element.scrollTop) element.scrollTop = next * ROW;
    else if ((next + 1) * ROW > element.scrollTop + element.clientHeight)
      element.scrollTop = (next + 1) * ROW - element.clientHeight;
  };

  return (
    <div
      class="rows"
      ref={list}
      role="listbox"
      tabIndex={0}
      aria-label={t('streamList')}
      aria-activedescendant={at >= first && at < last ? `row-${chosen.value?.key}` : undefined}
      onKeyDown={onKeyDown}
    >
      <div class="rows-all" style={{ height: `${items.length * ROW}px` }}>
        {items.slice(first, last).map((item, index) => (
          <Row key={item.key} item={item} top={(first + index) * ROW} chosen={chosen} />
        ))}
      </div>
    </div>
  );
}

function Row({
  item,
  top,
  chosen,
}: {
  readonly item: Item;
  readonly top: number;
  readonly chosen: Signal<Item | undefined>;
}): JSX.Element {
  const isEvent = item.kind === 'event';
  const { at, selfId } = isEvent ? item.event : item.call;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list takes the keys.
    // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus and names the active row.
    <div
      id={`row-${item.key}`}
      class={`row ${isEvent ? 'lane-events' : 'lane-calls'}`}
      role="option"
      aria-selected={chosen.value?.key === item.key}
      style={{ top: `${top}px` }}
      onClick={() => {
        chosen.value = item;
      }}
    >
      <time>{clockText(at)}</time>
      <span class="arrow" title={t(isEvent ? 'event' : 'call')}>
        {isEvent ? '→' : '←'}
      </span>
      <code>{selfId ?? '?'}</code>
      <b>{isEvent ? item.event.name : item.call.action}</b>
      <span class="what">
        {isEvent ? null : <em>{callerText(item.call.server)}</em>}
        {item.summary}
      </span>
      {isEvent ? null : (
        <span class={`outcome ${item.call.outcome === 'ok' ? 'good' : 'bad'}`}>
          {outcomeText(item.call.outcome)} {msText(item.call.ms)}
        </span>
      )}
    </div>
  );
}
