/** The command line, the start, `check` and `ctl`. */
export const APP: Readonly<Record<string, string>> = {
  // `--help` and wrong usage.
  'One QQ bot, every server: a OneBot 11 bridge between bots and any number of applications.':
    '一个 QQ 机器人，连接所有服务器：机器人与任意多个应用之间的 OneBot 11 网桥。',
  'Usage:': '用法:',
  'Arguments:': '参数:',
  'Options:': '选项:',
  'Commands:': '命令:',
  'display help for command': '显示命令的帮助',
  '{0} (default: {1})': '{0}（默认：{1}）',
  '({0} --help tells more)': '（更多说明见 {0} --help）',
  'print the version': '显示版本',
  'run the daemon; a missing config file is written with commented defaults':
    '运行网桥；没有配置文件时会写出一份带注释的默认配置',
  'the config file': '配置文件',
  'where the event log and the admin token are kept (default: data, beside config)':
    '事件日志和管理令牌的存放目录（默认：config 旁边的 data）',
  'where the log files are kept (default: logs, beside config)': '日志文件的存放目录（默认：config 旁边的 logs）',
  'validate the config file, and try each server and bot; a running daemon is asked':
    '检查配置文件，并试连每个服务器和机器人；网桥正在运行时则询问它',
  'have the running daemon carry out a console command, and print its answer':
    '让正在运行的网桥执行一条控制台命令，并显示结果',
  'the command, as it would be typed: ctl pause survival': '要执行的命令，写法与控制台相同：ctl pause survival',
  'the config file that the daemon runs with': '网桥运行时使用的配置文件',
  'print the JSON Schema of the config file': '输出配置文件的 JSON Schema',
  "error: unknown option '{0}'": '错误：未知选项“{0}”',
  "error: unknown command '{0}'": '错误：未知命令“{0}”',
  "error: missing required argument '{0}'": '错误：缺少参数“{0}”',
  "error: option '{0}' argument missing": '错误：选项“{0}”缺少值',
  "error: required option '{0}' not specified": '错误：必须给出选项“{0}”',
  'error: too many arguments: {0}': '错误：多余的参数：{0} 个',
  '{0} (Did you mean {1}?)': '{0}（您是想输入 {1} 吗？）',

  // The first screen.
  'QQBridge {0} listens on {1}, config {2}': 'QQBridge {0} 正在监听 {1}，配置文件 {2}',
  'enter one of these in your bot (NapCat, LLOneBot, Lagrange, go-cqhttp), with the access_token if one is set:':
    '在机器人端（NapCat、LLOneBot、Lagrange、go-cqhttp）填入以下任一地址；设置了 access_token 时一并填写：',
  '  reverse WebSocket (WebSocket client)   {0}': '  反向 WebSocket（WebSocket 客户端）    {0}',
  '  HTTP report (HTTP client, HTTP POST)   {0}': '  HTTP 上报（HTTP 客户端、HTTP POST）   {0}',
  '{0}://{1}/': '{0}://{1}/',
  '{0}//{1}/': '{0}//{1}/',
  '<address of this machine>{0}': '<本机地址>{0}',
  'no server yet: add one to server_list, then type: reload config':
    '还没有服务器：请在 server_list 中添加，然后输入 reload config',
  'server {0}: {1} {2}': '服务器 {0}: {1} {2}',
  'server {0}: {1} {2} (off)': '服务器 {0}: {1} {2}（已停用）',
  'on {0}': '在 {0} 等待它连接',
  'dashboard and health on {0}': '仪表盘与健康检查：{0}',
  'dashboard and health on {0}, token in {1}': '仪表盘与健康检查：{0}，令牌在 {1}',
  'type help for the commands, stop to end': '输入 help 查看命令，输入 stop 停止',

  // Errors that end a program.
  "{0} is missing and can't be written: {1}": '{0} 不存在，也无法写入：{1}',
  "{0} can't be read: {1}": '无法读取 {0}：{1}',
  'no daemon runs with {0}': '没有使用 {0} 运行的网桥',
  'no answer on the admin port: {0}': '管理端口没有应答：{0}',
  'From {0}; it belongs into an entry of server_list.': '来自 {0}；请放入 server_list 的某一项中。',
  "port {0} can't be listened on: {1}": '无法监听端口 {0}：{1}',
  'port {0} is in use by another program, perhaps another bridge': '端口 {0} 已被其他程序占用，可能是另一个网桥',
  'the data folder {0} is in use by {1}; {2}': '数据目录 {0} 正被{1}使用；{2}',
  'another bridge': '另一个网桥',
  'process {0}, another bridge': '另一个网桥（进程 {0}）',
  'process {0} on {1}, another bridge (config {2})': '另一个网桥（主机 {1} 上的进程 {0}，配置文件 {2}）',
  'stop that one, or give this one a folder of its own (data in the config, or --data)':
    '请停止它，或为本网桥另设数据目录（配置项 data，或 --data）',
  'the file system is mounted read-only; mount it for writing, or choose another folder (data, or --data)':
    '文件系统以只读方式挂载；请以可写方式挂载，或另选目录（data，或 --data）',
  'this user may not write there; give the folder to the user that runs the bridge, or choose another folder (data, or --data)':
    '当前用户没有写入权限；请把目录权限交给运行网桥的用户，或另选目录（data，或 --data）',
  'no space is left on the disk; make room, or choose another folder (data, or --data)':
    '磁盘空间已满；请清理出空间，或另选目录（data，或 --data）',
  'a file is in the way ({0}); move it away, or choose another folder (data, or --data)':
    '有同名文件占用了该位置（{0}）；请移走它，或另选目录（data 或 --data）',
  'the event log in {0} was written by another version ({1})': '{0} 中的事件日志由其他版本写成（{1}）',
  "the event log can't be kept in {0}: {1}": '无法在 {0} 中保存事件日志：{1}',
  "the event log in {0} can't be read: {1}; move the folder away to start with an empty log; what waits in it is lost then":
    '无法读取 {0} 中的事件日志：{1}；移走该目录即可以空日志启动，其中积压的事件将会丢失',

  // `check`.
  ok: '正常',
  warning: '警告',
  fault: '错误',
  PROBLEM: '问题',
  '-> {0}': '-> {0}',
  '{0} has no faults': '{0} 没有错误',
  daemon: '网桥',
  'bot {0}': '机器人 {0}',
  'server {0}': '服务器 {0}',
  '{0}:{1} is free': '{0}:{1} 未被占用',
  '{0} can be written': '{0} 可以写入',
  "{0} can't be written: {1}": '{0} 无法写入：{1}',
  'mount its file system for writing, or set data': '把它所在的文件系统挂载为可写，或设置 data',
  'move the file away that stands in its place, or set data': '移走占了它位置的文件，或设置 data',
  'give it to the user that runs the bridge, or set data': '把它的权限交给运行网桥的用户，或设置 data',
  'it runs, on {0}': '正在运行，监听 {0}',
  'none has come': '还没有机器人连接',
  'the port': '端口',
  'no bot has come yet, so there is no link': '还没有机器人，因此尚未与它建立连接',
  'dials in by itself; its connections can be seen while the daemon runs': '由它主动连接；网桥运行时才能看到它的连接',
  '{0} takes the link': '{0} 接受连接',
  '{0} answers, and serves the bots alone that it knows': '{0} 有应答，但只接受它认识的机器人',
  '{0} takes events ({1})': '{0} 接收事件（{1}）',
  '{0} is account {1}': '{0} 的账号是 {1}',
  '{0} is account {1}, not {2}': '{0} 的账号是 {1}，而不是 {2}',
  'it does not say which account it is': '对方没有说明自己的账号',
  'get_login_info was answered without a user_id': 'get_login_info 的应答里没有 user_id',
};
