import type { IncomingHttpHeaders } from 'node:http';

/**
 * The language that `Accept-Language` (RFC 9110, section 12.5.4) names first. The dashboard sends the language that its
 * reader has chosen. Undefined where the header names neither Chinese nor English: programs send `*` or no header.
 */
export function askedLanguage({ 'accept-language': header }: IncomingHttpHeaders): 'en' | 'zh' | undefined {
  const first = /^\s*(en|zh)(?![a-z])/i.exec(header ?? '')?.[1]?.toLowerCase();
  return first === 'en' || first === 'zh' ? first : undefined;
}
