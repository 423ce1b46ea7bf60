import type { Problem } from './finding.ts';
import { type Text, text } from './text.ts';

/** What was asked of a peer that answered with a status of HTTP's. */
export interface Asked {
  readonly by: 'websocket' | 'http';
  /** Whether a token (or for reports a signature) was shown. */
  readonly hasToken: boolean;
  /** Where the answer sends us instead. */
  readonly location?: string | undefined;
}

/** What a status means that a handshake or a report was answered with, and what to change. */
export function refusalProblem(status: number, asked: Asked): Problem {
  const { by } = asked;
  const said = by === 'websocket' ? text`the handshake was answered with ${status}` : text`it answers ${status}`;
  return { words: said, ...explain(status, asked) };
}

type Explanation = Omit<Problem, 'words'>;

function explain(status: number, { by, hasToken, location }: Asked): Explanation {
  const where = by === 'websocket' ? 'access_token' : text`access_token or secret`;
  if (status === 401) {
    return hasToken
      ? { meaning: text`it does not take the token`, advice: text`correct ${where}: it is another one there` }
      : { meaning: text`it demands a token and was shown none`, advice: text`set ${where} to what it expects` };
  }
  if (status === 403) {
    const one = text`an application that serves one bot alone (melobot, OneBotFilter) takes bots: [its self_id]`;
    return { meaning: forbidden(by, hasToken), advice: text`correct ${where}, or the path; ${one}` };
  }
  if (status === 404) return { meaning: text`it has nothing at that path`, advice: text`correct the path` };
  if (status >= 300 && status < 400 && location !== undefined) {
    return { meaning: text`it sends us on to ${location}`, advice: text`set url to that address` };
  }
  if (status >= 500) {
    return { meaning: text`it is there, but fails or is not ready`, advice: text`see its own log` };
  }
  return by === 'websocket' ? noWebSocket(status) : noReports(status);
}

function forbidden(by: Asked['by'], hasToken: boolean): Text {
  if (by === 'http')
    return text`the token or the signature is wrong, or it serves the bots alone that it knows (Koishi)`;
  return hasToken
    ? text`the token is wrong, or there is no WebSocket at that path (NoneBot2 says 403 then)`
    : text`it demands a token, or there is no WebSocket at that path (NoneBot2 says 403 then)`;
}

function noWebSocket(status: number): Explanation {
  if (status === 426) {
    return { meaning: text`it takes WebSockets, but not this one`, advice: text`correct the path; see its own log` };
  }
  return {
    meaning: text`it speaks HTTP there and takes no WebSocket`,
    advice: text`correct the port or the path; for an application that is posted to set protocol: http`,
  };
}

function noReports(status: number): Explanation {
  if (status === 426) {
    return { meaning: text`it is a WebSocket server`, advice: text`set protocol: websocket` };
  }
  if (status === 405) {
    return { meaning: text`it takes no POST at that path`, advice: text`correct the path` };
  }
  return {
    meaning: text`it does not take what it was sent for a report`,
    advice: text`correct the path; see its own log`,
  };
}
