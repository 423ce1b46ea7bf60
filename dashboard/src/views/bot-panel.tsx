import type { JSX } from 'preact';
import type { BotReport } from '../../../src/operator/types.ts';
import { countText, spanText } from '../format.ts';
import { t } from '../i18n.ts';
import { CloseButton } from './server-panel.tsx';
import { StandingView } from './standing.tsx';

export function BotPanel({ bot, now }: { readonly bot: BotReport; readonly now: number }): JSX.Element {
  const { selfId, sessions, eventsByType } = bot;
  return (
    <section class="panel" aria-label={selfId}>
      <header>
        <h2>{selfId}</h2>
        <div class="actions">
          <CloseButton />
        </div>
      </header>
      <StandingView of={bot} now={now} />
      <dl class="tally">
        {Object.entries(eventsByType).map(([type, count]) => (
          <div key={type} class={count > 0 ? '' : 'zero'}>
            <dt>{type}</dt>
            <dd>{countText(count)}</dd>
          </div>
        ))}
      </dl>
      <div class="scroll">
        <table>
          <caption>{t('sessions')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('colKind')}</th>
              <th scope="col">{t('colRole')}</th>
              <th scope="col">{t('colPeer')}</th>
              <th scope="col">{t('colAgent')}</th>
              <th scope="col" class="number">
                {t('colSince')}
              </th>
            </tr>
          </thead>
          <tbody>
            {sessions.map(({ kind, role, remote, userAgent, since }) => (
              <tr key={`${kind} ${role} ${remote}`}>
                <td>{kind}</td>
                <td>{role}</td>
                <td>
                  <code>{remote}</code>
                </td>
                <td>{userAgent ?? '–'}</td>
                <td class="number">{spanText(now - since)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
