import { join } from 'node:path';
import { Child } from '../support/child.mjs';

export async function startRelay({ sinkPort }) {
  const args = [join(import.meta.dirname, 'relay.mjs'), String(sinkPort)];
  const child = new Child({ name: 'relay', command: process.execPath, args });
  const { port } = await child.answer();
  return { child, port };
}
