//go:build ignore

// Package makes what an officer installs out of the binaries in dist/: a Debian package for each Linux architecture, by nfpm, and
// a zip for Windows. Its arguments are the version and the command that runs nfpm.
package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

func main() {
	err := pack(os.Args[1], os.Args[2:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "package:", err)
		os.Exit(1)
	}
}

func pack(version string, nfpm []string) error {
	build, err := os.MkdirTemp("", "chiso-package-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(build)
	if err := prepare(build, version); err != nil {
		return err
	}
	recipe, err := os.ReadFile("cmd/chiso/deb/nfpm.yaml")
	if err != nil {
		return err
	}
	for _, arch := range []string{"amd64", "arm64"} {
		values := map[string]string{"DEB_ARCH": arch, "DEB_VERSION": debian(version), "DEB_BUILD": build, "DEB_PROGRAM": "dist/chiso-" + version + "-linux-" + arch}
		filled := filepath.Join(build, arch+".yaml")
		if err := os.WriteFile(filled, []byte(os.Expand(string(recipe), func(name string) string { return values[name] })), 0o600); err != nil {
			return err
		}
		cmd := exec.Command(nfpm[0], append(nfpm[1:len(nfpm):len(nfpm)], "pkg", "--packager", "deb", "--config", filled, "--target", "dist")...)
		cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("nfpm: %w", err)
		}
	}
	return windows(version)
}

var reNumbered = regexp.MustCompile(`^v?([0-9].*)$`)

// debian returns the version as Debian takes it: beginning with a digit; one without a number comes before all that have one.
func debian(version string) string {
	if m := reNumbered.FindStringSubmatch(version); m != nil && strings.Contains(m[1], ".") {
		return strings.ReplaceAll(m[1], "-", "+")
	}
	return "0~" + strings.ReplaceAll(version, "-", "+")
}

// prepare writes the files of the package that follow from others.
func prepare(build, version string) error {
	example, err := os.ReadFile("config.example.yaml")
	if err != nil {
		return err
	}
	config := bytes.Replace(example, []byte("\ndata: data\n"), []byte("\ndata: /var/lib/chiso/data\n"), 1)
	if bytes.Equal(config, example) {
		return fmt.Errorf("config.example.yaml has no line «data: data»")
	}
	if err := os.WriteFile(filepath.Join(build, "config.yaml"), config, 0o640); err != nil {
		return err
	}
	change := fmt.Sprintf("chiso (%s) stable; urgency=medium\n\n  * Release %s.\n\n -- Chiso maintainers <maintainers@chiso.invalid>  %s\n", debian(version), version, time.Now().UTC().Format(time.RFC1123Z))
	if err := packed(filepath.Join(build, "changelog.gz"), []byte(change)); err != nil {
		return err
	}
	manual, err := os.ReadFile("cmd/chiso/deb/chiso.8")
	if err != nil {
		return err
	}
	return packed(filepath.Join(build, "chiso.8.gz"), manual)
}

// packed writes a file compressed as Debian wants it.
func packed(path string, text []byte) error {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // a level that exists
	_, err := w.Write(text)
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return err
	}
	return os.WriteFile(path, b.Bytes(), 0o600)
}

// windows writes the zip: the program, the example of its configuration, how to begin.
func windows(version string) error {
	name := "chiso-" + version + "-windows-amd64"
	f, err := os.Create("dist/" + name + ".zip")
	if err != nil {
		return err
	}
	defer f.Close()
	w := zip.NewWriter(f)
	for to, from := range map[string]string{"chiso.exe": "dist/" + name + ".exe", "config.example.yaml": "config.example.yaml", "DOC-TRUOC.txt": "cmd/chiso/windows/DOC-TRUOC.txt", "LICENSE.txt": "LICENSE"} {
		in, err := os.Open(from)
		if err != nil {
			return err
		}
		out, err := w.CreateHeader(&zip.FileHeader{Name: "chiso/" + to, Method: zip.Deflate, Modified: time.Now()})
		if err == nil {
			_, err = io.Copy(out, in)
		}
		if err := in.Close(); err != nil {
			return err
		}
		if err != nil {
			return err
		}
	}
	fmt.Println("dist/" + name + ".zip")
	return w.Close()
}
