import type { JSX } from 'preact';
import type { BotState, ServerState, Standing } from '../../../src/states/types.ts';
import { spanText } from '../format.ts';
import { t } from '../i18n.ts';
import { healthOf, inWords } from '../states.ts';

export interface StandingViewProps {
  readonly of: Standing<BotState | ServerState>;
  readonly now: number;
}

/** The state of a bot or a server, since when, why, and what to change. */
export function StandingView({ of, now }: StandingViewProps): JSX.Element {
  const { mood, text } = healthOf(of);
  const [cause, cure] = [inWords(of.cause), inWords(of.cure)];
  return (
    <div class={`standing mood-${mood}`}>
      <p>
        <i class="shape" /> <b class="state">{text}</b> <small>{t('stateFor', spanText(now - of.since))}</small>
      </p>
      {cause === undefined ? null : <p class="cause">{cause}</p>}
      {cure === undefined ? null : (
        <p class="cure">
          <b>{t('cure')}</b> {cure}
        </p>
      )}
    </div>
  );
}
