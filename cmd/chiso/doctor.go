package main

import (
	"fmt"

	"chiso/app/kpi"
)

func doctor(t terminal, args []string) error {
	f := flags("doctor")
	config := f.String("config", "", "")
	data := f.String("data", "", "")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	p, err := placeOf(*config, *data, "")
	if err != nil {
		return err
	}
	if *config == "" {
		p.plan.Dir = "" // where the backups lie is not known
	}
	v, err := t.vault("")
	if err != nil {
		return err
	}
	ctx, stop := interruptible()
	defer stop()
	findings, err := v.Doctor(ctx, p.data, p.plan)
	if err != nil {
		return err
	}
	bad := 0
	for _, x := range findings {
		word := "ĐẠT"
		if x.Level != 0 {
			word = x.Level.Label()
		}
		if x.Level == kpi.Failure {
			bad++
		}
		fmt.Fprintf(t.out, "%-9s %s: %s\n", word, x.Name, x.Text)
	}
	if bad > 0 {
		return kpi.Errorf(kpi.Invalid, "%d mục không đạt.", bad)
	}
	return nil
}
