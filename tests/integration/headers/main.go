// Prints what Go's net/mail and mime read in headers: JSON of heads from stdin, JSON of what was read to stdout.
package main

import (
	"encoding/json"
	"mime"
	"net/mail"
	"os"
	"strings"
)

type read struct {
	Subject []string `json:"subject"`
	Name    []string `json:"name"`
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	var heads []string
	must(json.NewDecoder(os.Stdin).Decode(&heads))
	found := make([]read, 0, len(heads))
	for _, head := range heads {
		message, err := mail.ReadMessage(strings.NewReader(head))
		must(err)
		subject, err := new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject"))
		must(err)
		from, err := message.Header.AddressList("From")
		must(err)
		found = append(found, read{[]string{subject}, []string{from[0].Name}})
	}
	must(json.NewEncoder(os.Stdout).Encode(found))
}
