import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { sizeText } from './format.ts';
import { t } from './i18n.ts';
import { Icon } from './icons.tsx';
import { setOut } from './json-parts.ts';
import { say } from './notices.ts';

export interface JsonViewProps {
  readonly title: string;
  readonly json: string;
  /** Of the whole, of which `json` may be the beginning. */
  readonly byteLength: number;
}

/** JSON set out for reading, its text as it was: nothing is parsed, so that ids keep all their digits. */
export function JsonView({ title, json, byteLength }: JsonViewProps): JSX.Element {
  const parts = useMemo(() => setOut(json), [json]);
  const shown = new TextEncoder().encode(json).length;
  const copy = async () => {
    await navigator.clipboard.writeText(json);
    say(t('copied'));
  };
  return (
    <section class="json">
      <header>
        <h3>{title}</h3>
        <small>{sizeText(byteLength)}</small>
        <button
          type="button"
          class="quiet"
          onClick={() => void copy().catch((error: unknown) => say(String(error), true))}
        >
          <Icon name="copy" />
          {t('copy')}
        </button>
      </header>
      {shown < byteLength ? <p class="hint">{t('cut', sizeText(shown), sizeText(byteLength))}</p> : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <pre tabIndex={0}>
        {parts.map(({ kind, text }) => (kind === 'plain' ? text : <span class={`json-${kind}`}>{text}</span>))}
      </pre>
    </section>
  );
}
