package app

import (
	"embed"
	"fmt"
	"time"

	"chiso/app/kpi"
)

//go:embed demo/*.md
var demoGuidance embed.FS

// putGuidance adds the documents of the demo. Their indicators are found in their texts.
func (s *seeder) putGuidance() error {
	actor := kpi.System(s.begun().Add(72 * time.Hour))
	for _, name := range []string{"huong-dan-ho-so.md", "huong-dan-ky-nang-so.md", "cong-van-chot-so-lieu.md"} {
		data, err := demoGuidance.ReadFile("demo/" + name)
		if err != nil {
			return err
		}
		if _, _, err := s.app.ImportGuidance(actor, name, data); err != nil {
			return fmt.Errorf("demo document %s: %w", name, err)
		}
	}
	return nil
}
