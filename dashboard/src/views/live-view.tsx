import type { JSX } from 'preact';
import { status } from '../live.ts';
import { selection } from '../selection.ts';
import { BotPanel } from './bot-panel.tsx';
import { Charts } from './charts.tsx';
import { Picture } from './picture.tsx';
import { ServerPanel } from './server-panel.tsx';

export function LiveView(): JSX.Element {
  const now = status.value;
  if (now === undefined) return <div class="loading" aria-busy="true" />;
  const chosen = selection.value;
  const server = chosen?.kind === 'server' ? now.servers.find(({ name }) => name === chosen.name) : undefined;
  const bot = chosen?.kind === 'bot' ? now.bots.find(({ selfId }) => selfId === chosen.name) : undefined;
  return (
    <div class="live">
      <Picture now={now} />
      {server === undefined ? null : <ServerPanel server={server} now={now.now} />}
      {bot === undefined ? null : <BotPanel bot={bot} now={now.now} />}
      <Charts server={server?.name} />
    </div>
  );
}
