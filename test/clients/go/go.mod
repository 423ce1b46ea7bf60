module qqbridge/clients

go 1.20

require github.com/RomiChan/websocket v1.4.3-0.20251002072000-d3eb41798438

require (
	github.com/RomiChan/syncx v0.0.0-20240418144900-b7402ffdebc7 // indirect
	github.com/fumiama/orbyte v0.0.0-20251002065953-3bb358367eb5 // indirect
	golang.org/x/net v0.26.0 // indirect
	golang.org/x/sys v0.21.0 // indirect
)
