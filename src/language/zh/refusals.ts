/** Why the port or the admin listener refuses a request, and what to change. */
export const REFUSALS: Readonly<Record<string, string>> = {
  'a request to the port was refused': '端口拒绝了一个请求',
  'a request to the admin listener was refused': '管理端口拒绝了一个请求',

  // Tokens and signatures.
  'access_token is missing': '缺少 access_token',
  'access_token is wrong': 'access_token 不对',
  'enter access_token of the config as the token of the bot; tokens of server_list are for applications':
    '在机器人一侧把令牌填成配置里的 access_token；server_list 里的令牌是给应用用的',
  'X-Signature is missing': '缺少 X-Signature',
  'X-Signature is wrong': 'X-Signature 不对',
  'enter secret of the config (without one access_token) as the secret of the HTTP reports of the bot':
    '在机器人的 HTTP 上报里把 secret 填成配置里的 secret（没有时填 access_token）',
  'the access_token of a server of server_list is missing': '缺少 server_list 中某个服务器的 access_token',
  'the access_token of server {0} is missing': '缺少服务器 {0} 的 access_token',
  'the access_token of the bots makes no calls': '机器人的 access_token 不能用来调用 API',
  'show the access_token of its entry in server_list': '出示它在 server_list 中那一项的 access_token',
  'a GET from another machine needs the access_token of a server of server_list':
    '从别的机器发 GET 需要 server_list 中某个服务器的 access_token',
  'the token is missing: send Authorization: Bearer': '缺少令牌：请发送 Authorization: Bearer',
  'the token is wrong': '令牌不对',
  'too many wrong tokens': '错误的令牌太多',
  'the link is used up or too old': '链接已用过或已过期',
  'it is admin.token of the config, or stands in admin-token in the data folder':
    '它是配置里的 admin.token，或写在数据目录的 admin-token 文件里',
  'expected JSON like {"token": "..."}': '应为 JSON，例如 {"token": "..."}',
  'with a cookie the header X-QQBridge-Dashboard is needed': '使用 cookie 时需要请求头 X-QQBridge-Dashboard',

  "can't read which sessions of the dashboard were logged out: they are valid again":
    '无法读取谁已退出仪表盘：以前的会话重新有效',
  "can't write a logout of the dashboard to disk: it only holds until the daemon stops":
    '仪表盘的退出无法保存：只在停止之前有效',

  // Web pages and hosts.
  'the Origin of a web page is not in allowed_origins': '网页的 Origin 不在 allowed_origins 中',
  'a web page asked for it (Sec-Fetch-Site)': '请求来自网页（Sec-Fetch-Site）',
  'the Host is neither loopback nor the configured host': 'Host 既不是本机也不是配置的 host',
  'call the bridge by its address, or set access_token and show it: then any name is right':
    '用 IP 地址访问网桥，或者设置并出示 access_token：这样用什么名字都可以',
  'add its Origin to allowed_origins if that page may use the port':
    '如果允许该网页使用端口，把它的 Origin 加进 allowed_origins',
  'open it by its address, by localhost or by the name in admin.host':
    '请用 IP 地址、localhost 或 admin.host 里的名字打开',
  'only its own pages may use it, opened by the very address that they are served at':
    '只有它自己的页面可以使用，并且要用页面所在的地址打开',
  'Host stands in it twice': '请求里 Host 出现了两次',
  'Host is missing': '缺少 Host',

  // Malformed requests.
  'it speaks TLS, and this port does not': '对方使用 TLS，而本端口没有启用',
  'write ws:// or http:// instead of wss:// or https:// at the other side, or set tls':
    '在对方把 wss:// 或 https:// 改成 ws:// 或 http://，或者在配置里设置 tls',
  'it speaks HTTP/2, and the bridge speaks HTTP/1.1': '对方使用 HTTP/2，而网桥使用 HTTP/1.1',
  'set the program, or the proxy in between, to HTTP/1.1': '把该程序或中间的代理改为使用 HTTP/1.1',
  'it begins with the PROXY protocol, which the bridge does not speak': '它以 PROXY 协议开头，网桥不支持该协议',
  'switch the PROXY protocol off in the proxy in front of the bridge (HAProxy: send-proxy, nginx: proxy_protocol)':
    '在网桥前面的代理里关闭 PROXY 协议（HAProxy：send-proxy，nginx：proxy_protocol）',
  'its headers are larger than 16 KiB': '请求头超过 16 KiB',
  'look which program or proxy adds so much to each request, cookies for one':
    '看看是哪个程序或代理给每个请求加了这么多内容，例如 cookie',
  'the request did not come to its end in time': '请求没有及时结束',
  'its path does not begin with /': '路径不以 / 开头',
  'write the address with a / behind the port': '地址的端口后面要有 /',
  'it is no sound HTTP request: {0}': '它不是有效的 HTTP 请求：{0}',
  'look which program connects to this port': '看看是哪个程序在连接这个端口',
  'CONNECT asks for a proxy, and the bridge is none': 'CONNECT 用于代理，而网桥不是代理',
  'Expect asks for what the bridge does not do': 'Expect 要求的事网桥做不到',
  'it is a WebSocket handshake that has lost its Upgrade or Connection header':
    '这是 WebSocket 握手，但丢失了 Upgrade 或 Connection 请求头',
  'a proxy in between takes them off: have it pass them on (nginx: proxy_http_version 1.1, proxy_set_header Upgrade and Connection)':
    '中间的代理去掉了它们：让代理转发它们（nginx：proxy_http_version 1.1，以及 proxy_set_header Upgrade 和 Connection）',
  'its handshake is no sound WebSocket one: {0}': '它的握手不是有效的 WebSocket 握手：{0}',
  'look which program, or proxy in between, makes it; a proxy has to pass Sec-WebSocket-Key and Sec-WebSocket-Version on':
    '看看是哪个程序或中间的代理发出的；代理必须转发 Sec-WebSocket-Key 和 Sec-WebSocket-Version',

  // Paths and methods that do not exist.
  'there is no WebSocket at this path': '这个路径上没有可连接的东西',
  'connect to {0}': '可连接的路径：{0}',
  'self_id is not an account id': 'self_id 不是账号',
  'bot {0} is not in bots of server {1}': '机器人 {0} 不属于服务器 {1}',
  'add it to bots of the entry': '把它加进该项的 bots',
  'without a token nobody gets events': '不出示令牌就收不到事件',
  'add a server with protocol: listen to server_list, and show its access_token or name it in the path':
    '在 server_list 里添加 protocol: listen 的服务器，并出示它的 access_token 或在路径里写它的名字',
  'server {0} gets its events otherwise': '服务器 {0} 通过别的方式接收事件',
  'set protocol: listen in its entry': '在它那一项里设置 protocol: listen',
  'there is no action with that name': '没有这样的 action',
  'call POST /ACTION, or POST /SERVER/ACTION': '请调用 POST /ACTION 或 POST /SERVER/ACTION',
  'Content-Type is neither application/json nor application/x-www-form-urlencoded':
    'Content-Type 既不是 application/json 也不是 application/x-www-form-urlencoded',
  'X-Self-ID is not an account id': 'X-Self-ID 不是账号',
  'X-Client-Role is none of Universal, API and Event': 'X-Client-Role 不是 Universal、API、Event 之一',
  'a report must not be compressed': '上报不能压缩',
  'larger than max_payload, {0} bytes': '超过 max_payload（{0} 字节）',
  'raise max_payload': '调大 max_payload',
  'too many large bodies at once': '同时到来的大请求太多',
  'QQBridge: bots POST their reports here, or connect with a reverse WebSocket':
    'QQBridge：机器人在此用 POST 上报，或通过反向 WebSocket 连接',
  'this is OneBot 12, and the bridge speaks OneBot 11: choose that in the settings of the other side':
    '对方使用的是 OneBot 12，而网桥使用 OneBot 11：请在对方的设置里选择 OneBot 11',
  'the bridge has a fault; see its log': '网桥出错，请查看日志',
};
