import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { DeadLetterStatus } from '../../../src/operator/types.ts';
import { api } from '../api.ts';
import { countText, dateTimeText, sizeText } from '../format.ts';
import { language, t } from '../i18n.ts';
import { Icon } from '../icons.tsx';
import { JsonView } from '../json-view.tsx';
import { status } from '../live.ts';
import { order, say } from '../notices.ts';

/** Of one server; a thousand rows help nobody. */
const MAX_SHOWN = 100;

const letters = signal<readonly DeadLetterStatus[]>([]);
const opened = signal<{ readonly id: number; readonly json: string; readonly byteLength: number } | undefined>(
  undefined,
);

async function load(): Promise<void> {
  try {
    letters.value = (await api.deadLetters()).letters;
  } catch (error) {
    say(t('commandFailed', String(error)), true);
  }
}

export function DeadView(): JSX.Element {
  const counts = JSON.stringify(status.value?.deadLetters ?? {});
  // The reasons depend on the language of the page, so a change of the language loads the letters again.
  useEffect(() => {
    void load();
  }, [counts, language.value]);
  const names = [...new Set(letters.value.map(({ server }) => server))].sort();
  return (
    <div class="dead">
      {names.length === 0 ? <p class="empty-state">{t('deadEmpty')}</p> : null}
      {names.map((name) => (
        <LettersOf key={name} server={name} all={letters.value.filter(({ server }) => server === name)} />
      ))}
    </div>
  );
}

function LettersOf({
  server,
  all,
}: {
  readonly server: string;
  readonly all: readonly DeadLetterStatus[];
}): JSX.Element {
  const [isSure, setSure] = useState(false);
  const give = async (command: string) => {
    setSure(false);
    await order(command);
    await load();
  };
  const isKnown = status.value?.servers.some(({ name }) => name === server) ?? false;
  return (
    <section class="panel" aria-label={t('deadOf', server, all.length)}>
      <header>
        <h2>{server}</h2>
        <span class="badge">{countText(all.length)}</span>
        <div class="actions">
          {isSure ? (
            <>
              <span>{t('deadDropSure', countText(all.length))}</span>
              <button type="button" class="danger" onClick={() => void give(`dead drop ${server}`)}>
                {t('deadDrop')}
              </button>
              <button type="button" onClick={() => setSure(false)}>
                {t('cancel')}
              </button>
            </>
          ) : (
            <>
              <button type="button" class="main" disabled={!isKnown} onClick={() => void give(`dead retry ${server}`)}>
                <Icon name="send" />
                {t('deadRetry')}
              </button>
              <button type="button" onClick={() => setSure(true)}>
                <Icon name="bin" />
                {t('deadDrop')}
              </button>
            </>
          )}
        </div>
      </header>
      {all.length > MAX_SHOWN ? <p class="hint">{t('deadNewest', MAX_SHOWN)}</p> : null}
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">{t('colTime')}</th>
              <th scope="col">{t('colEvent')}</th>
              <th scope="col">{t('colBot')}</th>
              <th scope="col">{t('colReason')}</th>
              <th scope="col" class="number">
                {t('colBytes')}
              </th>
            </tr>
          </thead>
          <tbody>
            {all
              .slice(-MAX_SHOWN)
              .toReversed()
              .map((letter) => (
                <LetterRow key={letter.id} letter={letter} />
              ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function LetterRow({ letter }: { readonly letter: DeadLetterStatus }): JSX.Element {
  const { id, at, event, selfId, reason, answer, byteLength } = letter;
  const isOpen = opened.value?.id === id;
  const toggle = async () => {
    if (isOpen) {
      opened.value = undefined;
      return;
    }
    try {
      opened.value = { id, ...(await api.deadLetter(id)) };
    } catch {
      say(t('deadGone'), true);
    }
  };
  return (
    <>
      <tr>
        <td>{dateTimeText(at)}</td>
        <td>
          <button type="button" class="link" aria-expanded={isOpen} onClick={() => void toggle()}>
            {event}
          </button>
        </td>
        <td>
          <code>{selfId}</code>
        </td>
        <td class="error">{reason}</td>
        <td class="number">{sizeText(byteLength)}</td>
      </tr>
      {isOpen && opened.value !== undefined ? (
        <tr>
          <td colSpan={5}>
            {answer === undefined ? null : (
              <JsonView title={t('deadAnswer')} json={answer} byteLength={new TextEncoder().encode(answer).length} />
            )}
            <JsonView title={t('eventJson')} json={opened.value.json} byteLength={opened.value.byteLength} />
          </td>
        </tr>
      ) : null}
    </>
  );
}
