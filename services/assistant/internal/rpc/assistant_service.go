// Package rpc is AssistantService: protobuf in, domain out, and back.
package rpc

import (
	"context"
	"time"

	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/page"
	assistantv1 "github.com/parleyhq/parley/proto/gen/parley/assistant/v1"
	"github.com/parleyhq/parley/services/assistant/internal/dialogue"
	"github.com/parleyhq/parley/services/assistant/internal/tongue"
)

// TurnStore has what was made of messages.
type TurnStore interface {
	Turns(ctx context.Context, tenant, conversationID string, after int64, limit int) ([]dialogue.Turn, error)
}

// AssistantService serves parley.assistant.v1.AssistantService.
type AssistantService struct {
	assistantv1.UnimplementedAssistantServiceServer
	Understander dialogue.Understander
	Skills       *dialogue.Skills
	Turns        TurnStore
	Pages        *page.Tokens
	Clock        clock.Clock
	// Zone of the tenant, in which days are resolved.
	Zone *time.Location
}

// Understand says what a text is taken to want.
func (s *AssistantService) Understand(_ context.Context, req *assistantv1.UnderstandRequest) (*assistantv1.UnderstandResponse, error) {
	understood := s.Understander.Understand(tongue.Fact{}, req.GetText())
	return &assistantv1.UnderstandResponse{Understanding: Understanding(understood, s.Clock().In(s.Zone))}, nil
}

// ListSkills lists what the assistant can do.
func (s *AssistantService) ListSkills(context.Context, *assistantv1.ListSkillsRequest) (*assistantv1.ListSkillsResponse, error) {
	response := &assistantv1.ListSkillsResponse{}
	for _, each := range s.Skills.All() {
		response.Skills = append(response.Skills, &assistantv1.Skill{
			Name:        each.Name(),
			Description: each.Description(),
			Intents:     each.Intents(),
			Methods:     each.Methods(),
		})
	}
	return response, nil
}
