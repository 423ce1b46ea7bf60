/** The words of docs/configuration.md around its tables, in one language. */
export interface ReferencePage {
  readonly head: string;
  readonly tail: string;
  /** Titles of the columns. */
  readonly columns: readonly [key: string, takes: string, preset: string, meaning: string];
  /** Titles of the sections, by the path of the map that the section describes. */
  readonly titles: Readonly<Record<'' | 'server' | 'bot' | 'queue' | 'log' | 'admin', string>>;
}

export const ENGLISH_PAGE: ReferencePage = {
  head: `# Configuration

English | [简体中文](configuration.zh-CN.md)

<!-- Generated from src/config/schema.ts by scripts/generate-config-docs.mjs. -->

QQBridge reads one YAML file: \`config/config.yml\`, unless \`-c FILE\` names another. The first start writes it. The **home** is
the folder of the file, or the parent of that folder if it is named \`config\`. Relative paths start from the home. A config of
QQBridge.py works as it is. [example.yml](../config/example.yml) has every key, [minimal.yml](../config/minimal.yml) the fewest.

Every fault in the file is reported at once, with its line, and the exit status is 2. A character that only looks right (a full-width
colon or quote, a no-break space, a zero-width space, a tab) is named at its line. \`reload config\` takes up a changed
file, except for \`host\`, \`port\` and \`data\`, which need a restart; a faulty file changes nothing.
`,
  tail: `
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
`,
  columns: ['key', 'takes', 'default', 'meaning'],
  titles: {
    '': 'The port and the rest',
    server: 'Servers: `server_list.<name>`',
    bot: 'Bots that the bridge dials: `bots.<name>`',
    queue: 'What waits for a server: `server_list.<name>.queue`',
    log: 'Log: `log`',
    admin: 'Admin listener: `admin`',
  },
};

export const CHINESE_PAGE: ReferencePage = {
  head: `# 配置

[English](configuration.md) | 简体中文

<!-- 由 scripts/generate-config-docs.mjs 根据 src/config/schema.ts 生成。 -->

QQBridge 只读取一个 YAML 文件：\`config/config.yml\`，或由 \`-c FILE\` 指定；首次启动时会写出它。**主目录**是该文件所在的目录；该目录名为 \`config\` 时是它的上一级目录。相对路径都从主目录算起。QQBridge.py 的配置可以直接使用。[example.yml](../config/example.yml) 列出全部的键，[minimal.yml](../config/minimal.yml) 只有最少的键。

文件中的错误会一次全部报告，并给出行号，退出码为 2。只是看起来正确的字符（全角冒号或引号、不换行空格、零宽空格、制表符）会按所在的行指出。\`reload config\` 使修改后的文件生效；\`host\`、\`port\` 和 \`data\` 除外，它们需要重启。文件有错误时什么都不会改变。
`,
  tail: `
## 值的写法

- 引号没有区别，文本按原样读取：令牌 \`0123\` 保留开头的零，账号保留所有数字。
- 布尔值可写 \`true\`/\`false\`、\`yes\`/\`no\`、\`on\`/\`off\`。
- 时长是数字加单位：\`500ms\`、\`5s\`、\`5m\`、\`1h\`。大小写成 \`64KiB\`、\`64MiB\`、\`1GiB\` 或字节数。
- 服务器的名称可以是不含 \`/\` 和控制字符的任意文本，但不能是 \`api\`、\`event\`、\`ws\`、\`_events\`。
- 键后面什么都不写是错误：要用默认值，请删去该键。
- 值中的 \`\${NAME}\` 会替换为同名的环境变量，该变量必须已设置；\`$\${\` 表示 \`\${\` 本身。
- 可以使用锚点（\`&a\`）、别名（\`*a\`）和合并键（\`<<: *a\`）。

## 环境变量

每项设置都可以来自环境变量，并优先于文件：变量名是 \`QQBRIDGE_\` 加上大写的路径，用 \`_\` 连接。映射和列表写成 YAML（\`QQBRIDGE_SERVER_LIST='{survival: {port: 5701}}'\`），并代替文件中的内容。已命名的服务器的键也有自己的变量，如 \`QQBRIDGE_SERVER_LIST_SURVIVAL_PORT\`、\`QQBRIDGE_SERVER_LIST_SURVIVAL_QUEUE_MAX_AGE\`；名称中不是字母和数字的字符写成 \`_\`。空的变量视为没有设置。未知的 \`QQBRIDGE_\` 变量会给出警告。

## 旧的配置文件

以下写法仍能识别，并给出警告：\`webscocket\`（旧 README 中的拼写）即 \`websocket\`；\`post_host\`、\`post_port\` 即 \`host\`、\`port\`；\`post_url\` 被忽略（任何路径都接受上报）；服务器的 \`url\` 只有路径。含有 \`post_*\` 而没有 \`websocket\` 的文件用于 HTTP 服务器。
`,
  columns: ['键', '取值', '默认值', '含义'],
  titles: {
    '': '端口与其他',
    server: '服务器：`server_list.<name>`',
    bot: '由网桥连接的机器人：`bots.<name>`',
    queue: '服务器的积压：`server_list.<name>.queue`',
    log: '日志：`log`',
    admin: '管理端口：`admin`',
  },
};
