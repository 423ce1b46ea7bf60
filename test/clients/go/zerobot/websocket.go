package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/RomiChan/websocket"

	"qqbridge/clients/peer"
)

// callTimeout is how long ZeroBot waits for an answer.
const callTimeout = time.Minute

// wsCaller makes its calls over one connection. Its echoes are numbers that count from 1.
type wsCaller struct {
	conn    *websocket.Conn
	mu      sync.Mutex
	seq     uint64
	waiting map[uint64]chan response
}

func (c *wsCaller) call(action string, params any) (response, error) {
	answer := make(chan response, 1)
	c.mu.Lock()
	c.seq++
	echo := c.seq
	c.waiting[echo] = answer
	err := c.conn.WriteJSON(map[string]any{"action": action, "params": params, "echo": echo})
	c.mu.Unlock()
	if err != nil {
		return response{}, err
	}
	select {
	case got := <-answer:
		return got, nil
	case <-time.After(callTimeout):
		return response{}, errors.New("no answer in time")
	}
}

// read handles frames until the connection is lost. Every frame with an echo counts as an answer.
func (c *wsCaller) read() {
	for {
		kind, payload, err := c.conn.ReadMessage()
		if err != nil {
			return
		}
		if kind != websocket.TextMessage {
			continue
		}
		var frame struct {
			Echo          *uint64 `json:"echo"`
			MetaEventType string  `json:"meta_event_type"`
		}
		if json.Unmarshal(payload, &frame) != nil || frame.MetaEventType == "heartbeat" {
			continue
		}
		if frame.Echo == nil {
			handle(payload, c)
			continue
		}
		c.mu.Lock()
		answer, ok := c.waiting[*frame.Echo]
		delete(c.waiting, *frame.Echo)
		c.mu.Unlock()
		var got response
		if ok && json.Unmarshal(payload, &got) == nil {
			answer <- got
		}
	}
}

// bind learns from the first frame which account speaks, which is all that ZeroBot knows of it.
func bind(conn *websocket.Conn) (*wsCaller, error) {
	var first struct {
		SelfID int64 `json:"self_id"`
	}
	if err := conn.ReadJSON(&first); err != nil {
		return nil, err
	}
	if first.SelfID == 0 {
		return nil, errors.New("the first frame names no account")
	}
	return &wsCaller{conn: conn, waiting: map[uint64]chan response{}}, nil
}

func serveWebSocket(listener net.Listener, token string) {
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	err := http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if status := peer.TokenStatus(r, token); status != http.StatusOK {
			w.WriteHeader(status)
			return
		}
		conn, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer conn.Close()
		if bot, err := bind(conn); err == nil {
			bot.read()
		}
	}))
	panic(err)
}

// dialForever keeps a connection to a OneBot implementation and tries again every two seconds.
func dialForever(url, token string) {
	header := http.Header{"X-Client-Role": {"Universal"}, "User-Agent": {userAgent}}
	if token != "" {
		header["Authorization"] = []string{"Bearer " + token}
	}
	for {
		if err := dial(url, header); err != nil {
			fmt.Fprintln(os.Stderr, err)
			time.Sleep(2 * time.Second)
		}
	}
}

func dial(url string, header http.Header) error {
	conn, _, err := websocket.DefaultDialer.Dial(url, header)
	if err != nil {
		return err
	}
	defer conn.Close()
	bot, err := bind(conn)
	if err != nil {
		return err
	}
	bot.read()
	return nil
}
