import { join } from 'node:path';
import { Child } from '../support/child.mjs';

/** @param {'put' | 'batch'} [store] how copies are kept; none without it */
export async function startNaive(store, { home, sinkPort, serverCount, nodeArgs = [] }) {
  const storeArgs = store === undefined ? [] : [join(home, 'store'), store];
  const child = new Child({
    name: 'naive',
    command: process.execPath,
    args: [...nodeArgs, join(import.meta.dirname, 'naive.mjs'), String(sinkPort), String(serverCount), ...storeArgs],
    cwd: home,
  });
  const { port } = await child.answer();
  return { child, port };
}
