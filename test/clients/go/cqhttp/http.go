package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"qqbridge/clients/peer"
)

// httpReporter posts its events: 5 s for each try, 3 more after a failure of the transport, 1.5 s apart.
type httpReporter struct {
	url, secret string
}

func (h httpReporter) push(event []byte) {
	client := http.Client{Timeout: 5 * time.Second}
	for try := 0; try <= 3; try++ {
		if try > 0 {
			time.Sleep(1500 * time.Millisecond)
		}
		answer, err := client.Do(h.request(event))
		if err != nil {
			fmt.Fprintln(os.Stderr, "report:", err)
			continue
		}
		body, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err == nil && answer.StatusCode >= 300 {
			fmt.Fprintln(os.Stderr, "report refused with", answer.StatusCode, string(body))
		}
		if err == nil && json.Valid(body) {
			peer.Say("quick", map[string]any{"operation": json.RawMessage(body)})
		}
		return
	}
}

func (h httpReporter) request(event []byte) *http.Request {
	request, err := http.NewRequest(http.MethodPost, h.url, bytes.NewReader(event))
	if err != nil {
		panic(err)
	}
	request.Header.Set("X-Self-ID", selfIDText())
	request.Header.Set("User-Agent", userAgent)
	request.Header.Set("Content-Type", "application/json")
	if h.secret != "" {
		mac := hmac.New(sha1.New, []byte(h.secret))
		mac.Write(event)
		request.Header.Set("X-Signature", "sha1="+hex.EncodeToString(mac.Sum(nil)))
	}
	return request
}

// drop has nothing to break: a report is a connection of its own.
func (h httpReporter) drop() {}

// serveHTTP takes calls: a body that says it is JSON, a form, or the query. The body `null` is one without parameters.
func serveHTTP(listener net.Listener, reporter httpReporter, token string) link {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		params := map[string]json.RawMessage{}
		if strings.Contains(r.Header.Get("Content-Type"), "application/json") {
			body, err := io.ReadAll(r.Body)
			if err != nil || !json.Valid(body) {
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			_ = json.Unmarshal(body, &params)
		} else if err := r.ParseForm(); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if status := peer.TokenStatus(r, token); status != http.StatusOK {
			w.WriteHeader(status)
			return
		}
		read := member(params)
		answer := carryOut(strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, "/"), "_async"), func(name string) string {
			if _, found := params[name]; found {
				return read(name)
			}
			return r.Form.Get(name)
		})
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = w.Write(append(encode(answer), '\n'))
	})
	go func() { panic(http.Serve(listener, handler)) }()
	return reporter
}
