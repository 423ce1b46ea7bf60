import { certificateFile } from '../support/certificates.ts';
import type { Random } from './random.ts';
import type { ReloadApplication } from './reload-application.ts';

export const BOTS = ['10001', '10002', '20001'] as const;

/** The entry of an application in `server_list`, and the random changes to it. */
export class ReloadEntry {
  readonly #number: number;
  name: string;
  protocol: 'websocket' | 'http' | 'listen';
  isPresent = true;
  isEnabled = true;
  isTight = false;
  bots: readonly string[] = BOTS;
  #token: number | undefined;
  #isSecure = false;
  #isStream = false;
  /** The next fields do not concern a connection. */
  #callTimeout = 10;
  #maxEvents = 100_000;
  #hasTag = false;
  #hasHeartbeat = true;
  #isArray = false;
  #hasFilter = false;
  #deny = 0;
  #concerns = 0;

  constructor(number: number, protocol: ReloadEntry['protocol']) {
    this.#number = number;
    this.name = `s${number}`;
    this.protocol = protocol;
  }

  /** Counts the changes that concern connections. Connections have to stay open at all other changes. */
  get concerns(): number {
    return this.#concerns;
  }

  /** The token that the application shows when it dials in. */
  get #secret(): string {
    return `application-${this.#number}-${this.#token ?? 0}`;
  }

  get dialIn(): { readonly token: string; readonly isStream: boolean } | undefined {
    return this.protocol === 'listen' ? { token: this.#secret, isStream: this.#isStream } : undefined;
  }

  sees(selfId: string): boolean {
    return this.isPresent && this.isEnabled && this.bots.includes(selfId);
  }

  /** Makes one random change. Returns its description. */
  alter(random: Random): string {
    const change = random.pick(CHANGES);
    switch (change) {
      case 'protocol':
        this.#concerns += 1;
        this.protocol = random.pick(
          (['websocket', 'http', 'listen'] as const).filter((each) => each !== this.protocol),
        );
        this.#isStream = random.chance(0.3);
        return `by ${this.protocol}${this.protocol === 'listen' && this.#isStream ? ' (sse)' : ''}`;
      case 'token':
        this.#concerns += 1;
        this.#token = this.#token === undefined ? random.between(1, 1_000) : undefined;
        return 'token';
      case 'tls':
        this.#concerns += 1;
        this.#isSecure = !this.#isSecure;
        return `tls ${this.#isSecure}`;
      case 'presence':
        this.#concerns += 1;
        this.isPresent = !this.isPresent;
        return this.isPresent ? 'back' : 'removed';
      case 'enabled':
        this.#concerns += 1;
        this.isEnabled = !this.isEnabled;
        return this.isEnabled ? 'enabled' : 'disabled';
      case 'bots':
        this.#concerns += 1;
        this.bots = random.chance(0.4) ? BOTS : BOTS.filter(() => random.chance(0.5));
        return `bots ${this.bots.join(' ')}`;
      default:
        return this.#alterLittle(change, random);
    }
  }

  /** Undoes every change that keeps events from the application. */
  restore(): void {
    if (!this.isPresent || !this.isEnabled || this.bots.length < BOTS.length) this.#concerns += 1;
    this.isPresent = true;
    this.isEnabled = true;
    this.bots = BOTS;
    this.isTight = false;
  }

  settings(application: ReloadApplication): Readonly<Record<string, unknown>> {
    return {
      protocol: this.protocol,
      ...this.#address(application),
      tag: this.#hasTag,
      enabled: this.isEnabled,
      heartbeat: this.#hasHeartbeat,
      message_format: this.#isArray ? 'array' : 'keep',
      call_timeout: `${this.#callTimeout}s`,
      queue: { max_age: '10h', max_events: this.isTight ? 20 : this.#maxEvents, max_bytes: '1024MiB' },
      ...(this.bots.length === BOTS.length ? {} : { bots: this.bots }),
      ...(this.#hasFilter ? { filter: { post_type: 'message' } } : {}),
      ...(this.#deny === 0 ? {} : { actions: { deny: [`set_${this.#deny}*`] } }),
      ...(this.protocol === 'http' ? { concurrency: 1, timeout: '60s' } : {}),
    };
  }

  #alterLittle(change: Exclude<(typeof CHANGES)[number], 'protocol'>, random: Random): string {
    switch (change) {
      case 'bounds':
        this.isTight = !this.isTight && random.chance(0.6);
        this.#maxEvents = 100_000 + random.between(0, 1_000);
        return this.isTight ? 'tight' : 'wide';
      case 'tag':
        this.#hasTag = !this.#hasTag;
        break;
      case 'heartbeat':
        this.#hasHeartbeat = !this.#hasHeartbeat;
        break;
      case 'format':
        this.#isArray = !this.#isArray;
        break;
      case 'filter':
        this.#hasFilter = !this.#hasFilter;
        break;
      case 'actions':
        this.#deny = random.between(0, 9);
        break;
      default:
        this.#callTimeout = 10 + ((this.#callTimeout + 1) % 40);
    }
    return change;
  }

  #address({ port, securePort }: ReloadApplication): Readonly<Record<string, unknown>> {
    if (this.protocol === 'listen') return { access_token: this.#secret };
    const scheme = this.protocol === 'http' ? 'http' : 'ws';
    return {
      ...(this.#token === undefined ? {} : { access_token: this.#secret }),
      ...(this.#isSecure
        ? { url: `${scheme}s://127.0.0.1:${securePort}/`, tls: { ca: certificateFile('authority.pem') } }
        : { url: `${scheme}://127.0.0.1:${port}/` }),
    };
  }
}

const CHANGES = [
  'protocol',
  'protocol',
  'token',
  'tls',
  'presence',
  'presence',
  'enabled',
  'bots',
  'bounds',
  'bounds',
  'tag',
  'heartbeat',
  'format',
  'filter',
  'actions',
  'timeout',
] as const;
