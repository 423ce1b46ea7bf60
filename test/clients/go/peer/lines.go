// Package peer is what the programs of this module share.
package peer

import (
	"encoding/json"
	"os"
	"sync"
)

var printing sync.Mutex

// Say prints {"kind": kind, ...}; the kind comes first, as the runner knows such a line by it.
func Say(kind string, values map[string]any) {
	name, _ := json.Marshal(kind)
	rest, err := json.Marshal(values)
	if err != nil {
		panic(err)
	}
	line := append([]byte(`{"kind":`), name...)
	if len(values) > 0 {
		line = append(append(line, ','), rest[1:]...)
	} else {
		line = append(line, '}')
	}
	printing.Lock()
	defer printing.Unlock()
	os.Stdout.Write(append(line, '\n'))
}
