// A stand-in for "helm template": renders a chart with the engine that Helm uses, Go's text/template with the functions of sprig.
//
//	render <release> <chart folder> [--values <file> | --set <name>=<value> | --set-string <name>=<value>] ...
//
// What it does as Helm does it: dependencies from file:// (of the chart itself, not of its dependencies: "helm dependency build" is not
// recursive) and from folders below charts/, aliases, values of a chart under those of its parent, global, null that removes a value, --set
// that reads whole numbers, booleans and null, library charts, one space of named templates, and errors with file and line.
//
// What it leaves out: packed charts (.tgz), versions of dependencies beyond that they are equal, conditions, tags and import-values, lists
// and escaped characters in --set, schemas, lookup, Files, Capabilities, hooks, NOTES.txt, CRDs, .helmignore, and the order in which
// Kubernetes wants objects. What it does not know in a Chart.yaml or on the command line it refuses.
package main

import (
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "Error: %s\n", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 2 || len(args)%2 != 0 {
		return fmt.Errorf("usage: render <release> <chart folder> [--values <file> | --set <name>=<value> | --set-string <name>=<value>] ...")
	}
	chart, err := loadWithDependencies(args[1])
	if err != nil {
		return err
	}
	given, err := givenValues(args[2:])
	if err != nil {
		return err
	}
	values, err := coalesce(chart, given)
	if err != nil {
		return err
	}
	return render(os.Stdout, chart, values, args[0])
}
