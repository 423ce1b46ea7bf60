import { short, summarise, withSpread } from './statistics.mjs';
import { table } from './table.mjs';

/**
 * Contenders side by side: all are started, then measured in turn, another one first in each round, since what came
 * before leaves the machine warm or its disk busy. The medians count, and ratios taken round by round.
 *
 * @typedef {object} Contender
 * @property {string} name
 * @property {() => Promise<Running>} start
 *
 * @typedef {object} Running
 * @property {() => Promise<Record<string, number>>} measure one round, its figures by name
 * @property {() => Promise<unknown>} stop
 *
 * @typedef {{ name: string, rounds: object[], medians: Record<string, import('./statistics.mjs').Summary> }} Peer
 *
 * @param {Contender[]} contenders
 * @param {{ rounds: number, warmUps?: number }} options
 * @returns {Promise<Peer[]>}
 */
export async function contest(contenders, { rounds, warmUps = 1 }) {
  const running = [];
  const figures = contenders.map(() => []);
  try {
    for (const { start } of contenders) running.push(await start());
    for (let round = -warmUps; round < rounds; round += 1) {
      for (let n = 0; n < running.length; n += 1) {
        const at = (Math.max(0, round) + n) % running.length;
        const measured = await running[at].measure();
        if (round >= 0) figures[at].push(measured);
      }
    }
  } finally {
    for (const { stop } of running) await stop();
  }
  return contenders.map(({ name }, at) => ({ name, rounds: figures[at], medians: mediansOf(figures[at]) }));
}

function mediansOf(rounds) {
  const names = Object.keys(rounds[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, summarise(rounds.map((round) => round[name]))]));
}

/** One peer's figure over another's, or the other way about where less is better, round by round. */
export function ratio(peers, figure, [own, other]) {
  const rounds = (wanted) => peers.find(({ name }) => name === wanted).rounds;
  return summarise(rounds(own).map((round, n) => round[figure] / rounds(other)[n][figure]));
}

/** @param {[title: string, figure: string][]} columns */
export function describePeers(title, peers, columns) {
  const rows = peers.map(({ name, medians }) => [
    name,
    ...columns.map(([, figure], n) => {
      const value = medians[figure];
      if (value === undefined) return '-';
      return n === 0 ? withSpread(value) : short(value.median);
    }),
  ]);
  return `\n${title}\n\n${table(['', ...columns.map(([head]) => head)], rows)}`;
}
