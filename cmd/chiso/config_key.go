package main

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"chiso/app/kpi"

	"go.yaml.in/yaml/v3"
)

// configKeys says on which line of a configuration file each key stands, and which key stands on a line.
type configKeys struct {
	line map[string]int // «backup.at» → 12
	at   map[int]string
}

// keysOf finds the keys of a file, whatever they mean. It fails where the file is no YAML.
func keysOf(text []byte) (configKeys, error) {
	keys := configKeys{map[string]int{}, map[int]string{}}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return keys, err
	}
	for _, root := range doc.Content {
		keys.walk("", root)
	}
	return keys, nil
}

func (k configKeys) walk(path string, n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		name := path + key.Value
		k.line[name], k.at[key.Line] = key.Line, name
		if value.Kind != yaml.MappingNode && k.at[value.Line] == "" {
			k.at[value.Line] = name
		}
		k.walk(name+".", value)
	}
}

// place words where a key stands: «, dòng 12, khóa backup.at».
func (k configKeys) place(key string) string {
	if line := k.line[key]; line > 0 {
		return fmt.Sprintf(", dòng %d, khóa %s", line, key)
	}
	return ", khóa " + key
}

var (
	reYAMLLine  = regexp.MustCompile(`line (\d+): (.*)`)
	reYAMLType  = regexp.MustCompile("cannot unmarshal !!\\w+ (?:`(.*)` )?into (\\S+)")
	reYAMLTwice = regexp.MustCompile(`already defined at line (\d+)`)
)

// yamlError words a file that is no YAML.
func yamlError(err error) string {
	const text = "không đọc được: kiểm tra dấu hai chấm, khoảng trắng đầu dòng, ngoặc và dấu nháy."
	if m := reYAMLLine.FindStringSubmatch(err.Error()); m != nil {
		return ", dòng " + m[1] + ": " + text
	}
	return ": " + text
}

// yamlProblems words what does not fit the configuration: each its line, its key, and what is wrong.
func yamlProblems(err error, keys configKeys) (list []string) {
	typed, ok := errors.AsType[*yaml.TypeError](err)
	if !ok {
		return []string{yamlError(err)}
	}
	for _, e := range typed.Errors {
		msg := e
		m := reYAMLLine.FindStringSubmatch(msg)
		if m == nil {
			list = append(list, ": "+msg)
			continue
		}
		n, _ := strconv.Atoi(m[1])
		place, what := fmt.Sprintf(", dòng %d, khóa %s: ", n, keys.at[n]), m[2]
		switch t, twice := reYAMLType.FindStringSubmatch(what), reYAMLTwice.FindStringSubmatch(what); {
		case strings.Contains(what, "not found in type"):
			list = append(list, place+"không có khóa này trong danh mục; xem config.example.yaml.")
		case twice != nil:
			list = append(list, place+"đã ghi ở dòng "+twice[1]+".")
		case t != nil:
			list = append(list, place+fmt.Sprintf("giá trị «%s» không đúng kiểu, cần %s.", kpi.Clip(t[1], 60), wantedKind(t[2])))
		default:
			list = append(list, place+"giá trị không đọc được.")
		}
	}
	return list
}

// wantedKind words the Go type of a key.
func wantedKind(goType string) string {
	switch goType {
	case "int":
		return "một số nguyên"
	case "bool":
		return "true hoặc false"
	case "string":
		return "một dòng chữ"
	case "[]string":
		return "một danh sách, ví dụ [a, b]"
	}
	return "các khóa con, mỗi khóa một dòng thụt vào bên dưới"
}
