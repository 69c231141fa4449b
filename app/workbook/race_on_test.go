//go:build race

package workbook

// raceDetector: times and memory mean nothing in this build.
const raceDetector = true
