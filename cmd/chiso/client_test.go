package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// client is a person's browser without a screen: plain HTTP with cookies and the token of the forms.
type client struct {
	t    testing.TB
	base string
	http *http.Client
	csrf string
}

func newClient(t testing.TB, srv *server) *client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &client{t: t, base: srv.url, http: &http.Client{Jar: jar, Timeout: patience, Transport: transport}}
}

// get reads a page and keeps its token.
func (c *client) get(path string) *html.Node {
	c.t.Helper()
	res, err := c.http.Get(c.base + path)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.read(res)
}

func (c *client) read(res *http.Response) *html.Node {
	c.t.Helper()
	defer res.Body.Close()
	root, err := html.Parse(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK {
		c.t.Fatalf("%s answered %d: %s", res.Request.URL, res.StatusCode, words(root, "main"))
	}
	if token := attribute(root, "meta[name=csrf]", "content"); token != "" {
		c.csrf = token
	}
	return root
}

// post sends a form and follows to the page that it leads to.
func (c *client) post(path string, form url.Values) *html.Node {
	c.t.Helper()
	form.Set("csrf", c.csrf)
	res, err := c.http.PostForm(c.base+path, form)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.read(res)
}

func (c *client) signIn(login, password string) *client {
	c.t.Helper()
	c.get("/dang-nhap")
	c.post("/dang-nhap", url.Values{"username": {login}, "password": {password}})
	return c
}

// savedCell is what the server answers to the save of a cell.
type savedCell struct {
	Status  string `json:"status"`
	Version uint32 `json:"v"`
	Raw     string `json:"raw"`
}

// save saves one number as the entry page does. It fails when the server does not answer, as one that is killed.
func (c *client) save(sheet, code, raw, op string, version uint32) (savedCell, error) {
	body, err := json.Marshal(map[string]any{"items": []any{map[string]any{"k": code, "v": version, "op": op, "raw": raw}}})
	if err != nil {
		return savedCell{}, err
	}
	req, err := http.NewRequest("POST", c.base+sheet+"/o", bytes.NewReader(body))
	if err != nil {
		return savedCell{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-CSRF", c.csrf)
	res, err := c.http.Do(req)
	if err != nil {
		return savedCell{}, err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		return savedCell{}, err
	}
	var answer struct{ Items []savedCell }
	if err := json.Unmarshal(data, &answer); err != nil || res.StatusCode != http.StatusOK || len(answer.Items) != 1 {
		return savedCell{}, fmt.Errorf("%d %s: %w", res.StatusCode, data, err)
	}
	return answer.Items[0], nil
}

// attribute returns an attribute of the first element that the selector matches, "" if there is none.
func attribute(root *html.Node, selector, name string) string {
	if n := cascadia.Query(root, cascadia.MustCompile(selector)); n != nil {
		for _, a := range n.Attr {
			if a.Key == name {
				return a.Val
			}
		}
	}
	return ""
}

// words returns the text of the first element that the selector matches.
func words(root *html.Node, selector string) string {
	var b strings.Builder
	if n := cascadia.Query(root, cascadia.MustCompile(selector)); n != nil {
		for d := range n.Descendants() {
			if d.Type == html.TextNode {
				b.WriteString(d.Data + " ")
			}
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
