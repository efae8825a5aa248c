// Package rpc is AssistantService: protobuf in, domain out, and back.
package rpc

import (
	"context"

	assistantv1 "github.com/parleyhq/parley/proto/gen/parley/assistant/v1"
	"github.com/parleyhq/parley/services/assistant/internal/dialogue"
)

// AssistantService serves parley.assistant.v1.AssistantService.
type AssistantService struct {
	assistantv1.UnimplementedAssistantServiceServer
	Understander dialogue.Understander
	Skills       *dialogue.Skills
}

// Understand says what a text is taken to want.
func (s *AssistantService) Understand(_ context.Context, req *assistantv1.UnderstandRequest) (*assistantv1.UnderstandResponse, error) {
	understood := s.Understander.Understand(req.GetText())
	return &assistantv1.UnderstandResponse{Understanding: &assistantv1.Understanding{
		Intent:   understood.Intent,
		Score:    understood.Score,
		Evidence: understood.Evidence,
	}}, nil
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
