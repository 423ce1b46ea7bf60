import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { FaultDetail } from '../../../src/operator/types.ts';
import { api, type CommandAnswer } from '../api.ts';
import { t } from '../i18n.ts';
import { Icon } from '../icons.tsx';
import { connection } from '../live.ts';
import { say } from '../notices.ts';

const config = signal<{ readonly file: string; readonly yaml: string } | undefined>(undefined);
const outcome = signal<CommandAnswer | undefined>(undefined);
const isBusy = signal(false);

async function load(): Promise<void> {
  try {
    config.value = await api.config();
  } catch (error) {
    say(t('commandFailed', String(error)), true);
  }
}

async function reload(): Promise<void> {
  isBusy.value = true;
  try {
    outcome.value = await api.command('reload config');
    await load();
  } catch (error) {
    say(t('commandFailed', error instanceof Error ? error.message : String(error)), true);
  } finally {
    isBusy.value = false;
  }
}

export function ConfigView(): JSX.Element {
  const isOff = connection.value !== 'live';
  useEffect(() => {
    if (!isOff) void load();
  }, [isOff]);
  return (
    <div class="config">
      <header class="config-head">
        <div>
          <h2>{t('configTitle')}</h2>
          <p class="hint">{t('configHint', config.value?.file ?? '')}</p>
        </div>
        <button type="button" class="main" id="reload" disabled={isBusy.value || isOff} onClick={() => void reload()}>
          <Icon name="again" />
          {t(isBusy.value ? 'configReloading' : 'configReload')}
        </button>
      </header>
      <div role="status" aria-label={t('configOutcome')}>
        {outcome.value === undefined ? null : <Outcome answer={outcome.value} />}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <pre class="yaml" tabIndex={0}>
        {(config.value?.yaml ?? '').split('\n').map(yamlLine)}
      </pre>
    </div>
  );
}

function Outcome({ answer }: { readonly answer: CommandAnswer }): JSX.Element {
  const { ok, lines, faults = [] } = answer;
  if (ok || faults.length === 0) {
    return (
      <section class={`panel outcome ${ok ? 'good' : 'bad'}`}>
        <h3>{ok ? t('configApplied') : t('commandFailed', '')}</h3>
        <ul>
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </section>
    );
  }
  return (
    <section class="panel outcome bad">
      <h3>{t('configFaults', faults.length)}</h3>
      <ol class="faults">
        {faults.map((fault) => (
          <FaultItem key={`${fault.line} ${fault.path}`} fault={fault} />
        ))}
      </ol>
    </section>
  );
}

function FaultItem({ fault }: { readonly fault: FaultDetail }): JSX.Element {
  const { line, variable, path, found, allowed, excerpt } = fault;
  return (
    <li>
      <p>
        <span class="where">{variable ?? (line === undefined ? fault.file : t('configLine', line))}</span>
        {path === '' ? null : <code>{path}</code>}
        <span>{t('configFound', found, allowed)}</span>
      </p>
      {excerpt === undefined ? null : (
        <pre>
          {excerpt.lines.map((text, index) => {
            const number = excerpt.firstLine + index;
            return (
              <span key={number} class={number === line ? 'faulty' : ''}>
                <i>{number}</i>
                {text}
                {'\n'}
              </span>
            );
          })}
        </pre>
      )}
    </li>
  );
}

/** `key: value` with its key set off. */
function yamlLine(line: string): JSX.Element {
  const [, indent = '', key, rest = line] = /^(\s*(?:- )?)([^\s:#][^:]*:)(?=\s|$)(.*)$/.exec(line) ?? [];
  return (
    <>
      {indent}
      {key === undefined ? null : <span class="json-key">{key}</span>}
      {rest}
      {'\n'}
    </>
  );
}
