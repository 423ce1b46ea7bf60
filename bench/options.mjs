import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { MAX_CONNECTIONS } from './load/events.mjs';

export const USAGE = `usage: npm run bench -- [NAME...] [options]

  --servers 1,10      numbers of servers; default: those of the benchmark
  --rounds 3          rounds, of which the median is taken
  --seconds 0.8       length of one measurement
  --connections 64    connections of the reporter of end-to-end
  --peers A,B         only these peers of end-to-end (qqbridge, naive-durable, naive-durable-put, naive)
  --checkout DIR      the QQBridge that is measured, built; default: this one
  --against DIR       a second one beside it, for before and after (end-to-end, calls, latency)
  --profile           self time per function of qqbridge's main thread (slows it down)
  --json              the results as JSON on stdout, the tables on stderr
`;

/**
 * @typedef {object} Options
 * @property {string[]} names benchmarks to run; none means all
 * @property {number[]} [serversGiven]
 * @property {number} rounds
 * @property {number} ms
 * @property {number} warmUpMs
 * @property {number} connections
 * @property {string[]} [peers]
 * @property {string} checkout
 * @property {string} [against]
 * @property {boolean} profile
 * @property {boolean} json
 * @property {(text: string) => void} say prints for people
 */

/** @returns {Options} */
export function readOptions(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      servers: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '0.8' },
      connections: { type: 'string', default: '64' },
      peers: { type: 'string' },
      checkout: { type: 'string', default: dirname(import.meta.dirname) },
      against: { type: 'string' },
      profile: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  return {
    names: positionals,
    serversGiven: values.servers?.split(',').map((text) => atLeastOne('servers', text)),
    rounds: atLeastOne('rounds', values.rounds),
    ms: atLeast(0.5, 'seconds', values.seconds) * 1_000,
    warmUpMs: 2_500,
    connections: Math.min(MAX_CONNECTIONS, atLeastOne('connections', values.connections)),
    peers: values.peers?.split(','),
    checkout: resolve(values.checkout),
    against: values.against === undefined ? undefined : resolve(values.against),
    profile: values.profile,
    json: values.json,
    say: values.json ? (text) => console.error(text) : (text) => console.log(text),
  };
}

function atLeastOne(option, text) {
  return atLeast(1, option, text);
}

function atLeast(least, option, text) {
  const value = Number(text);
  if (!(value >= least)) throw new TypeError(`--${option}: ${text} is not a number from ${least}`);
  return value;
}
