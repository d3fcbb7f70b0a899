package main

import (
	"fmt"
	"os"
	"strings"
)

type settings struct {
	inventoryAddress, reservationAddress, paymentAddress string
	token, eventID                                       string
	seatIDs                                              []string
}

// readSettings names everything that is missing at once.
func readSettings() (settings, error) {
	var missing []string
	read := func(name string) string {
		value := os.Getenv(name)
		if value == "" {
			missing = append(missing, name)
		}
		return value
	}
	found := settings{
		inventoryAddress:   read("TACOS_INVENTORY_ADDRESS"),
		reservationAddress: read("TACOS_RESERVATION_ADDRESS"),
		paymentAddress:     read("TACOS_PAYMENT_ADDRESS"),
		token:              read("TACOS_TOKEN"),
		eventID:            read("TACOS_EVENT_ID"),
		seatIDs:            strings.Split(read("TACOS_SEAT_IDS"), ","),
	}
	if len(missing) > 0 {
		return settings{}, fmt.Errorf("not set: %s", strings.Join(missing, ", "))
	}
	return found, nil
}
