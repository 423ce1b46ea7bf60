import { join } from 'node:path';
import { Child } from './child.mjs';

/** Bots of `bench/load/bot.mjs`, connected. */
export async function startBots({ port, selfIds, times }) {
  const program = join(import.meta.dirname, '..', 'load', 'bot.mjs');
  const args = [program, JSON.stringify({ port, selfIds, times })];
  const bots = new Child({ name: 'bots', command: process.execPath, args });
  await bots.answer();
  return bots;
}
