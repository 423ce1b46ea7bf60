import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { sizeText } from './format.ts';
import { t } from './i18n.ts';
import { Icon } from './icons.tsx';
import { say } from './notices.ts';

export interface JsonViewProps {
  readonly title: string;
  readonly json: string;
  /** Of the whole, of which `json` may be the beginning. */
  readonly byteLength: number;
}

/** What is set out with colours; the rest of a long text stands as it is. */
const MAX_TOKENS = 4_000;

const TOKEN = /("(?:[^"\\]|\\.)*"?)(\s*:)?|(-?\d[\d.eE+-]*)|(true|false|null)|([{}[\],:])|(\s+)|(.)/gs;

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
        <button type="button" class="quiet" onClick={() => void copy().catch((error: unknown) => say(String(error), true))}>
          <Icon name="copy" />
          {t('copy')}
        </button>
      </header>
      {shown < byteLength ? <p class="hint">{t('cut', sizeText(shown), sizeText(byteLength))}</p> : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <pre tabIndex={0}>{parts}</pre>
    </section>
  );
}

function setOut(json: string): (JSX.Element | string)[] {
  const parts: (JSX.Element | string)[] = [];
  let depth = 0;
  let plain = '';
  let count = 0;
  const flush = () => {
    if (plain !== '') parts.push(plain);
    plain = '';
  };
  const newLine = () => {
    plain += `\n${'  '.repeat(Math.min(depth, 40))}`;
  };
  for (const match of json.matchAll(TOKEN)) {
    const [whole, string, colon, number, word, mark] = match;
    count += 1;
    if (count > MAX_TOKENS) {
      plain += json.slice(match.index);
      break;
    }
    if (string !== undefined || number !== undefined || word !== undefined) {
      flush();
      const kind = colon !== undefined ? 'key' : string !== undefined ? 'string' : number !== undefined ? 'number' : 'word';
      parts.push(<span class={`json-${kind}`}>{string ?? number ?? word}</span>);
      if (colon !== undefined) plain += ': ';
    } else if (mark === '{' || mark === '[') {
      const isEmpty = /^\s*[}\]]/.test(json.slice(match.index + 1, match.index + 20));
      depth += 1;
      plain += mark;
      if (!isEmpty) newLine();
    } else if (mark === '}' || mark === ']') {
      depth = Math.max(0, depth - 1);
      if (!/[{[]$/.test(plain)) newLine();
      plain += mark;
    } else if (mark === ',') {
      plain += mark;
      newLine();
    } else if (whole.trim() !== '') plain += whole;
  }
  flush();
  return parts;
}
