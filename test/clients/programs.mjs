// How to start each program of these tests.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { npmDir, partDir, pythonOf, root } from './install.mjs';

const here = join(root, 'test', 'clients');

/** Programs that are no file of `python/` or `npm/`, by name. `start(options)` gives the command. */
const PROGRAMS = {
  zerobot: (options) => ({ command: join(partDir('go'), 'zerobot'), args: options }),
  cqhttp: (options) => ({ command: join(partDir('go'), 'cqhttp'), args: options }),
  kovi: (options) => ({ command: join(partDir('rust'), 'debug', 'kovi-app'), args: options, cwd: partDir('rust') }),
  shiro: (options) => java('ShiroApp', springOptions(options)),
  'mcdreforged/qqapi_way.py': (options, scope) => mcdreforged('qqapi_way.py', options, scope),
  'mcdreforged/imapi_way.py': (options, scope) => mcdreforged('imapi_way.py', options, scope),
};

/**
 * The command of a program: `{command, args, env?, cwd?}`.
 *
 * @param script A name of PROGRAMS, a file of `npm/` or `python/`, or `frameworks/FILE`.
 */
export function commandOf(scope, script, options) {
  const start = PROGRAMS[script];
  if (start !== undefined) return start(options, scope);
  if (script.endsWith('.mjs')) {
    return { command: process.execPath, args: [join(here, 'npm', script), ...options], env: { CLIENTS_NPM: npmDir } };
  }
  const [part, file] = script.includes('/') ? script.split('/') : ['python', script];
  return { command: pythonOf(part), args: [join(here, part, file), ...options] };
}

/** Spring takes `--name=value`, and has another name for the port. */
function springOptions(options) {
  const given = [];
  for (let i = 0; i < options.length; i += 2) given.push(`${options[i]}=${options[i + 1]}`);
  const named = given.map((option) => option.replace(/^--port=/, '--server.port='));
  return [...named, '--server.address=127.0.0.1', '--shiro.ws.server.enable=true', '--logging.level.root=warn'];
}

/** Runs a class of `java/`. A JVM that lives for seconds starts faster without its second compiler. */
export function java(main, args) {
  const dir = partDir('java');
  const classPath = [join(dir, 'target', 'classes'), join(dir, 'target', 'dependency', '*')].join(delimiter);
  const flags = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xmx256m'];
  return { command: 'java', args: [...flags, '-cp', classPath, `qqbridge.clients.${main}`, ...args], cwd: dir };
}

/** MCDReforged in a folder of its own with one plugin. The plugin reads its name and port from the environment. */
function mcdreforged(plugin, options, scope) {
  const dir = mkdtempSync(join(tmpdir(), 'qqbridge-mcdreforged-'));
  scope.after(() => rmSync(dir, { recursive: true, force: true }));
  for (const name of ['server', 'plugins', 'config']) mkdirSync(join(dir, name));
  copyFileSync(join(here, 'mcdreforged', plugin), join(dir, 'plugins', plugin));
  const python = pythonOf('frameworks');
  const config = {
    language: 'en_us',
    working_directory: 'server',
    start_command: `"${python}" "${join(here, 'mcdreforged', 'minecraft_server.py')}"`,
    handler: 'vanilla_handler',
    plugin_directories: ['plugins'],
    check_update: false,
    telemetry: false,
    advanced_console: false,
    disable_console_thread: true,
    disable_console_color: true,
  };
  writeFileSync(join(dir, 'config.yml'), JSON.stringify(config));
  writeFileSync(join(dir, 'permission.yml'), JSON.stringify({ default_level: 'user' }));
  const optionOf = (key) => options[options.indexOf(`--${key}`) + 1];
  const env = { APPLICATION_NAME: optionOf('name'), APPLICATION_PORT: optionOf('port'), PYTHONUTF8: '1' };
  return { command: python, args: ['-m', 'mcdreforged', 'start'], env, cwd: dir };
}
