import { listed, type Speak, text, type Words } from '../support/text.ts';
import { ageText } from './duration-text.ts';
import { logText, queueText } from './queue-report.ts';
import { stateWords } from './state-words.ts';
import { padToWidth, textWidth, wrapToWidth } from './text-width.ts';
import type { BotReport, BridgeStatus, ReloadOutcome, ServerReport } from './types.ts';

export interface StatusOptions {
  readonly debug: boolean;
  readonly speak: Speak;
  /** Columns of the terminal. Default: no limit. */
  readonly maxWidth?: number;
}

/** The answer to `status`: the daemon at a glance. */
export function statusLines(status: BridgeStatus, { debug, speak, maxWidth }: StatusOptions): Words[] {
  const { version, phase, startedAt, bots, servers } = status;
  const rows = [
    [text`port`, status.address],
    [text`admin`, status.adminAddress ?? text`off`],
    [text`config`, status.configFile],
    [text`bots`, botsText(bots)],
    [text`servers`, serversText(servers)],
    [text`queue`, queueText(servers)],
    [text`log`, logText(status.log)],
    [text`debug`, debug ? text`on` : text`off`],
  ] as const;
  const width = Math.max(...rows.map(([name]) => textWidth(speak(name))));
  const room = (maxWidth ?? Number.POSITIVE_INFINITY) - width - 2;
  return [
    text`QQBridge ${version}, ${stateWords(phase)}, for ${ageText(startedAt)}`,
    ...rows.flatMap(([name, value]) =>
      wrapToWidth(speak(value), room).map(
        (line, index) => `${padToWidth(index === 0 ? speak(name) : '', width)}  ${line}`,
      ),
    ),
  ];
}

function botsText(bots: readonly BotReport[]): Words {
  const online = bots.filter(({ state }) => state === 'online').length;
  return listed([text`${online} of ${bots.length} online`, ...counted(bots, ({ state }) => state !== 'online')]);
}

function serversText(servers: readonly ServerReport[]): Words {
  const up = servers.filter(({ state }) => state === 'up').length;
  return listed([text`${up} of ${servers.length} up`, ...counted(servers, ({ state }) => state !== 'up')]);
}

/** `2 refusing`, `1 paused`: how many items are in each of the other states. */
function counted<T extends { readonly state: string }>(all: readonly T[], isOther: (one: T) => boolean): Words[] {
  const counts = new Map<string, number>();
  for (const { state } of all.filter(isOther)) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => text`${count} ${stateWords(state)}`);
}

/** The answer to a `reload config` that was taken. */
export function appliedLines({ changes, needRestart, warnings }: Extract<ReloadOutcome, { kind: 'applied' }>): Words[] {
  return [
    ...warnings.map((warning) => text`warning: ${warning}`),
    ...changes,
    ...(needRestart.length === 0 ? [] : [text`a restart is needed for: ${needRestart.join(', ')}`]),
    changes.length + needRestart.length === 0 ? text`The config is as it was.` : text`The config is reloaded.`,
  ];
}
