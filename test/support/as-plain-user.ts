import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** `nobody`, by its number on most systems. */
export const NOBODY = 65_534;

/** File permissions of POSIX: Windows has others. */
export const HAS_FILE_MODES = process.platform !== 'win32';

/**
 * Runs `script` in a child process and gives back what it returns, by way of JSON. Where the tests run as root, whom no
 * permission keeps out, the child has become a plain user by then.
 *
 * @param module What the script finds as `module`: loaded before, since a plain user may not reach it.
 */
export async function asPlainUser(module: URL, script: string): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--input-type=module',
    '-e',
    `const module = await import(${JSON.stringify(module.href)});
    if (process.getuid() === 0) {
      process.setgroups([]);
      process.setgid(${NOBODY});
      process.setuid(${NOBODY});
    }
    const result = await (async () => { ${script} })();
    process.stdout.write(JSON.stringify(result));`,
  ]);
  return JSON.parse(stdout);
}
