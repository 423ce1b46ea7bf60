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

// httpCaller makes its calls by HTTP, without a Content-Type.
type httpCaller struct {
	url   string
	token string
}

func (c *httpCaller) call(action string, params any) (response, error) {
	body, err := json.Marshal(params)
	if err != nil {
		return response{}, err
	}
	request, err := http.NewRequest(http.MethodPost, c.url+"/"+action, bytes.NewBuffer(body))
	if err != nil {
		return response{}, err
	}
	request.Header.Set("X-Client-Role", "Universal")
	request.Header.Set("User-Agent", userAgent)
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	client := http.Client{Timeout: callTimeout}
	answer, err := client.Do(request)
	if err != nil {
		return response{}, err
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		return response{}, err
	}
	if answer.StatusCode != http.StatusOK {
		return response{}, fmt.Errorf("status %d: %s", answer.StatusCode, content)
	}
	var got response
	return got, json.Unmarshal(content, &got)
}

// serveHTTP takes signed posts. Before that it asks who the bot is; without an answer ZeroBot stays without a bot for good, so
// the question is repeated here until the bridge has a bot, and each answer is printed.
func serveHTTP(listener net.Listener, secret string, bot *httpCaller) {
	go func() {
		for !shakesHands(bot) {
			time.Sleep(time.Second)
		}
	}()
	err := http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if status, body := post(r, secret); status != http.StatusOK {
			fmt.Fprintln(os.Stderr, "post refused with", status)
			w.WriteHeader(status)
		} else {
			handle(body, bot)
		}
	}))
	panic(err)
}

// shakesHands sends the call by which ZeroBot learns the account: its body is `null`.
func shakesHands(bot *httpCaller) bool {
	answer, err := bot.call("get_login_info", nil)
	// A body that the bridge can't read (400, or 1400) is no matter of a bot that is not there yet: it ends the program, and the run.
	if (err != nil && strings.HasPrefix(err.Error(), "status 400")) || answer.Retcode == 1400 {
		panic(fmt.Sprint("the body null is refused: ", err, answer.Retcode))
	}
	if err != nil || answer.Retcode != 0 {
		peer.Say("refused", map[string]any{"error": fmt.Sprint(err), "retcode": answer.Retcode})
		return false
	}
	var login struct {
		UserID int64 `json:"user_id"`
	}
	if err := json.Unmarshal(answer.Data, &login); err != nil {
		return false
	}
	peer.Say("login", map[string]any{"user_id": login.UserID})
	return true
}

// post checks a report: the method, the exact Content-Type, and the signature, whose key is the AccessToken.
func post(r *http.Request, secret string) (int, []byte) {
	if r.Method != http.MethodPost {
		return http.StatusMethodNotAllowed, nil
	}
	if r.Header.Get("Content-Type") != "application/json" {
		return http.StatusNotAcceptable, nil
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return http.StatusBadRequest, nil
	}
	if secret == "" {
		return http.StatusOK, body
	}
	signature := r.Header.Get("X-Signature")
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write(body)
	switch signature {
	case "":
		return http.StatusUnauthorized, nil
	case "sha1=" + hex.EncodeToString(mac.Sum(nil)):
		return http.StatusOK, body
	default:
		return http.StatusForbidden, nil
	}
}
