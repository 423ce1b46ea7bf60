package peer

import (
	"net/http"
	"strings"
)

// TokenStatus looks for a token behind any scheme, or in the query, as ZeroBot and go-cqhttp do: 200, or 401 where there is
// none and 403 where it is another.
func TokenStatus(r *http.Request, token string) int {
	shown := r.Header.Get("Authorization")
	if _, after, found := strings.Cut(shown, " "); found {
		shown = after
	}
	if shown == "" {
		shown = r.URL.Query().Get("access_token")
	}
	switch {
	case token == "" || shown == token:
		return http.StatusOK
	case shown == "":
		return http.StatusUnauthorized
	default:
		return http.StatusForbidden
	}
}
