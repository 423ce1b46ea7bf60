/** What `init`, `demo`, `ctl` and the probes of `check` say. */
export const COMMAND_LINE: Readonly<Record<string, string>> = {
  'it runs, but does not answer on its control socket: {0}': '它在运行，但控制套接字没有应答：{0}',
  'it hangs, or something else has taken its place; its servers are left in peace':
    '它卡住了，或者别的程序占了它的位置；不会去试连它的服务器',
  'see its log; stop it and start it again': '查看它的日志；停止后重新启动',
  'stop the other program, or set another {0}': '停止另一个程序，或改用其他 {0}',
  'the daemon broke off its answer: {0}': '网桥的应答中断了：{0}',
  'no daemon of this user runs with {0}; the user with the id {1} may have one: run ctl as that user':
    '本用户没有使用 {0} 的网桥在运行；ID 为 {1} 的用户可能有：请以该用户运行 ctl',
  'the daemon has not answered yet; ctrl-C ends the waiting': '网桥还没有应答；按 ctrl-C 结束等待',
  'A simulated bot (10001) and three simulated servers are talking through this bridge.':
    '一个模拟的机器人（10001）和三个模拟的服务器正在通过这个网桥交谈。',
  'Every now and then a server fails and comes back; its events wait for it. Nothing is kept when the demo ends.':
    '每隔一会儿就有一个服务器出故障再恢复，它的事件会等着它。演示结束后什么都不会留下。',
  '  in a browser     {0}': '  在浏览器中打开    {0}',
  '                   logs in once, within 2 minutes; dashboard prints another link':
    '                    2 分钟内打开可直接登录一次；输入 dashboard 可得到新链接',
  '  here             try: status, servers, queue, tail, dead, call get_group_list, pause survival, help':
    '  在这里            可以试试：status、servers、queue、tail、dead、call get_group_list、pause survival、help',
  '  another shell    {0} ctl -c {1} tail web': '  在另一个终端      {0} ctl -c {1} tail web',
  '  to end it        stop, or ctrl-C': '  要结束            stop 或 ctrl-C',
  '  {0}': '  {0}',
  '  {0}  {1}': '  {0}  {1}',
  '  a number from 1 to {0}, please': '  请输入 1 到 {0} 的数字',
  '  y or n, please': '  请输入 y 或 n',
  'a reverse WebSocket (role Universal) to': '一个反向 WebSocket（Universal 角色），连接到',
  'NapCat, WebUI: Network > New > WebSocket client (网络配置 > 新建 > WebSocket 客户端)':
    'NapCat 的 WebUI：网络配置 > 新建 > WebSocket 客户端',
  'or in config/onebot11_<account>.json, under network.websocketClients:':
    '或者写在 config/onebot11_<QQ 号>.json 的 network.websocketClients 下：',
  'LLOneBot: settings > OneBot 11 > reverse WebSocket (反向 WebSocket), add and enable':
    'LLOneBot：设置 > OneBot 11 > 反向 WebSocket，添加并启用',
  'Lagrange.OneBot: in appsettings.json, under Implementations:':
    'Lagrange.OneBot：写在 appsettings.json 的 Implementations 下：',
  'go-cqhttp: in config.yml, in place of what is under servers:': 'go-cqhttp：替换 config.yml 中 servers 下的内容：',
  '--server {0}: expected name=websocket:ws://..., name=http:http://... or name=listen':
    '--server {0}：应为 name=websocket:ws://...、name=http:http://... 或 name=listen',
  'another OneBot 11 implementation, or several': '其他 OneBot 11 实现，或者不止一种',
  'Minecraft: MCDReforged with QQAPI': 'Minecraft：MCDReforged 和 QQAPI',
  'another one that waits for a reverse WebSocket': '其他等待反向 WebSocket 的程序',
  'another one that takes events by HTTP POST': '其他以 HTTP POST 接收事件的程序',
  'another one that dials the bot itself (forward WebSocket)': '其他主动连接机器人的程序（正向 WebSocket）',
  'At the bot': '在机器人端',
  '  {0}: nothing; the bridge dials it at {1}': '  {0}：不用改动；网桥会连接它的 {1}',
  'At the server {0}': '在服务器 {0} 端',
  Then: '然后',
  '  {0} check -c {1}    tries all of it': '  {0} check -c {1}    逐一试连',
  '  {0} run -c {1}      starts the bridge': '  {0} run -c {1}      启动网桥',
  'Which program is your bot?': '您的机器人是哪个程序？',
  'Does it run on this machine, outside of containers?': '它运行在这台机器上（不在容器里）吗？',
  'Which port shall it connect to?': '它应该连接哪个端口？',
  'Shall the port demand a token?': '这个端口要求令牌吗？',
  'Which token? Enter makes a new one.': '用哪个令牌？直接回车会生成一个新的。',
  'Servers so far: {0}': '已有的服务器：{0}',
  'Keep them?': '保留它们吗？',
  'Add a server, an application that gets the events?': '添加一个服务器（接收事件的应用）吗？',
  'What is it?': '它是什么？',
  'What shall it be called?': '给它起什么名字？',
  'Where does it listen?': '它在哪里监听？',
  'Which token does it have? Empty: none.': '它的令牌是什么？留空表示没有。',
  'a port number from 1 to 65535, please': '请输入 1 到 65535 的端口号',
  'any text without "/", but not api, event, ws or _events': '名字不能含有“/”，也不能是 api、event、ws 或 _events',
  'an address that begins with {0}, please': '请输入以 {0} 开头的地址',
  '{0} is there already; --force replaces it and keeps the old one beside it':
    '{0} 已经存在；--force 会替换它，并把旧的留在旁边',
  '{0} is there already. Replace it? The old one is kept beside it.': '{0} 已经存在。要替换吗？旧的会留在旁边。',
  'the input ended before all was answered; nothing was written. --yes asks nothing':
    '问题还没答完输入就结束了；什么都没有写。加上 --yes 就不会提问',
  'nothing was written': '什么都没有写',
  '{0} is a config of {1}': '{0} 是 {1} 的配置',
  '{0} is written': '已写入 {0}',
  'the old one is kept as {0}': '旧的配置保留为 {0}',
  'QQAPI: in config/qq_api/config.json of MCDReforged:': 'QQAPI：写在 MCDReforged 的 config/qq_api/config.json 中：',
  'NoneBot2: in .env, with the driver ~fastapi and nonebot-adapter-onebot (v11):':
    'NoneBot2：写在 .env 中，使用 ~fastapi 驱动和 nonebot-adapter-onebot（v11）：',
  'Koishi: in koishi.yml, with the server plugin on port {0}:': 'Koishi：写在 koishi.yml 中，server 插件使用端口 {0}：',
  'Minecraft: MCDReforged with ImAPI (QQChat 3)': 'Minecraft：MCDReforged 和 ImAPI（QQChat 3）',
  'ImAPI: in config/im_api/config.yml of MCDReforged:': 'ImAPI：写在 MCDReforged 的 config/im_api/config.yml 中：',
  'AstrBot, WebUI: Bots > Create bot > OneBot v11 (机器人 > 创建机器人 > OneBot v11), enable it':
    'AstrBot 的 WebUI：机器人 > 创建机器人 > OneBot v11，打开“启用”',
  '  reverse WebSocket host (反向 WebSocket 主机地址)   {0}': '  反向 WebSocket 主机地址   {0}',
  '  reverse WebSocket port (反向 WebSocket 端口)       {0}': '  反向 WebSocket 端口       {0}',
  '  reverse WebSocket token (反向 Websocket Token)    {0}': '  反向 Websocket Token      {0}',
  'a reverse WebSocket server at {0}': '一个反向 WebSocket 服务端，监听 {0}',
  'an HTTP server that takes POSTs at {0}': '一个 HTTP 服务端，在 {0} 接收 POST',
  'a forward WebSocket to {0}': '一个正向 WebSocket，连接到 {0}',
  'no temporary folder can be made: {0}': '无法创建临时目录：{0}',
  '{0} is a command of the console: type it there, or as {1} ctl {2}':
    '{0} 是控制台命令：请在控制台输入，或使用 {1} ctl {2}',
  'there is no command {0}; {1} --help lists them': '没有命令 {0}；{1} --help 列出所有命令',
  'there is no command {0}. Did you mean {1}?': '没有命令 {0}。您是想输入 {1} 吗？',
  "correct the port: it has to be that of the bot's forward WebSocket (NapCat: WebSocket server)":
    '改正端口：应为机器人正向 WebSocket 的端口（NapCat：WebSocket 服务器）',
  'it takes connections, but not this one': '它接受连接，但不接受这一个',
  'see the log of the bot': '查看机器人的日志',
  'the bot demands a token and was shown none': '机器人要求令牌，但没有出示',
  'the bot has another token than this entry': '机器人的令牌与这一项的不同',
  'set access_token of this entry to the token that the bot has for this connection':
    '把这一项的 access_token 设为机器人为该连接设置的令牌',
  'set the bot to OneBot 11': '把机器人设为 OneBot 11',
  'is the bot logged in? see its own log': '机器人登录了吗？查看它的日志',
  'it takes the connection, but answers no get_login_info': '它接受连接，但不应答 get_login_info',
  "is it the bot's port, and is the bot logged in? see its own log": '这是机器人的端口吗？机器人登录了吗？查看它的日志',
  'it takes the connection and says nothing: no HTTP server, or one that hangs':
    '它接受连接却不作声：不是 HTTP 服务端，或者卡住了',
  "correct the port: it has to be that of the bot's HTTP API (NapCat: HTTP server)":
    '改正端口：应为机器人 HTTP API 的端口（NapCat：HTTP 服务器）',
  'another bot answers there than this entry is for': '在那里应答的不是这一项所指的机器人',
  'show the bridge at work between a simulated bot and three simulated servers; keeps nothing':
    '用一个模拟的机器人和三个模拟的服务器演示网桥；不留下任何东西',
  'how long it runs, such as 30s or 5m (default: until it is stopped)': '运行多久，如 30s 或 5m（默认：直到被停止）',
  'begin with a config of QQBridge.py, go-cqhttp (config.yml) or NapCat (onebot11_*.json)':
    '从 QQBridge.py、go-cqhttp（config.yml）或 NapCat（onebot11_*.json）的配置开始',
  'a server, such as mc=websocket:ws://127.0.0.1:5701/ws/ or app=listen; may be given again':
    '一个服务器，如 mc=websocket:ws://127.0.0.1:5701/ws/ 或 app=listen；可以多次给出',
  'ask a few questions and write a config; with flags (other than --from) nothing is asked':
    '问几个问题并写出配置；给出选项（--from 除外）就不提问',
  'the config file to write': '要写的配置文件',
  'ask nothing, take the defaults': '不提问，采用默认值',
  'replace a config that is there; the old one is kept beside it': '替换已有的配置；旧的会留在旁边',
  'the address of the port that bots connect to': '机器人所连端口的地址',
  'the port that bots connect to': '机器人所连的端口',
  'the token that bots have to show; without one it is generated': '机器人须出示的令牌；不写值则自动生成',
  'whose lines to show: {0}': '显示哪个程序的填写说明：{0}',
  'only print an event filter of go-cqhttp (filter.json) in our form':
    '只把 go-cqhttp 的事件过滤器（filter.json）转换后输出',
  'expected a duration such as 30s, 5m or 1h.': '应为 30s、5m、1h 这样的时长。',
  'no connection is set in it: it names no server': '其中没有设置连接：没有服务器可取',
  'go-cqhttp is dialled as before; what dialled it dials the port of the bridge now (server app)':
    'go-cqhttp 照旧被连接；原来连接它的程序现在应连接网桥的端口（服务器 app）',
  'it has an event filter: the subcommand init --filter FILE prints it in the form of the bridge':
    '其中有事件过滤器：子命令 init --filter FILE 会把它转换成网桥的写法并输出',
  'no connection is enabled in it: it names no server': '其中没有启用的连接：没有服务器可取',
  'applications that dial NapCat itself can go on, or dial the bridge: they need an entry with protocol: listen then':
    '直接连接 NapCat 的应用可以照旧，也可以改连网桥：那样需要一项 protocol: listen',
  'NapCat is dialled as before; what dialled it dials the port of the bridge now (server app)':
    'NapCat 照旧被连接；原来连接它的程序现在应连接网桥的端口（服务器 app）',
  '{0} is neither YAML nor JSON: {1}': '{0} 既不是 YAML 也不是 JSON：{1}',
  '{0} is no config of QQBridge.py, of go-cqhttp (config.yml) or of NapCat (onebot11_*.json)':
    '{0} 不是 QQBridge.py、go-cqhttp（config.yml）或 NapCat（onebot11_*.json）的配置',
  'a simulated server fails': '一个模拟的服务器出故障',
  'a simulated server is back': '一个模拟的服务器恢复了',
  'a simulated server could not come back': '一个模拟的服务器未能恢复',
  'event loop lag: {0} ms median, {1} ms at most in the last {2} ms':
    '事件循环延迟：最近 {2} ms 内中位数 {0} ms，最大 {1} ms',
  'memory: {0} MiB in all, {1} MiB of it in the heap, {2} MiB in buffers':
    '内存：共 {0} MiB，其中堆 {1} MiB，缓冲区 {2} MiB',
  'it closed the link at once ({0} {1})': '它立刻关闭了连接（{0} {1}）',
  'it takes WebSockets, but not this one': '它接受 WebSocket，但不接受这一个',
  'correct access_token or the path; see its own log': '改正 access_token 或路径；查看它自己的日志',
  'it takes the connection and says nothing: no WebSocket server, or one that hangs':
    '它接受连接却不作声：不是 WebSocket 服务端，或者卡住了',
  'correct the port, or start the application anew': '改正端口，或重新启动该应用',
  'it takes the link at another path, {0}': '它在另一个路径 {0} 接受连接',
  'set path: {0}': '设置 path: {0}',
  'it speaks TLS there': '那里使用 TLS',
  'begin its address with {0}:// (url: {1})': '地址应以 {0}:// 开头（url: {1}）',
  'it takes the connection, but does not answer as an HTTP server does': '它接受连接，但不像 HTTP 服务端那样应答',
  'correct the port, or set protocol: websocket': '改正端口，或设置 protocol: websocket',
  'see the log of the other side': '查看对方的日志',
  'no address could be found for that name': '找不到这个名称的地址',
  'correct the host name, or give the address as a number; in containers it is the name of the service':
    '改正主机名，或直接写 IP 地址；在容器中应为服务名',
  'the machine is there, but no program listens on that port': '机器在线，但没有程序监听该端口',
  "start it, or correct host and port; a container's 127.0.0.1 is the container itself":
    '启动它，或改正 host 和 port；容器里的 127.0.0.1 是容器自身',
  'this machine knows no way to that address': '本机没有通往该地址的路由',
  'correct the address; is the network up, and does no firewall forbid it?':
    '改正地址；网络是否正常，是否被防火墙禁止？',
  'nobody says yes or no: the machine is off, or a firewall swallows what is sent there':
    '没有任何应答：机器没有开机，或者被防火墙丢弃',
  'correct the address, start the machine, or open the port in the firewall':
    '改正地址、启动机器，或在防火墙中放行端口',
  "nobody that is trusted has signed its certificate, so it might be somebody else's":
    '它的证书不是由受信任的机构签发的，可能是冒充的',
  'set tls.ca to the certificate of the authority that signed it': '把 tls.ca 设为签发该证书的机构的证书',
  'its certificate was good until a day that is over': '它的证书有效期已过',
  "renew the certificate of the other side; or is this machine's clock wrong?": '更新对方的证书；或者本机时钟不准？',
  'its certificate is good from a day that is still to come': '它的证书还没有生效',
  'set the clock of this machine': '校准本机时钟',
  'its certificate is for other names than the one that is dialled': '它的证书不是发给所连名称的',
  'dial it by a name in its certificate, or have one made for this name': '用证书中的名称连接它，或为这个名称另发证书',
  'it answers in plain text where the address says TLS': '地址要求 TLS，它却以明文应答',
  'begin its address with ws:// or http://, or turn TLS on there': '地址应以 ws:// 或 http:// 开头，或在对方启用 TLS',
  'the host name could not be looked up in time': '未能及时解析主机名',
  'the name server does not answer': '域名服务器没有应答',
  'correct the host name, or give the address as a number': '改正主机名，或直接写 IP 地址',
  'it takes the connection, and does not answer the TLS handshake': '它接受连接，但不应答 TLS 握手',
  'something else listens there, or it does not speak TLS': '监听的是别的程序，或者那里不使用 TLS',
  'correct the port, or begin the address with ws:// or http://': '改正端口，或让地址以 ws:// 或 http:// 开头',
  'it closes the connection at once': '它立刻关闭连接',
  'it answers {0}': '它应答 {0}',
  'access_token or secret': 'access_token 或 secret',
  'it does not take the token': '它不接受这个令牌',
  'correct {0}: it is another one there': '改正 {0}：对方的与此不同',
  'it demands a token and was shown none': '它要求令牌，但没有出示',
  'set {0} to what it expects': '把 {0} 设为它所要求的值',
  'correct {0}, or the path; {1}': '改正 {0} 或路径；{1}',
  'an application that serves one bot alone (melobot, OneBotFilter) takes bots: [its self_id]':
    '只服务一个机器人的应用（melobot、OneBotFilter）需要设置 bots: [该机器人的 self_id]',
  'it has nothing at that path': '该路径下什么也没有',
  'it sends us on to {0}': '它让我们转到 {0}',
  'set url to that address': '把 url 设为该地址',
  'it is there, but fails or is not ready': '它在线，但出错或尚未就绪',
  'the token or the signature is wrong, or it serves the bots alone that it knows (Koishi)':
    '令牌或签名不对，或者它只服务已知的机器人（Koishi）',
  'the token is wrong, or there is no WebSocket at that path (NoneBot2 says 403 then)':
    '令牌不对，或者该路径没有 WebSocket（此时 NoneBot2 应答 403）',
  'it demands a token, or there is no WebSocket at that path (NoneBot2 says 403 then)':
    '它要求令牌，或者该路径没有 WebSocket（此时 NoneBot2 应答 403）',
  'correct the path; see its own log': '改正路径；查看它自己的日志',
  'it speaks HTTP there and takes no WebSocket': '那里是 HTTP，不接受 WebSocket',
  'correct the port or the path; for an application that is posted to set protocol: http':
    '改正端口或路径；若应用以 POST 接收事件，设置 protocol: http',
  'it is a WebSocket server': '它是 WebSocket 服务端',
  'set protocol: websocket': '设置 protocol: websocket',
  'it takes no POST at that path': '该路径不接受 POST',
  'it does not take what it was sent for a report': '它不把收到的内容当作上报',
};
