package measure

import (
	"fmt"
	"time"

	"github.com/parleyhq/parley/services/assistant/intent"
)

// Of is how a model classifies.
func Of(model *intent.Model) func(text string) Heard {
	return func(text string) Heard {
		heard := Heard{Intent: model.Classify(text).Intent}
		if heard.Intent != "" {
			heard.All = []string{heard.Intent}
		}
		return heard
	}
}

// CrossValidate trains on all parts but one and reports on that one, for each part. learning is the time of all trainings.
func CrossValidate(rows []Row, parts int, o intent.Options) (report *Report, learning time.Duration, err error) {
	if parts < 2 || parts > len(rows) {
		return nil, 0, fmt.Errorf("%d folds of %d rows: there must be two or more, and no more than rows", parts, len(rows))
	}
	fold := Folds(rows, parts)
	report = &Report{}
	for part := range parts {
		var learnt, held []Row
		for i, r := range rows {
			if fold[i] == part {
				held = append(held, r)
			} else {
				learnt = append(learnt, r)
			}
		}
		start := time.Now()
		model, err := intent.Train(Examples(learnt), o)
		if err != nil {
			return nil, 0, fmt.Errorf("fold %d: %w", part+1, err)
		}
		learning += time.Since(start)
		report.Add(held, Of(model))
	}
	return report, learning, nil
}
