// zerobot behaves on the wire as the three drivers of ZeroBot do (github.com/wdvxdr1123/ZeroBot at d207de3: driver/wsserver.go,
// driver/wsclient.go, driver/http.go), with the WebSocket library that ZeroBot itself uses. ZeroBot can't be installed: the Go
// module proxy does not serve it. The code here is ours.
//
//	-mode server   the bridge dials it
//	-mode client   it dials -url, with X-Client-Role: Universal and no X-Self-ID
//	-mode http     the bridge posts to it; its calls go to -url, the first one before any event
//
// It prints the same lines as aiocqhttp_app.py.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"net"

	"qqbridge/clients/peer"
)

// userAgent is what ZeroBot's drivers call themselves.
const userAgent = "ZeroBot/1.6.3"

// caller makes calls to the bot of one connection.
type caller interface {
	call(action string, params any) (response, error)
}

// response is an answer, as far as ZeroBot looks at it.
type response struct {
	Status  string          `json:"status"`
	Retcode int64           `json:"retcode"`
	Data    json.RawMessage `json:"data"`
	Message string          `json:"message"`
}

// event is what this application reads of an event.
type event struct {
	PostType    string `json:"post_type"`
	MessageType string `json:"message_type"`
	MessageID   int64  `json:"message_id"`
	GroupID     int64  `json:"group_id"`
	RawMessage  string `json:"raw_message"`
	Server      string `json:"server"`
}

var name string

func main() {
	port := flag.Int("port", 0, "the port to listen on")
	mode := flag.String("mode", "server", "server, client or http")
	url := flag.String("url", "", "the bridge")
	token := flag.String("token", "", "AccessToken: a token for WebSocket, the key of the signatures for posts")
	apiToken := flag.String("api_token", "", "the token of its calls by HTTP")
	flag.StringVar(&name, "name", "zerobot", "its name")
	flag.Parse()

	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", *port))
	if err != nil {
		panic(err)
	}
	switch *mode {
	case "server":
		serveWebSocket(listener, *token)
	case "client":
		// It listens for nothing; the runner waits for the port to know that it runs.
		dialForever(*url, *token)
	case "http":
		serveHTTP(listener, *token, &httpCaller{url: *url, token: *apiToken})
	default:
		panic("no mode " + *mode)
	}
}

// handle answers a group message "ping" with a call of its own, in a goroutine, as ZeroBot's matchers run.
func handle(payload []byte, bot caller) {
	var seen event
	if json.Unmarshal(payload, &seen) != nil || seen.PostType != "message" || seen.MessageType != "group" {
		return
	}
	peer.Say("event", map[string]any{"message_id": seen.MessageID, "text": seen.RawMessage, "server": seen.Server})
	if seen.RawMessage != "ping" {
		return
	}
	go pong(seen, bot)
}

func pong(seen event, bot caller) {
	text := fmt.Sprintf("pong %s %d", name, seen.MessageID)
	answer, err := bot.call("send_group_msg", map[string]any{"group_id": seen.GroupID, "message": text})
	var told struct {
		MessageID int64 `json:"message_id"`
	}
	if err == nil && answer.Retcode == 0 {
		err = json.Unmarshal(answer.Data, &told)
	} else if err == nil {
		err = fmt.Errorf("retcode %d: %s", answer.Retcode, answer.Message)
	}
	if err != nil {
		peer.Say("failed", map[string]any{"text": text, "error": err.Error()})
		return
	}
	peer.Say("told", map[string]any{"text": text, "message_id": told.MessageID})
}
