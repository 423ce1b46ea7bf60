const MASK = '***';

/** Shorter secrets are masked only where they stand alone: the token `1` must not eat every 1 in the log. */
const SHORT_SECRET_LENGTH = 6;

/** A first look that spares most lines the patterns. */
const SUSPICIOUS = /token|authorization|bearer|signature|sha1=|:\/\/[^/\s]*@/i;

/**
 * What gives a credential away that nobody registered: a peer's wrong token, for example. After `Token` and `Bearer`
 * something must follow that looks like one, so that "token missing" stays readable.
 */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/(access_token(?:=|%3D))[^&\s"'#]+/gi, `$1${MASK}`],
  [/(authorization["']?\s*[:=]\s*["']?)(?:(?:bearer|token|basic)\s+)?[^\s"',}]+/gi, `$1${MASK}`],
  [/\b(bearer|token)\s+(?=[\w.~+/-]*\d|[\w.~+/-]{16})[\w.~+/-]+=*/gi, `$1 ${MASK}`],
  [/((?:x-signature["']?\s*[:=]\s*["']?(?:sha1=)?)|sha1=)[0-9a-f]+/gi, `$1${MASK}`],
  [/(:\/\/)[^/\s:@]*:[^/\s@]*@/g, `$1${MASK}@`],
];

/** Takes credentials out of text: the registered values wherever they stand, others by how they are written. */
export class Redactor {
  #secrets: RegExp | undefined;
  #longest = 0;

  /** Replaces the values to mask: every token and key of the config. */
  setSecrets(values: Iterable<string>): void {
    const spellings = [...new Set([...values].filter((value) => value !== '').flatMap(spellingsOf))];
    // Longest first: of two secrets that begin alike the longer one must win.
    spellings.sort((a, b) => b.length - a.length);
    this.#longest = spellings[0]?.length ?? 0;
    this.#secrets = spellings.length === 0 ? undefined : new RegExp(spellings.map(patternOf).join('|'), 'gu');
  }

  /** The text without credentials, cut to `maxLength`. */
  redact(text: string, maxLength: number): string {
    // A huge text is cut first, for speed, and then loses its end again, where a secret may have been cut in two.
    const bound = (maxLength + this.#longest) * 4;
    const clean =
      text.length > bound ? this.mask(text.slice(0, bound)).slice(0, -this.#longest || undefined) : this.mask(text);
    if (text.length <= bound && clean.length <= maxLength) return clean;
    return `${clean.slice(0, maxLength)}... (${text.length} characters)`;
  }

  /** The text without credentials, however long it is. */
  mask(text: string): string {
    const known = this.#secrets === undefined ? text : text.replace(this.#secrets, MASK);
    if (!SUSPICIOUS.test(known)) return known;
    return PATTERNS.reduce((masked, [pattern, replacement]) => masked.replace(pattern, replacement), known);
  }
}

/** As it is, in a URL, and inside a JSON text. */
function spellingsOf(secret: string): string[] {
  // The detour replaces lone surrogates, which no URL can hold.
  const inUrl = encodeURIComponent(Buffer.from(secret).toString());
  return [secret, inUrl, JSON.stringify(secret).slice(1, -1)];
}

function patternOf(secret: string): string {
  const escaped = secret.replace(/[\\^$.*+?()[\]{}|/-]/g, (char) => `\\u{${char.charCodeAt(0).toString(16)}}`);
  return secret.length < SHORT_SECRET_LENGTH ? `(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])` : escaped;
}
