package pdf

// page is one page, with what it inherits.
type page struct {
	contents  object
	resources dict
}

// pages returns the pages in order.
func (f *file) pages() []page {
	root := f.dict(f.trailer["Root"])
	if root["Pages"] == nil {
		root = f.catalogue()
	}
	var out []page
	f.walk(root["Pages"], nil, map[int]bool{}, 0, &out)
	return out
}

// catalogue looks for the root among all objects.
func (f *file) catalogue() dict {
	for num := range f.objects {
		if d, ok := f.load(num).(dict); ok && d["Type"] == name("Catalog") {
			return d
		}
	}
	return nil
}

// walk adds the pages below a node of the page tree; each node counts once.
func (f *file) walk(node object, resources dict, seen map[int]bool, depth int, out *[]page) {
	if r, ok := node.(ref); ok {
		if seen[int(r)] {
			return
		}
		seen[int(r)] = true
	}
	d := f.dict(node)
	if d == nil || depth > maxDepth || len(*out) == maxPages || f.work.spent() {
		return
	}
	if own := f.dict(d["Resources"]); own != nil {
		resources = own
	}
	kids := f.array(d["Kids"])
	if kids == nil {
		if d["Type"] != name("Pages") {
			*out = append(*out, page{d["Contents"], resources})
		}
		return
	}
	for _, kid := range kids {
		if _, ok := kid.(ref); ok {
			f.walk(kid, resources, seen, depth+1, out)
		}
	}
}

// content returns the operators of a page: one stream, or several in a row.
func (f *file) content(x object) []byte {
	switch x := f.get(x).(type) {
	case stream:
		body, err := f.expand(x)
		if err != nil && len(body) == 0 {
			return nil
		}
		return body
	case array:
		var all []byte
		for _, part := range x {
			s, ok := f.get(part).(stream)
			if !ok {
				continue
			}
			body, _ := f.expand(s) // what could be read of it counts
			all = append(append(all, body...), '\n')
			if len(all) > maxStream || f.work.spent() {
				break
			}
		}
		return all
	}
	return nil
}
