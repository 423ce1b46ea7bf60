import { computed, signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { countText, dateTimeText } from '../format.ts';
import { t } from '../i18n.ts';
import { status } from '../live.ts';
import { lines, linesLeftOut } from '../log-lines.ts';
import { order } from '../notices.ts';

const LEVELS = [
  { name: 'all', label: 'logAll', shows: ['error', 'warn', 'info', 'debug'] },
  { name: 'warn', label: 'logWarn', shows: ['error', 'warn'] },
  { name: 'error', label: 'logError', shows: ['error'] },
] as const;

const level = signal<(typeof LEVELS)[number]>(LEVELS[0]);
const query = signal('');
const follows = signal(true);

const matching = computed(() => {
  const wanted = query.value.trim().toLowerCase();
  return lines.value.filter(
    (line) =>
      (level.value.shows as readonly string[]).includes(line.level) &&
      (wanted === '' || `${line.message} ${line.fields}`.toLowerCase().includes(wanted)),
  );
});

export function LogView(): JSX.Element {
  const list = useRef<HTMLDivElement>(null);
  const shown = matching.value;
  useLayoutEffect(() => {
    const element = list.current;
    if (element !== null && follows.value) element.scrollTop = element.scrollHeight;
  }, [shown, follows.value]);
  const onScroll = () => {
    const element = list.current;
    if (element !== null) follows.value = element.scrollHeight - element.scrollTop - element.clientHeight < 40;
  };
  const isDebug = status.value?.debug === true;
  return (
    <section class="log" aria-label={t('viewLog')}>
      <div class="toolbar">
        <input
          type="search"
          placeholder={t('filter')}
          aria-label={t('filter')}
          value={query.value}
          onInput={(event) => {
            query.value = event.currentTarget.value;
          }}
        />
        <fieldset class="segments">
          <legend class="hidden">{t('logLevel')}</legend>
          {LEVELS.map((each) => (
            <label key={each.name}>
              <input
                type="radio"
                name="level"
                checked={level.value === each}
                onChange={() => {
                  level.value = each;
                }}
              />
              <span>{t(each.label)}</span>
            </label>
          ))}
        </fieldset>
        <button type="button" aria-pressed={isDebug} onClick={() => void order(`debug ${isDebug ? 'off' : 'on'}`)}>
          {t(isDebug ? 'logDebugOff' : 'logDebugOn')}
        </button>
        {follows.value ? null : (
          <button
            type="button"
            class="main"
            onClick={() => {
              follows.value = true;
            }}
          >
            {t('logFollow')}
          </button>
        )}
        <span class="count">{t('matches', countText(shown.length), countText(lines.value.length))}</span>
      </div>
      {linesLeftOut.value > 0 ? <p class="strip">{t('logLeftOut', countText(linesLeftOut.value))}</p> : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <div class="log-lines" ref={list} tabIndex={0} role="log" aria-live="off" onScroll={onScroll}>
        {shown.length === 0 ? <p class="empty-state">{t('logEmpty')}</p> : null}
        {shown.map((line) => (
          <p key={line.id} class={`line ${line.level}`}>
            <time>{dateTimeText(line.at)}</time>
            <b>{line.level}</b>
            <span>
              {line.message} <small>{line.fields}</small>
            </span>
          </p>
        ))}
      </div>
    </section>
  );
}
