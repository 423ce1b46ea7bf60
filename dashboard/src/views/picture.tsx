import type { JSX } from 'preact';
import type { DialledBotStatus } from '../../../src/bots/types.ts';
import type { LiveServer, LiveStatus } from '../../../src/operator/admin/live-status.ts';
import type { BotReport } from '../../../src/operator/types.ts';
import { agoText, countText, msText, rateText, spanText } from '../format.ts';
import { t } from '../i18n.ts';
import { connection, rates } from '../live.ts';
import { select, selection } from '../selection.ts';
import { type Health, healthOf, inWords, queueOf } from '../states.ts';
import { type Wire, Wires } from './wires.tsx';

/** Cards have one height, so that the wires need no measuring. */
const ROW = 84;
const MIN_ROWS = 3;

/** More would be no picture any more. */
const MAX_ROWS = 24;

/** Those that dial in and those that the bridge dials, once each. */
interface BotCard {
  readonly name: string;
  readonly health: Health;
  readonly lines: readonly string[];
  readonly error?: string | undefined;
  readonly rate: number;
  readonly isKnown: boolean;
}

export function Picture({ now }: { readonly now: LiveStatus }): JSX.Element {
  const bots = botCards(now).slice(0, MAX_ROWS);
  const servers = now.servers.slice(0, MAX_ROWS);
  const rows = Math.max(MIN_ROWS, bots.length, servers.length);
  const height = rows * ROW;
  const hiddenBots = now.leftOut.bots + now.bots.length - Math.min(now.bots.length, MAX_ROWS);
  const hiddenServers = now.leftOut.servers + now.servers.length - servers.length;
  return (
    <section
      class={connection.value === 'live' ? 'picture' : 'picture is-old'}
      aria-label={t('picture')}
      style={{ '--height': `${height}px` }}
    >
      <div class="column bots">
        <h2>
          {t('bots')} <span>{countText(now.bots.length + now.leftOut.bots)}</span>
        </h2>
        <ul>
          {bots.map((bot) => (
            <BotRow key={bot.name} bot={bot} />
          ))}
          {bots.length === 0 ? <Nothing title={t('noBots')} hint={t('noBotsHint', webSocketOf(now.address))} /> : null}
        </ul>
        {hiddenBots > 0 ? <p class="more">{t('moreBots', hiddenBots)}</p> : null}
      </div>
      <Wires side="left" height={height} wires={bots.map((bot) => botWire(bot))} row={ROW} />
      <BridgeNode now={now} />
      <Wires side="right" height={height} wires={servers.map(serverWire)} row={ROW} />
      <div class="column servers">
        <h2>
          {t('servers')} <span>{countText(now.servers.length + now.leftOut.servers)}</span>
        </h2>
        <ul>
          {servers.map((server) => (
            <ServerRow key={server.name} server={server} />
          ))}
          {servers.length === 0 ? <Nothing title={t('noServers')} hint={t('noServersHint')} /> : null}
        </ul>
        {hiddenServers > 0 ? <p class="more">{t('moreServers', hiddenServers)}</p> : null}
      </div>
    </section>
  );
}

function BridgeNode({ now }: { readonly now: LiveStatus }): JSX.Element {
  const { events, calls } = rates.value;
  const waiting = now.servers.reduce((sum, server) => sum + queueOf(server), 0);
  const log = ({ durable: 'durable', memory: 'memoryOnly', failing: 'failing' } as const)[now.log.kind];
  return (
    <div class="column bridge">
      <h2>{t('bridge')}</h2>
      <div class="bridge-body">
        <dl>
          <div class="lane-events">
            <dt>{t('eventsLane')}</dt>
            <dd>{rateText(events)}</dd>
          </div>
          <div class="lane-calls">
            <dt>{t('callsLane')}</dt>
            <dd>{rateText(calls)}</dd>
          </div>
          <div>
            <dt>{t('waitingAll')}</dt>
            <dd>{countText(waiting)}</dd>
          </div>
        </dl>
        <p>
          {t('uptime', spanText(now.now - now.startedAt))}
          <br />
          {t(log)}
        </p>
      </div>
    </div>
  );
}

function BotRow({ bot }: { readonly bot: BotCard }): JSX.Element {
  const { name, health, lines, error } = bot;
  return (
    <li>
      <Card kind="bot" name={name} health={health} isKnown={bot.isKnown}>
        <span class="figures">
          {lines.map((line) => (
            <span key={line}>{line}</span>
          ))}
        </span>
        <Why text={error} health={health} />
      </Card>
    </li>
  );
}

function ServerRow({ server }: { readonly server: LiveServer }): JSX.Element {
  const { delivered, calls, latencyMs } = rates.value.servers.get(server.name) ?? { delivered: 0, calls: 0 };
  const queue = queueOf(server);
  const error = inWords(server.cause);
  const health = healthOf(server);
  return (
    <li>
      <Card kind="server" name={server.name} health={health} note={server.protocol} isKnown>
        <span class="figures">
          <span class="lane-events">{rateText(delivered)}</span>
          <span class="lane-calls">{rateText(calls)}</span>
          <span>{latencyMs === undefined ? '–' : msText(latencyMs)}</span>
          <span class={queue > 0 ? 'waiting' : ''}>{t('queued', countText(queue))}</span>
        </span>
        <Why text={error} health={health} />
      </Card>
    </li>
  );
}

/** The cause of a state, in red where something is wrong. */
function Why({ text, health }: { readonly text: string | undefined; readonly health: Health }): JSX.Element | null {
  if (text === undefined) return null;
  const isWrong = health.mood !== 'calm' && health.mood !== 'held';
  return (
    <span class={isWrong ? 'error' : 'why'} title={text}>
      {text}
    </span>
  );
}

interface CardProps {
  readonly kind: 'bot' | 'server';
  readonly name: string;
  readonly health: Health;
  readonly note?: string;
  readonly isKnown: boolean;
  readonly children: JSX.Element | (JSX.Element | null)[];
}

function Card({ kind, name, health, note, isKnown, children }: CardProps): JSX.Element {
  const isChosen = selection.value?.kind === kind && selection.value.name === name;
  return (
    <button
      type="button"
      class={`card mood-${health.mood}`}
      aria-pressed={isChosen}
      disabled={!isKnown}
      onClick={() => select({ kind, name })}
    >
      <span class="card-head">
        <i class="shape" />
        <b title={name}>{name}</b>
        {note === undefined ? null : <small>{note}</small>}
        <span class="state">{health.text}</span>
      </span>
      {children}
    </button>
  );
}

function Nothing({ title, hint }: { readonly title: string; readonly hint: string }): JSX.Element {
  return (
    <li class="nothing">
      <b>{title}</b>
      <span>{hint}</span>
    </li>
  );
}

function botCards(now: LiveStatus): readonly BotCard[] {
  const known = now.bots.map((bot) => knownBot(bot, now));
  const ids = new Set(now.bots.map(({ selfId }) => selfId));
  const others = now.dialled
    .filter(({ selfId }) => selfId === undefined || !ids.has(selfId))
    .map((bot) => unknownBot(bot));
  return [...known, ...others];
}

function knownBot(bot: BotReport, now: LiveStatus): BotCard {
  const { selfId, lastEventAt } = bot;
  const rate = rates.value.bots.get(selfId) ?? 0;
  const last = lastEventAt === undefined ? t('noEvents') : t('lastEvent', agoText(now.now - lastEventAt));
  const error = inWords(bot.cause);
  return { name: selfId, health: healthOf(bot), lines: [rateText(rate), last], error, rate, isKnown: true };
}

function unknownBot({ name, url, standing }: DialledBotStatus): BotCard {
  return { name, health: healthOf(standing), lines: [url], error: inWords(standing.cause), rate: 0, isKnown: false };
}

function botWire({ name, rate, health }: BotCard): Wire {
  const last = [...rates.value.servers.values()].reduce((sum, { calls }) => sum + calls, 0);
  const online = Math.max(1, rates.value.bots.size);
  return { key: name, events: rate, calls: health.mood === 'good' ? last / online : 0, mood: health.mood };
}

function serverWire(server: LiveServer): Wire {
  const { delivered, calls } = rates.value.servers.get(server.name) ?? { delivered: 0, calls: 0 };
  return { key: server.name, events: delivered, calls, mood: healthOf(server).mood };
}

function webSocketOf(address: string): string {
  return `${address.replace(/^http/, 'ws')}/`;
}
