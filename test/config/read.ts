import assert from 'node:assert/strict';
import { formatFault } from '../../src/config/findings.ts';
import { type LoadOutcome, readConfig } from '../../src/config/load.ts';
import type { Config, HttpServerConfig, ServerConfig, WebSocketServerConfig } from '../../src/config/types.ts';

export type Env = Readonly<Record<string, string>>;

/** Reads `text` as the file `config.yml` of the folder /srv/bridge, with no variables but those given. */
export function read(text: string, env: Env = {}): LoadOutcome {
  return readConfig(text, { file: '/srv/bridge/config.yml', env: { LANG: 'C', ...env } });
}

/** The config in `text`, which must be sound. */
export function sound(text: string, env: Env = {}): Config {
  const outcome = read(text, env);
  assert.ok(outcome.kind === 'loaded', faultLines(outcome).join('\n'));
  return outcome.config;
}

/** The one server in `text`. */
export function soundServer(text: string, env: Env = {}): ServerConfig {
  const [server, ...others] = sound(text, env).servers.values();
  assert.ok(server !== undefined && others.length === 0);
  return server;
}

export function httpServer(text: string): HttpServerConfig {
  const server = soundServer(text);
  assert.ok(server.protocol === 'http');
  return server;
}

export function webSocketServer(text: string): WebSocketServerConfig {
  const server = soundServer(text);
  assert.ok(server.protocol === 'websocket');
  return server;
}

/** Where a server is that the bridge dials. */
export function urlOf(server: ServerConfig | undefined): string | undefined {
  return server !== undefined && 'url' in server ? server.url : undefined;
}

/** The faults in `text` as the operator reads them, without the folder. */
export function faultsOf(text: string, env: Env = {}): string[] {
  return faultLines(read(text, env));
}

export function warningsOf(text: string, env: Env = {}): string[] {
  const outcome = read(text, env);
  assert.equal(outcome.kind, 'loaded', faultLines(outcome).join('\n'));
  return outcome.warnings.map((warning) => withoutFolder(String(warning)));
}

function faultLines(outcome: LoadOutcome): string[] {
  return outcome.kind === 'loaded' ? [] : outcome.faults.map((fault) => withoutFolder(String(formatFault(fault))));
}

function withoutFolder(line: string): string {
  return line.replace('/srv/bridge/', '');
}
