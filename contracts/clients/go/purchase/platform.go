package main

import (
	"context"
	"time"

	paymentv1 "github.com/traffic-tacos/proto-contracts/gen/go/payment/v1"
	reservationv1 "github.com/traffic-tacos/proto-contracts/gen/go/reservation/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
)

// What one call gets. A call that is past its deadline is not decided any more, or was decided and only the answer is late: the same key
// tells which.
const callDeadline = 2 * time.Second

type platform struct {
	inventory    reservationv1.InventoryServiceClient
	reservations reservationv1.ReservationServiceClient
	payments     paymentv1.PaymentServiceClient
	connections  []*grpc.ClientConn
}

func connect(settings settings) (platform, error) {
	var opened platform
	open := func(address string) (*grpc.ClientConn, error) {
		connection, err := grpc.NewClient(address,
			// Plaintext, which the platform listens for on loopback unless it was given certificates.
			grpc.WithTransportCredentials(insecure.NewCredentials()),
			grpc.WithUnaryInterceptor(asUser(settings.token)))
		if err == nil {
			opened.connections = append(opened.connections, connection)
		}
		return connection, err
	}
	inventory, err := open(settings.inventoryAddress)
	if err != nil {
		return opened, err
	}
	reservation, err := open(settings.reservationAddress)
	if err != nil {
		return opened, err
	}
	payment, err := open(settings.paymentAddress)
	if err != nil {
		return opened, err
	}
	opened.inventory = reservationv1.NewInventoryServiceClient(inventory)
	opened.reservations = reservationv1.NewReservationServiceClient(reservation)
	opened.payments = paymentv1.NewPaymentServiceClient(payment)
	return opened, nil
}

func (p platform) close() {
	for _, connection := range p.connections {
		connection.Close()
	}
}

// asUser signs every call with the user's token, and gives it its deadline.
func asUser(token string) grpc.UnaryClientInterceptor {
	return func(ctx context.Context, method string, request, response any, connection *grpc.ClientConn,
		next grpc.UnaryInvoker, options ...grpc.CallOption) error {
		ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+token)
		ctx, cancel := context.WithTimeout(ctx, callDeadline)
		defer cancel()
		return next(ctx, method, request, response, connection, options...)
	}
}
