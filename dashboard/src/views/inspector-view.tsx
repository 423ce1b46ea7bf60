import { computed, signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { clearItems, type Item, isHeld, items, leftOut, passed, setHeld } from '../feed.ts';
import { countText, dateTimeText, msText } from '../format.ts';
import { t } from '../i18n.ts';
import { Icon } from '../icons.tsx';
import { JsonView } from '../json-view.tsx';
import { callerText, InspectorList, outcomeText } from './inspector-list.tsx';

const query = signal('');
const showsEvents = signal(true);
const showsCalls = signal(true);
const chosen = signal<Item | undefined>(undefined);

const matching = computed(() => {
  const wanted = query.value.trim().toLowerCase();
  return items.value.filter((item) => {
    if (item.kind === 'event' ? !showsEvents.value : !showsCalls.value) return false;
    return wanted === '' || textOf(item).toLowerCase().includes(wanted);
  });
});

export function InspectorView(): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLInputElement && event.target.type !== 'checkbox';
      if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === '/') field.current?.focus();
      else if (event.key.toLowerCase() === 'p') setHeld(!isHeld.value);
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  const item = chosen.value;
  return (
    <div class={`inspector ${item === undefined ? '' : 'has-detail'}`}>
      <section class="stream" aria-label={t('viewInspector')}>
        <div class="toolbar">
          <input
            ref={field}
            id="filter"
            type="search"
            placeholder={t('filterHint')}
            aria-label={t('filter')}
            value={query.value}
            onInput={(event) => {
              query.value = event.currentTarget.value;
            }}
          />
          <Toggle id="show-events" label={t('showEvents')} state={showsEvents} lane="lane-events" />
          <Toggle id="show-calls" label={t('showCalls')} state={showsCalls} lane="lane-calls" />
          <button type="button" id="hold" aria-pressed={isHeld.value} onClick={() => setHeld(!isHeld.value)}>
            <Icon name={isHeld.value ? 'play' : 'pause'} />
            {t(isHeld.value ? 'follow' : 'hold')}
          </button>
          <button type="button" class="quiet" onClick={clearItems}>
            {t('clear')}
          </button>
          <span class="count">{t('matches', countText(matching.value.length), countText(items.value.length))}</span>
        </div>
        <p class={`strip ${leftOut.value > 0 || isHeld.value ? '' : 'empty'}`}>
          {isHeld.value
            ? t('held', countText(passed.value))
            : leftOut.value > 0
              ? t('sampled', countText(leftOut.value))
              : ''}
        </p>
        {matching.value.length === 0 ? (
          <p class="empty-state">{t(items.value.length === 0 ? 'inspectorEmpty' : 'inspectorNoMatch')}</p>
        ) : (
          <InspectorList items={matching.value} chosen={chosen} />
        )}
      </section>
      <section class="detail" aria-label="JSON">
        {item === undefined ? <p class="empty-state">{t('inspectorPick')}</p> : <Detail item={item} />}
      </section>
    </div>
  );
}

function Toggle({
  id,
  label,
  state,
  lane,
}: {
  id: string;
  label: string;
  state: typeof showsEvents;
  lane: string;
}): JSX.Element {
  return (
    <label class={`toggle ${lane}`} for={id}>
      <input
        id={id}
        type="checkbox"
        checked={state.value}
        onChange={(event) => {
          state.value = event.currentTarget.checked;
        }}
      />
      {label}
    </label>
  );
}

function Detail({ item }: { readonly item: Item }): JSX.Element {
  return (
    <>
      <header class="detail-head">
        <button
          type="button"
          class="quiet back"
          onClick={() => {
            chosen.value = undefined;
          }}
        >
          <Icon name="left" />
          {t('back')}
        </button>
        {item.kind === 'event' ? (
          <>
            <h2>{item.event.name || t('event')}</h2>
            <p>
              {dateTimeText(item.event.at)} · <code>{item.event.selfId}</code>
            </p>
          </>
        ) : (
          <>
            <h2>{item.call.action || t('call')}</h2>
            <p>
              {dateTimeText(item.call.at)} · {callerText(item.call.server)} → <code>{item.call.selfId ?? '?'}</code> ·{' '}
              {outcomeText(item.call.outcome)} {item.call.retcode} · {msText(item.call.ms)}
            </p>
          </>
        )}
      </header>
      {item.kind === 'event' ? (
        <JsonView title={t('eventJson')} json={item.event.json} byteLength={item.event.byteLength} />
      ) : (
        <>
          {item.call.reason === undefined ? null : <p class="bad">{item.call.reason}</p>}
          <JsonView title={t('request')} json={item.call.request} byteLength={item.call.requestLength} />
          {item.call.answer === undefined ? (
            <p class="hint">{t('noAnswer')}</p>
          ) : (
            <JsonView title={t('answer')} json={item.call.answer} byteLength={item.call.answerLength ?? 0} />
          )}
        </>
      )}
    </>
  );
}

function textOf(item: Item): string {
  if (item.kind === 'event') return `${item.event.name} ${item.summary} ${item.event.json}`;
  const { server, selfId, action, outcome, request, answer } = item.call;
  return `${server} ${selfId} ${action} ${outcome} ${item.summary} ${request} ${answer}`;
}
