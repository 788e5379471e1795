// Compiles and runs texts as listmonk does: html/template for bodies, text/template for subjects.
// Reads JSON lines {"kind", "code", "data"} and answers each with {"out"} or {"error"}.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"os"
	"strings"
	texttemplate "text/template"
)

type person struct {
	Name, Email string
	Attribs     map[string]any
}

type message struct {
	Subscriber person
}

type question struct {
	Kind string
	Code string
	Data message
}

func functions() template.FuncMap {
	return template.FuncMap{
		"Safe":           func(text string) template.HTML { return template.HTML(text) },
		"UnsubscribeURL": func(message) string { return "https://lists.example.org/leave?a=1&b=2" },
		"MessageURL":     func(message) string { return "https://lists.example.org/view" },
		"ManageURL":      func(message) string { return "https://lists.example.org/manage" },
		"toString":       func(value any) string { return fmt.Sprintf("%v", value) },
		"trim":           strings.TrimSpace,
		"splitList":      func(by, text string) []string { return strings.Split(text, by) },
		"first":          func(list []string) any { return list[0] },
		"rest":           func(list []string) []string { return list[1:] },
		"join":           func(by string, list []string) string { return strings.Join(list, by) },
	}
}

func run(asked question) (string, error) {
	var out bytes.Buffer
	if asked.Kind == "subject" {
		compiled, err := texttemplate.New("subject").Funcs(texttemplate.FuncMap(functions())).Parse(asked.Code)
		if err != nil {
			return "", err
		}
		err = compiled.Execute(&out, asked.Data)
		return out.String(), err
	}
	compiled, err := template.New("body").Funcs(functions()).Parse(asked.Code)
	if err != nil {
		return "", err
	}
	err = compiled.Execute(&out, asked.Data)
	return out.String(), err
}

func main() {
	in := json.NewDecoder(os.Stdin)
	answers := json.NewEncoder(os.Stdout)
	answers.SetEscapeHTML(false)
	for {
		var asked question
		if err := in.Decode(&asked); err != nil {
			return
		}
		out, err := run(asked)
		if err != nil {
			_ = answers.Encode(map[string]string{"error": err.Error()})
			continue
		}
		_ = answers.Encode(map[string]string{"out": out})
	}
}
