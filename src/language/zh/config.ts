/** Faults and warnings of the config file, and what a reload changes. */
export const CONFIG: Readonly<Record<string, string>> = {
  'found {0}, expected {1}': '{0}，应为：{1}',
  'a map of keys such as "port: 5700"': '由键组成的映射，如 "port: 5700"',
  'holds no key: all settings have their defaults': '没有任何键：所有设置都取默认值',

  // What stands there.
  nothing: '空值',
  text: '文本',
  'a list': '列表',
  'a map': '映射',
  'an unknown key': '未知的键',
  'a secret that is not shown here': '密钥（此处不显示）',
  'a name that no bot may have': '机器人不能使用的名称',
  'a name that no server may have': '服务器不能使用的名称',
  'a name without "/" and control characters, other than api, event, ws and _events':
    '不含 "/" 和控制字符的名称，且不能是 api、event、ws、_events',
  'one of {0}': '以下之一：{0}',
  '{0}: did you mean that?': '{0}（您是想写它吗？）',
  '{0}; did you mean {1}?': '{0}；您是想写 {1} 吗？',

  // Reading the file.
  'no file': '没有文件',
  'a folder': '目录',
  'a file that may not be read (permission denied)': '无权读取的文件（权限不足）',
  'a file that may not be read (operation not permitted)': '无权读取的文件（操作不被允许）',
  "a file that can't be read ({0})": '无法读取的文件（{0}）',
  'a YAML file that may be read': '可读取的 YAML 文件',
  'a file of {0} bytes': '{0} 字节的文件',
  '{0} bytes at most': '最多 {0} 字节',
  'text that is not {0} (GBK perhaps)': '不是 {0} 编码的文本（可能是 GBK）',
  'a file saved as UTF-8': '以 UTF-8 保存的文件',
  'broken YAML ({0})': 'YAML 语法错误（{0}）',
  'spaces before a key to match its neighbours, ": " after it, and quotes around text with special characters':
    '键前的空格与相邻的键对齐，键后写 ": "，含特殊字符的文本加引号',
  'a second YAML document': '第二个 YAML 文档',
  'one document': '单个文档',
  'a YAML tag': 'YAML 标签',
  'a plain value, in quotes if it starts with "!"': '普通的值，以 "!" 开头时加引号',
  'the key again after line {0}': '重复的键（第 {0} 行已有）',
  'it once': '只出现一次',
  'a key that is no plain text': '不是普通文本的键',
  'a name before the ":"': '":" 之前的名称',
  'something else than a map': '不是映射的内容',
  'a map or a list of maps': '映射或映射的列表',
  'an alias (*...) without an anchor': '没有锚点的别名（*...）',
  'an anchor (&...) above it, or quotes around text that starts with "*"':
    '在它之前有锚点（&...），或给以 "*" 开头的文本加引号',

  // Values.
  'true or false (also yes, no, on, off)': 'true 或 false（也可写 yes、no、on、off）',
  'a whole number': '整数',
  'a port number': '端口号',
  '{0} from {1} to {2}': '{1} 到 {2} 之间的{0}',
  '{0} or {1}': '{0} 或 {1}',
  'a duration such as 500ms, 5s, 5m or 1h, from 1ms to 24h': '时长，如 500ms、5s、5m、1h，从 1ms 到 24h',
  '0 or a duration such as 500ms, 5s, 5m or 24h, up to 720h': '0 或时长，如 500ms、5s、5m、24h，最长 720h',
  'how many in how long such as 20/10s, from 1 to 100000 in 1ms to 24h':
    '次数/时长，如 20/10s，次数从 1 到 100000，时长从 1ms 到 24h',
  'the name of an action such as get_msg, with * for any characters such as get_*':
    'API 动作的名称，如 get_msg；* 代表任意字符，如 get_*',
  'a size such as 64KiB, 64MiB or a number of bytes, from 1KiB to 1GiB':
    '大小，如 64KiB、64MiB 或字节数，从 1KiB 到 1GiB',
  'visible ASCII characters without spaces (leave the key out for none)':
    '不含空格的可见 ASCII 字符（不需要时请删去该键）',
  'text that is not empty (leave the key out for none)': '非空文本（不需要时请删去该键）',
  'a path, absolute or from the home folder': '路径，绝对路径或相对于主目录',
  'the number of a bot account': '机器人的账号（QQ 号）',
  'an IP address or host name without a port': '不带端口的 IP 地址或主机名',
  'a path that starts with "/"': '以 "/" 开头的路径',
  'an address such as ws://host:port/path or http://host:port/path, without user:password@ and #fragment':
    '地址，如 ws://host:port/path 或 http://host:port/path，不含 user:password@ 和 #fragment',
  'the origin of a web page such as https://example.org': '网页的来源（Origin），如 https://example.org',
  'an action or a list of actions': 'API 动作或其列表',
  'a bot id or a list': '机器人账号或其列表',
  'an origin or a list of origins': '来源（Origin）或其列表',
  'a map such as {max_age: 5m}': '映射，如 {max_age: 5m}',
  'a map such as {allow: [get_*, send_*_msg], deny: [send_private_msg]}':
    '映射，如 {allow: [get_*, send_*_msg], deny: [send_private_msg]}',
  'a map such as {per_bot: 20/10s, per_group: 5/10s}': '映射，如 {per_bot: 20/10s, per_group: 5/10s}',
  'a map such as {ca: ca.pem}': '映射，如 {ca: ca.pem}',
  'a map such as {cert: cert.pem, key: key.pem}': '映射，如 {cert: cert.pem, key: key.pem}',
  'a map such as {url: "ws://127.0.0.1:3001/"} under a name for the bot':
    '机器人名称之下的映射，如 {url: "ws://127.0.0.1:3001/"}',
  'a map such as {host: 127.0.0.1, port: 5701} under the name of the server':
    '服务器名称之下的映射，如 {host: 127.0.0.1, port: 5701}',
  'a map such as {level: info}': '映射，如 {level: info}',
  'a map such as {port: 5780}': '映射，如 {port: 5780}',
  'a map of servers by name ({} for none)': '以名称为键的服务器映射（没有则写 {}）',
  'a map of bots by name ({} for none)': '以名称为键的机器人映射（没有则写 {}）',

  // Filters.
  'a value or a list of values': '一个值或值的列表',
  'a map such as {group_id: [123, 456]}': '映射，如 {group_id: [123, 456]}',
  'the name of a field, with dots between those of nested ones': '字段名，嵌套的字段用点连接',
  'a list of filters such as [{group_id: 123}, {user_id: 456}]': '过滤器的列表，如 [{group_id: 123}, {user_id: 456}]',
  'under an operator: {0}': '置于以下运算符之下：{0}',
  'a regular expression of {0} characters at most': '最多 {0} 个字符的正则表达式',
  'a regular expression in the syntax of RE2 ({0})': '符合 RE2 语法的正则表达式（{0}）',
  'it is no JSON object: {0}': '不是 JSON 对象：{0}',
  'the filter': '过滤器',
  '{0}: found {1}, expected a map': '{0}: {1}，应为：映射',
  '{0}: found {1}, expected a list': '{0}: {1}，应为：列表',
  '{0}: found {1}, expected text, a number or a boolean': '{0}: {1}，应为：文本、数字或布尔值',
  '{0}: patterns in the name of a field have no counterpart': '{0}: 字段名中的通配符没有对应的写法',
  '{0}: no such operator': '{0}: 没有这个运算符',
  '{0}: it belongs under the name of a field': '{0}: 应置于字段名之下',

  // Variables.
  'is the variable of no setting': '不对应任何设置',
  'names that differ in letters and digits, or the setting in the file': '字母和数字不相同的名称，或者在文件中设置',
  'a name that fits {0} and {1}': '同时对应 {0} 和 {1} 的变量名',
  '{0}, which is not set': '{0}，但该变量没有设置',
  'a set variable': '已设置的变量',

  // Older files.
  'is not needed any more: reports are taken on every path': '已不需要：任何路径都接受上报',
  'is taken as false: a file with post_* keys is for HTTP': '按 false 处理：含 post_* 键的文件用于 HTTP',
  'is an old or misspelt name of {0} and is left out, since {1} is given too':
    '是 {0} 的旧名或误写，因为已有 {1} 而被忽略',
  'is an old or misspelt name of {0} and is taken as {1}; rename it': '是 {0} 的旧名或误写，按 {1} 处理；请改名',
  'holds a path only and is taken as path; rename it': '只含路径，按 path 处理；请改名',

  // Certificates.
  'a file': '文件',
  'a file with a certificate in PEM, the chain behind it': '含 PEM 证书（其后为证书链）的文件',
  'a file with the key of the certificate in PEM, without a passphrase': '含该证书 PEM 私钥（无密码）的文件',
  'a file with the certificate of an authority in PEM': '含签发机构 PEM 证书的文件',
  'none is in it': '文件中没有',
  'there is no such file': '没有这个文件',
  'it may not be read': '无权读取',
  'it is a folder': '它是目录',

  // Keys against each other.
  'is true: whoever reaches {0}:{1} can pose as a bot': '为 true：能访问 {0}:{1} 的任何人都可以冒充机器人',
  '{0} without an access_token': '{0} 而没有 access_token',
  'an access_token (in the file or as QQBRIDGE_ACCESS_TOKEN; the bots must show it), host: 127.0.0.1, or insecure: true':
    '设置 access_token（在文件中或用 QQBRIDGE_ACCESS_TOKEN；机器人必须出示它）、host: 127.0.0.1 或 insecure: true',
  'the file of the certificate and that of its key': '证书文件及其私钥文件',
  'is {0} by default, which is the port for the bots: a free one is picked':
    '默认为 {0}，与机器人端口相同：将自动选择空闲端口',
  '{0}, the port that the bots connect to': '{0}，即机器人连接的端口',
  'another port': '其他端口',
  'is true, but log.level is given too and stands: {0}': '为 true，但同时设置了 log.level，以它为准：{0}',
  'a port number from 1 to 65535 (or url instead)': '1 到 65535 之间的端口号（或改用 url）',
  '{0} together with url': '{0} 与 url 同时出现',
  'one or the other': '二者之一',
  '{0}:// or {1}s:// for protocol {2} (or another protocol)':
    '{0}:// 或 {1}s://，因为 protocol 是 {2}（或改用其他 protocol）',
  '{0} on a websocket server': 'websocket 服务器上的 {0}',
  'it on http servers only': '仅用于 http 服务器',
  '{0} on a listen server': 'listen 服务器上的 {0}',
  'none: the server dials the bridge': '不设置：由服务器主动连接网桥',
  'nothing, where nobody is let in without a token': '空值，而没有令牌谁也不能进入',
  'an access_token for the server to show (or anonymous_calls: true)':
    '供服务器出示的 access_token（或 anonymous_calls: true）',
  'is that of the bots too: whoever knows it can pass for both': '与机器人的令牌相同：知道它的人可以冒充双方',
  'the token of {0}': '{0} 的令牌',
  'a token of its own: it tells who dials in': '它自己的令牌：令牌用来识别连接者',
  'neither url nor api_url': '既没有 url 也没有 api_url',
  'its forward WebSocket (url), its HTTP API (api_url) or both': '它的正向 WebSocket（url）、HTTP API（api_url）或两者',
  'an address that begins with {0}:// or {1}s://': '以 {0}:// 或 {1}s:// 开头的地址',
  'where the bridge itself listens': '网桥自己监听的地址',
  'the address of the bot': '机器人的地址',
  '{0}, which is {1} already': '{0}，已经是 {1}',
  'one entry for each bot': '每个机器人只有一项',
  '{0}:{1}, where the bridge itself listens': '{0}:{1}，即网桥自己监听的地址',
  'the address of the server': '服务器的地址',
  'tls without an address that begins with wss:// or https://': 'tls，但地址不以 wss:// 或 https:// 开头',
  'it with such a url': '与这样的 url 一起使用',
  'is false: whoever sits in between can read and change everything': '为 false：中间人可以读取和篡改一切',
  'has neither per_bot nor per_group: nothing is limited': '既没有 per_bot 也没有 per_group：没有任何限制',
  'has no server that is enabled: the events go nowhere': '没有启用的服务器：事件无处可去',

  // What a reload changes.
  'server {0}: added': '服务器 {0}：已添加',
  'server {0}: removed': '服务器 {0}：已移除',
  'server {0}: changed': '服务器 {0}：已更改',
  'server {0}: filter changed': '服务器 {0}：过滤器已更改',
  'bot {0}: added': '机器人 {0}：已添加',
  'bot {0}: removed': '机器人 {0}：已移除',
  'bot {0}: changed': '机器人 {0}：已更改',
  '{0}: changed': '{0}：已更改',
  '{0}: changed, taken up at the next start': '{0}：已更改，下次启动时生效',
};
