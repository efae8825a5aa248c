package search

import "testing"

// What it costs to search the demo company's articles for the best, a question after the other.
func BenchmarkSearch(b *testing.B) {
	for _, language := range []string{"en", "es"} {
		b.Run(language, func(b *testing.B) {
			x, asked := aurora(b, language), questions(b, "dev."+language+".txt")
			wanted := Wanted{PublicOnly: true, Limit: 1, Threshold: threshold}
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				if _, err := x.Search(b.Context(), asked[n%len(asked)].text, wanted); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
