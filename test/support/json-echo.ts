import assert from 'node:assert/strict';

/** Holds the `echo` of an answer to be exactly this JSON text, byte for byte. */
export function assertEcho(answer: string, echo: string): void {
  const at = answer.search(/"echo"\s*:\s*/);
  assert.notEqual(at, -1, `no echo in ${answer}`);
  const rest = answer.slice(at).replace(/^"echo"\s*:\s*/, '');
  assert.ok(rest.startsWith(echo) && /^\s*[,}]/.test(rest.slice(echo.length)), `echo ${echo} is not in ${answer}`);
}
