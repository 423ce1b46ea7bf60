/** What a peer that is dialled has to show. */
export interface TlsTrust {
  /** The only authority that is trusted, in PEM; absent: those that Node knows. */
  readonly ca?: string;
  /** False: whatever certificate it shows is taken. */
  readonly verify: boolean;
}

/** In the words of `node:tls`. */
export function tlsOptions(trust: TlsTrust | undefined): { ca?: string; rejectUnauthorized?: boolean } {
  if (trust === undefined) return {};
  return { rejectUnauthorized: trust.verify, ...(trust.ca === undefined ? {} : { ca: trust.ca }) };
}
