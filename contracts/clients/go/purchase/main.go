// Purchase buys seats of one event over gRPC, with nothing but the code generated from the contract, and prints what came of it as one line
// of JSON. It shows what a client has to do about keys, deadlines, and the two ways in which a refusal can come.
//
// The environment says where to buy what: TACOS_INVENTORY_ADDRESS, TACOS_RESERVATION_ADDRESS, TACOS_PAYMENT_ADDRESS (host:port each),
// TACOS_TOKEN (a user's), TACOS_EVENT_ID, TACOS_SEAT_IDS (separated by commas).
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// A whole purchase takes less than a second; longer than this nobody waits for it.
const purchaseDeadline = 30 * time.Second

func main() {
	settings, err := readSettings()
	if err != nil {
		fail(2, err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), purchaseDeadline)
	defer cancel()
	receipt, err := buy(ctx, settings)
	if err != nil {
		fail(1, err)
	}
	line, err := json.Marshal(receipt)
	if err != nil {
		fail(1, err)
	}
	fmt.Println(string(line))
}

func buy(ctx context.Context, settings settings) (receipt, error) {
	platform, err := connect(settings)
	if err != nil {
		return receipt{}, err
	}
	defer platform.close()
	return purchase{platform, settings}.run(ctx)
}

func fail(code int, err error) {
	fmt.Fprintln(os.Stderr, "purchase:", err)
	os.Exit(code)
}
