import { z } from 'zod';
import { readHost } from './hosts.ts';

/** What an editor is told of a value, in words of JSON Schema. */
type JsonHint = Readonly<Record<string, unknown>>;

interface ScalarKind<T> {
  /** Ends the sentence "found X, expected ...". */
  readonly allowed: string;
  /** The JSON type that a YAML editor reads the plain form as. */
  readonly type?: 'boolean' | 'integer';
  /** The text forms. A `${NAME}` is always allowed besides. */
  readonly pattern?: string;
  readonly hint?: JsonHint;
  /** The value, or nothing when the text isn't allowed. */
  readonly read: (text: string) => T | undefined;
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
      context.issues.push({ code: 'custom', message: allowed, input });
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
  allowed: 'true or false (also yes, no, on, off)',
  type: 'boolean',
  pattern: `^(?:${[...TRUE_TEXTS, ...FALSE_TEXTS].join('|')})$`,
  read: (text) => TRUE_TEXTS.has(text) || (FALSE_TEXTS.has(text) ? false : undefined),
});

/** A whole number from `min` to `max`, called `name` in faults. */
export function wholeNumber(min: number, max: number, name = 'a whole number') {
  return scalar({
    allowed: `${name} from ${min} to ${max}`,
    type: 'integer',
    pattern: '^(?:0|[1-9][0-9]*)$',
    hint: { minimum: min, maximum: max },
    read: (text) => (/^(?:0|[1-9]\d{0,14})$/.test(text) ? within(Number(text), min, max) : undefined),
  });
}

/** One of a few words. */
export function oneOf<const T extends string>(values: readonly [T, T, ...T[]]) {
  return scalar({
    allowed: `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`,
    pattern: `^(?:${values.join('|')})$`,
    hint: { examples: values },
    read: (text) => values.find((value) => value === text),
  });
}

const MILLISECONDS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
const DURATION = /^(\d{1,9})(ms|s|m|h)$/;

/** A duration from 1 ms to a day, in ms. Never 0: a wait without end is what stopped QQBridge.py for good. */
export const duration = scalar({
  allowed: 'a duration such as 500ms, 5s, 5m or 1h, from 1ms to 24h',
  pattern: '^[0-9]+(?:ms|s|m|h)$',
  read: (text) => within(readQuantity(text, DURATION, MILLISECONDS), 1, 24 * MILLISECONDS.h),
});

/** An age from 0 to 30 days, in ms. Here 0 is sound, also without a unit: nothing gets that old. */
export const age = scalar({
  allowed: '0 or a duration such as 500ms, 5s, 5m or 24h, up to 720h',
  type: 'integer',
  pattern: '^(?:0|[0-9]+(?:ms|s|m|h))$',
  hint: { minimum: 0, maximum: 0 },
  read: (text) =>
    text === '0' ? 0 : within(readQuantity(text, /^(\d{1,10})(ms|s|m|h)$/, MILLISECONDS), 0, 720 * MILLISECONDS.h),
});

/** So many in so long, `20/10s`. */
export const rate = scalar({
  allowed: 'how many in how long such as 20/10s, from 1 to 100000 in 1ms to 24h',
  pattern: '^[1-9][0-9]*/[0-9]+(?:ms|s|m|h)$',
  read: (text) => {
    const [, amount, period] = /^([1-9]\d{0,5})\/(\d+[a-z]+)$/.exec(text) ?? [];
    const count = within(Number(amount), 1, 100_000);
    const periodMs = within(readQuantity(period ?? '', DURATION, MILLISECONDS), 1, 24 * MILLISECONDS.h);
    return count === undefined || periodMs === undefined ? undefined : { count, periodMs };
  },
});

/** The name of an action, with `*` for any characters. */
export const actionGlob = scalar({
  allowed: 'the name of an action such as get_msg, with * for any characters such as get_*',
  pattern: '^(?!\\.\\*)[A-Za-z0-9_.:*-]{1,128}$',
  // `.*` is a regular expression: as a glob it would mean what nobody meant.
  read: (text) => (/^(?!\.\*)[\w.:*-]{1,128}$/.test(text) ? text : undefined),
});

const BYTES = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 } as const;

/** A size from 1 KiB to 1 GiB, in bytes. */
export const size = scalar({
  allowed: 'a size such as 64KiB, 64MiB or a number of bytes, from 1KiB to 1GiB',
  type: 'integer',
  pattern: '^[0-9]+(?:B|KiB|MiB|GiB)?$',
  hint: { minimum: BYTES.KiB, maximum: BYTES.GiB },
  read: (text) => within(readQuantity(text, /^(\d{1,10})(B|KiB|MiB|GiB)?$/, BYTES), BYTES.KiB, BYTES.GiB),
});

/** A token: it travels in an `Authorization` header, which carries no more than this. */
export const token = scalar({
  allowed: 'visible ASCII characters without spaces (leave the key out for none)',
  read: (text) => (/^[\x21-\x7e]+$/.test(text) ? text : undefined),
});

/** The key of an `X-Signature`: any text. */
export const secret = scalar({
  allowed: 'text that is not empty (leave the key out for none)',
  read: (text) => (text === '' ? undefined : text),
});

/** A file or folder. */
export const filePath = scalar({
  allowed: 'a path, absolute or from the home folder',
  read: (text) => (text === '' || text.includes('\0') ? undefined : text),
});

/** A bot's `self_id`, kept as decimal text: ids are larger than a JavaScript number can be exact. */
export const selfId = scalar({
  allowed: 'the number of a bot account',
  type: 'integer',
  pattern: '^[1-9][0-9]*$',
  read: (text) => (/^[1-9]\d{0,31}$/.test(text) ? text : undefined),
});

/** Where a listener listens; empty: on all addresses. */
export const listenHost = scalar({
  allowed: 'an IP address or host name without a port',
  read: (text) => (text === '' ? text : readHost(text)),
});

/** Where a server is dialled. */
export const serverHost = scalar({
  allowed: 'an IP address or host name without a port',
  // An IPv6 zone can be dialled, but no URL can name it.
  read: (text) => (text.includes('%') ? undefined : readHost(text)),
});

/** The path of a URL, its query too. */
export const urlPath = scalar({
  allowed: 'a path that starts with "/"',
  pattern: '^/[^#\\s]*$',
  read: (text) => (/^\/[^#\s\p{Cc}]*$/u.test(text) ? text : undefined),
});

/** The whole address of a server, spelt as `URL` spells it. */
export const serverUrl = scalar({
  allowed: 'an address such as ws://host:port/path or http://host:port/path, without user:password@ and #fragment',
  pattern: '^(?:wss?|https?)://[^/@#\\s]+(?:/[^#\\s]*)?$',
  read: readServerUrl,
});

/** An origin as browsers send it, or with a slash at its end. */
export const origin = scalar({
  allowed: 'the origin of a web page such as https://example.org',
  pattern: '^[A-Za-z][A-Za-z0-9+.-]*://[^/?#@\\s]+/?$',
  read: (text) => {
    if (!/^[a-z][a-z0-9+.-]*:\/\/[^/?#@\s]+\/?$/i.test(text) || !URL.canParse(text)) return undefined;
    const { origin: webOrigin } = new URL(text);
    // Of other schemes (`app:`, an extension's) URL knows no origin.
    return webOrigin === 'null' ? text.toLowerCase().replace(/\/$/, '') : webOrigin;
  },
});

function readServerUrl(text: string): string | undefined {
  if (!/^(?:wss?|https?):\/\//i.test(text) || /[\s\p{Cc}#]/u.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.username === '' && url.password === '' && url.port !== '0' ? url.href : undefined;
}

function readQuantity(text: string, form: RegExp, units: Readonly<Record<string, number>>): number | undefined {
  const [, amount, unit = 'B'] = form.exec(text) ?? [];
  return amount === undefined ? undefined : Number(amount) * (units[unit] ?? Number.NaN);
}

function within(value: number | undefined, min: number, max: number): number | undefined {
  return value !== undefined && value >= min && value <= max ? value : undefined;
}
