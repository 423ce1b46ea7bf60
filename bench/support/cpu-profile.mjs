import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Where the main thread's time went, from the `.cpuprofile` that `node --cpu-prof` left in a folder.
 *
 * @typedef {{ name: string, place: string, share: number }} Hotspot `share`: of the time the thread was busy
 * @returns {{ idleShare: number, self: Hotspot[], own: Hotspot[] }} `self`: by the time in the function itself; `own`:
 *   functions of QQBridge by the time in them and all they call. The largest first.
 */
export function hotspots(folder, count = 25) {
  const file = readdirSync(folder).find((name) => name.endsWith('.cpuprofile'));
  if (file === undefined) return { idleShare: Number.NaN, self: [], own: [] };
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const byId = new Map(nodes.map((node) => [node.id, { ...node, micros: 0 }]));
  samples.forEach((id, at) => {
    byId.get(id).micros += timeDeltas[at];
  });
  const self = new Map();
  const inclusive = new Map();
  const walk = (node, callers) => {
    const key = keyOf(node.callFrame);
    add(self, key, node.micros);
    const isRecursive = callers.has(key);
    if (!isRecursive) callers.add(key);
    let total = node.micros;
    for (const child of node.children ?? []) total += walk(byId.get(child), callers);
    if (!isRecursive) {
      callers.delete(key);
      add(inclusive, key, total);
    }
    return total;
  };
  const whole = walk(byId.get(nodes[0].id), new Set());
  const idle = self.get(IDLE) ?? 0;
  self.delete(IDLE);
  const listed = (map) => {
    const largest = [...map].sort((a, b) => b[1] - a[1]).slice(0, count);
    return largest.map(([key, micros]) => {
      const [name, place] = key.split(SEPARATOR);
      return { name, place, share: micros / (whole - idle) };
    });
  };
  const own = new Map([...inclusive].filter(([key]) => key.includes(`${SEPARATOR}src/`)));
  return { idleShare: idle / whole, self: listed(self), own: listed(own) };
}

const SEPARATOR = ' @ ';
const IDLE = `(idle)${SEPARATOR}native`;

function add(map, key, micros) {
  map.set(key, (map.get(key) ?? 0) + micros);
}

function keyOf({ functionName, url, lineNumber }) {
  return `${functionName || '(anonymous)'}${SEPARATOR}${placeOf(url, lineNumber)}`;
}

/** `src/log/cursor.js:41` (of the built file), `ws/lib/sender.js:79`, `node:net:969`. */
function placeOf(url, line) {
  if (url === '') return 'native';
  if (url.startsWith('data:')) return 'generated code';
  const path = url.replace(/^.*\/node_modules\//, '').replace(/^file:\/\/.*\/dist\//, 'src/');
  return `${path}:${line + 1}`;
}
