import type { IncomingMessage, ServerResponse } from 'node:http';
import { header } from '../onebot/identity.ts';
import { KeyTable, scanObject, withoutByteOrderMark } from '../onebot/json-scan.ts';
import { isLoopbackAddress } from '../support/browser-guard.ts';
import { text } from '../support/text.ts';
import { type Refusal, refused } from './admission.ts';
import { type Callers, type CallerVerdict, queryOf, wantedBot } from './callers.ts';
import type { ApplicationAnswer, ApplicationCall, CallGate } from './types.ts';

/**
 * Calls by HTTP, as an application makes them of a OneBot implementation: `GET` or `POST /<action>` with JSON, form or
 * query (OneBot 11, `communication/http.md`).
 */
export class CallRoute {
  readonly #gate: CallGate;
  #callers: Callers;

  constructor(callers: Callers, gate: CallGate) {
    this.#callers = callers;
    this.#gate = gate;
  }

  configure(callers: Callers): void {
    this.#callers = callers;
  }

  /** Finds the caller by the headers, or the refusal that it gets. */
  identify({ headers, url = '/' }: IncomingMessage): CallerVerdict {
    const caller = this.#callers.identify(headers, url, 'action');
    if (caller.kind === 'refused' || ACTION.test(caller.path)) return caller;
    return refused(404, text`there is no action with that name`, text`call POST /ACTION, or POST /SERVER/ACTION`);
  }

  /** Answers the request, or says how it is to be refused. The body of a GET is empty. */
  serve(request: IncomingMessage, response: ServerResponse, body: Buffer): Refusal | undefined {
    const caller = this.identify(request);
    if (caller.kind === 'refused') return caller;
    // A browser shows neither Origin nor Sec-Fetch-Site with a GET to a plain address off loopback.
    if (request.method === 'GET' && !caller.byToken && !isLoopbackAddress(request.socket.remoteAddress ?? '')) {
      return refused(401, text`a GET from another machine needs the access_token of a server of server_list`);
    }
    const call = readCall(request, caller, body);
    if (call.kind === 'refused') return call;
    const answer = new AnswerWriter(response);
    const giveUp = this.#gate.call(call, (part) => answer.write(part));
    response.on('close', giveUp);
    return undefined;
  }
}

/** Names of actions: letters, digits and `_`; hidden ones begin with a dot. */
const ACTION = /^\.?\w{1,128}$/;

type Caller = Exclude<CallerVerdict, Refusal>;

function readCall(
  request: IncomingMessage,
  { server, path }: Caller,
  body: Buffer,
): (ApplicationCall & { kind: 'call' }) | Refusal {
  const params = readParams(request, body);
  if (!Buffer.isBuffer(params)) return params;
  const selfId = wantedBot(request.url ?? '/');
  if (selfId === null) return refused(400, text`self_id is not an account id`);
  return {
    kind: 'call',
    action: path,
    params,
    ...(server === undefined ? {} : { server }),
    ...(selfId === undefined ? {} : { selfId }),
  };
}

/** The parameters as JSON: those of the body, and those of the query that it lacks, as go-cqhttp and NapCat take them. */
function readParams(request: IncomingMessage, body: Buffer): Buffer | Refusal {
  const query = [...queryOf(request.url ?? '/')].filter(([name]) => name !== 'access_token' && name !== 'self_id');
  if (isNothing(body)) return objectOf(query);
  const type = header(request.headers, 'content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'application/x-www-form-urlencoded') {
    return objectOf([...query, ...new URLSearchParams(body.toString())]);
  }
  if (type === undefined || type === 'application/json') return withMissing(withoutByteOrderMark(body), query);
  return refused(406, text`Content-Type is neither application/json nor application/x-www-form-urlencoded`);
}

/** ZeroBot sends `null` where an action has no parameters. Others send nothing, or only blanks. */
function isNothing(body: Buffer): boolean {
  return body.length <= MAX_NOTHING_BYTES && /^\uFEFF?\s*(?:null\s*)?$/.test(body.toString());
}

const MAX_NOTHING_BYTES = 64;

type Field = readonly [name: string, value: string];

/** All values are strings; implementations take numbers and booleans in them. Of several of one name the last counts. */
function objectOf(fields: readonly Field[]): Buffer {
  return Buffer.from(JSON.stringify(Object.fromEntries(fields)));
}

/** The object with those fields that it has not. What is no sound object stays as it is, to be told so. */
function withMissing(object: Buffer, fields: readonly Field[]): Buffer {
  if (fields.length === 0) return object;
  const values = new Map(fields.map(([name, value]) => [name, Buffer.from(JSON.stringify(value))]));
  const scan = scanObject(object, new KeyTable([...values.keys()]));
  if (scan.kind === 'unsound') return object;
  return scan.object.withAll(new Map([...values].filter(([name]) => !scan.object.has(name))));
}

/** The HTTP status of an answer (OneBot 11, `communication/http.md`); every other is 200. */
const STATUS_OF_RETCODE = new Map([
  ['1400', 400],
  ['1403', 403],
  ['1404', 404],
]);

/** Several frames of a stream action are JSON texts with an empty line between them, as NapCat sends them. */
class AnswerWriter {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  write({ frame, retcode, isLast }: ApplicationAnswer): void {
    const response = this.#response;
    if (!response.headersSent) {
      response.writeHead(STATUS_OF_RETCODE.get(retcode ?? '') ?? 200, {
        'Content-Type': 'application/json; charset=utf-8',
        ...(isLast ? { 'Content-Length': frame.length } : {}),
      });
    }
    if (isLast) response.end(frame);
    else response.write(Buffer.concat([frame, FRAME_END]));
  }
}

const FRAME_END = Buffer.from('\r\n\r\n');
