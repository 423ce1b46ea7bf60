import { type Text, text, type Words } from './text.ts';

/** What to do about a connection that can't be made, by the words of `describeNetworkError`. */
const ADVICE: readonly (readonly [reason: RegExp, advice: Text])[] = [
  [/connection refused/, text`start it, or correct its host and port`],
  [/no such host name|could not be looked up/, text`correct the host name`],
  [/unreachable/, text`correct the address; is the network up?`],
  [/no answer to the connection|no answer in time/, text`is the machine on, and does no firewall stand between?`],
  [/no answer to the handshake/, text`something listens there that is no WebSocket server: correct the port`],
  [
    /demands a token|access_token is missing|answers 401/,
    text`set access_token (http servers: secret) to what it expects`,
  ],
  [/refuses the token|refuses the access_token|answers 403/, text`correct access_token (http servers: secret)`],
  [/nothing is at that path|answers 404/, text`correct the path`],
  [/unknown authority|signed by itself/, text`set tls.ca to the certificate of its authority`],
  [/has expired|not valid yet/, text`renew its certificate, or set the clock`],
  [/another host name/, text`dial it by a name that its certificate has`],
  [/does not speak TLS/, text`begin its address with ws:// or http://`],
  [/reset|closed|broke/, text`it may want wss:// or https://, or another path; see its own log`],
];

export function adviceFor(reason: Words): Text {
  const english = String(reason);
  return ADVICE.find(([pattern]) => pattern.test(english))?.[1] ?? text`see its own log`;
}
