package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"
)

// metadata is as much of Chart.yaml as charts of the tests have, and as much of .Chart as their templates use.
type metadata struct {
	APIVersion   string       `json:"apiVersion"`
	Name         string       `json:"name"`
	Description  string       `json:"description"`
	Type         string       `json:"type"`
	Version      string       `json:"version"`
	AppVersion   string       `json:"appVersion"`
	Dependencies []dependency `json:"dependencies"`
}

type dependency struct {
	Name       string `json:"name"`
	Alias      string `json:"alias"`
	Version    string `json:"version"`
	Repository string `json:"repository"`
}

type chart struct {
	metadata
	values    map[string]interface{}
	templates map[string]string
	// Without what the chart does not name, and under the name of the alias.
	children []*chart
}

// loadWithDependencies is "helm dependency build" for file:// and then loading the chart.
func loadWithDependencies(folder string) (*chart, error) {
	return load(folder, true)
}

func load(folder string, fetch bool) (*chart, error) {
	loaded := &chart{values: map[string]interface{}{}, templates: map[string]string{}}
	text, err := os.ReadFile(filepath.Join(folder, "Chart.yaml"))
	if err != nil {
		return nil, err
	}
	if err := yaml.UnmarshalStrict(text, &loaded.metadata); err != nil {
		return nil, fmt.Errorf("%s/Chart.yaml: %w", folder, err)
	}
	if loaded.values, err = readChartValues(filepath.Join(folder, "values.yaml")); err != nil {
		return nil, err
	}
	if err := loaded.readTemplates(folder); err != nil {
		return nil, err
	}
	for _, wanted := range loaded.Dependencies {
		child, err := find(folder, wanted, fetch)
		if err != nil {
			return nil, err
		}
		if child == nil {
			if fetch {
				return nil, fmt.Errorf("found in Chart.yaml, but missing in charts/ directory: %s", wanted.Name)
			}
			// Helm looks after the dependencies of the chart that is installed alone.
			continue
		}
		if wanted.Alias != "" {
			child.Name = wanted.Alias
		}
		loaded.children = append(loaded.children, child)
	}
	return loaded, nil
}

// find is the chart of a dependency, nil if there is none.
func find(folder string, wanted dependency, fetch bool) (*chart, error) {
	place := filepath.Join(folder, "charts", wanted.Name)
	if fetch && strings.HasPrefix(wanted.Repository, "file://") {
		place = strings.TrimPrefix(wanted.Repository, "file://")
		if !filepath.IsAbs(place) {
			place = filepath.Join(folder, place)
		}
	}
	if _, err := os.Stat(place); os.IsNotExist(err) {
		return nil, nil
	}
	child, err := load(place, false)
	if err != nil {
		return nil, err
	}
	if child.Name != wanted.Name || child.Version != wanted.Version {
		return nil, fmt.Errorf("%s is %s %s, wanted is %s %s", place, child.Name, child.Version, wanted.Name, wanted.Version)
	}
	return child, nil
}

func (c *chart) readTemplates(folder string) error {
	root := filepath.Join(folder, "templates")
	if _, err := os.Stat(root); os.IsNotExist(err) {
		return nil
	}
	return filepath.Walk(root, func(file string, info os.FileInfo, err error) error {
		// Of a library everything but named templates is left out.
		if err != nil || info.IsDir() || (c.Type == "library" && !strings.HasPrefix(info.Name(), "_")) {
			return err
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(folder, file)
		c.templates[filepath.ToSlash(name)] = string(text)
		return err
	})
}
