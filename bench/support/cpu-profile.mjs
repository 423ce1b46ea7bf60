import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Self time per function of the `.cpuprofile` that `node --cpu-prof` left in a folder, the largest first.
 *
 * @returns {{ idleShare: number, functions: { name: string, place: string, share: number }[] }} `share`: of the time
 *   the main thread was busy
 */
export function topFunctions(folder, count = 30) {
  const file = readdirSync(folder).find((name) => name.endsWith('.cpuprofile'));
  if (file === undefined) return { idleShare: Number.NaN, functions: [] };
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const byId = new Map(nodes.map((node) => [node.id, node.callFrame]));
  const self = new Map();
  let busy = 0;
  let idle = 0;
  samples.forEach((id, at) => {
    const { functionName, url, lineNumber } = byId.get(id);
    if (functionName === '(idle)') {
      idle += timeDeltas[at];
      return;
    }
    busy += timeDeltas[at];
    const key = `${functionName || '(anonymous)'} ${shortPlace(url, lineNumber)}`;
    self.set(key, (self.get(key) ?? 0) + timeDeltas[at]);
  });
  const functions = [...self].sort((a, b) => b[1] - a[1]).slice(0, count);
  return {
    idleShare: idle / (idle + busy),
    functions: functions.map(([key, micros]) => {
      const [name, place] = key.split(' ');
      return { name, place, share: micros / busy };
    }),
  };
}

function shortPlace(url, line) {
  if (url === '') return 'native';
  return `${url.replace(/^file:\/\//, '').replace(/^.*\/(node_modules|dist)\//, '')}:${line + 1}`;
}
