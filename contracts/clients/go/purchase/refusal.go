package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	commonv1 "github.com/traffic-tacos/proto-contracts/gen/go/common/v1"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// refused is how the platform refused seats that are held, asked for in both ways.
type refused struct {
	Code   string `json:"code"`
	Seats  string `json:"seats"`
	Status string `json:"status"`
	Reason string `json:"reason"`
}

// holdAgain asks for the seats that are held by now. That they are taken is an outcome: the call itself is OK. A client that looks at
// statuses only says so, and gets it as one.
func (p purchase) holdAgain(ctx context.Context) (refused, error) {
	answer, err := p.reservations.CreateReservation(ctx, p.reservationOf(rand.Text()))
	if err != nil {
		return refused{}, fmt.Errorf("CreateReservation, seats taken: %w", err)
	}
	if code := answer.GetError().GetCode(); code != commonv1.ErrorCode_ERROR_CODE_INVENTORY_CONFLICT {
		return refused{}, fmt.Errorf("CreateReservation, seats taken: %v", code)
	}
	var seats []string
	for _, detail := range answer.Error.Details {
		seats = append(seats, detail.Value+" "+detail.Reason)
	}

	inStatuses := metadata.AppendToOutgoingContext(ctx, "x-error-mode", "status")
	_, err = p.reservations.CreateReservation(inStatuses, p.reservationOf(rand.Text()))
	refusal := status.Convert(err)
	if refusal.Code() != codes.Aborted {
		return refused{}, fmt.Errorf("CreateReservation, seats taken, as a status: %v", refusal)
	}
	return refused{
		Code:   answer.Error.Code.String(),
		Seats:  strings.Join(seats, ", "),
		Status: strings.ToUpper(refusal.Code().String()),
		Reason: reasonOf(refusal),
	}, nil
}

// reasonOf is the finer code that REST would have answered: it travels with every status.
func reasonOf(refusal *status.Status) string {
	for _, detail := range refusal.Details() {
		if info, ok := detail.(*errdetails.ErrorInfo); ok {
			return info.Reason
		}
	}
	return ""
}
