/** The texts of the config file: comments of a written config and docs/configuration.zh-CN.md. */
export const CONFIG_KEYS: Readonly<Record<string, string>> = {
  'The config of QQBridge: every key with its default, or with an example where it has none. A key with "#" before it is off; take the "#" away to use it. After a change type "reload config" in the console; host, port and data are taken up at the next start. Editors check this file by the schema beside it, which the subcommand "schema" prints.':
    'QQBridge 的配置：列出全部的键及其默认值，没有默认值的给出示例。前面带 "#" 的键没有启用，删去 "#" 即可使用。修改之后在控制台输入 "reload config"；host、port 和 data 在下次启动时生效。编辑器会用旁边的 schema.json 检查本文件，子命令 "schema" 可以输出它。',

  // What values a key takes.
  'a filter': '过滤器',
  'a bot id or a list of them': '机器人账号或其列表',
  'the name of an action such as get_* or a list of them': 'API 动作的名称（如 get_*）或其列表',

  // The port, and settings of the whole bridge.
  'Protocol of the servers that set no `protocol`: true = websocket, false = http.':
    '没有写明 protocol 的服务器使用的协议：true 为 websocket，false 为 http。',
  'Address on which the port for bots listens; 0.0.0.0 or :: means all addresses, and then needs an `access_token`.':
    '供机器人连接的监听地址；0.0.0.0 或 :: 表示所有地址，这时必须设置 `access_token`。',
  'Port that the bots connect and report to; 0 picks a free one.': '机器人连接和上报的端口；0 表示自动选择空闲端口。',
  'The servers (applications) that get the events and make calls, by name.':
    '接收事件、调用 API 的服务器（应用），以名称为键。',
  'true: the log has one line for each event; the same as `log.level: debug`.':
    'true：日志中每个事件占一行，与 `log.level: debug` 相同。',
  'Token the bots must show on the port.': '机器人连接端口时必须出示的令牌。',
  'Key of the `X-Signature` that HTTP reports must carry. A report with a valid signature needs no token.':
    'HTTP 上报必须携带的 `X-Signature` 的密钥。签名正确即可代替令牌。',
  'Bots to which the bridge connects, or which it calls; choose any names. Bots that connect to the port need no entry.':
    '由网桥主动连接或调用的机器人，名称任取。主动连接网桥端口的机器人不必写在这里。',
  'The port speaks https and wss. Paths start from the home folder; `reload config` reads renewed files.':
    '端口使用 https 和 wss。文件路径相对于主目录；证书更新后执行 `reload config` 即可生效。',
  'Largest frame or body that the bridge accepts.': '接收的单个帧或请求体的最大长度。',
  'Origins of the web pages that may use the port: one or a list. Default: none.':
    '可以使用端口的网页的来源（Origin）：一个或列表。默认：没有。',
  'An event that comes twice is taken once: from an HTTP reporter that missed the answer, or by a second session of the bot.':
    '同一事件再次到来时（HTTP 上报端没有收到应答，或机器人有第二个会话）只接收一次。',
  'How long a call waits for a known bot that has no connection at the moment. Then it is answered with retcode 1503. 0: it does not wait.':
    '已知的机器人暂时没有连接时，对它的调用等待多久，之后以 retcode 1503 应答；0 表示不等。',
  'Equal `get_*` calls that are under way at the same time share one call to the bot.':
    '同时进行的相同 `get_*` 调用只向机器人调用一次，共用结果。',
  'Limits how much all servers together send by the bots. Default: no limit.':
    '限制所有服务器合计让机器人发送的数量。默认：不限制。',
  'Whether the port accepts calls without the token of a server. `actions` and `bots` do not limit such calls. Default: true on loopback when no `access_token` is set and no server has `actions` or `bots`.':
    '端口是否接受不带服务器令牌的调用。这些调用不受 `actions` 和 `bots` 限制。默认：监听回环地址、没有设置 `access_token`、也没有服务器设置 `actions` 或 `bots` 时为 true。',
  'true: the port may listen on other addresses than loopback without an `access_token`. Then everybody who reaches the port can pose as a bot.':
    'true：监听非回环地址时可以不设 `access_token`。这时任何能访问端口的人都可以冒充机器人。',
  'Folder in which the bridge keeps its data, absolute or from the home folder.':
    '网桥保存数据的目录，绝对路径或相对于主目录。',
  'Language of the console and the log, and of the dashboard until its reader chooses another: `en` or `zh`. Default: that of the locale; where the locale names none, the dashboard follows the browser.':
    '控制台和日志的语言，也是仪表盘打开时的语言：`en` 或 `zh`。默认：系统语言；系统没有设置语言时，仪表盘使用浏览器的语言。',
  'What is written to the console and the log file.': '写到控制台和日志文件的内容。',
  'The admin listener.': '管理端口。',

  // Settings of a server.
  'false: the server gets nothing and makes no calls.': 'false：该服务器不接收事件，也不能调用 API。',
  'How the bridge and the server are connected. `websocket`: the bridge connects to the server, like a OneBot implementation with reverse WebSocket. `http`: the bridge POSTs each event to it. `listen`: the server connects to the port (forward WebSocket, HTTP API, SSE). Default: what the top-level `websocket` says.':
    '网桥与服务器的连接方式：`websocket` 由网桥以反向 WebSocket 连接它，如同 OneBot 实现；`http` 把每个事件 POST 给它；`listen` 由它连接网桥的端口（正向 WebSocket、HTTP API、SSE）。默认：由顶层的 `websocket` 决定。',
  'Host of the server.': '服务器的主机。',
  'Port of the server. Needed unless `url` is given, or `protocol` is `listen`.':
    '服务器的端口。除非写了 `url` 或 `protocol` 为 `listen`，否则必须填写。',
  'Path on the server. Default: `/ws/` for websocket, `/` for http.':
    '服务器上的路径。默认：websocket 为 `/ws/`，http 为 `/`。',
  'The whole address instead of `host`, `port` and `path`; `wss:` and `https:` too.':
    '完整的地址，代替 `host`、`port` 和 `path`；也可以是 `wss:` 和 `https:`。',
  'Token that the bridge shows to the server as `Authorization: Bearer`. The server is recognised by it when it makes calls on the port. listen: the server has to show it.':
    '以 `Authorization: Bearer` 出示给服务器的令牌，服务器在端口上调用 API 时也凭它识别；listen：要求服务器出示的令牌。',
  'http: key of the `X-Signature` on its reports.': 'http：上报中 `X-Signature` 的密钥。',
  'For `wss:` and `https:`: which certificate the server has to show.':
    '用于 `wss:` 和 `https:`：服务器必须出示怎样的证书。',
  'File with the certificate of the only authority to trust, in PEM. Default: the authorities that are known everywhere.':
    '唯一信任的签发机构的证书文件，PEM 格式。默认：公认的签发机构。',
  'false: any certificate is accepted, also that of somebody in between.': 'false：接受任何证书，包括中间人的证书。',
  'Adds `"server": "<name>"` to each event; false relays the bytes of the bot unchanged.':
    '给每个事件加上 `"server": "<名称>"`；false 则原样转发机器人的字节。',
  'The `self_id`s whose events this server gets and which it may call: one or a list. Default: all bots.':
    '该服务器接收哪些 `self_id` 的事件、可以调用哪些机器人：一个或列表。默认：所有机器人。',
  'Which calls the server may make; others are answered with retcode 1403. Default: all.':
    '该服务器可以调用哪些 API；其他调用以 retcode 1403 应答。默认：全部。',
  'The only calls it may make: names of actions, `*` for any characters. Default: all.':
    '只允许调用的 API：动作名称，`*` 代表任意字符。默认：全部。',
  'Calls it may not make, also where `allow` has them.': '禁止调用的 API，即使 `allow` 中有。',
  'Which events the server gets: conditions on fields, which all have to hold; see docs/filters.md. Default: all.':
    '该服务器接收哪些事件：对字段的条件，必须全部满足；见 docs/filters.zh-CN.md。默认：全部。',
  'Form of the `message` in its events: `string` (CQ codes), `array` (segments) or `keep`, whatever the bot sends. `raw_message` stays as it is; the first two add it where it is missing. A message of more than 2 MiB or some 10,000 segments keeps its form, and the log says so.':
    '事件中 `message` 的格式：`string`（CQ 码）、`array`（消息段）或 `keep`（与机器人发来的相同）。`raw_message` 保持原样；前两种会在缺少时补上它。超过 2 MiB 或约 10,000 个消息段的消息保持原来的格式，并写入日志。',
  'Sends the heartbeats of the bots to the server.': '转发机器人的心跳。',
  'Limits of the events that wait for the server. Beyond a limit the oldest event is dropped. websocket and listen: the limits hold for each bot.':
    '积压事件的上限，超过时丢弃最早的。websocket 和 listen：每个机器人各自计算。',
  'How long an event waits at most; 0 keeps nothing for a server that is away.':
    '事件最多等待多久；0 表示服务器不在线时不保留任何事件。',
  'How many events wait at most.': '最多积压多少个事件。',
  'How many bytes they have at most in all. A larger event still goes to a server that is up.':
    '积压事件合计的最大字节数。更大的事件仍会发给在线的服务器。',
  '`at_least_once`: events that were under way when a link broke are sent again, so they may come twice. `at_most_once`: an event that may have left is never sent again.':
    '`at_least_once`：连接中断时正在发送的事件会重发，可能收到两次。`at_most_once`：可能已发出的事件不再重发。',
  'http: how long one report may take.': 'http：一次上报最多用多长时间。',
  'http: how many reports may be under way at the same time; with 1 each report waits until the one before it is answered.':
    'http：最多同时进行多少个上报；1 表示收到上一个的应答后再发下一个。',
  'How long a call of this server waits for the answer of the bot.': '该服务器的调用最多等待机器人应答多久。',

  // Settings of a bot.
  'Its forward WebSocket, to which the bridge connects. A path that ends with `/event` carries only events, one that ends with `/api` only calls.':
    '它的正向 WebSocket，由网桥连接；路径为 `/event` 时只收事件，为 `/api` 时只调用 API。',
  'Its HTTP API, for the calls to a bot that reports by POST.': '它的 HTTP API，用来调用以 POST 上报的机器人。',
  'The number of its account. Default: the bot is asked.': '它的账号（QQ 号）。默认：询问机器人。',
  'Token shown to it as `Authorization: Bearer`.': '以 `Authorization: Bearer` 出示给它的令牌。',
  'For `wss:` and `https:`: which certificate the bot has to show.':
    '用于 `wss:` 和 `https:`：机器人必须出示怎样的证书。',

  // Settings of tls, rate_limit, log and admin.
  'File with the certificate and its chain, in PEM.': '证书及其证书链的文件，PEM 格式。',
  'File with its key, in PEM.': '证书私钥的文件，PEM 格式。',
  'How many `send_*` calls one bot gets. 20/10s: 20 at once, then one more every half second.':
    '每个机器人最多收到多少个 `send_*` 调用。20/10s：一次最多 20 个，之后每半秒一个。',
  'How many `send_*` calls one bot gets for one group.': '每个机器人在同一个群最多收到多少个 `send_*` 调用。',
  'How long a call waits for its turn before it is answered with retcode 1429.':
    '调用最多排队多久；超过后以 retcode 1429 应答。',
  'Lowest level of the lines that are written. It overrides `debug_mode`.':
    '写出的日志的最低级别。优先于 `debug_mode`。',
  'Log file, absolute or from the home folder.': '日志文件，绝对路径或相对于主目录。',
  'One JSON object per line instead of text.': '每行写一个 JSON 对象，而不是文本。',
  'A log file larger than this is renamed, and a new one is started.': '日志文件超过此大小时改名保存，并开始新文件。',
  'For how many days a renamed log file is kept; the newest 14 stay longer.':
    '改名保存的日志文件保留多少天；最近的 14 个会保留更久。',
  'Whether the admin listener (dashboard, metrics, health, control) is started.':
    '是否启动管理端口（仪表盘、指标、健康检查、控制）。',
  'Address the admin listener listens on.': '管理端口监听的地址。',
  'Port of the admin listener; 0 picks a free one.': '管理端口的端口号；0 表示自动选择空闲端口。',
  'Token of the admin listener. Default: one is made and kept in the data folder.':
    '管理端口的令牌。默认：自动生成并保存在数据目录中。',
};
