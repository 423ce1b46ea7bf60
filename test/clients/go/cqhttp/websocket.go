package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/RomiChan/websocket"

	"qqbridge/clients/peer"
)

// socket is one connection; its writes don't mix.
type socket struct {
	conn *websocket.Conn
	mu   sync.Mutex
}

func (s *socket) write(frame []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.conn.SetWriteDeadline(time.Now().Add(15 * time.Second))
	return s.conn.WriteMessage(websocket.TextMessage, frame)
}

// takeCalls carries out what comes until the connection is lost, each call in a goroutine of its own.
func (s *socket) takeCalls() {
	defer s.conn.Close()
	for {
		kind, frame, err := s.conn.ReadMessage()
		if err != nil {
			return
		}
		if kind == websocket.TextMessage {
			go s.answer(frame)
		}
	}
}

func (s *socket) answer(frame []byte) {
	var call struct {
		Action string                     `json:"action"`
		Params map[string]json.RawMessage `json:"params"`
		Echo   json.RawMessage            `json:"echo"`
	}
	if err := json.Unmarshal(frame, &call); err != nil {
		fmt.Fprintln(os.Stderr, "a call that is no JSON:", err)
		return
	}
	answer := carryOut(strings.TrimSuffix(call.Action, "_async"), member(call.Params))
	if call.Echo != nil {
		answer["echo"] = call.Echo
	}
	// A line feed ends it, since an encoder writes it.
	_ = s.write(append(encode(answer), '\n'))
}

// dialled is a reverse WebSocket in one role.
type dialled struct {
	url, token, role string
	pushing          sync.Mutex
	current          sync.Mutex
	socket           *socket
}

// dialAs connects and stays. As with go-cqhttp, a lost connection for events is noticed by the next event that can't be
// written, and that event is lost; one for calls alone is dialled again at once.
func dialAs(url, token, role string) *dialled {
	d := &dialled{url: url, token: token, role: role}
	d.connect()
	return d
}

func (d *dialled) connect() {
	header := http.Header{"X-Client-Role": {d.role}, "X-Self-ID": {selfIDText()}, "User-Agent": {userAgent}}
	if d.token != "" {
		header["Authorization"] = []string{"Token " + d.token}
	}
	for {
		conn, _, err := websocket.DefaultDialer.Dial(d.url, header)
		if err == nil {
			d.use(&socket{conn: conn})
			return
		}
		fmt.Fprintln(os.Stderr, "reverse WebSocket:", err)
		time.Sleep(reconnectInterval)
	}
}

func (d *dialled) use(s *socket) {
	d.current.Lock()
	d.socket = s
	d.current.Unlock()
	if d.role != "API" {
		_ = s.write(lifecycle())
	}
	if d.role == "Event" {
		return
	}
	go func() {
		s.takeCalls()
		if d.role == "API" {
			time.Sleep(reconnectInterval)
			d.connect()
		}
	}()
}

func (d *dialled) now() *socket {
	d.current.Lock()
	defer d.current.Unlock()
	return d.socket
}

func (d *dialled) push(event []byte) {
	d.pushing.Lock()
	defer d.pushing.Unlock()
	s := d.now()
	if err := s.write(event); err != nil {
		_ = s.conn.Close()
		time.Sleep(reconnectInterval)
		d.connect()
	}
}

func (d *dialled) drop() {
	_ = d.now().conn.Close()
}

// listening is a forward WebSocket: events go to each connection on / and /event.
type listening struct {
	mu      sync.Mutex
	sockets []*socket
}

func serveWebSocket(listener net.Listener, token string) *listening {
	l := &listening{}
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if status := peer.TokenStatus(r, token); status != http.StatusOK {
			w.WriteHeader(status)
			return
		}
		conn, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		s := &socket{conn: conn}
		if r.URL.Path != "/api" {
			_ = s.write(lifecycle())
			l.mu.Lock()
			l.sockets = append(l.sockets, s)
			l.mu.Unlock()
		}
		if r.URL.Path != "/event" {
			s.takeCalls()
		}
	})
	go func() { panic(http.Serve(listener, handler)) }()
	return l
}

func (l *listening) push(event []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var alive []*socket
	for _, s := range l.sockets {
		if s.write(event) == nil {
			alive = append(alive, s)
		}
	}
	l.sockets = alive
}

func (l *listening) drop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range l.sockets {
		_ = s.conn.Close()
	}
}
