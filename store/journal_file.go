package store

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"chiso/app/kpi"
)

// mirrorFolder is where the files of evidence and guidance are copied to: beside the folders of the journal's runs.
func (j *journal) mirrorFolder() string { return filepath.Join(filepath.Dir(j.dir), FileFolder) }

// addFile lets the file be copied with the next flush.
func (j *journal) addFile(id kpi.FileID) {
	if j == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.state.On { // else whoever follows looks at all
		j.files = append(j.files, id)
	}
}

// mirror copies the files that the journal's disk does not have.
func (j *journal) mirror() error {
	j.mu.Lock()
	sweep, todo := j.sweep, j.files
	j.sweep, j.files = false, nil
	j.mu.Unlock()
	if sweep {
		for id, err := range j.store.Files() {
			if err != nil {
				return err
			}
			todo = append(todo, id)
		}
	}
	for _, id := range todo {
		select {
		case <-j.quit:
			return nil
		default:
		}
		if err := j.copyFile(id); err != nil {
			return fmt.Errorf("copy file %s: %w", id, err)
		}
	}
	return nil
}

// copyFile copies one file if it is not there. One that is damaged is left out: whoever reads all files tells of it.
func (j *journal) copyFile(id kpi.FileID) error {
	to := filepath.Join(j.mirrorFolder(), string(id[:2]), string(id[2:]))
	if _, err := os.Stat(to); err == nil {
		return nil
	}
	switch err := j.store.VerifyFile(id); {
	case errors.Is(err, ErrFileDamaged):
		return nil
	case err != nil:
		return err
	}
	from, err := j.store.OpenFile(id)
	if err != nil {
		return err
	}
	defer from.Close()
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	half := filepath.Join(j.mirrorFolder(), halfFile+string(id))
	f, err := os.OpenFile(half, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, from)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(half, to)
	}
	return errors.Join(err, syncDir(filepath.Dir(to)))
}
