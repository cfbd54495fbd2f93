// Is a chart sound, and what does it become with some values?
//
// What `helm lint --strict` and `helm template` do, by Helm's own packages, without the rest of the
// program: that talks to clusters and registries, and takes three times as long to compile.
package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/v2/lint"
	"helm.sh/helm/v4/pkg/chart/v2/lint/support"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/engine"
)

const (
	release   = "calls"
	namespace = "speech"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) != 3 {
		return errors.New("usage: chart lint|template CHART VALUES")
	}
	values, err := common.ReadValuesFile(arguments[2])
	if err != nil {
		return err
	}
	switch arguments[0] {
	case "lint":
		return check(arguments[1], values)
	case "template":
		return render(arguments[1], values)
	default:
		return fmt.Errorf("no such command: %s", arguments[0])
	}
}

// check returns what is a warning or worse.
func check(directory string, values common.Values) error {
	var found []error
	for _, message := range lint.RunAll(directory, values, namespace).Messages {
		if message.Severity >= support.WarningSev {
			found = append(found, message)
		}
	}
	return errors.Join(found...)
}

// render prints every manifest that is not empty.
func render(directory string, values common.Values) error {
	chart, err := loader.Load(directory)
	if err != nil {
		return err
	}
	options := common.ReleaseOptions{Name: release, Namespace: namespace, IsInstall: true}
	all, err := util.ToRenderValues(chart, values, options, common.DefaultCapabilities)
	if err != nil {
		return err
	}
	manifests, err := engine.Render(chart, all)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(manifests)) {
		if text := strings.TrimSpace(manifests[name]); text != "" && strings.HasSuffix(name, ".yaml") {
			fmt.Printf("---\n# Source: %s\n%s\n", name, text)
		}
	}
	return nil
}
