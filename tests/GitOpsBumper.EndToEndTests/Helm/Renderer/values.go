package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"sigs.k8s.io/yaml"
)

const global = "global"

// readChartValues keeps numbers as their text, as some versions of Helm do: to templates they look almost like texts. Files of --values
// have numbers with floating points, as all versions do with them.
func readChartValues(file string) (map[string]interface{}, error) {
	return readValues(file, func(decoder *json.Decoder) *json.Decoder {
		decoder.UseNumber()
		return decoder
	})
}

func readValues(file string, options ...yaml.JSONOpt) (map[string]interface{}, error) {
	values := map[string]interface{}{}
	text, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		return values, nil
	}
	if err == nil {
		err = yaml.Unmarshal(text, &values, options...)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return values, nil
}

// givenValues are those of the command line: files first, then single ones, the last of each wins.
func givenValues(args []string) (map[string]interface{}, error) {
	values := map[string]interface{}{}
	for i := 0; i < len(args); i += 2 {
		if args[i] != "--values" {
			continue
		}
		if _, err := os.Stat(args[i+1]); err != nil {
			return nil, err
		}
		file, err := readValues(args[i+1])
		if err != nil {
			return nil, err
		}
		values = merge(values, file)
	}
	for i := 0; i < len(args); i += 2 {
		switch args[i] {
		case "--values":
		case "--set", "--set-string":
			if err := set(values, args[i+1], args[i] == "--set-string"); err != nil {
				return nil, err
			}
		default:
			return nil, fmt.Errorf("%s is not known", args[i])
		}
	}
	return values, nil
}

// merge puts a map over another one.
func merge(under, over map[string]interface{}) map[string]interface{} {
	merged := map[string]interface{}{}
	for key, value := range under {
		merged[key] = value
	}
	for key, value := range over {
		upper, isMap := value.(map[string]interface{})
		lower, wasMap := merged[key].(map[string]interface{})
		if isMap && wasMap {
			merged[key] = merge(lower, upper)
		} else {
			merged[key] = value
		}
	}
	return merged
}

func set(values map[string]interface{}, assignment string, isText bool) error {
	name, value, found := strings.Cut(assignment, "=")
	if !found || strings.ContainsAny(assignment, `\,{}[]`) {
		return fmt.Errorf("--set %s: only <name>=<value> without any of \\,{}[] is known", assignment)
	}
	keys := strings.Split(name, ".")
	for _, key := range keys[:len(keys)-1] {
		below, isMap := values[key].(map[string]interface{})
		if !isMap {
			below = map[string]interface{}{}
			values[key] = below
		}
		values = below
	}
	if isText {
		values[keys[len(keys)-1]] = value
	} else {
		values[keys[len(keys)-1]] = typed(value)
	}
	return nil
}

// typed is what --set makes of a text. A number with a point in it stays a text, and so does one that begins with 0.
func typed(value string) interface{} {
	switch strings.ToLower(value) {
	case "true":
		return true
	case "false":
		return false
	case "null":
		return nil
	case "0":
		return int64(0)
	}
	if number, err := strconv.ParseInt(value, 10, 64); err == nil && value[0] != '0' {
		return number
	}
	return value
}

// coalesce puts the values of a chart's parents over its own, for the chart and all below it.
func coalesce(c *chart, given map[string]interface{}) (map[string]interface{}, error) {
	values := beneath(given, c.values)
	for _, child := range c.children {
		own, isMap := values[child.Name].(map[string]interface{})
		if _, isThere := values[child.Name]; isThere && !isMap {
			return nil, fmt.Errorf("type mismatch on %s: %T", child.Name, values[child.Name])
		}
		shared, _ := values[global].(map[string]interface{})
		ownShared, _ := own[global].(map[string]interface{})
		own = merge(own, map[string]interface{}{global: merge(ownShared, shared)})
		below, err := coalesce(child, own)
		if err != nil {
			return nil, err
		}
		values[child.Name] = below
	}
	return values, nil
}

// beneath puts defaults under what is given. A null that is given takes the default away.
func beneath(given, defaults map[string]interface{}) map[string]interface{} {
	values := merge(nil, given)
	for key, fallback := range defaults {
		value, isGiven := values[key]
		over, isMap := value.(map[string]interface{})
		under, wasMap := fallback.(map[string]interface{})
		switch {
		case !isGiven:
			values[key] = fallback
		case value == nil:
			delete(values, key)
		case isMap && wasMap:
			values[key] = beneath(over, under)
		}
	}
	return values
}
