import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Cleanup } from './cleanup.ts';
import { type DeadlineOptions, withDeadline } from './deadline.ts';
import { eventually } from './eventually.ts';
import { FakeBot, type FakeBotOptions } from './fake-bot.ts';
import { freePort } from './free-port.ts';
import { Inbox, type TakeOptions } from './inbox.ts';
import { asLastResort } from './last-resort.ts';
import { type HttpAnswer, type HttpReport, reportByHttp } from './report-by-http.ts';
import { type TempHome, tempHome } from './temp-home.ts';

/** A config as YAML's own types; `host`, `port` and `admin.port` are filled in unless given. */
export type ConfigFile = Readonly<Record<string, unknown>>;

export interface DaemonOptions {
  /** Written as JSON, which YAML reads. Default: no server. */
  readonly config?: ConfigFile;
  /** Written as it is, in place of `config`; told the ports to use. */
  readonly yaml?: (port: number, adminPort: number) => string;
  /** `false`: no file is written. Default true. */
  readonly writeConfig?: boolean;
  /** Environment over the few variables a daemon is given; told the ports to use. */
  readonly env?: (port: number, adminPort: number) => Readonly<Record<string, string>>;
  /** Default `run -c <its config file>`. */
  readonly args?: readonly string[];
  /** Done with its home before it starts. */
  readonly prepare?: (home: TempHome) => Promise<void>;
}

/** How the process ended. */
export interface Exit {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A daemon of its own in a fresh home, `node bin/qqbridge.js run -c <home>/config/config.yml`. */
export class Daemon {
  /** Lines of stdout and stderr. */
  readonly output = new Inbox<string>('output of the daemon');
  readonly home: TempHome;
  readonly port: number;
  readonly adminPort: number;
  readonly #child: ChildProcess;
  readonly #exited: Promise<Exit>;
  readonly #options: DaemonOptions;
  #expectedStatus: number | 'killed' = 0;
  /** The process that came after this one, see {@link startAgain}. */
  #next: Daemon | undefined;

  constructor(home: TempHome, ports: { port: number; adminPort: number }, options: DaemonOptions) {
    this.home = home;
    this.port = ports.port;
    this.adminPort = ports.adminPort;
    this.#options = options;
    const { args = ['run', '-c', home.configFile] } = options;
    const env = options.env?.(ports.port, ports.adminPort) ?? {};
    this.#child = spawn(process.execPath, [launcher(), ...args], {
      cwd: home.dir,
      env: { PATH: process.env['PATH'] ?? '', HOME: home.dir, LANG: 'C.UTF-8', ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child.stdin?.on('error', () => {}); // A daemon that has gone is told by `exited()`.
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', (line) => this.output.push(line));
    }
    this.#exited = new Promise((resolve) => {
      const cancel = asLastResort(() => {
        this.#child.kill('SIGKILL');
        rmSync(home.dir, { recursive: true, force: true });
      });
      this.#child.once('close', (status, signal) => {
        cancel();
        resolve({ status, signal });
      });
    });
  }

  /** The port, `ws://127.0.0.1:<port>`, without a path. */
  get wsUrl(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  get httpUrl(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get adminUrl(): string {
    return `http://127.0.0.1:${this.adminPort}`;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** A bot connected to the port. */
  async connectBot(t: Cleanup, options: Partial<FakeBotOptions> = {}): Promise<FakeBot> {
    return await FakeBot.connect(t, { url: `${this.wsUrl}/`, ...options });
  }

  /** Posts a report to the port. */
  async report(body: string | Buffer, options: Partial<HttpReport> = {}): Promise<HttpAnswer> {
    return await reportByHttp({ url: `${this.httpUrl}/`, body, ...options });
  }

  /** Types a line at the console. */
  type(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** Ends the console's input. */
  endInput(): void {
    this.#child.stdin?.end();
  }

  /** The next line of output that matches; earlier lines that nothing waited for count. */
  async says(pattern: RegExp, options: TakeOptions = {}): Promise<string> {
    return await this.output.take((line) => pattern.test(line), options);
  }

  /** Types a line and waits for the first line printed after it that matches. */
  async command(line: string, answer: RegExp): Promise<string> {
    this.output.drain();
    this.type(line);
    return await this.says(answer);
  }

  /** Writes the config file anew, with the same ports. */
  async writeConfig(config: ConfigFile): Promise<void> {
    const beside = `${this.home.configFile}.new`;
    await writeFile(beside, JSON.stringify(withPorts(config, this), undefined, 2));
    await rename(beside, this.home.configFile); // Never half written, whenever it is read.
  }

  /** How the process ended; waits for its end. */
  async exited(options: DeadlineOptions = {}): Promise<Exit> {
    return await withDeadline(this.#exited, 'the end of the daemon', { deadlineMs: 30_000, ...options });
  }

  /** Says how the process will end by the test's own doing; any other end fails the test. Default: with status 0. */
  expectExit(status: number): void {
    this.#expectedStatus = status;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Stops it in order. */
  async stop(): Promise<Exit> {
    if (this.isRunning) this.signal('SIGTERM');
    return await this.exited();
  }

  async kill9(): Promise<Exit> {
    this.#expectedStatus = 'killed';
    this.signal('SIGKILL');
    return await this.exited();
  }

  /** A new process in the same home and on the same ports, after the end of this one; waits until its port listens. */
  async startAgain(): Promise<Daemon> {
    await this.exited();
    const next = new Daemon(this.home, this, this.#options);
    this.#next = next;
    await next.listening();
    return next;
  }

  /** Memory it has in use, where the system tells (Linux); elsewhere 0. */
  async memoryBytes(): Promise<number> {
    if (process.platform !== 'linux') return 0;
    const status = await readFile(`/proc/${this.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
  }

  /** Resolves once the port takes connections; rejects where the process ends instead. */
  async listening(): Promise<void> {
    await eventually(
      async () => {
        if (!this.isRunning) return;
        await knock(this.port);
      },
      { deadlineMs: 30_000 },
    );
    if (!this.isRunning) throw new Error(`the daemon ended at its start:\n${this.output.all.join('\n')}`);
  }

  /** Stops whatever still runs and fails when the daemon ended otherwise than the test wanted. */
  async cleanUp(): Promise<void> {
    await this.#next?.cleanUp();
    if (this.isRunning) this.signal('SIGTERM');
    const patience = setTimeout(() => this.signal('SIGKILL'), 15_000);
    const { status, signal } = await this.exited();
    clearTimeout(patience);
    if (this.#expectedStatus === 'killed' || status === this.#expectedStatus) return;
    throw new Error(`the daemon ended with ${signal ?? status}:\n${this.output.all.slice(-40).join('\n')}`);
  }
}

/** Starts a daemon on free ports and waits until its port listens. */
export async function startDaemon(t: Cleanup, options: DaemonOptions = {}): Promise<Daemon> {
  const daemon = await launchDaemon(t, options);
  await daemon.listening();
  return daemon;
}

/** Starts a daemon that may well end at once. */
export async function launchDaemon(t: Cleanup, options: DaemonOptions = {}): Promise<Daemon> {
  const removals: (() => Promise<void> | void)[] = [];
  const home = await tempHome({ after: (remove) => removals.push(remove) });
  const ports = { port: await freePort(), adminPort: await freePort() };
  const text = options.yaml?.(ports.port, ports.adminPort) ?? JSON.stringify(withPorts(options.config ?? {}, ports));
  if (options.writeConfig ?? true) await writeFile(home.configFile, text);
  await options.prepare?.(home);
  const daemon = new Daemon(home, ports, options);
  t.after(async () => {
    await daemon.cleanUp();
    for (const remove of removals) await remove(); // Its home only after its end.
  });
  return daemon;
}

/** `bin/qqbridge.js`, found upwards from this file, which runs from `.build/` as well. */
export function launcher(): string {
  let dir = import.meta.dirname;
  while (!existsSync(join(dir, 'bin', 'qqbridge.js'))) dir = dirname(dir);
  return join(dir, 'bin', 'qqbridge.js');
}

function withPorts(config: ConfigFile, ports: { port: number; adminPort: number }): ConfigFile {
  const admin = { port: ports.adminPort, ...(config['admin'] as ConfigFile | undefined) };
  return { websocket: true, host: '127.0.0.1', port: ports.port, server_list: {}, ...config, admin };
}

async function knock(port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}
