package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	commonv1 "github.com/traffic-tacos/proto-contracts/gen/go/common/v1"
	paymentv1 "github.com/traffic-tacos/proto-contracts/gen/go/payment/v1"
	reservationv1 "github.com/traffic-tacos/proto-contracts/gen/go/reservation/v1"
)

// A simulated payment is approved after 200 ms unless the platform was told otherwise.
const paymentPoll = 50 * time.Millisecond

type purchase struct {
	platform
	settings
}

// receipt is what is printed.
type receipt struct {
	Client          string   `json:"client"`
	ReservationID   string   `json:"reservation_id"`
	PaymentIntentID string   `json:"payment_intent_id"`
	OrderID         string   `json:"order_id"`
	Amount          int64    `json:"amount"`
	Currency        string   `json:"currency"`
	SeatIDs         []string `json:"seat_ids"`
	TicketIDs       []string `json:"ticket_ids"`
	Refused         refused  `json:"refused"`
}

func (p purchase) run(ctx context.Context) (receipt, error) {
	if err := p.checkAvailable(ctx); err != nil {
		return receipt{}, err
	}
	held, err := p.hold(ctx)
	if err != nil {
		return receipt{}, err
	}
	refused, err := p.holdAgain(ctx)
	if err != nil {
		return receipt{}, err
	}
	intentID, err := p.pay(ctx, held)
	if err != nil {
		return receipt{}, err
	}
	order, err := p.confirm(ctx, held.ReservationId, intentID)
	if err != nil {
		return receipt{}, err
	}
	printed := receipt{
		Client:          "go",
		ReservationID:   held.ReservationId,
		PaymentIntentID: intentID,
		OrderID:         order.OrderId,
		Amount:          order.TotalAmount.GetAmount(),
		Currency:        order.TotalAmount.GetCurrency(),
		Refused:         refused,
	}
	for _, ticket := range order.Tickets {
		printed.SeatIDs = append(printed.SeatIDs, ticket.SeatId)
		printed.TicketIDs = append(printed.TicketIDs, ticket.TicketId)
	}
	return printed, nil
}

func (p purchase) checkAvailable(ctx context.Context) error {
	answer, err := p.inventory.CheckAvailability(ctx, &reservationv1.CheckAvailabilityRequest{EventId: p.eventID, SeatIds: p.seatIDs})
	if err := unexpected("CheckAvailability", err, answer.GetError()); err != nil {
		return err
	}
	if !answer.Available {
		return fmt.Errorf("CheckAvailability: not free: %v", answer.UnavailableSeatIds)
	}
	return nil
}

// hold makes the reservation, and asks for it a second time under its key, as after an answer that was lost: it is the same one.
func (p purchase) hold(ctx context.Context) (*reservationv1.CreateReservationResponse, error) {
	request := p.reservationOf(rand.Text())
	held, err := p.reservations.CreateReservation(ctx, request)
	if err := unexpected("CreateReservation", err, held.GetError()); err != nil {
		return nil, err
	}
	if held.Status != reservationv1.ReservationStatus_RESERVATION_STATUS_HOLD || held.Replayed {
		return nil, fmt.Errorf("CreateReservation: %v, replayed %v", held.Status, held.Replayed)
	}
	again, err := p.reservations.CreateReservation(ctx, request)
	if err := unexpected("CreateReservation, repeated", err, again.GetError()); err != nil {
		return nil, err
	}
	if again.ReservationId != held.ReservationId || !again.Replayed {
		return nil, fmt.Errorf("CreateReservation, repeated: %s after %s", again.ReservationId, held.ReservationId)
	}
	return held, nil
}

func (p purchase) reservationOf(key string) *reservationv1.CreateReservationRequest {
	return &reservationv1.CreateReservationRequest{EventId: p.eventID, SeatIds: p.seatIDs, IdempotencyKey: key}
}

// pay pays what was frozen when the hold was made, and waits until the money has been captured.
func (p purchase) pay(ctx context.Context, held *reservationv1.CreateReservationResponse) (string, error) {
	intent, err := p.payments.CreatePaymentIntent(ctx, &paymentv1.CreatePaymentIntentRequest{
		ReservationId:  held.ReservationId,
		Amount:         held.TotalAmount,
		Scenario:       paymentv1.PaymentScenario_PAYMENT_SCENARIO_APPROVE,
		IdempotencyKey: rand.Text(),
	})
	if err := unexpected("CreatePaymentIntent", err, intent.GetError()); err != nil {
		return "", err
	}
	for {
		answer, err := p.payments.GetPaymentStatus(ctx, &paymentv1.GetPaymentStatusRequest{PaymentIntentId: intent.PaymentIntentId})
		if err := unexpected("GetPaymentStatus", err, answer.GetError()); err != nil {
			return "", err
		}
		switch status := answer.Payment.GetStatus(); status {
		case paymentv1.PaymentStatus_PAYMENT_STATUS_COMPLETED:
			return intent.PaymentIntentId, nil
		case paymentv1.PaymentStatus_PAYMENT_STATUS_PENDING, paymentv1.PaymentStatus_PAYMENT_STATUS_PROCESSING:
		default:
			return "", fmt.Errorf("GetPaymentStatus: %v", status)
		}
		select {
		case <-ctx.Done():
			return "", fmt.Errorf("GetPaymentStatus: no result: %w", ctx.Err())
		case <-time.After(paymentPoll):
		}
	}
}

func (p purchase) confirm(ctx context.Context, reservationID, intentID string) (*reservationv1.Order, error) {
	confirmed, err := p.reservations.ConfirmReservation(ctx, &reservationv1.ConfirmReservationRequest{
		ReservationId:   reservationID,
		PaymentIntentId: intentID,
	})
	if err := unexpected("ConfirmReservation", err, confirmed.GetError()); err != nil {
		return nil, err
	}
	found, err := p.reservations.GetOrder(ctx, &reservationv1.GetOrderRequest{OrderId: confirmed.OrderId})
	if err := unexpected("GetOrder", err, found.GetError()); err != nil {
		return nil, err
	}
	return found.Order, p.checkOrder(found.Order)
}

// checkOrder wants a valid ticket for each seat.
func (p purchase) checkOrder(order *reservationv1.Order) error {
	var seatIDs []string
	for _, ticket := range order.GetTickets() {
		if ticket.Status != "VALID" {
			return fmt.Errorf("GetOrder: ticket %s is %s", ticket.TicketId, ticket.Status)
		}
		seatIDs = append(seatIDs, ticket.SeatId)
	}
	wanted := slices.Sorted(slices.Values(p.seatIDs))
	if slices.Sort(seatIDs); order.GetStatus() != "CONFIRMED" || !slices.Equal(seatIDs, wanted) {
		return fmt.Errorf("GetOrder: %s, with tickets for %v", order.GetStatus(), seatIDs)
	}
	return nil
}

// unexpected is what stands in the way where a call had to succeed: its status, or the outcome in its answer.
func unexpected(method string, err error, outcome *commonv1.Error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	if outcome != nil {
		return fmt.Errorf("%s: %w", method, errors.New(outcome.String()))
	}
	return nil
}
