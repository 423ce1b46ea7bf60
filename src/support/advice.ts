/** What to do about a connection that can't be made, by the words of `describeNetworkError`. */
const ADVICE: readonly (readonly [reason: RegExp, advice: string])[] = [
  [/connection refused/, 'start it, or mend its host and port'],
  [/no such host name|could not be looked up/, 'mend the host name'],
  [/unreachable/, 'mend the address; is the network up?'],
  [/no answer to the connection|no answer in time/, 'is the machine on, and does no firewall stand between?'],
  [/no answer to the handshake/, 'something listens there that is no WebSocket server: mend the port'],
  [/demands a token|access_token is missing|answers 401/, 'set access_token (http servers: secret) to what it expects'],
  [/refuses the token|refuses the access_token|answers 403/, 'mend access_token (http servers: secret)'],
  [/nothing is at that path|answers 404/, 'mend the path'],
  [/unknown authority|signed by itself/, 'set tls.ca to the certificate of its authority'],
  [/has expired|not valid yet/, 'renew its certificate, or set the clock'],
  [/another host name/, 'dial it by a name that its certificate has'],
  [/does not speak TLS/, 'begin its address with ws:// or http://'],
  [/reset|closed|broke/, 'it may want wss:// or https://, or another path; see its own log'],
];

export function adviceFor(reason: string): string {
  return ADVICE.find(([pattern]) => pattern.test(reason))?.[1] ?? 'see its own log';
}
