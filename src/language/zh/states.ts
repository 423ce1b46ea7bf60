/** The states of bots and servers: their names, causes and cures. */
export const STATES: Readonly<Record<string, string>> = {
  account_offline: '账号离线',
  away: '未连接',
  paused: '已暂停',
  refused: '被拒绝',
  refusing: '拒收',
  slow: '缓慢',
  'no space is left on the disk': '磁盘空间已满',
  '{0}: the disk is full, over a quota, or failing': '{0}：磁盘已满、超出配额或发生故障',
  unreachable: '连不上',
  'paused, {0}': '已暂停，{0}',
  '-> {0}: {1}': '-> {0}：{1}',
  '{0}: "{1}"': '{0}：“{1}”',

  // Causes and cures of bots.
  'its heartbeat says that the account is offline': '它的心跳说账号已离线',
  'the account went offline': '账号已掉线',
  'log the account in again in the program of the bot (NapCat, LLOneBot: its web page)':
    '到机器人程序里（NapCat、LLOneBot 的 WebUI）重新登录账号',
  'it has not come since the bridge started': '网桥启动后它还没有连上来',
  'its connection is gone': '它的连接已断开',
  'it takes calls, and the connection that brings its events is not there': '它能接收调用，但上报事件的连接不在',
  'it brings events, and the connection that takes calls is not there': '它在上报事件，但接收调用的连接不在',
  'see in the program of the bot whether both connections are configured and stand; one of role Universal does both':
    '到机器人程序里查看两个连接是否都已配置并连上；一个 Universal 连接可以同时做这两件事',
  'start the program of the bot (NapCat, LLOneBot, ...), and see there whether it connects to the bridge; one that is gone for good: forget BOT':
    '启动机器人程序（NapCat、LLOneBot 等），并在那里查看它是否连接到网桥；不会再来的：forget BOT',
  'it is account {0}, not {1}: another bot answers there than this entry is for':
    '那里是账号 {0}，不是 {1}：应答的不是这个条目要找的机器人',
  'correct self_id, or the address': '改正 self_id 或地址',
  "it answers {0} and nothing of OneBot's": '它应答 {0}，但不是 OneBot 的应答',
  'it does not say which account it is': '它没有说明是哪个账号',

  // Causes and cures of servers.
  'the bridge is connecting': '网桥正在连接',
  'nothing has been sent yet': '还没有发送过内容',
  'see why it takes long: its own log, its load, its handlers; http servers also have timeout and concurrency':
    '查看它为什么慢：它自己的日志、负载和处理程序；http 服务器还可以调整 timeout 和 concurrency',
  'it has not answered the last event in time': '上一个事件它没有按时应答',
  'what waits for it has been growing for over a minute': '它的积压一分多钟来一直在增加',
  'an event has been waiting for it for over a minute': '有事件已经等了它一分多钟',
  'nobody has dialled in': '还没有应用连进来',
  "start the application, and let it dial the bridge's port with the access_token of this entry":
    '启动应用，让它带着这个条目的 access_token 连接网桥的端口',
  'the link broke': '连接中断',
  'see its own log; where it closes each link right after the handshake, it may refuse the access_token, or serve no bot at that path':
    '查看它自己的日志；如果每次握手后它马上关闭连接，可能是它不接受 access_token，或者那个路径不接待机器人',
  'set enabled: true to use it': '设置 enabled: true 即可启用',
  'paused by the operator: its events wait, as long as max_age lets them':
    '已被操作者暂停：事件会积压，直到 max_age 到期',
  'type resume {0} when it may have them': '可以继续时输入 resume {0}',
  'link of bot {0}: {1}': '机器人 {0} 的连接：{1}',
  '{0} (and {1} more)': '{0}（另有 {1} 个）',
  '{0} bots': '{0} 个机器人',
  'server {0} / {1}': '服务器 {0} / {1}',
  'by the config': '由配置停用',

  // Subjects of `check`.
  'event log': '事件日志',
  'it takes nothing: {0}; HTTP reports are answered 503': '无法写入：{0}；对 HTTP 上报应答 503',
  'free the disk, or see the log of the bridge': '清理磁盘，或查看网桥的日志',

  // Addresses that bots connect to.
  'No bot has come yet.': '还没有机器人连上来。',
  SINCE: '已持续',
  'Enter in your bot, as reverse WebSocket: {0}': '在机器人里填写反向 WebSocket 地址：{0}',
  '  NapCat: Network, New, WebSocket client. LLOneBot: OneBot 11, WebSocket reverse.':
    '  NapCat：网络配置，新建，WebSocket 客户端。LLOneBot：OneBot 11，反向 WebSocket。',
  '  The token there is access_token of the config; leave it empty where the config has none.':
    '  那里的 token 是配置里的 access_token；配置里没有就留空。',
  'Or, for a bot that only reports by HTTP: {0} (NapCat: HTTP client; LLOneBot: HTTP POST).':
    '只用 HTTP 上报的机器人则填：{0}（NapCat：HTTP 客户端；LLOneBot：HTTP 上报）。',
};
