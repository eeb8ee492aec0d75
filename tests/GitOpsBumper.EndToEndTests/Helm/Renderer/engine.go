package main

import (
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"sort"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"sigs.k8s.io/yaml"
)

// renderable is a template with what it sees.
type renderable struct {
	text  string
	scope map[string]interface{}
}

// What a template says with fail or required is found again between these.
var ownWords = regexp.MustCompile("(?s)\x01(.*)\x02")

func render(output io.Writer, c *chart, values map[string]interface{}, release string) error {
	all := map[string]renderable{}
	collect(all, c, c.Name, map[string]interface{}{"Name": release, "Namespace": "default", "Service": "Helm", "Revision": 1, "IsInstall": true, "IsUpgrade": false}, values)
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	// Of named templates with one name that of the uppermost chart counts: it is read last.
	sort.Slice(names, func(i, j int) bool {
		depth, other := strings.Count(names[i], "/"), strings.Count(names[j], "/")
		return depth > other || (depth == other && names[i] > names[j])
	})
	root := template.New("gotpl").Option("missingkey=zero")
	root.Funcs(functions(root))
	for _, name := range names {
		if _, err := root.New(name).Parse(all[name].text); err != nil {
			return err
		}
	}
	sort.Strings(names)
	for _, name := range names {
		if strings.HasPrefix(path.Base(name), "_") {
			continue
		}
		var text strings.Builder
		if err := root.ExecuteTemplate(&text, name, all[name].scope); err != nil {
			return located(err)
		}
		if document := strings.ReplaceAll(text.String(), "<no value>", ""); strings.TrimSpace(document) != "" {
			fmt.Fprintf(output, "---\n# Source: %s\n%s", name, document)
		}
	}
	return nil
}

func collect(all map[string]renderable, c *chart, at string, release map[string]interface{}, values map[string]interface{}) {
	for name, text := range c.templates {
		full := path.Join(at, name)
		all[full] = renderable{text, map[string]interface{}{
			"Chart": c.metadata, "Release": release, "Values": values,
			"Template": map[string]interface{}{"Name": full, "BasePath": path.Join(at, "templates")},
		}}
	}
	for _, child := range c.children {
		collect(all, child, path.Join(at, "charts", child.Name), release, values[child.Name].(map[string]interface{}))
	}
}

// functions are sprig's without those that look at the environment, and Helm's own.
func functions(root *template.Template) template.FuncMap {
	known := sprig.TxtFuncMap()
	delete(known, "env")
	delete(known, "expandenv")
	known["include"] = func(name string, data interface{}) (string, error) {
		var text strings.Builder
		err := root.ExecuteTemplate(&text, name, data)
		return text.String(), err
	}
	known["tpl"] = func(text string, data interface{}) (string, error) {
		clone, err := root.Clone()
		if err != nil {
			return "", err
		}
		own, err := clone.New("tpl").Parse(text)
		if err != nil {
			return "", err
		}
		var result strings.Builder
		err = own.Execute(&result, data)
		return strings.ReplaceAll(result.String(), "<no value>", ""), err
	}
	known["fail"] = func(message string) (string, error) { return "", errors.New("\x01" + message + "\x02") }
	known["required"] = func(message string, value interface{}) (interface{}, error) {
		if value == nil || value == "" {
			return nil, errors.New("\x01" + message + "\x02")
		}
		return value, nil
	}
	known["toYaml"] = func(value interface{}) string {
		text, err := yaml.Marshal(value)
		if err != nil {
			return ""
		}
		return strings.TrimSuffix(string(text), "\n")
	}
	known["fromYaml"] = func(text string) map[string]interface{} {
		value := map[string]interface{}{}
		if err := yaml.Unmarshal([]byte(text), &value); err != nil {
			value["Error"] = err.Error()
		}
		return value
	}
	return known
}

// located is the error as Helm shows it: where it happened in the template that was rendered, and what the template says.
func located(err error) error {
	parts := strings.SplitN(err.Error(), ": ", 3)
	words := ownWords.FindStringSubmatch(err.Error())
	if len(parts) < 3 || words == nil {
		return err
	}
	return fmt.Errorf("execution error at (%s): %s", parts[1], words[1])
}
