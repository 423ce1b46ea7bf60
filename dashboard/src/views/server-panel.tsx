import type { JSX } from 'preact';
import type { LiveServer } from '../../../src/operator/admin/live-status.ts';
import type { LinkStatus } from '../../../src/servers/types.ts';
import { countText, sizeText, spanText } from '../format.ts';
import { t } from '../i18n.ts';
import { Icon } from '../icons.tsx';
import { connection } from '../live.ts';
import { order } from '../notices.ts';
import { selection } from '../selection.ts';
import { healthOf, inWords } from '../states.ts';
import { StandingView } from './standing.tsx';

export function ServerPanel({ server, now }: { readonly server: LiveServer; readonly now: number }): JSX.Element {
  const { name, url, paused, links, connections = [], counts, frameLimitBytes, hiddenLinks } = server;
  const isOff = connection.value !== 'live';
  const { tooOld, overflow, unreadable, dead } = counts.dropped;
  const figures = [
    [t('delivered'), counts.delivered],
    [t('retried'), counts.retried],
    [t('unanswered'), counts.unanswered],
    [t('tooOld'), tooOld],
    [t('overflow'), overflow],
    [t('unreadable'), unreadable],
    [t('dead'), dead],
    [t('calls'), counts.calls],
  ] as const;
  return (
    <section class="panel" aria-label={name}>
      <header>
        <h2>{name}</h2>
        <code>{url ?? server.protocol}</code>
        <div class="actions">
          <button type="button" disabled={isOff} onClick={() => void order(`${paused ? 'resume' : 'pause'} ${name}`)}>
            <Icon name={paused ? 'play' : 'pause'} />
            {t(paused ? 'resume' : 'pause')}
          </button>
          <button type="button" disabled={isOff} onClick={() => void order(`reconnect ${name}`)}>
            <Icon name="again" />
            {t('reconnect')}
          </button>
          <CloseButton />
        </div>
      </header>
      <StandingView of={server} now={now} />
      <dl class="tally">
        {figures.map(([label, count]) => (
          <div key={label} class={count > 0 ? '' : 'zero'}>
            <dt>{label}</dt>
            <dd>{countText(count)}</dd>
          </div>
        ))}
      </dl>
      {frameLimitBytes === undefined ? null : <p class="hint">{t('frameLimit', sizeText(frameLimitBytes))}</p>}
      {links.length === 0 ? <p class="hint">{t('noLinks')}</p> : <LinkTable links={links} now={now} />}
      {hiddenLinks > 0 ? <p class="more">{t('moreLinks', hiddenLinks)}</p> : null}
      {connections.length === 0 ? null : (
        <ul class="peers" aria-label={t('connections')}>
          {connections.map(({ kind, role, remote, userAgent, since }) => (
            <li key={remote}>
              <code>{remote}</code> {kind} {role} <span class="muted">{userAgent}</span> {spanText(now - since)}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function LinkTable({ links, now }: { readonly links: readonly LinkStatus[]; readonly now: number }): JSX.Element {
  return (
    <div class="scroll">
      <table>
        <caption>{t('links')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('colBot')}</th>
            <th scope="col">{t('colState')}</th>
            <th scope="col" class="number">
              {t('colSince')}
            </th>
            <th scope="col" class="number">
              {t('colQueue')}
            </th>
            <th scope="col" class="number">
              {t('colBytes')}
            </th>
            <th scope="col" class="number">
              {t('colInFlight')}
            </th>
            <th scope="col">{t('colError')}</th>
          </tr>
        </thead>
        <tbody>
          {links.map((link) => (
            <LinkRow key={link.selfId ?? ''} link={link} now={now} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function LinkRow({ link, now }: { readonly link: LinkStatus; readonly now: number }): JSX.Element {
  const { selfId, standing, queuedEvents, queuedBytes, oldestAt, inFlight, nextTryAt } = link;
  const { mood, text } = healthOf(standing);
  return (
    <tr class={`mood-${mood}`}>
      <td>
        <code>{selfId ?? '–'}</code>
      </td>
      <td>
        <i class="shape" /> {text}
      </td>
      <td class="number">{spanText(now - standing.since)}</td>
      <td class="number">
        {countText(queuedEvents)}
        {oldestAt === undefined ? null : <small> {t('oldest', spanText(now - oldestAt))}</small>}
      </td>
      <td class="number">{sizeText(queuedBytes)}</td>
      <td class="number">{countText(inFlight)}</td>
      <td class="error">
        {inWords(standing.cause)}
        {nextTryAt === undefined ? null : <small> {t('nextTry', spanText(Math.max(0, nextTryAt - now)))}</small>}
      </td>
    </tr>
  );
}

export function CloseButton(): JSX.Element {
  return (
    <button
      type="button"
      class="quiet square"
      aria-label={t('close')}
      title={t('close')}
      onClick={() => {
        selection.value = undefined;
      }}
    >
      <Icon name="close" />
    </button>
  );
}
