import { join } from 'node:path';
import { Child } from '../support/child.mjs';

export async function startSeed({ home, sinkPort, serverCount, protocol }) {
  const args = [join(import.meta.dirname, 'seed.mjs'), String(sinkPort), String(serverCount), protocol];
  const child = new Child({ name: 'naive-seed', command: process.execPath, args, cwd: home });
  const { port } = await child.answer();
  return { child, port };
}
