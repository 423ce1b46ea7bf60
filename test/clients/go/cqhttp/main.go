// cqhttp is a bot that behaves on the wire as go-cqhttp's own server package does (github.com/Mrs4s/go-cqhttp at a5923f1:
// server/websocket.go, server/http.go), with the WebSocket library that go-cqhttp uses. go-cqhttp can't be installed: the Go
// module proxy does not serve it. The code here is ours.
//
//	-mode reverse  it dials -url, as Universal
//	-mode split    it dials -url twice, as API and as Event
//	-mode forward  it listens for the bridge on -port, with /, /api and /event
//	-mode http     it posts to -url and takes calls on -port
//
// A line {"say": TEXT, "id": N} on its standard input is a group message that it reports; "drop" breaks its connections. It
// prints what it was told to send.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"os"
	"strconv"
	"sync"
	"time"

	"qqbridge/clients/peer"
)

// userAgent is what go-cqhttp calls itself.
const userAgent = "CQHttp/4.15.0"

// reconnectInterval is shorter than the 3 s of go-cqhttp's template, so that the tests don't wait.
const reconnectInterval = 500 * time.Millisecond

var (
	selfID    int64
	counting  sync.Mutex
	messageID int64 = 1000
)

// link is one way to the applications.
type link interface {
	push(event []byte)
	drop()
}

func main() {
	port := flag.Int("port", 0, "the port to listen on")
	mode := flag.String("mode", "reverse", "reverse, split, forward or http")
	url := flag.String("url", "", "the bridge")
	token := flag.String("token", "", "the access token")
	secret := flag.String("secret", "", "the key of its signatures")
	_ = flag.String("name", "", "unused")
	flag.Int64Var(&selfID, "self_id", 10001, "its account")
	flag.Parse()

	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", *port))
	if err != nil {
		panic(err)
	}
	var way link
	switch *mode {
	case "reverse":
		way = dialAs(*url, *token, "Universal")
	case "split":
		dialAs(*url, *token, "API")
		way = dialAs(*url, *token, "Event")
	case "forward":
		way = serveWebSocket(listener, *token)
	case "http":
		way = serveHTTP(listener, httpReporter{url: *url, secret: *secret}, *token)
	default:
		panic("no mode " + *mode)
	}
	obey(way)
}

// obey reads what the runner wants until the end of the input.
func obey(way link) {
	input := bufio.NewScanner(os.Stdin)
	for input.Scan() {
		var order struct {
			Say  *string `json:"say"`
			ID   int64   `json:"id"`
			Drop bool    `json:"drop"`
		}
		if json.Unmarshal(input.Bytes(), &order) != nil {
			continue
		}
		if order.Drop {
			way.drop()
		}
		if order.Say != nil {
			way.push(groupMessage(order.ID, *order.Say))
		}
	}
}

// groupMessage is an event as go-cqhttp writes one by default, its message a string.
func groupMessage(id int64, text string) []byte {
	return encode(map[string]any{
		"post_type": "message", "message_type": "group", "sub_type": "normal",
		"time": time.Now().Unix(), "self_id": selfID, "message_id": id, "message_seq": id, "group_id": 987654321, "user_id": 10086,
		"anonymous": nil, "font": 0, "message": text, "raw_message": text,
		"sender": map[string]any{"age": 0, "area": "", "card": "", "level": "", "nickname": "小明", "role": "member", "sex": "unknown", "title": "", "user_id": 10086},
	})
}

func lifecycle() []byte {
	return encode(map[string]any{
		"meta_event_type": "lifecycle", "post_type": "meta_event", "self_id": selfID, "sub_type": "connect", "time": time.Now().Unix(),
	})
}

func encode(values map[string]any) []byte {
	text, err := json.Marshal(values)
	if err != nil {
		panic(err)
	}
	return text
}

// carryOut does a call and gives back its answer.
func carryOut(action string, params func(name string) string) map[string]any {
	switch action {
	case "send_msg", "send_group_msg":
		counting.Lock()
		messageID++
		id := messageID
		counting.Unlock()
		peer.Say("sent", map[string]any{"text": textOf(params("message")), "message_id": id})
		return ok(map[string]any{"message_id": id})
	case ".handle_quick_operation":
		peer.Say("quick", map[string]any{"operation": json.RawMessage(params("operation"))})
		return ok(nil)
	case "get_login_info":
		return ok(map[string]any{"user_id": selfID, "nickname": "小Q"})
	case "get_status":
		return ok(map[string]any{"online": true, "good": true})
	default:
		return map[string]any{"status": "failed", "retcode": 1404, "data": nil, "msg": "API_NOT_FOUND", "wording": "API不存在", "message": "API不存在"}
	}
}

func ok(data any) map[string]any {
	return map[string]any{"status": "ok", "retcode": 0, "data": data, "message": ""}
}

// textOf is the text of a message, which is a string, or JSON text of segments.
func textOf(message string) string {
	var segments []struct {
		Data struct {
			Text string `json:"text"`
		} `json:"data"`
	}
	if json.Unmarshal([]byte(message), &segments) != nil {
		return message
	}
	text := ""
	for _, segment := range segments {
		text += segment.Data.Text
	}
	return text
}

// member reads a member of the parameters: the text of a string, the JSON text of anything else.
func member(params map[string]json.RawMessage) func(string) string {
	return func(name string) string {
		var text string
		if json.Unmarshal(params[name], &text) == nil {
			return text
		}
		return string(params[name])
	}
}

func selfIDText() string {
	return strconv.FormatInt(selfID, 10)
}
