import { ANY_NAME, CATALOGUE, type CatalogueKey } from './catalogue.ts';

const HEAD = `# Configuration

<!-- Generated from src/config/schema.ts by scripts/generate-config-docs.mjs. -->

QQBridge reads one YAML file, \`config/config.yml\` unless \`-c FILE\` names another; a first start writes it. The **home** is
the file's folder, or its parent where that folder is named \`config\`; relative paths start from it. A config of
QQBridge.py works as it is. [example.yml](../config/example.yml) has every key, [minimal.yml](../config/minimal.yml) the fewest.

Every fault in the file is reported at once, with its line, and the exit status is 2. \`reload config\` takes up a changed
file, except for \`host\`, \`port\` and \`data\`, which need a restart; a faulty file changes nothing.
`;

const TAIL = `
## How values are written

- Quotes make no difference, and text is taken as written: a token \`0123\` keeps its zero, an id all its digits.
- Booleans are \`true\`/\`false\`, \`yes\`/\`no\`, \`on\`/\`off\`.
- A duration is a number with its unit: \`500ms\`, \`5s\`, \`5m\`, \`1h\`. A size is \`64KiB\`, \`64MiB\`, \`1GiB\` or a number of bytes.
- A server's name is any text without \`/\` and control characters, but not \`api\`, \`event\`, \`ws\` or \`_events\`.
- A key with nothing after it is a fault: leave the key out for its default.
- \`\${NAME}\` in a value is replaced by the environment variable of that name, which must be set; \`$\${\` stands for \`\${\`.
- Anchors (\`&a\`), aliases (\`*a\`) and merge keys (\`<<: *a\`) work.

## Environment variables

Each setting can come from the environment, over the file: its path in capitals, joined by \`_\`, after \`QQBRIDGE_\`. Maps and
lists are given as YAML (\`QQBRIDGE_SERVER_LIST='{survival: {port: 5701}}'\`) and replace the file's. A key of a server that has
been named has its variable too, such as \`QQBRIDGE_SERVER_LIST_SURVIVAL_PORT\` or \`QQBRIDGE_SERVER_LIST_SURVIVAL_QUEUE_MAX_AGE\`;
what is no letter or digit in a name becomes \`_\`. An empty variable counts as not set. An unknown \`QQBRIDGE_\` variable is
warned of.

## Older files

Understood with a warning: \`webscocket\` (the spelling in an old README) for \`websocket\`, \`post_host\` and \`post_port\` for
\`host\` and \`port\`, \`post_url\` (dropped: reports are taken on every path) and a server's \`url\` that is a path only. A
file with \`post_*\` keys and no \`websocket\` is for HTTP servers.
`;

/** `docs/configuration.md`: every key with what it takes, its default and its variable. */
export function configReference(): string {
  const sections = [
    { title: 'The port and the rest', path: [] },
    { title: 'Servers: `server_list.<name>`', path: ['server_list', ANY_NAME] },
    { title: 'Bots that the bridge dials: `bots.<name>`', path: ['bots', ANY_NAME] },
    { title: 'What waits for a server: `server_list.<name>.queue`', path: ['server_list', ANY_NAME, 'queue'] },
    { title: 'Log: `log`', path: ['log'] },
    { title: 'Admin listener: `admin`', path: ['admin'] },
  ];
  return HEAD + sections.map(({ title, path }) => `\n## ${title}\n\n${tableOf(path)}`).join('') + TAIL;
}

function tableOf(path: readonly string[]): string {
  const keys = CATALOGUE.filter(
    (key) => key.path.length === path.length + 1 && path.every((part, index) => key.path[index] === part),
  );
  return `| key | takes | default | meaning |\n| --- | --- | --- | --- |\n${keys.map(rowOf).join('')}`;
}

function rowOf({ path, allowed, preset, description }: CatalogueKey): string {
  const shown = preset === undefined ? '' : `\`${preset}\``;
  return `| \`${path.at(-1)}\` | ${allowed} | ${shown} | ${description} |\n`;
}
