/** The messages of the log; `log.json` keeps them in English. */
export const LOG_LINES: Readonly<Record<string, string>> = {
  // Start, reload, stop.
  'a config with defaults has been written': '已写出一份默认配置',
  'config reloaded': '配置已重新加载',
  'the config is not taken: {0}': '配置未被采用：{0}',
  'the config could not be applied': '无法应用配置',
  'not everything reached its server before the stop': '停止前有内容未能送达服务器',
  'an error was not caught': '出现未捕获的错误',

  // Bots.
  'a bot connected': '机器人已连接',
  'the known bots can not be read': '无法读取已知机器人的记录',
  'the known bots can not be written': '无法写入已知机器人的记录',
  'a bot is forgotten': '已忘记机器人',
  'a bot disconnected': '机器人已断开',
  'a bot reports by HTTP': '机器人通过 HTTP 上报',
  'calls of a bot may go to its HTTP API': '对机器人的调用可以走它的 HTTP API',
  'the HTTP API of a bot is not used': '不使用机器人的 HTTP API',
  'a newer session of the same bot and role replaces an older one': '同一机器人、同一角色的新会话取代了旧会话',
  'the link to a bot is lost, the bridge dials again': '与机器人的连接断开，正在重连',
  'a bot can not be connected, the bridge goes on trying': '无法连接机器人，将继续尝试',
  'a bot does not say by its HTTP API which account it is, the bridge goes on asking':
    '机器人的 HTTP API 没有说明账号，将继续询问',
  'a bot is silent and answers no ping: its link is cut': '机器人没有动静，也不应答 ping：连接已切断',
  'a connection is cut off: too many large messages come at once': '同时到来的大消息太多：连接已切断',
  'a bot link has a fault': '与机器人的连接出错',
  'a bot did not say which self_id it is: its link is closed': '机器人没有说明 self_id：连接已关闭',
  'the links of a bot could not be closed': '机器人的连接无法关闭',
  'an event of another bot is dropped: each bot needs a connection of its own':
    '丢弃了另一个机器人的事件：每个机器人需要自己的连接',
  'the X-Self-ID of a bot is not the account in its events: the events count':
    '机器人的 X-Self-ID 与其事件中的账号不同：以事件为准',
  'a frame of a bot is unsound and dropped': '机器人发来的帧无效，已丢弃',
  'a bot refuses the access_token': '机器人拒绝了 access_token',
  'a report could not be kept; the bot is told so': '上报无法保存，已告知机器人',
  'an event is lost: the log does not take it': '事件丢失：事件日志无法写入',
  'an event came': '收到一个事件',
  'an event came again and is taken once': '收到重复事件，只处理一次',

  // Servers.
  'connected to a server': '已连接服务器',
  'a server link is lost, the bridge dials again': '与服务器的连接断开，正在重连',
  'a server can not be connected, the bridge goes on trying': '无法连接服务器，将继续尝试',
  'a server can not be reached, the bridge goes on trying': '无法访问服务器，将继续尝试',
  'a server takes events again': '服务器恢复接收事件',
  'a server dialled in': '服务器连接过来了',
  'a server went away': '服务器断开了',
  'an application dialled in to make calls': '应用连接过来，用于调用 API',
  'an application that made calls went away': '调用 API 的应用断开了',
  'an application link has a fault': '与应用的连接出错',
  'a frame on an event link is passed over': '忽略了事件连接上的一个帧',
  'a server is silent and answers no ping any more: its link is cut': '服务器没有动静，也不再应答 ping：连接已切断',
  'a server answers no pings: what is sent to it counts as delivered': '服务器从不应答 ping：发出即视为送达',
  'a server makes calls but does not read the answers: its link is cut': '服务器只发调用而不读取应答：连接已切断',
  'an answer of a server is no quick operation': '服务器的应答不是快速操作',
  'an answer of a server is no quick operation; the event counts as delivered':
    '服务器的应答不是快速操作；事件算作已送达',
  'an event may not have been taken; it is not sent again': '事件可能未被接收，不会重发',
  'an event is a dead letter': '事件成为死信',
  'an answer is lost: it is larger than the server takes': '应答丢失：超过服务器能接收的大小',
  'a server takes no frames that large: larger events become dead letters without a try':
    '服务器不接收这么大的帧：更大的事件不再尝试，直接成为死信',
  'a dead letter could not be kept': '死信无法保存',
  'an attempt to deliver an event': '尝试发送事件',
  'an event is relayed': '转发一个事件',
  'a message goes out in the form that it came in: it is too large to be converted':
    '消息过大，无法转换格式：按收到时的格式发出',
  'a lifecycle or heartbeat event could not be posted': '生命周期或心跳事件无法上报',
  'a lifecycle or heartbeat event could not be relayed': '生命周期或心跳事件无法转发',
  'a link is cut because of an error of the bridge': '因网桥内部错误，连接已切断',
  'an event can not be read back': '事件无法读回',
  'who follows the events could not be told of one': '无法把事件告知正在查看的人',
  'who follows the calls could not be told of one': '无法把调用告知正在查看的人',
  'an admin listener that was replaced could not be closed': '被替换的管理端口未能关闭',
  'the applications without a token could not be sent away': '未能断开没有令牌的应用',
  'a reload that failed could not be undone wholly: a restart is needed': '重新加载失败且未能完全撤销：需要重启',
  'events wait of bots that their server sees no more: they go unless it sees them in time':
    '有事件属于服务器不再接收的机器人：若不及时恢复接收，这些事件将丢弃',
  'the port is listened on no more: a restart is needed': '端口已不再监听：需要重启',
  'a server is renamed and keeps what waits for it': '服务器已改名，它积压的事件保留',
  'events wait for a server that is gone: they go with it unless it comes back in time':
    '已移除的服务器还有积压的事件：若它不及时恢复，事件将一并丢弃',

  // Calls.
  'a call is malformed': '调用格式有误',
  'a server sent a frame that is no call': '服务器发来的帧不是调用',
  'a call ended': '调用结束',
  'a call timed out': '调用超时',
  'an answer that nobody waits for': '收到无人等待的应答',
  'a quick operation is lost: the bot no longer waits and takes no calls':
    '快速操作丢失：机器人已不再等待，也不接受调用',
  'a quick operation is lost: with its event it is too large a call': '快速操作丢失：连同事件一起，调用过大',
  'a quick operation is lost because of an error of the bridge': '因网桥内部错误，快速操作丢失',
  'a quick operation is denied': '快速操作被拒绝',
  'a quick operation failed': '快速操作失败',
  'a quick operation stands for no action': '快速操作没有对应的动作',

  // The event log.
  'events are dropped: they waited too long': '事件已丢弃：等待过久',
  'events are dropped: too many were waiting': '事件已丢弃：积压过多',
  'events are dropped: they could not be read back': '事件已丢弃：无法读回',
  '{0} and {1} more': '{0} 和另外 {1} 个',
  'the event log is written again': '事件日志恢复写入',
  'the event log can not be written: events are in memory only, HTTP reports are answered 503':
    '无法写入事件日志：事件仅在内存中，对 HTTP 上报应答 503',
  'records of the event log are broken and left out': '事件日志中有损坏的记录，已跳过',

  // The port.
  'a connection was turned away: too many are open': '拒绝了一个连接：打开的连接过多',
  'a connection to the port ended before TLS': '端口上的连接在 TLS 之前结束',
  'a connection to the port did not come to TLS': '端口上的连接未能建立 TLS',
  'the port has a fault': '端口出错',
  'a request to the port could not be served': '端口上的请求无法处理',
  'a request to the port was refused': '端口上的请求被拒绝',

  // Admin listener and control socket.
  'the admin listener is off: its default port is taken, admin.port chooses another':
    '管理端口未启用：默认端口已被占用，可用 admin.port 另选',
  'a connection to the admin listener was turned away: too many are open': '拒绝了一个管理端口的连接：打开的连接过多',
  'the admin listener has a fault': '管理端口出错',
  'command over the admin listener': '通过管理端口收到命令',
  'a request to the admin listener failed': '管理端口的请求处理失败',
  'a browser has logged in': '浏览器已登录',
  'the dashboard can not be read: npm run build makes it': '无法读取仪表盘的文件：请执行 npm run build',
  'a status for the dashboard failed': '无法生成仪表盘的状态',
  'the admin token could not be stored, a new one holds until the stop; set admin.token':
    '无法保存管理令牌，本次运行使用新令牌；可设置 admin.token',
  'a control socket can not be listened on': '无法监听控制套接字',
  'command over the control socket': '通过控制套接字收到命令',
  'a request on the control socket is not understood': '无法理解控制套接字上的请求',

  // Console and log file.
  'a command failed': '命令执行失败',
  'the console has no input any more': '控制台的输入已断开',
  'the console has no output any more': '控制台的输出已断开',
  '... {0} lines were dropped, nobody read them': '……丢弃了 {0} 行，因为无人读取',
  '{0} (repeated {1} times)': '{0}（重复 {1} 次）',
  "the log file {0} can't be written: {1}": '无法写入日志文件 {0}：{1}',
  'the log file cannot be written, lines go to the console alone': '无法写入日志文件，只输出到控制台',
  'the log file cannot be rotated, lines are added to it as it is': '无法轮换日志文件，继续写入原文件',
  'the log file is written again': '日志文件恢复写入',
  'lines were lost to the log file': '有日志行未能写入文件',
};
