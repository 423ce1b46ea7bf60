import { z } from 'zod';
import { type Text, text } from '../support/text.ts';
import { readHost } from './hosts.ts';

/** What an editor is told of a value, in words of JSON Schema. */
type JsonHint = Readonly<Record<string, unknown>>;

/** Where an issue of zod keeps its message as a sentence. */
export const SENTENCE = 'sentence';

interface ScalarKind<T> {
  /** Ends the sentence "found X, expected ...". */
  readonly allowed: Text;
  /** The JSON type that a YAML editor reads the plain form as. */
  readonly type?: 'boolean' | 'integer';
  /** The text forms. A `${NAME}` is always allowed besides. */
  readonly pattern?: string;
  readonly hint?: JsonHint;
  /** The value, or nothing when the text isn't allowed. */
  readonly read: (given: string) => T | undefined;
}

/**
 * A scalar, typed from the text as written. Quoted or not makes no difference: `websocket: "true"` is true (in
 * QQBridge.py it silently meant HTTP), and a variable has no quotes to go by.
 */
function scalar<T>(kind: ScalarKind<T>) {
  const { allowed, type, pattern, hint, read } = kind;
  return z
    .unknown()
    .transform((input, context) => {
      // Defaults come in as numbers and booleans, all else as text.
      const value = input === null || typeof input === 'object' ? undefined : read(String(input));
      if (value !== undefined) return value;
      context.issues.push({ code: 'custom', message: String(allowed), input, params: { [SENTENCE]: allowed } });
      return z.NEVER;
    })
    .meta({
      // Text without a form may look like a number or a boolean to an editor.
      type: pattern === undefined ? ['string', 'number', 'boolean'] : [...(type === undefined ? [] : [type]), 'string'],
      ...(pattern === undefined ? {} : { pattern: `${pattern}|\\$\\{` }),
      ...hint,
      errorMessage: `expected ${allowed}`,
    });
}

const TRUE_TEXTS: ReadonlySet<string> = new Set(['true', 'True', 'TRUE', 'yes', 'Yes', 'YES', 'on', 'On', 'ON']);
const FALSE_TEXTS: ReadonlySet<string> = new Set(['false', 'False', 'FALSE', 'no', 'No', 'NO', 'off', 'Off', 'OFF']);

/** The booleans of YAML 1.1, as PyYAML took them. */
export const flag = scalar({
  allowed: text`true or false (also yes, no, on, off)`,
  type: 'boolean',
  pattern: `^(?:${[...TRUE_TEXTS, ...FALSE_TEXTS].join('|')})$`,
  read: (given) => TRUE_TEXTS.has(given) || (FALSE_TEXTS.has(given) ? false : undefined),
});

/** A whole number from `min` to `max`, called `name` in faults. */
export function wholeNumber(min: number, max: number, name = text`a whole number`) {
  return scalar({
    allowed: text`${name} from ${min} to ${max}`,
    type: 'integer',
    pattern: '^(?:0|[1-9][0-9]*)$',
    hint: { minimum: min, maximum: max },
    read: (given) => (/^(?:0|[1-9]\d{0,14})$/.test(given) ? within(Number(given), min, max) : undefined),
  });
}

/** One of a few words. */
export function oneOf<const T extends string>(values: readonly [T, T, ...T[]]) {
  return scalar({
    allowed: text`${values.slice(0, -1).join(', ')} or ${values.at(-1) ?? ''}`,
    pattern: `^(?:${values.join('|')})$`,
    hint: { examples: values },
    read: (given) => values.find((value) => value === given),
  });
}

const MILLISECONDS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
const DURATION = /^(\d{1,9})(ms|s|m|h)$/;

/** A duration from 1 ms to a day, in ms. Never 0: a wait without end is what stopped QQBridge.py for good. */
export const duration = scalar({
  allowed: text`a duration such as 500ms, 5s, 5m or 1h, from 1ms to 24h`,
  pattern: '^[0-9]+(?:ms|s|m|h)$',
  read: (given) => within(readQuantity(given, DURATION, MILLISECONDS), 1, 24 * MILLISECONDS.h),
});

/** An age from 0 to 30 days, in ms. Here 0 is sound, also without a unit: nothing gets that old. */
export const age = scalar({
  allowed: text`0 or a duration such as 500ms, 5s, 5m or 24h, up to 720h`,
  type: 'integer',
  pattern: '^(?:0|[0-9]+(?:ms|s|m|h))$',
  hint: { minimum: 0, maximum: 0 },
  read: (given) =>
    given === '0' ? 0 : within(readQuantity(given, /^(\d{1,10})(ms|s|m|h)$/, MILLISECONDS), 0, 720 * MILLISECONDS.h),
});

/** So many in so long, `20/10s`. */
export const rate = scalar({
  allowed: text`how many in how long such as 20/10s, from 1 to 100000 in 1ms to 24h`,
  pattern: '^[1-9][0-9]*/[0-9]+(?:ms|s|m|h)$',
  read: (given) => {
    const [, amount, period] = /^([1-9]\d{0,5})\/(\d+[a-z]+)$/.exec(given) ?? [];
    const count = within(Number(amount), 1, 100_000);
    const periodMs = within(readQuantity(period ?? '', DURATION, MILLISECONDS), 1, 24 * MILLISECONDS.h);
    return count === undefined || periodMs === undefined ? undefined : { count, periodMs };
  },
});

/** The name of an action, with `*` for any characters. */
export const actionGlob = scalar({
  allowed: text`the name of an action such as get_msg, with * for any characters such as get_*`,
  pattern: '^(?!\\.\\*)[A-Za-z0-9_.:*-]{1,128}$',
  // `.*` is a regular expression: as a glob it would mean what nobody meant.
  read: (given) => (/^(?!\.\*)[\w.:*-]{1,128}$/.test(given) ? given : undefined),
});

const BYTES = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 } as const;

/** A size from 1 KiB to 1 GiB, in bytes. */
export const size = scalar({
  allowed: text`a size such as 64KiB, 64MiB or a number of bytes, from 1KiB to 1GiB`,
  type: 'integer',
  pattern: '^[0-9]+(?:B|KiB|MiB|GiB)?$',
  hint: { minimum: BYTES.KiB, maximum: BYTES.GiB },
  read: (given) => within(readQuantity(given, /^(\d{1,10})(B|KiB|MiB|GiB)?$/, BYTES), BYTES.KiB, BYTES.GiB),
});

/** A token: it travels in an `Authorization` header, which carries no more than this. */
export const token = scalar({
  allowed: text`visible ASCII characters without spaces (leave the key out for none)`,
  read: (given) => (/^[\x21-\x7e]+$/.test(given) ? given : undefined),
});

/** The key of an `X-Signature`: any text. */
export const secret = scalar({
  allowed: text`text that is not empty (leave the key out for none)`,
  read: (given) => (given === '' ? undefined : given),
});

/** A file or folder. */
export const filePath = scalar({
  allowed: text`a path, absolute or from the home folder`,
  read: (given) => (given === '' || given.includes('\0') ? undefined : given),
});

/** A bot's `self_id`, kept as decimal text: ids are larger than a JavaScript number can be exact. */
export const selfId = scalar({
  allowed: text`the number of a bot account`,
  type: 'integer',
  pattern: '^[1-9][0-9]*$',
  read: (given) => (/^[1-9]\d{0,31}$/.test(given) ? given : undefined),
});

/** Where a listener listens; empty: on all addresses. */
export const listenHost = scalar({
  allowed: text`an IP address or host name without a port`,
  read: (given) => (given === '' ? given : readHost(given)),
});

/** Where a server is dialled. */
export const serverHost = scalar({
  allowed: text`an IP address or host name without a port`,
  // An IPv6 zone can be dialled, but no URL can name it.
  read: (given) => (given.includes('%') ? undefined : readHost(given)),
});

/** The path of a URL, its query too. */
export const urlPath = scalar({
  allowed: text`a path that starts with "/" and holds no blank (%20 stands for one) and no "#"`,
  pattern: '^/[^#\\s]*$',
  read: (given) => (/^\/[^#\s\p{Cc}]*$/u.test(given) ? given : undefined),
});

/** The whole address of a server, spelt as `URL` spells it. */
export const serverUrl = scalar({
  allowed: text`an address such as ws://host:port/path or http://host:port/path, without user:password@ and #fragment`,
  pattern: '^(?:wss?|https?)://[^/@#\\s]+(?:/[^#\\s]*)?$',
  read: readServerUrl,
});

/** An origin as browsers send it, or with a slash at its end. */
export const origin = scalar({
  allowed: text`the origin of a web page such as https://example.org`,
  pattern: '^[A-Za-z][A-Za-z0-9+.-]*://[^/?#@\\s]+/?$',
  read: (given) => {
    if (!/^[a-z][a-z0-9+.-]*:\/\/[^/?#@\s]+\/?$/i.test(given) || !URL.canParse(given)) return undefined;
    const { origin: webOrigin } = new URL(given);
    // Of other schemes (`app:`, an extension's) URL knows no origin.
    return webOrigin === 'null' ? given.toLowerCase().replace(/\/$/, '') : webOrigin;
  },
});

function readServerUrl(given: string): string | undefined {
  if (!/^(?:wss?|https?):\/\//i.test(given) || /[\s\p{Cc}#]/u.test(given) || !URL.canParse(given)) return undefined;
  const url = new URL(given);
  return url.username === '' && url.password === '' && url.port !== '0' ? url.href : undefined;
}

function readQuantity(given: string, form: RegExp, units: Readonly<Record<string, number>>): number | undefined {
  const [, amount, unit = 'B'] = form.exec(given) ?? [];
  return amount === undefined ? undefined : Number(amount) * (units[unit] ?? Number.NaN);
}

function within(value: number | undefined, min: number, max: number): number | undefined {
  return value !== undefined && value >= min && value <= max ? value : undefined;
}
