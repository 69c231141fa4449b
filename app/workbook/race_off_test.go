//go:build !race

package workbook

// raceDetector: times and memory are those of the product.
const raceDetector = false
